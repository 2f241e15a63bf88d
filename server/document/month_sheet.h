/*
 * The month on paper: one worker's sheet, and a crew's, as the laptop prints
 * them (docs/page.md), with what proves them: the hash of the rows and its QR
 * code, the closing, the head of the log, the server's key.
 */
#ifndef POINTEAU_SERVER_DOCUMENT_MONTH_SHEET_H
#define POINTEAU_SERVER_DOCUMENT_MONTH_SHEET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/document/pdf.h"
#include "shared/changeset.h"
#include "shared/json.h"
#include "shared/signoff.h"

/* What stands under every sheet of a structure and month. Borrowed. */
struct month_proof {
	const char *month;     /* "2026-11" */
	const char *structure; /* its identifier */
	const char *name;      /* and its name */
	struct log_point head; /* of its log; n is 0 before the first place */
	int64_t version;       /* of the closing; 0: the month is open */
	const char *closing;   /* its hash, hexadecimal; "" */
	const char *key;       /* the server's, "SHA256:…" */
	const json_t *sites;   /* by "<structure>/<id>" */
	bool hide_health;
};

/* One worker's month. Borrowed. */
struct month_sheet {
	const char *name;
	const char *crew;
	const struct signoff_sheet *rows;
	const struct signoff *signoff;
	const char *stroke; /* what a finger drew, or "" */
};

/* "novembre 2026", in the user's language. */
void month_words(struct buf *out, const char *month);

/* Draw it on pages of its own, which count as ${group}. */
int month_sheet_draw(struct pdf *pdf, const struct month_proof *proof,
    const struct month_sheet *sheet, int64_t group, struct err *err);

/* A crew's: a line a worker, a column a day. */
int month_crew_draw(struct pdf *pdf, const struct month_proof *proof,
    const char *crew, const struct month_sheet *sheets, size_t count,
    int64_t group, struct err *err);

/* ---- for both ---- */

/* The kind of hours as it may be told: its label, and the letters of a blank
 * sheet ("CP"; "" for work). */
const char *month_label(const struct month_proof *proof, const char *kind);
const char *month_letters(const struct month_proof *proof, const char *kind);

/* "D'accord, le 30/11/2026 à 16h31 (au doigt)", in the office's time, and why
 * not. */
void month_answer(struct buf *out, const struct signoff *signoff);
/* Is what was answered still about these rows? */
bool month_is_signed(const struct signoff *signoff);

/* A stroke within a box, as large as it can be. */
void month_stroke(struct pdf *pdf, double x, double y, double w, double h,
    const char *stroke);

/* The QR code of ${text}, ${side} mm wide, its white included. */
int month_qr(struct pdf *pdf, double x, double y, double side, const char *text,
    struct err *err);

/* What proves the structure's month, line by line from ${y} on; the next
 * line's base. */
double month_proof_draw(struct pdf *pdf, const struct month_proof *proof,
    double x, double y, double width);

#endif
