#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <microhttpd.h>

#include "base/mem.h"
#include "base/sig.h"
#include "base/time.h"

#include "server/fault.h"
#include "server/mark.h"
#include "server/portion.h"
#include "server/record.h"
#include "server/server.h"
#include "server/stamp.h"
#include "server/timer.h"

struct server {
	struct mock		*mock;
	struct MHD_Daemon	*mhd;
	struct timers		 timers;
	int64_t			 port;
	int			 resumed;	/* MHD has work that poll() does not show */
	char			 pem[16384];	/* of --tls */
};

/* One exchange on a connection. */
struct conn {
	struct server		*srv;
	struct MHD_Connection	*c;
	char			*uri;
	struct request		*rq;
	struct fault_plan	 plan;
	struct reply		 rp;
	int			 ready;		/* the answer only has to be sent */
};

struct late {
	struct mock	*mock;
	struct request	*rq;
};

static void *
on_uri(void *cls, const char *uri, struct MHD_Connection *c)
{
	struct conn *cn = mem_zalloc(sizeof(*cn));

	cn->srv = cls;
	cn->c = c;
	cn->uri = mem_dup(uri);
	return cn;
}

static void
on_done(void *cls, struct MHD_Connection *c, void **arg,
    enum MHD_RequestTerminationCode why)
{
	struct conn *cn = *arg;

	(void)cls;
	(void)c;
	(void)why;
	if (cn == NULL)
		return;
	request_free(cn->rq);
	reply_free(&cn->rp);
	free(cn->uri);
	free(cn);
	*arg = NULL;
}

static char *
server_header(struct MHD_Connection *c, const char *name)
{
	return mem_dup(MHD_lookup_connection_value(c, MHD_HEADER_KIND, name));
}

/* Close with RST instead of FIN, so that the client sees a broken connection. */
static void
server_break_connection(struct conn *cn)
{
	const union MHD_ConnectionInfo *i;
	struct linger l = { .l_onoff = 1, .l_linger = 0 };

	i = MHD_get_connection_info(cn->c, MHD_CONNECTION_INFO_CONNECTION_FD);
	if (i != NULL)
		setsockopt(i->connect_fd, SOL_SOCKET, SO_LINGER, &l, sizeof(l));
}

static void
on_late(void *arg)
{
	struct late *l = arg;
	struct reply rp = { 0 };

	mock_answer(l->mock, l->rq, &rp);
	record_end(l->mock->record, l->rq, 0, 0, 1, "late");
	reply_free(&rp);
	request_free(l->rq);
	free(l);
}

static void
server_delay(struct conn *cn, int64_t ms)
{
	struct late *l = mem_zalloc(sizeof(*l));

	record_end(cn->srv->mock->record, cn->rq, 0, 0, 0, "late");
	l->mock = cn->srv->mock;
	l->rq = cn->rq;
	cn->rq = NULL;
	timer_add(&cn->srv->timers, time_mono_ms() + ms, on_late, l);
}

static void
on_resume(void *arg)
{
	struct conn *cn = arg;

	MHD_resume_connection(cn->c);
	cn->srv->resumed = 1;
}

static ssize_t
on_endless(void *cls, uint64_t pos, char *out, size_t max)
{
	(void)cls;
	memset(out, ' ', max);
	if (pos == 0 && max > 10)
		memcpy(out, "{\"values\":[", 11);
	return (ssize_t)max;
}

static struct MHD_Response *
server_response(struct conn *cn)
{
	size_t len;
	char *s;

	if (cn->plan.play == PLAY_ENDLESS)
		return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN,
		    65536, on_endless, NULL, NULL);
	if (cn->plan.play == PLAY_TRUNCATE)
		return portion_response(&cn->rp, (uint64_t)cn->plan.n, 1);
	if (cn->rp.file != NULL && cn->rp.file_len > 0)
		return portion_response(&cn->rp, cn->rp.file_len, 0);
	if (cn->rp.body.len == 0)
		return MHD_create_response_from_buffer(0, NULL,
		    MHD_RESPMEM_PERSISTENT);
	s = buf_take(&cn->rp.body, &len);
	return MHD_create_response_from_buffer(len, s, MHD_RESPMEM_MUST_FREE);
}

