/* Numbers as text; see num.h. The program never sets LC_NUMERIC, so strtod and printf use ".". */
#include "base/num.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool digit(char c)
{
	return c >= '0' && c <= '9';
}

/* What the plain part of a number adds up to, while it fits 19 digits. */
struct scan {
	uint64_t mantissa;
	int digits;   /* significant digits in the mantissa */
	int exponent; /* of ten */
	bool negative;
};

/* Checks the grammar and gathers the digits in one pass. */
static bool scan_number(struct str text, struct scan *scan)
{
	const char *s = text.s, *end = text.s + text.n;
	bool any = false, point = false;
	int exponent = 0;

	*scan = (struct scan){0};
	if (s < end && (*s == '-' || *s == '+'))
		scan->negative = *s++ == '-';
	for (; s < end && (digit(*s) || (*s == '.' && !point)); s++) {
		if (*s == '.') {
			point = true;
			continue;
		}
		any = true;
		if (scan->digits < 19) {
			scan->mantissa = scan->mantissa * 10 + (uint64_t)(*s - '0');
			scan->digits += scan->mantissa != 0;
			scan->exponent -= point;
		} else {
			scan->digits = 20; /* too long for the fast way */
		}
	}
	if (!any)
		return false;
	if (s < end && (*s == 'e' || *s == 'E')) {
		bool negative = false;

		s++;
		if (s < end && (*s == '-' || *s == '+'))
			negative = *s++ == '-';
		if (s == end || !digit(*s))
			return false;
		for (; s < end && digit(*s); s++)
			if (exponent < 100000)
				exponent = exponent * 10 + (*s - '0');
		scan->exponent += negative ? -exponent : exponent;
	}
	return s == end;
}

/* strtod wants a terminated string; numbers longer than the stack buffer are copied. */
static double slow_parse(struct str text)
{
	char small[128];
	char *copy = text.n < sizeof small ? small : malloc(text.n + 1);
	double value;

	if (!copy)
		return NAN;
	memcpy(copy, text.s, text.n);
	copy[text.n] = '\0';
	value = strtod(copy, NULL);
	if (copy != small)
		free(copy);
	return value;
}

bool num_parse(struct str text, double *value)
{
	static const double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
					1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
					1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
	struct scan scan;
	double exact;

	if (!text.n || !scan_number(text, &scan))
		return false;
	/* Clinger's fast path: both factors are exact doubles, so one operation rounds right. */
	if (scan.digits > 19 || scan.mantissa >> 53 || scan.exponent < -22 || scan.exponent > 22) {
		*value = slow_parse(text);
		return true;
	}
	exact = (double)scan.mantissa;
	exact = scan.exponent < 0 ? exact / powers[-scan.exponent] : exact * powers[scan.exponent];
	*value = scan.negative ? -exact : exact;
	return true;
}

bool num_parse_int(struct str text, int64_t *value)
{
	size_t at = text.n && (text.s[0] == '-' || text.s[0] == '+');
	int64_t sum = 0;

	if (at == text.n)
		return false;
	for (; at < text.n; at++) {
		int step = text.s[at] - '0';

		if (!digit(text.s[at]) || __builtin_mul_overflow(sum, 10, &sum))
			return false;
		/* gathered below zero: the negative side is one longer */
		if (__builtin_sub_overflow(sum, step, &sum))
			return false;
	}
	if (text.s[0] == '-') {
		*value = sum;
		return true;
	}
	return !__builtin_sub_overflow((int64_t)0, sum, value);
}

const char *num_shortest(char out[NUM_SIZE], double value)
{
	if (isnan(value))
		return strcpy(out, "NaN");
	if (isinf(value))
		return strcpy(out, value > 0 ? "Infinity" : "-Infinity");
	for (int digits = 15; digits <= 17; digits++) {
		snprintf(out, NUM_SIZE, "%.*g", digits, value);
		if (strtod(out, NULL) == value)
			break;
	}
	return out;
}

const char *num_short(char out[NUM_SIZE], double value, int digits)
{
	if (isnan(value))
		return strcpy(out, "NaN");
	if (isinf(value))
		return strcpy(out, value > 0 ? "inf" : "-inf");
	snprintf(out, NUM_SIZE, "%.*g", digits, value);
	return out;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

int num_hex4(const char *s, const char *end)
{
	int value = 0;

	if (end - s < 4)
		return -1;
	for (int i = 0; i < 4; i++) {
		int digit = hex_digit(s[i]);

		if (digit < 0)
			return -1;
		value = value * 16 + digit;
	}
	return value;
}
