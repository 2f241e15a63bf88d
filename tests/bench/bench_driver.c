/*
 * Thousands of enrolled laptops against the real server, from one process and
 * one thread: bench_office has enrolled them and signed what they send.
 *
 *	bench_driver --plan FILE --host 127.0.0.1:PORT
 *	    [--tls kept|resumed|new] [--ask push|heads|visit]
 *	    [--expect stored|known] [--connections 64] [--from 0] [--turns 1]
 *	    [--laptops N] [--verify-every 20] [--acks FILE] [--limit-s 120]
 *	    [--herd-ms 60000 [--slow-permille 10]] [--seed 1]
 *	    [--wire 2] [--server-pid PID] [--at-start COMMAND] [--at-end
 *COMMAND]
 *
 * --from and --turns: these pushes of every laptop. --herd-ms: each laptop
 * comes by itself, at some moment of that time, waits as it is told when it
 * is sent away, and its latency is from its first try to its receipt.
 * --server-pid: its CPU time while the play counts; --at-start, --at-end: what
 * a shell does right before and after. A visit is a whole sync: in wire 1 the
 * heads, then the push; in wire 2 the push and, when others pushed since, the
 * heads and the pull.
 * Status 1 when it could not play; what went wrong in the play is in "errors".
 */
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "shared/lang.h"
#include "tests/bench/play.h"

static void show(const struct play_figures *found)
{
	printf("{\"entries\":%zu,\"sets\":%zu,\"requests\":%zu,"
	       "\"seconds\":%.6f,\"server_cpu\":%.6f,\"driver_cpu\":%.6f,",
	    found->entries, found->sets, found->requests, found->seconds,
	    found->server_cpu, found->driver_cpu);
	printf("\"p50_ms\":%.3f,\"p99_ms\":%.3f,\"max_ms\":%.3f,",
	    figures_latency_ms(found, 0.5), figures_latency_ms(found, 0.99),
	    figures_latency_ms(found, 1));
	printf("\"verified\":%zu,\"opened\":%zu,\"resumed\":%zu,"
	       "\"unanswered\":%zu,\"behind\":%zu,\"bytes_in\":%" PRIu64
	       ",\"bytes_out\":%" PRIu64 ",\"errors\":{",
	    found->verified, found->opened, found->resumed, found->unanswered,
	    found->behind, found->bytes_in, found->bytes_out);
	for (size_t i = 0; i < found->trouble_count; i++)
		printf("%s\"%s\":%zu", i > 0 ? "," : "",
		    found->troubles[i].kind, found->troubles[i].count);
	printf("}}\n");
}

static enum play_tls read_tls(const char *text)
{
	static const char *const names[] = {"kept", "resumed", "new"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(text, names[i]) == 0)
			return (enum play_tls)i;
	}
	plan_die("--tls: kept, resumed or new");
}

static void read_options(struct play_options *out, int argc, char **argv)
{
	const char *acks = plan_text(argc, argv, "acks", NULL);
	const char *asked = plan_text(argc, argv, "ask", "push");

	*out = (struct play_options){
	    .host = plan_text(argc, argv, "host", NULL),
	    .tls = read_tls(plan_text(argc, argv, "tls", "kept")),
	    .heads = strcmp(asked, "heads") == 0,
	    .visit = strcmp(asked, "visit") == 0,
	    .wire = (int)plan_number(argc, argv, "wire", WIRE_PACKED),
	    .expected = plan_text(argc, argv, "expect", "stored"),
	    .connections = (size_t)plan_number(argc, argv, "connections", 64),
	    .from = (size_t)plan_number(argc, argv, "from", 0),
	    .turns = (size_t)plan_number(argc, argv, "turns", 1),
	    .laptops = (size_t)plan_number(argc, argv, "laptops", 0),
	    .herd_s = (double)plan_number(argc, argv, "herd-ms", 0) / 1e3,
	    .slow = (double)plan_number(argc, argv, "slow-permille", 0) / 1e3,
	    .limit_s = (double)plan_number(argc, argv, "limit-s", 120),
	    .verify_every = (size_t)plan_number(argc, argv, "verify-every", 20),
	    .server_pid = plan_number(argc, argv, "server-pid", 0),
	    .at_start = plan_text(argc, argv, "at-start", NULL),
	    .at_end = plan_text(argc, argv, "at-end", NULL),
	    .seed = (uint64_t)plan_number(argc, argv, "seed", 1),
	};
	if (acks != NULL && (out->acks = fopen(acks, "ab")) == NULL)
		plan_die("%s cannot be written", acks);
	if (out->host == NULL || out->connections == 0 || out->turns == 0 ||
	    out->seed == 0)
		plan_die("--host is needed, and some connections and turns");
}

/* Every laptop has what is asked of it? */
static void check_depth(
    const struct plan *plan, const struct play_options *options)
{
	for (size_t i = 0; !options->heads && i < plan->count; i++) {
		if (plan->laptops[i].push_count <
		    options->from + options->turns)
			plan_die("laptop %zu of the plan has %zu pushes", i,
			    plan->laptops[i].push_count);
	}
}

int main(int argc, char **argv)
{
	const char *path = plan_text(argc, argv, "plan", NULL);
	struct play_options options;
	struct play_figures found;
	struct err err = ERR_INIT;
	struct plan plan;

	(void)signal(SIGPIPE, SIG_IGN);
	lang_set("en");
	plan_check(crypto_init(&err), &err);
	read_options(&options, argc, argv);
	if (path == NULL)
		plan_die("--plan is needed");
	plan_read(&plan, path);
	check_depth(&plan, &options);
	play(&found, &plan, &options);
	if (options.acks != NULL && fclose(options.acks) != 0)
		plan_die("the acknowledgements cannot be written");
	show(&found);
	return 0;
}
