#include <string.h>

#include "server/account/right.h"

static const char *const names[RIGHT_COUNT] = {
    [RIGHT_HOURS_READ] = "hours_read",
    [RIGHT_HEALTH_READ] = "health_read",
    [RIGHT_HOURS_WRITE] = "hours_write",
    [RIGHT_SETTLE] = "settle",
    [RIGHT_CLOSE] = "close",
    [RIGHT_REOPEN] = "reopen",
    [RIGHT_DECLARE_READ] = "declare_read",
    [RIGHT_DECLARE] = "declare",
    [RIGHT_IMPORT] = "import",
    [RIGHT_PEOPLE] = "people",
    [RIGHT_SKILLS] = "skills",
    [RIGHT_ACCOMPANY] = "accompany",
    [RIGHT_DEVICES] = "devices",
    [RIGHT_EXPORT_HOURS] = "export_hours",
    [RIGHT_EXPORT_PAYROLL] = "export_payroll",
    [RIGHT_EXPORT_ASP] = "export_asp",
    [RIGHT_EXPORT_FSE] = "export_fse",
    [RIGHT_EXPORT_AUDIT] = "export_audit",
    [RIGHT_JOURNAL] = "journal",
    [RIGHT_RGPD] = "rgpd",
    [RIGHT_CHARTS] = "charts",
    [RIGHT_RULES_ACK] = "rules_ack",
    [RIGHT_ACCOUNTS] = "accounts",
};

#define YES(right) [RIGHT_##right] = true

/* clang-format off */
static const struct role_row roles[] = {
    {"direction", "Direction", "Management", {
	YES(ANY), YES(HOURS_READ), YES(HEALTH_READ), YES(HOURS_WRITE),
	YES(SETTLE), YES(CLOSE), YES(REOPEN), YES(DECLARE_READ), YES(DECLARE),
	YES(IMPORT), YES(PEOPLE), YES(SKILLS), YES(ACCOMPANY), YES(DEVICES),
	YES(EXPORT_HOURS), YES(EXPORT_PAYROLL), YES(EXPORT_ASP),
	YES(EXPORT_FSE), YES(EXPORT_AUDIT), YES(JOURNAL), YES(RGPD),
	YES(CHARTS), YES(RULES_ACK), YES(ACCOUNTS)}},
    {"rh", "Ressources humaines", "Human resources", {
	YES(ANY), YES(HOURS_READ), YES(HEALTH_READ), YES(HOURS_WRITE),
	YES(SETTLE), YES(CLOSE), YES(REOPEN), YES(DECLARE_READ), YES(DECLARE),
	YES(IMPORT), YES(PEOPLE), YES(EXPORT_HOURS), YES(EXPORT_PAYROLL),
	YES(EXPORT_ASP), YES(EXPORT_FSE), YES(EXPORT_AUDIT), YES(JOURNAL),
	YES(RGPD), YES(CHARTS), YES(RULES_ACK)}},
    /* Payroll needs to know what a sick day is. */
    {"paie", "Paie", "Payroll", {
	YES(ANY), YES(HOURS_READ), YES(HEALTH_READ), YES(DECLARE_READ),
	YES(PEOPLE), YES(EXPORT_HOURS), YES(EXPORT_PAYROLL)}},
    {"cip", "Accompagnement (CIP)", "Counselling", {
	YES(ANY), YES(HOURS_READ), YES(PEOPLE), YES(SKILLS), YES(ACCOMPANY),
	YES(CHARTS)}},
    {"devices", "Appareils", "Devices", {
	YES(ANY), YES(DEVICES)}},
    {"auditor", "Contrôle", "Auditor", {
	YES(ANY), YES(HOURS_READ), YES(DECLARE_READ), YES(EXPORT_HOURS),
	YES(EXPORT_ASP), YES(EXPORT_FSE), YES(EXPORT_AUDIT), YES(JOURNAL),
	YES(CHARTS)}},
};
/* clang-format on */

#define ROLE_COUNT (sizeof(roles) / sizeof(roles[0]))

const char *right_name(enum right right)
{
	return names[right];
}

const struct role_row *role_find(const char *role)
{
	for (size_t i = 0; i < ROLE_COUNT; i++) {
		if (strcmp(roles[i].role, role) == 0)
			return &roles[i];
	}
	return NULL;
}

const struct role_row *role_all(size_t *count)
{
	*count = ROLE_COUNT;
	return roles;
}

bool role_has(const char *role, enum right right)
{
	const struct role_row *row = role_find(role);

	return row != NULL && row->rights[right];
}
