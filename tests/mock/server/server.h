#ifndef MOCK_SERVER_SERVER_H
#define MOCK_SERVER_SERVER_H

#include <stdint.h>

#include "base/err.h"

#include "server/mock.h"

/*
 * The sockets: libmicrohttpd on 127.0.0.1, one thread, epoll.  Plays the
 * faults; what a request means is mock_answer()'s business.
 */
struct server;

struct server *server_open(struct mock *, int64_t port, struct err *);
int64_t	 server_port(const struct server *);
/* Serve until a signal is seen. */
void	 server_run(struct server *);
void	 server_close(struct server *);

#endif
