/*
 * From a source's spec to a client of its server: address, secrets, CA file.
 *
 *	if (!login_get(&login, spec, err))
 *		server = …_new(&login.http, err);
 *	login_release(&login);
 */
#ifndef SOURCE_LOGIN_H
#define SOURCE_LOGIN_H

#include "config/sources.h"
#include "net/http.h"

struct login {
	struct http_settings http; /* views of the spec and of the secrets below */
	char *token, *password;
};

/*
 * Gets the secrets that the spec names: one that is named and cannot be had is an error. May start
 * a helper program and wait for it.
 */
int login_get(struct login *login, const struct source_spec *spec, struct err *err);

/* Overwrites the secrets; after login_get in either case. */
void login_release(struct login *login);

#endif
