/*
 * The hours that a structure declares to the ASP: one row per person,
 * contract and annex of a month (fluxIAE_EtatMensuelIndiv), from the closing
 * and its approved adjustments once the month is closed, from the records
 * before. Minutes are kept; hours are whole, rounded half up, once a row.
 *
 * What counts is what shared/kind.h says for the structure's kind: an ACI
 * declares the hours it pays, the others those worked.
 */
#ifndef POINTEAU_SERVER_DECLARE_H
#define POINTEAU_SERVER_DECLARE_H

#include <stdint.h>

#include "server/office.h"
#include "shared/err.h"
#include "shared/json.h"

/* States of a row, as the ASP calls them (emi_esm_etat_code). */
#define DECLARE_DRAFT    "BROUILLON" /* the month is open */
#define DECLARE_ENTERED  "SAISI"     /* closed */
#define DECLARE_VALID    "VALIDE"    /* declared */
#define DECLARE_REOPENED "DEBLOQUE"  /* reopened, or changed since declared */

/* Whole hours of ${minutes}, half an hour up; ${*remainder} (-30 … 29, may be
 * NULL) is what the rounding left out: minutes = 60 × hours + remainder. */
int64_t declare_hours(int64_t minutes, int64_t *remainder);

/* ETP of a month in hundredths, half up: hours ÷ ${hours_per_etp} × 12, spread
 * over ${months}. */
int64_t declare_etp(int64_t hours, int64_t hours_per_etp, int64_t months);

/*
 * One structure's month. Own ${*out}:
 *
 *	{"structure","name","kind","month","state","version":n (0 while open),
 *	 "closing":hash or "","rules":n,"sum":hash of the rows,
 *	 "seen":version of the figures (server/closing.h),
 *	 "rows":[{"worker","name","contract","annex","kinds":{kind:minutes},
 *	 "minutes":n,"hours":n,"remainder":n,"version":n,"state",
 *	 "why":""|"contract"|"annex"|"purged"}],
 *	 "total":{"rows":n,"minutes":n,"hours":n,"remainder":n,
 *	 "no_contract":n,"no_annex":n},
 *	 "declared":{"version","closing","sum","file","at","person","device",
 *	 "current":bool} or null}
 *
 * by worker, contract, annex; "why" says what a row lacks. A worker whose part
 * of the closing was purged is in the totals of the closing alone, and here a
 * row without name, minutes or hours. E_NOT_FOUND without such a structure.
 */
int declare_rows(struct office *office, const char *structure,
    const char *month, json_t **out, struct err *err);

/*
 * The structure's annexes that the month is in. Own ${*out}: [{"annex",
 * "measure","start","end","etp_posts":hundredths,"hours_per_etp":n,
 * "month":{"hours":n,"etp":hundredths},"period":{"first","last","months":n,
 * "hours":n,"etp":hundredths,"agreed":hours}}]; the period is from the annex's
 * first month to this one, "agreed" the hours that its posts come to in it.
 */
int declare_annexes(struct office *office, const char *structure,
    const char *month, json_t **out, struct err *err);

/*
 * Write that the month was declared as declare_rows tells it (declared/
 * <month>); ${file} (NULL: none) is the SHA-256 of the file sent, 64
 * hexadecimal digits; ${seen} as in server/closing.h. ${*changed} tells whether
 * it was not so already. E_CONFLICT while the month is open; E_INVALID for
 * another ${file}.
 */
int declare_make(struct office *office, const char *structure,
    const char *month, const char *file, const char *seen, bool *changed,
    struct err *err);

#endif
