/*
 * Memory that is either there or ends the program cleanly.
 *
 * Small allocations of the program's own making never fail towards their caller: when the machine
 * is out of memory, the hook set with mem_on_exhausted() puts the terminal back and the program
 * exits. What grows with foreign data does not come from here but from a buffer or an arena, which
 * are born with a maximum (base/buf.h, base/arena.h).
 *
 * Thread rule: every function may be called on any thread; mem_on_exhausted() once, at start.
 */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stddef.h>

/* Uninitialised memory of n bytes, never NULL (n = 0 gives a unique pointer). Free with free(). */
void *mem_alloc(size_t n);

/* Zeroed memory for n items of the given size, never NULL; a product that overflows is exhaustion. */
void *mem_zero(size_t n, size_t size);

/* Resizes p (which may be NULL) to n items of the given size; never NULL. */
void *mem_resize(void *p, size_t n, size_t size);

/* A NUL-terminated copy of the n bytes at s. */
char *mem_copy(const char *s, size_t n);

/* The hook runs once, on the thread that ran out, before the program exits with status 3. */
void mem_on_exhausted(void (*hook)(void));

/* Makes room for one more item in a plain growing array: `MEM_GROW(list, n, cap); list[n++] = …` */
#define MEM_GROW(array, n, cap)                                                                    \
	do {                                                                                       \
		if ((n) == (cap)) {                                                                \
			(cap) = (cap) ? (cap) * 2 : 16;                                            \
			(array) = mem_resize((array), (cap), sizeof *(array));                     \
		}                                                                                  \
	} while (0)

#endif
