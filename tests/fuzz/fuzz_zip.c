/*
 * Inflation, as a stranger's bytes meet it: the first two bytes choose the
 * bound, the rest is inflated; then deflated and inflated again.
 */
#include "shared/zip.h"
#include "tests/fuzz/fuzz.h"

static void check_bound(const uint8_t *data, size_t size, size_t max)
{
	struct buf out = BUF_INIT, more = BUF_INIT;
	struct err err = ERR_INIT;
	int rc = zip_inflate(&out, data, size, max, &err);

	fuzz_check_err(rc, &err);
	FUZZ_CHECK(out.len <= max);
	if (rc == 0) {
		FUZZ_CHECK(zip_inflate(&more, data, size, 1 << 20, NULL) == 0);
		FUZZ_CHECK(fuzz_same(&more, buf_text(&out), out.len));
		buf_reset(&more);
		FUZZ_CHECK(out.len == 0 || zip_inflate(&more, data, size,
					       out.len - 1, NULL) == E_LIMIT);
	}
	buf_free(&out);
	buf_free(&more);
}

static void check_there_and_back(const uint8_t *data, size_t size)
{
	struct buf packed = BUF_INIT, back = BUF_INIT;

	FUZZ_CHECK(zip_deflate(&packed, data, size, NULL) == 0);
	buf_add_text(&back, "before");
	FUZZ_CHECK(
	    zip_inflate(&back, buf_text(&packed), packed.len, size, NULL) == 0);
	FUZZ_CHECK(back.len == size + 6);
	FUZZ_CHECK(back.data[5] == 'e');
	buf_reset(&back);
	FUZZ_CHECK(size == 0 || zip_inflate(&back, buf_text(&packed),
				    packed.len, size - 1, NULL) == E_LIMIT);
	buf_reset(&back);
	FUZZ_CHECK(zip_inflate(&back, buf_text(&packed), packed.len - 1, size,
		       NULL) == E_INVALID);
	buf_add_char(&packed, 'x');
	buf_reset(&back);
	FUZZ_CHECK(zip_inflate(&back, buf_text(&packed), packed.len, size,
		       NULL) == E_INVALID);
	buf_free(&packed);
	buf_free(&back);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 2)
		return 0;
	check_bound(
	    data + 2, size - 2, (size_t)1 + data[0] + 256 * (size_t)data[1]);
	check_there_and_back(data + 2, size - 2);
	return 0;
}
