/*
 * Is a file a store of events? Found by looking, it is one when a column has the name of a time;
 * what the user calls `events:` is not looked at here.
 */
#include "source/events/decode_jsonl.h"
#include "source/events/events.h"

#include "db/schema.h"
#include "format/csv.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PROBE_PATIENCE = 1000 }; /* ms that a lock is waited for */

/* The first bytes of a regular file; nothing for anything else. */
static size_t read_head(const char *path, char *head, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat status;
	ssize_t n = 0;

	if (fd < 0)
		return 0;
	if (!fstat(fd, &status) && S_ISREG(status.st_mode))
		n = read(fd, head, size);
	close(fd);
	return n > 0 ? (size_t)n : 0;
}

/* *table: is it one at all? */
static bool csv_has_time(struct str head, bool *table)
{
	struct csv csv;
	struct csv_row row;
	bool found = false;

	csv_init(&csv, &csv_limits);
	csv_feed(&csv, head);
	*table = csv_next(&csv, &row) && row.n > 1 && str_find(head, '\0') < 0;
	if (*table)
		for (size_t i = 0; i < row.n; i++)
			found |= events_is_time(row.fields[i]);
	csv_release(&csv);
	return found;
}

static bool jsonl_has_time(struct str head)
{
	char scratch[EVENTS_HEAD];
	long end = str_find(head, '\n');
	struct jsonl jsonl;
	struct jsonl_member member;
	bool found = false;

	if (str_starts(head, STR("\xef\xbb\xbf")))
		head = str_slice(head, 3, head.n);
	jsonl_init(&jsonl, end < 0 ? head : str_slice(head, 0, (size_t)end), scratch);
	while (jsonl_next(&jsonl, &member) > 0)
		found |= events_is_time(member.key);
	return found;
}

static bool sqlite_has_time(const char *path)
{
	static const struct store_watch watch = {.patience = PROBE_PATIENCE, .views = true};
	struct schema schema;
	struct store *store;
	struct err ignored;
	bool found = false;

	if (store_open(&store, path, &watch, &ignored))
		return false;
	if (!schema_read(&schema, store, &ignored)) {
		for (size_t i = 0; i < schema.n; i++)
			found |= events_is_time(schema.columns[i].name);
		schema_release(&schema);
	}
	store_close(store, &ignored);
	return found;
}

bool events_probe(const char *path, const char **why)
{
	char bytes[EVENTS_HEAD];
	struct str head = {bytes, read_head(path, bytes, sizeof bytes)};
	bool found, table = true;

	if (!head.n)
		return false;
	switch (events_kind_of(head)) {
	case EVENTS_SQLITE:
		found = sqlite_has_time(path);
		break;
	case EVENTS_JSONL:
		found = jsonl_has_time(head);
		break;
	default:
		found = csv_has_time(head, &table);
		break;
	}
	if (found)
		*why = "prediction events: it has a column of times";
	else if (table)
		*why = "no column of times (ts, time, timestamp, event_time, created_at)";
	else
		*why = "neither a database nor a table that leeboard knows";
	return found;
}
