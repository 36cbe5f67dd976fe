/*
 * The chain: which records belong to each other, and how that is known.
 *
 * Pure rules on records; who walks the chain (tui/app/chain.c, sheets) brings the records.
 */
#ifndef ANALYSIS_CHAIN_H
#define ANALYSIS_CHAIN_H

#include "record/deployment.h"
#include "record/model.h"

#include <stdbool.h>

/* Versions are equal as text after a leading 'v' ("v3" is "3"). A missing one equals nothing. */
bool chain_same_version(struct str a, struct str b);

/* The version of the model that this text names, or NULL. */
const struct model_version *chain_version(const struct model *model, struct str version);

/* Does the deployment serve that version of that model? */
bool chain_serves(const struct deployment *deployment, struct str model, struct str version);

#endif
