#include <string.h>

#include "shared/enc.h"
#include "shared/text.h"
#include "shared/wire_io.h"

/* ---- writing ---- */

static void put_unsigned(struct buf *out, uint64_t rest)
{
	while (rest >= 0x80) {
		buf_add_char(out, (char)(rest | 0x80));
		rest >>= 7;
	}
	buf_add_char(out, (char)rest);
}

void wire_put_int(struct buf *out, int64_t value)
{
	put_unsigned(out, (uint64_t)value);
}

void wire_put_bytes(struct buf *out, const void *data, size_t len)
{
	wire_put_int(out, (int64_t)len);
	buf_add(out, data, len);
}

void wire_put_text(struct buf *out, const char *text)
{
	wire_put_bytes(out, text, strlen(text));
}

void wire_put_delta(struct buf *out, int64_t value, int64_t before)
{
	uint64_t delta = (uint64_t)value - (uint64_t)before;

	put_unsigned(out, (delta << 1) ^ (0 - (delta >> 63)));
}

void wire_put_device(struct buf *out, const char *hex)
{
	uint8_t bytes[DEVICE_LEN];

	if (enc_unhex(bytes, sizeof(bytes), hex, strlen(hex), NULL) < 0)
		out->failed = true;
	else
		buf_add(out, bytes, sizeof(bytes));
}

/* ---- reading ---- */

const uint8_t *wire_raw(struct wire_reader *in, size_t len)
{
	const uint8_t *at = in->at;

	if (in->bad || len > (size_t)(in->end - in->at)) {
		in->bad = true;
		return NULL;
	}
	in->at += len;
	return at;
}

void wire_copy(struct wire_reader *in, void *out, size_t len)
{
	const uint8_t *data = wire_raw(in, len);

	if (data != NULL)
		memcpy(out, data, len);
	else
		memset(out, 0, len);
}

/* Up to ${bits} bits, in the shortest spelling. */
static uint64_t get_unsigned(struct wire_reader *in, unsigned bits)
{
	uint64_t value = 0;

	for (unsigned shift = 0; shift < bits; shift += 7) {
		const uint8_t *byte = wire_raw(in, 1);

		if (byte == NULL)
			return 0;
		value |= (uint64_t)(*byte & 0x7f) << shift;
		if ((*byte & 0x80) == 0) {
			if ((*byte == 0 && shift > 0) ||
			    (shift == 63 && *byte > 1))
				break;
			return value;
		}
	}
	in->bad = true;
	return 0;
}

int64_t wire_int(struct wire_reader *in, int64_t max)
{
	uint64_t value = get_unsigned(in, 63);

	if (value <= (uint64_t)max)
		return (int64_t)value;
	in->bad = true;
	return 0;
}

int64_t wire_delta(struct wire_reader *in, int64_t before)
{
	uint64_t value = get_unsigned(in, 64);

	return (int64_t)((uint64_t)before + ((value >> 1) ^ (0 - (value & 1))));
}

void wire_skip(struct wire_reader *in, size_t count)
{
	while (count > 0 && in->at < in->end) {
		if ((*in->at++ & 0x80) == 0)
			count--;
	}
	if (count > 0)
		in->bad = true;
}

void wire_id(struct wire_reader *in, char *out, size_t size)
{
	size_t len = (size_t)wire_int(in, (int64_t)size - 1);

	wire_copy(in, out, len);
	out[len] = '\0';
	if (!text_is_utf8(out, len) || text_check_id(out, NULL) < 0)
		in->bad = true;
}

void wire_device(struct wire_reader *in, char out[DEVICE_TEXT])
{
	uint8_t bytes[DEVICE_LEN];

	wire_copy(in, bytes, sizeof(bytes));
	enc_hex(bytes, sizeof(bytes), out);
}
