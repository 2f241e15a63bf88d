/*
 * What is open to the page: one row a call. A row with words is a command of
 * server/cmd.c; the page's members are its options (docs/office.md). The right
 * is one of server/account/right.c. tests/scenario/s505_roles.py holds every
 * role against every row.
 */
#include <string.h>

#include "server/page/page_parts.h"
#include "shared/http/http_query.h"
#include "shared/lang.h"

#define SESSION(method, path, call)                                            \
	{                                                                      \
		method, path, NULL, "", RIGHT_ANY, DOOR_OPEN, call             \
	}

/* A GET reads, a POST acts: path, command, its arguments, right, flags. */
#define READ(path, words, args, right, flags)                                  \
	{                                                                      \
		"GET", path, words, args, RIGHT_##right, flags, NULL           \
	}
#define ACT(path, words, args, right, flags)                                   \
	{                                                                      \
		"POST", path, words, args, RIGHT_##right, flags, NULL          \
	}

/* clang-format off */
static const struct door_row rows[] = {
    SESSION("GET",  "session",            door_session_get),
    SESSION("POST", "session/login",      door_session_login),
    SESSION("POST", "session/logout",     door_session_logout),
    SESSION("GET",  "session/invitation", door_session_invitation),
    SESSION("POST", "session/setup",      door_session_setup),
    {"POST", "session/password", NULL, "", RIGHT_ANY, 0, door_session_password},

    READ("todo",                   "todo",                   "",         ANY, 0),
    READ("lists",                  "lists",                  "",         ANY, 0),

    READ("alerts",                 "alerts",                 "",         DEVICES, 0),
    READ("device/list",            "device list",            "",         DEVICES, 0),
    ACT( "device/code",            "device code",            "",         DEVICES, 0),
    ACT( "device/scope",           "device scope",           "device",   DEVICES, 0),
    ACT( "device/revoke",          "device revoke",          "device",   DEVICES, 0),
    ACT( "device/suspend",         "device suspend",         "device",   DEVICES, 0),
    ACT( "device/resume",          "device resume",          "device",   DEVICES, 0),
    ACT( "device/replace",         "device replace",         "device",   DEVICES, 0),
    READ("quarantine/list",        "quarantine list",        "",         DEVICES, 0),
    ACT( "quarantine/release",     "quarantine release",     "hash",     DEVICES, 0),

    READ("import/kinds",           "import kinds",           "",         IMPORT, 0),
    READ("import/template",        "import template",        "what",     IMPORT, DOOR_FILE),
    ACT( "import",                 "import",                 "what name", IMPORT, DOOR_INPUT),
    READ("newcomer/list",          "newcomer list",          "",         HOURS_READ, 0),
    ACT( "newcomer/match",         "newcomer match",         "newcomer worker", HOURS_WRITE, 0),

    READ("grid",                   "grid",                   "month",    HOURS_READ, 0),
    READ("hours/history",          "hours history",          "",         HOURS_READ, 0),
    ACT( "hours/add",              "hours add",              "",         HOURS_WRITE, 0),
    ACT( "hours/set",              "hours set",              "",         HOURS_WRITE, 0),
    ACT( "hours/void",             "hours void",             "",         HOURS_WRITE, 0),
    ACT( "hours/move",             "hours move",             "",         HOURS_WRITE, 0),
    ACT( "hours/period",           "hours period",           "",         HOURS_WRITE, 0),

    READ("conflicts",              "conflicts list",         "",         HOURS_READ, 0),
    ACT( "conflicts/resolve",      "conflicts resolve",      "id",       SETTLE, 0),

    READ("person/list",            "person list",            "",         PEOPLE, 0),
    READ("person/card",            "person card",            "worker",   PEOPLE, 0),
    READ("person/show",            "person show",            "worker",   ACCOMPANY, 0),
    READ("report/skills",          "report skills",          "",         SKILLS, 0),
    READ("skills/catalogue",       "skills catalogue",       "",         SKILLS, 0),
    READ("skills/trades",          "skills trades",          "",         SKILLS, 0),
    ACT( "skills/add",             "skills add",             "",         SKILLS, 0),
    ACT( "skills/set",             "skills set",             "id",       SKILLS, 0),
    ACT( "skills/void",            "skills void",            "id",       SKILLS, 0),
    ACT( "care/badge",             "care badge",             "worker",   SKILLS, DOOR_FILE),
    READ("care/words",             "care words",             "",         ACCOMPANY, 0),
    READ("care/due",               "care due",               "",         ACCOMPANY, 0),
    READ("care/history",           "care history",           "id",       ACCOMPANY, 0),
    ACT( "care/void",              "care void",              "id",       ACCOMPANY, 0),
    READ("care/meeting/list",      "care meeting list",      "",         ACCOMPANY, 0),
    ACT( "care/meeting/add",       "care meeting add",       "worker",   ACCOMPANY, 0),
    ACT( "care/meeting/set",       "care meeting set",       "id",       ACCOMPANY, 0),
    READ("care/training/list",     "care training list",     "",         ACCOMPANY, 0),
    ACT( "care/training/add",      "care training add",      "worker",   ACCOMPANY, 0),
    ACT( "care/training/set",      "care training set",      "id",       ACCOMPANY, 0),
    READ("care/pmsmp/list",        "care pmsmp list",        "",         ACCOMPANY, 0),
    ACT( "care/pmsmp/add",         "care pmsmp add",         "worker",   ACCOMPANY, 0),
    ACT( "care/pmsmp/set",         "care pmsmp set",         "id",       ACCOMPANY, 0),
    READ("care/exit/list",         "care exit list",         "",         ACCOMPANY, 0),
    READ("care/exit/codes",        "care exit codes",        "",         ACCOMPANY, 0),
    ACT( "care/exit/set",          "care exit set",          "worker",   ACCOMPANY, 0),
    ACT( "care/follow-up",         "care follow-up",         "worker",   ACCOMPANY, 0),

    READ("report/month",           "report month",           "month",    HOURS_READ, 0),

    READ("month/status",           "month status",           "month",    HOURS_READ, 0),
    READ("month/blockers",         "month blockers",         "month",    HOURS_READ, 0),
    READ("month/show",             "month show",             "month",    HOURS_READ, 0),
    READ("month/late",             "month late",             "month",    HOURS_READ, 0),
    ACT( "month/check",            "month check",            "month",    CLOSE, 0),
    ACT( "month/close",            "month close",            "month",    CLOSE, 0),
    ACT( "month/adjust",           "month adjust",           "month",    CLOSE, 0),
    ACT( "month/reopen",           "month reopen",           "month",    REOPEN, 0),
    ACT( "month/declare",          "month declare",          "month",    DECLARE, 0),
    READ("declare",                "declare",                "month",    DECLARE_READ, 0),
    READ("annex/list",             "annex list",             "",         DECLARE_READ, 0),
    ACT( "annex/attach",           "annex attach",           "annex",    DECLARE, 0),

    READ("journal",                "journal",                "",         JOURNAL, 0),
    READ("journal/actions",        "journal actions",        "",         JOURNAL, 0),
    READ("journal/file",           "journal",                "",         JOURNAL, DOOR_FILE),
    READ("journal/verify",         "journal verify",         "",         JOURNAL, 0),
    READ("access/list",            "access list",            "",         JOURNAL, 0),

    READ("rgpd/extract",           "rgpd extract",           "worker",   RGPD, DOOR_FILE),
    READ("rgpd/periods",           "rgpd periods",           "",         RGPD, 0),
    READ("rgpd/due",               "rgpd due",               "",         RGPD, 0),
    ACT( "rgpd/purge",             "rgpd purge",             "",         RGPD, 0),
    READ("rgpd/runs",              "rgpd runs",              "",         RGPD, 0),
    READ("hold/list",              "hold list",              "",         RGPD, 0),
    ACT( "hold/add",               "hold add",               "",         RGPD, 0),
    ACT( "hold/end",               "hold end",               "hold",     RGPD, 0),

    ACT( "export/report",          "export report",          "month",    EXPORT_HOURS, DOOR_FILE),
    ACT( "export/sheets",          "export sheets",          "month",    EXPORT_HOURS, DOOR_FILE),
    ACT( "export/payroll",         "export payroll",         "month",    EXPORT_PAYROLL, DOOR_FILE),
    ACT( "export/asp",             "export asp",             "month",    EXPORT_ASP, DOOR_FILE),
    ACT( "export/fse",             "export fse",             "month",    EXPORT_FSE, DOOR_FILE),
    /* What people wrote, as they signed it: nothing in it can be masked. */
    ACT( "export/audit",           "export audit",           "month",    EXPORT_AUDIT,
	DOOR_FILE | DOOR_HEALTH | DOOR_APART),
    READ("export/preview/report",  "export preview report",  "month",    EXPORT_HOURS, 0),
    READ("export/preview/sheets",  "export preview sheets",  "month",    EXPORT_HOURS, 0),
    READ("export/preview/payroll", "export preview payroll", "month",    EXPORT_PAYROLL, 0),
    READ("export/preview/asp",     "export preview asp",     "month",    EXPORT_ASP, 0),
    READ("export/preview/fse",     "export preview fse",     "month",    EXPORT_FSE, 0),
    READ("export/list",            "export list",            "",         EXPORT_HOURS, 0),
    /* Its rows are called after the kinds of hours. */
    READ("export/changed",         "export changed",         "",         EXPORT_HOURS, DOOR_HEALTH),
    READ("project/list",           "project list",           "",         EXPORT_FSE, 0),

    READ("rules",                  "rules list",             "month",    HOURS_READ, 0),
    ACT( "rules/ack",              "rules ack",              "id",       RULES_ACK, 0),
    READ("rules/week",             "rules week",             "",         HOURS_READ, 0),
    READ("chart/hours",            "chart hours-by-site",    "",         CHARTS, 0),
    READ("chart/etp",              "chart etp",              "month",    CHARTS, 0),
    READ("chart/levels",           "chart levels",           "",         CHARTS, 0),
    READ("chart/skills",           "chart skills",           "",         SKILLS, 0),

    READ("user/list",              "user list",              "",         ACCOUNTS, 0),
    ACT( "user/add",               "user add",               "login",    ACCOUNTS, 0),
    ACT( "user/role",              "user role",              "login",    ACCOUNTS, 0),
    ACT( "user/link",              "user link",              "login",    ACCOUNTS, 0),
    ACT( "user/disable",           "user disable",           "login",    ACCOUNTS, 0),
};
/* clang-format on */

