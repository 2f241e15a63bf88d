/*
 * Inside the sync engine: its state and its three parts. For sync*.c alone.
 */
#ifndef POINTEAU_AGENT_SYNC_PARTS_H
#define POINTEAU_AGENT_SYNC_PARTS_H

#include "agent/journal.h"
#include "agent/sync.h"
#include "shared/wire.h"
#include "shared/wire_answer.h"

#define SYNC_TARGETS_MAX   256
#define SYNC_REPAIRS_MAX   3
#define SYNC_PUSH_BYTES    ((size_t)3 * 1024 * 1024) /* bodies in one push */
#define SYNC_CHALLENGE_MAX 128
#define SYNC_BEARER_MAX    512
#define SYNC_POINTS_MAX    64 /* places told to a server in doubt */
#define SYNC_DOUBTS_MAX    3  /* receipts shown of one log in one sync */
#define SYNC_SUPPLY_MAX    8  /* times another's set is brought */

#define SYNC_PATH_CHALLENGE "/v1/challenge"
#define SYNC_PATH_LOGIN     "/v1/login"
#define SYNC_PATH_HELLO     "/v1/hello"
#define SYNC_PATH_HEADS     "/v1/heads"
#define SYNC_PATH_PUSH      "/v1/push"
#define SYNC_PATH_PULL      "/v1/pull"
#define SYNC_PATH_WITNESS   "/v1/witness"

enum sync_step {
	STEP_FIRST, /* own sets, to a server that says the rest in its answer */
	STEP_CHALLENGE,
	STEP_LOGIN,
	STEP_HELLO, /* another key of the server's than the one we know */
	STEP_HEADS,
	STEP_WITNESS, /* a log that does not extend what we saw */
	STEP_PUSH,    /* what awaits the structures of the heads */
	STEP_PULL,
	STEP_REST, /* what still awaits structures that we left */
	STEP_DONE,
};

/* A structure to exchange about. */
struct sync_target {
	bool listed;           /* in the server's heads */
	bool pushed;           /* this sync put something after the cursor */
	bool pulled;           /* up to the log's end */
	bool own;              /* pull own sets too: we lost some */
	bool doubt;            /* its log contradicts a receipt we hold, */
	bool alarm;            /* … was shown it and did not explain */
	bool unclear;          /* … and could not be understood */
	int64_t contradicted;  /* place that a pull told another way */
	int doubts;            /* how often it was shown one, this sync */
	int64_t supplied;      /* row of the last set of others brought */
	struct log_point told; /* what the heads say: not signed */
	struct follow follow;
};

/* A set on its way, to rebuild its receipt from. */
struct sync_sent {
	struct hash manifest;
	size_t entries;
	bool own;
};

/* A place of a log, as we verified it. */
struct sync_point {
	struct log_point at;
	int64_t time_s;
};

struct sync {
	struct agent *agent;
	uint8_t server[KEY_LEN];
	enum sync_step step;
	enum sync_step resume;       /* after a login */
	struct sync_target *targets; /* owned */
	size_t count;
	size_t at; /* the target in hand */
	struct buf bearer;
	struct buf path; /* of the current request, with its query */
	struct buf body;
	char challenge[SYNC_CHALLENGE_MAX + 1];
	struct sync_sent sent[WIRE_SETS_MAX];
	size_t sent_count;
	struct receipt witness; /* shown to the server */
	struct sync_point points[SYNC_POINTS_MAX];
	size_t point_count;
	bool packed;          /* the server speaks wire 2 */
	bool same;            /* what it told of the rest is as we know it */
	bool logged_in;       /* already, by this sync */
	bool met;             /* … and asked for its keys */
	struct err refused;   /* what made us ask; code 0: nothing */
	int64_t contradicted; /* place, by the log just pulled; 0 none */
	bool revoked;     /* nothing to read any more; what waits still goes */
	bool was_revoked; /* at the last sync */
	int repairs;
	int retry_after;
	struct sync_summary summary;
};

/* ---- sync_login.c: a bearer, by a signed challenge ---- */

int sync_login_challenge(struct sync *sync, struct err *err);
int sync_login_challenge_take(
    struct sync *sync, const struct exchange_reply *reply, struct err *err);
int sync_login_answer(struct sync *sync, struct err *err);
int sync_login_answer_take(
    struct sync *sync, const struct exchange_reply *reply, struct err *err);

/* ---- sync_succession.c: a server that changed its key ---- */

int sync_succession_take(
    struct sync *sync, const struct exchange_reply *reply, struct err *err);

/* ---- sync_heads.c: which structures, and how far their logs go ---- */

/* Fill ${sync}'s path: the heads, telling our time and what is unsent. */
int sync_heads_prepare(struct sync *sync, struct err *err);
/* SYNC_REQUEST instead of 0 when the server tells another key: ask it. */
int sync_heads_take(
    struct sync *sync, const struct exchange_reply *reply, struct err *err);
/* A revoked laptop reads nothing any more: only what waits is left to do, and
 * what a restored server lost. */
int sync_heads_revoked(
    struct sync *sync, const struct exchange_reply *reply, struct err *err);
/* E_SIGNATURE when a log contradicts what we verified and was not explained. */
int sync_heads_check(struct sync *sync, struct err *err);
/* The alarm itself. */
int sync_heads_alarm(const char *structure, int64_t n, struct err *err);

/* ---- sync_witness.c: a server that knows less than it signed ---- */

/* Does what the server tells of its log contradict a receipt we hold? */
int sync_witness_doubt(
    const struct sync *sync, struct sync_target *target, struct err *err);
/* Fill ${sync}'s body: the furthest receipt, and places to compare. */
int sync_witness_prepare(
    struct sync *sync, const struct sync_target *target, struct err *err);
int sync_witness_take(struct sync *sync, struct sync_target *target,
    const struct exchange_reply *reply, struct err *err);

/* ---- sync_first.c: own sets out in one round trip, the rest in the answer:
 * heads are asked for only when it says that something else is new, or when
 * anything is not as expected ---- */

/* The structures we follow become the targets. */
int sync_first_start(struct sync *sync, struct err *err);
/* Fill ${sync}'s body; *any is false when nothing is left to push so. */
int sync_first_prepare(struct sync *sync, bool *any, struct err *err);
int sync_first_take(struct sync *sync, struct sync_target *target,
    const struct exchange_reply *reply, struct err *err);

/* ---- sync_push.c: own sets out, receipts in ---- */

/* Seal what waits and fill ${sync}'s body, in wire 2 with ${told} (NULL: in
 * wire 1); *any is false when there is nothing to send. */
int sync_push_prepare(struct sync *sync, struct sync_target *target,
    struct push_told *told, bool *any, struct err *err);
/* The push in hand never left: its sets are kept here, not sent. */
int sync_push_unsent(struct sync *sync, struct err *err);
/* Count what a packed answer said of the target in hand. */
void sync_push_count(struct sync *sync, const char *structure, int64_t last,
    const struct wire_answer *answer);
int sync_push_take(struct sync *sync, struct sync_target *target,
    const struct exchange_reply *reply, struct err *err);

/* ---- sync_pull.c: the log in, verified before it counts ---- */

bool sync_pull_wanted(const struct sync_target *target);
/* Fill ${sync}'s path. */
int sync_pull_prepare(
    struct sync *sync, const struct sync_target *target, struct err *err);
int sync_pull_take(struct sync *sync, struct sync_target *target,
    const struct exchange_reply *reply, struct err *err);

#endif
