/*
 * An open server directory: its database, its keys, its settings. Every
 * other part of the server works on one. A struct office belongs to one
 * thread at a time; service.c holds the lock while serving.
 */
#ifndef POINTEAU_SERVER_OFFICE_H
#define POINTEAU_SERVER_OFFICE_H

#include <stdbool.h>
#include <stdint.h>

#include "server/config.h"
#include "shared/buf.h"
#include "shared/crypto.h"
#include "shared/db.h"
#include "shared/err.h"
#include "shared/os.h"
#include "shared/text.h"

#define OFFICE_DB          "pointeau.db"
#define OFFICE_CONFIG      "pointeau-server.conf"
#define OFFICE_SERVER_KEY  "server.key"     /* 0600: receipts, certificates */
#define OFFICE_NEXT_KEY    "server.key.new" /* of a change under way */
#define OFFICE_SUCCESSION  "server.succession" /* server_key.h */
#define OFFICE_CONSOLE_KEY "console.key"  /* 0600: acts at the command line */
#define OFFICE_RECOVERY    "recovery.pub" /* what backups are sealed to */
#define OFFICE_TLS         "tls.pem"
#define OFFICE_LOCK        "lock"
#define OFFICE_SOCKET      "admin.sock"

/*
 * Who signs the office's acts: the console at the server's own shell, or an
 * account that has logged in. It may write in its structures alone.
 */
struct signer {
	struct key key;
	char device[DEVICE_TEXT];
	char person[TEXT_ID_MAX + 1]; /* entries' person; "" for the console */
	char name[TEXT_NAME_MAX + 1]; /* what its enrolment says */
	/* Names, one a line, or SIGNER_ALL; the signer's owner's. */
	const char *structures;
	/* It may not read health (account/right.h): what is exported tells no
	 * sickness, accident or medical visit as such. */
	bool hides_health;
};

#define SIGNER_ALL "*"

/* May it write there? What is common to the whole office is everybody's. */
bool signer_may(const struct signer *signer, const char *structure);

struct office {
	char *directory; /* owned, absolute */
	struct config config;
	struct db *db;
	struct key server;
	struct key console;
	char server_device[DEVICE_TEXT];
	char console_device[DEVICE_TEXT];
	/* Who acts now, borrowed; NULL: the console, everywhere. */
	const struct signer *signer;
	const struct os *os; /* &machine */
	struct os machine;   /* the caller's, with this opening's name */
	char incarnation[DEVICE_TEXT];
	/* Of whoever writes (digests.h); NULL when it only reads. */
	struct digests *digests;
	int lock; /* descriptor, -1 when another process holds it */
};

/*
 * Make a new server in ${directory} (empty or absent, else E_CONFLICT):
 * settings, keys, self-signed certificate unless ${config} names one,
 * database, the office's own log. Append the recovery key, which is shown
 * once and kept nowhere, to ${recovery}.
 */
int office_create(const char *directory, const struct config *config,
    const struct os *os, struct buf *recovery, struct err *err);
/* The same with the settings in the file ${path}; one that is there stays as
 * it is. */
int office_create_with(const char *directory, const char *path,
    const struct config *config, const struct os *os, struct buf *recovery,
    struct err *err);

/*
 * Open it. With ${write}, hold its lock and write (E_LOCKED when a running
 * server or another command does); otherwise read beside whoever writes.
 * E_NOT_INIT. Close with office_close. ${*out} must not move meanwhile.
 */
int office_open(struct office *out, const char *directory, const struct os *os,
    bool write, struct err *err);
/* The same with settings that were read already: those of a command line. */
int office_open_with(struct office *out, const char *directory,
    const struct config *config, const struct os *os, bool write,
    struct err *err);
void office_close(struct office *office);

/* Say that there is no server in ${directory}: E_NOT_INIT. */
int office_not_there(const char *directory, struct err *err);

/* A key of the directory; and a new one there, 0600, E_CONFLICT if there. */
int office_key(const struct office *office, const char *name, struct key *out,
    struct err *err);
int office_key_make(
    const struct office *office, const char *name, struct err *err);

/* Append "<directory>/<name>". */
int office_path(const struct office *office, const char *name, struct buf *out,
    struct err *err);

#endif
