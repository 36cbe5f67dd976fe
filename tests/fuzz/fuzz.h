/*
 * What every fuzz target shares. A target is one file: it includes this, takes any bytes, and
 * asserts what must hold for them; the sanitizers watch the rest. Seeds are in corpus/NAME/.
 *
 * To add one: a line in fuzz_targets of local.mk, the two lines below it, and NAME.c.
 */
#ifndef FUZZ_H
#define FUZZ_H

#undef NDEBUG
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

#endif
