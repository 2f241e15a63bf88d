#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "server/audit/audit_check.h"
#include "server/audit/audit_format.h"
#include "server/audit/audit_signers.h"
#include "server/audit/audit_verify.h"
#include "shared/lang.h"
#include "shared/sshsig.h"
#include "shared/text.h"

/* ---- what the checks share (audit_check.h) ---- */

/* Names of an export are plain; foreign ones may hide anything. */
static void add_path(struct buf *out, const char *path)
{
	size_t plain = strspn(path,
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	    "._-%/");

	if (path[plain] == '\0')
		buf_add_text(out, path);
	else
		text_quote(out, path);
}

void audit_check_fault(
    struct audit_check *check, const char *path, const char *format, ...)
{
	char text[ERR_TEXT_MAX];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	add_path(check->report, path);
	buf_printf(check->report, "%s%s\n", L(" : ", ": "), text);
	check->faults++;
}

int audit_check_why(struct audit_check *check, const char *path,
    const struct err *why, struct err *err)
{
	if (why->code == E_NOMEM)
		return err_nomem(err);
	if (why->code != 0)
		audit_check_fault(check, path, "%s", why->text);
	return 0;
}

bool audit_check_has(struct audit_check *check, const char *path)
{
	struct audit_file *file = audit_tree_find(&check->tree, path);

	if (file == NULL)
		return false;
	file->known = true;
	return !file->odd;
}

int audit_check_read(struct audit_check *check, const char *path,
    struct buf *out, bool *there, struct err *err)
{
	bool has = audit_check_has(check, path);
	struct err why = ERR_INIT;
	int rc = 0;

	buf_reset(out);
	if (!has) {
		audit_check_fault(check, path,
		    L("ce fichier manque", "this file is missing"));
	} else if ((rc = audit_tree_read(out, check->root, path, &why)) < 0) {
		has = false;
		buf_reset(out);
		rc = audit_check_why(check, path, &why, err);
	}
	if (there != NULL)
		*there = has;
	return rc;
}

/* ---- the sums ---- */

/* A line of SHA256SUMS, cut in place; NULL when it is not spelt as ours. */
static char *sum_path(char *line, struct hash *hash)
{
	size_t digits = HASH_TEXT - 1;
	char hex[HASH_TEXT];

	if (strlen(line) < digits + 3 || line[digits] != ' ' ||
	    line[digits + 1] != ' ')
		return NULL;
	memcpy(hex, line, digits);
	hex[digits] = '\0';
	return hash_parse(hash, hex, NULL) < 0 ? NULL : line + digits + 2;
}

static int check_sum(struct audit_check *check, const char *path,
    const struct hash *wanted, struct err *err)
{
	struct audit_file *file = audit_tree_find(&check->tree, path);
	struct buf content = BUF_INIT;
	struct err why = ERR_INIT;
	struct hash hash;
	int rc = 0;

	if (file == NULL) {
		audit_check_fault(check, path,
		    L("ce fichier manque", "this file is missing"));
		return 0;
	}
	if (file->listed)
		audit_check_fault(check, AUDIT_SUMS,
		    L("nomme deux fois un fichier", "names a file twice"));
	file->listed = true;
	/* An odd file is a fault of its own. */
	if (file->odd)
		return 0;
	if (audit_tree_read(&content, check->root, path, &why) < 0) {
		rc = audit_check_why(check, path, &why, err);
		goto out;
	}
	hash_of(&hash, buf_text(&content), content.len);
	if (!hash_equal(&hash, wanted)) {
		audit_check_fault(check, path,
		    L("altéré : ce ne sont pas les octets dont " AUDIT_SUMS
		      " donne la somme",
			"altered: these are not the bytes whose sum is "
			"in " AUDIT_SUMS));
	}
out:
	buf_free(&content);
	return rc;
}

static int check_sums(
    struct audit_check *check, struct buf *sums, struct err *err)
{
	char *line = sums->data, *end, *path, *before = NULL;
	size_t left = sums->len, number = 1;
	struct hash hash;
	int rc = 0;

	for (; rc == 0 && left > 0; number++) {
		end = memchr(line, '\n', left);
		if (end != NULL)
			*end = '\0';
		if (end == NULL || memchr(line, '\0', (size_t)(end - line)) ||
		    (path = sum_path(line, &hash)) == NULL ||
		    (before != NULL && strcmp(before, path) >= 0)) {
			audit_check_fault(check, AUDIT_SUMS,
			    L("ligne %zu mal formée ou mal rangée",
				"line %zu is malformed or out of order"),
			    number);
			path = NULL;
		}
		if (path != NULL) {
			rc = check_sum(check, path, &hash, err);
			before = path;
		}
		if (end == NULL)
			break;
		left -= (size_t)(end - line) + 1;
		line = end + 1;
	}
	return rc;
}

