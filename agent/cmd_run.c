#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "agent/auto_sync.h"
#include "agent/cmd.h"
#include "agent/page.h"
#include "shared/lang.h"

#define LOCK_NAME    "run.lock"
#define PAGE_THREADS 16 /* more than a browser's connections */
#define LISTEN_TEXT  32

/* Ports that are nobody's by convention, that browsers do not refuse, and that
 * the system does not give to outgoing connections. */
#define PORT_FIRST 20000
#define PORT_LAST  32767
#define PORT_TRIES 32

const struct opt cmd_run_options[] = {
    {"port", 0, "N", "le port de la page, au hasard si absent",
	"the page's port, by chance if absent"},
    {"no-browser", OPT_FLAG, NULL, "n'ouvre pas le navigateur",
	"does not open the browser"},
    {"web-dir", 0, "DIR", "la page prise dans un dossier (développement)",
	"the page out of a directory (development)"},
    {"no-sync", OPT_FLAG, NULL, "n'envoie et ne reçoit rien de soi-même",
	"sends and receives nothing by itself"},
    {NULL, 0, NULL, NULL, NULL}};

/* Everything that runs, in the order it was started. */
struct running {
	struct buf directory;
	int port; /* 0: by chance */
	int lock;
	int signals;
	struct auto_sync *sync; /* NULL: with --no-sync */
	struct page page;
	bool paged;
	struct http_server *http;
};

/* ---- the parts ---- */

/* One page per directory: another would answer beside the one that is seen. */
static int lock(struct running *running, struct err *err)
{
	struct buf path = BUF_INIT;
	int rc;

	if ((rc = os_directory_make(buf_text(&running->directory), err)) < 0)
		return rc;
	buf_printf(&path, "%s/%s", buf_text(&running->directory), LOCK_NAME);
	if ((rc = buf_check(&path, err)) == 0)
		rc = os_lock(&running->lock, buf_text(&path), err);
	buf_free(&path);
	if (rc != E_LOCKED)
		return rc;
	return err_set(err, E_LOCKED,
	    L("la page est déjà ouverte pour ce dossier : reprenez sa fenêtre "
	      "dans le navigateur ; si elle est perdue, arrêtez l'autre "
	      "« pointeau run » (Ctrl-C), puis relancez",
		"the page is already open for this directory: go back to its "
		"window in the browser; if it is lost, stop the other "
		"\"pointeau run\" (Ctrl-C), then run it again"));
}

/* Stop signals arrive as reads, in this thread alone: block them before any
 * other thread is born. */
static int catch_signals(struct running *running, struct err *err)
{
	sigset_t set;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGTERM);
	(void)sigaddset(&set, SIGINT);
	(void)sigaddset(&set, SIGHUP);
	if (pthread_sigmask(SIG_BLOCK, &set, NULL) != 0 ||
	    (running->signals = signalfd(-1, &set, SFD_CLOEXEC)) < 0)
		return err_errno(err, E_IO, "signalfd");
	return 0;
}

static int serve_on(
    struct running *running, const struct call *call, int port, struct err *err)
{
	char listen[LISTEN_TEXT];
	const char *const hosts[] = {listen, NULL};
	const struct http_config config = {
	    .listen = listen,
	    .hosts = hosts,
	    .handler = page_answer,
	    .context = &running->page,
	    .threads = PAGE_THREADS,
	};
	int rc;

	(void)snprintf(listen, sizeof(listen), "127.0.0.1:%d", port);
	page_init(
	    &running->page, call->program, buf_text(&running->directory), port);
	running->page.web_dir = opt_value(call, "web-dir");
	running->page.sync = running->sync;
	if ((rc = http_start(&running->http, &config, err)) < 0)
		page_clear(&running->page);
	else
		running->paged = true;
	return rc;
}

static int read_port(const struct call *call, int *out, struct err *err)
{
	const char *text = opt_value(call, "port");
	size_t len = text != NULL ? strspn(text, "0123456789") : 0;

	*out = 0;
	if (text == NULL)
		return 0;
	*out = len > 0 && len <= 5 && text[len] == '\0'
	           ? (int)strtol(text, NULL, 10)
	           : 0;
	if (*out >= 1024 && *out <= UINT16_MAX)
		return 0;
	(void)err_set(err, E_INVALID,
	    L("un nombre de 1024 à 65535", "a number from 1024 to 65535"));
	return cmd_blame(call, "port", err);
}

/* By chance, so that no site can know it; again where it is taken. */
static int serve(
    struct running *running, const struct call *call, struct err *err)
{
	const struct program *program = call->program;
	uint32_t chance;
	int port, rc = 0;

