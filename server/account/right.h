/*
 * What a role may do: rows of rights, here and nowhere else. The page's table
 * (server/page/page_api.c) says which right each call takes.
 */
#ifndef POINTEAU_SERVER_ACCOUNT_RIGHT_H
#define POINTEAU_SERVER_ACCOUNT_RIGHT_H

#include <stdbool.h>
#include <stddef.h>

enum right {
	RIGHT_ANY,          /* whoever has logged in */
	RIGHT_HOURS_READ,   /* grid, histories, totals, conflicts, closings */
	RIGHT_HEALTH_READ,  /* sick, accident, medical by their names */
	RIGHT_HOURS_WRITE,  /* add, correct, void, match newcomers */
	RIGHT_SETTLE,       /* contested slots */
	RIGHT_CLOSE,        /* check, close, adjust */
	RIGHT_REOPEN,       /* a closed month, with a second person */
	RIGHT_DECLARE_READ, /* hours to declare, annexes, contracts */
	RIGHT_DECLARE,      /* write them, and that it was declared */
	RIGHT_IMPORT,       /* people, contracts, crews, sites, annexes … */
	RIGHT_PEOPLE,       /* the list of workers and who they are */
	RIGHT_SKILLS,       /* evaluations */
	RIGHT_ACCOMPANY,    /* meetings, training, PMSMP, exits */
	RIGHT_DEVICES,      /* laptops, their alerts, quarantine */
	RIGHT_EXPORT_HOURS,
	RIGHT_EXPORT_PAYROLL,
	RIGHT_EXPORT_ASP,
	RIGHT_EXPORT_FSE,
	RIGHT_EXPORT_AUDIT,
	RIGHT_JOURNAL,   /* who did what, who read what */
	RIGHT_RGPD,      /* extracts, purges, holds */
	RIGHT_CHARTS,    /* totals as pictures */
	RIGHT_RULES_ACK, /* put an alert of a rule aside, with a reason */
	RIGHT_ACCOUNTS,  /* who may log in */
	RIGHT_COUNT,
};

struct role_row {
	const char *role; /* "rh" */
	const char *fr;
	const char *en;
	bool rights[RIGHT_COUNT]; /* RIGHT_ANY is everybody's */
};

/* "hours_read"; NULL for RIGHT_ANY. */
const char *right_name(enum right right);
/* The role called so, or NULL. */
const struct role_row *role_find(const char *role);
const struct role_row *role_all(size_t *count);
/* False for an unknown role. */
bool role_has(const char *role, enum right right);

#endif
