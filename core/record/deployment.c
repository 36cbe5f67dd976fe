/* Words of deployments; see deployment.h. */
#include "record/deployment.h"

#include <stddef.h>

const char *deployment_state_name(enum deployment_state state)
{
	static const char *const names[] = {
		[DEPLOYMENT_OK] = "ok",
		[DEPLOYMENT_ROLLING] = "rolling",
		[DEPLOYMENT_UNKNOWN] = "unknown",
		[DEPLOYMENT_DEGRADED] = "degraded",
		[DEPLOYMENT_FAILED] = "failed",
	};

	return names[state];
}

const char *known_by_name(enum known_by known)
{
	static const char *const names[] = {
		[KNOWN_NOT] = NULL,
		[KNOWN_REPORTED] = "reported",
		[KNOWN_LABELLED] = "labelled",
		[KNOWN_CONFIGURED] = "configured",
	};

	return names[known];
}