#define ROW_COUNT (sizeof(rows) / sizeof(rows[0]))

const struct door_row *door_rows(size_t *count)
{
	*count = ROW_COUNT;
	return rows;
}

/* ---- what is asked ---- */

static const struct door_row *find(
    const struct request *request, struct err *err)
{
	const char *path = request->path + strlen("/api/");
	bool there = false;

	for (size_t i = 0; i < ROW_COUNT; i++) {
		if (strcmp(rows[i].path, path) != 0)
			continue;
		there = true;
		if (strcmp(rows[i].method, request->method) == 0)
			return &rows[i];
	}
	if (there)
		(void)err_set(err, E_METHOD,
		    L("%.100s : avec l'autre méthode (GET pour lire, POST "
		      "pour agir)",
			"%.100s: with the other method (GET reads, POST "
			"acts)"),
		    request->path);
	else
		(void)err_set(err, E_NOT_FOUND,
		    L("%.100s : la page n'a rien de tel (docs/office.md)",
			"%.100s: the page has no such call (docs/office.md)"),
		    request->path);
	return NULL;
}

/* "application/json", with or without parameters. */
static bool is_json(const char *type)
{
	size_t len = strlen(HTTP_JSON_TYPE);

	return strncmp(type, HTTP_JSON_TYPE, len) == 0 &&
	       (type[len] == '\0' || type[len] == ';' || type[len] == ' ');
}

