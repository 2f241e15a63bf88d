#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "shared/date.h"
#include "shared/receipt.h"
#include "shared/sshsig.h"

#define LOG_TITLE "# pointeau log 1\n# structure %s\n"
#define LOG_LINE  "%s %s %s\n"

void log_first(struct hash *out, const char *structure)
{
	char text[sizeof(LOG_TITLE) + TEXT_ID_MAX];
	int len = snprintf(text, sizeof(text), LOG_TITLE, structure);

	hash_of(out, text, (size_t)len);
}

void log_next(struct hash *out, const struct hash *before, int64_t time_s,
    const struct hash *manifest)
{
	char before_hex[HASH_TEXT], manifest_hex[HASH_TEXT], at[STAMP_TEXT];
	char text[sizeof(LOG_LINE) + sizeof(before_hex) + sizeof(at) +
		  sizeof(manifest_hex)];
	int len;

	hash_hex(before, before_hex);
	hash_hex(manifest, manifest_hex);
	stamp_format(time_s, at);
	len = snprintf(
	    text, sizeof(text), LOG_LINE, before_hex, at, manifest_hex);
	hash_of(out, text, (size_t)len);
}

void receipt_text(struct buf *out, const struct receipt *receipt)
{
	char manifest[HASH_TEXT], head[HASH_TEXT], at[STAMP_TEXT];

	hash_hex(&receipt->manifest, manifest);
	hash_hex(&receipt->head, head);
	stamp_format(receipt->time_s, at);
	buf_printf(out,
	    "# pointeau receipt 1\n"
	    "# structure %s\n"
	    "# epoch %" PRId64 "\n"
	    "# n %" PRId64 "\n"
	    "# manifest %s\n"
	    "# head %s\n"
	    "# time %s\n",
	    receipt->structure, receipt->epoch, receipt->n, manifest, head, at);
}

int receipt_sign(
    struct receipt *receipt, const struct key *server, struct err *err)
{
	struct buf text = BUF_INIT;
	int rc;

	receipt_text(&text, receipt);
	if ((rc = buf_check(&text, err)) == 0) {
		rc = sshsig_sign(receipt->sig, server, SSHSIG_RECEIPT,
		    text.data, text.len, err);
	}
	buf_free(&text);
	return rc;
}

int receipt_verify(const struct receipt *receipt, const uint8_t server[KEY_LEN],
    struct err *err)
{
	struct buf text = BUF_INIT;
	int rc;

	receipt_text(&text, receipt);
	if ((rc = buf_check(&text, err)) == 0) {
		rc = sshsig_verify(server, receipt->sig, SSHSIG_RECEIPT,
		    text.data, text.len, err);
	}
	buf_free(&text);
	return rc;
}
