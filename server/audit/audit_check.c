#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "server/audit/audit_check.h"
#include "server/audit/audit_format.h"
#include "server/audit/audit_signers.h"
#include "shared/lang.h"
#include "shared/progress.h"
#include "shared/sshsig.h"

/* A set seen in this log, for what holds between the sets of a session. */
struct seen {
	char device[DEVICE_TEXT];
	char session[DEVICE_TEXT];
	int64_t seq;
	int64_t n;
	struct hash prev;
	struct hash manifest;
};

struct log {
	struct audit_check *check;
	const char *path; /* "log/<name>.log" */
	char structure[TEXT_ID_MAX + 1];
	char name[3 * TEXT_ID_MAX + 1]; /* as in paths */
	struct receipt *places;         /* owned; place n is at n - 1 */
	size_t count;
	struct seen *sets; /* owned; as many as places */
	size_t set_count;
	struct audit_signers signers;
};

/* ---- the chain ---- */

static int read_places(struct log *log, const struct buf *text, struct err *err)
{
	const char *at = text->data, *end;
	size_t lines = 0, left = text->len;

	for (size_t i = 0; i < text->len; i++)
		lines += text->data[i] == '\n';
	log->places = calloc(lines + 1, sizeof(*log->places));
	log->sets = calloc(lines + 1, sizeof(*log->sets));
	if (log->places == NULL || log->sets == NULL)
		return err_nomem(err);
	while (left > 0 && (end = memchr(at, '\n', left)) != NULL) {
		int rc = audit_format_place_parse(
		    &log->places[log->count], at, (size_t)(end - at), NULL);

		if (rc == E_NOMEM)
			return err_nomem(err);
		if (rc < 0)
			break;
		strcpy(log->places[log->count++].structure, log->structure);
		left -= (size_t)(end - at) + 1;
		at = end + 1;
	}
	if (left > 0 || log->count == 0) {
		audit_check_fault(log->check, log->path,
		    L("ligne %zu illisible : rien n'est vérifié à partir "
		      "d'elle",
			"line %zu is unreadable: nothing is checked from it "
			"on"),
		    log->count + 1);
	}
	return 0;
}

static void check_chain(struct log *log)
{
	struct receipt before = {.epoch = 1, .time_s = INT64_MIN};
	struct hash head;

	log_first(&before.head, log->structure);
	for (size_t i = 0; i < log->count; i++) {
		const struct receipt *place = &log->places[i];

		log_next(&head, &before.head, place->time_s, &place->manifest);
		if (place->n != (int64_t)i + 1) {
			audit_check_fault(log->check, log->path,
			    L("ligne %zu : le numéro %" PRId64
			      " n'est pas à sa place",
				"line %zu: number %" PRId64 " is out of place"),
			    i + 1, place->n);
		}
		if (!hash_equal(&head, &place->head)) {
			audit_check_fault(log->check, log->path,
			    L("ligne %zu : la chaîne est rompue, cette ligne "
			      "ne suit pas la précédente",
				"line %zu: the chain is broken, this line "
				"does not follow from the one before"),
			    i + 1);
		}
		if (place->time_s < before.time_s ||
		    place->epoch < before.epoch) {
			audit_check_fault(log->check, log->path,
			    L("ligne %zu : l'heure ou l'époque recule",
				"line %zu: time or epoch goes back"),
			    i + 1);
		}
		before = *place;
	}
}

/* ---- receipts ---- */

/* The armoured signature in ${path} is ${pub}'s over ${signed_}. */
static int check_sig(struct audit_check *check, const char *path,
    const char *namespace, const uint8_t pub[KEY_LEN],
    const struct buf *content, uint8_t sig[SIG_LEN], struct err *err)
{
	struct buf armor = BUF_INIT;
	uint8_t signer[KEY_LEN];
	struct err why = ERR_INIT;
	bool there;
	int rc;

	if ((rc = audit_check_read(check, path, &armor, &there, err)) < 0 ||
	    !there)
		goto out;
	if (sshsig_dearmor(signer, sig, namespace, buf_text(&armor), armor.len,
		&why) == 0 &&
	    memcmp(signer, pub, KEY_LEN) != 0)
		(void)err_set(&why, E_SIGNATURE, "%s",
		    L("signé par une autre clé", "signed by another key"));
	else if (why.code == 0)
		(void)sshsig_verify(
		    pub, sig, namespace, content->data, content->len, &why);
	rc = audit_check_why(check, path, &why, err);
out:
	buf_free(&armor);
	return rc;
}