/* The body of a POST: an object; nothing at all is an empty one. A form of
 * another site cannot make one. */
static int read_body(
    const struct request *request, json_t **out, struct err *err)
{
	int rc;

	if (request->body.len == 0) {
		*out = json_object();
		return *out != NULL ? 0 : err_nomem(err);
	}
	if (!is_json(request->content_type))
		return err_set(err, E_INVALID,
		    L("le corps doit être du JSON (Content-Type: "
		      "application/json)",
			"the body must be JSON (Content-Type: "
			"application/json)"));
	if ((rc = json_read(out, request->body.data, request->body.len, err)) <
	    0)
		return rc;
	if (json_is_object(*out))
		return 0;
	return err_set(err, E_INVALID,
	    L("le corps doit être un objet JSON : {\"membre\":\"valeur\"}",
		"the body must be a JSON object: {\"member\":\"value\"}"));
}

static int read_params(const struct request *request,
    const struct door_row *row, json_t **out, struct err *err)
{
	/* Read into memory, it takes up to thirty times as much; but a file
	 * is one text. */
	if (request->body.len > DOOR_JSON_MAX && (row->flags & DOOR_INPUT) == 0)
		return err_set(err, E_LIMIT,
		    L("demande de plus de %zu octets",
			"request over %zu bytes"),
		    DOOR_JSON_MAX);
	if (strcmp(request->method, "GET") != 0)
		return read_body(request, out, err);
	if ((*out = json_object()) == NULL)
		return err_nomem(err);
	return http_query_members(*out, request->query, err);
}