	if (running->port != 0)
		return serve_on(running, call, running->port, err);
	for (int i = 0; i < PORT_TRIES; i++) {
		os_random(program->os, &chance, sizeof(chance));
		port =
		    PORT_FIRST + (int)(chance % (PORT_LAST - PORT_FIRST + 1));
		if ((rc = serve_on(running, call, port, err)) != E_IO)
			return rc;
	}
	return rc;
}

/* ---- telling ---- */

static bool has_desktop(void)
{
	const char *x11 = getenv("DISPLAY");
	const char *wayland = getenv("WAYLAND_DISPLAY");

	return (x11 != NULL && x11[0] != '\0') ||
	       (wayland != NULL && wayland[0] != '\0');
}

/* Without one, or without what opens it, the sentence gives the address. */
static bool open_browser(const struct call *call, const char *url)
{
	const char *const words[] = {"xdg-open", url, NULL};

	return !cmd_json(call) && !opt_given(call, "no-browser") &&
	       has_desktop() && os_spawn(words, NULL) == 0;
}

static int announce(
    struct call *call, const struct running *running, struct err *err)
{
	const struct page *page = &running->page;
	struct buf url = BUF_INIT;
	int rc;

	buf_printf(&url, "%s/#t=%s", page->origin, page->token);
	if ((rc = buf_check(&url, err)) < 0)
		goto out;
	if (cmd_json(call)) {
		rc = cmd_answer(call,
		    json_pack("{s:s,s:i}", "url", buf_text(&url), "schema", 1),
		    err);
	} else if (open_browser(call, buf_text(&url))) {
		buf_printf(call->out,
		    L("La page s'ouvre dans le navigateur. Sinon, son "
		      "adresse :\n%s\nElle vaut pour vous seul, jusqu'à "
		      "Ctrl-C.\n",
			"The page opens in the browser. If not, its "
			"address:\n%s\nIt is for you alone, until Ctrl-C.\n"),
		    buf_text(&url));
	} else {
		buf_printf(call->out,
		    L("Ouvrez cette adresse dans le navigateur de ce "
		      "poste :\n%s\nElle vaut pour vous seul, jusqu'à "
		      "Ctrl-C.\n",
			"Open this address in this laptop's "
			"browser:\n%s\nIt is for you alone, until Ctrl-C.\n"),
		    buf_text(&url));
	}
	if (rc == 0)
		rc = cmd_flush(call, err);
out:
	if (url.data != NULL)
		crypto_wipe(url.data, url.len);
	buf_free(&url);
	return rc;
}

/* ---- running ---- */

static int start(struct running *running, struct call *call, struct err *err)
{
	const struct program *program = call->program;
	const char *web = opt_value(call, "web-dir");
	int rc;

	if (web != NULL && !os_is_directory(web)) {
		(void)err_set(err, E_INVALID,
		    L("ce n'est pas un dossier", "it is no directory"));
		return cmd_blame(call, "web-dir", err);
	}
	if ((rc = read_port(call, &running->port, err)) < 0 ||
	    (rc = cmd_directory(call, &running->directory, err)) < 0 ||
	    (rc = lock(running, err)) < 0 ||
	    (rc = catch_signals(running, err)) < 0 ||
	    (!opt_given(call, "no-sync") &&
		(rc = auto_sync_start(&running->sync,
		     buf_text(&running->directory), program->os, err)) < 0))
		return rc;
	return serve(running, call, err);
}

/* Until a signal. SIGINT is somebody's wish to interrupt, and ends as such. */
static int wait(const struct running *running, struct err *err)
{
	struct signalfd_siginfo info = {0};
	ssize_t got;

	do {
		got = read(running->signals, &info, sizeof(info));
	} while (got < 0 && errno == EINTR);
	if (got != (ssize_t)sizeof(info))
		return err_errno(err, E_IO, "signalfd");
	if (info.ssi_signo != SIGINT)
		return 0;
	return err_set(err, E_INTERRUPTED,
	    L("arrêté ; tout ce qui a été saisi est gardé ici",
		"stopped; all that was recorded is kept here"));
}

static void stop(struct running *running)
{
	/* The last save may still come in: what it kept leaves after it. */
	http_stop(running->http);
	auto_sync_stop(running->sync);
	if (running->paged)
		page_clear(&running->page);
	if (running->signals >= 0)
		(void)close(running->signals);
	os_unlock(running->lock);
	buf_free(&running->directory);
}

int cmd_run(struct call *call, struct err *err)
{
	struct running running = {.lock = -1, .signals = -1};
	int rc;

	if ((rc = start(&running, call, err)) == 0 &&
	    (rc = announce(call, &running, err)) == 0)
		rc = wait(&running, err);
	stop(&running);
	return rc;
}
