/*
 * Progress: what is told to machines and people, how often, and the end at
 * SIGINT; nothing of it where nobody asked.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "shared/lang.h"
#include "shared/progress.h"

static const struct progress_work baking = {
    "bake", "loaves", "Cuisson", "Baking", "recommence", "begins anew"};

static int64_t clock_ms;
int64_t __wrap_os_monotonic_ms(void);
int64_t __wrap_os_monotonic_ms(void)
{
	return clock_ms;
}

static FILE *told; /* takes standard error's place */
static int kept_stderr;

static int catch_stderr(void **state)
{
	(void)state;
	lang_set("en");
	clock_ms = 1000;
	told = tmpfile();
	kept_stderr = dup(STDERR_FILENO);
	return told == NULL || dup2(fileno(told), STDERR_FILENO) < 0;
}

static int give_stderr_back(void **state)
{
	(void)state;
	progress_stop();
	(void)dup2(kept_stderr, STDERR_FILENO);
	(void)close(kept_stderr);
	(void)fclose(told);
	return 0;
}

static void assert_told(const char *text)
{
	char found[1024] = "";

	rewind(told);
	found[fread(found, 1, sizeof(found) - 1, told)] = 0;
	assert_string_equal(found, text);
}

static void machines_are_told_four_times_a_second(void **state)
{
	(void)state;
	assert_int_equal(progress_start("json", NULL), 0);
	progress_begin(&baking, 100);
	for (int i = 1; i <= 100; i++) {
		assert_int_equal(progress_step(i, NULL), 0);
		clock_ms += 10;
	}
	progress_end();
	assert_told("{\"progress\":\"bake\",\"done\":1,\"total\":100,"
		    "\"unit\":\"loaves\"}\n"
		    "{\"progress\":\"bake\",\"done\":26,\"total\":100,"
		    "\"unit\":\"loaves\"}\n"
		    "{\"progress\":\"bake\",\"done\":51,\"total\":100,"
		    "\"unit\":\"loaves\"}\n"
		    "{\"progress\":\"bake\",\"done\":76,\"total\":100,"
		    "\"unit\":\"loaves\"}\n"
		    "{\"progress\":\"bake\",\"done\":100,\"total\":100,"
		    "\"unit\":\"loaves\"}\n");
}

static void a_line_is_drawn_and_wiped(void **state)
{
	(void)state;
	assert_int_equal(progress_start("line", NULL), 0);
	progress_begin(&baking, 4);
	assert_int_equal(progress_step(1, NULL), 0);
	progress_end();
	assert_told("\r\033[KBaking:  25 %  (1/4)\r\033[K");
}

static void nobody_is_told_who_did_not_ask(void **state)
{
	(void)state;
	progress_begin(&baking, 4);
	assert_int_equal(progress_step(1, NULL), 0);
	progress_end();
	/* No terminal here. */
	assert_int_equal(progress_start(NULL, NULL), 0);
	progress_begin(&baking, 4);
	assert_int_equal(progress_step(4, NULL), 0);
	progress_end();
	assert_told("");
}

static void interrupt_ends_at_the_next_step(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(progress_start("none", NULL), 0);
	progress_begin(&baking, 4);
	assert_int_equal(progress_step(1, &err), 0);
	assert_int_equal(raise(SIGINT), 0);
	assert_int_equal(progress_step(2, &err), E_INTERRUPTED);
	assert_string_equal(err.text, "interrupted: begins anew");
	assert_int_equal(err_exit_status(E_INTERRUPTED), 130);
	progress_end();
	/* What follows in the same command does not begin. */
	progress_begin(&baking, 4);
	assert_int_equal(progress_step(0, &err), E_INTERRUPTED);
	progress_stop();
	/* The next command is another. */
	assert_int_equal(progress_start("none", NULL), 0);
	progress_begin(&baking, 4);
	assert_int_equal(progress_step(1, &err), 0);
}

