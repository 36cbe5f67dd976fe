/* See library.h. */
#include "format/library.h"

#include <cjson/cJSON.h>
#include <yaml.h>

const char *format_json_library(void)
{
	return cJSON_Version();
}

const char *format_yaml_library(void)
{
	return yaml_get_version_string();
}
