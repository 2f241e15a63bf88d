#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/audit/audit_format.h"
#include "shared/date.h"
#include "shared/enc.h"
#include "shared/lang.h"
#include "shared/sshsig.h"

#define PLAIN                                                                  \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-"
#define FINGERPRINT_DIGITS 43 /* 32 bytes in base64, without the padding */

void audit_format_name(struct buf *out, const char *structure)
{
	for (const char *at = structure; *at != '\0'; at++) {
		if (strchr(PLAIN, *at) != NULL &&
		    (*at != '.' || at != structure))
			buf_add_char(out, *at);
		else
			buf_printf(out, "%%%02X", (unsigned char)*at);
	}
}

/* One character, or the three of %XX; 0 when they are none. */
static size_t decode_one(char *out, const char *at, size_t len)
{
	if (at[0] != '%') {
		*out = at[0];
		return 1;
	}
	if (len < 3 || enc_unhex(out, 1, at + 1, 2, NULL) < 0)
		return 0;
	return 3;
}

int audit_format_structure(
    char out[TEXT_ID_MAX + 1], const char *name, size_t len, struct err *err)
{
	struct buf again = BUF_INIT;
	size_t at = 0, count = 0, used = 1;
	int rc = 0;

	while (at < len && count < TEXT_ID_MAX && used > 0) {
		used = decode_one(&out[count], name + at, len - at);
		at += used;
		count++;
	}
	out[count] = '\0';
	/* Encoding it again leaves one spelling only. */
	audit_format_name(&again, out);
	if (used == 0 || again.len != len || len == 0 ||
	    memcmp(again.data, name, len) != 0 ||
	    text_check_id(out, NULL) < 0) {
		rc = err_set(err, E_INVALID,
		    L("ce nom n'est pas celui d'une structure",
			"this is no structure's name"));
	}
	buf_free(&again);
	return rc;
}

void audit_format_set(
    struct buf *out, const char *top, const char *name, int64_t n)
{
	buf_printf(out, "%s/%s/%06" PRId64, top, name, n);
}

void audit_format_place(struct buf *out, const struct receipt *place)
{
	char at[STAMP_TEXT], manifest[HASH_TEXT], head[HASH_TEXT];

	stamp_format(place->time_s, at);
	hash_hex(&place->manifest, manifest);
	hash_hex(&place->head, head);
	buf_printf(out, "%" PRId64 " %" PRId64 " %s %s %s\n", place->n,
	    place->epoch, at, manifest, head);
}

#define PLACE_MAX 256 /* characters of a line of the log */

int audit_format_place_parse(
    struct receipt *out, const char *line, size_t len, struct err *err)
{
	char text[PLACE_MAX], at[STAMP_TEXT], manifest[HASH_TEXT];
	char head[HASH_TEXT];
	struct buf again = BUF_INIT;
	int rc = 0;

	memset(out, 0, sizeof(*out));
	if (len >= sizeof(text))
		goto bad;
	memcpy(text, line, len);
	text[len] = '\0';
	if (sscanf(text, "%18" SCNd64 " %18" SCNd64 " %20s %64s %64s", &out->n,
		&out->epoch, at, manifest, head) != 5 ||
	    stamp_parse(&out->time_s, at, NULL) < 0 ||
	    hash_parse(&out->manifest, manifest, NULL) < 0 ||
	    hash_parse(&out->head, head, NULL) < 0)
		goto bad;
	audit_format_place(&again, out);
	if ((rc = buf_check(&again, err)) < 0)
		goto out;
	if (again.len == len + 1 && memcmp(again.data, line, len) == 0)
		goto out;
bad:
	rc = err_set(err, E_INVALID, L("ligne illisible", "unreadable line"));
out:
	buf_free(&again);
	return rc;
}

void audit_format_absent(struct buf *out, const char *name, int64_t n,
    size_t pos, const struct hash *hash)
{
	char hex[HASH_TEXT];

	hash_hex(hash, hex);
	buf_printf(out, "%s %06" PRId64 " %04zu %s " AUDIT_NOT_HELD "\n", name,
	    n, pos, hex);
}

/* ---- manifests ---- */

/* Where the lines that start with '#' end. */
static size_t header_len(const char *text, size_t len)
{
	size_t at = 0;

	while (at < len && text[at] == '#') {
		const char *end = memchr(text + at, '\n', len - at);

		if (end == NULL)
			return len;
		at = (size_t)(end - text) + 1;
	}
	return at;
}

static int parse_entries(struct changeset *out, const char *text, size_t len)
{
	static const size_t line = HASH_TEXT - 1 + sizeof("  e/0001\n") - 1;
	char hex[HASH_TEXT];

	out->count = len / line;
	if (len % line != 0 || out->count == 0 ||
	    out->count > CHANGESET_ENTRIES_MAX)
		return E_INVALID;
	out->entries = calloc(out->count, sizeof(*out->entries));
	if (out->entries == NULL)
		return E_NOMEM;
	for (size_t i = 0; i < out->count; i++) {
		memcpy(hex, text + i * line, HASH_TEXT - 1);
		hex[HASH_TEXT - 1] = '\0';
		if (hash_parse(&out->entries[i].hash, hex, NULL) < 0)
			return E_INVALID;
	}
	return 0;
}

int audit_format_manifest(
    struct changeset *out, const char *text, size_t len, struct err *err)
{
	struct buf again = BUF_INIT;
	size_t start = header_len(text, len);
	int rc;

	memset(out, 0, sizeof(*out));
	if ((rc = changeset_header_parse(&out->header, text, start, err)) < 0)
		return rc;
	if ((rc = parse_entries(out, text + start, len - start)) == E_NOMEM)
		return err_nomem(err);
	if (rc < 0)
		goto bad;
	changeset_manifest(&again, out);
	if ((rc = buf_check(&again, err)) < 0)
		goto out;
	if (again.len == len && memcmp(again.data, text, len) == 0)
		goto out;
bad:
	rc = err_set(err, E_INVALID,
	    L("manifeste : liste d'écritures illisible",
		"manifest: unreadable list of entries"));
out:
	buf_free(&again);
	return rc;
}

void audit_format_fingerprint(struct buf *out, const uint8_t pub[KEY_LEN])
{
	struct buf line = BUF_INIT, blob = BUF_INIT, text = BUF_INIT;
	const char *base64;
	struct hash hash;

	sshsig_public(&line, pub);
	base64 = buf_text(&line) + strcspn(buf_text(&line), " ");
	base64 += strspn(base64, " ");
	if (enc_unbase64(&blob, base64, strlen(base64), NULL) < 0)
		out->failed = true;
	hash_of(&hash, blob.data, blob.len);
	enc_base64(&text, hash.bytes, HASH_LEN);
	buf_printf(out, "SHA256:%.*s", FINGERPRINT_DIGITS, buf_text(&text));
	out->failed = out->failed || line.failed || blob.failed || text.failed;
	buf_free(&line);
	buf_free(&blob);
	buf_free(&text);
}
