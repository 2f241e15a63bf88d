/*
 * A server small enough to lie on demand: one structure, its log, and the
 * answers of docs/protocol.md, made with the shared modules alone. Laptops
 * talk to it by function calls.
 */
#ifndef POINTEAU_TESTS_LIB_FAKE_OFFICE_H
#define POINTEAU_TESTS_LIB_FAKE_OFFICE_H

#include "agent/agent.h"
#include "agent/https.h"
#include "agent/sync.h"
#include "shared/enrolcode.h"
#include "shared/ledger_set.h"
#include "tests/lib/kit.h"

#define OFFICE_STRUCTURE KIT_STRUCTURE
#define OFFICE_REQUESTS  64

struct fake_office {
	char folder[KIT_PATH];
	struct kit_machine machine;
	struct db *db; /* one transaction, never committed */
	struct key server;
	struct key console;
	struct hash last_console; /* its previous manifest */
	int64_t console_seq;
	struct enrolcode code;
	char bearer[32];
	char who[DEVICE_TEXT]; /* whom the bearer was given to */
	/* What a test changes: */
	const char *hide;  /* a worker outside the laptops' scope, or NULL */
	const char *scope; /* digest told in the heads */
	size_t page;       /* items in one pull */
	bool revoked;
	bool listed;   /* does it name its structure? */
	bool explains; /* … say why it forgot what it signed? */
	/* What a test looks at: */
	char asked[OFFICE_REQUESTS][32]; /* paths, without queries */
	size_t asked_count;
};

/* Office number ${seed}: its own chance, the same keys as any other. Its log
 * begins with the console's enrolment and the workers lea and tom. */
void fake_office_open(struct fake_office *office, uint64_t seed);
void fake_office_close(struct fake_office *office);

/* Answer a request as the protocol says. */
void fake_office_answer(struct fake_office *office,
    const struct exchange *request, struct exchange_reply *reply);

/* The console writes one entry; ${set} is JSON or NULL. */
void fake_office_write(struct fake_office *office, const char *kind,
    const char *record, const char *set, const char *reason);

/* Place ${set} in the log, whoever signed it. */
void fake_office_place(struct fake_office *office, const struct changeset *set,
    const struct ledger_author *author);

/* Forget the log after place ${n}, as a restored backup does. */
void fake_office_forget(struct fake_office *office, int64_t n);

int64_t fake_office_length(struct fake_office *office);

/* ---- laptops ---- */

struct fake_laptop {
	char folder[KIT_PATH];
	struct kit_machine machine;
	struct agent agent;
	struct sync_summary summary; /* of the last sync */
};

/* Change a reply on its way. */
typedef void fake_tamper(void *context, const struct exchange *request,
    struct exchange_reply *reply);

/* Open an empty one, or one enrolled with ${office}. */
void fake_laptop_open(struct fake_laptop *laptop, uint64_t seed);
void fake_laptop_join(struct fake_laptop *laptop, struct fake_office *office);
void fake_laptop_close(struct fake_laptop *laptop);

/* Close it and open it again, as a second start of the program does. */
void fake_laptop_restart(struct fake_laptop *laptop);

/* Enrol or sync against ${office}; ${tamper} may be NULL. */
int fake_laptop_enrol(struct fake_laptop *laptop, struct fake_office *office,
    const struct enrolcode *code, fake_tamper *tamper, void *context,
    struct err *err);
int fake_laptop_sync(struct fake_laptop *laptop, struct fake_office *office,
    fake_tamper *tamper, void *context, struct err *err);

/* Record hours of ${worker} on ${day}, morning; *hash may be NULL. */
void fake_laptop_record(struct fake_laptop *laptop, const char *worker,
    const char *day, int minutes, struct hash *hash);

/* Replace a reply by ${status} and ${text}. */
void fake_reply(struct exchange_reply *reply, int status, const char *text);

#endif
