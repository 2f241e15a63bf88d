/*
 * The set of every play about syncs: an office, two laptops enrolled with it
 * that have not synced yet, and what a test looks at afterwards.
 */
#ifndef POINTEAU_TESTS_LIB_PLAY_H
#define POINTEAU_TESTS_LIB_PLAY_H

#include "shared/wire.h"
#include "tests/lib/fake_office.h"

#define DAY "2026-11-20"

struct play {
	struct fake_office office;
	struct fake_laptop paul;
	struct fake_laptop nora;
};

/* cmocka's setup and teardown. */
int play_open(void **state);
int play_close(void **state);
#define PLAY(name) cmocka_unit_test_setup_teardown(name, play_open, play_close)

/* A whole sync that must succeed. */
void play_sync(struct fake_laptop *laptop, struct fake_office *office);

/* A sync that stops for good when the reply to ${path} is on its way: the
 * server has acted, the laptop knows nothing. SYNC_REQUEST when it did. */
int play_cut(
    struct fake_laptop *laptop, struct fake_office *office, const char *path);

/* Tampering: other words instead of the reply to a path, some times. */
struct instead {
	const char *path; /* its beginning */
	int status;
	const char *text;
	int retry_after_seconds;
	int times;
};

void play_instead(void *context, const struct exchange *request,
    struct exchange_reply *reply);

/* Tampering: a pull altered by ${change}; other replies stay as they are. */
typedef void play_change(struct pull *pull);
void play_pull(const struct exchange *request, struct exchange_reply *reply,
    play_change *change);

/* The office places a set that says it is ${device}'s and that ${key} signed:
 * the worker eve, and the hash alone of ${other} unless it is NULL. */
void play_forge(struct fake_office *office, const char *device,
    const struct key *key, const struct hash *other);

/* The last sync's requests: "heads push pull". */
void play_asked(const struct fake_office *office, const char *paths);
void play_setting(
    struct fake_laptop *laptop, const char *name, const char *value);
/* "merged {" is how the state and value of a record begin; "none": absent. */
void play_record(
    struct fake_laptop *laptop, const char *record, const char *beginning);
/* The same records on both sides. */
void play_same(struct fake_laptop *laptop, struct fake_office *office);

int64_t play_head(struct fake_laptop *laptop);
int64_t play_cursor(struct fake_laptop *laptop);
int play_pending(struct fake_laptop *laptop);
struct hash play_digest(struct db *db);
enum entry_way play_way(struct fake_laptop *laptop, const struct hash *hash);
bool play_has(struct db *db, const struct hash *hash);

#endif