/* In a process of its own: it dies. */
static int status_of(int interrupts, bool started, bool working)
{
	pid_t child = fork();
	int status = 0;

	if (child == 0) {
		(void)signal(SIGINT, SIG_DFL);
		if (started && progress_start("none", NULL) < 0)
			_exit(9);
		if (working)
			progress_begin(&baking, 4);
		for (int i = 0; i < interrupts; i++)
			(void)raise(SIGINT);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

static void a_second_interrupt_ends_the_program(void **state)
{
	(void)state;
	assert_int_equal(status_of(1, true, true), 0);
	assert_int_equal(status_of(2, true, true), SIGINT);
	/* Where nothing looks, the first one does. */
	assert_int_equal(status_of(1, true, false), SIGINT);
	assert_int_equal(status_of(1, false, true), SIGINT);
}

static void interrupts_of_anothers_work_are_counted(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(progress_start("none", NULL), 0);
	progress_follow();
	progress_begin(&baking, 4);
	assert_int_equal(progress_interrupts(), 0);
	assert_int_equal(raise(SIGINT), 0);
	assert_int_equal(progress_interrupts(), 1);
	/* Another phase of it. */
	progress_begin(&baking, 4);
	assert_int_equal(raise(SIGINT), 0);
	assert_int_equal(progress_interrupts(), 2);
	assert_int_equal(progress_last(&err), E_INTERRUPTED);
	progress_end();
}

/* Somebody far away, who asks for the end at the last loaf but one. */
static bool note_loaves(void *context, const struct progress_work *work,
    int64_t done, int64_t total)
{
	int64_t *noted = context;

	assert_string_equal(work->phase, "bake");
	*noted = *noted * 100 + done * 10 + total;
	return done < 3;
}

static void somebody_far_away_is_told(void **state)
{
	int64_t noted = 0;
	const struct progress_sink sink = {note_loaves, &noted};
	struct err err = ERR_INIT;

	(void)state;
	assert_false(progress_is_on());
	progress_start_for(&sink);
	assert_true(progress_is_on());
	progress_begin(&baking, 0);
	assert_int_equal(progress_step(1, &err), 0);
	progress_total(4);
	assert_int_equal(progress_step(2, &err), 0);
	assert_int_equal(noted, 10);
	clock_ms += 250;
	assert_int_equal(progress_step(3, &err), E_INTERRUPTED);
	assert_int_equal(noted, 1034);
	/* The last time whoever is far away is asked, however soon. */
	progress_start_for(&sink);
	noted = 0;
	progress_begin(&baking, 4);
	assert_int_equal(noted, 4);
	assert_int_equal(progress_step(2, &err), 0);
	assert_int_equal(noted, 424);
	assert_int_equal(progress_step(3, &err), 0);
	assert_int_equal(noted, 424);
	assert_int_equal(progress_last(&err), E_INTERRUPTED);
	assert_int_equal(noted, 42434);
	clock_ms += 250;
	assert_int_equal(progress_step(4, &err), E_INTERRUPTED);
	progress_stop();
	assert_false(progress_is_on());
	assert_int_equal(progress_step(4, &err), 0);
	assert_told("");
	/* SIGINT is the program's still. */
	assert_int_equal(progress_start("none", NULL), 0);
	progress_begin(&baking, 4);
	assert_int_equal(progress_step(1, &err), 0);
}

static void another_way_is_refused(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(progress_start("fast", &err), E_USAGE);
	assert_non_null(strstr(err.text, "json"));
}

#define CAUGHT(f)                                                              \
	cmocka_unit_test_setup_teardown(f, catch_stderr, give_stderr_back)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CAUGHT(machines_are_told_four_times_a_second),
	    CAUGHT(a_line_is_drawn_and_wiped),
	    CAUGHT(nobody_is_told_who_did_not_ask),
	    CAUGHT(interrupt_ends_at_the_next_step),
	    CAUGHT(a_second_interrupt_ends_the_program),
	    CAUGHT(interrupts_of_anothers_work_are_counted),
	    CAUGHT(somebody_far_away_is_told),
	    CAUGHT(another_way_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
