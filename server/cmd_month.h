/* The options of `month …`, for the table of commands.c, and what its files
 * share. */
#ifndef POINTEAU_SERVER_CMD_MONTH_H
#define POINTEAU_SERVER_CMD_MONTH_H

#include <stdint.h>

#include "server/office.h"
#include "shared/buf.h"
#include "shared/date.h"
#include "shared/json.h"
#include "shared/opt.h"

extern const struct opt cmd_month_some_options[]; /* a structure, or all */
extern const struct opt cmd_month_one_options[];  /* a structure */
extern const struct opt cmd_month_check_options[];
extern const struct opt cmd_month_close_options[];
extern const struct opt cmd_month_declare_options[];
extern const struct opt cmd_month_reopen_options[];
extern const struct opt cmd_month_adjust_options[];

/* What --structure says, NULL without; and --seen. */
const char *cmd_month_structure(const struct call *call);
const char *cmd_month_seen(const struct call *call);

/* The month of today. */
void cmd_month_now(const struct call *call, char out[MONTH_TEXT]);
/* E_INVALID when the call's month has not begun. */
int cmd_month_check_begun(const struct call *call, struct err *err);
/* Run ${act} on the call's month, as --as says. */
int cmd_month_act_as(struct call *call,
    int (*act)(struct call *call, struct err *err), struct err *err);

/* Print the closing of the call's month and structure, just made. */
int cmd_month_tell_closed(struct call *call, struct err *err);

/* Append "3 contested, 1 missing", of {"contested":3,"missing":1}. */
void cmd_month_add_blockers(struct buf *out, const json_t *counts);

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
