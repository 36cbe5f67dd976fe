/*
 * Memory that is filled piece by piece and given back at once, with a ceiling, sticky on overflow.
 *
 * Records live in arenas: their texts are copied in and stay where they are until the arena is
 * released. An allocation that would pass max answers NULL (a text: STR_NONE), sets `over`, and so
 * does every later one; a builder reads `over` once, when it seals.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>

struct arena_block;

struct arena {
	struct arena_block *blocks;
	size_t used; /* bytes of all blocks, headers included: what the arena costs */
	size_t max;
	bool over;
};

void arena_init(struct arena *arena, size_t max);
void arena_release(struct arena *arena);

/* n bytes aligned for any type, not zeroed; NULL past the ceiling. */
void *arena_alloc(struct arena *arena, size_t n);

/* Room for n items of the given size, zeroed; NULL past the ceiling or on overflow. */
void *arena_zero(struct arena *arena, size_t n, size_t size);

/* A NUL-terminated copy; a missing text stays missing. */
struct str arena_str(struct arena *arena, struct str text);

#endif
