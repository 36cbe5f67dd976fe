/* The table of roles; see role.h. */
#include "term/role.h"

static const struct {
	const char *name;
	char letter;
} roles[ROLE_COUNT] = {
#define ROLE_ROW(id, name, letter) {name, letter},
	ROLES(ROLE_ROW)
#undef ROLE_ROW
};

char role_letter(enum role role)
{
	return roles[role].letter;
}

enum role role_find(struct str name)
{
	for (int role = 0; role < ROLE_COUNT; role++)
		if (str_equal(str_of(roles[role].name), name))
			return (enum role)role;
	return ROLE_COUNT;
}
