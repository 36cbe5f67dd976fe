/* See libraries.h. */
#include "source/libraries.h"

#include "db/library.h"
#include "format/library.h"
#include "net/library.h"
#include "repo/repo.h"

void source_libraries(void (*each)(void *ctx, const char *name, const char *version), void *ctx)
{
	char libgit2[32];

	each(ctx, "sqlite", db_library());
	each(ctx, "libcurl", net_library());
	each(ctx, "cjson", format_json_library());
	each(ctx, "libgit2", repo_library(libgit2));
	each(ctx, "libyaml", format_yaml_library());
}
