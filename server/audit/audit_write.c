#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/audit/audit_format.h"
#include "server/audit/audit_signers.h"
#include "server/audit/audit_write.h"
#include "server/audit/audit_zip.h"
#include "shared/lang.h"
#include "shared/ledger_set.h"
#include "shared/sshsig.h"

#define FILE_MODE 0600 /* names of people are in there */

/* ---- files ---- */

/* The directories of ${path}, in place: what fails is seen at the file. */
static void make_parents(char *path)
{
	for (char *at = strchr(path + 1, '/'); at != NULL;
	     at = strchr(at + 1, '/')) {
		*at = '\0';
		(void)mkdir(path, 0700);
		*at = '/';
	}
}

static int write_passing(char *path, struct bytes bytes, struct err *err)
{
	const int flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC;
	int fd = open(path, flags, FILE_MODE), rc = 0;
	const char *at = bytes.data;
	size_t left = bytes.len;

	if (fd < 0 && errno == ENOENT) {
		make_parents(path);
		fd = open(path, flags, FILE_MODE);
	}
	if (fd < 0)
		return err_errno(err, E_IO, "%s", path);
	while (rc == 0 && left > 0) {
		ssize_t put = write(fd, at, left);

		if (put < 0 && errno != EINTR)
			rc = err_errno(err, E_IO, "%s", path);
		if (put > 0) {
			at += put;
			left -= (size_t)put;
		}
	}
	(void)close(fd);
	return rc;
}

/* May it take so much more of the disk? */
static int take_room(struct audit_write *ex, size_t len, struct err *err)
{
	ex->taken += (len / AUDIT_BLOCK + 1) * AUDIT_BLOCK;
	if (!ex->passing || ex->taken <= AUDIT_PASSING_MAX)
		return 0;
	return audit_zip_too_large(err);
}

int audit_write_unlisted(const struct audit_write *ex, const char *path,
    struct bytes bytes, struct err *err)
{
	struct buf full = BUF_INIT;
	char *slash;
	int rc;

	buf_printf(&full, "%s/%s", ex->root, path);
	if ((rc = buf_check(&full, err)) < 0)
		goto out;
	if (ex->passing) {
		rc = write_passing(full.data, bytes, err);
		goto out;
	}
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

int audit_write_file(struct audit_write *ex, const char *path,
    struct bytes bytes, struct err *err)
{
	struct hash hash;
	int rc;

	if (bytes.len > AUDIT_FILE_MAX) {
		return err_set(err, E_LIMIT,
		    L("%s : plus de %zu octets", "%s: over %zu bytes"), path,
		    AUDIT_FILE_MAX);
	}
	hash_of(&hash, bytes.data, bytes.len);
	if ((rc = take_room(ex, bytes.len, err)) < 0 ||
	    (rc = audit_write_unlisted(ex, path, bytes, err)) < 0)
		return rc;
	return audit_tree_add(&ex->tree, path, &hash, err);
}

/* The same for "<path><suffix>", when all of it could be built. */
static int put_built(struct audit_write *ex, const struct buf *path,
    const char *suffix, const struct buf *content, struct err *err)
{
	struct buf whole = BUF_INIT;
	int rc;

	buf_printf(&whole, "%s%s", buf_text(path), suffix);
	if ((rc = buf_check(path, err)) == 0 &&
	    (rc = buf_check(content, err)) == 0 &&
	    (rc = buf_check(&whole, err)) == 0)
		rc = audit_write_file(ex, whole.data, buf_bytes(content), err);
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
	struct buf name;      /* as in paths */
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

static int take_place(void *context, const struct set_row *row, struct err *err)
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
	text_copy(place->receipt.structure, sizeof(place->receipt.structure),
	    log->structure);
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
	                          : bsearch(&n, log->places, log->count,
					sizeof(*log->places), compare_place);

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

static int put_receipt(struct audit_write *ex, const struct log *log,
    const struct receipt *receipt, struct err *err)
{
	struct buf path = BUF_INIT, text = BUF_INIT, sig = BUF_INIT;
	const uint8_t *signer;
	int rc;

	rc = succession_receipt(
	    &ex->past, receipt, ex->office->server.pub, &signer, err);
	if (rc < 0 && rc != E_SIGNATURE)
		return rc;
	/* A damaged one is exported as it is, for whoever verifies. */
	if (rc == E_SIGNATURE)
		signer = ex->office->server.pub;
	audit_format_set(
	    &path, AUDIT_RECEIPTS, buf_text(&log->name), receipt->n);
	receipt_text(&text, receipt);
	sshsig_armor(&sig, signer, receipt->sig, SSHSIG_RECEIPT);
	if ((rc = put_built(ex, &path, ".receipt", &text, err)) == 0)
		rc = put_built(ex, &path, ".receipt.sig", &sig, err);
	buf_free(&path);
	buf_free(&text);
	buf_free(&sig);
	return rc;
}

static int put_bodies(struct audit_write *ex, const struct log *log,
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
			rc = audit_write_file(ex, path.data, entry->body, err);
		ex->entries++;
	}
	buf_free(&path);
	return rc;
}

static int put_set(struct audit_write *ex, struct log *log,
    const struct receipt *receipt, const struct changeset *set, struct err *err)
{
	struct buf path = BUF_INIT, manifest = BUF_INIT, sig = BUF_INIT;
	uint8_t pub[KEY_LEN] = {0};
	enum audit_standing standing =
	    audit_signers_judge(&log->signers, set->header.device, pub);
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

static int put_wanted(struct audit_write *ex, struct log *log, struct err *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < log->count; i++) {
		struct changeset set = {0};
		struct buf storage = BUF_INIT;

		if (!log->places[i].wanted)
			continue;
		if ((rc = ledger_set_load(ex->office->db, log->structure,
			 log->places[i].id, &set, &storage, err)) == 0)
			rc = put_set(
			    ex, log, &log->places[i].receipt, &set, err);
		changeset_clear(&set);
		buf_free(&storage);
	}
	return rc;
}

static int put_log(
    struct audit_write *ex, const struct log *log, struct err *err)
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

int audit_write_structure(
    struct audit_write *ex, const char *structure, struct err *err)
{
	struct db *db = ex->office->db;
	struct log log = {.structure = structure};
	int rc;

	audit_signers_init(&log.signers, ex->office->server.pub, &ex->past);
	audit_format_name(&log.name, structure);
	if ((rc = buf_check(&log.name, err)) < 0 ||
	    (rc = ledger_log(db, structure, 0, take_place, &log, err)) < 0 ||
	    (rc = audit_sets_of_month(
		 db, structure, &ex->month, want_of_month, &log, err)) < 0 ||
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
