/* Arenas; see arena.h. Blocks double from 1 KB to 64 KB, so that a small table stays small. */
#include "base/arena.h"

#include "base/mem.h"

#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_BLOCK = 1024, LARGEST_BLOCK = 64 * 1024 };

struct arena_block {
	struct arena_block *next;
	size_t n, cap;
	alignas(max_align_t) char bytes[];
};

void arena_init(struct arena *arena, size_t max)
{
	*arena = (struct arena){.max = max};
}

void arena_release(struct arena *arena)
{
	struct arena_block *block = arena->blocks;

	while (block) {
		struct arena_block *next = block->next;

		free(block);
		block = next;
	}
	*arena = (struct arena){.max = arena->max};
}

static struct arena_block *add_block(struct arena *arena, size_t n)
{
	size_t cap = arena->blocks ? arena->blocks->cap * 2 : FIRST_BLOCK;
	struct arena_block *block;

	if (n > arena->max) {
		arena->over = true;
		return NULL;
	}
	if (cap > LARGEST_BLOCK)
		cap = LARGEST_BLOCK;
	if (cap < n)
		cap = n;
	if (cap + sizeof *block > arena->max - arena->used) {
		cap = n;
		if (cap + sizeof *block > arena->max - arena->used) {
			arena->over = true;
			return NULL;
		}
	}
	block = mem_alloc(sizeof *block + cap);
	*block = (struct arena_block){.next = arena->blocks, .cap = cap};
	arena->blocks = block;
	arena->used += sizeof *block + cap;
	return block;
}

static void *take(struct arena *arena, size_t n, size_t align)
{
	struct arena_block *block = arena->blocks;
	size_t at;

	if (arena->over)
		return NULL;
	at = block ? (block->n + align - 1) & ~(align - 1) : 0;
	if (!block || at > block->cap || n > block->cap - at) {
		block = add_block(arena, n);
		if (!block)
			return NULL;
		at = 0;
	}
	block->n = at + n;
	return block->bytes + at;
}

void *arena_alloc(struct arena *arena, size_t n)
{
	return take(arena, n, alignof(max_align_t));
}

void *arena_zero(struct arena *arena, size_t n, size_t size)
{
	size_t bytes;
	void *p;

	if (__builtin_mul_overflow(n, size, &bytes)) {
		arena->over = true;
		return NULL;
	}
	p = arena_alloc(arena, bytes);
	if (p)
		memset(p, 0, bytes);
	return p;
}

struct str arena_str(struct arena *arena, struct str text)
{
	char *copy;

	if (!text.s)
		return STR_NONE;
	copy = take(arena, text.n + 1, 1);
	if (!copy)
		return STR_NONE;
	if (text.n)
		memcpy(copy, text.s, text.n);
	copy[text.n] = '\0';
	return (struct str){copy, text.n};
}
