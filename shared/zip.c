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

static int inflate_all(
    struct buf *out, z_stream *stream, size_t max, struct err *err)
{
	uint8_t chunk[CHUNK];
	size_t total = 0;
	int z;

	do {
		size_t made;

		stream->next_out = chunk;
		stream->avail_out = sizeof(chunk);
		z = inflate(stream, Z_NO_FLUSH);
		made = sizeof(chunk) - stream->avail_out;
		if (made > max - total) {
			return err_set(err, E_LIMIT,
			    L("données décompressées de plus de %zu octets : "
			      "refusées",
				"inflated data over %zu bytes: refused"),
			    max);
		}
		total += made;
		buf_add(out, chunk, made);
	} while (z == Z_OK);
	if (z != Z_STREAM_END || stream->avail_in != 0) {
		return err_set(err, E_INVALID,
		    L("données compressées abîmées ou tronquées",
			"compressed data damaged or cut short"));
	}
	return buf_check(out, err);
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
	(void)inflateEnd(&stream);
	return rc;
}
