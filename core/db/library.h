/* The version of SQLite at work, such as "3.40.1". */
#ifndef DB_LIBRARY_H
#define DB_LIBRARY_H

const char *db_library(void);

#endif
