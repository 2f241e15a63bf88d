#include <inttypes.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "shared/lang.h"
#include "shared/os.h"
#include "shared/progress.h"

#define PAUSE_MS 250
#define MIB      (1024 * 1024)

#define INTERRUPTS_MAX 100 /* nobody counts further */

enum show { SHOW_NOTHING, SHOW_LINE, SHOW_JSON };

static _Thread_local struct {
	bool started;
	enum show show;
	struct progress_sink sink;        /* tell is NULL: on standard error */
	bool ended;                       /* the sink asked for an end */
	bool following;                   /* the work is somebody else's */
	const struct progress_work *work; /* NULL: none under way */
	int64_t done, total;
	int64_t shown_ms; /* when last; -1: never */
	bool drawn;       /* a line stands on the terminal */
	struct sigaction before;
} now;

static volatile sig_atomic_t asked_to_end;

static void on_interrupt(int number)
{
	(void)number;
	if (asked_to_end < INTERRUPTS_MAX)
		asked_to_end = asked_to_end + 1;
}

int progress_start(const char *how, struct err *err)
{
	if (how == NULL)
		now.show =
		    isatty(STDERR_FILENO) == 1 ? SHOW_LINE : SHOW_NOTHING;
	else if (strcmp(how, "line") == 0)
		now.show = SHOW_LINE;
	else if (strcmp(how, "json") == 0)
		now.show = SHOW_JSON;
	else if (strcmp(how, "none") == 0)
		now.show = SHOW_NOTHING;
	else
		return err_set(err, E_USAGE,
		    L("--progress : « line », « json » ou « none »",
			"--progress: \"line\", \"json\" or \"none\""));
	now.started = true;
	now.sink.tell = NULL;
	now.ended = false;
	now.following = false;
	asked_to_end = 0;
	return 0;
}

void progress_start_for(const struct progress_sink *sink)
{
	now.started = true;
	now.show = SHOW_NOTHING;
	now.sink = *sink;
	now.ended = false;
	now.following = false;
}

bool progress_is_on(void)
{
	return now.started;
}

void progress_follow(void)
{
	now.following = true;
}

int progress_interrupts(void)
{
	return asked_to_end;
}

void progress_stop(void)
{
	progress_end();
	now.started = false;
}

void progress_begin(const struct progress_work *work, int64_t total)
{
	/* One interruption is asked for, the next is meant: it kills. */
	struct sigaction action = {.sa_handler = on_interrupt,
	    .sa_flags = now.following ? 0 : (int)SA_RESETHAND};

	if (!now.started)
		return;
	if (now.sink.tell == NULL && now.work == NULL && asked_to_end == 0) {
		(void)sigemptyset(&action.sa_mask);
		(void)sigaction(SIGINT, &action, &now.before);
	}
	now.work = work;
	now.done = 0;
	now.total = total;
	now.shown_ms = -1;
	if (now.sink.tell != NULL &&
	    !now.sink.tell(now.sink.context, work, 0, total))
		now.ended = true;
}

void progress_total(int64_t total)
{
	now.total = total;
}

static void draw_amount(int64_t done)
{
	bool bytes = strcmp(now.work->unit, "bytes") == 0;
	int64_t part = bytes ? MIB : 1;
	const char *unit = bytes ? L(" Mio", " MiB") : "";

	if (now.total > 0)
		(void)fprintf(stderr, "%3d %%  (%" PRId64 "/%" PRId64 "%s)",
		    (int)(done >= now.total ? 100 : done * 100 / now.total),
		    done / part, now.total / part, unit);
	else
		(void)fprintf(stderr, "%" PRId64 "%s", done / part, unit);
}

static void show(int64_t done)
{
	if (now.show == SHOW_JSON) {
		(void)fprintf(stderr,
		    "{\"progress\":\"%s\",\"done\":%" PRId64
		    ",\"total\":%" PRId64 ",\"unit\":\"%s\"}\n",
		    now.work->phase, done, now.total, now.work->unit);
	} else {
		(void)fprintf(
		    stderr, "\r\033[K%s", L(now.work->fr, now.work->en));
		if (now.work->unit[0] == '\0') {
			(void)fputs("…", stderr);
		} else {
			(void)fputs(L(" : ", ": "), stderr);
			draw_amount(done);
		}
		now.drawn = true;
	}
	(void)fflush(stderr);
}

static bool is_due(int64_t done)
{
	int64_t at_ms = os_monotonic_ms();

	if (now.show == SHOW_NOTHING && now.sink.tell == NULL)
		return false;
	if (now.shown_ms >= 0 && at_ms - now.shown_ms < PAUSE_MS &&
	    (now.total == 0 || done < now.total))
		return false;
	now.shown_ms = at_ms;
	return true;
}

int progress_step(int64_t done, struct err *err)
{
	if (!now.started || now.work == NULL)
		return 0;
	now.done = done;
	if (is_due(done)) {
		if (now.sink.tell == NULL)
			show(done);
		else if (!now.sink.tell(
			     now.sink.context, now.work, done, now.total))
			now.ended = true;
	}
	if (now.sink.tell == NULL ? asked_to_end == 0 : !now.ended)
		return 0;
	return err_set(err, E_INTERRUPTED,
	    L("interrompu : %s", "interrupted: %s"),
	    L(now.work->again_fr, now.work->again_en));
}

int progress_last(struct err *err)
{
	/* Its asking comes with the telling. */
	if (now.sink.tell != NULL)
		now.shown_ms = -1;
	return progress_step(now.done, err);
}

void progress_end(void)
{
	if (now.work == NULL)
		return;
	if (now.drawn)
		(void)fprintf(stderr, "\r\033[K");
	now.drawn = false;
	now.work = NULL;
	now.following = false;
	if (now.sink.tell != NULL)
		return;
	/* An interruption that came after the last step is not lost: the next
	 * work of the same command ends at its first. */
	(void)sigaction(SIGINT, &now.before, NULL);
}
