/*
 * Commands that give files. Like every command they touch the world through
 * their texts alone: with --out DIR what they print is a parcel of files,
 * which is opened where the person is, after the log has it; without (or
 * with "-") the one file itself is what is printed.
 */
#ifndef POINTEAU_SERVER_CMD_EXPORT_H
#define POINTEAU_SERVER_CMD_EXPORT_H

#include <stdbool.h>

#include "server/export/export.h"
#include "shared/opt.h"

extern const struct opt cmd_export_report_options[];
extern const struct opt cmd_export_payroll_options[];
extern const struct opt cmd_export_sheets_options[];
extern const struct opt cmd_export_asp_options[];
extern const struct opt cmd_export_fse_options[];
extern const struct opt cmd_export_preview_options[];
extern const struct opt cmd_export_list_options[];
extern const struct opt cmd_export_changed_options[];

int cmd_export_report(struct call *call, struct err *err);
int cmd_export_payroll(struct call *call, struct err *err);
int cmd_export_sheets(struct call *call, struct err *err);
int cmd_export_asp(struct call *call, struct err *err);
int cmd_export_fse(struct call *call, struct err *err);
int cmd_export_preview(struct call *call, struct err *err);
int cmd_project_list(struct call *call, struct err *err);
int cmd_export_list(struct call *call, struct err *err);
int cmd_export_changed(struct call *call, struct err *err);

/* Read, render, log, then give: what every one of them does. */
int cmd_export_run(
    struct call *call, const struct export_ask *ask, struct err *err);

/* ---- where the person is ---- */

/* Before anything is done: is there a place for what will come? E_USAGE when
 * bytes would go to a terminal, E_CONFLICT when DIR is no directory. */
int cmd_export_check(const struct call *call, struct err *err);

/* Would this call make a file, and so write in the log? */
bool cmd_export_makes_file(const struct call *call);

/* Open a parcel: write its files into DIR, leave its words in call->out. Fine
 * when there is none. */
int cmd_export_open(struct call *call, struct err *err);

#endif
