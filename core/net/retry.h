/*
 * When a request is worth sending again, and after what wait: pure, so that the policy is a table
 * of cases and not a matter of clocks.
 *
 * Sent again are 408, 429, 500, 502, 503 and 504 only: other answers will be the same next time,
 * and a connection that fails is told to the user at once. The wait is what Retry-After asks for,
 * else 250 ms doubled each time with a jitter of ±50 %, so that many clients do not come back
 * together. At most RETRY_TRIES requests, and never one that could not start before the deadline.
 */
#ifndef NET_RETRY_H
#define NET_RETRY_H

#include "base/str.h"

#include <stdbool.h>
#include <stdint.h>

enum { RETRY_TRIES = 5, RETRY_GIVE_UP = -1, RETRY_NO_WISH = -1 };

bool retry_is_worth(int status);

/*
 * Retry-After as ms from `wall` (ms since the epoch): seconds, or an HTTP date. RETRY_NO_WISH when
 * there is none or it is neither; at most a day.
 */
int64_t retry_after(struct str header, int64_t wall);

/*
 * The wait in ms before the next try, or RETRY_GIVE_UP. `tries` were made, `status` was the last
 * answer, `wish` what retry_after gave, `left` the ms until the deadline (INT64_MAX: none),
 * `random` any number.
 */
int64_t retry_wait(int tries, int status, int64_t wish, int64_t left, uint32_t random);

#endif
