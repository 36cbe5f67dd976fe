/*
 * Is it still the same file? Without holding it open, its first bytes and those before the place
 * must be what they were: rotation, truncation and rewriting all show in one of the two.
 */
#include "source/events/events.h"

/* FNV-1a; chance, not malice, is what it guards against. */
static uint64_t digest(struct str bytes)
{
	uint64_t h = 0xcbf29ce484222325u;

	for (size_t i = 0; i < bytes.n; i++)
		h = (h ^ (unsigned char)bytes.s[i]) * 0x100000001b3u;
	return h;
}

/* The digest of up to `most` bytes at the offset, and how many there were. */
static int digest_at(const struct events_read *read, uint64_t offset, size_t most, uint64_t *hash,
		     uint64_t *n, struct err *err)
{
	struct buf bytes;
	int result;

	buf_init(&bytes, most);
	result = read->io->ops->read_file(read->io, read->path, offset, most, &bytes, err);
	*hash = digest(buf_str(&bytes));
	*n = bytes.n;
	buf_release(&bytes);
	return result;
}

static uint64_t tail_size(const struct events_spot *spot)
{
	return spot->offset < EVENTS_TAIL ? spot->offset : EVENTS_TAIL;
}

int events_spot_note(const struct events_read *read, struct err *err)
{
	struct events_spot *spot = &read->place->spot;
	uint64_t head = spot->offset < EVENTS_HEAD ? spot->offset : EVENTS_HEAD;
	uint64_t tail = tail_size(spot);

	if (digest_at(read, 0, (size_t)head, &spot->head, &spot->head_n, err))
		return -1;
	return digest_at(read, spot->offset - tail, (size_t)tail, &spot->tail, &spot->tail_n, err);
}

int events_spot_check(const struct events_read *read, bool *same, bool *grown, struct err *err)
{
	const struct events_spot *spot = &read->place->spot;
	uint64_t hash, n;
	struct buf next;
	int result;

	*same = *grown = false;
	if (digest_at(read, 0, (size_t)spot->head_n, &hash, &n, err))
		return -1;
	if (n != spot->head_n || hash != spot->head)
		return 0;
	if (digest_at(read, spot->offset - tail_size(spot), (size_t)spot->tail_n, &hash, &n, err))
		return -1;
	if (n != spot->tail_n || hash != spot->tail)
		return 0;
	buf_init(&next, 1);
	result = read->io->ops->read_file(read->io, read->path, spot->offset, 1, &next, err);
	*grown = next.n > 0;
	*same = !*grown || !spot->unended; /* even a line end may belong to an open quote */
	buf_release(&next);
	return result;
}
