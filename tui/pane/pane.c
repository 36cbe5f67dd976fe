/* The register of panes; see pane.h. */
#include "pane/pane.h"

#define PANE(name)                                                                                 \
	extern const struct pane_class name##_pane;                                                \
	struct pane *name##_pane_open(struct host *host);
#include "pane/panes.def"
#undef PANE

const struct pane_entry pane_entries[] = {
#define PANE(name) {&name##_pane, name##_pane_open},
#include "pane/panes.def"
#undef PANE
};

const size_t pane_entry_count = sizeof pane_entries / sizeof *pane_entries;

void pane_paint(struct pane *pane, struct surface *surface, struct area area)
{
	struct area old = surface_clip(surface, area);

	pane->class->paint(pane, surface, area);
	surface_unclip(surface, old);
}

bool pane_rested(struct pane *pane)
{
	struct host *host = pane->host;
	int64_t due = host->rested + PANE_REST;

	if (host->tick >= due)
		return true;
	host->wake(host, due);
	return false;
}

void pane_quote(struct buf *out, struct str text)
{
	buf_addc(out, '\'');
	for (size_t i = 0; i < text.n; i++)
		if (text.s[i] == '\'')
			buf_adds(out, "'\\''");
		else
			buf_addc(out, text.s[i]);
	buf_addc(out, '\'');
}
