#include <string.h>

#include "server/account/account.h"
#include "server/account/account_part.h"
#include "server/account/right.h"
#include "server/act.h"
#include "server/enrolment.h"
#include "shared/date.h"
#include "shared/enc.h"
#include "shared/lang.h"
#include "shared/ledger.h"
#include "shared/record.h"

/* ---- what is written ---- */

json_t *account_structures_json(const char *structures)
{
	json_t *names = json_array();

	while (names != NULL && *structures != '\0') {
		size_t len = strcspn(structures, "\n");

		if (json_array_append_new(
			names, json_stringn(structures, len)) < 0) {
			json_decref(names);
			return NULL;
		}
		structures += len + (structures[len] == '\n');
	}
	return names;
}

const char *account_state(const struct account_row *row)
{
	if (!row->enabled)
		return "disabled";
	return row->device[0] != '\0' ? "ready" : "invited";
}

/* For the journal: what the row says, without its secrets. */
static json_t *journal_value(const struct account_row *row)
{
	json_t *value =
	    json_pack("{s:s,s:s,s:o,s:s}", "name", row->name, "role", row->role,
		"structures", account_structures_json(row->structures), "state",
		account_state(row));

	if (value != NULL && row->device[0] != '\0' &&
	    !json_put_text(value, "device", row->device)) {
		json_decref(value);
		value = NULL;
	}
	return value;
}

static int add_entry(
    struct act *act, const struct account_row *row, struct err *err)
{
	return act_set_subject(act, STRUCTURE_OFFICE, "account", row->login,
	    journal_value(row), err);
}

int account_write(
    struct act *act, const struct account_row *row, struct err *err)
{
	int rc = account_row_put(act->office->db, row, err);

	return rc < 0 ? rc : add_entry(act, row, err);
}

static int write_alone(
    struct office *office, const struct account_row *row, struct err *err)
{
	struct act act;
	int rc;

	if ((rc = act_begin(&act, office, err)) < 0)
		return rc;
	if ((rc = account_write(&act, row, err)) < 0) {
		act_abort(&act);
		return rc;
	}
	return act_commit(&act, err);
}

/* ---- what may be given ---- */

static int check_role(const char *role, struct err *err)
{
	struct buf names = BUF_INIT, shown = BUF_INIT;
	const struct role_row *roles;
	size_t count;

	if (role_find(role) != NULL)
		return 0;
	roles = role_all(&count);
	for (size_t i = 0; i < count; i++)
		buf_printf(&names, "%s%s", i > 0 ? ", " : "", roles[i].role);
	text_quote(&shown, role);
	(void)err_set(err, E_USAGE,
	    L("rôle « %s » inconnu : %s", "unknown role \"%s\": %s"),
	    buf_text(&shown), buf_text(&names));
	buf_free(&names);
	buf_free(&shown);
	return E_USAGE;
}

static int check_structure(
    struct office *office, const char *structure, struct err *err)
{
	char record[RECORD_KEY_MAX];
	json_t *value = NULL;
	bool known;
	int rc;

	if ((rc = text_check_id(structure, err)) < 0)
		return rc;
	record_key_make(record, "structure", structure, NULL);
	if ((rc = ledger_value(office->db, structure, record, &value, err)) < 0)
		return rc;
	known = value != NULL;
	json_decref(value);
	if (!known ||
	    (office->signer != NULL && !signer_may(office->signer, structure)))
		return err_set(err, E_NOT_FOUND,
		    L("structure « %s » inconnue : importez-la d'abord",
			"unknown structure \"%s\": import it first"),
		    structure);
	return 0;
}

static int refuse_all(struct err *err)
{
	return err_set(err, E_FORBIDDEN,
	    L("votre compte est limité à certaines structures : donnez-en "
	      "parmi les vôtres",
		"your account is limited to some structures: give some of "
		"yours"));
}

