/* JSON on a stream; see json_out.h. */
#include "sheet/json_out.h"

#include "base/clock.h"
#include "base/num.h"
#include "base/text.h"

#include <math.h>

void json_put_open(struct json_out *json, FILE *file)
{
	*json = (struct json_out){.file = file};
	json->first[0] = true;
}

int json_put_close(struct json_out *json)
{
	fputc('\n', json->file);
	return fflush(json->file) || ferror(json->file) ? -1 : 0;
}

/*
 * Is the code point one that JSON does not take raw, or that the text gate would not let through? A
 * reader of JSON gets the same text either way, a terminal nothing that it obeys or hides.
 */
static bool needs_escape(uint32_t rune)
{
	return rune == '"' || rune == '\\' || text_rune_width(rune) < 0;
}

static void write_escape(FILE *file, uint32_t rune)
{
	if (rune == '"' || rune == '\\')
		fprintf(file, "\\%c", (int)rune);
	else if (rune == '\n')
		fputs("\\n", file);
	else if (rune == '\t')
		fputs("\\t", file);
	else if (rune == '\r')
		fputs("\\r", file);
	else if (rune < 0x10000)
		fprintf(file, "\\u%04x", rune);
	else
		fprintf(file, "\\u%04x\\u%04x", 0xD7C0 + (rune >> 10), 0xDC00 + (rune & 0x3FF));
}

static void write_text(FILE *file, struct str text)
{
	size_t from = 0, at = 0;

	fputc('"', file);
	while (at < text.n) {
		uint32_t rune;
		size_t used = text_decode(text.s + at, text.n - at, &rune);
		bool bad = rune == TEXT_BAD && used == 1;

		if (bad || needs_escape(rune)) {
			fwrite(text.s + from, 1, at - from, file);
			if (bad)
				fputs("\xef\xbf\xbd", file);
			else
				write_escape(file, rune);
			from = at + used;
		}
		at += used;
	}
	if (at > from)
		fwrite(text.s + from, 1, at - from, file);
	fputc('"', file);
}

/* The comma, the place and the key of what comes next. */
static void begin(struct json_out *json, struct str key)
{
	if (!json->first[json->depth])
		fputc(',', json->file);
	json->first[json->depth] = false;
	if (json->depth == 1 || json->depth == 2)
		fputc('\n', json->file);
	/* within an object there is always a key, even where a foreign one is missing */
	if (json->closer[json->depth] == '}') {
		write_text(json->file, key);
		fputs(": ", json->file);
	}
}

static void open_level(struct json_out *json, struct str key, char opener, char closer)
{
	begin(json, key);
	fputc(opener, json->file);
	if (json->depth + 1 < JSON_OUT_DEPTH)
		json->depth++;
	json->closer[json->depth] = closer;
	json->first[json->depth] = true;
}

void json_put_object(struct json_out *json, const char *key)
{
	open_level(json, str_of(key), '{', '}');
}

void json_put_array(struct json_out *json, const char *key)
{
	open_level(json, str_of(key), '[', ']');
}

void json_put_key_object(struct json_out *json, struct str key)
{
	open_level(json, key, '{', '}');
}

void json_put_end(struct json_out *json)
{
	fputc(json->closer[json->depth], json->file);
	json->depth--;
}

void json_put_key_text(struct json_out *json, struct str key, struct str text)
{
	begin(json, key);
	if (text.s)
		write_text(json->file, text);
	else
		fputs("null", json->file);
}

void json_put_key_number(struct json_out *json, struct str key, double number)
{
	char out[NUM_SIZE];

	begin(json, key);
	fprintf(json->file, isfinite(number) ? "%s" : "\"%s\"", num_shortest(out, number));
}

void json_put_text(struct json_out *json, const char *key, struct str text)
{
	json_put_key_text(json, str_of(key), text);
}

void json_put_word(struct json_out *json, const char *key, const char *word)
{
	json_put_key_text(json, str_of(key), str_of(word));
}

void json_put_number(struct json_out *json, const char *key, double number)
{
	json_put_key_number(json, str_of(key), number);
}

void json_put_known(struct json_out *json, const char *key, double number)
{
	if (isnan(number))
		json_put_null(json, key);
	else
		json_put_number(json, key, number);
}

void json_put_int(struct json_out *json, const char *key, int64_t number)
{
	begin(json, str_of(key));
	fprintf(json->file, "%lld", (long long)number);
}

void json_put_bool(struct json_out *json, const char *key, bool value)
{
	begin(json, str_of(key));
	fputs(value ? "true" : "false", json->file);
}

void json_put_null(struct json_out *json, const char *key)
{
	begin(json, str_of(key));
	fputs("null", json->file);
}

void json_put_key_time(struct json_out *json, struct str key, int64_t time)
{
	char iso[CLOCK_ISO_SIZE];

	clock_iso(iso, time);
	json_put_key_text(json, key, iso[0] ? str_of(iso) : STR_NONE);
}

void json_put_time(struct json_out *json, const char *key, int64_t time)
{
	json_put_key_time(json, str_of(key), time);
}
