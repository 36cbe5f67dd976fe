/* The versions of cJSON and libyaml at work, such as "1.7.15". */
#ifndef FORMAT_LIBRARY_H
#define FORMAT_LIBRARY_H

const char *format_json_library(void);
const char *format_yaml_library(void);

#endif