/* "S1,S2" as names one a line; "*" or NULL for all. */
static int take_structures(struct office *office, const char *text,
    char out[ACCOUNT_STRUCTURES_MAX], struct err *err)
{
	const struct signer *signer = office->signer;
	struct buf lines = BUF_INIT;
	int rc = 0;

	if (text == NULL || strcmp(text, SIGNER_ALL) == 0) {
		text_copy(out, ACCOUNT_STRUCTURES_MAX, SIGNER_ALL);
		return signer != NULL &&
		               strcmp(signer->structures, SIGNER_ALL) != 0
		           ? refuse_all(err)
		           : 0;
	}
	while (rc == 0 && *text != '\0') {
		char name[TEXT_ID_MAX + 2] = "";
		size_t len = strcspn(text, ",");

		memcpy(name, text, len < sizeof(name) ? len : sizeof(name) - 1);
		text += len + (text[len] == ',');
		if ((rc = check_structure(office, name, err)) == 0)
			buf_printf(
			    &lines, "%s%s", lines.len > 0 ? "\n" : "", name);
	}
	if (rc == 0 && lines.len == 0)
		rc = err_set(err, E_USAGE,
		    L("aucune structure donnée : « * » pour toutes",
			"no structure given: \"*\" for all"));
	if (rc == 0 && lines.len >= ACCOUNT_STRUCTURES_MAX)
		rc = err_set(err, E_LIMIT,
		    L("trop de structures pour un compte : donnez « * »",
			"too many structures for an account: give \"*\""));
	if (rc == 0 && (rc = buf_check(&lines, err)) == 0)
		text_copy(out, ACCOUNT_STRUCTURES_MAX, buf_text(&lines));
	buf_free(&lines);
	return rc;
}

/* Whoever is limited to structures rules over accounts of these alone. */
static bool may_rule(const struct signer *signer, const struct account_row *row)
{
	const char *at = row->structures;

	if (signer == NULL || strcmp(signer->structures, SIGNER_ALL) == 0)
		return true;
	if (strcmp(at, SIGNER_ALL) == 0)
		return false;
	while (*at != '\0') {
		char name[TEXT_ID_MAX + 1] = "";
		size_t len = strcspn(at, "\n");

		memcpy(name, at, len < sizeof(name) ? len : sizeof(name) - 1);
		if (!signer_may(signer, name))
			return false;
		at += len + (at[len] == '\n');
	}
	return true;
}

/* The row of ${login}, over which who acts may rule. */
static int get(struct office *office, const char *login,
    struct account_row *out, struct err *err)
{
	int rc = account_row_get(office->db, login, out, err);

	if (rc < 0 || (out->found && may_rule(office->signer, out)))
		return rc;
	return err_set(err, E_NOT_FOUND,
	    L("compte « %.60s » inconnu : voyez « user list »",
		"unknown account \"%.60s\": see \"user list\""),
	    login);
}

static int refuse_self(
    const struct office *office, const char *login, struct err *err)
{
	if (office->signer == NULL ||
	    strcmp(office->signer->person, login) != 0)
		return 0;
	return err_set(err, E_CONFLICT,
	    L("c'est votre propre compte : demandez-le à un autre, ou au "
	      "terminal du serveur",
		"this is your own account: ask somebody else, or at the "
		"server's terminal"));
}

/* ---- links ---- */

static void make_link(const struct os *os, char link[ACCOUNT_LINK_TEXT])
{
	struct buf text = BUF_INIT;
	uint8_t random[32];

	os_random(os, random, sizeof(random));
	enc_base64url(&text, random, sizeof(random));
	text_copy(link, ACCOUNT_LINK_TEXT, buf_text(&text));
	buf_free(&text);
}

static int put_link(struct office *office, const char *login, int64_t life_s,
    char link[ACCOUNT_LINK_TEXT], struct err *err)
{
	struct hash hash;

	make_link(office->os, link);
	hash_of(&hash, link, strlen(link));
	return account_link_put(
	    office->db, &hash, login, os_now_s(office->os) + life_s, err);
}

void account_link_url(
    struct buf *out, const struct office *office, const char *link)
{
	buf_printf(out, "%s/#/setup/%s", office->config.url, link);
}

/* The row and a link for it, in one transaction. */
static int write_with_link(struct office *office, const struct account_row *row,
    char link[ACCOUNT_LINK_TEXT], struct err *err)
{
	struct act act;
	int rc;

	if ((rc = act_begin(&act, office, err)) < 0)
		return rc;
	if ((rc = account_write(&act, row, err)) < 0 ||
	    (rc = put_link(
		 office, row->login, ACCOUNT_LINK_LIFE_S, link, err)) < 0) {
		act_abort(&act);
		return rc;
	}
	return act_commit(&act, err);
}

