/*
 * A whole world in one process: one server, many laptops, the network and
 * the disks between them, all decided by one number. The engines are the
 * real ones (agent/, server/, shared/); clock, chance, network and file
 * system are ours. docs/reliability.md tells what it proves.
 *
 * A world keeps its own books: every entry that anybody was told is saved,
 * every receipt that the server gave, who may see what. check.c compares.
 */
#ifndef POINTEAU_TESTS_SIM_H
#define POINTEAU_TESTS_SIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/agent.h"
#include "agent/https.h"
#include "server/office.h"
#include "server/service.h"
#include "shared/changeset.h"
#include "shared/crypto.h"
#include "shared/date.h"
#include "shared/json.h"
#include "shared/receipt.h"
#include "shared/record.h"
#include "tests/lib/cut_vfs.h"

#define SIM_LAPTOPS_MAX    48
#define SIM_STRUCTURES_MAX 4 /* the whole office's log included */
#define SIM_CREWS_MAX      8
#define SIM_WORKERS_MAX    64
#define SIM_STAYS_MAX      8
#define SIM_STASH_MAX      8
#define SIM_MONTHS         2
#define SIM_PATH           128
#define SIM_TEXT           600

/* ---- what is weakened on purpose, to show that the checker bites ---- */

enum sim_break {
	BREAK_NOTHING,
	BREAK_ACK,    /* the server gives receipts and keeps nothing */
	BREAK_DISK,   /* laptops' disks ignore syncs */
	BREAK_OFFICE, /* the server's disk ignores syncs */
	BREAK_SCOPE,  /* the books think that laptops may see less */
	BREAK_TOTAL,  /* the books count one minute more */
	BREAK_LATER,  /* a laptop's queue is emptied without being sent */
};

enum sim_break sim_break_find(const char *name);
/* Name of the ${i}-th, NULL at the end; the first is BREAK_ACK. */
const char *sim_break_name(size_t i);

/* What the server says that is not so (liar.c). */
enum sim_lie { LIE_NOTHING, LIE_RECEIPT, LIE_PLACE, LIE_HEADS, LIE_PULL, LIES };

/* ---- machines ---- */

/* What a program takes its clock, chance and identities from. */
struct sim_machine {
	struct os os;
	const struct sim *sim;
	uint64_t chance;
	int64_t skew_s;
	int boots;
	char machine[32];
};

struct sim_disk {
	struct cut_disk *disk;
	char vfs[32];
	bool busy; /* a program of it is in the middle of something */
};

/* Where a hostile laptop stands as an author. */
struct sim_chain {
	char session[DEVICE_TEXT];
	int64_t seq;
	struct hash prev;
};

struct sim_laptop {
	struct sim_machine machine;
	struct agent agent;
	bool open;
	struct sim_disk *disk; /* shared with its clones */
	char directory[SIM_PATH];
	size_t device; /* among the world's */
	bool enrolled;
	bool snapshot;  /* an older copy of its directory is kept */
	bool hostile;   /* its key is used by hostile.c alone */
	bool ambiguous; /* a save failed: it may be there all the same */
	bool clone;     /* or was copied */
	bool restored;  /* went back to its old copy, once at least */
	int away_until; /* step at which the network is back */
	int64_t scanned[SIM_STRUCTURES_MAX];
	bool hostile_login; /* it has a bearer */
	struct sim_chain chain[SIM_STRUCTURES_MAX];
};

/* ---- the books ---- */

struct sim_entry {
	struct hash hash;
	size_t structure;
	uint64_t holders;  /* laptops that were told it is saved there */
	uint64_t copies;   /* laptops whose older copy has it */
	bool office;       /* its receipt was given, or the office wrote it */
	bool gone;         /* its only holder went back to an older copy */
	bool returning;    /* the server lost it, laptops have it */
	bool purged;       /* the office destroyed it */
	bool strange;      /* of a kind or with members that nobody knows */
	bool skewed;       /* written by a clock wrong by a year or more */
	const char *fault; /* expected code, "" for none; static text */
	int step;
};

struct sim_receipt {
	struct receipt receipt;
	int step;
};

/* A set and the laptops that have taken its receipt. */
struct sim_piece {
	struct hash hash;
	uint64_t laptops;
	int step;
};

/* A month as it was closed. */
struct sim_closing {
	char hash[HASH_TEXT]; /* "" while it is open */
	json_t *rows;         /* owned: worker to minutes by kind */
	bool unsure;          /* a failed act, a rollback: look again */
};

struct sim_stay {
	size_t crew;
	char from[DATE_TEXT];
	char to[DATE_TEXT];
};

struct sim_worker { /* a newcomer too */
	char id[TEXT_ID_MAX + 1];
	size_t structure;
	struct sim_stay stays[SIM_STAYS_MAX]; /* newcomer: one, without dates */
	size_t stay_count;
	bool newcomer;
	char match[TEXT_ID_MAX + 1];
};

struct sim_crew {
	char id[TEXT_ID_MAX + 1];
	char site[TEXT_ID_MAX + 1];
	size_t structure;
};

