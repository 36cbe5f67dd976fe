/* The Open Inference Protocol's answers; see decode_oip.h. */
#include "source/endpoint/decode_oip.h"

#include "format/json.h"

static struct json *parse(struct str body, enum json_type wanted, struct err *err)
{
	struct json *root = json_parse(body, &json_limits, NULL, err);

	if (!root || json_type(root) == wanted)
		return root;
	json_free(root);
	err_set(err, ERR_FORMAT, "the answer is JSON, but not the Open Inference Protocol's");
	err_hint(err, "another service answers there");
	return NULL;
}

/* What is empty is missing. */
static struct str word(const struct json *object, const char *key)
{
	struct str text = json_get_text(object, key);

	return text.n ? text : STR_NONE;
}

int decode_oip_server(struct str body, oip_on_server *each, void *ctx, struct err *err)
{
	struct json *root = parse(body, JSON_OBJECT, err);
	struct oip_server server;

	if (!root)
		return -1;
	server = (struct oip_server){.name = word(root, "name"), .version = word(root, "version")};
	each(ctx, &server);
	json_free(root);
	return 0;
}

int decode_oip_index(struct str body, oip_on_model *each, void *ctx, struct err *err)
{
	struct json *root = parse(body, JSON_ARRAY, err);

	if (!root)
		return -1;
	for (const struct json *at = json_first(root); at; at = json_next(at)) {
		struct oip_model model = {
			.name = word(at, "name"),
			.version = word(at, "version"),
			.state = word(at, "state"),
			.reason = word(at, "reason"),
		};

		if (model.name.n)
			each(ctx, &model);
	}
	json_free(root);
	return 0;
}

int decode_oip_names(struct str body, oip_on_model *each, void *ctx, struct err *err)
{
	struct json *root = parse(body, JSON_OBJECT, err);

	if (!root)
		return -1;
	for (const struct json *at = json_first(json_get(root, "models")); at; at = json_next(at)) {
		struct oip_model model = {.name = json_text(at)};

		if (model.name.n)
			each(ctx, &model);
	}
	json_free(root);
	return 0;
}

int decode_oip_metadata(struct str body, oip_on_metadata *each, void *ctx, struct err *err)
{
	struct json *root = parse(body, JSON_OBJECT, err);
	struct oip_metadata metadata;

	if (!root)
		return -1;
	metadata = (struct oip_metadata){.platform = word(root, "platform")};
	for (const struct json *at = json_first(json_get(root, "versions")); at; at = json_next(at))
		if (json_text(at).n)
			metadata.version = json_text(at);
	each(ctx, &metadata);
	json_free(root);
	return 0;
}
