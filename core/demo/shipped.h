/*
 * What the demo starts from, carried within the program so that it runs from anywhere: the store
 * that real MLflow made, and the commits its runs name (store/make_store.py makes both).
 */
#ifndef DEMO_SHIPPED_H
#define DEMO_SHIPPED_H

#include "base/str.h"

struct str shipped_store(void);
struct str shipped_commits(void); /* lines of "id TAB seconds TAB author TAB subject" */

#endif