struct sim_device {
	char id[DEVICE_TEXT];
	uint8_t pub[KEY_LEN];
	unsigned crews[SIM_STRUCTURES_MAX]; /* bits, as its scope says */
	bool enrolled[SIM_STRUCTURES_MAX];
	bool revoked[SIM_STRUCTURES_MAX];
	bool hostile;
};

/* A request on its way for a long time. */
struct sim_stashed {
	char method[8];
	char path[256];
	char bearer[128];
	struct buf body;
	size_t device;
};

struct sim_figures {
	int64_t seeds, steps, syncs, requests, cuts, crashes, clones, restores;
	int64_t rollbacks;
	int64_t sets, entries, saves, lies, forgeries, faults, acts;
	int64_t site_days;
};

struct sim {
	uint64_t seed;
	uint64_t chance; /* of the plan */
	enum sim_break broken;
	bool verbose;
	bool faulty;          /* faults still happen */
	bool restores_office; /* the server may go back to a backup */
	bool nested;          /* in the middle of somebody's sync */
	bool garbled;         /* a receipt shown never reached the server */
	enum sim_lie lie;
	bool lied;
	int step;
	int64_t start_s;
	int64_t now_s;
	uint64_t trace; /* digest of all that happened */
	char root[SIM_PATH];

	struct sim_machine office_machine;
	struct sim_disk office_disk;
	struct office office;
	struct service service;
	bool office_open;
	int64_t office_scanned[SIM_STRUCTURES_MAX];
	bool backup;   /* a copy of the server's directory is kept */
	int rollbacks; /* how often it was put back */
	bool purged;   /* somebody was forgotten */

	char structures[SIM_STRUCTURES_MAX][TEXT_ID_MAX + 1];
	size_t structure_count;
	struct sim_crew crews[SIM_CREWS_MAX];
	size_t crew_count;
	struct sim_worker workers[SIM_WORKERS_MAX];
	size_t worker_count;
	struct sim_device devices[SIM_LAPTOPS_MAX];
	size_t device_count;
	struct sim_laptop *laptops[SIM_LAPTOPS_MAX]; /* owned */
	size_t laptop_count;
	struct sim_disk *disks[SIM_LAPTOPS_MAX]; /* owned */
	size_t disk_count;

	struct sim_entry *entries; /* owned, in order of saving */
	size_t entry_count, entry_room;
	size_t *entry_index; /* owned: hash table of index + 1 */
	size_t index_room;
	struct sim_receipt *receipts; /* owned */
	size_t receipt_count, receipt_room;
	struct sim_piece *pieces; /* owned */
	size_t piece_count;
	struct sim_closing closings[SIM_STRUCTURES_MAX][SIM_MONTHS];
	struct sim_stashed stash[SIM_STASH_MAX];
	size_t stash_count;

	struct sim_figures figures;
	char failed[8]; /* the first invariant that broke, "" while none */
	char why[SIM_TEXT];
	int failed_step;
};

/* Live one whole seed and judge it; true when every invariant held. */
struct sim_options {
	enum sim_break broken;
	bool verbose;
	bool rollbacks; /* the server goes back to old backups too */
};

bool sim_run(struct sim *sim, uint64_t seed, const struct sim_options *options,
    struct sim_figures *figures);

/* ---- chance ---- */

uint64_t sim_random(struct sim *sim);
size_t sim_pick(struct sim *sim, size_t count); /* 0..count-1 */
int64_t sim_between(struct sim *sim, int64_t low, int64_t high);
bool sim_percent(struct sim *sim, unsigned percent);

/* ---- what happens, and what must not (world.c) ---- */

