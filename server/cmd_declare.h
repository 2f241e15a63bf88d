/* The options of `declare` and `annex …`, for the table of cmd.c. */
#ifndef POINTEAU_SERVER_CMD_DECLARE_H
#define POINTEAU_SERVER_CMD_DECLARE_H

#include "shared/opt.h"

extern const struct opt cmd_declare_options[];
extern const struct opt cmd_annex_list_options[];
extern const struct opt cmd_annex_attach_options[];

#endif
