/*
 * Who may sign in one structure's log, learnt from the log itself: its sets
 * are taken in order, each enrolment opens a signer's time, each revocation
 * closes it. The exporter and the checker learn the same from the same sets,
 * so that the file allowed_signers has one content only.
 */
#ifndef POINTEAU_SERVER_AUDIT_SIGNERS_H
#define POINTEAU_SERVER_AUDIT_SIGNERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shared/buf.h"
#include "shared/changeset.h"
#include "shared/crypto.h"
#include "shared/err.h"
#include "shared/record.h"
#include "shared/succession.h"

enum audit_standing { AUDIT_UNKNOWN, AUDIT_BARRED, AUDIT_ALLOWED };

/* One stretch of time during which a device may sign. */
struct audit_signer {
	char device[DEVICE_TEXT];
	uint8_t pub[KEY_LEN];
	enum writer writer;
	bool enrolled;
	bool revoked;
	bool closed;
	bool used; /* signed a set that was asked about */
	int64_t from_s;
	int64_t until_s; /* when closed */
};

struct audit_signers {
	uint8_t server[KEY_LEN];
	char server_device[DEVICE_TEXT];
	const struct successions *past; /* borrowed */
	struct audit_signer *rows; /* owned; a device's last row is current */
	size_t count;
	size_t room;
};

/* Start with the server's keys alone; ${past} outlives it. Free with
 * audit_signers_clear. */
void audit_signers_init(struct audit_signers *out,
    const uint8_t server[KEY_LEN], const struct successions *past);
void audit_signers_clear(struct audit_signers *signers);

/* May ${device} sign the next set? ${pub} receives its key unless unknown.
 * The device will be among the lines. */
enum audit_standing audit_signers_judge(
    struct audit_signers *signers, const char *device, uint8_t pub[KEY_LEN]);

/* Learn from the bodies of the next set, placed in the log at ${time_s}. */
int audit_signers_take(struct audit_signers *signers,
    const struct changeset *set, int64_t time_s, struct err *err);

/* Append the lines of the devices asked about, in any order. */
void audit_signers_lines(const struct audit_signers *signers, struct buf *out);

/* Append the file: the server's lines, those of its past keys and ${lines},
 * sorted, each once. */
int audit_signers_file(struct buf *out, const uint8_t server[KEY_LEN],
    const struct successions *past, const struct buf *lines, struct err *err);

/* The server's key, from the file's text. E_INVALID. */
int audit_signers_server(
    uint8_t out[KEY_LEN], const char *text, struct err *err);

#endif
