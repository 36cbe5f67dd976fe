/* The base room: text gate, buffers, arenas, errors, times, numbers, maps. */
#include "test.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/map.h"
#include "base/num.h"
#include "base/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static void gate_makes_hostile_text_harmless(void **state)
{
	static const struct {
		const char *in, *out;
	} cases[] = {
		{"plain", "plain"},
		{"a\x1b[31mb", "a\xe2\x90\x9b[31mb"},
		{"one\ntwo\r\t", "one\xe2\x90\x8atwo\xe2\x90\x8d\xe2\x90\x89"},
		{"\x7f", "\xe2\x90\xa1"},
		{"\xc2\x9b" "31m", "\xef\xbf\xbd" "31m"},
		{"\xff\xfe", "\xef\xbf\xbd\xef\xbf\xbd"},
		{"\xc0\xaf", "\xef\xbf\xbd\xef\xbf\xbd"},
		{"a\xe2\x80\xae" "b", "ab"},
		{"\xef\xbb\xbfx", "x"},
		{"x\xe2\x80\x8dy", "xy"},
		{"a\xe2\x80\xa8" "b", "a\xe2\x90\x8a" "b"},
		{"\xcc\x81" "a", "a"},
		{"\xee\x80\x80", "\xef\xbf\xbd"},
		{"\xf0\x9f\x87\xa9\xf0\x9f\x87\xaa", "DE"},
		{"\xe4\xb8\xad", "\xe4\xb8\xad"},
	};
	(void)state;

	TABLE_EACH(c, cases) {
		struct buf out;

		buf_init(&out, 1000);
		text_clean(&out, str_of(c->in));
		assert_string_equal(buf_cstr(&out), c->out);
		assert_true(text_is_clean(buf_str(&out)));
		buf_release(&out);
	}
}

static void gate_caps_combining_marks(void **state)
{
	struct buf out;
	(void)state;

	buf_init(&out, 1000);
	text_clean(&out, str_of("a\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81" "b"));
	assert_int_equal(out.n, 1 + 4 * 2 + 1);
	assert_int_equal(text_width(buf_str(&out)), 2);
	buf_release(&out);
}

/* Every string of up to three bytes, and random longer ones: the gate's output is clean. */
static void gate_output_is_always_clean(void **state)
{
	struct buf out;
	(void)state;

	buf_init(&out, 4096);
	for (uint32_t v = 0; v < 1u << 16; v++) {
		char in[4] = {(char)(v >> 8), (char)v, (char)(v * 31), (char)(v * 7)};

		for (size_t n = 1; n <= 4; n++) {
			buf_clear(&out);
			text_clean(&out, (struct str){in, n});
			assert_true(text_is_clean(buf_str(&out)));
			assert_true(out.n <= 3 * n);
		}
	}
	buf_release(&out);
}

static void fitting_counts_columns(void **state)
{
	struct str wide = str_of("a\xe4\xb8\xad" "b");
	int used;
	(void)state;

	assert_int_equal(text_width(wide), 4);
	assert_int_equal(text_fit(wide, 2, &used).n, 1);
	assert_int_equal(used, 1);
	assert_int_equal(text_fit(wide, 3, &used).n, 4);
	assert_int_equal(used, 3);
}

static void cutting_keeps_characters_whole(void **state)
{
	(void)state;
	assert_int_equal(text_cut(str_of("a\xe4\xb8\xad"), 3).n, 1);
	assert_int_equal(text_cut(str_of("a\xe4\xb8\xad"), 4).n, 4);
}

static void buffers_stop_at_their_ceiling(void **state)
{
	struct buf buf;
	(void)state;

	buf_init(&buf, 5);
	buf_adds(&buf, "abc");
	buf_addf(&buf, "%d", 12);
	assert_false(buf.over);
	buf_addc(&buf, 'x');
	assert_true(buf.over);
	assert_string_equal(buf_cstr(&buf), "abc12");
	buf_clear(&buf);
	buf_adds(&buf, "ok");
	assert_string_equal(buf_cstr(&buf), "ok");
	buf_release(&buf);
}

