/*
 * An office with a month worth auditing: two structures, laptops that were
 * enrolled, revoked, rehabilitated, a correction, a newcomer, a body that
 * was withheld and one that was purged. The same bytes every time.
 */
#ifndef POINTEAU_TESTS_LIB_AUDIT_KIT_H
#define POINTEAU_TESTS_LIB_AUDIT_KIT_H

#include <stddef.h>
#include <stdint.h>

#include "server/office.h"
#include "shared/changeset.h"
#include "shared/crypto.h"
#include "tests/lib/kit.h"

#define AUDIT_KIT_STRUCTURE "Régie du Pré n°1"
#define AUDIT_KIT_NAME      "R%C3%A9gie%20du%20Pr%C3%A9%20n%C2%B01"
#define AUDIT_KIT_OTHER     KIT_STRUCTURE
#define AUDIT_KIT_MONTH     "2026-11"

struct audit_kit {
	struct kit_machine machine;
	char directory[KIT_PATH];
	struct office office;
};

/* A laptop, as an author in one structure. */
struct audit_author {
	const char *structure;
	struct key key;
	char device[DEVICE_TEXT];
	char session[DEVICE_TEXT];
	int64_t seq;
	struct hash prev;
};

/* What a laptop records; the lists end with a NULL record. */
struct audit_line {
	const char *kind;
	const char *record;
	const char *set; /* JSON, or NULL */
	const char *reason;
	bool withheld; /* its body does not come along */
};

void audit_kit_open(struct audit_kit *kit);
void audit_kit_close(struct audit_kit *kit);

/* The month described above. */
void audit_kit_fill(struct audit_kit *kit);

void audit_kit_author(struct audit_author *author, const char *structure,
    unsigned char key, const char *session);

/* One entry of the office's own, a second later. */
void audit_kit_act(struct audit_kit *kit, const char *structure,
    const char *kind, const char *record, const char *set, const char *reason);
void audit_kit_enrol(struct audit_kit *kit, const struct audit_author *author);

/* A set of ${lines} arrives a minute later and is placed in the log. */
void audit_kit_push(struct audit_kit *kit, struct audit_author *author,
    const struct audit_line *lines);

/* Sign the list of sums of ${export} anew: what only the server can. */
void audit_kit_resign(const struct audit_kit *kit, const char *export);

#endif
