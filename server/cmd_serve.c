#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include "server/admin.h"
#include "server/backup/backup.h"
#include "server/cmd.h"
#include "server/confine.h"
#include "server/account/account.h"
#include "server/hashing.h"
#include "server/health.h"
#include "server/metrics.h"
#include "server/page/page.h"
#include "server/reload.h"
#include "shared/http/http.h"
#include "server/service.h"
#include "server/tls.h"
#include "server/watch.h"
#include "shared/lang.h"
#include "shared/log.h"
#include "shared/notify.h"

#define HOSTS_MAX 16

/* Of the C library's memory: see bound_memory. */
#define ARENAS     4
#define LARGE_FROM (256 * 1024)

/* Everything that runs while we serve, in the order it was started. */
struct serving {
	struct office office;
	bool opened;
	struct service service;
	bool ready;
	struct health health;
	struct watch watch;
	struct metrics *metrics;
	struct proxies *proxies;
	bool on_terminal; /* whose closing ends us */
	struct door door;
	struct notice trouble;
	struct http_server *http;
	int admin;
	int signals;
	char *hosts_text;
	const char *hosts[HOSTS_MAX + 1];
	size_t host_count;
};

static void add_host(struct serving *serving, const char *host)
{
	if (serving->host_count < HOSTS_MAX)
		serving->hosts[serving->host_count++] = host;
}

/* "host:port" of the url (and "host" when the port is the usual one), then
 * the administrator's own list. */
static int list_hosts(struct serving *serving, struct err *err)
{
	const struct config *config = &serving->office.config;
	const char *authority = config->url + strlen("https://");
	struct buf text = BUF_INIT;
	char *at, *save = NULL;

	buf_printf(&text, "%s,%s", authority, config->hosts);
	if (strcmp(authority + strcspn(authority, ":"), ":443") == 0)
		buf_printf(
		    &text, ",%.*s", (int)strcspn(authority, ":"), authority);
	if ((serving->hosts_text = buf_take(&text)) == NULL)
		return err_nomem(err);
	for (at = strtok_r(serving->hosts_text, ", ", &save); at != NULL;
	     at = strtok_r(NULL, ", ", &save))
		add_host(serving, at);
	return 0;
}

/* Stop signals arrive as reads, in this thread alone: block them before any
 * other thread is born. */
static int catch_signals(struct serving *serving, struct err *err)
{
	sigset_t set;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGTERM);
	(void)sigaddset(&set, SIGINT);
	(void)sigaddset(&set, SIGHUP);
	if (pthread_sigmask(SIG_BLOCK, &set, NULL) != 0 ||
	    (serving->signals = signalfd(-1, &set, SFD_CLOEXEC)) < 0)
		return err_errno(err, E_IO, "signalfd");
	return 0;
}

static int start_http(struct serving *serving, struct err *err)
{
	struct office *office = &serving->office;
	struct buf certificate = BUF_INIT;
	struct http_config config = {
	    .listen = office->config.listen,
	    .hosts = serving->hosts,
	    .handler = service_answer,
	    .context = &serving->service,
	    .watch = tls_watch,
	    .behind_tls = true,
	    .proxies = serving->proxies,
	    .stop_time_s = (int)office->config.stop_timeout,
	    .done = service_done,
	};
	int rc;

	if (office->config.tls == CONFIG_TLS_PROXY)
		return http_start(&serving->http, &config, err);
	if ((rc = office_path(office, OFFICE_TLS, &certificate, err)) < 0)
		goto out;
	/* One's own certificate is read again at each start, so that a
	 * renewal needs a restart and nothing else. */
	if (office->config.tls_certificate[0] != '\0' &&
	    (rc = tls_certificate_adopt(certificate.data,
		 office->config.tls_certificate, office->config.tls_key, err)) <
		0)
		goto out;
	config.certificate = certificate.data;
	tls_unload();
	rc = http_start(&serving->http, &config, err);
out:
	buf_free(&certificate);
	return rc;
}

/* What a large body took goes back to the system when it is freed, however
 * many threads and processors there are. */
static void bound_memory(void)
{
#ifdef __GLIBC__
	(void)mallopt(M_ARENA_MAX, ARENAS);
	(void)mallopt(M_MMAP_THRESHOLD, LARGE_FROM);
#endif
}

