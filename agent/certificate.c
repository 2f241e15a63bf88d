#include <string.h>

#include "agent/answer.h"
#include "agent/certificate.h"
#include "shared/buf.h"
#include "shared/date.h"
#include "shared/enc.h"
#include "shared/lang.h"
#include "shared/sshsig.h"
#include "shared/text.h"

#define WHAT "certificate"

static int check_signature(const struct certificate_of *of, const char *text,
    const char *sig, struct err *err)
{
	struct buf raw = BUF_INIT;
	int rc;

	rc = enc_unbase64(&raw, sig, strlen(sig), err);
	if ((rc < 0 && rc != E_NOMEM) || (rc == 0 && raw.len != SIG_LEN))
		rc = answer_strange(WHAT, err);
	else if (rc == 0)
		rc = sshsig_verify(of->server, (const uint8_t *)raw.data,
		    SSHSIG_CERTIFICATE, text, strlen(text), err);
	buf_free(&raw);
	return rc;
}

/* Go over ${prefix} at ${at}; NULL when it is not there. */
static const char *skip(const char *at, const char *prefix)
{
	size_t len = strlen(prefix);

	return at != NULL && strncmp(at, prefix, len) == 0 ? at + len : NULL;
}

/* One line's value, of at most TEXT_ID_MAX bytes, after ${prefix}. */
static const char *take_line(
    const char *at, const char *prefix, char out[TEXT_ID_MAX + 1])
{
	const char *value = skip(at, prefix);
	size_t len;

	if (value == NULL)
		return NULL;
	len = strcspn(value, "\n");
	if (len > TEXT_ID_MAX || value[len] != '\n')
		return NULL;
	memcpy(out, value, len);
	out[len] = '\0';
	return value + len + 1;
}

/* The lines that come before the structures. */
static int write_head(
    const struct certificate_of *of, struct buf *out, struct err *err)
{
	char server[HASH_TEXT], key[HASH_TEXT], device[DEVICE_TEXT];

	enc_hex(of->server, KEY_LEN, server);
	enc_hex(of->pub, KEY_LEN, key);
	key_device(of->pub, device);
	buf_printf(out,
	    "# pointeau certificate 1\n"
	    "# server %s\n"
	    "# device %s\n"
	    "# key %s\n",
	    server, device, key);
	if (of->replaces[0] != '\0')
		buf_printf(out, "# replaces %s\n", of->replaces);
	return buf_check(out, err);
}

static int read_text(const struct certificate_of *of, const char *text,
    certificate_each *each, void *context, struct err *err)
{
	struct buf head = BUF_INIT;
	char value[TEXT_ID_MAX + 1];
	const char *at, *next;
	int64_t at_s;
	int rc;

	if ((rc = write_head(of, &head, err)) < 0)
		goto out;
	at = skip(text, buf_text(&head));
	/* This key may have replaced another before. */
	if ((next = take_line(at, "# replaces ", value)) != NULL)
		at = next;
	while ((next = take_line(at, "# structure ", value)) != NULL) {
		if (text_check_id(value, NULL) < 0)
			break;
		if (each != NULL && (rc = each(context, value, err)) < 0)
			goto out;
		at = next;
	}
	at = take_line(at, "# at ", value);
	if (at == NULL || at[0] != '\0' || stamp_parse(&at_s, value, NULL) < 0)
		rc = err_set(err, E_SIGNATURE,
		    L("le certificat reçu n'est pas pour ce poste",
			"the certificate received is not for this laptop"));
out:
	buf_free(&head);
	return rc;
}

int certificate_read(const struct certificate_of *of, const char *text,
    const char *sig, certificate_each *each, void *context, struct err *err)
{
	int rc = check_signature(of, text, sig, err);

	return rc < 0 ? rc : read_text(of, text, each, context, err);
}