void sim_log(struct sim *sim, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* The first failure of a seed is kept. */
void sim_fail(struct sim *sim, const char *invariant, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
bool sim_has_failed(const struct sim *sim);

void sim_machine_init(
    struct sim *sim, struct sim_machine *machine, const char *vfs);
/* Another machine's identity; another boot of the same. */
void sim_machine_other(struct sim *sim, struct sim_machine *machine);
void sim_machine_boot(struct sim_machine *machine);

void sim_world_open(struct sim *sim);
void sim_world_close(struct sim *sim);
/* "2026-11-20", ${days} from the true today. */
void sim_day(const struct sim *sim, int64_t days, char out[DATE_TEXT]);

/* ---- the books (books.c) ---- */

struct sim_entry *sim_entry_find(struct sim *sim, const struct hash *hash);
struct sim_entry *sim_entry_add(struct sim *sim, size_t structure,
    const struct hash *hash, const char *fault);
void sim_receipt_add(struct sim *sim, const struct receipt *receipt);
size_t sim_structure_find(const struct sim *sim, const char *structure);
size_t sim_crew_find(const struct sim *sim, const char *crew);
size_t sim_device_find(const struct sim *sim, const char *device);
struct sim_worker *sim_worker_find(
    struct sim *sim, size_t structure, const char *worker);
/* Read what an entry of the office, or of a newcomer, changes. */
void sim_books_read(struct sim *sim, size_t structure, struct bytes body);
/* After the server lost entries, all that its entries say, anew. */
void sim_books_rebuild(struct sim *sim);
/* Everywhere that it is enrolled? */
bool sim_is_revoked(const struct sim *sim, size_t device);
/* May ${device} see such a record, as the books stand? */
bool sim_sees(const struct sim *sim, size_t device, size_t structure,
    const char *record, const json_t *value);
/* The JSON of an entry's bytes; NULL when it is none. Own it. */
json_t *sim_entry_json(struct bytes body);

/* ---- the server (server.c) ---- */

void sim_office_start(struct sim *sim);
void sim_office_stop(struct sim *sim);
/* After anything: if its power was cut, start it again. */
void sim_office_revive(struct sim *sim);
/* Its power is cut in the middle of nothing; within its next operations. */
void sim_office_blackout(struct sim *sim);
void sim_office_arm(struct sim *sim);
/* Copy its directory away; put the copy back. */
void sim_office_backup(struct sim *sim);
void sim_office_rollback(struct sim *sim);
/* Note the office's new entries in the books. */
void sim_office_scan(struct sim *sim);
/* Answer one request of ${device}; false when no answer leaves. */
bool sim_office_answer(struct sim *sim, size_t device,
    const struct exchange *request, struct exchange_reply *reply);
/* One act of the office, whichever the plan draws. */
void sim_office_act(struct sim *sim);
void sim_office_lists(struct sim *sim); /* the first lists */

/* ---- closed months (closings.c; sim_check_I13 is in log.h) ---- */

/* Close a month; adjust or reopen one that is closed. */
int sim_closing_act(struct sim *sim, struct err *err);
/* The server was put back: nobody knows any more what is closed. */
void sim_closings_doubt(struct sim *sim);
void sim_closings_free(struct sim *sim);

/* ---- complete pieces of a transfer (pieces.c) ---- */

void sim_pieces_sent(struct sim *sim, const struct sim_laptop *laptop,
    const struct exchange *request);
void sim_pieces_taken(struct sim *sim, const struct sim_laptop *laptop,
    const struct exchange *request, const struct exchange_reply *reply);
void sim_pieces_forget(struct sim *sim, const struct sim_laptop *laptop);

/* ---- the network (net.c) ---- */

int sim_exchange(struct sim *sim, struct sim_laptop *laptop,
    const struct exchange *request, struct exchange_reply *reply,
    struct err *err);
/* A request from long ago arrives. */
void sim_net_stale(struct sim *sim);
void sim_net_clear(struct sim *sim);

/* ---- laptops (laptop.c, acts.c, copies.c) ---- */

struct sim_laptop *sim_laptop_new(struct sim *sim, bool hostile);
void sim_laptop_free(struct sim_laptop *laptop);
bool sim_laptop_open(struct sim *sim, struct sim_laptop *laptop);
void sim_laptop_close(struct sim_laptop *laptop);
/* After anything: if its power was cut, start it again and look. */
void sim_laptop_revive(struct sim *sim, struct sim_laptop *laptop);
/* Its power is cut in the middle of nothing. */
void sim_laptop_blackout(struct sim *sim, struct sim_laptop *laptop);
/* Whatever was promised and is nowhere else must be there. */
void sim_laptop_look_back(struct sim *sim, struct sim_laptop *laptop);
void sim_laptop_scan(struct sim *sim, struct sim_laptop *laptop);
/* Enrol for some crews; again when it has been interrupted. */
void sim_laptop_join(struct sim *sim, struct sim_laptop *laptop);
/* One sync, perhaps cut anywhere. */
int sim_laptop_sync(
    struct sim *sim, struct sim_laptop *laptop, struct err *err);
/* Arm a fault of its disk, or none; to be followed by revive. */
void sim_laptop_arm(struct sim *sim, struct sim_laptop *laptop, int64_t most);
unsigned sim_laptop_bit(const struct sim *sim, const struct sim_laptop *laptop);

/* Something that a supervisor does (acts.c). */
void sim_laptop_record(struct sim *sim, struct sim_laptop *laptop);

/* Copies of directories (copies.c). */
void sim_laptop_snapshot(struct sim *sim, struct sim_laptop *laptop);
void sim_laptop_restore(struct sim *sim, struct sim_laptop *laptop);
void sim_laptop_clone(struct sim *sim, struct sim_laptop *laptop);

/* ---- enemies ---- */

/* A valid key sends forged sets (hostile.c). */
void sim_hostile_push(struct sim *sim, struct sim_laptop *laptop);
/* The server lies during one sync of ${laptop} (liar.c): nothing else goes
 * wrong meanwhile. */
void sim_liar_sync(struct sim *sim, struct sim_laptop *laptop);
void sim_liar_change(struct sim *sim, struct sim_laptop *laptop,
    const struct exchange *request, struct exchange_reply *reply);

/* ---- the plan and the judgement ---- */

void sim_plan_run(struct sim *sim);
/* One step of the plan that may happen within a sync of ${busy}. */
void sim_plan_nested(struct sim *sim, const struct sim_laptop *busy);
void sim_plan_settle(struct sim *sim);
void sim_check(struct sim *sim);

#endif
