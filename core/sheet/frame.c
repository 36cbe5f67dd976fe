/* The frame of every JSON document; see frame.h and the contract in docs. */
#include "sheet/frame.h"

#include "base/clock.h"

static void write_error(struct json_out *json, const struct err *err)
{
	if (err->code == ERR_NONE) {
		json_put_null(json, "error");
		return;
	}
	json_put_object(json, "error");
	json_put_word(json, "code", err_name(err->code));
	json_put_word(json, "origin", err->origin[0] ? err->origin : NULL);
	json_put_word(json, "message", err->message);
	json_put_word(json, "hint", err->hint[0] ? err->hint : NULL);
	json_put_end(json);
}

static void write_source(struct json_out *json, const struct sheet_source *source)
{
	const struct snapshot *snapshot = source->snapshot;
	bool failed = !snapshot && source->err.code != ERR_NONE;
	bool whole = snapshot && snapshot->state == SNAPSHOT_OK && !source->stale && !failed;

	json_put_object(json, NULL);
	json_put_text(json, "name", source->name);
	json_put_word(json, "kind", source->kind);
	json_put_text(json, "location", source->location);
	json_put_word(json, "state", sheet_source_state(source));
	json_put_time(json, "as_of", source->as_of);
	json_put_bool(json, "complete", whole && source->err.code == ERR_NONE);
	json_put_text(json, "note", snapshot ? snapshot->note : STR_NONE);
	write_error(json, &source->err);
	json_put_array(json, "warnings");
	for (size_t i = 0; snapshot && i < snapshot->nwarnings; i++)
		json_put_text(json, NULL, snapshot->warnings[i]);
	json_put_end(json);
	json_put_end(json);
}

void frame_begin(struct json_out *json, const char *document, const struct sheet_source *sources,
		 size_t nsources, int64_t now)
{
	json_put_object(json, NULL);
	json_put_word(json, "document", document);
	json_put_int(json, "version", 1);
	json_put_time(json, "generated", now);
	json_put_array(json, "sources");
	for (size_t i = 0; i < nsources; i++)
		write_source(json, &sources[i]);
	json_put_end(json);
}

void frame_counts(struct json_out *json, size_t total, size_t shown)
{
	if (total == SIZE_MAX)
		json_put_null(json, "total");
	else
		json_put_int(json, "total", (int64_t)total);
	json_put_int(json, "shown", (int64_t)shown);
}

int frame_end(struct json_out *json)
{
	json_put_end(json);
	return json_put_close(json);
}