static enum MHD_Result
server_send_reply(struct conn *cn)
{
	struct MHD_Response *r = server_response(cn);
	struct reply *rp = &cn->rp;
	enum MHD_Result rc;
	char date[TIME_MAX];
	int i;

	if (r == NULL)
		return MHD_NO;
	if (stamp_date(date))
		MHD_add_response_header(r, "Date", date);
	MHD_add_response_header(r, "Content-Type",
	    rp->type == NULL ? "application/json" : rp->type);
	for (i = 0; i < rp->nheader; i++)
		MHD_add_response_header(r, rp->header[i][0], rp->header[i][1]);
	rc = MHD_queue_response(cn->c,
	    (unsigned)(rp->status == 0 ? 200 : rp->status), r);
	MHD_destroy_response(r);
	return rc;
}

static void
server_read_headers(struct conn *cn)
{
	struct request *rq = cn->rq;

	rq->auth = server_header(cn->c, "Authorization");
	rq->host = server_header(cn->c, "Host");
	rq->type = server_header(cn->c, "Content-Type");
	rq->file_name = server_header(cn->c, "File-Name");
}

/* Act on a complete request, or play the fault that it meets. */
static enum MHD_Result
server_process(struct conn *cn)
{
	struct mock *m = cn->srv->mock;
	int64_t wait;

	server_read_headers(cn);
	request_end(cn->rq, (uint64_t)m->set->file_limit);
	wait = fault_process(m, cn->rq, &cn->rp, &cn->plan);
	cn->ready = 1;
	if (m->turn != 0) {
		server_break_connection(cn);
		return MHD_NO;
	}
	switch (cn->plan.play) {
	case PLAY_LATE:
		server_delay(cn, cn->plan.n);
		/* FALLTHROUGH */
	case PLAY_BEFORE:
	case PLAY_AFTER:
		server_break_connection(cn);
		return MHD_NO;
	default:
		break;
	}
	if (wait == 0)
		return server_send_reply(cn);
	MHD_suspend_connection(cn->c);
	timer_add(&cn->srv->timers, time_mono_ms() + wait, on_resume, cn);
	return MHD_YES;
}

/* With --refuse-early answer 413 to a request whose body, which is not read, is larger than
   its limit; return whether that was done. */
static int
server_refuse_early(struct conn *cn)
{
	const struct settings *set = cn->srv->mock->set;
	struct request *rq = cn->rq;
	int64_t limit = request_is_upload(rq) ? set->file_limit : set->body_limit, n = 0;
	char *len = server_header(cn->c, "Content-Length");
	int over = set->refuse_early && rq->api == API_QTEST && limit > 0 &&
	    request_int(len, &n) && n > limit;

	free(len);
	if (!over)
		return 0;
	server_read_headers(cn);
	record_begin(cn->srv->mock->record, rq, 1);
	reply_html(&cn->rp, 413, "413 Request Entity Too Large");
	record_end(cn->srv->mock->record, rq, 413, cn->rp.body.len, 0, "refuse-early");
	return 1;
}

static enum MHD_Result
on_request(void *cls, struct MHD_Connection *c, const char *url,
    const char *method, const char *version, const char *data, size_t *len,
    void **arg)
{
	struct conn *cn = *arg;

	(void)cls;
	(void)c;
	(void)url;
	(void)version;
	if (cn->ready)
		return server_send_reply(cn);
	if (cn->rq == NULL) {
		cn->rq = request_within(method, cn->uri,
		    cn->srv->mock->set->context);
		return server_refuse_early(cn) ? server_send_reply(cn) : MHD_YES;
	}
	if (*len > 0) {
		request_add(cn->rq, data, *len, (uint64_t)cn->srv->mock->set->file_limit);
		*len = 0;
		return MHD_YES;
	}
	return server_process(cn);
}

