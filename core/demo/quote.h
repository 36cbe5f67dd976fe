/* Text in double quotes as JSON has it, which YAML reads too: the demo's answers and its config. */
#ifndef DEMO_QUOTE_H
#define DEMO_QUOTE_H

#include "base/buf.h"
#include "base/str.h"

/* Bad UTF-8 becomes U+FFFD. */
void quote_add(struct buf *out, struct str text);

/* A number that reads back to the same double. */
void quote_number(struct buf *out, double value);

#endif
