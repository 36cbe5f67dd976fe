/* Sorting of row numbers; see order.h. */
#include "analysis/order.h"

#include "base/mem.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { RADIX_BITS = 11, RADIX = 1 << RADIX_BITS, RADIX_FROM = 256 };

struct keyed {
	uint64_t key;
	uint32_t row;
};

/*
 * A double as an unsigned number of the same order: negative ones are turned around. NaN and
 * missing come last whatever the direction.
 */
static uint64_t sortable(const struct order_key *key, uint32_t row)
{
	double number = key->numbers[row];
	uint64_t bits;

	if (key->missing && key->missing[row])
		return UINT64_MAX;
	if (isnan(number))
		return UINT64_MAX - 1;
	if (number == 0)
		number = 0; /* −0 equals 0 */
	memcpy(&bits, &number, sizeof bits);
	bits = bits >> 63 ? ~bits : bits | (uint64_t)1 << 63;
	return key->descending ? ~bits : bits;
}

static int compare_keyed(const void *a, const void *b)
{
	const struct keyed *left = a, *right = b;

	return (left->key > right->key) - (left->key < right->key);
}

/* Stable insertion by key, for short runs. */
static void sort_short(struct keyed *items, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		struct keyed item = items[i];
		size_t at = i;

		for (; at && compare_keyed(&items[at - 1], &item) > 0; at--)
			items[at] = items[at - 1];
		items[at] = item;
	}
}

/* Least significant digit first; digits that are the same everywhere are passed over. */
static void sort_radix(struct keyed *items, struct keyed *other, size_t n)
{
	struct keyed *from = items, *to = other;

	for (int shift = 0; shift < 64; shift += RADIX_BITS) {
		size_t count[RADIX] = {0}, sum = 0;

		for (size_t i = 0; i < n; i++)
			count[from[i].key >> shift & (RADIX - 1)]++;
		if (count[from[0].key >> shift & (RADIX - 1)] == n)
			continue;
		for (size_t d = 0; d < RADIX; d++) {
			size_t here = count[d];

			count[d] = sum;
			sum += here;
		}
		for (size_t i = 0; i < n; i++)
			to[count[from[i].key >> shift & (RADIX - 1)]++] = from[i];
		from = to;
		to = from == items ? other : items;
	}
	if (from != items)
		memcpy(items, from, n * sizeof *items);
}

static void sort_numbers(uint32_t *rows, size_t n, const struct order_key *key)
{
	struct keyed *items = mem_alloc(2 * n * sizeof *items);

	for (size_t i = 0; i < n; i++)
		items[i] = (struct keyed){sortable(key, rows[i]), rows[i]};
	if (n < RADIX_FROM)
		sort_short(items, n);
	else
		sort_radix(items, items + n, n);
	for (size_t i = 0; i < n; i++)
		rows[i] = items[i].row;
	free(items);
}

static bool is_missing(const struct order_key *key, uint32_t row)
{
	return (key->missing && key->missing[row]) || (key->texts && !key->texts[row].s);
}

static int compare_texts(const struct order_key *key, uint32_t a, uint32_t b)
{
	bool no_a = is_missing(key, a), no_b = is_missing(key, b);
	int order;

	if (no_a || no_b)
		return no_a - no_b;
	order = str_compare(key->texts[a], key->texts[b]);
	return key->descending ? -order : order;
}

/* Bottom-up merge sort: stable, n log n whatever the input. */
static void sort_texts(uint32_t *rows, size_t n, const struct order_key *key)
{
	uint32_t *other = mem_alloc(n * sizeof *other), *from = rows, *to = other;

	for (size_t width = 1; width < n; width *= 2) {
		for (size_t start = 0; start < n; start += 2 * width) {
			size_t middle = start + width < n ? start + width : n;
			size_t end = start + 2 * width < n ? start + 2 * width : n;
			size_t left = start, right = middle;

			for (size_t i = start; i < end; i++) {
				bool take_left =
					left < middle &&
					(right == end ||
					 compare_texts(key, from[left], from[right]) <= 0);

				to[i] = take_left ? from[left++] : from[right++];
			}
		}
		from = to;
		to = from == rows ? other : rows;
	}
	if (from != rows)
		memcpy(rows, from, n * sizeof *rows);
	free(other);
}

static bool same(const struct order_key *key, uint32_t a, uint32_t b)
{
	if (key->texts)
		return compare_texts(key, a, b) == 0;
	return sortable(key, a) == sortable(key, b);
}

void order_rows(uint32_t *rows, size_t n, const struct order_key *keys, size_t nkeys)
{
	size_t start = 0;

	if (n < 2 || nkeys == 0)
		return;
	if (keys->texts)
		sort_texts(rows, n, keys);
	else
		sort_numbers(rows, n, keys);
	for (size_t i = 1; nkeys > 1 && i <= n; i++) {
		if (i < n && same(keys, rows[start], rows[i]))
			continue;
		order_rows(rows + start, i - start, keys + 1, nkeys - 1);
		start = i;
	}
}
