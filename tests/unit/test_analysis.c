/* The analysis room: M4, axes, rates. */
#include "test.h"

#include "analysis/axis.h"
#include "analysis/m4.h"
#include "analysis/rate.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { DOTS_X = 60, DOTS_Y = 48, MANY = 20000 };

/* A small generator, so that a failure can be had again. */
static uint32_t next_random(uint32_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 17;
	*seed ^= *seed << 5;
	return *seed;
}

static double next_share(uint32_t *seed)
{
	return next_random(seed) / 4294967296.0;
}

struct picture {
	bool lit[DOTS_Y][DOTS_X];
};

static void light(struct picture *picture, long x, long y)
{
	if (x >= 0 && x < DOTS_X && y >= 0 && y < DOTS_Y)
		picture->lit[y][x] = true;
}

static void draw_line(struct picture *picture, long x0, long y0, long x1, long y1)
{
	long dx = labs(x1 - x0), dy = -labs(y1 - y0), error = dx + dy;

	for (;;) {
		light(picture, x0, y0);
		if (x0 == x1 && y0 == y1)
			return;
		if (2 * error >= dy && x0 != x1) {
			error += dy;
			x0 += x0 < x1 ? 1 : -1;
		} else {
			error += dx;
			y0 += y0 < y1 ? 1 : -1;
		}
	}
}

static long dot_y(double y)
{
	return lround(y * (DOTS_Y - 1));
}

static long dot_x(double x)
{
	long column = (long)floor(x / 10.0);

	return x < 10.0 * (double)column ? column - 1 : column;
}

static void draw_all(struct picture *picture, const double *x, const double *y, size_t n)
{
	*picture = (struct picture){0};
	for (size_t i = 0; i < n; i++) {
		if (!isfinite(y[i]))
			continue;
		if (i > 0 && isfinite(y[i - 1]))
			draw_line(picture, dot_x(x[i - 1]), dot_y(y[i - 1]), dot_x(x[i]),
				  dot_y(y[i]));
		else
			light(picture, dot_x(x[i]), dot_y(y[i]));
	}
}

static void draw_reduced(struct picture *picture, const struct m4 *m4)
{
	*picture = (struct picture){0};
	for (size_t i = 0; i < m4->n; i++) {
		const struct m4_point *point = &m4->points[i], *before = point - 1;

		if (point->gap)
			light(picture, dot_x(point->x), dot_y(point->y));
		else
			draw_line(picture, dot_x(before->x), dot_y(before->y), dot_x(point->x),
				  dot_y(point->y));
	}
}

/* Random walks with spikes and holes: every dot that all points light, and no other. */
static void m4_lights_the_same_dots(void **state)
{
	static double x[MANY], y[MANY];
	static struct picture all, few;
	uint32_t seed = 12345;
	(void)state;

	for (int round = 0; round < 200; round++) {
		size_t n = 1 + next_random(&seed) % MANY, at = 0;
		double level = 0.5;
		struct m4 m4;

		for (size_t i = 0; i < n; i++) {
			level += (next_share(&seed) - 0.5) * 0.02;
			level = fmin(fmax(level, 0), 1);
			x[i] = 600.0 * (double)i / (double)n;
			y[i] = next_random(&seed) % 1000 ? level : next_share(&seed);
			if (next_random(&seed) % 5000 == 0)
				y[i] = next_random(&seed) % 2 ? NAN : INFINITY;
		}
		m4_init(&m4, (struct m4_domain){.lo = 0, .hi = 600}, DOTS_X);
		while (at < n) {
			size_t part = 1 + next_random(&seed) % 4096;

			part = part < n - at ? part : n - at;
			m4_feed(&m4, x + at, y + at, part);
			at += part;
		}
		m4_finish(&m4);
		draw_all(&all, x, y, n);
		draw_reduced(&few, &m4);
		assert_memory_equal(&all, &few, sizeof all);
		assert_int_equal(m4.total.points, n);
		assert_true(m4.n <= 4 * DOTS_X + 4 * (m4.total.nan + m4.total.pos_inf));
		m4_release(&m4);
	}
}

