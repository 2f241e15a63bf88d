#include <stdlib.h>
#include <string.h>

#include "server/audit/audit_signers.h"
#include "shared/date.h"
#include "shared/enc.h"
#include "shared/entry.h"
#include "shared/lang.h"
#include "shared/ledger_device.h"
#include "shared/sshsig.h"

#define SERVER_LINE                                                            \
	"server namespaces=\"" SSHSIG_RECEIPT "," SSHSIG_EXPORT                \
	"," SSHSIG_CHANGESET "," SSHSIG_CERTIFICATE "\" "
#define PAST_LINE                                                              \
	"server namespaces=\"" SSHSIG_RECEIPT "," SSHSIG_CHANGESET             \
	"," SSHSIG_CERTIFICATE "\""
#define DEVICE_LINE " namespaces=\"" SSHSIG_CHANGESET "\""
#define KEY_BLOB    (4 + 11 + 4 + KEY_LEN) /* "ssh-ed25519" and the key */

void audit_signers_init(struct audit_signers *out,
    const uint8_t server[KEY_LEN], const struct successions *past)
{
	memset(out, 0, sizeof(*out));
	memcpy(out->server, server, KEY_LEN);
	out->past = past;
	key_device(server, out->server_device);
}

void audit_signers_clear(struct audit_signers *signers)
{
	free(signers->rows);
	signers->rows = NULL;
	signers->count = signers->room = 0;
}

/* The row that tells how ${device} stands now. */
static struct audit_signer *current(
    const struct audit_signers *signers, const char *device)
{
	for (size_t i = signers->count; i > 0; i--) {
		if (strcmp(signers->rows[i - 1].device, device) == 0)
			return &signers->rows[i - 1];
	}
	return NULL;
}

enum audit_standing audit_signers_judge(
    struct audit_signers *signers, const char *device, uint8_t pub[KEY_LEN])
{
	const struct succession *past = succession_of(signers->past, device);
	struct audit_signer *row;

	if (strcmp(device, signers->server_device) == 0) {
		memcpy(pub, signers->server, KEY_LEN);
		return AUDIT_ALLOWED;
	}
	if (past != NULL) {
		memcpy(pub, past->old, KEY_LEN);
		return AUDIT_ALLOWED;
	}
	if ((row = current(signers, device)) == NULL)
		return AUDIT_UNKNOWN;
	for (size_t i = 0; i < signers->count; i++) {
		if (strcmp(signers->rows[i].device, device) == 0)
			signers->rows[i].used = true;
	}
	memcpy(pub, row->pub, KEY_LEN);
	return row->closed ? AUDIT_BARRED : AUDIT_ALLOWED;
}

static struct audit_signer *add_row(struct audit_signers *signers)
{
	if (signers->count == signers->room) {
		size_t room = signers->room == 0 ? 8 : 2 * signers->room;
		struct audit_signer *rows =
		    realloc(signers->rows, room * sizeof(*rows));

		if (rows == NULL)
			return NULL;
		signers->rows = rows;
		signers->room = room;
	}
	memset(&signers->rows[signers->count], 0, sizeof(*signers->rows));
	return &signers->rows[signers->count++];
}

/* Enrolled or revoked has just changed: close or open a stretch of time. */
static int settle(struct audit_signers *signers, struct audit_signer *row,
    int64_t time_s, struct err *err)
{
	bool allowed = row->enrolled && !row->revoked;
	struct audit_signer copy = *row;

	if (!allowed && !row->closed) {
		row->closed = true;
		row->until_s = time_s;
	} else if (allowed && row->closed) {
		if ((row = add_row(signers)) == NULL)
			return err_nomem(err);
		*row = copy;
		row->closed = false;
		row->from_s = time_s;
	}
	return 0;
}

static int enrol(struct audit_signers *signers, const char *device,
    const json_t *value, int64_t time_s, struct err *err)
{
	struct audit_signer *row = current(signers, device);
	bool office = strcmp(json_text(value, "role"), ROLE_OFFICE) == 0;
	char own[DEVICE_TEXT];
	struct hash key;

	if (hash_parse(&key, json_text(value, "key"), NULL) < 0)
		return 0;
	key_device(key.bytes, own);
	if (strcmp(own, device) != 0)
		return 0;
	if (row == NULL) {
		if ((row = add_row(signers)) == NULL)
			return err_nomem(err);
		memcpy(row->device, own, sizeof(own));
		memcpy(row->pub, key.bytes, KEY_LEN);
		row->from_s = time_s;
	}
	row->enrolled = true;
	row->writer = office ? WRITER_OFFICE : WRITER_LAPTOP;
	return settle(signers, row, time_s, err);
}

/* An entry that counts, about an enrolment or a revocation. */
static int apply(struct audit_signers *signers, const struct entry *entry,
    const struct record_key *key, int64_t time_s, struct err *err)
{
	struct audit_signer *row = current(signers, key->subject);
	bool undone = strcmp(entry->kind, "void") == 0;

	if (strcmp(entry->kind, "enrolment") == 0)
		return enrol(signers, key->subject, entry->value, time_s, err);
	if (row == NULL)
		return 0;
	if (strcmp(entry->kind, "revocation") == 0)
		row->revoked = true;
	else if (undone && strcmp(key->family, "revocation") == 0)
		row->revoked = false;
	else if (undone && strcmp(key->family, "enrolment") == 0)
		row->enrolled = false;
	else
		return 0;
	return settle(signers, row, time_s, err);
}

