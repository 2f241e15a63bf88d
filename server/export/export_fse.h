/*
 * The inside of the FSE+ time sheets: export_fse.c reads them,
 * export_fse_draw.c draws them.
 */
#ifndef POINTEAU_SERVER_EXPORT_EXPORT_FSE_H
#define POINTEAU_SERVER_EXPORT_EXPORT_FSE_H

#include <stdbool.h>
#include <stdint.h>

#include "server/export/export.h"
#include "shared/date.h"
#include "shared/json.h"
#include "shared/text.h"

/* Sums of fewer people would tell who they are (FSE+ rules). */
#define FSE_HEADS_MIN 5

struct fse_person {
	char structure[TEXT_ID_MAX + 1];
	char id[TEXT_ID_MAX + 1]; /* instead of a name */
	char role[24];            /* "staff", "beneficiary" */
	json_t *links; /* owned: [{"from","to","project": its name}], "" no
	                  bound */
	int64_t quota; /* hundredths of a percent; 0 */
	json_t
	    *rows; /* owned: [{"day","slot","what","minutes","origin","by"}] */
	int64_t minutes;
	bool signed_;
	char first_signer[TEXT_NAME_MAX + 1];
	char signed_at[STAMP_TEXT];
	char second_signer[TEXT_NAME_MAX + 1]; /* who closed the month */
	char closed_at[STAMP_TEXT];
};

struct fse {
	struct fse_person *people; /* owned */
	size_t count;
	json_t *project; /* owned: the value of the one asked for */
	json_t *sums;    /* owned: activity to minutes */
	json_t *heads;   /* owned: activity to {person: 1} */
	/* Of the structure at hand. */
	char second_signer[TEXT_NAME_MAX + 1];
	char closed_at[STAMP_TEXT];
};

/* Have two different people signed? */
bool fse_two_signers(const struct fse_person *person);
const char *fse_role(const char *role);

/* What has to stand on every document that the Union pays for (Regulation
 * (EU) 2021/1060, article 47 and annex IX). */
const char *fse_mention(void);

/* Draw a sheet a person, then the sums. */
int fse_draw(struct export *ex, struct buf *out, struct err *err);

#endif
