/* The version of GSL at work, such as "2.7.1". */
#ifndef ANALYSIS_LIBRARY_H
#define ANALYSIS_LIBRARY_H

const char *analysis_library(void);

#endif
