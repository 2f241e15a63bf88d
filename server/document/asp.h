/*
 * The preparation of the monthly declaration to the ASP, in the columns of
 * fluxIAE_EtatMensuelIndiv: the only public trace of that extranet is what it
 * hands to the State, so this is what a clerk, or a later upload, copies from,
 * and its columns are called the same. This header is the one place that
 * knows the layout; ASP_VERSION changes with it.
 *
 *	DEB|pointeau-asp|1|2026-11|PROVISOIRE
 *	emi_pph_id|emi_ctr_id|…
 *	V01|C1|ACI012345678A0M0|11|2026|0|BROUILLON||17|…
 *	FIN|pointeau-asp|1|1|17
 *
 * UTF-8, '|' between fields, nothing quoted, days dd/mm/yyyy, CRLF. FIN tells
 * the rows and the sum of their hours. A field that the office does not know
 * is empty, never 0.
 */
#ifndef POINTEAU_SERVER_DOCUMENT_ASP_H
#define POINTEAU_SERVER_DOCUMENT_ASP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shared/buf.h"
#include "shared/err.h"

#define ASP_VERSION 1

/* Fields of a row, in order. */
enum asp_field {
	ASP_PERSON,
	ASP_CONTRACT,
	ASP_ANNEX,
	ASP_MONTH,
	ASP_YEAR,
	ASP_STATEMENT, /* version of the statement; 0 while the month is open */
	ASP_STATE,
	ASP_VALIDATED,
	ASP_HOURS,
	ASP_MISSIONS,
	ASP_INVOICED,
	ASP_SALARY,
	ASP_STILL,
	ASP_ETP,
	ASP_END,
	ASP_EXIT,
	ASP_FIELDS,
};

/* "emi_pph_id" … */
extern const char *const asp_names[ASP_FIELDS];

/* Begin; the rows; end. Texts may be "". ${hours}: their sum. */
void asp_begin(struct buf *out, const char *month, bool provisional);
void asp_row(struct buf *out, const char *const fields[ASP_FIELDS]);
void asp_end(struct buf *out, size_t rows, int64_t hours);

struct asp_summary {
	size_t rows;
	int64_t hours;
	bool provisional;
};

/*
 * Read a file back, whoever wrote it: its first, its header, each field's
 * form, its last line's sums, no person × contract × annex twice. E_INVALID
 * names the line and the column.
 */
int asp_check(
    struct asp_summary *out, const char *text, size_t len, struct err *err);

#endif