/* ---- acts ---- */

int account_check_new(struct db *db, const char *login, struct err *err)
{
	struct account_row row;
	int64_t count = 0;
	int rc;

	if ((rc = text_check_id(login, err)) < 0 ||
	    (rc = account_row_get(db, login, &row, err)) < 0 ||
	    (rc = account_row_count(db, &count, err)) < 0)
		return rc;
	if (row.found)
		return err_set(err, E_CONFLICT,
		    L("le compte « %s » existe déjà : un autre identifiant, "
		      "ou un nouveau lien pour ce compte si son mot de passe "
		      "est oublié",
			"the account \"%s\" exists already: another login, or "
			"a new link for this account if its password is "
			"forgotten"),
		    login);
	if (count >= ACCOUNTS_MAX)
		return err_set(err, E_LIMIT,
		    L("déjà %d comptes", "%d accounts already"), ACCOUNTS_MAX);
	return 0;
}

int account_add(struct office *office, const char *login, const char *name,
    const char *role, const char *structures, char link[ACCOUNT_LINK_TEXT],
    struct err *err)
{
	struct account_row row = {.enabled = true};
	int rc;

	if ((rc = account_check_new(office->db, login, err)) < 0 ||
	    (rc = text_check_name(L("nom", "name"), name, TEXT_NAME_MAX, err)) <
		0 ||
	    (rc = check_role(role, err)) < 0 ||
	    (rc = take_structures(office, structures, row.structures, err)) < 0)
		return rc;
	text_copy(row.login, sizeof(row.login), login);
	text_copy(row.name, sizeof(row.name), name);
	text_copy(row.role, sizeof(row.role), role);
	row.made_s = os_now_s(office->os);
	return write_with_link(office, &row, link, err);
}

int account_change(struct office *office, const char *login, const char *name,
    const char *role, const char *structures, struct err *err)
{
	struct account_row row;
	int rc;

	if ((rc = get(office, login, &row, err)) < 0 ||
	    (rc = refuse_self(office, login, err)) < 0 ||
	    (role != NULL && (rc = check_role(role, err)) < 0) ||
	    (name != NULL && (rc = text_check_name(L("nom", "name"), name,
				  TEXT_NAME_MAX, err)) < 0) ||
	    (structures != NULL && (rc = take_structures(office, structures,
					row.structures, err)) < 0))
		return rc;
	if (role != NULL)
		text_copy(row.role, sizeof(row.role), role);
	if (name != NULL)
		text_copy(row.name, sizeof(row.name), name);
	return write_alone(office, &row, err);
}

/* Revoke a key wherever it is enrolled; it may never have acted. */
static int retire(struct office *office, const char *device, struct err *err)
{
	struct device found;
	int rc;

	if (device[0] == '\0')
		return 0;
	if ((rc = enrolment_device(office, device, &found, err)) < 0)
		return rc;
	return found.found ? enrolment_retire(office, device,
				 L("compte ou mot de passe remplacé",
				     "account or password replaced"),
				 err)
	                   : 0;
}

int account_disable(struct office *office, const char *login, struct err *err)
{
	char device[DEVICE_TEXT];
	struct account_row row;
	int rc;

	if ((rc = get(office, login, &row, err)) < 0 ||
	    (rc = refuse_self(office, login, err)) < 0)
		return rc;
	memcpy(device, row.device, sizeof(device));
	row.enabled = false;
	row.device[0] = '\0';
	memset(row.salt, 0, sizeof(row.salt));
	memset(row.sealed, 0, sizeof(row.sealed));
	/* First the row: without it the key is gone, whatever comes next. */
	if ((rc = write_alone(office, &row, err)) < 0 ||
	    (rc = account_link_void(office->db, login, err)) < 0)
		return rc;
	return retire(office, device, err);
}

int account_link(struct office *office, const char *login,
    char link[ACCOUNT_LINK_TEXT], struct err *err)
{
	struct account_row row;
	int rc;

	if ((rc = get(office, login, &row, err)) < 0)
		return rc;
	row.enabled = true;
	return write_with_link(office, &row, link, err);
}

