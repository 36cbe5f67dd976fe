/*
 * A hash map from text to a 32-bit number, seeded at random so that foreign keys cannot collide on
 * purpose. Keys are views: their bytes belong to the caller and must outlive the map.
 */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include "base/str.h"

#include <stdbool.h>
#include <stdint.h>

struct map_entry {
	struct str key;
	uint64_t hash;
	uint32_t value;
};

struct map {
	struct map_entry *slots; /* open addressing, a power of two; a free slot has key.s == NULL */
	size_t n, cap;
	uint64_t seed;
};

void map_init(struct map *map);
void map_release(struct map *map);

/* False when the key is not there. */
bool map_get(const struct map *map, struct str key, uint32_t *value);

/* Adds the key or changes its value. */
void map_put(struct map *map, struct str key, uint32_t value);

/*
 * The value of key; if it is not there it is added with `value`, and *added (if not NULL) is set
 * to true. One look-up for "number these names".
 */
uint32_t map_intern(struct map *map, struct str key, uint32_t value, bool *added);

#endif
