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
#include "agent/metered.h"
#include "agent/page.h"
#include "shared/lang.h"

#define LOCK_PAGE     "run.lock"
#define LOCK_SERVICE  "service.lock"
#define LOCK_TRIES    10        /* of 100 ms: the one before us is ending */
#define ADDRESS_NAME  "run.url" /* 0600, of the page that is open */
#define ADDRESS_MAX   1024
#define PAGE_THREADS  16  /* more than a browser's connections */
#define PAGE_FIRST_MS 500 /* the page comes first, then a sync of our own */
#define LISTEN_TEXT   32

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
    {"no-page", OPT_FLAG, NULL,
	"synchronise seulement, sans page (pour un service)",
	"syncs alone, without a page (for a service)"},
    {"again", OPT_FLAG, NULL,
	"si la page est déjà ouverte, la rouvre dans le navigateur",
	"if the page is open already, opens it in the browser again"},
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
	bool reopened; /* another's page was opened again: nothing runs here */
	struct http_server *http;
};

/* ---- the parts ---- */

static int refuse_second(bool page, struct err *err)
{
	if (page)
		return err_set(err, E_LOCKED,
		    L("la page est déjà ouverte pour ce dossier : reprenez sa "
		      "fenêtre dans le navigateur, ou rouvrez-la par "
		      "« pointeau run --again » ; pour l'arrêter : Ctrl-C là "
		      "où elle a été lancée",
			"the page is already open for this directory: go back "
			"to its window in the browser, or open it again with "
			"\"pointeau run --again\"; to stop it: Ctrl-C where it "
			"was started"));
	return err_set(err, E_LOCKED,
	    L("un autre « pointeau run --no-page » synchronise déjà ce "
	      "dossier : il n'y a rien à faire ; pour le remplacer, "
	      "arrêtez-le d'abord (systemctl --user stop pointeau)",
		"another \"pointeau run --no-page\" syncs this directory "
		"already: there is nothing to do; to replace it, stop it first "
		"(systemctl --user stop pointeau)"));
}

/*
 * One page per directory: another would answer beside the one that is seen;
 * and one that syncs without a page. The two go along with each other: each
 * leaves out what the other has just done (auto_sync.h, sync.lock).
 */
