#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <time.h>

#include "tests/bench/answer.h"
#include "tests/bench/conn.h"
#include "tests/bench/play.h"
#include "tests/bench/request.h"
#include "tests/bench/timers.h"

#define EVENTS   256
#define PATIENCE 30.0 /* seconds that an answer may take */
#define BACKOFF  30.0 /* as agent/backoff.h after a first failure */
#define BYTE_S   1.0  /* of who trickles */

/* One connection's worth of laptops. A herd's has one. */
struct player {
	struct conn conn;
	size_t laptop; /* whose turn it is */
	size_t turn;
	bool asking;
	enum ask ask;
	bool more; /* to ask for, by the last answer */
	bool slow;
	bool over;
	bool again;     /* this push: its answer may have been lost */
	double first_s; /* of this push: when it was first tried */
	double late_s;  /* an answer that comes later is none */
	double wake_s;  /* the timer that counts */
};

struct stage {
	const struct plan *plan;
	const struct play_options *options;
	struct play_figures *out;
	struct player *players;
	size_t player_count, laptop_count;
	size_t honest_left, left;
	SSL_CTX *context;
	SSL_SESSION **sessions; /* of each laptop */
	struct log_point *seen; /* by each laptop */
	struct sockaddr_in address;
	struct timers timers;
	int epoll;
	bool preparing; /* nothing counts yet */
	uint64_t chance;
	size_t checked;
};

static double now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* 0 to 1, the same for the same seed. */
static double chance(struct stage *stage)
{
	stage->chance ^= stage->chance << 13;
	stage->chance ^= stage->chance >> 7;
	stage->chance ^= stage->chance << 17;
	return (double)(stage->chance >> 11) / 9007199254740992.0;
}

static void wake(struct stage *stage, struct player *player, double at_s)
{
	player->wake_s = at_s;
	timers_add(&stage->timers, at_s, player);
}

/* ---- asking ---- */

/* In wire 2 a push comes first, and tells what the heads would. */
static enum ask first_ask(const struct stage *stage)
{
	const struct play_options *options = stage->options;

	return options->heads || stage->preparing ||
	               (options->visit && options->wire != WIRE_PACKED)
	           ? ASK_HEADS
	           : ASK_PUSH;
}

static void write_request(
    struct stage *stage, struct player *player, struct buf *out)
{
	const struct plan_laptop *laptop =
	    &stage->plan->laptops[player->laptop];
	struct request_wish wish = {
	    .host = stage->options->host,
	    .laptop = laptop,
	    .ask = player->ask,
	    .packed = stage->options->wire == WIRE_PACKED,
	    .seen = &stage->seen[player->laptop],
	};

	if (player->ask == ASK_PUSH)
		wish.push = &laptop->pushes[player->turn];
	request_write(out, &wish);
}

static void open_conn(struct stage *stage, struct player *player)
{
	SSL_SESSION **session = NULL;

	if (stage->options->tls == PLAY_RESUMED)
		session = &stage->sessions[player->laptop];
	conn_open(&player->conn, stage->context, &stage->address, session,
	    stage->epoll, player);
	stage->out->opened += !stage->preparing;
}

static void go_on(struct stage *stage, struct player *player);

static void ask(struct stage *stage, struct player *player)
{
	double now_s = now();

	player->asking = true;
	if (player->first_s == 0)
		player->first_s = now_s;
	player->late_s = now_s + PATIENCE;
	player->conn.trickles = player->slow && !stage->preparing;
	write_request(stage, player, &player->conn.out);
	if (player->conn.state == CONN_CLOSED)
		open_conn(stage, player);
	conn_ask(&player->conn);
	wake(stage, player,
	    player->conn.trickles ? now_s + BYTE_S : player->late_s);
	conn_step(&player->conn);
	go_on(stage, player);
}

/* ---- what comes of it ---- */

static void finish(struct stage *stage, struct player *player)
{
	player->over = true;
	player->wake_s = 0;
	stage->left--;
	stage->honest_left -= !player->slow;
	if (!stage->preparing || stage->options->tls != PLAY_KEPT)
		conn_close(&player->conn);
}

/* The next laptop of this connection, then the next push of its first. */
static void next(struct stage *stage, struct player *player)
{
	size_t step = stage->player_count;

	player->asking = player->again = false;
	player->ask = first_ask(stage);
	player->first_s = 0;
	player->laptop += step;
	if (player->laptop >= stage->laptop_count) {
		player->laptop = (size_t)(player - stage->players);
		player->turn++;
	}
	if (stage->preparing
		? player->turn > 0
		: player->turn >= stage->options->from + stage->options->turns)
		finish(stage, player);
	else
		ask(stage, player);
}

/* Later, and not when all others do. */
static void again(struct stage *stage, struct player *player, int wait_s)
{
	double delay = wait_s > 0 ? wait_s * (1 + chance(stage))
	                          : BACKOFF * (0.5 + chance(stage));

	conn_close(&player->conn);
	player->asking = false;
	player->again = true;
	if (stage->options->herd_s <= 0 && wait_s == 0)
		delay = 0.05;
	wake(stage, player, now() + delay);
}