/* Whose receipt of that time the armoured signature in ${path} says to be:
 * of a key that was the server's then, else of the server's. */
static int find_receipt_key(struct audit_check *check, const char *path,
    int64_t time_s, const uint8_t **out, struct err *err)
{
	struct buf armor = BUF_INIT;
	uint8_t signer[KEY_LEN], sig[SIG_LEN];
	char device[DEVICE_TEXT];
	const struct succession *past = NULL;
	int rc = 0;

	*out = check->server;
	if (check->past.count == 0 || !audit_check_has(check, path))
		return 0;
	if ((rc = audit_check_read(check, path, &armor, NULL, err)) == 0 &&
	    sshsig_dearmor(signer, sig, SSHSIG_RECEIPT, buf_text(&armor),
		armor.len, NULL) == 0) {
		key_device(signer, device);
		past = succession_of(&check->past, device);
	}
	if (past != NULL && time_s <= past->at_s)
		*out = past->old;
	buf_free(&armor);
	return rc;
}

static int check_receipt(
    struct log *log, const struct receipt *place, struct err *err)
{
	struct buf path = BUF_INIT, text = BUF_INIT, wanted = BUF_INIT;
	const uint8_t *pub;
	uint8_t sig[SIG_LEN];
	bool there;
	int rc;

	audit_format_set(&path, AUDIT_RECEIPTS, log->name, place->n);
	buf_add_text(&path, ".receipt");
	receipt_text(&wanted, place);
	if ((rc = buf_check(&path, err)) < 0 ||
	    (rc = buf_check(&wanted, err)) < 0 ||
	    (rc = audit_check_read(log->check, path.data, &text, &there, err)) <
		0)
		goto out;
	if (there && (text.len != wanted.len ||
			 memcmp(text.data, wanted.data, text.len) != 0)) {
		audit_check_fault(log->check, path.data,
		    L("ne dit pas ce que dit le journal à sa place",
			"does not say what the log says at its place"));
	}
	buf_add_text(&path, ".sig");
	if ((rc = buf_check(&path, err)) == 0 &&
	    (rc = find_receipt_key(
		 log->check, path.data, place->time_s, &pub, err)) == 0)
		rc = check_sig(log->check, path.data, SSHSIG_RECEIPT, pub,
		    &wanted, sig, err);
out:
	buf_free(&path);
	buf_free(&text);
	buf_free(&wanted);
	return rc;
}

/* ---- sets ---- */

/* Who signed, and was it allowed to, at this place of the log? */
static int check_signer(struct log *log, const char *directory, bool revoked,
    const struct changeset *set, const struct buf *manifest, struct err *err)
{
	uint8_t pub[KEY_LEN], sig[SIG_LEN];
	enum audit_standing standing =
	    audit_signers_judge(&log->signers, set->header.device, pub);
	struct buf path = BUF_INIT;
	int rc;

	buf_printf(&path, "%s/manifest.sig", directory);
	if ((rc = buf_check(&path, err)) < 0)
		goto out;
	if (standing == AUDIT_UNKNOWN) {
		(void)audit_check_has(log->check, path.data);
		audit_check_fault(log->check, path.data,
		    L("le poste %s n'a jamais été enrôlé avant ce lot",
			"device %s was never enrolled before this set"),
		    set->header.device);
		goto out;
	}
	if ((standing == AUDIT_BARRED) != revoked) {
		audit_check_fault(log->check, path.data,
		    revoked ? L("le poste %s n'était pas révoqué : ce lot est "
				"parmi les refusés",
				  "device %s was not revoked: this set stands "
				  "among the refused")
			    : L("le poste %s était révoqué : ce lot est parmi "
				"les admis",
				  "device %s was revoked: this set stands "
				  "among the accepted"),
		    set->header.device);
	}
	rc = check_sig(
	    log->check, path.data, SSHSIG_CHANGESET, pub, manifest, sig, err);
out:
	buf_free(&path);
	return rc;
}

static int check_body(struct log *log, const char *path, int64_t n, size_t pos,
    struct set_entry *entry, struct buf *body, struct err *err)
{
	struct hash hash;
	int rc;

