/* The help screen; see help.h. */
#include "widget/help.h"

/* The next piece up to the separator; the rest loses it. */
static struct str take(struct str *rest, char separator)
{
	long at = str_find(*rest, separator);
	struct str piece = str_slice(*rest, 0, at < 0 ? rest->n : (size_t)at);

	*rest = str_slice(*rest, piece.n + 1, rest->n);
	return piece;
}

static void add_line(struct facts *facts, struct str line)
{
	struct str keys = take(&line, '\t'), name = take(&line, '\t');
	struct buf text;

	buf_init(&text, 1000);
	if (!line.n) {
		buf_add_str(&text, keys);
		facts_heading(facts, buf_cstr(&text));
	} else {
		buf_add_str(&text, line);
		if (name.n)
			buf_addf(&text, "  %.*s", STR_ARG(name));
		facts_pair(facts, keys.n ? keys : STR(" "), buf_str(&text));
	}
	buf_release(&text);
}

void help_facts(struct facts *facts, struct str table)
{
	while (table.n)
		add_line(facts, take(&table, '\n'));
}