/* A connection is a descriptor, and shells allow few until one asks. */
static void raise_files(void)
{
	struct rlimit files;

	if (getrlimit(RLIMIT_NOFILE, &files) < 0)
		return;
	files.rlim_cur = files.rlim_max;
	(void)setrlimit(RLIMIT_NOFILE, &files);
}

static void tell_start(const struct config *config, bool confined)
{
	struct log_line line;

	log_begin(&line, LOG_INFO, "starting");
	log_text(&line, "version", POINTEAU_VERSION);
	log_text(&line, "listen", config->listen);
	log_text(
	    &line, "tls", config->tls == CONFIG_TLS_PROXY ? "proxy" : "own");
	log_text(&line, "confined", confined ? "yes" : "no");
	log_end(&line);
}

static int start(struct serving *serving, struct call *call, struct err *err)
{
	const struct program *program = call->program;
	int rc;

	bound_memory();
	raise_files();
	if ((rc = catch_signals(serving, err)) < 0 ||
	    (rc = hashing_start(err)) < 0 ||
	    (rc = cmd_read_config(call, err)) < 0 ||
	    (rc = office_open_with(&serving->office, program->directory,
		 &program->config, program->os, true, err)) < 0)
		return rc;
	serving->opened = true;
	if ((rc = backup_sweep(&serving->office, err)) < 0)
		return rc;
	reload_log(&serving->office.config);
	/* Before any thread is born. */
	tell_start(&serving->office.config, confine(serving->office.directory));
	if ((rc = service_init(&serving->service, &serving->office, err)) < 0)
		return rc;
	serving->ready = true;
	serving->service.trouble = &serving->trouble;
	if ((rc = service_limit(&serving->service, err)) < 0)
		return rc;
	serving->service.health = &serving->health;
	if ((rc = health_open(&serving->health, &serving->office,
		 &serving->service.lock, err)) < 0 ||
	    (rc = metrics_new(&serving->metrics, err)) < 0 ||
	    (rc = proxies_parse(
		 &serving->proxies, serving->office.config.proxies, err)) < 0)
		return rc;
	serving->service.metrics = serving->metrics;
	if ((rc = list_hosts(serving, err)) < 0 ||
	    (rc = door_open(&serving->door, &serving->service, serving->hosts,
		 opt_value(call, "web-dir"), err)) < 0)
		return rc;
	serving->service.door = &serving->door;
	if ((rc = admin_listen(&serving->admin, &serving->office, err)) < 0)
		return rc;
	if ((rc = start_http(serving, err)) < 0)
		return rc;
	serving->service.http = serving->http;
	return watch_start(&serving->watch, &serving->health, err);
}

static void stop(struct serving *serving)
{
	watch_stop(&serving->watch);
	http_stop(serving->http);
	door_close(&serving->door);
	admin_close(serving->admin, &serving->office);
	health_close(&serving->health);
	metrics_free(serving->metrics);
	proxies_free(serving->proxies);
	tls_unload();
	if (serving->ready)
		service_clear(&serving->service);
	if (serving->opened)
		office_close(&serving->office);
	if (serving->signals >= 0)
		(void)close(serving->signals);
	free(serving->hosts_text);
	hashing_stop();
}

/* Nobody can log in yet: append the link of the first account, good once. */
static int make_link(struct office *office, struct buf *out, struct err *err)
{
	char link[ACCOUNT_LINK_TEXT];
	int64_t count = 0;
	int rc = account_row_count(office->db, &count, err);

	if (rc < 0 || count > 0)
		return rc;
	if ((rc = account_setup_link(office, link, err)) == 0)
		account_link_url(out, office, link);
	crypto_wipe(link, sizeof(link));
	return rc < 0 ? rc : buf_check(out, err);
}

static int print_ready(struct call *call, const struct office *office,
    const char *link, struct err *err)
{
	int done;

	if (cmd_json(call))
		done = printf(
		    "{\"schema\":1,\"ready\":true,\"url\":\"%s\"%s%s%s}\n",
		    office->config.url, link[0] != '\0' ? ",\"setup\":\"" : "",
		    link, link[0] != '\0' ? "\"" : "");
	else
		done = printf(L("Pointeau sert %s (écoute : %s). Ctrl-C pour "
				"arrêter.\n",
				  "Pointeau serves %s (listening: %s). Ctrl-C "
				  "to stop.\n"),
		    office->config.url, office->config.listen);
	if (done >= 0 && link[0] != '\0' && !cmd_json(call))
		done =
		    printf(L("Aucun compte encore : ouvrez ce lien dans un "
			     "navigateur, il fait le premier (une fois, "
			     "pendant une heure).\n%s\n",
			       "No account yet: open this link in a browser, "
			       "it makes the first one (once, for an "
			       "hour).\n%s\n"),
			link);
	if (done < 0 || fflush(stdout) != 0)
		return err_errno(err, E_IO, "stdout");
	return 0;
}