static void m4_zoomed_draws_the_crossing_lines(void **state)
{
	const double x[] = {0, 10, 20, 30}, y[] = {0, 1, 2, 3};
	struct m4 m4;
	(void)state;

	m4_init(&m4, (struct m4_domain){.lo = 12, .hi = 18}, 10);
	m4_feed(&m4, x, y, 4);
	m4_finish(&m4);
	assert_int_equal(m4.n, 2);
	assert_int_equal(m4.points[0].column, -1);
	assert_int_equal(m4.points[0].index, 1);
	assert_int_equal(m4.points[1].column, 10);
	assert_false(m4.points[1].gap);
	assert_int_equal(m4.total.points, 0);
	m4_release(&m4);
}

static void m4_counts_what_it_cannot_draw(void **state)
{
	const double x[] = {0, 1, 2, 3, 2.5, NAN, 4, 5, 6};
	const double y[] = {1, NAN, INFINITY, -INFINITY, 9, 9, -1, 0, 7};
	double low, high;
	struct m4 m4;
	(void)state;

	m4_init(&m4, (struct m4_domain){.lo = 0, .hi = 10, .log_y = true}, 1);
	m4_feed(&m4, x, y, 9);
	m4_finish(&m4);
	assert_int_equal(m4.total.nan, 1);
	assert_int_equal(m4.total.pos_inf, 1);
	assert_int_equal(m4.total.neg_inf, 1);
	assert_int_equal(m4.total.below, 2);
	assert_int_equal(m4.total.points, 7);
	assert_int_equal(m4.left_out, 2);
	assert_int_equal(m4.n, 2);
	assert_true(m4.points[0].gap && m4.points[1].gap);
	assert_true(m4_range(&m4, &low, &high));
	assert_true(low == 1 && high == 7);
	m4_release(&m4);
}

/* NaN at every other point of one column: bounded, the extremes kept. */
static void m4_output_is_bounded(void **state)
{
	struct m4 m4;
	double low, high;
	(void)state;

	m4_init(&m4, (struct m4_domain){.lo = 0, .hi = 1}, 2);
	for (int i = 0; i < 10000; i++) {
		double x = i / 10000.0, y = i % 2 ? (double)NAN : i == 4000 ? 50 : i % 7;

		m4_feed(&m4, &x, &y, 1);
	}
	m4_finish(&m4);
	assert_true(m4.n <= 2 * 4 * M4_PIECES);
	assert_true(m4_range(&m4, &low, &high));
	assert_true(low == 0 && high == 50);
	assert_int_equal(m4.total.nan, 5000);
	m4_release(&m4);
}

static void m4_takes_any_domain(void **state)
{
	const int64_t steps[] = {INT64_MIN, -1, 0, 1, 10, 100, INT64_MAX};
	const double y[] = {0, 1, 2, 3, 4, 5, 6};
	struct m4 m4;
	(void)state;

	m4_init(&m4, (struct m4_domain){.lo = 5, .hi = 5}, 0);
	m4_feed_int(&m4, steps, y, 7);
	m4_finish(&m4);
	assert_int_equal(m4.total.points, 0);
	m4_release(&m4);

	m4_init(&m4, (struct m4_domain){.lo = 1, .hi = 1000, .log_x = true}, 3);
	m4_feed_int(&m4, steps, y, 7);
	m4_finish(&m4);
	assert_int_equal(m4.columns[0].points, 1);
	assert_int_equal(m4.columns[1].points, 1);
	assert_int_equal(m4.columns[2].points, 1);
	m4_release(&m4);
}

static const char *labels(const struct axis *axis, char *out)
{
	double ticks[AXIS_MAX_TICKS];
	size_t n = axis_ticks(axis, ticks, AXIS_MAX_TICKS);

	out[0] = '\0';
	for (size_t i = 0; i < n; i++) {
		char label[AXIS_LABEL_SIZE];

		sprintf(out + strlen(out), "%s%s", i ? " " : "", axis_label(axis, ticks[i], label));
	}
	return out;
}

