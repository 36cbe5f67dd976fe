/* From a spec to a client; see login.h. */
#include "source/login.h"

static int get(const struct secret_ref *ref, char **secret, struct err *err)
{
	if (ref->kind == SECRET_NONE)
		return 0;
	*secret = secret_read(ref, err);
	return *secret ? 0 : -1;
}

int login_get(struct login *login, const struct source_spec *spec, struct err *err)
{
	*login = (struct login){0};
	if (get(&spec->token, &login->token, err) || get(&spec->password, &login->password, err))
		return -1;
	login->http = (struct http_settings){
		.base = spec->place,
		.token = login->token,
		.user = spec->user,
		.password = login->password,
		.ca_file = spec->ca,
	};
	return 0;
}

void login_release(struct login *login)
{
	secret_free(login->token);
	secret_free(login->password);
	*login = (struct login){0};
}
