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

/* Take the text between "# name " and the line's end; NULL if it is not
 * there. The line is cut in place. */
static char *take_line(char **at, const char *name)
{
	size_t len = strlen(name);
	char *line = *at, *end = strchr(line, '\n');

	if (end == NULL || strncmp(line, "# ", 2) != 0 ||
	    strncmp(line + 2, name, len) != 0 || line[2 + len] != ' ')
		return NULL;
	*end = '\0';
	*at = end + 1;
	return line + 3 + len;
}

static bool copy_text(char *out, size_t size, const char *text)
{
	if (text == NULL || strlen(text) >= size)
		return false;
	memcpy(out, text, strlen(text) + 1);
	return true;
}

static bool parse_lines(struct set_header *out, char *at)
{
	char *text, hex[HASH_TEXT] = "";

	if (!copy_text(out->structure, sizeof(out->structure),
		take_line(&at, "structure")) ||
	    !copy_text(
		out->device, sizeof(out->device), take_line(&at, "device")) ||
	    !copy_text(
		out->session, sizeof(out->session), take_line(&at, "session")))
		return false;
	if ((text = take_line(&at, "seq")) == NULL)
		return false;
	out->seq = strtoll(text, NULL, 10);
	if ((text = take_line(&at, "prev")) == NULL ||
	    hash_parse(&out->prev, text, NULL) < 0)
		return false;
	if ((text = take_line(&at, "seen")) == NULL ||
	    sscanf(text, "%" SCNd64 " %" SCNd64 " %64s", &out->seen.epoch,
		&out->seen.n, hex) != 3 ||
	    hash_parse(&out->seen.head, hex, NULL) < 0)
		return false;
	if ((text = take_line(&at, "at")) == NULL ||
	    stamp_parse(&out->at_s, text, NULL) < 0)
		return false;
	return true;
}

int changeset_header_parse(
    struct set_header *out, const char *text, size_t len, struct err *err)
{
	struct buf again = BUF_INIT;
	char *copy = strndup(text, len);
	int rc = 0;

	if (copy == NULL)
		return err_nomem(err);
	memset(out, 0, sizeof(*out));
	/* Writing it again and comparing leaves one spelling only. */
	if (strncmp(copy, TITLE, strlen(TITLE)) != 0 ||
	    !parse_lines(out, copy + strlen(TITLE)))
		goto bad;
	changeset_header(&again, out);
	if ((rc = buf_check(&again, err)) < 0)
		goto out;
	if (again.len != len || memcmp(again.data, text, len) != 0)
		goto bad;
	goto out;
bad:
	rc = again.failed ? err_nomem(err)
	                  : err_set(err, E_INVALID,
				L("manifeste : en-tête illisible",
				    "manifest: unreadable header"));
out:
	buf_free(&again);
	free(copy);
	return rc;
}

void changeset_manifest(struct buf *out, const struct changeset *set)
{
	char hex[HASH_TEXT];

	changeset_header(out, &set->header);
	for (size_t i = 0; i < set->count; i++) {
		hash_hex(&set->entries[i].hash, hex);
		buf_printf(out, "%s  e/%04zu\n", hex, i + 1);
	}
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

int changeset_verify(
    const struct changeset *set, const uint8_t pub[KEY_LEN], struct err *err)
{
	struct buf manifest = BUF_INIT;
	int rc;

	changeset_manifest(&manifest, set);
	if ((rc = buf_check(&manifest, err)) == 0) {
		rc = sshsig_verify(pub, set->sig, SSHSIG_CHANGESET,
		    manifest.data, manifest.len, err);
	}
	buf_free(&manifest);
	return rc;
}