static void axes_have_round_ticks(void **state)
{
	static const struct {
		enum axis_kind kind;
		double low, high;
		int wanted;
		bool live;
		const char *labels;
	} cases[] = {
		{AXIS_LINEAR, 0, 600, 3, false, "0 200 400 600"},
		{AXIS_LINEAR, 0, 600, 3, true, "0 200 400 600 800"},
		{AXIS_LINEAR, 0.812, 0.9412, 4, false, "0.80 0.85 0.90 0.95"},
		{AXIS_LINEAR, -1, 1, 2, false, "-1 0 1"},
		{AXIS_LINEAR, 5, 5, 2, false, "4.5 5.0 5.5"},
		{AXIS_LINEAR, 0, 0, 2, false, "0.0 0.5 1.0"},
		{AXIS_LINEAR, 0, 1.9e6, 4, false, "0 0.5M 1.0M 1.5M 2.0M"},
		{AXIS_LINEAR, 0, 250000, 3, false, "0 100k 200k 300k"},
		{AXIS_LINEAR, 0, 1e-5, 2, false, "0 5e-06 1e-05"},
		{AXIS_LINEAR, NAN, 1, 2, false, "0.0 0.5 1.0"},
		{AXIS_LINEAR, 3, 2, 2, false, "0.0 0.5 1.0"},
		{AXIS_LOG, 0.001, 0.5, 3, false, "0.001 0.01 0.1"},
		{AXIS_LOG, 3, 30, 6, false, "2 5 10 20 50"},
		{AXIS_LOG, 1, 1e12, 4, false, "1 1e+05 1e+10"},
		{AXIS_LOG, -5, -1, 3, false, "1 2 5 10"},
		{AXIS_DURATION, 0, 7.2e6, 4, false, "0 30m 1h 1h30m 2h"},
		{AXIS_DURATION, 0, 90e3, 3, false, "0 30s 1m 1m30s"},
		{AXIS_DURATION, 0, 2000, 4, false, "0 0.5s 1.0s 1.5s 2.0s"},
		{AXIS_TIME, 1.7e12, 1.7e12 + 40e3, 4, false,
		 "22:13:20 22:13:30 22:13:40 22:13:50 22:14:00"},
		{AXIS_TIME, 1.7e12, 1.7e12 + 3 * 3.6e6, 3, false, "22:00 23:00 11-15 01:00 02:00"},
		{AXIS_TIME, 1.7e12, 1.7e12 + 3 * 86.4e6, 3, false, "11-14 11-15 11-16 11-17 11-18"},
		{AXIS_TIME, 1.5e12, 1.6e12, 3, false, 
		 "2016-07-18 2017-11-30 2019-04-14 2020-08-26 2022-01-08"},
	};
	char text[1024];
	(void)state;

	setenv("TZ", "UTC", 1);
	tzset();
	TABLE_EACH(c, cases) {
		struct axis axis;

		axis_fit(&axis, c->kind, c->low, c->high, c->wanted, c->live);
		assert_string_equal(labels(&axis, text), c->labels);
	}
}

/* Whatever the range: the domain holds it, ticks rise inside it and are few, labels are short. */
static void axes_take_any_range(void **state)
{
	static const double values[] = {0,     1,      -1,     1e-300, 5e-324,  1e300,   -1e300,
					1e308, -1e308, 1e16,   1e16 + 2, 1.7e12, 1.7e12 + 1, 4e18};
	double ticks[AXIS_MAX_TICKS];
	char label[AXIS_LABEL_SIZE];
	(void)state;

	TABLE_EACH(low, values)
		TABLE_EACH(high, values)
			for (enum axis_kind kind = AXIS_LINEAR; kind <= AXIS_DURATION; kind++)
				for (int live = 0; live < 2; live++) {
					struct axis axis;
					size_t n;

					axis_fit(&axis, kind, *low, *high, 5, live);
					assert_true(isfinite(axis.lo) && isfinite(axis.hi));
					assert_true(axis.lo < axis.hi);
					n = axis_ticks(&axis, ticks, AXIS_MAX_TICKS);
					assert_true(n <= 20);
					for (size_t i = 0; i < n; i++) {
						assert_true(i == 0 || ticks[i] > ticks[i - 1]);
						axis_label(&axis, ticks[i], label);
						assert_in_range(strlen(label), 1, 24);
					}
				}
}