static void count_answer(struct stage *stage, struct player *player)
{
	struct play_figures *out = stage->out;

	out->requests++;
	if (player->ask == ASK_PUSH) {
		const struct plan_push *push =
		    &stage->plan->laptops[player->laptop].pushes[player->turn];

		out->entries += push->entries;
		out->sets += push->set_count;
		out->behind += player->more;
	} else if (!stage->options->heads) {
		return;
	}
	if (!player->slow)
		out->latencies_ms[out->latency_count++] =
		    (now() - player->first_s) * 1e3;
}

static const char *check(struct stage *stage, struct player *player)
{
	const struct plan_laptop *laptop =
	    &stage->plan->laptops[player->laptop];
	struct answer_wish wish = {
	    .server = stage->plan->server,
	    .laptop = laptop,
	    .ask = player->ask,
	    .state = player->again ? NULL : stage->options->expected,
	    .acks = stage->options->acks,
	    .seen = &stage->seen[player->laptop],
	};
	const char *wrong;

	if (player->ask == ASK_PUSH) {
		wish.push = &laptop->pushes[player->turn];
		wish.verify =
		    stage->options->verify_every > 0 &&
		    stage->checked++ % stage->options->verify_every == 0;
		stage->out->verified += wish.verify;
	}
	wrong = answer_check(&wish, conn_body(&player->conn));
	player->more = wish.more;
	return wrong;
}

/* A visit: what else does it ask for, after this answer? */
static bool goes_on(const struct stage *stage, struct player *player)
{
	if (!stage->options->visit || stage->preparing)
		return false;
	if (stage->options->wire != WIRE_PACKED) {
		if (player->ask == ASK_PUSH)
			return false;
		player->ask = ASK_PUSH;
		return true;
	}
	if (player->more)
		player->ask = player->ask == ASK_PUSH ? ASK_HEADS : ASK_PULL;
	return player->more;
}

static const char *status_word(int status)
{
	switch (status) {
	case 401:
		return "status_401";
	case 408:
		return "status_408";
	case 409:
		return "status_409";
	case 413:
		return "status_413";
	case 429:
		return "status_429";
	case 500:
		return "status_500";
	case 503:
		return "status_503";
	default:
		return "status";
	}
}

static void take_answer(struct stage *stage, struct player *player)
{
	struct conn *conn = &player->conn;
	const char *wrong = conn->status == 200 ? check(stage, player)
	                                        : status_word(conn->status);

	if (wrong != NULL) {
		figures_trouble(stage->out, wrong);
		if (conn->status >= 500 || conn->status == 429 ||
		    conn->status == 408)
			again(stage, player, conn->retry_after_s);
		else
			next(stage, player);
		return;
	}
	if (!stage->preparing)
		count_answer(stage, player);
	if (goes_on(stage, player)) {
		if (conn->closes)
			conn_close(conn);
		ask(stage, player);
		return;
	}
	if (!stage->preparing)
		stage->out->resumed += stage->options->tls == PLAY_RESUMED &&
		                       conn_is_resumed(conn);
	/* A ticket may come behind the answer. */
	if (stage->options->tls == PLAY_RESUMED) {
		conn->state = CONN_READY;
		conn_step(conn);
	}
	if (stage->options->tls != PLAY_KEPT || conn->closes ||
	    conn->state == CONN_FAILED)
		conn_close(conn);
	next(stage, player);
}

static void go_on(struct stage *stage, struct player *player)
{
	struct conn *conn = &player->conn;

	if (conn->state == CONN_FAILED) {
		/* Between two requests: the next one connects anew. */
		if (!player->asking) {
			conn_close(conn);
			return;
		}
		figures_trouble(
		    stage->out, player->slow ? "slow_cut" : conn->why);
		again(stage, player, 0);
	} else if (conn->state == CONN_ANSWERED && player->asking) {
		take_answer(stage, player);
	}
}

static void on_timer(struct stage *stage, struct player *player)
{
	if (!player->asking) {
		ask(stage, player);
	} else if (player->conn.trickles && player->conn.state < CONN_READING) {
		conn_trickle(&player->conn);
		wake(stage, player, now() + BYTE_S);
		conn_step(&player->conn);
		go_on(stage, player);
	} else if (now() >= player->late_s) {
		figures_trouble(stage->out, "timeout");
		again(stage, player, 0);
	} else {
		wake(stage, player, player->late_s);
	}
}

static void run(struct stage *stage, double until_s)
{
	struct epoll_event events[EVENTS];
	double now_s = now();

	while (stage->honest_left > 0 && now_s < until_s) {
		double wait_s = timers_next(&stage->timers, until_s) - now_s;
		int wait_ms = wait_s <= 0 ? 0 : (int)(wait_s * 1e3) + 1;
		int count = epoll_wait(stage->epoll, events, EVENTS, wait_ms);
		struct player *player;
		double at_s;

		for (int i = 0; i < count; i++) {
			player = events[i].data.ptr;
			if (player->over)
				continue;
			conn_step(&player->conn);
			go_on(stage, player);
		}
		now_s = now();
		while (timers_take(
		    &stage->timers, now_s, (void **)&player, &at_s)) {
			if (at_s == player->wake_s && !player->over)
				on_timer(stage, player);
		}
	}
}

