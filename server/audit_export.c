#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "server/audit_export.h"
#include "server/audit_format.h"
#include "server/audit_readme.h"
#include "server/audit_signers.h"
#include "server/audit_tree.h"
#include "server/store/audit_sets.h"
#include "shared/date.h"
#include "shared/lang.h"
#include "shared/ledger_set.h"
#include "shared/sshsig.h"

#define FILE_MODE 0600 /* names of people are in there */

struct exporting {
	struct office *office;
	const char *root; /* the unfinished directory */
	struct audit_sets_month month;
	struct audit_tree tree;
	struct buf signers; /* lines of allowed_signers */
	struct buf absent;
	size_t structures;
	size_t sets;
	size_t entries;
	size_t missing;
};

/* ---- files ---- */

static int write_file(const struct exporting *ex, const char *path,
    struct bytes bytes, struct err *err)
{
	struct buf full = BUF_INIT;
	char *slash;
	int rc;

	buf_printf(&full, "%s/%s", ex->root, path);
	if ((rc = buf_check(&full, err)) < 0)
		goto out;
	slash = strrchr(full.data, '/');
	*slash = '\0';
	if ((rc = os_directory_make(full.data, err)) < 0)
		goto out;
	*slash = '/';
	rc = os_file_write(full.data, bytes.data, bytes.len, FILE_MODE, err);
out:
	buf_free(&full);
	return rc;
}

/* Write a file and note its sum. */
static int put(struct exporting *ex, const char *path, struct bytes bytes,
    struct err *err)
{
	struct hash hash;
	int rc;

	if (bytes.len > AUDIT_FILE_MAX) {
		return err_set(err, E_LIMIT,
		    L("%s : plus de %zu octets", "%s: over %zu bytes"), path,
		    AUDIT_FILE_MAX);
	}
	hash_of(&hash, bytes.data, bytes.len);
	if ((rc = write_file(ex, path, bytes, err)) < 0)
		return rc;
	return audit_tree_add(&ex->tree, path, &hash, err);
}

/* The same for "<path><suffix>", when all of it could be built. */
static int put_built(struct exporting *ex, const struct buf *path,
    const char *suffix, const struct buf *content, struct err *err)
{
	struct buf whole = BUF_INIT;
	int rc;

	buf_printf(&whole, "%s%s", buf_text(path), suffix);
	if ((rc = buf_check(path, err)) == 0 &&
	    (rc = buf_check(content, err)) == 0 &&
	    (rc = buf_check(&whole, err)) == 0)
		rc = put(ex, whole.data, buf_bytes(content), err);
	buf_free(&whole);
	return rc;
}

/* ---- one structure's log ---- */

struct place {
	int64_t id;
	struct receipt receipt;
	bool wanted;
};

struct log {
	const char *structure;
	struct buf name; /* as in paths */
	struct place *places; /* owned */
	size_t count;
	size_t room;
	size_t of_month;
	struct audit_signers signers;
};

static void log_clear(struct log *log)
{
	buf_free(&log->name);
	free(log->places);
	audit_signers_clear(&log->signers);
}

static int take_place(void *context, const struct set_row *row,
    struct err *err)
{
	struct log *log = context;
	struct place *place;

	if (log->count == log->room) {
		size_t room = log->room == 0 ? 64 : 2 * log->room;
		struct place *places =
		    realloc(log->places, room * sizeof(*places));

		if (places == NULL)
			return err_nomem(err);
		log->places = places;
		log->room = room;
	}
	place = &log->places[log->count++];
	memset(place, 0, sizeof(*place));
	place->id = row->id;
	strncpy(place->receipt.structure, log->structure, TEXT_ID_MAX);
	place->receipt.epoch = row->epoch;
	place->receipt.n = row->place;
	place->receipt.manifest = row->hash;
	place->receipt.head = row->head;
	place->receipt.time_s = row->time_s;
	memcpy(place->receipt.sig, row->receipt, SIG_LEN);
	return 0;
}

static int compare_place(const void *n, const void *place)
{
	int64_t wanted = *(const int64_t *)n;
	int64_t there = ((const struct place *)place)->receipt.n;

	return (wanted > there) - (wanted < there);
}

static int want(void *context, int64_t n, struct err *err)
{
	struct log *log = context;
	struct place *place = log->count == 0
	    ? NULL
	    : bsearch(&n, log->places, log->count, sizeof(*log->places),
		  compare_place);

	if (place == NULL) {
		return err_set(err, E_CORRUPT,
		    L("journal de %s : la place %" PRId64 " manque",
			"log of %s: place %" PRId64 " is missing"),
		    log->structure, n);
	}
	place->wanted = true;
	return 0;
}

static int want_of_month(void *context, int64_t n, struct err *err)
{
	((struct log *)context)->of_month++;
	return want(context, n, err);
}

