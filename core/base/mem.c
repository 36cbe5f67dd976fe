/* Allocation that ends the program cleanly when the machine is out of memory; see mem.h. */
#include "base/mem.h"

#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void (*exhausted_hook)(void);
static atomic_flag exhausted = ATOMIC_FLAG_INIT;

void mem_on_exhausted(void (*hook)(void))
{
	exhausted_hook = hook;
}

static _Noreturn void run_out(void)
{
	static const char message[] = "leeboard: out of memory\n";

	if (!atomic_flag_test_and_set(&exhausted) && exhausted_hook)
		exhausted_hook();
	if (write(STDERR_FILENO, message, sizeof message - 1) < 0)
		_exit(3);
	_exit(3);
}

static void *checked(void *p)
{
	if (!p)
		run_out();
	return p;
}

void *mem_alloc(size_t n)
{
	return checked(malloc(n ? n : 1));
}

void *mem_zero(size_t n, size_t size)
{
	return checked(calloc(n ? n : 1, size ? size : 1));
}

void *mem_resize(void *p, size_t n, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(n, size, &bytes))
		run_out();
	return checked(realloc(p, bytes ? bytes : 1));
}

char *mem_copy(const char *s, size_t n)
{
	char *copy = mem_alloc(n + 1);

	if (n)
		memcpy(copy, s, n);
	copy[n] = '\0';
	return copy;
}
