/* See row_ref.h. */
#include "sheet/row_ref.h"

struct row_ref *row_ref_new(struct grid *grid, const struct sheet_source *source,
			    const void *record, const void *part)
{
	struct row_ref *ref = arena_alloc(&grid->arena, sizeof *ref);

	if (ref)
		*ref = (struct row_ref){source, record, part};
	return ref;
}
