#include <string.h>

#include "server/account/account.h"
#include "server/account/right.h"
#include "server/cmd.h"
#include "shared/date.h"
#include "shared/lang.h"
#include "shared/out.h"

/* ---- links ---- */

static int tell_link_json(struct call *call, const char *login, const char *url,
    int64_t life_s, struct err *err)
{
	char until[STAMP_TEXT];
	json_t *json;

	stamp_format(os_now_s(cmd_office(call)->os) + life_s, until);
	json = json_pack("{s:i,s:s,s:s,s:i,s:s}", "schema", 1, "login", login,
	    "link", url, "life_s", (int)life_s, "until", until);
	if (json == NULL || !cmd_put_qr(json, url)) {
		json_decref(json);
		return err_nomem(err);
	}
	return json_print(call->out, json, err);
}

static int tell_link(struct call *call, const char *login, const char *link,
    int64_t life_s, struct err *err)
{
	struct buf url = BUF_INIT;
	int rc;

	account_link_url(&url, cmd_office(call), link);
	if ((rc = buf_check(&url, err)) == 0 && cmd_json(call)) {
		rc = tell_link_json(call, login, buf_text(&url), life_s, err);
	} else if (rc == 0) {
		buf_printf(call->out, "%s\n", buf_text(&url));
		buf_printf(call->note,
		    L("Remettez ce lien à la personne, à elle seule : il sert "
		      "une fois, pendant %d h. Elle y choisit son mot de "
		      "passe.\n",
			"Hand this link to the person, and to nobody else: it "
			"is good once, for %d h. It leads to choosing a "
			"password.\n"),
		    (int)(life_s / 3600));
		rc = buf_check(call->out, err);
	}
	if (url.data != NULL)
		crypto_wipe(url.data, url.len);
	buf_free(&url);
	return rc;
}

int cmd_user_add(struct call *call, struct err *err)
{
	char link[ACCOUNT_LINK_TEXT];
	int rc = account_add(cmd_office(call), call->args[0],
	    opt_value(call, "name"), opt_value(call, "role"),
	    opt_value(call, "structures"), link, err);

	return rc < 0 ? rc
	              : tell_link(call, call->args[0], link,
			    ACCOUNT_LINK_LIFE_S, err);
}

int cmd_user_link(struct call *call, struct err *err)
{
	char link[ACCOUNT_LINK_TEXT];
	int rc = account_link(cmd_office(call), call->args[0], link, err);

	return rc < 0 ? rc
	              : tell_link(call, call->args[0], link,
			    ACCOUNT_LINK_LIFE_S, err);
}

int cmd_user_setup(struct call *call, struct err *err)
{
	char link[ACCOUNT_LINK_TEXT];
	int rc = account_setup_link(cmd_office(call), link, err);

	return rc < 0 ? rc
	              : tell_link(call, "", link, ACCOUNT_SETUP_LIFE_S, err);
}

/* ---- changes ---- */

static int tell_changed(
    struct call *call, const char *fr, const char *en, struct err *err)
{
	if (cmd_json(call))
		return json_print(call->out,
		    json_pack("{s:i,s:s}", "schema", 1, "login", call->args[0]),
		    err);
	buf_printf(call->out, "%s : %s\n", call->args[0], L(fr, en));
	return buf_check(call->out, err);
}

int cmd_user_role(struct call *call, struct err *err)
{
	const char *name = opt_value(call, "name");
	const char *role = opt_value(call, "role");
	const char *structures = opt_value(call, "structures");
	int rc;

	if (name == NULL && role == NULL && structures == NULL)
		return err_set(err, E_USAGE,
		    L("rien à changer : donnez --role, --structures ou --name",
			"nothing to change: give --role, --structures or "
			"--name"));
	rc = account_change(
	    cmd_office(call), call->args[0], name, role, structures, err);
	return rc < 0 ? rc
	              : tell_changed(
			    call, "compte changé", "account changed", err);
}

int cmd_user_disable(struct call *call, struct err *err)
{
	int rc = account_disable(cmd_office(call), call->args[0], err);

	return rc < 0 ? rc
	              : tell_changed(call, "compte fermé, sa clé est révoquée",
			    "account closed, its key is revoked", err);
}

/* ---- list ---- */

static const char *state_text(const char *state)
{
	if (strcmp(state, "ready") == 0)
		return L("ouvert", "open");
	if (strcmp(state, "invited") == 0)
		return L("lien remis", "invited");
	return L("fermé", "closed");
}

static void fill(struct table *table, const json_t *rows)
{
	table_column(table, L("Compte", "Account"), OUT_TEXT);
	table_column(table, L("Nom", "Name"), OUT_TEXT);
	table_column(table, L("Rôle", "Role"), OUT_TEXT);
	table_column(table, "Structures", OUT_TEXT);
	table_column(table, L("État", "State"), OUT_TEXT);
	table_column(table, L("Vu", "Seen"), OUT_TEXT);
	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);
		const json_t *names = json_object_get(row, "structures");
		struct buf text = BUF_INIT;

		for (size_t k = 0; k < json_array_size(names); k++)
			buf_printf(&text, "%s%s", k > 0 ? ", " : "",
			    json_string_value(json_array_get(names, k)));
		table_row(table);
		table_text(table, json_text(row, "login"));
		table_text(table, json_text(row, "name"));
		table_text(table, json_text(row, "role"));
		table_buf(table, &text);
		table_text(table, state_text(json_text(row, "state")));
		table_text(table, json_text(row, "seen"));
		buf_free(&text);
	}
}

int cmd_user_list(struct call *call, struct err *err)
{
	json_t *rows = NULL;
	int rc = account_list(cmd_office(call), &rows, err);

	return rc < 0 ? rc
	              : cmd_rows(call, rows,
			    L("Aucun compte : « user setup » donne le lien du "
			      "premier.",
				"No account: \"user setup\" gives the link of "
				"the first."),
			    fill, err);
}