static void axes_follow_in_steps(void **state)
{
	struct axis axis;
	int changes = 0;
	(void)state;

	axis_fit(&axis, AXIS_LINEAR, 0, 100, 4, true);
	for (int i = 100; i < 10000; i++) {
		changes += axis_follow(&axis, 0, i);
		assert_true(axis.lo <= 0 && axis.hi >= i);
	}
	assert_in_range(changes, 5, 30);
	assert_false(axis_follow(&axis, 0, 9999));
	assert_true(axis_follow(&axis, 0, 10));
}

static void axis_zoom_is_exact(void **state)
{
	struct axis axis;
	double ticks[AXIS_MAX_TICKS];
	(void)state;

	assert_true(axis_set(&axis, AXIS_LINEAR, 0.13, 0.77, 4));
	assert_true(axis.lo == 0.13 && axis.hi == 0.77);
	assert_int_equal(axis_ticks(&axis, ticks, AXIS_MAX_TICKS), 3);
	assert_false(axis_set(&axis, AXIS_LINEAR, 1, 1, 4));
	assert_false(axis_set(&axis, AXIS_LOG, 0, 1, 4));
	assert_false(axis_set(&axis, AXIS_LINEAR, 1e15, 1e15 + 0.1, 4));
	assert_true(fabs(axis_place(&axis, 0.45) - 0.5) < 1e-12);
	assert_true(fabs(axis_value(&axis, 0.5) - 0.45) < 1e-12);
}

/* A sample each five seconds from time 0 on. */
static double rate_each_5s(const double *values, size_t n, int64_t at, int64_t window)
{
	int64_t times[16];

	for (size_t i = 0; i < n; i++)
		times[i] = (int64_t)i * 5000;
	return rate_of(times, values, n, at, window);
}

static bool near(double a, double b)
{
	return fabs(a - b) <= 1e-12 * fabs(b);
}

/* The expected values are what promtool 2.42 prints for rate(x[w]) on the same samples. */
static void rates_are_those_of_prometheus(void **state)
{
	const double a[] = {0, 10, 20, 35, 50, 61, 72, 80, 95, 100, 130, 140, 151};
	const double b[] = {100, 110, 5, 17, NAN, NAN, 40, 2, 9, 20, NAN, 33, 40};
	const double c[] = {NAN, NAN, NAN, NAN, NAN, NAN, 3, 9, 14, NAN, NAN, NAN, NAN};
	const int64_t twice[] = {1000, 1000};
	(void)state;

	assert_true(near(rate_each_5s(a, 13, 60000, 59000), 2.5593220338983054));
	assert_true(near(rate_each_5s(b, 13, 60000, 59000), 1.4545454545454546));
	assert_true(near(rate_each_5s(c, 13, 60000, 59000), 0.2838983050847458));
	assert_true(near(rate_each_5s(a, 13, 42000, 31500), 2.4));
	assert_true(isnan(rate_each_5s(a, 1, 60000, 60000)));
	assert_true(isnan(rate_each_5s(c, 13, 10000, 10000)));
	assert_true(isnan(rate_each_5s(a, 13, 60000, 0)));
	assert_true(isnan(rate_of(twice, a, 2, 2000, 2000)));
	/* the window is open on its left */
	assert_true(isnan(rate_each_5s(a, 13, 5000, 5000)));
	assert_false(isnan(rate_each_5s(a, 13, 5000, 5001)));
}

