/*
 * Who read what of which person. Kept for a year (CNIL: 6 to 12 months).
 */
#ifndef POINTEAU_SERVER_STORE_ACCESS_LOG_H
#define POINTEAU_SERVER_STORE_ACCESS_LOG_H

#include <stdint.h>

#include "shared/db.h"
#include "shared/err.h"

#define ACCESS_LOG_MONTHS 12
/* The same reading again within this time is one. */
#define ACCESS_LOG_SAME_S 300

/* Note it; ${subject} is a worker. */
int access_log_put(struct db *db, int64_t now_s, const char *who,
    const char *what, const char *subject, struct err *err);

/* Forget what is older than ${before_s}; *count receives how many. */
int access_log_forget(
    struct db *db, int64_t before_s, int64_t *count, struct err *err);

struct access_log_row {
	int64_t time_s;
	const char *who;
	const char *what;
	const char *subject;
};
typedef int access_log_each(
    void *context, const struct access_log_row *row, struct err *err);

/* The newest first, of people who are in sight (the reader's view); ${who}
 * and ${subject} "" for all. */
int access_log_list(struct db *db, const char *who, const char *subject,
    int64_t from_s, int64_t limit, access_log_each *each, void *context,
    struct err *err);

#endif
