/* Facts of a detail view; see facts.h. */
#include "sheet/facts.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { FACTS_BYTES = 64 << 20, FACT_TEXT = 1 << 20 };

void facts_init(struct facts *facts)
{
	*facts = (struct facts){0};
	arena_init(&facts->arena, FACTS_BYTES);
}

void facts_release(struct facts *facts)
{
	arena_release(&facts->arena);
	free(facts->facts);
	facts_init(facts);
}

void facts_clear(struct facts *facts)
{
	arena_release(&facts->arena);
	facts->n = 0;
}

/* A clean copy in the arena. Line ends stay marks: one fact is one text. */
static struct str keep(struct facts *facts, struct str text)
{
	struct buf clean;
	struct str kept;

	buf_init(&clean, 3 * FACT_TEXT + 3);
	text_clean(&clean, text_cut(text, FACT_TEXT));
	kept = arena_str(&facts->arena, buf_str(&clean));
	buf_release(&clean);
	return kept;
}

static void add(struct facts *facts, struct str label, struct str text, enum sheet_tone tone)
{
	MEM_GROW(facts->facts, facts->n, facts->cap);
	facts->facts[facts->n++] = (struct fact){label, text, tone};
}

void facts_heading(struct facts *facts, const char *text)
{
	add(facts, STR_NONE, keep(facts, str_of(text)), TONE_PLAIN);
}

void facts_tone(struct facts *facts, const char *label, enum sheet_tone tone, struct str text)
{
	if (text.n)
		add(facts, keep(facts, str_of(label)), keep(facts, text), tone);
}

void facts_add(struct facts *facts, const char *label, struct str text)
{
	facts_tone(facts, label, TONE_PLAIN, text);
}

void facts_addf(struct facts *facts, const char *label, const char *format, ...)
{
	char line[512];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof line, format, args);
	va_end(args);
	facts_add(facts, label, str_of(line));
}

void facts_pair(struct facts *facts, struct str label, struct str text)
{
	add(facts, keep(facts, label), keep(facts, text), TONE_PLAIN);
}

void facts_time(struct facts *facts, const char *label, int64_t time, int64_t now)
{
	char local[CLOCK_ISO_SIZE], zone[CLOCK_ISO_SIZE];
	struct buf age;

	if (!clock_local(local, time)[0])
		return;
	clock_zone(zone, time);
	buf_init(&age, 64);
	sheet_age(&age, time, now);
	facts_addf(facts, label, "%s %s (%s%s)", local, zone, buf_cstr(&age),
		   str_equal(buf_str(&age), STR("now")) || time > now ? "" : " ago");
	buf_release(&age);
}