/* Signature first, then each sum, then what nobody has signed. */
static int check_list(struct audit_check *check, struct err *err)
{
	struct buf sums = BUF_INIT, armor = BUF_INIT;
	uint8_t signer[KEY_LEN], sig[SIG_LEN];
	struct err why = ERR_INIT;
	bool there, armored;
	int rc;

	if ((rc = audit_check_read(check, AUDIT_SUMS, &sums, &there, err)) <
		0 ||
	    (rc = audit_check_read(
		 check, AUDIT_SUMS_SIG, &armor, &armored, err)) < 0)
		goto out;
	if (armored && sshsig_dearmor(signer, sig, SSHSIG_EXPORT,
			   buf_text(&armor), armor.len, &why) < 0) {
		rc = audit_check_why(check, AUDIT_SUMS_SIG, &why, err);
	} else if (armored && memcmp(signer, check->server, KEY_LEN) != 0) {
		audit_check_fault(check, AUDIT_SUMS_SIG,
		    L("signé par une autre clé que celle du serveur",
			"signed by another key than the server's"));
	} else if (armored && there &&
		   sshsig_verify(check->server, sig, SSHSIG_EXPORT, sums.data,
		       sums.len, &why) < 0) {
		/* One of the two was altered; who knows which? */
		rc = audit_check_why(check, AUDIT_SUMS, &why, err);
		audit_check_fault(check, AUDIT_SUMS_SIG, "%s", why.text);
	}
	if (rc == 0)
		rc = check_sums(check, &sums, err);
out:
	buf_free(&sums);
	buf_free(&armor);
	return rc;
}

/* ---- who signs ---- */

static int read_server(
    struct audit_check *check, const char *fingerprint, struct err *err)
{
	struct buf text = BUF_INIT, own = BUF_INIT;
	struct err why = ERR_INIT;
	bool there;
	int rc;

	if ((rc = audit_check_read(check, AUDIT_SIGNERS, &text, &there, err)) <
		0 ||
	    !there)
		goto out;
	if (audit_signers_server(check->server, buf_text(&text), &why) < 0) {
		rc = audit_check_why(check, AUDIT_SIGNERS, &why, err);
		goto out;
	}
	audit_format_fingerprint(&own, check->server);
	if ((rc = buf_check(&own, err)) < 0)
		goto out;
	if (fingerprint != NULL && strcmp(fingerprint, own.data) != 0) {
		audit_check_fault(check, AUDIT_SIGNERS,
		    L("l'empreinte du serveur est %s, et non celle que vous "
		      "donnez : cet export ne vient pas de ce serveur",
			"the server's fingerprint is %s, not the one you "
			"give: this export is not from that server"),
		    own.data);
	}
out:
	buf_free(&text);
	buf_free(&own);
	return rc;
}

/* The keys that the server had before, when the export tells of any. */
static int read_past(struct audit_check *check, struct err *err)
{
	struct buf text = BUF_INIT;
	struct err why = ERR_INIT;
	int rc;

	if (!audit_check_has(check, AUDIT_SUCCESSION))
		return 0;
	if ((rc = audit_check_read(check, AUDIT_SUCCESSION, &text, NULL, err)) <
	    0)
		goto out;
	if (text.len == 0)
		(void)err_set(
		    &why, E_INVALID, "%s", L("fichier vide", "empty file"));
	else if (succession_read(
		     &check->past, buf_text(&text), text.len, &why) == 0)
		(void)succession_verify(&check->past, check->server, &why);
	rc = audit_check_why(check, AUDIT_SUCCESSION, &why, err);
	if (why.code != 0)
		check->past.count = 0;
out:
	buf_free(&text);
	return rc;
}

/* ${path} must be exactly ${wanted}, which follows from the sets. */
static int check_derived(struct audit_check *check, const char *path,
    const struct buf *wanted, struct err *err)
{
	struct buf text = BUF_INIT;
	bool there;
	int rc;

	if ((rc = buf_check(wanted, err)) < 0 ||
	    (rc = audit_check_read(check, path, &text, &there, err)) < 0)
		goto out;
	if (there && (text.len != wanted->len ||
			 (text.len > 0 &&
			     memcmp(text.data, wanted->data, text.len) != 0))) {
		audit_check_fault(check, path,
		    L("ne dit pas ce qui suit des lots",
			"does not say what follows from the sets"));
	}
out:
	buf_free(&text);
	return rc;
}