static int put_receipt(struct exporting *ex, const struct log *log,
    const struct receipt *receipt, struct err *err)
{
	struct buf path = BUF_INIT, text = BUF_INIT, sig = BUF_INIT;
	int rc;

	audit_format_set(&path, AUDIT_RECEIPTS, buf_text(&log->name),
	    receipt->n);
	receipt_text(&text, receipt);
	sshsig_armor(&sig, ex->office->server.pub, receipt->sig,
	    SSHSIG_RECEIPT);
	if ((rc = put_built(ex, &path, ".receipt", &text, err)) == 0)
		rc = put_built(ex, &path, ".receipt.sig", &sig, err);
	buf_free(&path);
	buf_free(&text);
	buf_free(&sig);
	return rc;
}

static int put_bodies(struct exporting *ex, const struct log *log,
    const char *directory, int64_t n, const struct changeset *set,
    struct err *err)
{
	struct buf path = BUF_INIT;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < set->count; i++) {
		const struct set_entry *entry = &set->entries[i];

		if (entry->body.data == NULL) {
			audit_format_absent(&ex->absent, buf_text(&log->name),
			    n, i + 1, &entry->hash);
			ex->missing++;
			continue;
		}
		buf_reset(&path);
		buf_printf(&path, "%s/e/%04zu", directory, i + 1);
		if ((rc = buf_check(&path, err)) == 0)
			rc = put(ex, path.data, entry->body, err);
		ex->entries++;
	}
	buf_free(&path);
	return rc;
}

static int put_set(struct exporting *ex, struct log *log,
    const struct receipt *receipt, const struct changeset *set,
    struct err *err)
{
	struct buf path = BUF_INIT, manifest = BUF_INIT, sig = BUF_INIT;
	uint8_t pub[KEY_LEN] = {0};
	enum audit_standing standing = audit_signers_judge(&log->signers,
	    set->header.device, pub);
	int rc;

	audit_format_set(&path,
	    standing == AUDIT_BARRED ? AUDIT_REVOKED : AUDIT_SETS,
	    buf_text(&log->name), receipt->n);
	changeset_manifest(&manifest, set);
	sshsig_armor(&sig, pub, set->sig, SSHSIG_CHANGESET);
	if ((rc = put_built(ex, &path, "/manifest", &manifest, err)) < 0 ||
	    (rc = put_built(ex, &path, "/manifest.sig", &sig, err)) < 0 ||
	    (rc = put_bodies(ex, log, path.data, receipt->n, set, err)) < 0 ||
	    (rc = put_receipt(ex, log, receipt, err)) < 0)
		goto out;
	ex->sets++;
	rc = audit_signers_take(&log->signers, set, receipt->time_s, err);
out:
	buf_free(&path);
	buf_free(&manifest);
	buf_free(&sig);
	return rc;
}

static int put_wanted(struct exporting *ex, struct log *log, struct err *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < log->count; i++) {
		struct changeset set = {0};
		struct buf storage = BUF_INIT;

		if (!log->places[i].wanted)
			continue;
		if ((rc = ledger_set_load(ex->office->db, log->structure,
			 log->places[i].id, &set, &storage, err)) == 0)
			rc = put_set(ex, log, &log->places[i].receipt, &set,
			    err);
		changeset_clear(&set);
		buf_free(&storage);
	}
	return rc;
}

static int put_log(struct exporting *ex, const struct log *log,
    struct err *err)
{
	struct buf path = BUF_INIT, lines = BUF_INIT;
	int rc;

	buf_printf(&path, AUDIT_LOGS "/%s", buf_text(&log->name));
	for (size_t i = 0; i < log->count; i++)
		audit_format_place(&lines, &log->places[i].receipt);
	rc = put_built(ex, &path, ".log", &lines, err);
	buf_free(&path);
	buf_free(&lines);
	return rc;
}

static int export_structure(struct exporting *ex, const char *structure,
    struct err *err)
{
	struct db *db = ex->office->db;
	struct log log = {.structure = structure};
	int rc;

	audit_signers_init(&log.signers, ex->office->server.pub);
	audit_format_name(&log.name, structure);
	if ((rc = buf_check(&log.name, err)) < 0 ||
	    (rc = ledger_log(db, structure, 0, take_place, &log, err)) < 0 ||
	    (rc = audit_sets_of_month(db, structure, &ex->month,
		 want_of_month, &log, err)) < 0 ||
	    log.of_month == 0)
		goto out;
	if ((rc = audit_sets_of_signers(db, structure, want, &log, err)) < 0 ||
	    (rc = put_wanted(ex, &log, err)) < 0 ||
	    (rc = put_log(ex, &log, err)) < 0)
		goto out;
	audit_signers_lines(&log.signers, &ex->signers);
	ex->structures++;
out:
	log_clear(&log);
	return rc;
}

static int note_structure(void *context, const char *structure,
    struct err *err)
{
	buf_add_text(context, structure);
	buf_add_char(context, '\n');
	return buf_check(context, err);
}

