#include <inttypes.h>
#include <stdio.h>

#include "base/log.h"
#include "base/time.h"
#include "io/retry.h"

enum {
	TRIES = 5,		/* most attempts for a request */
	MORE_TRIES = 2,		/* further ones after 429 */
	BASE_MS = 500, CAP_MS = 60 * 1000,	/* first and longest back-off */
	LOG_MS = 10 * 1000,	/* a longer wait is logged */
	FAR_MS = 5 * 60 * 1000,	/* a longer wait is logged with RETRY_HINT */
	BREAK = 5		/* failures in a row that close the gate */
};

void
retry_open(struct retry_policy *p, int max_active_limit)
{
	*p = (struct retry_policy){ .tries = TRIES, .base_ms = BASE_MS,
	    .cap_ms = CAP_MS, .max_active = max_active_limit > 0 ? max_active_limit : 1,
	    .max_active_limit = max_active_limit > 0 ? max_active_limit : 1 };
}

/* Return a random time, from half to all of base_ms * 2^n (at most cap_ms), so that
   processes do not retry at the same time. */
static int64_t
retry_back_off(const struct retry_policy *p, int n)
{
	static uint64_t seed;
	int64_t ms = p->base_ms;

	while (n-- > 0 && ms < p->cap_ms)
		ms *= 2;
	if (ms > p->cap_ms)
		ms = p->cap_ms;
	if (seed == 0)
		seed = (uint64_t)time_wall_ms() ^ (uint64_t)(uintptr_t)&seed;
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return ms / 2 + (int64_t)(seed >> 33) % (ms / 2 + 1);
}

/* Send no request before at, because of why, and log a long wait once. */
static void
retry_gate(struct retry_policy *p, const char *where, int64_t at, const char *why)
{
	char until[TIME_MAX];
	int64_t now = time_mono_ms();

	if (at <= p->gate_ms)
		return;
	p->gate_ms = at;
	snprintf(p->gate_why, sizeof(p->gate_why), "%s", why);
	if (at - now <= LOG_MS || at <= p->last_logged_ms + LOG_MS)
		return;
	p->last_logged_ms = at;
	time_iso(time_wall_ms() + at - now, until);
	log_warn(where, "%s: waiting %" PRId64 " s, until %s%s", why,
	    (at - now) / 1000, until, at - now > FAR_MS ? RETRY_HINT : "");
}

static void
retry_on_success(struct retry_policy *p)
{
	p->failing = 0;
	if (p->max_active < p->max_active_limit && ++p->grown >= p->max_active) {
		p->max_active++;
		p->grown = 0;
	}
}

static void
retry_halve(struct retry_policy *p)
{
	p->grown = 0;
	p->max_active = p->max_active > 1 ? p->max_active / 2 : 1;
}

/* Count a failure.  After several in a row no request is sent for a time that grows, then
   one at a time until the host answers. */
static void
retry_on_failure(struct retry_policy *p, const char *where, const char *why)
{
	if (++p->failing < BREAK)
		return;
	p->max_active = 1;
	p->grown = 0;
	retry_gate(p, where, time_mono_ms() + retry_back_off(p, p->failing - BREAK + 1),
	    why);
}

/* Write to buf why r is a failure, and return buf. */
static const char *
retry_reason(const struct http_rsp *r, char *buf, size_t size)
{
	if (r->end != HTTP_ANSWERED)
		snprintf(buf, size, "%s", *r->why ? r->why : "no answer");
	else
		snprintf(buf, size, "status %d", r->status);
	return buf;
}

/* Let the request be sent again at at, unless this was its last attempt. */
static enum retry_verdict
retry_again(struct retry_policy *p, const char *where, int attempt, int64_t at,
    const struct http_rsp *r, int64_t *at_ms, struct err *e)
{
	/* most limits are per minute, which five short waits do not outlast */
	int tries = p->tries + (r->status == 429 ? MORE_TRIES : 0);
	char why[sizeof(r->why) + 16];

	retry_reason(r, why, sizeof(why));
	if (attempt >= tries) {
		err_set(e, ZX_REMOTE, "%s: %s, after %d attempts", where, why,
		    attempt);
		return RETRY_STOP;
	}
	log_debug(where, "%s, attempt %d of %d, waiting %" PRId64 " ms", why,
	    attempt, tries, at - time_mono_ms());
	*at_ms = at > p->gate_ms ? at : p->gate_ms;
	return RETRY_LATER;
}

