/*
 * `config show`, `config check`, `config default` and, for our tools,
 * `config man`: the same in both programs, each with its own table.
 */
#ifndef POINTEAU_SHARED_SETTINGS_CMD_H
#define POINTEAU_SHARED_SETTINGS_CMD_H

#include "shared/settings.h"

/* Answer with every setting: its value and where it comes from. What is at
 * fault is told on the side; it shows what counts without it. */
int settings_cmd_show(
    struct call *call, const struct settings *settings, struct err *err);

/* Tell every fault and remark, what is at fault `around` the settings too: on
 * the side, or with --json as the answer. E_INVALID when there is a fault. */
int settings_cmd_check(
    struct call *call, struct settings *settings, struct err *err);

/* Answer with the commented file of defaults; with --json, with the table. */
int settings_cmd_default(
    struct call *call, const struct settings_table *table, struct err *err);

/* Answer with the man page's section. */
int settings_cmd_man(
    struct call *call, const struct settings_table *table, struct err *err);

#endif
