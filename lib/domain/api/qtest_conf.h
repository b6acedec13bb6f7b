#pragma once

#include <stdint.h>

#include "base/err.h"

/* The settings of a client of qTest. */
struct qtest_conf {
	const char	*base_url;	/* QTEST_BASE_URL without "/api/v3" */
	const char	*token;		/* QTEST_API_TOKEN[_FILE] */
	const char	*username, *password;	/* without a token: to sign in */
	int64_t		 project;	/* QTEST_PROJECT_ID */
	int64_t		 rate;		/* QTEST_RATE, requests a minute; 0: no ceiling */
	const char	*ca_file;	/* --ca-file; NULL: the system's */
	int64_t		 in_flight;	/* at most; 0: 8 */
	int64_t		 max_requests;	/* 0: no limit; reaching it: ZX_RETRY */
	int64_t		 timeout_ms;	/* of one request in all; 0: 120 s */
};

/* Read the configuration from environment and options: 0, or -1 with ZX_CONFIG, which
   names the missing setting.  The texts are never freed. */
int	 qtest_conf_read(struct qtest_conf *, struct err *);
/* Return the target as the ledger names it, "host[:port]/project"; the caller frees it. */
char	*qtest_target(const struct qtest_conf *);
