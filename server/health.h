/*
 * How the server itself is: its database, its disk, its certificate. What
 * /readyz says, what the office is warned of ahead of time, and what the
 * watchdog asks.
 */
#ifndef POINTEAU_SERVER_HEALTH_H
#define POINTEAU_SERVER_HEALTH_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "server/account/view.h"
#include "server/office.h"
#include "shared/err.h"
#include "shared/json.h"

#define HEALTH_SOON_S ((int64_t)30 * 86400) /* a certificate: told */
#define HEALTH_NOW_S  ((int64_t)7 * 86400)  /* … that it is urgent */

#define HEALTH_BACKUP_S ((int64_t)2 * 86400) /* a backup: told when older */
#define HEALTH_NEVER_S  ((int64_t)7 * 86400) /* … none, since the log began */

/* What is wrong; the words of /readyz are health_words'. */
enum health_fault {
	HEALTH_DATABASE = 1,    /* "database": it does not answer */
	HEALTH_DISK = 2,        /* "disk": less free than disk_min */
	HEALTH_CERTIFICATE = 4, /* "certificate": not yet, or no more, valid */
	HEALTH_STOPPING = 8,    /* "stopping" */
};
/* The JSON array of the words of ${faults}; NULL: no memory. */
json_t *health_words(unsigned faults);

/* What is seen of the directory's files. */
struct health_facts {
	int64_t now_s;
	int64_t disk_free, disk_size; /* bytes; -1 when unknown */
	int64_t database_size;        /* bytes, its log too */
	int64_t begin_s, end_s;       /* of the certificate; 0: none of ours */
	int64_t backup_s;             /* the last good backup; 0: never */
	unsigned faults;              /* of disk and certificate */
	bool disk_low;                /* less free than disk_warn */
	bool unseen;                  /* for want of memory: not all is here */
};

/* Look at ${office}'s directory; its database is not asked. */
void health_look(struct health_facts *out, const struct office *office);

/*
 * Append to ${rows} the alerts of the disk, the certificate and the backups, as
 * alerts_json has them. ${count} is the days left, MiB, or days without one.
 */
int health_alerts(const struct office *office, json_t *rows, struct err *err);

/* While serving: another connection to the database, which only reads. */
struct health {
	const struct office *writer;
	pthread_mutex_t *writing; /* the writer's lock */
	pthread_mutex_t lock;     /* of view */
	struct view view;
	bool opened;
	atomic_bool stopping;
	atomic_llong stuck_ms; /* since when the writer's lock is not free */
};

/* Beside ${writer}, which works under ${writing}. Close also after a failure;
 * must not move. */
int health_open(struct health *out, const struct office *writer,
    pthread_mutex_t *writing, struct err *err);
void health_close(struct health *health);

/* Faults, HEALTH_*; 0: ready. Waits for nobody that writes. */
unsigned health_check(struct health *health);

/*
 * Does the server still get on, for the watchdog? The database answers, and
 * whoever writes has not done so without a pause for HEALTH_STUCK_MS.
 */
#define HEALTH_STUCK_MS ((int64_t)30 * 60 * 1000)
bool health_alive(struct health *health);

#endif