int account_setup_link(
    struct office *office, char link[ACCOUNT_LINK_TEXT], struct err *err)
{
	int64_t count = 0;
	int rc = account_row_count(office->db, &count, err);

	if (rc < 0)
		return rc;
	if (count > 0)
		return err_set(err, E_CONFLICT,
		    L("il y a déjà un compte : « user add » en fait "
		      "d'autres, « user link » refait un mot de passe",
			"there is an account already: \"user add\" makes "
			"others, \"user link\" makes a new password"));
	if ((rc = db_begin(office->db, err)) < 0)
		return rc;
	if ((rc = put_link(office, "", ACCOUNT_SETUP_LIFE_S, link, err)) < 0 ||
	    (rc = db_commit(office->db, err)) < 0)
		db_rollback(office->db);
	return rc;
}

/* ---- the link is used ---- */

/* The first account is made by its own link; others are there already. */
static int check_claim(struct office *office, const char *link,
    const struct account_row *row, struct account_row *before, struct err *err)
{
	struct account_invitation invitation;
	int rc = account_invitation(office, link, &invitation, err);

	*before = invitation.row;
	if (rc == 0 && !before->found)
		rc = account_check_new(office->db, row->login, err);
	crypto_wipe(&invitation, sizeof(invitation));
	return rc;
}

int account_claim(struct office *office, const char *link,
    const struct account_row *row, struct err *err)
{
	struct account_row before;
	struct act act;
	int rc;

	if ((rc = act_begin(&act, office, err)) < 0)
		return rc;
	if ((rc = check_claim(office, link, row, &before, err)) < 0 ||
	    (rc = account_write(&act, row, err)) < 0 ||
	    (rc = account_link_void(
		 office->db, before.found ? row->login : "", err)) < 0) {
		act_abort(&act);
		return rc;
	}
	if ((rc = act_commit(&act, err)) < 0)
		return rc;
	return retire(office, before.device, err);
}

int account_reseal(
    struct office *office, const struct account_row *row, struct err *err)
{
	struct account_row now;
	int rc = db_begin(office->db, err);

	if (rc < 0)
		return rc;
	if ((rc = account_row_get(office->db, row->login, &now, err)) == 0 &&
	    (!now.found || !now.enabled ||
		strcmp(now.device, row->device) != 0))
		rc = err_set(err, E_CONFLICT,
		    L("ce compte vient d'être changé : recommencez",
			"this account was changed just now: try again"));
	memcpy(now.salt, row->salt, sizeof(now.salt));
	memcpy(now.sealed, row->sealed, sizeof(now.sealed));
	if (rc == 0 && (rc = account_row_put(office->db, &now, err)) == 0)
		rc = db_commit(office->db, err);
	if (rc < 0)
		db_rollback(office->db);
	return rc;
}

/* ---- listing ---- */

struct listing {
	const struct signer *signer;
	json_t *rows;
};

static json_t *stamp_json(int64_t at_s)
{
	char text[STAMP_TEXT];

	if (at_s == 0)
		return json_null();
	stamp_format(at_s, text);
	return json_string(text);
}

static int list_row(
    void *context, const struct account_row *row, struct err *err)
{
	struct listing *listing = context;
	json_t *json;

	if (!may_rule(listing->signer, row))
		return 0;
	json = json_pack("{s:s,s:s,s:s,s:o,s:s,s:o,s:o}", "login", row->login,
	    "name", row->name, "role", row->role, "structures",
	    account_structures_json(row->structures), "state",
	    account_state(row), "made", stamp_json(row->made_s), "seen",
	    stamp_json(row->seen_s));
	return json_array_append_new(listing->rows, json) < 0 ? err_nomem(err)
	                                                      : 0;
}

int account_list(struct office *office, json_t **rows, struct err *err)
{
	struct listing listing = {office->signer, json_array()};
	int rc;

	*rows = listing.rows;
	if (listing.rows == NULL)
		return err_nomem(err);
	if ((rc = account_row_all(office->db, list_row, &listing, err)) < 0) {
		json_decref(*rows);
		*rows = NULL;
	}
	return rc;
}
