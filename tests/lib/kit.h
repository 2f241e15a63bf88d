/*
 * What tests of the engine share: a machine that is not random, keys known
 * in advance, a directory to play in, entries made in one line. A failure in
 * here fails the test that called.
 */
#ifndef POINTEAU_TESTS_LIB_KIT_H
#define POINTEAU_TESTS_LIB_KIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shared/buf.h"
#include "shared/changeset.h"
#include "shared/crypto.h"
#include "shared/db.h"
#include "shared/entry.h"
#include "shared/os.h"

#define KIT_STRUCTURE "remparts"
#define KIT_NOW_S     1795192262 /* 2026-11-20T16:31:02Z */

/* A machine whose clock, chance and identities the test decides. It must
 * not move: its struct os points to it. */
struct kit_machine {
	struct os os;
	uint64_t chance;
	int64_t now_s;
	char boot[64];
	char machine[64];
};

void kit_machine_init(struct kit_machine *machine, uint64_t seed);

/* The next number of a repeatable series; ${*state} is its seed. */
uint64_t kit_random(uint64_t *state);
/* One of 0..count-1. */
size_t kit_pick(uint64_t *state, size_t count);
/* Put 0..count-1 into ${order}, shuffled. */
void kit_shuffle(size_t *order, size_t count, uint64_t *state);

/* The key whose seed is 32 times ${n}. */
void kit_key(struct key *out, unsigned char n);

/* A new empty directory below $TMPDIR or /tmp, and its removal. */
#define KIT_PATH 64
void kit_directory(char out[KIT_PATH]);
void kit_directory_remove(const char *path);
/* Write or read a whole file "directory/name". */
void kit_write(
    const char *directory, const char *name, const void *data, size_t len);
void kit_read(struct buf *out, const char *directory, const char *name);
/* Run a shell command; its exit status. */
int kit_run(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Append the bytes of an entry; ${set} is the JSON of its value or NULL. */
void kit_entry(struct buf *out, const struct entry_draft *draft,
    const char *set, const struct kit_machine *machine);

/* A ledger in ${directory}, up to date, in a transaction. */
struct db *kit_ledger(const char *directory);

#endif
