/*
 * `doctor`: what both programs' have in common. A check looks at one thing,
 * changes nothing, and says what it found; every fault says what to do. The
 * answer is made to be sent to somebody who helps: no secret, no name of a
 * person, the home directory as "~".
 */
#ifndef POINTEAU_SHARED_DOCTOR_H
#define POINTEAU_SHARED_DOCTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shared/buf.h"
#include "shared/db.h"
#include "shared/err.h"
#include "shared/migrate.h"
#include "shared/opt.h"
#include "shared/settings.h"

#define DOCTOR_FINDINGS_MAX 64
#define DOCTOR_NETWORK_MS   5000 /* at most, of each look at the network */

/* "ok", "remark" (a fact to know), "warning" (to be seen to), "fault" (it does
 * not work). */
enum doctor_severity { DOCTOR_OK, DOCTOR_REMARK, DOCTOR_WARNING, DOCTOR_FAULT };

struct finding {
	const char *check; /* a fixed word: docs/operations.md has them all */
	enum doctor_severity severity;
	struct buf text, why, todo;
};

struct doctor {
	const char *program;   /* "pointeau" */
	const char *directory; /* its data */
	struct buf data;       /* " --data DIR", as commands need it; or "" */
	struct buf
	    as; /* "sudo runuser -u … -- " for what writes there, or "" */
	struct finding findings[DOCTOR_FINDINGS_MAX];
	size_t count;
};

/* Of the call of ${program}, on ${directory} (borrowed), whose owner this
 * process becomes, for good, when it is root (os_become_owner). E_IO. Free with
 * doctor_clear either way. */
int doctor_begin(struct doctor *out, const char *program, const char *directory,
    const struct call *call, struct err *err);
void doctor_clear(struct doctor *doctor);

/* One more finding: what. Then, of the last one, why it matters or where it
 * comes from, and what to do, with the command. */
void doctor_add(struct doctor *doctor, const char *check,
    enum doctor_severity severity, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
void doctor_why(struct doctor *doctor, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void doctor_todo(struct doctor *doctor, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Is there one of this severity or worse, of ${check} (NULL: of any)? */
bool doctor_has(const struct doctor *doctor, const char *check,
    enum doctor_severity severity);

/* Answer: a list, the gravest first, or with --json {"schema","ok","program",
 * "version","findings":[{"check","severity","text","why","todo"}]}. E_INVALID
 * when there is a fault. */
int doctor_answer(struct call *call, struct doctor *doctor, struct err *err);

/* ---- checks of both ---- */

/* What of a data directory must be nobody else's, and the like. */
struct doctor_home {
	/* Names of files, NULL at the end, where others may enter. */
	const char *const *secrets;
	/* How those begin that must be private even where nobody may: the
	 * program reads no other. NULL: none. */
	const char *guarded;
	int64_t disk_warn, disk_min; /* bytes free */
};

/* Is the directory there, ours, to be written to, with room, its secrets
 * secret? False: there is nothing to go on with. */
bool doctor_home(struct doctor *doctor, const struct doctor_home *home);

/* Room on the disk of ${path}, as the check ${check}. */
void doctor_disk(struct doctor *doctor, const char *check, const char *path,
    int64_t warn, int64_t min);

/* What settings_cmd_check would tell. */
void doctor_settings(struct doctor *doctor, struct settings *settings);

/* The database ${name} of the directory: there, whole, of our version. Opens
 * it to be read, the caller's to close; NULL when it cannot be. ${held}: does
 * a program work on it? */
struct db *doctor_database(struct doctor *doctor, const char *name,
    const struct migration *list, bool held);

/* Is $TZ or /etc/localtime a time zone? Days begin by it. */
void doctor_zone(struct doctor *doctor, int64_t now_s);

#endif
