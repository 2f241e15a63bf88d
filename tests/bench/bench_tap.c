/*
 * What a tap on the laptop's page takes, and one bare durable commit beside
 * it, in turn: "bench_tap DATA hours|crew ROUNDS [FIRST [tap|commit]]", the
 * last to do one of them alone, for strace. DATA is the directory of an
 * enrolled laptop with the crew VERTS, whom nobody recorded anything for yet
 * (tests/bench/day.py). The tap is what the page's handler does with the
 * request, from its bytes to those of the answer. Prints the nanoseconds of
 * each: {"tap":[…],"commit":[…],"tap_cpu":[…],"commit_cpu":[…]}.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "agent/cmd.h"
#include "agent/page.h"
#include "shared/date.h"
#include "tests/bench/commit.h"

#define PORT       23456
#define ORIGIN     "http://127.0.0.1:23456"
#define CREW       "VERTS"
#define ROUNDS_MAX 2000
#define WARM       5  /* rounds that are not looked at */
#define WORKERS    12 /* V01 to V12, all of them there from FIRST_DAY on */
#define FIRST_DAY  "2026-10-05"
#define BODY_MAX   256

static const struct command commands[] = {
    {"hours add", "", cmd_hours_add_options, "", "", cmd_hours_add, 0},
    {"hours fill", "", cmd_hours_fill_options, "", "", cmd_hours_fill, 0},
};

/* Nanoseconds on the clock and on the processor, of each round. */
struct times {
	int64_t wall[ROUNDS_MAX];
	int64_t cpu[ROUNDS_MAX];
};

struct bench {
	struct page page;
	struct commit commit;
	bool crew;
	bool taps, commits; /* what is done */
	int first;          /* number of the first round's request */
	int rounds;
	struct times tap, bare;
};

static int64_t now_ns(clockid_t clock)
{
	struct timespec now = {0, 0};

	(void)clock_gettime(clock, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static bool is_self(const struct page *page, const struct request *request)
{
	(void)page;
	(void)request;
	return true;
}

/* The ${n}th request: half a day of everybody, or one of one person. */
static void make_body(const struct bench *bench, int n, char body[BODY_MAX])
{
	int days = n / (bench->crew ? 2 : 2 * WORKERS);
	struct date day;
	char text[DATE_TEXT];

	(void)date_parse(&day, FIRST_DAY, NULL);
	day = date_from_days(date_days(&day) + days);
	date_format(&day, text);
	if (bench->crew)
		(void)snprintf(body, BODY_MAX,
		    "{\"crew\":\"" CREW "\",\"day\":\"%s\",\"slot\":\"%s\"}",
		    text, n % 2 == 0 ? "am" : "pm");
	else
		(void)snprintf(body, BODY_MAX,
		    "{\"worker\":\"V%02d\",\"day\":\"%s\",\"slot\":\"%s\","
		    "\"time\":\"3h30\",\"activity\":\"taille de haies\"}",
		    n / 2 % WORKERS + 1, text, n % 2 == 0 ? "am" : "pm");
}

/* One tap, which must be answered as recorded. */
static int tap(struct bench *bench, int n)
{
	struct request request = {.method = "POST",
	    .path = bench->crew ? "/api/hours/fill" : "/api/hours/add",
	    .query = "",
	    .bearer = bench->page.token,
	    .content_type = HTTP_JSON_TYPE,
	    .origin = ORIGIN,
	    .fetch_site = "same-origin",
	    .remote = "127.0.0.1",
	    .remote_port = 40000};
	struct reply reply = {.status = 0};
	char body[BODY_MAX];
	int status;

	make_body(bench, bench->first + n, body);
	request.body = (struct bytes){body, strlen(body)};
	page_answer(&bench->page, &request, &reply);
	status = reply.status;
	if (status != 200)
		(void)fprintf(
		    stderr, "%s → %.500s\n", body, buf_text(&reply.body));
	buf_free(&reply.body);
	return status == 200 ? 0 : -1;
}

/* Do ${what} and note what it took, unless it was to get warm. */
static int timed(struct bench *bench, int n, struct times *times,
    int (*what)(struct bench *bench, int n))
{
	int64_t wall = now_ns(CLOCK_MONOTONIC);
	int64_t cpu = now_ns(CLOCK_PROCESS_CPUTIME_ID);
	int rc = what(bench, n);

	if (n >= WARM) {
		times->cpu[n - WARM] = now_ns(CLOCK_PROCESS_CPUTIME_ID) - cpu;
		times->wall[n - WARM] = now_ns(CLOCK_MONOTONIC) - wall;
	}
	return rc;
}

static int bare(struct bench *bench, int n)
{
	return commit_one(&bench->commit, n);
}

static int measure(struct bench *bench)
{
	int rc = 0;

	for (int n = 0; rc == 0 && n < bench->rounds + WARM; n++) {
		if (bench->taps)
			rc = timed(bench, n, &bench->tap, tap);
		if (rc == 0 && bench->commits)
			rc = timed(bench, n, &bench->bare, bare);
	}
	return rc;
}

static void print_list(const char *name, const int64_t *list, int count)
{
	(void)printf("\"%s\":[", name);
	for (int i = 0; i < count; i++)
		(void)printf("%s%lld", i > 0 ? "," : "", (long long)list[i]);
	(void)printf("]");
}

static void print_all(const struct bench *bench)
{
	(void)printf("{");
	print_list("tap", bench->tap.wall, bench->rounds);
	(void)printf(",");
	print_list("commit", bench->bare.wall, bench->rounds);
	(void)printf(",");
	print_list("tap_cpu", bench->tap.cpu, bench->rounds);
	(void)printf(",");
	print_list("commit_cpu", bench->bare.cpu, bench->rounds);
	(void)printf("}\n");
}

static void open_page(
    struct bench *bench, const struct program *program, const char *directory)
{
	page_init(&bench->page, program, directory, PORT);
	bench->page.is_self = is_self;
	page_session_unlock(
	    &bench->page.session, "RIVES", "ENC-01", bench->page.now_ms());
}

static int read_words(struct bench *bench, int argc, char **argv)
{
	const char *only = argc > 5 ? argv[5] : "";

	if (argc < 4 || argc > 6)
		return -1;
	bench->crew = strcmp(argv[2], "crew") == 0;
	bench->rounds = atoi(argv[3]);
	bench->first = argc > 4 ? atoi(argv[4]) : 0;
	bench->taps = strcmp(only, "commit") != 0;
	bench->commits = strcmp(only, "tap") != 0;
	return bench->rounds < 0 || bench->rounds > ROUNDS_MAX - WARM ? -1 : 0;
}

int main(int argc, char **argv)
{
	static struct bench bench;
	struct program program = {commands,
	    sizeof(commands) / sizeof(commands[0]), &os_system, NULL, NULL};
	struct err err = ERR_INIT;
	int rc;

	if (read_words(&bench, argc, argv) < 0) {
		(void)fprintf(stderr,
		    "usage: bench_tap DATA hours|crew ROUNDS [FIRST "
		    "[tap|commit]]\n");
		return 2;
	}
	if (crypto_init(&err) < 0 || commit_open(&bench.commit, argv[1]) < 0)
		return 1;
	open_page(&bench, &program, argv[1]);
	rc = measure(&bench);
	page_clear(&bench.page);
	commit_close(&bench.commit);
	if (rc == 0)
		print_all(&bench);
	return rc == 0 ? 0 : 1;
}