/* ---- who may ---- */

static int need_login(struct err *err)
{
	return err_set(err, E_AUTH,
	    L("connectez-vous : la session est finie, ou n'a pas commencé",
		"log in: the session is over, or has not begun"));
}

static int no_right(struct err *err)
{
	return err_set(err, E_FORBIDDEN,
	    L("votre rôle ne le permet pas : demandez à la direction",
		"your role does not allow it: ask the management"));
}

static int check_right(
    const struct visitor *visitor, const struct door_row *row, struct err *err)
{
	if (!visitor->known)
		return (row->flags & DOOR_OPEN) != 0 ? 0 : need_login(err);
	if (!role_has(visitor->row.role, row->right) ||
	    ((row->flags & DOOR_HEALTH) != 0 &&
		!role_has(visitor->row.role, RIGHT_HEALTH_READ)))
		return no_right(err);
	return 0;
}

/* What is outside the scope is as if it did not exist. */
static int check_structure(
    const struct visitor *visitor, const char *structure, struct err *err)
{
	if (structure == NULL || structure[0] == '\0' ||
	    signer_may(&visitor->signer, structure))
		return 0;
	return err_set(err, E_NOT_FOUND,
	    L("structure « %.60s » inconnue", "unknown structure \"%.60s\""),
	    structure);
}

static int check_structures(
    const struct visitor *visitor, const json_t *given, struct err *err)
{
	int rc = check_structure(visitor, json_string_value(given), err);

	for (size_t i = 0; rc == 0 && i < json_array_size(given); i++)
		rc = check_structure(
		    visitor, json_string_value(json_array_get(given, i)), err);
	return rc;
}

static int check_params(
    const struct visitor *visitor, const json_t *params, struct err *err)
{
	int rc;

	if (!visitor->known)
		return 0;
	if ((rc = check_structures(
		 visitor, json_object_get(params, "structure"), err)) < 0)
		return rc;
	if (!role_has(visitor->row.role, RIGHT_HEALTH_READ) &&
	    door_asks_health(params))
		return no_right(err);
	return 0;
}

void door_api(struct asking *asking)
{
	const struct door_row *row;
	struct err err = ERR_INIT;

	if ((row = find(asking->request, &err)) != NULL)
		asking->reply->route = row->path;
	if (row == NULL || check_right(asking->visitor, row, &err) < 0 ||
	    read_params(asking->request, row, &asking->params, &err) < 0 ||
	    check_params(asking->visitor, asking->params, &err) < 0)
		door_fail(asking->reply, &err);
	else if (row->session != NULL)
		row->session(asking);
	else
		door_command(asking, row);
}