static void quantiles_are_those_of_prometheus(void **state)
{
	const double bounds[] = {0.01, 0.1, 1, INFINITY};
	const double counts[4][13] = {
		{0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6},
		{0, 3, 5, 8, 10, 13, 15, 18, 20, 23, 25, 28, 30},
		{0, 4, 7, 11, 15, 19, 22, 26, 30, 34, 37, 41, 45},
		{0, 4, 7, 12, 16, 20, 24, 28, 32, 36, 40, 44, 50},
	};
	struct rate_quantile median;
	double rates[4];
	(void)state;

	for (int i = 0; i < 4; i++)
		rates[i] = rate_each_5s(counts[i], 13, 60000, 59000);
	median = rate_quantile(0.5, bounds, rates, 4);
	assert_true(near(median.value, 0.08363636363636363));
	assert_true(median.low == 0.01 && median.high == 0.1);
	assert_true(near(rate_quantile(0.1, bounds, rates, 4).value, 0.0092));
	assert_true(rate_quantile(0.95, bounds, rates, 4).value == 1);
	assert_true(isinf(rate_quantile(0.95, bounds, rates, 4).high));
}

static void quantiles_of_odd_buckets(void **state)
{
	const double inf = INFINITY;
	(void)state;

	assert_true(isnan(rate_quantile(0.5, (double[]){1, 2}, (double[]){1, 2}, 2).value));
	assert_true(isnan(rate_quantile(0.5, (double[]){inf}, (double[]){1}, 1).value));
	assert_true(isnan(rate_quantile(0.5, (double[]){1, inf}, (double[]){0, 0}, 2).value));
	assert_true(isnan(rate_quantile(0.5, (double[]){1, inf}, (double[]){NAN, 1}, 2).value));
	assert_true(isnan(rate_quantile(0.5, NULL, NULL, 0).value));
	assert_true(isnan(rate_quantile(NAN, (double[]){1, inf}, (double[]){1, 2}, 2).value));
	/* all at or below zero; counts that fall; equal bounds */
	assert_true(rate_quantile(0.5, (double[]){0, inf}, (double[]){5, 5}, 2).value == 0);
	assert_true(rate_quantile(1, (double[]){1, 2, inf}, (double[]){4, 3, 4}, 3).value == 1);
	assert_true(rate_quantile(0.5, (double[]){1, 1, inf}, (double[]){1, 1, 2}, 3).value == 0.5);
}

static void signals_come_from_the_samples(void **state)
{
	double bounds[] = {0.1, INFINITY}, buckets[][2] = {{0, 0}, {10, 10}, {20, 20}};
	struct scrape_sample samples[3];
	struct deployment deployment = {.bounds = bounds, .nbounds = 2, .samples = samples};
	struct rate_signals signals;
	(void)state;

	signals = rate_signals(&deployment, 10000, 60000);
	assert_true(isnan(signals.requests_per_s) && isnan(signals.p50.value));
	for (int i = 0; i < 3; i++)
		samples[i] = (struct scrape_sample){
			.time = i * 5000,
			.requests = 10 * i,
			.errors = i,
			.latency_sum = i,
			.latency_count = 10 * i,
			.buckets = buckets[i],
			.probe = i == 2 ? (double)NAN : 0.25,
		};
	deployment.nsamples = 3;
	signals = rate_signals(&deployment, 10000, 10001);
	assert_true(near(signals.requests_per_s, 20 / 10.001));
	assert_true(near(signals.error_share, 0.1));
	assert_true(near(signals.mean, 0.1));
	assert_true(near(signals.p50.value, 0.05));
	assert_true(signals.probe == 0.25);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(m4_lights_the_same_dots),
		cmocka_unit_test(m4_zoomed_draws_the_crossing_lines),
		cmocka_unit_test(m4_counts_what_it_cannot_draw),
		cmocka_unit_test(m4_output_is_bounded),
		cmocka_unit_test(m4_takes_any_domain),
		cmocka_unit_test(axes_have_round_ticks),
		cmocka_unit_test(axes_take_any_range),
		cmocka_unit_test(axes_follow_in_steps),
		cmocka_unit_test(axis_zoom_is_exact),
		cmocka_unit_test(rates_are_those_of_prometheus),
		cmocka_unit_test(quantiles_are_those_of_prometheus),
		cmocka_unit_test(quantiles_of_odd_buckets),
		cmocka_unit_test(signals_come_from_the_samples),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
