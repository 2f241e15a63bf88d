/*
 * What laptops wrote on a stick (docs/protocol.md, "By hand"): each file is a
 * push and goes the way of one that came over the network, signatures,
 * enrolment and sequence included. Nothing else on the stick is believed.
 */
#ifndef POINTEAU_SERVER_STICK_H
#define POINTEAU_SERVER_STICK_H

#include <stddef.h>
#include <stdint.h>

#include "server/import/import.h"
#include "server/office.h"
#include "shared/err.h"
#include "shared/json.h"

#define STICK_FILES_MAX 4096 /* sets in one import */
#define STICK_FILE_MAX  ((size_t)2 * 1024 * 1024)
#define STICK_BYTES_MAX ((size_t)64 * 1024 * 1024) /* of all of them */
#define STICK_LOOK_MAX  65536                      /* names in one directory */

struct stick_summary {
	int64_t taken;   /* sets new to the office */
	int64_t known;   /* sets it had */
	int64_t refused; /* files, or sets, that it does not take */
	json_t *devices; /* [{"device","name","revoked","new","known",
	                  * "refused","entries","quarantined"}] */
	json_t *faults;  /* [{"file","device","why","message"}] */
};

/*
 * Take the files in, each by itself: one that is refused holds up none. The
 * same again changes nothing. ${inputs} are named "<place>/<file>"; one
 * without bytes could not be read. E_NOMEM, E_IO… end it; what was taken
 * before stays. Free with stick_clear in every case.
 */
int stick_import(struct office *office, const struct import_input *inputs,
    size_t count, struct stick_summary *out, struct err *err);
void stick_clear(struct stick_summary *summary);

#endif