static int check_logs(struct audit_check *check, struct err *err)
{
	static const char top[] = AUDIT_LOGS "/";
	size_t logs = 0;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < check->tree.count; i++) {
		const char *path = check->tree.files[i].path;
		size_t len = strlen(path);

		if (strncmp(path, top, sizeof(top) - 1) != 0 || len < 4 ||
		    strcmp(path + len - 4, ".log") != 0)
			continue;
		logs++;
		rc = audit_check_log(check, path, err);
	}
	if (rc == 0 && (logs == 0 || check->sets == 0)) {
		audit_check_fault(check, AUDIT_LOGS,
		    L("aucun journal avec un lot : cet export est vide",
			"no log with a set: this export is empty"));
	}
	return rc;
}

/* ---- the whole ---- */

static void check_strangers(struct audit_check *check)
{
	for (size_t i = 0; i < check->tree.count; i++) {
		const struct audit_file *file = &check->tree.files[i];
		bool sums = strcmp(file->path, AUDIT_SUMS) == 0 ||
		            strcmp(file->path, AUDIT_SUMS_SIG) == 0;

		if (file->odd) {
			audit_check_fault(check, file->path,
			    L("ni fichier ordinaire ni dossier : n'est pas lu",
				"neither a plain file nor a directory: it is "
				"not read"));
		}
		if (file->listed == sums) {
			audit_check_fault(check, file->path,
			    sums ? L(AUDIT_SUMS " se nomme lui-même",
				       AUDIT_SUMS " names itself")
				 : L("en trop : " AUDIT_SUMS " ne le nomme pas",
				       "too many: " AUDIT_SUMS
				       " does not name it"));
		} else if (!file->known) {
			audit_check_fault(check, file->path,
			    L("n'a pas de place dans un export",
				"has no place in an export"));
		}
	}
}

static int check_all(
    struct audit_check *check, const char *fingerprint, struct err *err)
{
	struct buf signers = BUF_INIT;
	int rc;

	if ((rc = audit_tree_scan(&check->tree, check->root, err)) < 0 ||
	    (rc = read_server(check, fingerprint, err)) < 0 ||
	    (rc = read_past(check, err)) < 0 ||
	    (rc = check_list(check, err)) < 0 ||
	    (rc = check_logs(check, err)) < 0 ||
	    (rc = buf_check(&check->signers, err)) < 0 ||
	    (rc = audit_signers_file(&signers, check->server, &check->past,
		 &check->signers, err)) < 0 ||
	    (rc = check_derived(check, AUDIT_SIGNERS, &signers, err)) < 0 ||
	    (rc = check_derived(check, AUDIT_ABSENT, &check->absent, err)) < 0)
		goto out;
	if (!audit_check_has(check, AUDIT_README))
		audit_check_fault(check, AUDIT_README,
		    L("ce fichier manque", "this file is missing"));
	check_strangers(check);
out:
	buf_free(&signers);
	return rc;
}

static void summarise(struct audit_check *check, const char *fingerprint)
{
	struct buf key = BUF_INIT;

	audit_format_fingerprint(&key, check->server);
	buf_printf(check->report,
	    L("Conforme : %zu lot(s), %zu écriture(s), %zu absente(s).\n",
		"Verified: %zu set(s), %zu entries, %zu absent.\n"),
	    check->sets, check->entries, check->missing);
	buf_printf(check->report,
	    fingerprint != NULL
		? L("Signé par le serveur %s, celui que vous donnez.\n",
		      "Signed by the server %s, the one you give.\n")
		: L("Signé par le serveur %s : comparez cette empreinte avec "
		    "celle des feuilles imprimées.\n",
		      "Signed by the server %s: compare this fingerprint "
		      "with the one on the printed sheets.\n"),
	    buf_text(&key));
	check->report->failed = check->report->failed || key.failed;
	buf_free(&key);
}

int audit_verify(const char *directory, const char *fingerprint,
    struct buf *report, struct err *err)
{
	struct audit_check check = {.root = directory, .report = report};
	int rc = check_all(&check, fingerprint, err);

	if (rc == 0 && check.faults == 0)
		summarise(&check, fingerprint);
	if (rc == 0)
		rc = buf_check(report, err);
	if (rc == 0 && check.faults > 0) {
		rc = err_set(err, E_SIGNATURE,
		    L("%s : %zu faute(s) ; cet export n'est pas celui que le "
		      "serveur a signé, ou son journal a été changé",
			"%s: %zu fault(s); this export is not the one the "
			"server signed, or its log was changed"),
		    directory, check.faults);
	}
	audit_tree_clear(&check.tree);
	buf_free(&check.signers);
	buf_free(&check.absent);
	return rc;
}
