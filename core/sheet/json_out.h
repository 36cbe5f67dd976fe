/*
 * JSON on a stream: one document, keys in the order in which they are written, nothing held.
 *
 *	json_put_open(&json, stdout);
 *	json_put_object(&json, NULL);
 *	json_put_text(&json, "name", name);
 *	json_put_array(&json, "rows"); … json_put_end(&json);
 *	json_put_end(&json);
 *	if (json_put_close(&json)) … the stream failed
 *
 * Inside an array the key is NULL. Texts are written as stored: bad UTF-8 becomes U+FFFD, control
 * characters \u00XX (also DEL and C1, which JSON would allow raw and a terminal might obey).
 */
#ifndef SHEET_JSON_OUT_H
#define SHEET_JSON_OUT_H

#include "base/str.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum { JSON_OUT_DEPTH = 16 };

struct json_out {
	FILE *file;
	int depth;
	char closer[JSON_OUT_DEPTH];
	bool first[JSON_OUT_DEPTH];
};

void json_put_open(struct json_out *json, FILE *file);
int json_put_close(struct json_out *json); /* ends the line; 0, or -1 when the stream failed */

void json_put_object(struct json_out *json, const char *key);
void json_put_array(struct json_out *json, const char *key);
void json_put_end(struct json_out *json);

/* Keys that are foreign text, such as a parameter's name. */
void json_put_key_object(struct json_out *json, struct str key);
void json_put_key_text(struct json_out *json, struct str key, struct str text);
void json_put_key_number(struct json_out *json, struct str key, double number);
void json_put_key_time(struct json_out *json, struct str key, int64_t time);

void json_put_text(struct json_out *json, const char *key, struct str text);     /* missing: null */
void json_put_word(struct json_out *json, const char *key, const char *word);    /* NULL: null */
/* NaN and the infinities are the strings "NaN", "Infinity", "-Infinity". */
void json_put_number(struct json_out *json, const char *key, double number);
/* As json_number, but NaN (not known, not computed) is null. */
void json_put_known(struct json_out *json, const char *key, double number);
void json_put_int(struct json_out *json, const char *key, int64_t number);
void json_put_bool(struct json_out *json, const char *key, bool value);
void json_put_null(struct json_out *json, const char *key);
void json_put_time(struct json_out *json, const char *key, int64_t time);        /* none: null */

#endif