static int export_structures(struct exporting *ex, struct err *err)
{
	struct buf names = BUF_INIT;
	char *at, *save = NULL;
	int rc;

	rc = ledger_logs(ex->office->db, note_structure, &names, err);
	at = rc == 0 && names.len > 0 ? strtok_r(names.data, "\n", &save)
				      : NULL;
	for (; rc == 0 && at != NULL; at = strtok_r(NULL, "\n", &save))
		rc = export_structure(ex, at, err);
	buf_free(&names);
	if (rc == 0 && ex->structures == 0) {
		rc = err_set(err, E_NOT_FOUND,
		    L("rien à exporter : aucun jeu reçu ne parle d'heures, de "
		      "compétences ni d'émargements du mois %s ; vérifiez le "
		      "mois",
			"nothing to export: no set received is about hours, "
			"skills or sign-offs of month %s; check the month"),
		    ex->month.month);
	}
	return rc;
}

/* ---- what is common to all of them ---- */

static int put_common(struct exporting *ex, struct err *err)
{
	const uint8_t *server = ex->office->server.pub;
	struct buf signers = BUF_INIT, readme = BUF_INIT;
	int rc;

	audit_readme(&readme, ex->month.month, server);
	if ((rc = buf_check(&readme, err)) < 0 ||
	    (rc = buf_check(&ex->absent, err)) < 0 ||
	    (rc = buf_check(&ex->signers, err)) < 0 ||
	    (rc = audit_signers_file(&signers, server, &ex->signers, err)) <
		0 ||
	    (rc = put(ex, AUDIT_SIGNERS, buf_bytes(&signers), err)) < 0 ||
	    (rc = put(ex, AUDIT_ABSENT, buf_bytes(&ex->absent), err)) < 0)
		goto out;
	rc = put(ex, AUDIT_README, buf_bytes(&readme), err);
out:
	buf_free(&signers);
	buf_free(&readme);
	return rc;
}

static int put_sums(struct exporting *ex, struct err *err)
{
	struct buf sums = BUF_INIT, armor = BUF_INIT;
	uint8_t sig[SIG_LEN];
	int rc;

	audit_tree_sort(&ex->tree);
	audit_tree_sums(&ex->tree, &sums);
	if ((rc = buf_check(&sums, err)) < 0 ||
	    (rc = sshsig_sign(sig, &ex->office->server, SSHSIG_EXPORT,
		 sums.data, sums.len, err)) < 0)
		goto out;
	sshsig_armor(&armor, ex->office->server.pub, sig, SSHSIG_EXPORT);
	if ((rc = buf_check(&armor, err)) == 0 &&
	    (rc = write_file(ex, AUDIT_SUMS, buf_bytes(&sums), err)) == 0)
		rc = write_file(ex, AUDIT_SUMS_SIG, buf_bytes(&armor), err);
out:
	buf_free(&sums);
	buf_free(&armor);
	return rc;
}

static void summarise(const struct exporting *ex, struct buf *out)
{
	struct buf key = BUF_INIT;

	audit_format_fingerprint(&key, ex->office->server.pub);
	buf_printf(out,
	    L("Mois %s : %zu structure(s), %zu jeu(x), %zu écriture(s), %zu "
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
static int build(struct exporting *ex, const char *out, struct err *err)
{
	int rc;

	if ((rc = export_structures(ex, err)) < 0 ||
	    (rc = put_common(ex, err)) < 0 || (rc = put_sums(ex, err)) < 0)
		return rc;
	if (rename(ex->root, out) < 0) {
		if (errno == ENOTEMPTY || errno == EEXIST)
			return refuse_existing(out, err);
		return err_errno(err, E_IO, "%s", out);
	}
	return 0;
}

static int build_aside(struct exporting *ex, const char *out,
    struct err *err)
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
	if ((rc = build(ex, out, err)) < 0)
		audit_tree_remove(root.data);
out:
	buf_free(&root);
	return rc;
}

/* One view of the log, whoever writes meanwhile. */
static int with_view(struct exporting *ex, const char *out, struct err *err)
{
	struct db *db = ex->office->db;
	bool outer = db_in_transaction(db);
	int rc;

	if (!outer && (rc = db_begin(db, err)) < 0)
		return rc;
	rc = build_aside(ex, out, err);
	if (!outer)
		db_rollback(db);
	return rc;
}

int audit_export(struct office *office, const char *month, const char *out,
    struct buf *summary, struct err *err)
{
	char first[DATE_TEXT], last[DATE_TEXT];
	struct exporting ex = {.office = office};
	struct date day;
	int rc;

	if ((rc = date_parse_month(month, first, last, err)) < 0 ||
	    (rc = refuse_existing(out, err)) < 0 ||
	    (rc = date_parse(&day, first, err)) < 0)
		return rc;
	ex.month = (struct audit_sets_month){month, first, last, 0, 0};
	ex.month.from_s = date_days(&day) * 86400;
	if ((rc = date_parse(&day, last, err)) < 0)
		return rc;
	ex.month.until_s = date_days(&day) * 86400 + 86399;
	if ((rc = with_view(&ex, out, err)) == 0) {
		summarise(&ex, summary);
		rc = buf_check(summary, err);
	}
	audit_tree_clear(&ex.tree);
	buf_free(&ex.signers);
	buf_free(&ex.absent);
	return rc;
}
