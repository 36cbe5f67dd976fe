/* The version of libcurl at work, such as "7.88.1". */
#ifndef NET_LIBRARY_H
#define NET_LIBRARY_H

const char *net_library(void);

#endif
