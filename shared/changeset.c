#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/changeset.h"
#include "shared/date.h"
#include "shared/lang.h"
#include "shared/sshsig.h"

#define TITLE "# pointeau change set 1\n"

void changeset_clear(struct changeset *set)
{
	free(set->entries);
	memset(set, 0, sizeof(*set));
}

static void add_hash_line(
    struct buf *out, const char *name, const struct hash *hash)
{
	char hex[HASH_TEXT];

	hash_hex(hash, hex);
	buf_printf(out, "# %s %s\n", name, hex);
}

void changeset_header(struct buf *out, const struct set_header *header)
{
	char at[STAMP_TEXT], head[HASH_TEXT];

	stamp_format(header->at_s, at);
	hash_hex(&header->seen.head, head);
	buf_add_text(out, TITLE);
	buf_printf(out, "# structure %s\n", header->structure);
	buf_printf(out, "# device %s\n", header->device);
	buf_printf(out, "# session %s\n", header->session);
	buf_printf(out, "# seq %" PRId64 "\n", header->seq);
	add_hash_line(out, "prev", &header->prev);
	buf_printf(out, "# seen %" PRId64 " %" PRId64 " %s\n",
	    header->seen.epoch, header->seen.n, head);
	buf_printf(out, "# at %s\n", at);
}

/* What the next line of ${at} says behind "# name "; "" if it does not. The
 * line is cut in place. */
static const char *take_line(char **at)
{
	char *line = strsep(at, "\n");

	(void)strsep(&line, " ");
	(void)strsep(&line, " ");
	return line != NULL ? line : "";
}

/* Read the values, whatever the lines are: the caller writes them again and
 * compares. What cannot be read stays zero. */
static void parse_lines(struct set_header *out, char *at)
{
	char head[HASH_TEXT] = "";

	memset(out, 0, sizeof(*out));
	(void)take_line(&at);
	text_copy(out->structure, sizeof(out->structure), take_line(&at));
	text_copy(out->device, sizeof(out->device), take_line(&at));
	text_copy(out->session, sizeof(out->session), take_line(&at));
	out->seq = strtoll(take_line(&at), NULL, 10);
	(void)hash_parse(&out->prev, take_line(&at), NULL);
	(void)sscanf(take_line(&at), "%" SCNd64 " %" SCNd64 " %64s",
	    &out->seen.epoch, &out->seen.n, head);
	(void)hash_parse(&out->seen.head, head, NULL);
	(void)stamp_parse(&out->at_s, take_line(&at), NULL);
}

int changeset_header_parse(
    struct set_header *out, const char *text, size_t len, struct err *err)
{
	struct buf again = BUF_INIT;
	char *copy = strndup(text, len);
	int rc;

	if (copy == NULL)
		return err_nomem(err);
	parse_lines(out, copy);
	/* Writing it again and comparing leaves one spelling only. */
	changeset_header(&again, out);
	rc = buf_check(&again, err);
	if (rc == 0 && (again.len != len || memcmp(again.data, text, len) != 0))
		rc = err_set(err, E_INVALID,
		    L("manifeste : en-tête illisible",
			"manifest: unreadable header"));
	buf_free(&again);
	free(copy);
	return rc;
}

/* "<hash>  e/0001": the number has four digits, 256 entries at most. */
#define MANIFEST_LINE (HASH_TEXT - 1 + 5 + 20)

static size_t write_line(
    char out[MANIFEST_LINE], const struct hash *hash, size_t number)
{
	char digits[20];
	size_t count = 0, at = HASH_TEXT - 1;

	hash_hex(hash, out);
	memcpy(out + at, "  e/", 4);
	at += 4;
	for (; number > 0 || count < 4; number /= 10)
		digits[count++] = (char)('0' + number % 10);
	while (count > 0)
		out[at++] = digits[--count];
	out[at++] = '\n';
	return at;
}

void changeset_manifest(struct buf *out, const struct changeset *set)
{
	char line[MANIFEST_LINE];

	changeset_header(out, &set->header);
	/* At once, or it would be moved as it grows. */
	buf_reserve(out, set->count * (HASH_TEXT - 1 + 4 + 4 + 1));
	for (size_t i = 0; i < set->count; i++)
		buf_add(
		    out, line, write_line(line, &set->entries[i].hash, i + 1));
}

int changeset_hash(
    struct hash *out, const struct changeset *set, struct err *err)
{
	struct buf manifest = BUF_INIT;
	int rc;

	changeset_manifest(&manifest, set);
	if ((rc = buf_check(&manifest, err)) == 0)
		hash_of(out, manifest.data, manifest.len);
	buf_free(&manifest);
	return rc;
}

int changeset_sign(
    struct changeset *set, const struct key *key, struct err *err)
{
	struct buf manifest = BUF_INIT;
	int rc;

	assert(set->count > 0 && set->count <= CHANGESET_ENTRIES_MAX);
	changeset_manifest(&manifest, set);
	if ((rc = buf_check(&manifest, err)) == 0) {
		rc = sshsig_sign(set->sig, key, SSHSIG_CHANGESET, manifest.data,
		    manifest.len, err);
	}
	buf_free(&manifest);
	return rc;
}

int changeset_check(const struct changeset *set, const uint8_t pub[KEY_LEN],
    struct hash *hash, struct err *err)
{
	struct buf manifest = BUF_INIT;
	int rc;

	changeset_manifest(&manifest, set);
	if ((rc = buf_check(&manifest, err)) == 0) {
		if (hash != NULL)
			hash_of(hash, manifest.data, manifest.len);
		rc = sshsig_verify(pub, set->sig, SSHSIG_CHANGESET,
		    manifest.data, manifest.len, err);
	}
	buf_free(&manifest);
	return rc;
}

int changeset_verify(
    const struct changeset *set, const uint8_t pub[KEY_LEN], struct err *err)
{
	return changeset_check(set, pub, NULL, err);
}
