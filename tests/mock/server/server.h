#pragma once

#include <stdint.h>

#include "base/err.h"

#include "server/mock.h"

/*
 * The HTTP server: libmicrohttpd on 127.0.0.1, one thread, epoll.  It plays faults
 * on connections and calls mock_answer() for the answers.
 */
struct server;

struct server *server_open(struct mock *, int64_t port, struct err *);
int64_t	 server_port(const struct server *);
/* Serve until a signal arrives. */
void	 server_run(struct server *);
void	 server_close(struct server *);
