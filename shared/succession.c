#include <stdio.h>
#include <string.h>

#include "shared/date.h"
#include "shared/enc.h"
#include "shared/lang.h"
#include "shared/sshsig.h"
#include "shared/succession.h"

#define BASE64_TEXT 89 /* of a signature, and NUL */

static void add_text(struct buf *out, const struct succession *one)
{
	char old[HASH_TEXT], new[HASH_TEXT], at[STAMP_TEXT];

	enc_hex(one->old, KEY_LEN, old);
	enc_hex(one->new, KEY_LEN, new);
	stamp_format(one->at_s, at);
	buf_printf(out,
	    "# pointeau succession 1\n# old %s\n# new %s\n# at %s\n", old, new,
	    at);
}

int succession_sign(struct succession *out, const struct key *old,
    const struct key *new, int64_t at_s, struct err *err)
{
	struct buf text = BUF_INIT;
	int rc;

	memset(out, 0, sizeof(*out));
	memcpy(out->old, old->pub, KEY_LEN);
	memcpy(out->new, new->pub, KEY_LEN);
	out->at_s = at_s;
	add_text(&text, out);
	if ((rc = buf_check(&text, err)) == 0 &&
	    (rc = sshsig_sign(out->sig_old, old, SSHSIG_SUCCESSION, text.data,
		 text.len, err)) == 0)
		rc = sshsig_sign(out->sig_new, new, SSHSIG_SUCCESSION,
		    text.data, text.len, err);
	buf_free(&text);
	return rc;
}

/* ---- lines ---- */

void succession_line(struct buf *out, const struct succession *one)
{
	char old[HASH_TEXT], new[HASH_TEXT], at[STAMP_TEXT];

	enc_hex(one->old, KEY_LEN, old);
	enc_hex(one->new, KEY_LEN, new);
	stamp_format(one->at_s, at);
	buf_printf(out, "%s %s %s ", old, new, at);
	enc_base64(out, one->sig_old, SIG_LEN);
	buf_add_char(out, ' ');
	enc_base64(out, one->sig_new, SIG_LEN);
	buf_add_char(out, '\n');
}

static int unreadable(struct err *err)
{
	return err_set(err, E_INVALID,
	    L("changement de clé du serveur illisible",
		"unreadable change of the server's key"));
}

/* A lack of memory is no fault of the line. */
static int read_sig(uint8_t out[SIG_LEN], const char *base64, struct err *err)
{
	struct buf raw = BUF_INIT;
	int rc = enc_unbase64(&raw, base64, strlen(base64), err);

	if (rc == 0 && raw.len == SIG_LEN)
		memcpy(out, raw.data, SIG_LEN);
	else if (rc != E_NOMEM)
		rc = unreadable(err);
	buf_free(&raw);
	return rc;
}

/* Is it spelt as succession_line does? */
static int check_spelling(
    const struct succession *one, const char *line, size_t len, struct err *err)
{
	struct buf again = BUF_INIT;
	int rc;

	succession_line(&again, one);
	if ((rc = buf_check(&again, err)) == 0 &&
	    (again.len != len || memcmp(again.data, line, len) != 0))
		rc = unreadable(err);
	buf_free(&again);
	return rc;
}

/* One line, as succession_line spells it and no other way. */
static int read_line(
    struct succession *out, const char *line, size_t len, struct err *err)
{
	char text[512], old[HASH_TEXT], new[HASH_TEXT], at[STAMP_TEXT];
	char sig_old[BASE64_TEXT], sig_new[BASE64_TEXT];
	struct hash old_key, new_key;
	int rc;

	if (len >= sizeof(text))
		return unreadable(err);
	memcpy(text, line, len);
	text[len] = '\0';
	if (sscanf(text, "%64s %64s %20s %88s %88s", old, new, at, sig_old,
		sig_new) != 5 ||
	    stamp_parse(&out->at_s, at, NULL) < 0 ||
	    hash_parse(&old_key, old, NULL) < 0 ||
	    hash_parse(&new_key, new, NULL) < 0)
		return unreadable(err);
	memcpy(out->old, old_key.bytes, KEY_LEN);
	memcpy(out->new, new_key.bytes, KEY_LEN);
	if ((rc = read_sig(out->sig_old, sig_old, err)) < 0 ||
	    (rc = read_sig(out->sig_new, sig_new, err)) < 0)
		return rc;
	return check_spelling(out, line, len, err);
}

