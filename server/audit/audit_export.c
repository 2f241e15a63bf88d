#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/audit/audit_export.h"
#include "server/audit/audit_format.h"
#include "server/audit/audit_readme.h"
#include "server/audit/audit_signers.h"
#include "server/audit/audit_tree.h"
#include "server/audit/audit_write.h"
#include "server/audit/audit_zip.h"
#include "shared/date.h"
#include "shared/lang.h"
#include "shared/ledger_set.h"
#include "shared/ledger_succession.h"
#include "shared/sshsig.h"

static int note_structure(void *context, const char *structure, struct err *err)
{
	buf_add_text(context, structure);
	buf_add_char(context, '\n');
	return buf_check(context, err);
}

static int export_structures(struct audit_write *ex, struct err *err)
{
	struct buf names = BUF_INIT;
	char *at, *save = NULL;
	int rc;

	rc = ledger_logs(ex->office->db, note_structure, &names, err);
	at =
	    rc == 0 && names.len > 0 ? strtok_r(names.data, "\n", &save) : NULL;
	for (; rc == 0 && at != NULL; at = strtok_r(NULL, "\n", &save)) {
		size_t before = ex->structures;

		if (ex->only != NULL && strcmp(ex->only, at) != 0)
			continue;
		rc = audit_write_structure(ex, at, err);
		if (rc == 0 && ex->structures > before)
			rc = note_structure(&ex->names, at, err);
	}
	buf_free(&names);
	if (rc == 0 && ex->structures == 0) {
		rc = err_set(err, E_NOT_FOUND,
		    L("rien à exporter : aucun lot reçu ne parle d'heures, de "
		      "compétences ni d'émargements du mois %s ; vérifiez le "
		      "mois",
			"nothing to export: no set received is about hours, "
			"skills or sign-offs of month %s; check the month"),
		    ex->month.month);
	}
	return rc;
}

/* ---- what is common to all of them ---- */

static int put_succession(struct audit_write *ex, struct err *err)
{
	struct buf lines = BUF_INIT;
	int rc;

	if (ex->past.count == 0)
		return 0;
	for (size_t i = 0; i < ex->past.count; i++)
		succession_line(&lines, &ex->past.items[i]);
	if ((rc = buf_check(&lines, err)) == 0)
		rc = audit_write_file(
		    ex, AUDIT_SUCCESSION, buf_bytes(&lines), err);
	buf_free(&lines);
	return rc;
}

static int put_common(struct audit_write *ex, struct err *err)
{
	const uint8_t *server = ex->office->server.pub;
	struct buf signers = BUF_INIT, readme = BUF_INIT;
	int rc;

	audit_readme(&readme, ex->month.month, server);
	if ((rc = buf_check(&readme, err)) < 0 ||
	    (rc = buf_check(&ex->absent, err)) < 0 ||
	    (rc = buf_check(&ex->signers, err)) < 0 ||
	    (rc = audit_signers_file(
		 &signers, server, &ex->past, &ex->signers, err)) < 0 ||
	    (rc = put_succession(ex, err)) < 0 ||
	    (rc = audit_write_file(
		 ex, AUDIT_SIGNERS, buf_bytes(&signers), err)) < 0 ||
	    (rc = audit_write_file(
		 ex, AUDIT_ABSENT, buf_bytes(&ex->absent), err)) < 0)
		goto out;
	rc = audit_write_file(ex, AUDIT_README, buf_bytes(&readme), err);
out:
	buf_free(&signers);
	buf_free(&readme);
	return rc;
}

static int put_sums(struct audit_write *ex, struct err *err)
{
	struct buf sums = BUF_INIT, armor = BUF_INIT;
	uint8_t sig[SIG_LEN];
	int rc;

	audit_tree_sort(&ex->tree);
	audit_tree_sums(&ex->tree, &sums);
	hash_of(&ex->sums, buf_text(&sums), sums.len);
	if ((rc = buf_check(&sums, err)) < 0 ||
	    (rc = sshsig_sign(sig, &ex->office->server, SSHSIG_EXPORT,
		 sums.data, sums.len, err)) < 0)
		goto out;
	sshsig_armor(&armor, ex->office->server.pub, sig, SSHSIG_EXPORT);
	if ((rc = buf_check(&armor, err)) == 0 &&
	    (rc = audit_write_unlisted(
		 ex, AUDIT_SUMS, buf_bytes(&sums), err)) == 0)
		rc = audit_write_unlisted(
		    ex, AUDIT_SUMS_SIG, buf_bytes(&armor), err);
out:
	buf_free(&sums);
	buf_free(&armor);
	return rc;
}

static void summarise(const struct audit_write *ex, struct buf *out)
{
	struct buf key = BUF_INIT;

	audit_format_fingerprint(&key, ex->office->server.pub);
	buf_printf(out,
	    L("Mois %s : %zu structure(s), %zu lot(s), %zu écriture(s), %zu "
	      "absente(s).\n",
		"Month %s: %zu structure(s), %zu set(s), %zu entries, %zu "
		"absent.\n"),
	    ex->month.month, ex->structures, ex->sets, ex->entries,
	    ex->missing);
	buf_printf(out,
	    L("Empreinte du serveur, à comparer avec les feuilles imprimées : "
	      "%s\n",
		"The server's fingerprint, to be compared with the printed "
		"sheets: %s\n"),
	    buf_text(&key));
	out->failed = out->failed || key.failed;
	buf_free(&key);
}

/* ---- all or nothing ---- */

static int refuse_existing(const char *out, struct err *err)
{
	if (!os_file_exists(out) ||
	    (os_is_directory(out) && os_directory_is_empty(out)))
		return 0;
	return err_set(err, E_CONFLICT,
	    L("%s existe déjà et n'est pas un dossier vide : rien n'y a été "
	      "changé ; donnez un autre dossier",
		"%s exists already and is no empty directory: nothing was "
		"changed there; give another directory"),
	    out);
}

