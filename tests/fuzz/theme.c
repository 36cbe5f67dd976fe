/* Theme files: any bytes give a theme or an error with a line, and every color is in range. */
#include "fuzz.h"

#include "term/theme.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct theme theme;
	struct err err = {0};

	if (theme_parse(&theme, (struct str){(const char *)data, n}, &err) < 0) {
		assert(err.message[0]);
		return 0;
	}
	for (int depth = 0; depth < THEME_DEPTHS; depth++)
		for (int role = 0; role < ROLE_COUNT; role++)
			for (int back = 0; back < ROLE_COUNT; back += 5) {
				struct style style = theme_style(&theme, (enum theme_depth)depth,
					(enum role)role, (enum role)back);

				assert(style.fg >= -1 && style.fg < 256 && style.bg >= -1 &&
					style.bg < 256);
			}
	return 0;
}