static int announce(struct call *call, struct serving *serving, struct err *err)
{
	struct service *service = &serving->service;
	struct buf link = BUF_INIT;
	int rc;

	(void)pthread_mutex_lock(&service->lock);
	rc = make_link(&serving->office, &link, err);
	(void)pthread_mutex_unlock(&service->lock);
	if (rc == 0)
		rc = print_ready(call, &serving->office, buf_text(&link), err);
	if (link.data != NULL)
		crypto_wipe(link.data, link.len);
	buf_free(&link);
	return rc;
}

/* ---- until the end ---- */

/* To whoever started us; that nobody listens any more is for the log. */
static void tell_manager(const char *state)
{
	struct err err = ERR_INIT;

	if (notify_send(state, &err) < 0)
		log_event(LOG_WARN, "notify_failed", "text", err.text);
}

static void tell_ready(const struct serving *serving)
{
	struct buf state = BUF_INIT;

	buf_printf(&state, "READY=1\nSTATUS=%s %s", L("Sert", "Serving"),
	    serving->office.config.url);
	if (buf_check(&state, NULL) == 0)
		tell_manager(state.data);
	buf_free(&state);
}

static void do_reload(struct serving *serving, struct call *call)
{
	struct err err = ERR_INIT;
	char state[64];

	(void)snprintf(state, sizeof(state),
	    "RELOADING=1\nMONOTONIC_USEC=%" PRId64, os_monotonic_ms() * 1000);
	tell_manager(state);
	if (reload(&serving->service, call, &err) < 0)
		log_event(LOG_ERROR, "reload_failed", "text", err.text);
	else
		log_event(LOG_INFO, "reloaded", "", "");
	tell_ready(serving);
}

/* Is it to stop? */
static bool on_signal(struct serving *serving, struct call *call)
{
	struct signalfd_siginfo info;

	if (read(serving->signals, &info, sizeof(info)) != sizeof(info))
		return false;
	if (info.ssi_signo == SIGHUP && !serving->on_terminal) {
		do_reload(serving, call);
		return false;
	}
	return true;
}

/* Commands and signals, until a signal says stop. */
static int run(struct serving *serving, struct call *call, struct err *err)
{
	struct pollfd fds[] = {
	    {serving->signals, POLLIN, 0}, {serving->admin, POLLIN, 0}};

	for (;;) {
		if (poll(fds, 2, -1) < 0) {
			if (errno == EINTR)
				continue;
			return err_errno(err, E_IO, "poll");
		}
		if (fds[0].revents != 0 && on_signal(serving, call))
			return 0;
		if (fds[1].revents != 0)
			admin_serve(serving->admin, &serving->service);
	}
}

static int serve(struct serving *serving, struct call *call, struct err *err)
{
	int rc;

	if ((rc = start(serving, call, err)) < 0 ||
	    (rc = announce(call, serving, err)) < 0)
		return rc;
	log_event(LOG_INFO, "ready", "", "");
	tell_ready(serving);
	if ((rc = run(serving, call, err)) < 0)
		return rc;
	tell_manager("STOPPING=1");
	log_event(LOG_INFO, "stopping", "", "");
	atomic_store(&serving->health.stopping, true);
	return 0;
}

int cmd_serve(struct call *call, struct err *err)
{
	struct serving serving = {.admin = -1,
	    .signals = -1,
	    .on_terminal = isatty(STDIN_FILENO) == 1};
	int rc = serve(&serving, call, err);

	stop(&serving);
	if (rc == 0) {
		log_event(LOG_INFO, "stopped", "", "");
		if (!cmd_json(call))
			buf_add_text(call->note,
			    L("Arrêté proprement.\n", "Stopped cleanly.\n"));
	}
	return rc;
}
