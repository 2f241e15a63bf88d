#include <string.h>

#include "shared/date.h"
#include "shared/enc.h"
#include "shared/lang.h"
#include "shared/receipt_json.h"

/* ---- writing ---- */

static bool put_hash(json_t *object, const char *key, const struct hash *hash)
{
	char hex[HASH_TEXT];

	hash_hex(hash, hex);
	return json_put_text(object, key, hex);
}

static bool put_point(json_t *object, const struct receipt *receipt)
{
	return json_put_int(object, "epoch", receipt->epoch) &&
	       json_put_int(object, "n", receipt->n);
}

static bool put_time(json_t *object, int64_t time_s)
{
	char time[STAMP_TEXT];

	stamp_format(time_s, time);
	return json_put_text(object, "time", time);
}

static bool put_sig(json_t *object, const uint8_t sig[SIG_LEN])
{
	struct buf base64 = BUF_INIT;
	bool done;

	enc_base64(&base64, sig, SIG_LEN);
	done = buf_check(&base64, NULL) == 0 &&
	       json_put_text(object, "sig", buf_text(&base64));
	buf_free(&base64);
	return done;
}

bool receipt_json_put_place(json_t *object, const struct receipt *receipt)
{
	return put_point(object, receipt) &&
	       put_time(object, receipt->time_s) &&
	       put_hash(object, "head", &receipt->head) &&
	       put_sig(object, receipt->sig);
}

bool receipt_json_put_whole(json_t *object, const struct receipt *receipt)
{
	return put_point(object, receipt) &&
	       put_hash(object, "manifest", &receipt->manifest) &&
	       put_hash(object, "head", &receipt->head) &&
	       put_time(object, receipt->time_s) &&
	       put_sig(object, receipt->sig);
}

/* ---- reading ---- */

static int unreadable(struct err *err)
{
	return err_set(
	    err, E_INVALID, L("reçu illisible", "unreadable receipt"));
}

static int read_sig(uint8_t out[SIG_LEN], const json_t *object, struct err *err)
{
	const char *base64 = json_text(object, "sig");
	struct buf raw = BUF_INIT;
	int rc = enc_unbase64(&raw, base64, strlen(base64), err);

	if (rc == 0 && raw.len == SIG_LEN)
		memcpy(out, raw.data, SIG_LEN);
	else if (rc != E_NOMEM)
		rc = unreadable(err);
	buf_free(&raw);
	return rc;
}

int receipt_json_read_place(
    struct receipt *out, const json_t *object, struct err *err)
{
	memset(out, 0, sizeof(*out));
	out->epoch = json_int(object, "epoch", 0);
	out->n = json_int(object, "n", 0);
	if (out->epoch < 1 || out->epoch >= INT32_MAX || out->n < 1 ||
	    stamp_parse(&out->time_s, json_text(object, "time"), NULL) < 0 ||
	    hash_parse(&out->head, json_text(object, "head"), NULL) < 0)
		return unreadable(err);
	return read_sig(out->sig, object, err);
}

int receipt_json_read_whole(
    struct receipt *out, const json_t *object, struct err *err)
{
	int rc = receipt_json_read_place(out, object, err);

	if (rc == 0 &&
	    hash_parse(&out->manifest, json_text(object, "manifest"), NULL) < 0)
		rc = unreadable(err);
	return rc;
}