	if (!audit_check_has(log->check, path)) {
		audit_format_absent(
		    &log->check->absent, log->name, n, pos, &entry->hash);
		log->check->missing++;
		return 0;
	}
	if ((rc = audit_check_read(log->check, path, body, NULL, err)) < 0)
		return rc;
	hash_of(&hash, buf_text(body), body->len);
	if (!hash_equal(&hash, &entry->hash)) {
		audit_check_fault(log->check, path,
		    L("ce n'est pas l'écriture que le manifeste nomme",
			"this is not the entry that the manifest names"));
		return 0;
	}
	log->check->entries++;
	entry->body = (struct bytes){buf_text(body), body->len};
	return 0;
}

static int check_bodies(struct log *log, const char *directory, int64_t n,
    struct changeset *set, struct buf *bodies, struct err *err)
{
	struct buf path = BUF_INIT;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < set->count; i++) {
		buf_reset(&path);
		buf_printf(&path, "%s/e/%04zu", directory, i + 1);
		if ((rc = buf_check(&path, err)) == 0)
			rc = check_body(log, path.data, n, i + 1,
			    &set->entries[i], &bodies[i], err);
	}
	buf_free(&path);
	return rc;
}

/*
 * The author had verified the log up to ${seen}: it must still be the same.
 * After a restored backup (a later epoch) it may not be.
 */
static void check_witness(struct log *log, const char *path,
    const struct set_header *header, int64_t n)
{
	const struct log_point *seen = &header->seen;
	int64_t epoch = log->places[n - 1].epoch;
	struct hash head;

	if (seen->n > 0 && seen->n < n) {
		head = log->places[seen->n - 1].head;
		epoch = log->places[seen->n - 1].epoch;
	} else {
		log_first(&head, header->structure);
	}
	if (seen->epoch == epoch &&
	    (seen->n >= n || seen->n < 0 || !hash_equal(&head, &seen->head))) {
		audit_check_fault(log->check, path,
		    L("son auteur avait vu un autre journal à la place "
		      "%" PRId64,
			"its author had seen another log at place %" PRId64),
		    seen->n);
	}
}

/* A key that the server had replaced signs no set afterwards. */
static void check_past(struct log *log, const char *path,
    const struct set_header *header, const struct receipt *place)
{
	const struct succession *past =
	    succession_of(&log->check->past, header->device);

	if (past != NULL && place->time_s > past->at_s)
		audit_check_fault(log->check, path,
		    L("signé par une clé que le serveur avait déjà remplacée",
			"signed by a key that the server had replaced "
			"already"));
}

static void note_set(struct log *log, const struct set_header *header,
    const struct receipt *place)
{
	struct seen *seen = &log->sets[log->set_count++];

	memcpy(seen->device, header->device, sizeof(seen->device));
	memcpy(seen->session, header->session, sizeof(seen->session));
	seen->seq = header->seq;
	seen->n = place->n;
	seen->prev = header->prev;
	seen->manifest = place->manifest;
}

/* A readable manifest: everything that it promises. */
static int check_content(struct log *log, const char *directory, bool revoked,
    const struct receipt *place, struct changeset *set,
    const struct buf *manifest, struct err *err)
{
	struct buf *bodies = calloc(set->count, sizeof(*bodies));
	struct buf path = BUF_INIT;
	struct hash hash;
	int rc;

	if (bodies == NULL)
		return err_nomem(err);
	buf_printf(&path, "%s/manifest", directory);
	if ((rc = buf_check(&path, err)) < 0)
		goto out;
	hash_of(&hash, manifest->data, manifest->len);
	if (!hash_equal(&hash, &place->manifest) ||
	    strcmp(set->header.structure, log->structure) != 0) {
		audit_check_fault(log->check, path.data,
		    L("ce n'est pas le lot que le journal a à cette place",
			"this is not the set that the log has at this "
			"place"));
	}
	check_past(log, path.data, &set->header, place);
	check_witness(log, path.data, &set->header, place->n);
	note_set(log, &set->header, place);
	if ((rc = check_signer(log, directory, revoked, set, manifest, err)) <
		0 ||
	    (rc = check_bodies(log, directory, place->n, set, bodies, err)) < 0)
		goto out;
	log->check->sets++;
	rc = audit_signers_take(&log->signers, set, place->time_s, err);
out:
	for (size_t i = 0; i < set->count; i++)
		buf_free(&bodies[i]);
	free(bodies);
	buf_free(&path);
	return rc;
}

/* One place of the log: is its set here, among the sets or the refused? */
static int check_place(
    struct log *log, const struct receipt *place, bool revoked, struct err *err)
{
	struct buf directory = BUF_INIT, path = BUF_INIT, manifest = BUF_INIT;
	struct changeset set = {0};
	struct err why = ERR_INIT;
	int rc;

