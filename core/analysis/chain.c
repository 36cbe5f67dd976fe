/* Which records belong to each other; see chain.h. */
#include "analysis/chain.h"

static struct str without_v(struct str version)
{
	if (version.n > 1 && (version.s[0] == 'v' || version.s[0] == 'V'))
		return str_slice(version, 1, version.n);
	return version;
}

bool chain_same_version(struct str a, struct str b)
{
	return a.n && b.n && str_equal(without_v(a), without_v(b));
}

const struct model_version *chain_version(const struct model *model, struct str version)
{
	for (uint32_t i = 0; i < model->nversions; i++)
		if (chain_same_version(model->versions[i].version, version))
			return &model->versions[i];
	return NULL;
}

bool chain_serves(const struct deployment *deployment, struct str model, struct str version)
{
	struct str name = deployment->model.n ? deployment->model : deployment->name;

	if (!str_equal(name, model))
		return false;
	return !version.n || chain_same_version(deployment->version, version);
}
