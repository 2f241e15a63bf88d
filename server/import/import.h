/*
 * What the office brings in as files: structures, sites, crews, people and
 * catalogues of skills. All rows of a call or none; one signed act. The same
 * file again changes nothing and signs nothing.
 */
#ifndef POINTEAU_SERVER_IMPORT_H
#define POINTEAU_SERVER_IMPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "server/office.h"
#include "shared/buf.h"
#include "shared/err.h"
#include "shared/json.h"

/* Schemes of catalogues: what records call them. */
#define IMPORT_SCHEME_LOCAL   "local"    /* a structure's own list */
#define IMPORT_SCHEME_STARTER "pointeau" /* the one that comes with us */

/* One file. ${name} is its base name: messages show it, and the official
 * ROME files are known by it. The bytes stay the caller's. */
struct import_input {
	const char *name;
	struct bytes data;
};

struct import_options {
	const char *scheme; /* of skills; NULL: IMPORT_SCHEME_LOCAL */
	/* Do everything but keep it: faulty rows are no failure then, and
	 * ${preview} of the summary tells them. */
	bool dry;
};

#define IMPORT_PREVIEW_MAX 200 /* rows shown */

/* Rows added, changed or as they were; a person of a crew whose initial had
 * to be made longer counts as changed. Free it with import_summary_free. */
struct import_summary {
	size_t added;
	size_t changed;
	size_t unchanged;
	struct buf unknown; /* columns nobody knows, joined with ", " */
	struct buf faults;  /* every kept fault, one a line */
	/* What is odd and may well be right, one a line; it refuses nothing. */
	struct buf warnings;
	/* Of a dry run, owned: {"columns":[name],"rows":[{"line","state":
	 * "added"|"changed"|"unchanged","cells":[text]}] (the first
	 * IMPORT_PREVIEW_MAX that change anything),"faults":[{"line","column",
	 * "value","why"}],"fault_count":n}. */
	json_t *preview;
};

#define IMPORT_SUMMARY_INIT                                                    \
	{                                                                      \
		0, 0, 0, BUF_INIT, BUF_INIT, BUF_INIT, NULL                    \
	}

/*
 * Import ${inputs}: ${what} is "structures", "sites", "crews", "supervisors",
 * "workers", "annexes", "contracts" or "skills" (one file each), or "skills"
 * with the files of the ROME (unix_referentiel_competence_* and
 * unix_liens_rome_referentiels_*; others beside them are ignored). ${options}
 * may be NULL.
 *
 * E_USAGE for another ${what} or number of files; E_INVALID names every
 * faulty row by line, column and reason (${summary->faults} has the whole
 * list). After a failure nothing has changed and the counts are 0.
 */
int import_run(struct office *office, const char *what,
    const struct import_input *inputs, size_t count,
    const struct import_options *options, struct import_summary *summary,
    struct err *err);

void import_summary_free(struct import_summary *summary);

#endif
