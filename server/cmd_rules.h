/*
 * The options of `rules …` and `chart …` in the commands' table
 * (server/commands.c).
 */
#ifndef POINTEAU_SERVER_CMD_RULES_H
#define POINTEAU_SERVER_CMD_RULES_H

#include "shared/opt.h"

extern const struct opt cmd_rules_list_options[];
extern const struct opt cmd_rules_ack_options[];
extern const struct opt cmd_rules_week_options[];
extern const struct opt cmd_chart_hours_options[];
extern const struct opt cmd_chart_etp_options[];
extern const struct opt cmd_chart_levels_options[];
extern const struct opt cmd_chart_skills_options[];

#endif
