/* What rows of the list sheets remember: the record and the source it came from. */
#ifndef SHEET_ROW_REF_H
#define SHEET_ROW_REF_H

#include "sheet/grid.h"

struct row_ref {
	const struct sheet_source *source;
	const void *record, *part; /* part: a record within it, such as a version of a model */
};

/* In the grid's arena; NULL past its ceiling. */
struct row_ref *row_ref_new(struct grid *grid, const struct sheet_source *source,
			    const void *record, const void *part);

#endif
