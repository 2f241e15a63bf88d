/* What both sheets say in the same words. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/document/month_sheet.h"
#include "shared/date.h"
#include "shared/kind.h"
#include "shared/lang.h"
#include "shared/qr.h"

#define SMALL   7.0 /* points */
#define LEADING 3.4 /* mm */

static const char *const months_fr[] = {"janvier", "février", "mars", "avril",
    "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
    "décembre"};
static const char *const months_en[] = {"January", "February", "March", "April",
    "May", "June", "July", "August", "September", "October", "November",
    "December"};

void month_words(struct buf *out, const char *month)
{
	int year = 0, number = 0;

	if (sscanf(month, "%4d-%2d", &year, &number) != 2 || number < 1 ||
	    number > 12) {
		buf_add_text(out, month);
		return;
	}
	buf_printf(out, "%s %d",
	    L(months_fr[number - 1], months_en[number - 1]), year);
}

/* ---- kinds ---- */

static bool is_health(const char *kind)
{
	return strcmp(kind, "sick") == 0 || strcmp(kind, "accident") == 0 ||
	       strcmp(kind, "medical") == 0;
}

const char *month_label(const struct month_proof *proof, const char *kind)
{
	const struct kind *known = kind_by_slug(kind);

	if (proof->hide_health && is_health(kind))
		return "absence";
	return known != NULL ? kind_label(known) : kind;
}

/* The letters of the laptop's blank sheet (agent/web/i18n/fr/sheets.js). */
static const struct {
	const char *kind, *letters;
} letters[] = {
    {"work", ""},
    {"training", "F"},
    {"afest", "AF"},
    {"counselling", "AC"},
    {"immersion", "IM"},
    {"travel", "T"},
    {"medical", "VM"},
    {"paid_leave", "CP"},
    {"public_holiday", "JF"},
    {"sick", "M"},
    {"accident", "AT"},
    {"absence_authorised", "AA"},
    {"absence_unjustified", "AI"},
    {"bad_weather", "I"},
    {"suspension", "S"},
};

const char *month_letters(const struct month_proof *proof, const char *kind)
{
	if (proof->hide_health && is_health(kind))
		return "A";
	for (size_t i = 0; i < sizeof(letters) / sizeof(letters[0]); i++) {
		if (strcmp(letters[i].kind, kind) == 0)
			return letters[i].letters;
	}
	return "?";
}

/* ---- the worker's word ---- */

bool month_is_signed(const struct signoff *signoff)
{
	return signoff->state == SIGNOFF_IS_AGREED ||
	       signoff->state == SIGNOFF_IS_DISAGREED;
}

static const char *how_words(const char *how)
{
	if (strcmp(how, "finger") == 0)
		return L("au doigt", "by finger");
	if (strcmp(how, "pin") == 0)
		return L("par code", "by code");
	if (strcmp(how, "paper") == 0)
		return L("sur papier", "on paper");
	return how;
}

void month_answer(struct buf *out, const struct signoff *signoff)
{
	const char *at = signoff->at;
	char clock[CLOCK_TEXT];
	int64_t seconds;
	struct date day;

	switch (signoff->state) {
	case SIGNOFF_IS_NONE:
		buf_add_text(out, L("Pas encore signé.", "Not signed yet."));
		return;
	case SIGNOFF_IS_STALE:
		buf_add_text(out,
		    L("À re-signer : les lignes ont changé depuis la "
		      "signature.",
			"To be signed again: the rows have changed since it "
			"was."));
		return;
	case SIGNOFF_IS_AGREED:
		buf_add_text(out, L("D'accord", "Agreed"));
		break;
	case SIGNOFF_IS_DISAGREED:
		buf_add_text(out, L("Pas d'accord", "Disagreed"));
		break;
	}
	if (stamp_parse(&seconds, at, NULL) == 0) {
		date_local(seconds, &day);
		clock_format(clock_local(seconds), clock);
		buf_printf(out,
		    L(", le %02d/%02d/%04d à %s", ", on %02d/%02d/%04d at %s"),
		    day.day, day.month, day.year, clock);
	}
	buf_printf(out, " (%s).", how_words(signoff->how));
	if (signoff->reason[0] != '\0')
		buf_printf(out, L(" « %s »", " \"%s\""), signoff->reason);
}

struct box {
	double left, top, right, bottom;
};

/* Around the points of a path of M and L. */
static struct box box_of(const char *path)
{
	struct box box = {1e9, 1e9, -1e9, -1e9};

	while (*path != '\0') {
		char *end;
		double x, y;

		path += strcspn(path, "ML");
		if (*path == '\0')
			break;
		x = (double)strtol(path + 1, &end, 10);
		y = (double)strtol(end, &end, 10);
		path = end > path ? end : path + 1;
		box.left = x < box.left ? x : box.left;
		box.right = x > box.right ? x : box.right;
		box.top = y < box.top ? y : box.top;
		box.bottom = y > box.bottom ? y : box.bottom;
	}
	return box;
}

void month_stroke(
    struct pdf *pdf, double x, double y, double w, double h, const char *stroke)
{
	struct box box = box_of(stroke);
	double wide = box.right - box.left, high = box.bottom - box.top, scale;

	if (stroke[0] == '\0' || wide < 0)
		return;
	scale = w / (wide > 1 ? wide : 1);
	if (high > 1 && h / high < scale)
		scale = h / high;
	pdf_path(pdf, x - box.left * scale, y - box.top * scale, scale, stroke,
	    false);
}

/* ---- proofs ---- */

int month_qr(struct pdf *pdf, double x, double y, double side, const char *text,
    struct err *err)
{
	struct buf path = BUF_INIT;
	int size = 0, rc;

	if ((rc = qr_path(&path, &size, text, err)) == 0)
		pdf_path(pdf, x, y, side / (double)size, buf_text(&path), true);
	buf_free(&path);
	return rc;
}

/* In groups of eight: a hand can compare it with the screen's. */
static void add_groups(struct buf *out, const char *hex)
{
	for (size_t i = 0; hex[i] != '\0'; i++) {
		if (i > 0 && i % 8 == 0)
			buf_add_char(out, ' ');
		buf_add_char(out, hex[i]);
	}
}

double month_proof_draw(struct pdf *pdf, const struct month_proof *proof,
    double x, double y, double width)
{
	struct buf line = BUF_INIT;
	char hex[HASH_TEXT];

	if (proof->version > 0) {
		buf_printf(&line,
		    L("Clôture, version %lld : ", "Closing, version %lld: "),
		    (long long)proof->version);
		add_groups(&line, proof->closing);
	} else {
		buf_add_text(&line,
		    L("Mois non clos : PROVISOIRE, ces heures peuvent encore "
		      "changer.",
			"Month not closed: PROVISIONAL, these hours may still "
			"change."));
	}
	y = pdf_paragraph(
	    pdf, x, y, width, SMALL, LEADING, PDF_SOFT, buf_text(&line), false);
	buf_reset(&line);
	hash_hex(&proof->head.head, hex);
	buf_printf(&line,
	    L("Journal de %s, place %lld : ", "Log of %s, place %lld: "),
	    proof->structure, (long long)proof->head.n);
	add_groups(&line, hex);
	y = pdf_paragraph(
	    pdf, x, y, width, SMALL, LEADING, PDF_SOFT, buf_text(&line), false);
	buf_reset(&line);
	buf_printf(&line, L("Clé du serveur : %s", "The server's key: %s"),
	    proof->key);
	y = pdf_paragraph(
	    pdf, x, y, width, SMALL, LEADING, PDF_SOFT, buf_text(&line), false);
	buf_free(&line);
	return y;
}