/* ---- the whole of it ---- */

static void set_address(struct stage *stage, const char *host)
{
	const char *colon = strchr(host, ':');
	char name[INET_ADDRSTRLEN];

	if (colon == NULL || (size_t)(colon - host) >= sizeof(name))
		plan_die("%s is no address and port", host);
	memcpy(name, host, (size_t)(colon - host));
	name[colon - host] = '\0';
	stage->address.sin_family = AF_INET;
	stage->address.sin_port = htons((uint16_t)strtoul(colon + 1, NULL, 10));
	if (inet_pton(AF_INET, name, &stage->address.sin_addr) != 1)
		plan_die("%s is no address and port", host);
}

static void open_stage(struct stage *stage, const struct plan *plan,
    const struct play_options *options)
{
	struct rlimit files;

	if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
		files.rlim_cur = files.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &files);
	}
	stage->plan = plan;
	stage->options = options;
	stage->chance = options->seed * 2654435761u + 1;
	stage->laptop_count =
	    options->laptops > 0 && options->laptops < plan->count
		? options->laptops
		: plan->count;
	stage->player_count =
	    options->herd_s > 0 || options->connections > stage->laptop_count
		? stage->laptop_count
		: options->connections;
	stage->players =
	    plan_alloc(stage->player_count, sizeof(*stage->players));
	stage->sessions =
	    plan_alloc(stage->laptop_count, sizeof(SSL_SESSION *));
	stage->seen = plan_alloc(stage->laptop_count, sizeof(*stage->seen));
	for (size_t i = 0; i < stage->laptop_count; i++)
		stage->seen[i] = plan->laptops[i].seen;
	stage->context = conn_context();
	set_address(stage, options->host);
	if ((stage->epoll = epoll_create1(EPOLL_CLOEXEC)) < 0)
		plan_die("epoll: %s", strerror(errno));
}

static void set_out(struct stage *stage, bool preparing)
{
	const struct play_options *options = stage->options;
	double now_s = now();

	stage->preparing = preparing;
	stage->left = stage->honest_left = 0;
	for (size_t i = 0; i < stage->player_count; i++) {
		struct player *player = &stage->players[i];

		player->laptop = i;
		player->turn = preparing ? 0 : options->from;
		player->over = player->asking = player->again = false;
		player->ask = first_ask(stage);
		player->first_s = 0;
		player->slow = !preparing && chance(stage) < options->slow;
		stage->left++;
		stage->honest_left += !player->slow;
		wake(stage, player,
		    now_s + (preparing ? 0 : options->herd_s * chance(stage)));
	}
}

static void count_bytes(struct stage *stage, bool reset)
{
	for (size_t i = 0; i < stage->player_count; i++) {
		struct conn *conn = &stage->players[i].conn;

		if (!reset) {
			conn_close(conn);
			stage->out->bytes_in += conn->bytes_in;
			stage->out->bytes_out += conn->bytes_out;
		}
		conn->bytes_in = conn->bytes_out = 0;
	}
}

/* Who still waits has waited so long at least. */
static void count_unanswered(struct stage *stage)
{
	struct play_figures *out = stage->out;
	double now_s = now();

	out->unanswered = stage->honest_left;
	for (size_t i = 0; i < stage->player_count; i++) {
		const struct player *player = &stage->players[i];

		/* Who has its receipt only asks for what others did. */
		if (!player->over && !player->slow &&
		    player->ask == first_ask(stage))
			out->latencies_ms[out->latency_count++] =
			    player->first_s > 0
				? (now_s - player->first_s) * 1e3
				: 0;
	}
}

static void call(const char *command)
{
	if (command != NULL && system(command) != 0) /* NOLINT: our caller's */
		plan_die("%s failed", command);
}

void play(struct play_figures *out, const struct plan *plan,
    const struct play_options *options)
{
	struct stage stage = {.out = out};
	double start, spent, own;

	memset(out, 0, sizeof(*out));
	open_stage(&stage, plan, options);
	out->latencies_ms =
	    plan_alloc(stage.laptop_count * options->turns, sizeof(double));
	/* Kept connections stand, and each laptop has a session to resume,
	 * before anything is measured. */
	if (options->herd_s <= 0 && options->tls != PLAY_NEW) {
		set_out(&stage, true);
		run(&stage, now() + options->limit_s);
		count_bytes(&stage, true);
		if (out->trouble_count > 0)
			plan_die(
			    "the preparation fails: %s", out->troubles[0].kind);
	}
	call(options->at_start);
	set_out(&stage, false);
	spent = figures_cpu_of(options->server_pid);
	own = (double)clock() / CLOCKS_PER_SEC;
	start = now();
	run(&stage, start + options->limit_s);
	out->seconds = now() - start;
	out->driver_cpu = (double)clock() / CLOCKS_PER_SEC - own;
	out->server_cpu = figures_cpu_of(options->server_pid) - spent;
	call(options->at_end);
	count_unanswered(&stage);
	count_bytes(&stage, false);
	figures_sort(out);
}
