/* Comma lists of column names; see column_list.h. */
#include "sheet/column_list.h"

#include <string.h>

struct str column_list_next(struct str list, size_t *at)
{
	size_t end = *at;
	struct str item;
	char quote = 0;

	for (; end < list.n && (quote || list.s[end] != ','); end++) {
		char c = list.s[end];

		if (quote)
			quote = c == quote ? 0 : quote;
		else if (c == '`' || c == '"')
			quote = c;
	}
	item = str_trim(str_slice(list, *at, end));
	*at = end + 1;
	return item;
}

struct str column_key(struct str key)
{
	if (key.n >= 2 && (key.s[0] == '`' || key.s[0] == '"') && key.s[key.n - 1] == key.s[0])
		return str_slice(key, 1, key.n - 1);
	return key;
}

bool column_list_has(struct str list, const char *prefix, struct str key)
{
	if (!list.s)
		return true;
	for (size_t at = 0; at <= list.n;) {
		struct str item = column_list_next(list, &at);

		if (str_starts(item, str_of(prefix)) &&
		    str_equal(column_key(str_slice(item, strlen(prefix), item.n)), key))
			return true;
	}
	return false;
}
