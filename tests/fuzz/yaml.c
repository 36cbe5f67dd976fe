/* YAML: an accepted tree is whole, no deeper than allowed, and its keys are different. */
#include "fuzz.h"

#include "format/yaml.h"

static void walk(const struct yml_node *node, int depth)
{
	size_t n = 0;

	assert(depth <= YML_MAX_DEPTH && node->line > 0 && node->column > 0);
	assert(node->kind != YML_SCALAR || (node->text.s && !node->first));
	for (const struct yml_node *member = node->first; member; member = member->next, n++) {
		assert((node->kind == YML_MAPPING) == !str_none(member->key));
		assert(member->next || member == node->last);
		walk(member, depth + 1);
	}
	assert(n == node->n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct yml_node *root;
	struct arena arena;
	struct err err = {0};

	arena_init(&arena, 4 << 20);
	if (yml_parse((struct str){(const char *)data, n}, &arena, &root, &err) < 0)
		assert(err.code != ERR_NONE && err.message[0] != '\0');
	else if (root)
		walk(root, 0);
	arena_release(&arena);
	return 0;
}
