#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "shared/lang.h"
#include "shared/zip.h"

#define CHUNK ((size_t)16 * 1024)

int zip_deflate(struct buf *out, const void *data, size_t len, struct err *err)
{
	uLong bound = compressBound((uLong)len);
	uLongf done = bound;
	Bytef *bytes = malloc(bound);
	int rc;

	if (bytes == NULL)
		return err_nomem(err);
	if (compress2(bytes, &done, data, (uLong)len, 9) != Z_OK) {
		rc = err_nomem(err);
		goto out;
	}
	buf_add(out, bytes, done);
	rc = buf_check(out, err);
out:
	free(bytes);
	return rc;
}

static int too_much(size_t max, struct err *err)
{
	return err_set(err, E_LIMIT,
	    L("données décompressées de plus de %zu octets : refusées",
		"inflated data over %zu bytes: refused"),
	    max);
}

static int damaged(struct err *err)
{
	return err_set(err, E_INVALID,
	    L("données compressées abîmées ou tronquées",
		"compressed data damaged or cut short"));
}

/* Straight into ${out}, whose room doubles; one byte over ${max} is looked
 * for and not kept. Z_FINISH spares zlib a copy of all in its window. */
static int inflate_all(
    struct buf *out, z_stream *stream, size_t max, struct err *err)
{
	size_t start = out->len, room;
	int z, rc;

	do {
		buf_reserve(out, CHUNK);
		if ((rc = buf_check(out, err)) < 0)
			return rc;
		room = max - (out->len - start) + 1;
		if (room > out->cap - out->len - 1)
			room = out->cap - out->len - 1;
		stream->next_out = (Bytef *)out->data + out->len;
		stream->avail_out = (uInt)room;
		z = inflate(stream, Z_FINISH);
		out->len += room - stream->avail_out;
		if (out->len - start > max) {
			out->len = start + max;
			rc = too_much(max, err);
		}
		out->data[out->len] = '\0';
		if (rc < 0)
			return rc;
	} while (z == Z_OK || (z == Z_BUF_ERROR && stream->avail_out == 0));
	return z == Z_STREAM_END ? 0 : damaged(err);
}

int zip_inflate(
    struct buf *out, const void *data, size_t len, size_t max, struct err *err)
{
	z_stream stream;
	int rc;

	memset(&stream, 0, sizeof(stream));
	if (inflateInit(&stream) != Z_OK)
		return err_nomem(err);
	/* zlib's field is not const, but inflate only reads it. */
	memcpy(&stream.next_in, &data, sizeof(data));
	stream.avail_in = (uInt)len;
	rc = inflate_all(out, &stream, max, err);
	if (rc == 0 && stream.avail_in != 0)
		rc = damaged(err);
	(void)inflateEnd(&stream);
	return rc;
}

#define PACK_WINDOW_BITS (-15)
#define PACK_MEMORY      8

int zip_pack(struct buf *out, struct bytes dictionary, const void *data,
    size_t len, struct err *err)
{
	z_stream stream;
	Bytef *bytes = NULL;
	uLong bound;
	int rc = 0;

	memset(&stream, 0, sizeof(stream));
	if (deflateInit2(&stream, 9, Z_DEFLATED, PACK_WINDOW_BITS, PACK_MEMORY,
		Z_DEFAULT_STRATEGY) != Z_OK)
		return err_nomem(err);
	bound = deflateBound(&stream, (uLong)len);
	if ((bytes = malloc(bound)) == NULL ||
	    deflateSetDictionary(
		&stream, dictionary.data, (uInt)dictionary.len) != Z_OK) {
		rc = err_nomem(err);
		goto out;
	}
	memcpy(&stream.next_in, &data, sizeof(data));
	stream.avail_in = (uInt)len;
	stream.next_out = bytes;
	stream.avail_out = (uInt)bound;
	if (deflate(&stream, Z_FINISH) != Z_STREAM_END) {
		rc = err_nomem(err);
		goto out;
	}
	buf_add(out, bytes, bound - stream.avail_out);
	rc = buf_check(out, err);
out:
	(void)deflateEnd(&stream);
	free(bytes);
	return rc;
}

int zip_unpack(struct buf *out, struct bytes dictionary, const void *data,
    size_t len, size_t max, size_t *used, struct err *err)
{
	z_stream stream;
	int rc;

	memset(&stream, 0, sizeof(stream));
	if (inflateInit2(&stream, PACK_WINDOW_BITS) != Z_OK)
		return err_nomem(err);
	if (inflateSetDictionary(
		&stream, dictionary.data, (uInt)dictionary.len) != Z_OK) {
		rc = err_nomem(err);
		goto out;
	}
	memcpy(&stream.next_in, &data, sizeof(data));
	stream.avail_in = (uInt)len;
	rc = inflate_all(out, &stream, max, err);
	*used = len - stream.avail_in;
out:
	(void)inflateEnd(&stream);
	return rc;
}
