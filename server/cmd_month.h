/* The options of `month …`, for the table of cmd.c, and what its files share.
 */
#ifndef POINTEAU_SERVER_CMD_MONTH_H
#define POINTEAU_SERVER_CMD_MONTH_H

#include <stdint.h>

#include "server/office.h"
#include "shared/buf.h"
#include "shared/json.h"
#include "shared/opt.h"

extern const struct opt cmd_month_some_options[]; /* a structure, or all */
extern const struct opt cmd_month_one_options[];  /* a structure */
extern const struct opt cmd_month_check_options[];
extern const struct opt cmd_month_close_options[];
extern const struct opt cmd_month_declare_options[];
extern const struct opt cmd_month_reopen_options[];
extern const struct opt cmd_month_adjust_options[];

/* Append "3h30", "-3h30". */
void cmd_month_add_duration(struct buf *out, int64_t minutes);

/* Put "name" beside the "worker" of every row. */
int cmd_month_add_names(struct office *office, const char *structure,
    json_t *rows, struct err *err);

/*
 * What was closed without: put "unchecked" (nobody checked it as it stands),
 * "unsigned" and "disagree" (people) in each row of ${closed}, which names its
 * "structure"; and say it, when there is something to say.
 */
int cmd_month_add_doubts(
    struct office *office, const char *month, json_t *closed, struct err *err);
void cmd_month_tell_doubts(struct buf *out, const json_t *row);

#endif