/* Read the file of --tls, which holds a key and a certificate. */
static int
server_read_pem(struct server *s, const char *path, struct err *e)
{
	FILE *f;

	if (path == NULL)
		return 0;
	if ((f = fopen(path, "r")) == NULL)
		return err_sys(e, ZX_NOINPUT, "%s", path);
	s->pem[fread(s->pem, 1, sizeof(s->pem) - 1, f)] = '\0';
	fclose(f);
	return 0;
}

struct server *
server_open(struct mock *m, int64_t port, struct err *e)
{
	struct server *s = mem_zalloc(sizeof(*s));
	struct sockaddr_in sa = { .sin_family = AF_INET };
	const union MHD_DaemonInfo *i;

	sa.sin_port = htons((uint16_t)port);
	sa.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	s->mock = m;
	if (server_read_pem(s, m->set->tls, e) == -1) {
		free(s);
		return NULL;
	}
	s->mhd = MHD_start_daemon(MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME |
	    (m->set->tls != NULL ? MHD_USE_TLS : 0),
	    (uint16_t)port, NULL, NULL, on_request, s,
	    MHD_OPTION_SOCK_ADDR, (struct sockaddr *)&sa,
	    MHD_OPTION_URI_LOG_CALLBACK, on_uri, s,
	    MHD_OPTION_NOTIFY_COMPLETED, on_done, s,
	    MHD_OPTION_CONNECTION_LIMIT, 4000U,
	    MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)131072,
	    MHD_OPTION_LISTENING_ADDRESS_REUSE, 1U,
	    m->set->tls != NULL ? MHD_OPTION_HTTPS_MEM_KEY : MHD_OPTION_END,
	    s->pem, MHD_OPTION_HTTPS_MEM_CERT, s->pem, MHD_OPTION_END);
	if (s->mhd == NULL) {
		err_sys(e, ZX_REMOTE, "port %ld", (long)port);
		free(s);
		return NULL;
	}
	i = MHD_get_daemon_info(s->mhd, MHD_DAEMON_INFO_BIND_PORT);
	s->port = i == NULL ? port : i->port;
	return s;
}

int64_t
server_port(const struct server *s)
{
	return s->port;
}

static int
server_next_wait(struct server *s, int64_t timer)
{
	MHD_UNSIGNED_LONG_LONG ms;
	int64_t wait = timer;

	if (s->resumed) {
		s->resumed = 0;
		return 0;
	}
	if (MHD_get_timeout(s->mhd, &ms) == MHD_YES &&
	    (wait < 0 || (int64_t)ms < wait))
		wait = (int64_t)ms;
	return wait < 0 || wait > 60000 ? 60000 : (int)wait;
}

static int
server_idle(struct server *s)
{
	const union MHD_DaemonInfo *i;

	i = MHD_get_daemon_info(s->mhd, MHD_DAEMON_INFO_CURRENT_CONNECTIONS);
	return i != NULL && i->num_connections == 0;
}

void
server_run(struct server *s)
{
	const union MHD_DaemonInfo *i;
	struct pollfd p = { .events = POLLIN };
	int64_t timer;

	i = MHD_get_daemon_info(s->mhd, MHD_DAEMON_INFO_EPOLL_FD);
	p.fd = i->epoll_fd;
	while (!sig_seen()) {
		timer = timer_run(&s->timers, time_mono_ms());
		poll(&p, 1, server_next_wait(s, timer));
		MHD_run(s->mhd);
		if (s->mock->turn != 0 && server_idle(s))
			mark_turn(s->mock);
	}
}

void
server_close(struct server *s)
{
	if (s == NULL)
		return;
	timer_flush(&s->timers);
	MHD_stop_daemon(s->mhd);
	free(s);
}
