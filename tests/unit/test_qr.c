#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "shared/qr.h"

/* The library's own memory, lacking on demand: the call is redirected (see
 * tests/CMakeLists.txt). */
void *__real_QRcode_encodeString8bit(
    const char *text, int version, unsigned level);
void *__wrap_QRcode_encodeString8bit(
    const char *text, int version, unsigned level);

static bool library_fails;

void *__wrap_QRcode_encodeString8bit(
    const char *text, int version, unsigned level)
{
	return library_fails
	           ? NULL
	           : __real_QRcode_encodeString8bit(text, version, level);
}

#define SIDE_MAX 185 /* of the largest code, its quiet zone included */

/* The picture, module by module, from its path alone. */
static void draw(const char *path, bool dark[SIDE_MAX][SIDE_MAX], int size)
{
	int x, y, width, back, taken;

	memset(dark, 0, SIDE_MAX * SIDE_MAX * sizeof(bool));
	for (; *path != '\0'; path += taken) {
		assert_int_equal(sscanf(path, "M%d %dh%dv1h-%dz%n", &x, &y,
				     &width, &back, &taken),
		    4);
		assert_int_equal(width, back);
		assert_true(width > 0 && x >= QR_QUIET && y >= QR_QUIET);
		assert_true(x + width <= size - QR_QUIET);
		assert_true(y < size - QR_QUIET);
		for (int i = 0; i < width; i++)
			dark[y][x + i] = true;
	}
}

static bool dark[SIDE_MAX][SIDE_MAX];

/* The three squares by which a reader finds it, and the line of dots. */
static void a_reader_finds_its_marks(void **state)
{
	static const char *const mark[] = {"#######", "#     #", "# ### #",
	    "# ### #", "# ### #", "#     #", "#######"};
	struct buf path = BUF_INIT;
	int size, modules;

	(void)state;
	assert_int_equal(
	    qr_path(&path, &size, "https://pointeau.example", NULL), 0);
	modules = size - 2 * QR_QUIET;
	assert_int_equal(modules, 25); /* version 2, 24 bytes at level M */
	draw(buf_text(&path), dark, size);
	for (int y = 0; y < 7; y++) {
		for (int x = 0; x < 7; x++) {
			bool want = mark[y][x] == '#';
			int far = QR_QUIET + modules - 7;

			assert_int_equal(
			    dark[QR_QUIET + y][QR_QUIET + x], want);
			assert_int_equal(dark[far + y][QR_QUIET + x], want);
			assert_int_equal(dark[QR_QUIET + y][far + x], want);
		}
	}
	for (int i = 8; i < modules - 8; i++)
		assert_int_equal(dark[QR_QUIET + 6][QR_QUIET + i], i % 2 == 0);
	buf_free(&path);
}

static void texts_are_bounded(void **state)
{
	char text[QR_TEXT_MAX + 2];
	struct buf path = BUF_INIT;
	struct err err = ERR_INIT;
	int size;

	(void)state;
	memset(text, 'a', sizeof(text));
	text[QR_TEXT_MAX] = '\0';
	assert_int_equal(qr_path(&path, &size, text, &err), 0);
	assert_true(size > 0 && size <= SIDE_MAX);
	draw(buf_text(&path), dark, size);
	buf_reset(&path);
	text[QR_TEXT_MAX] = 'a';
	text[QR_TEXT_MAX + 1] = '\0';
	assert_int_equal(qr_path(&path, &size, text, &err), E_LIMIT);
	assert_int_equal(qr_path(&path, &size, "", &err), E_INVALID);
	assert_int_equal(size, 0);
	assert_int_equal(path.len, 0);
	buf_free(&path);
}

static void a_lack_of_memory_is_told(void **state)
{
	struct buf path = BUF_INIT;
	struct err err = ERR_INIT;
	int size = 1;

	(void)state;
	library_fails = true;
	assert_int_equal(qr_path(&path, &size, "x", &err), E_NOMEM);
	library_fails = false;
	assert_int_equal(err.code, E_NOMEM);
	assert_int_equal(size, 0);
	assert_int_equal(path.len, 0);
	buf_free(&path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_reader_finds_its_marks),
	    cmocka_unit_test(texts_are_bounded),
	    cmocka_unit_test(a_lack_of_memory_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
