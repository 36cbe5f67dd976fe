/* See library.h. */
#include "analysis/library.h"

#include <gsl/gsl_version.h>

const char *analysis_library(void)
{
	return gsl_version;
}