int
retry_odd_body(const struct retry_policy *p, const char *where, int attempt, int64_t *at_ms)
{
	if (attempt >= p->tries)
		return 0;
	*at_ms = time_mono_ms() + retry_back_off(p, attempt - 1);
	log_debug(where, "the body is not a valid answer, attempt %d of %d", attempt, p->tries);
	return 1;
}

/* Return the seconds of Retry-After, at most an hour: a server that asks for more is
   wrong, or asks again. */
static int64_t
retry_asked_s(const struct http_rsp *r)
{
	return r->retry_after > RETRY_GATE_S ? RETRY_GATE_S : r->retry_after;
}

/* Judge 429 and 503, which hold for all requests to this host. */
static enum retry_verdict
retry_throttled(struct retry_policy *p, const char *where, enum retry_effect effect, int attempt,
    const struct http_rsp *r, int64_t *at_ms, struct err *e)
{
	int64_t at = time_mono_ms();
	char why[96];

	if (r->retry_after > RETRY_GATE_S)
		snprintf(why, sizeof(why), "status %d and Retry-After %" PRId64 " s, waiting one "
		    "hour at most", r->status, r->retry_after);
	else
		snprintf(why, sizeof(why), "status %d", r->status);
	retry_halve(p);
	at += r->retry_after > 0 ? retry_asked_s(r) * 1000 :
	    retry_back_off(p, attempt + (r->status == 429 ? 1 : -1));
	if (r->status == 429 || r->retry_after > 0)
		retry_gate(p, where, at, why);
	if (r->status == 503)
		retry_on_failure(p, where, why);
	else
		p->failing = 0;		/* the host works, with fewer requests */
	if (r->status == 503 && effect == RETRY_WRITE)
		return RETRY_IN_DOUBT;
	return retry_again(p, where, attempt, at, r, at_ms, e);
}

enum retry_verdict
retry_judge(struct retry_policy *p, const char *where, enum retry_effect effect,
    int attempt, const struct http_rsp *r, int64_t *at_ms, struct err *e)
{
	char why[sizeof(r->why) + 16];

	*at_ms = 0;
	if (r->end == HTTP_ANSWERED && (r->status == 429 || r->status == 503))
		return retry_throttled(p, where, effect, attempt, r, at_ms, e);
	if (r->end == HTTP_ANSWERED && r->status < 500 && r->status != 408) {
		retry_on_success(p);
		return r->status == 401 ? RETRY_AUTH : RETRY_ACCEPT;
	}
	if (r->sink_errno != 0) {
		err_set(e, ZX_IO, "%s: %s", where, r->why);
		return RETRY_STOP;
	}
	if (r->too_large) {
		err_set(e, ZX_PROTO, "%s: %s", where, r->why);
		return effect == RETRY_WRITE ? RETRY_IN_DOUBT : RETRY_STOP;
	}
	retry_reason(r, why, sizeof(why));
	if (r->untrusted) {
		err_set(e, ZX_REMOTE, "%s: %s", where, why);
		return RETRY_STOP;
	}
	retry_on_failure(p, where, why);
	if (effect == RETRY_WRITE && r->end != HTTP_UNSENT)
		return RETRY_IN_DOUBT;
	return retry_again(p, where, attempt, time_mono_ms() +
	    (r->retry_after > 0 ? retry_asked_s(r) * 1000 :
	    retry_back_off(p, attempt - 1)), r, at_ms, e);
}

int64_t
retry_wait_ms(const struct retry_policy *p)
{
	int64_t left = p->gate_ms - time_mono_ms();

	return left > 0 ? left : 0;
}