/* Built aside and renamed: nobody ever meets a half-written export. */
static int build(struct audit_write *ex, struct err *err)
{
	int rc;

	if ((rc = export_structures(ex, err)) < 0 ||
	    (rc = put_common(ex, err)) < 0)
		return rc;
	return put_sums(ex, err);
}

static int place(const struct audit_write *ex, const char *out, struct err *err)
{
	if (rename(ex->root, out) == 0)
		return 0;
	if (errno == ENOTEMPTY || errno == EEXIST)
		return refuse_existing(out, err);
	return err_errno(err, E_IO, "%s", out);
}

/* One view of the log, whoever writes meanwhile. */
static int build_in_view(struct audit_write *ex, struct err *err)
{
	struct db *db = ex->office->db;
	bool outer = db_in_transaction(db);
	int rc;

	if (!outer && (rc = db_begin(db, err)) < 0)
		return rc;
	if ((rc = ledger_successions(db, &ex->past, err)) == 0)
		rc = build(ex, err);
	if (!outer)
		db_rollback(db);
	return rc;
}

static int tell_log(const struct audit_write *ex, const struct audit_ask *ask,
    const struct bytes *zip, struct err *err)
{
	const struct audit_told told = {
	    buf_text(&ex->names), ex->sums, ex->entries, zip};

	return ask->log != NULL ? ask->log(ask->context, &told, err) : 0;
}

static int build_aside(struct audit_write *ex, const char *out,
    const struct audit_ask *ask, struct err *err)
{
	struct buf root = BUF_INIT;
	size_t len = strlen(out);
	int rc;

	while (len > 1 && out[len - 1] == '/')
		len--;
	buf_printf(&root, "%.*s.partial-XXXXXX", (int)len, out);
	if ((rc = buf_check(&root, err)) < 0)
		goto out;
	if (mkdtemp(root.data) == NULL) {
		rc = err_errno(err, E_IO, "%s", out);
		goto out;
	}
	ex->root = root.data;
	if ((rc = build_in_view(ex, err)) < 0 ||
	    (rc = tell_log(ex, ask, NULL, err)) < 0 ||
	    (rc = place(ex, out, err)) < 0)
		audit_tree_remove(root.data);
out:
	buf_free(&root);
	return rc;
}

/* What is asked for; clear with end in both cases. */
static int begin(struct audit_write *ex, struct office *office,
    const struct audit_ask *ask, struct err *err)
{
	struct date day;
	int rc;

	memset(ex, 0, sizeof(*ex));
	ex->office = office;
	ex->only = ask->structure;
	if ((rc = date_parse_month(ask->month, ex->first, ex->last, err)) < 0 ||
	    (rc = date_parse(&day, ex->first, err)) < 0)
		return rc;
	ex->month =
	    (struct audit_sets_month){ask->month, ex->first, ex->last, 0, 0};
	ex->month.from_s = date_days(&day) * 86400;
	if ((rc = date_parse(&day, ex->last, err)) < 0)
		return rc;
	ex->month.until_s = date_days(&day) * 86400 + 86399;
	return 0;
}

static void end(struct audit_write *ex)
{
	audit_tree_clear(&ex->tree);
	buf_free(&ex->signers);
	buf_free(&ex->absent);
	buf_free(&ex->names);
}

int audit_export_logged(struct office *office, const struct audit_ask *ask,
    const char *out, struct buf *summary, struct err *err)
{
	struct audit_write ex;
	int rc;

	if ((rc = begin(&ex, office, ask, err)) == 0 &&
	    (rc = refuse_existing(out, err)) == 0 &&
	    (rc = build_aside(&ex, out, ask, err)) == 0) {
		summarise(&ex, summary);
		rc = buf_check(summary, err);
	}
	end(&ex);
	return rc;
}

int audit_export(struct office *office, const char *month, const char *out,
    struct buf *summary, struct err *err)
{
	const struct audit_ask ask = {.month = month};

	return audit_export_logged(office, &ask, out, summary, err);
}

/* ---- as one file ---- */

static int zip_aside(struct audit_write *ex, const struct audit_ask *ask,
    const char *place, const char *name, struct buf *zip, struct err *err)
{
	struct buf root = BUF_INIT;
	struct bytes made;
	int rc;

	buf_printf(&root, "%s/%s", place, name);
	if ((rc = buf_check(&root, err)) < 0)
		goto out;
	ex->root = root.data;
	ex->passing = true;
	if ((rc = build_in_view(ex, err)) < 0 ||
	    (rc = audit_zip(zip, place, name, ex->last, AUDIT_ZIP_MAX, err)) <
		0)
		goto out;
	made = buf_bytes(zip);
	rc = tell_log(ex, ask, &made, err);
out:
	buf_free(&root);
	return rc;
}

int audit_export_zip(struct office *office, const struct audit_ask *ask,
    const char *name, struct buf *zip, struct buf *summary, struct err *err)
{
	struct buf place = BUF_INIT;
	struct audit_write ex;
	int rc;

	if ((rc = begin(&ex, office, ask, err)) < 0)
		goto out;
	audit_zip_sweep(office->directory, os_now_s(office->os));
	if ((rc = audit_zip_place(&place, office->directory, err)) < 0)
		goto out;
	rc = zip_aside(&ex, ask, place.data, name, zip, err);
	audit_tree_remove(place.data);
	if (rc == 0) {
		summarise(&ex, summary);
		rc = buf_check(summary, err);
	}
out:
	if (rc < 0)
		buf_reset(zip);
	end(&ex);
	buf_free(&place);
	return rc;
}