int audit_signers_take(struct audit_signers *signers,
    const struct changeset *set, int64_t time_s, struct err *err)
{
	const struct set_header *header = &set->header;
	const struct audit_signer *row = current(signers, header->device);
	enum writer writer = row != NULL ? row->writer : WRITER_SERVER;
	int rc = 0;

	if (strcmp(header->device, signers->server_device) != 0 &&
	    succession_of(signers->past, header->device) == NULL &&
	    (row == NULL || row->closed))
		return 0;
	for (size_t i = 0; rc == 0 && i < set->count; i++) {
		const struct bytes *body = &set->entries[i].body;
		struct record_key key;
		struct entry entry;
		bool parsed;

		if (body->data == NULL)
			continue;
		rc = entry_try(&entry, *body, &parsed, err);
		if (rc == 0 && parsed &&
		    entry_fault(&entry, header, writer, NULL) == NULL &&
		    record_key_parse(&key, entry.record, NULL) == 0)
			rc = apply(signers, &entry, &key, time_s, err);
		entry_clear(&entry);
	}
	return rc;
}

/* ---- the file ---- */

/* "20261120163102Z", which every time zone reads alike. */
static void add_time(struct buf *out, const char *name, int64_t time_s)
{
	char at[STAMP_TEXT];

	stamp_format(time_s, at);
	buf_printf(out, ",%s=\"", name);
	for (const char *c = at; *c != '\0'; c++) {
		if (strchr("-:T", *c) == NULL)
			buf_add_char(out, *c);
	}
	buf_add_char(out, '"');
}

static void end_line(struct buf *out, const uint8_t pub[KEY_LEN])
{
	buf_add_char(out, ' ');
	sshsig_public(out, pub);
	buf_add_char(out, '\n');
}

void audit_signers_lines(const struct audit_signers *signers, struct buf *out)
{
	for (size_t i = 0; i < signers->count; i++) {
		const struct audit_signer *row = &signers->rows[i];

		if (!row->used)
			continue;
		buf_add_text(out, row->device);
		buf_add_text(out, DEVICE_LINE);
		add_time(out, "valid-after", row->from_s);
		/* ssh-keygen refuses a stretch that ends as it begins. */
		if (row->closed)
			add_time(out, "valid-before",
			    row->until_s > row->from_s ? row->until_s
						       : row->from_s + 1);
		end_line(out, row->pub);
	}
}

static int compare_lines(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Append the lines of ${text} (cut in place) sorted, each once. */
static int add_sorted(struct buf *out, char *text, struct err *err)
{
	size_t count = 0, room = 1;
	char **lines, *at, *save = NULL;

	for (at = text; *at != '\0'; at++)
		room += *at == '\n';
	if ((lines = calloc(room, sizeof(*lines))) == NULL)
		return err_nomem(err);
	for (at = strtok_r(text, "\n", &save); at != NULL;
	     at = strtok_r(NULL, "\n", &save))
		lines[count++] = at;
	qsort(lines, count, sizeof(*lines), compare_lines);
	for (size_t i = 0; i < count; i++) {
		if (i > 0 && strcmp(lines[i], lines[i - 1]) == 0)
			continue;
		buf_add_text(out, lines[i]);
		buf_add_char(out, '\n');
	}
	free(lines);
	return buf_check(out, err);
}

/* What it signed in its time stands; an export it signs no more. */
static void add_past(struct buf *out, const struct succession *past)
{
	char device[DEVICE_TEXT];

	key_device(past->old, device);
	buf_add_text(out, device);
	buf_add_text(out, DEVICE_LINE);
	add_time(out, "valid-before", past->at_s);
	end_line(out, past->old);
	buf_add_text(out, PAST_LINE);
	add_time(out, "valid-before", past->at_s);
	end_line(out, past->old);
}

int audit_signers_file(struct buf *out, const uint8_t server[KEY_LEN],
    const struct successions *past, const struct buf *lines, struct err *err)
{
	struct buf all = BUF_INIT;
	char device[DEVICE_TEXT];
	int rc;

	key_device(server, device);
	buf_add(&all, lines->data, lines->len);
	for (size_t i = 0; i < past->count; i++)
		add_past(&all, &past->items[i]);
	buf_add_text(&all, device);
	buf_add_text(&all, DEVICE_LINE);
	end_line(&all, server);
	buf_add_text(&all, SERVER_LINE);
	sshsig_public(&all, server);
	buf_add_char(&all, '\n');
	if ((rc = buf_check(&all, err)) == 0)
		rc = add_sorted(out, all.data, err);
	buf_free(&all);
	return rc;
}

int audit_signers_server(
    uint8_t out[KEY_LEN], const char *text, struct err *err)
{
	struct buf blob = BUF_INIT, again = BUF_INIT;
	const char *line = strstr(text, SERVER_LINE), *key;
	size_t len;
	int rc = 0;

	if (line == NULL)
		goto bad;
	line += strlen(SERVER_LINE);
	len = strcspn(line, "\n");
	key = memchr(line, ' ', len);
	if (key == NULL)
		goto bad;
	rc = enc_unbase64(&blob, key + 1, len - (size_t)(key + 1 - line), err);
	if (rc == E_NOMEM)
		goto out;
	if (rc < 0 || blob.len != KEY_BLOB)
		goto bad;
	memcpy(out, blob.data + blob.len - KEY_LEN, KEY_LEN);
	sshsig_public(&again, out);
	if ((rc = buf_check(&again, err)) < 0)
		goto out;
	if (again.len == len && memcmp(again.data, line, len) == 0)
		goto out;
bad:
	rc = err_set(err, E_INVALID,
	    L("la clé du serveur n'y est pas lisible",
		"the server's key cannot be read there"));
out:
	buf_free(&blob);
	buf_free(&again);
	return rc;
}