	audit_format_set(&directory, revoked ? AUDIT_REVOKED : AUDIT_SETS,
	    log->name, place->n);
	buf_printf(&path, "%s/manifest", buf_text(&directory));
	if ((rc = buf_check(&directory, err)) < 0 ||
	    (rc = buf_check(&path, err)) < 0 ||
	    !audit_check_has(log->check, path.data))
		goto out;
	if ((rc = audit_check_read(
		 log->check, path.data, &manifest, NULL, err)) < 0)
		goto out;
	if (audit_format_manifest(
		&set, buf_text(&manifest), manifest.len, &why) < 0)
		rc = audit_check_why(log->check, path.data, &why, err);
	else
		rc = check_content(
		    log, directory.data, revoked, place, &set, &manifest, err);
	if (rc == 0)
		rc = check_receipt(log, place, err);
out:
	changeset_clear(&set);
	buf_free(&directory);
	buf_free(&path);
	buf_free(&manifest);
	return rc;
}

/* ---- sessions ---- */

static int compare_seen(const void *a, const void *b)
{
	const struct seen *one = a, *other = b;
	int order = strcmp(one->device, other->device);

	if (order == 0)
		order = strcmp(one->session, other->session);
	if (order == 0)
		order = (one->seq > other->seq) - (one->seq < other->seq);
	if (order == 0)
		order = (one->n > other->n) - (one->n < other->n);
	return order;
}

/* Sets that follow one another in their session say so. */
static void check_sessions(struct log *log)
{
	if (log->set_count > 0)
		qsort(log->sets, log->set_count, sizeof(*log->sets),
		    compare_seen);
	for (size_t i = 1; i < log->set_count; i++) {
		const struct seen *before = &log->sets[i - 1];
		const struct seen *now = &log->sets[i];

		if (strcmp(before->device, now->device) != 0 ||
		    strcmp(before->session, now->session) != 0)
			continue;
		if (now->seq == before->seq ||
		    (now->seq == before->seq + 1 &&
			!hash_equal(&now->prev, &before->manifest))) {
			audit_check_fault(log->check, log->path,
			    L("le lot %" PRId64 " ne suit pas le lot %" PRId64
			      " de la même session",
				"set %" PRId64 " does not follow set %" PRId64
				" of the same session"),
			    now->n, before->n);
		}
	}
}

/* ---- one log ---- */

static int check_places(struct log *log, struct err *err)
{
	static const struct progress_work verifying = {"verify", "sets",
	    "Vérification", "Verifying", "la même commande recommence",
	    "the same command begins anew"};
	int rc = 0;

	progress_begin(&verifying, (int64_t)log->count);
	for (size_t i = 0; rc == 0 && i < log->count; i++) {
		struct receipt place = log->places[i];

		place.n = (int64_t)i + 1;
		if ((rc = check_place(log, &place, false, err)) == 0)
			rc = check_place(log, &place, true, err);
		if (rc == 0)
			rc = progress_step(place.n, err);
	}
	progress_end();
	check_sessions(log);
	return rc;
}

static bool read_name(struct log *log)
{
	size_t len = strlen(log->path), extra = strlen(AUDIT_LOGS "/.log");

	if (len <= extra || len - extra >= sizeof(log->name))
		return false;
	memcpy(log->name, log->path + strlen(AUDIT_LOGS "/"), len - extra);
	log->name[len - extra] = '\0';
	return audit_format_structure(
		   log->structure, log->name, len - extra, NULL) == 0;
}

int audit_check_log(
    struct audit_check *check, const char *path, struct err *err)
{
	struct log log = {.check = check, .path = path};
	struct buf text = BUF_INIT;
	bool there;
	int rc = 0;

	audit_signers_init(&log.signers, check->server, &check->past);
	/* A file of any other name has no place in the format. */
	if (!read_name(&log))
		goto out;
	if ((rc = audit_check_read(check, path, &text, &there, err)) < 0 ||
	    !there)
		goto out;
	if ((rc = read_places(&log, &text, err)) < 0)
		goto out;
	check_chain(&log);
	rc = check_places(&log, err);
	audit_signers_lines(&log.signers, &check->signers);
out:
	free(log.places);
	free(log.sets);
	audit_signers_clear(&log.signers);
	buf_free(&text);
	return rc;
}