static void arenas_stop_at_their_ceiling(void **state)
{
	struct arena arena;
	struct str text;
	(void)state;

	arena_init(&arena, 4096);
	text = arena_str(&arena, str_of("hello"));
	assert_str(text, "hello");
	assert_true(str_none(arena_str(&arena, STR_NONE)));
	assert_null(arena_alloc(&arena, SIZE_MAX - 8));
	assert_true(arena.over);
	assert_null(arena_alloc(&arena, 5000));
	assert_true(arena.over);
	assert_null(arena_alloc(&arena, 1));
	assert_str(text, "hello");
	arena_release(&arena);

	arena_init(&arena, SIZE_MAX);
	assert_null(arena_zero(&arena, SIZE_MAX / 2, 4));
	arena_release(&arena);
}

static void errors_carry_clean_lines(void **state)
{
	struct err err;
	(void)state;

	assert_int_equal(err_set(&err, ERR_BUSY, "bad \x1b name\n"), -1);
	assert_string_equal(err.message, "bad \xe2\x90\x9b name\xe2\x90\x8a");
	assert_true(err.retryable);
	err_origin(&err, "mlflow.db");
	err_origin(&err, "other");
	assert_string_equal(err.origin, "mlflow.db");
	assert_string_equal(err_name(err.code), "busy");
}

static void times_are_read_and_written(void **state)
{
	static const struct {
		const char *in, *iso;
	} cases[] = {
		{"2026-01-31", "2026-01-31T00:00:00.000Z"},
		{"2026-01-31T10:15:02.123Z", "2026-01-31T10:15:02.123Z"},
		{"2026-01-31 10:15:02.123456+02:00", "2026-01-31T08:15:02.123Z"},
		{"2026-01-31T10:15-0130", "2026-01-31T11:45:00.000Z"},
		{"1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z"},
		{"2000-02-29T00:00:00Z", "2000-02-29T00:00:00.000Z"},
	};
	static const char *const bad[] = {"", "2026", "2026-02-30", "2026-01-31T", "2026-01-31T10",
					  "2026-01-31T25:00", "2026-01-31T10:15:02.Z", "x",
					  "2026-01-31T10:15:02Zx", "1900-02-29"};
	char iso[CLOCK_ISO_SIZE];
	int64_t time;
	(void)state;

	TABLE_EACH(c, cases) {
		assert_true(clock_parse_iso(str_of(c->in), &time));
		assert_string_equal(clock_iso(iso, time), c->iso);
	}
	TABLE_EACH(text, bad)
		assert_false(clock_parse_iso(str_of(*text), &time));
	assert_string_equal(clock_iso(iso, TIME_NONE), "");
	assert_string_equal(clock_iso(iso, INT64_MAX), "");
}

static void epochs_are_told_apart_by_size(void **state)
{
	(void)state;
	assert_int_equal(clock_of_epoch(1700000000), 1700000000000);
	assert_int_equal(clock_of_epoch(1700000000.5), 1700000000500);
	assert_int_equal(clock_of_epoch(1700000000000), 1700000000000);
	assert_int_equal(clock_of_epoch(1700000000000000), 1700000000000);
	assert_int_equal(clock_of_epoch(1700000000000000000), 1700000000000);
	assert_int_equal(clock_of_epoch(NAN), TIME_NONE);
	assert_int_equal(clock_of_epoch(1e300), TIME_NONE);
}

static void durations_need_a_positive_number(void **state)
{
	int64_t ms;
	(void)state;

	assert_true(clock_parse_duration(STR("1h"), &ms));
	assert_int_equal(ms, 3600000);
	assert_true(clock_parse_duration(STR("0.5"), &ms));
	assert_int_equal(ms, 500);
	assert_false(clock_parse_duration(STR("h"), &ms));
	assert_false(clock_parse_duration(STR("0s"), &ms));
	assert_false(clock_parse_duration(STR("-1h"), &ms));
	assert_false(clock_parse_duration(STR("1y"), &ms));
}

