/* What every unit test includes: cmocka with the headers that it needs first, and small helpers. */
#ifndef TESTS_UNIT_TEST_H
#define TESTS_UNIT_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/str.h"

#include <string.h>

/* A view equals a C string. */
#define assert_str(text, expected)                                                                 \
	do {                                                                                       \
		struct str assert_str_text = (text);                                               \
		assert_non_null(assert_str_text.s);                                                \
		assert_int_equal(assert_str_text.n, strlen(expected));                             \
		assert_memory_equal(assert_str_text.s, expected, strlen(expected));                \
	} while (0)

#define TABLE_EACH(item, table)                                                                    \
	for (size_t item##_i = 0; item##_i < sizeof(table) / sizeof *(table); item##_i++)          \
		for (__typeof__(&(table)[0]) item = &(table)[item##_i]; item; item = NULL)

#endif