static int lock(struct running *running, bool page, struct err *err)
{
	struct buf path = BUF_INIT;
	int rc;

	/* One that is there is not made durable again: that waits for the
	 * disk, and enrolment did it. */
	if (!os_is_directory(buf_text(&running->directory)) &&
	    (rc = os_directory_make(buf_text(&running->directory), err)) < 0)
		return rc;
	buf_printf(&path, "%s/%s", buf_text(&running->directory),
	    page ? LOCK_PAGE : LOCK_SERVICE);
	if ((rc = buf_check(&path, err)) == 0)
		rc = os_lock(&running->lock, buf_text(&path), err);
	/* One that was told to stop may be in its last second. */
	for (int i = 0; rc == E_LOCKED && i < LOCK_TRIES; i++) {
		(void)poll(NULL, 0, 100);
		rc = os_lock(&running->lock, buf_text(&path), err);
	}
	buf_free(&path);
	return rc == E_LOCKED ? refuse_second(page, err) : rc;
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

	*out = (int)cmd_config(call)->page_port;
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

static int tell_page(struct call *call, const char *url, struct err *err)
{
	if (cmd_json(call))
		return cmd_answer(
		    call, json_pack("{s:s,s:i}", "url", url, "schema", 1), err);
	if (open_browser(call, url))
		buf_printf(call->out,
		    L("La page s'ouvre dans le navigateur. Sinon, son "
		      "adresse :\n%s\nElle vaut pour vous seul, jusqu'à "
		      "Ctrl-C.\n",
			"The page opens in the browser. If not, its "
			"address:\n%s\nIt is for you alone, until Ctrl-C.\n"),
		    url);
	else
		buf_printf(call->out,
		    L("Ouvrez cette adresse dans le navigateur de ce "
		      "poste :\n%s\nElle vaut pour vous seul, jusqu'à "
		      "Ctrl-C.\n",
			"Open this address in this laptop's "
			"browser:\n%s\nIt is for you alone, until Ctrl-C.\n"),
		    url);
	return buf_check(call->out, err);
}

static int tell_service(
    struct call *call, const struct running *running, struct err *err)
{
	if (cmd_json(call))
		return cmd_answer(call,
		    json_pack("{s:b,s:i}", "ready", true, "schema", 1), err);
	buf_printf(call->out,
	    L("Ce poste synchronise %s, jusqu'à Ctrl-C.\n",
		"This laptop syncs %s, until Ctrl-C.\n"),
	    buf_text(&running->directory));
	return buf_check(call->out, err);
}

static void wipe(struct buf *url)
{
	if (url->data != NULL)
		crypto_wipe(url->data, url->len);
	buf_free(url);
}

static int address_path(
    const struct running *running, struct buf *out, struct err *err)
{
	buf_printf(out, "%s/%s", buf_text(&running->directory), ADDRESS_NAME);
	return buf_check(out, err);
}

/* For --again: as private as the laptop's key, and good for nothing once this
 * launch has ended, so that the page need not wait for the disk. */
static int keep_address(
    const struct running *running, const struct buf *url, struct err *err)
{
	struct buf path = BUF_INIT;
	int rc;

	if ((rc = address_path(running, &path, err)) == 0)
		rc = os_file_write_soon(
		    buf_text(&path), url->data, url->len, 0600, err);
	buf_free(&path);
	return rc;
}

static void forget_address(const struct running *running)
{
	struct buf path = BUF_INIT;

	if (address_path(running, &path, NULL) == 0)
		(void)os_file_remove(buf_text(&path), NULL);
	buf_free(&path);
}

/* The page of the launch that holds the lock; it may have just begun, or be
 * about to end. */
static int open_again(
    struct running *running, struct call *call, struct err *err)
{
	struct buf path = BUF_INIT, url = BUF_INIT;
	int rc;

	if ((rc = address_path(running, &path, err)) < 0)
		goto out;
	if (os_file_read(&url, buf_text(&path), ADDRESS_MAX, NULL) < 0) {
		rc = refuse_second(true, err);
		goto out;
	}
	running->reopened = true;
	rc = tell_page(call, buf_text(&url), err);
out:
	buf_free(&path);
	wipe(&url);
	return rc;
}

static int announce(
    struct call *call, const struct running *running, struct err *err)
{
	const struct page *page = &running->page;
	struct buf url = BUF_INIT;
	int rc;

	if (!running->paged) {
		if ((rc = tell_service(call, running, err)) == 0)
			rc = cmd_flush(call, err);
		return rc;
	}
	buf_printf(&url, "%s/#t=%s", page->origin, page->token);
	if ((rc = buf_check(&url, err)) == 0 &&
	    (rc = keep_address(running, &url, err)) == 0 &&
	    (rc = tell_page(call, buf_text(&url), err)) == 0)
		rc = cmd_flush(call, err);
	wipe(&url);
	return rc;
}

/* ---- running ---- */

static int check_words(
    struct running *running, const struct call *call, struct err *err)
{
	static const char *const of_page[] = {"port", "web-dir", "again"};
	const char *web = opt_value(call, "web-dir");

	if (opt_given(call, "no-page") && opt_given(call, "no-sync"))
		return err_set(err, E_USAGE,
		    L("--no-page et --no-sync : il ne resterait rien à faire ; "
		      "retirez l'un des deux",
			"--no-page and --no-sync: nothing would be left to "
			"do; leave one of them out"));
	if (opt_given(call, "no-page") && !cmd_config(call)->sync)
		return err_set(err, E_USAGE,
		    L("--no-page avec le réglage sync = no : il ne resterait "
		      "rien à faire ; mettez sync = yes, ou ouvrez la page",
			"--no-page with the setting sync = no: nothing would "
			"be left to do; set sync = yes, or open the page"));
	for (size_t i = 0; i < sizeof(of_page) / sizeof(of_page[0]); i++) {
		if (!opt_given(call, "no-page") || !opt_given(call, of_page[i]))
			continue;
		return err_set(err, E_USAGE,
		    L("--%s ne sert à rien avec --no-page : retirez l'une des "
		      "deux",
			"--%s is of no use with --no-page: leave one of them "
			"out"),
		    of_page[i]);
	}
	if (web != NULL && !os_is_directory(web)) {
		(void)err_set(err, E_INVALID,
		    L("ce n'est pas un dossier", "it is no directory"));
		return cmd_blame(call, "web-dir", err);
	}
	return read_port(call, &running->port, err);
}

static int start_sync(
    struct running *running, const struct call *call, struct err *err)
{
	const struct program *program = call->program;
	struct auto_sync_metered metered;

	if (opt_given(call, "no-sync") || !cmd_config(call)->sync)
		return 0;
	metered_read(&metered, cmd_config(call));
	return auto_sync_start(&running->sync, buf_text(&running->directory),
	    program->os, &metered,
	    opt_given(call, "no-page") ? 0 : PAGE_FIRST_MS, err);
}

static int start(struct running *running, struct call *call, struct err *err)
{
	bool page = !opt_given(call, "no-page");
	int rc;

	if ((rc = check_words(running, call, err)) < 0 ||
	    (rc = cmd_directory(call, &running->directory, err)) < 0)
		return rc;
	rc = lock(running, page, err);
	if (rc == E_LOCKED && page && opt_given(call, "again"))
		return open_again(running, call, err);
	if (rc < 0 || (rc = catch_signals(running, err)) < 0 ||
	    (rc = start_sync(running, call, err)) < 0)
		return rc;
	return page ? serve(running, call, err) : 0;
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
	if (running->paged) {
		forget_address(running);
		page_clear(&running->page);
	}
	if (running->signals >= 0)
		(void)close(running->signals);
	os_unlock(running->lock);
	buf_free(&running->directory);
}

int cmd_run(struct call *call, struct err *err)
{
	struct running running = {.lock = -1, .signals = -1};
	int rc;

	if ((rc = start(&running, call, err)) == 0 && !running.reopened &&
	    (rc = announce(call, &running, err)) == 0)
		rc = wait(&running, err);
	stop(&running);
	return rc;
}