static void numbers_follow_one_grammar(void **state)
{
	static const char *const good[] = {"0", "-1.5", "+3", ".5", "5.", "1e3", "1E-400", "1e400",
					   "123456789012345678901234567890", "0.1", "2.5e-7",
					   "9007199254740993", "1.7976931348623157e308"};
	static const char *const bad[] = {"", "+", ".", "1e", "1e+", "0x1p3", "inf", "nan", " 1",
					  "1 ", "1,5", "1_0", "--1", "1.2.3", "e5"};
	double value;
	(void)state;

	TABLE_EACH(text, good) {
		assert_true(num_parse(str_of(*text), &value));
		assert_true(value == strtod(*text, NULL));
	}
	TABLE_EACH(text, bad)
		assert_false(num_parse(str_of(*text), &value));
}

/* A fixed linear sequence of bit patterns: what is printed reads back to the same double. */
static void shortest_numbers_read_back(void **state)
{
	uint64_t bits = 88172645463325252u;
	(void)state;

	for (int i = 0; i < 20000; i++) {
		char out[NUM_SIZE];
		double value, again;

		bits = bits * 6364136223846793005u + 1442695040888963407u;
		memcpy(&value, &bits, sizeof value);
		if (!isfinite(value))
			continue;
		num_shortest(out, value);
		assert_true(num_parse(str_of(out), &again));
		assert_true(value == again);
	}
}

static void integers_stop_at_64_bits(void **state)
{
	int64_t value;
	(void)state;

	assert_true(num_parse_int(STR("9223372036854775807"), &value));
	assert_true(value == INT64_MAX);
	assert_true(num_parse_int(STR("-9223372036854775808"), &value));
	assert_true(value == INT64_MIN);
	assert_false(num_parse_int(STR("9223372036854775808"), &value));
	assert_false(num_parse_int(STR(""), &value));
	assert_false(num_parse_int(STR("-"), &value));
	assert_false(num_parse_int(STR("1.0"), &value));
	assert_int_equal(num_hex4("00eF!", "00eF!" + 5), 0xef);
	assert_int_equal(num_hex4("00eg", "00eg" + 4), -1);
	assert_int_equal(num_hex4("00e", "00e" + 3), -1);
}

static void maps_keep_what_is_put(void **state)
{
	static char keys[5000][8];
	struct map map;
	uint32_t value;
	bool added;
	(void)state;

	map_init(&map);
	for (uint32_t i = 0; i < 5000; i++) {
		snprintf(keys[i], sizeof keys[i], "k%u", i);
		map_put(&map, str_of(keys[i]), i);
	}
	for (uint32_t i = 0; i < 5000; i++) {
		assert_true(map_get(&map, str_of(keys[i]), &value));
		assert_int_equal(value, i);
	}
	assert_false(map_get(&map, STR("none"), &value));
	assert_int_equal(map_intern(&map, STR("k7"), 99, &added), 7);
	assert_false(added);
	map_release(&map);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gate_makes_hostile_text_harmless),
		cmocka_unit_test(gate_caps_combining_marks),
		cmocka_unit_test(gate_output_is_always_clean),
		cmocka_unit_test(fitting_counts_columns),
		cmocka_unit_test(cutting_keeps_characters_whole),
		cmocka_unit_test(buffers_stop_at_their_ceiling),
		cmocka_unit_test(arenas_stop_at_their_ceiling),
		cmocka_unit_test(errors_carry_clean_lines),
		cmocka_unit_test(times_are_read_and_written),
		cmocka_unit_test(epochs_are_told_apart_by_size),
		cmocka_unit_test(durations_need_a_positive_number),
		cmocka_unit_test(numbers_follow_one_grammar),
		cmocka_unit_test(shortest_numbers_read_back),
		cmocka_unit_test(integers_stop_at_64_bits),
		cmocka_unit_test(maps_keep_what_is_put),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
