/* Reference counting of snapshots; see snapshot.h. */
#include "record/snapshot.h"

#include <stdlib.h>

struct snapshot *snapshot_ref(struct snapshot *snapshot)
{
	atomic_fetch_add(&snapshot->refs, 1);
	return snapshot;
}

void snapshot_unref(struct snapshot *snapshot)
{
	if (!snapshot || atomic_fetch_sub(&snapshot->refs, 1) != 1)
		return;
	if (snapshot->release)
		snapshot->release(snapshot);
	arena_release(&snapshot->arena);
	free(snapshot);
}
