/* Hash map from text to number; see map.h. Open addressing with linear steps, at most 3/4 full. */
#include "base/map.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

void map_init(struct map *map)
{
	*map = (struct map){0};
	if (getrandom(&map->seed, sizeof map->seed, GRND_NONBLOCK) != sizeof map->seed)
		map->seed = (uint64_t)(uintptr_t)map * 0x9E3779B97F4A7C15u;
}

void map_release(struct map *map)
{
	free(map->slots);
	*map = (struct map){.seed = map->seed};
}

static uint64_t mix(uint64_t a, uint64_t b)
{
	__uint128_t product = (__uint128_t)a * b;

	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* Folded multiply over 8-byte words, keyed by the seed (the construction of wyhash, simplified). */
static uint64_t hash_of(const struct map *map, struct str key)
{
	uint64_t h = map->seed ^ key.n * 0x9E3779B97F4A7C15u;
	const char *s = key.s;
	size_t n = key.n;

	for (; n >= 8; s += 8, n -= 8) {
		uint64_t word;

		memcpy(&word, s, 8);
		h = mix(h ^ word, 0xD6E8FEB86659FD93u ^ map->seed);
	}
	if (n) {
		uint64_t word = 0;

		memcpy(&word, s, n);
		h = mix(h ^ word, 0xA0761D6478BD642Fu ^ map->seed);
	}
	return mix(h, 0xE7037ED1A0B428DBu);
}

/* The slot that holds the key, or the free one where it would go. */
static struct map_entry *slot_of(const struct map *map, struct str key, uint64_t hash)
{
	size_t at = hash & (map->cap - 1);

	while (map->slots[at].key.s &&
	       (map->slots[at].hash != hash || !str_equal(map->slots[at].key, key)))
		at = (at + 1) & (map->cap - 1);
	return &map->slots[at];
}

static void grow(struct map *map)
{
	struct map old = *map;

	map->cap = old.cap ? old.cap * 2 : 16;
	map->slots = mem_zero(map->cap, sizeof *map->slots);
	for (size_t i = 0; i < old.cap; i++)
		if (old.slots[i].key.s)
			*slot_of(map, old.slots[i].key, old.slots[i].hash) = old.slots[i];
	free(old.slots);
}

bool map_get(const struct map *map, struct str key, uint32_t *value)
{
	const struct map_entry *entry;

	if (!map->n || !key.s)
		return false;
	entry = slot_of(map, key, hash_of(map, key));
	if (!entry->key.s)
		return false;
	*value = entry->value;
	return true;
}

uint32_t map_intern(struct map *map, struct str key, uint32_t value, bool *added)
{
	uint64_t hash = hash_of(map, key);
	struct map_entry *entry;

	if (added)
		*added = false;
	if ((map->n + 1) * 4 > map->cap * 3)
		grow(map);
	entry = slot_of(map, key, hash);
	if (!entry->key.s) {
		*entry = (struct map_entry){key, hash, value};
		map->n++;
		if (added)
			*added = true;
	}
	return entry->value;
}

void map_put(struct map *map, struct str key, uint32_t value)
{
	bool added;

	map_intern(map, key, value, &added);
	if (!added)
		slot_of(map, key, hash_of(map, key))->value = value;
}
