#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "shared/lang.h"
#include "shared/wire_answer.h"
#include "shared/wire_io.h"

#define SCOPE_DIGITS 16 /* of a scope's digest, as far as it is compared */
#define CODE_MAX     64

static int by_name(const void *a, const void *b)
{
	const struct wire_head_known *one = a, *two = b;

	return strcmp(one->structure, two->structure);
}

int wire_known(uint8_t out[WIRE_KNOWN_LEN], struct wire_head_known *heads,
    size_t count, struct err *err)
{
	struct buf text = BUF_INIT;
	struct hash hash;
	int rc;

	qsort(heads, count, sizeof(*heads), by_name);
	for (size_t i = 0; i < count; i++) {
		char head[HASH_TEXT] = "-";

		if (heads[i].n >= 0)
			hash_hex(heads[i].head, head);
		buf_printf(&text, "%s %" PRId64 " %s %.*s\n",
		    heads[i].structure, heads[i].n, head, SCOPE_DIGITS,
		    heads[i].scope);
	}
	if ((rc = buf_check(&text, err)) == 0) {
		hash_of(&hash, text.data, text.len);
		memcpy(out, hash.bytes, WIRE_KNOWN_LEN);
	}
	buf_free(&text);
	return rc;
}

/* ---- writing ---- */

void wire_answer_begin(struct buf *out, bool same, int64_t epoch, size_t count)
{
	wire_put_int(out, WIRE_PACKED);
	wire_put_int(out, same);
	wire_put_int(out, epoch);
	wire_put_int(out, (int64_t)count);
}

void wire_answer_set(
    struct buf *out, int64_t time_s, int64_t before_s, size_t faults)
{
	wire_put_int(out, time_s - before_s);
	wire_put_int(out, (int64_t)faults);
}

void wire_answer_fault(struct buf *out, size_t index, const char *code)
{
	wire_put_int(out, (int64_t)index);
	wire_put_text(out, code);
}

void wire_answer_end(struct buf *out, const uint8_t sig[SIG_LEN])
{
	buf_add(out, sig, SIG_LEN);
}

/* ---- reading ---- */

bool wire_is_answer(const void *data, size_t len)
{
	return len > 0 && *(const uint8_t *)data == WIRE_PACKED;
}

int wire_answer_read(
    struct wire_answer *out, const void *data, size_t len, struct err *err)
{
	struct wire_reader in = {data, (const uint8_t *)data + len, false};
	int64_t before_s = 0;

	memset(out, 0, sizeof(*out));
	if (wire_int(&in, WIRE_PACKED) != WIRE_PACKED)
		in.bad = true;
	out->same = wire_int(&in, 1) == 1;
	out->epoch = wire_int(&in, INT32_MAX - 1);
	out->count = (size_t)wire_int(&in, WIRE_SETS_MAX);
	for (size_t i = 0; i < out->count; i++) {
		before_s += wire_int(&in, WIRE_TIME_MAX_S - before_s);
		out->time_s[i] = before_s;
		out->faults[i] = (size_t)wire_int(&in, CHANGESET_ENTRIES_MAX);
		for (size_t j = 0; j < out->faults[i] && !in.bad; j++) {
			(void)wire_int(&in, CHANGESET_ENTRIES_MAX - 1);
			(void)wire_raw(&in, (size_t)wire_int(&in, CODE_MAX));
		}
	}
	wire_copy(&in, out->sig, SIG_LEN);
	if (!in.bad && in.at == in.end && out->count > 0 && out->epoch > 0)
		return 0;
	return err_set(err, E_INVALID,
	    L("réponse compacte illisible", "unreadable packed answer"));
}
