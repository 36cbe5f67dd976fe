/* See library.h. */
#include "db/library.h"

#include <sqlite3.h>

const char *db_library(void)
{
	return sqlite3_libversion();
}
