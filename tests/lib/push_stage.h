/*
 * An office and laptops that push to it by function calls, from any thread:
 * keys and bearers are given, what they push is decided by a seed, and is the
 * same whoever comes first. A failure in here fails the test.
 */
#ifndef POINTEAU_TESTS_LIB_PUSH_STAGE_H
#define POINTEAU_TESTS_LIB_PUSH_STAGE_H

#include "server/office.h"
#include "server/service.h"
#include "shared/wire.h"
#include "tests/lib/kit.h"

#define PUSH_LAPTOPS   8
#define PUSH_STRUCTURE "RIVES"

struct push_laptop {
	struct key key;
	char device[DEVICE_TEXT];
	char bearer[32];
	uint64_t chance;
	int64_t seq;
	struct hash prev;
};

struct push_stage {
	char root[KIT_PATH];
	char path[KIT_PATH + 8];
	struct kit_machine desk;
	struct office office;
	struct service service;
	bool open;
	struct push_laptop laptops[PUSH_LAPTOPS];
};

/* A push made: its bytes, the names of its sets. */
struct push_made {
	struct buf bytes;
	struct hash sets[WIRE_SETS_MAX];
	size_t set_count;
	size_t entries;
};

/* ${vfs}: of the database's file system, NULL for the real one. */
void push_stage_open(struct push_stage *stage, const char *vfs, uint64_t seed);
void push_stage_close(struct push_stage *stage);
/* Leave the office's program and start it again; negative when it cannot. */
void push_stage_leave(struct push_stage *stage);
int push_stage_enter(struct push_stage *stage, struct err *err);

/* The next push of a laptop: sets about the same few half-days as everyone's,
 * some with bytes that are no entry. Free with push_made_clear. */
void push_stage_make(
    struct push_stage *stage, size_t laptop, struct push_made *out);
void push_made_clear(struct push_made *made);

/* Send it: the status, the answer in ${reply} (may be NULL; appended). */
int push_stage_send(struct push_stage *stage, size_t laptop,
    const struct push_made *made, struct buf *reply);

#endif