int succession_read(
    struct successions *out, const char *text, size_t len, struct err *err)
{
	while (len > 0) {
		const char *end = memchr(text, '\n', len);
		size_t line = end != NULL ? (size_t)(end - text) + 1 : len;
		int rc;

		if (out->count == SUCCESSION_MAX)
			return err_set(err, E_LIMIT,
			    L("plus de %d changements de clé du serveur",
				"over %d changes of the server's key"),
			    SUCCESSION_MAX);
		if ((rc = read_line(&out->items[out->count], text, line, err)) <
		    0)
			return rc;
		out->count++;
		text += line;
		len -= line;
	}
	return 0;
}

/* ---- trust ---- */

static int verify_one(const struct succession *one, struct err *err)
{
	struct buf text = BUF_INIT;
	int rc;

	add_text(&text, one);
	if ((rc = buf_check(&text, err)) == 0 &&
	    (rc = sshsig_verify(one->old, one->sig_old, SSHSIG_SUCCESSION,
		 text.data, text.len, err)) == 0)
		rc = sshsig_verify(one->new, one->sig_new, SSHSIG_SUCCESSION,
		    text.data, text.len, err);
	buf_free(&text);
	return rc;
}

int succession_verify(const struct successions *all,
    const uint8_t server[KEY_LEN], struct err *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < all->count; i++) {
		const struct succession *one = &all->items[i];
		const struct succession *next =
		    i + 1 < all->count ? &all->items[i + 1] : NULL;

		if (memcmp(one->new, next != NULL ? next->old : server,
			KEY_LEN) != 0 ||
		    (next != NULL && next->at_s < one->at_s))
			return err_set(err, E_SIGNATURE,
			    L("les clés successives du serveur ne se suivent "
			      "pas",
				"the server's keys do not follow one "
				"another"));
		rc = verify_one(one, err);
	}
	return rc;
}

json_t *succession_to_json(const struct successions *all)
{
	json_t *list = json_array();

	for (size_t i = 0; list != NULL && i < all->count; i++) {
		struct buf line = BUF_INIT;

		succession_line(&line, &all->items[i]);
		if (line.failed ||
		    json_array_append_new(
			list, json_stringn(line.data, line.len - 1)) < 0) {
			json_decref(list);
			list = NULL;
		}
		buf_free(&line);
	}
	return list;
}

int succession_from_json(struct successions *out, const json_t *list,
    const uint8_t server[KEY_LEN], struct err *err)
{
	int rc = 0;

	out->count = 0;
	for (size_t i = 0; rc == 0 && i < json_array_size(list); i++) {
		const char *line = json_string_value(json_array_get(list, i));
		struct buf text = BUF_INIT;

		buf_printf(&text, "%s\n", line != NULL ? line : "");
		if ((rc = buf_check(&text, err)) == 0)
			rc = succession_read(out, text.data, text.len, err);
		buf_free(&text);
	}
	return rc < 0 ? rc : succession_verify(out, server, err);
}

const struct succession *succession_of(
    const struct successions *all, const char *device)
{
	for (size_t i = 0; i < all->count; i++) {
		char own[DEVICE_TEXT];

		key_device(all->items[i].old, own);
		if (strcmp(own, device) == 0)
			return &all->items[i];
	}
	return NULL;
}

int succession_receipt(const struct successions *all,
    const struct receipt *receipt, const uint8_t server[KEY_LEN],
    const uint8_t **signer, struct err *err)
{
	int rc = receipt_verify(receipt, server, err);

	*signer = server;
	for (size_t i = 0; rc == E_SIGNATURE && i < all->count; i++) {
		const struct succession *one = &all->items[i];

		if (receipt->time_s > one->at_s)
			continue;
		*signer = one->old;
		rc = receipt_verify(receipt, one->old, err);
	}
	return rc;
}
