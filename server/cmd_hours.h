/* The options of `grid` and of the commands upon hours, for the table of
 * cmd.c. */
#ifndef POINTEAU_SERVER_CMD_HOURS_H
#define POINTEAU_SERVER_CMD_HOURS_H

#include "shared/opt.h"

extern const struct opt cmd_grid_options[];
extern const struct opt cmd_hours_history_options[];
extern const struct opt cmd_hours_add_options[];
extern const struct opt cmd_hours_set_options[];
extern const struct opt cmd_hours_void_options[];
extern const struct opt cmd_hours_move_options[];
extern const struct opt cmd_hours_period_options[];

#endif
