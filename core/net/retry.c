/* When to send again; see retry.h. */
#include "net/retry.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define DAY_MS (24 * 60 * 60 * (int64_t)1000)

bool retry_is_worth(int status)
{
	return status == 408 || status == 429 || status == 500 || status == 502 || status == 503 ||
	       status == 504;
}

/* Digits only: a sign, a fraction or a unit is no Retry-After. */
static bool read_seconds(struct str text, int64_t *ms)
{
	int64_t seconds = 0;

	if (!text.n || text.n > 9)
		return false;
	for (size_t i = 0; i < text.n; i++) {
		if (text.s[i] < '0' || text.s[i] > '9')
			return false;
		seconds = seconds * 10 + (text.s[i] - '0');
	}
	*ms = seconds * 1000;
	return true;
}

/* "Wed, 21 Oct 2026 07:28:00 GMT", the one form that HTTP still lets a server send. */
static bool read_date(struct str text, int64_t *ms)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	char copy[40], month[4];
	const char *at;
	struct tm tm = {0};

	if (text.n >= sizeof copy)
		return false;
	memcpy(copy, text.s, text.n);
	copy[text.n] = '\0';
	if (sscanf(copy, "%*3s, %2d %3s %4d %2d:%2d:%2d GMT", &tm.tm_mday, month, &tm.tm_year,
		   &tm.tm_hour, &tm.tm_min, &tm.tm_sec) != 6)
		return false;
	at = strstr(months, month);
	if (strlen(month) != 3 || !at || (at - months) % 3)
		return false;
	tm.tm_mon = (int)(at - months) / 3;
	tm.tm_year -= 1900;
	*ms = (int64_t)timegm(&tm) * 1000;
	return true;
}

int64_t retry_after(struct str header, int64_t wall)
{
	int64_t wish, date;

	header = str_trim(header);
	if (!read_seconds(header, &wish)) {
		if (!read_date(header, &date))
			return RETRY_NO_WISH;
		wish = date > wall ? date - wall : 0;
	}
	return wish < DAY_MS ? wish : DAY_MS;
}

int64_t retry_wait(int tries, int status, int64_t wish, int64_t left, uint32_t random)
{
	int64_t wait;

	if (tries >= RETRY_TRIES || !retry_is_worth(status))
		return RETRY_GIVE_UP;
	if (wish >= 0) {
		wait = wish;
	} else {
		int64_t base = (int64_t)250 << (tries > 0 ? tries - 1 : 0);

		wait = base / 2 + (int64_t)(random % (uint32_t)(base + 1));
	}
	return wait < left ? wait : RETRY_GIVE_UP;
}
