#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "shared/os.h"
#include "shared/os_place.h"
#include "shared/usb.h"
#include "tests/lib/kit.h"

/* The calls of shared/os_place.c are redirected here (see
 * tests/CMakeLists.txt): the next one of this name fails. */
static struct {
	const char *call; /* NULL: none */
	int why;
} sick;

static bool falls_ill(const char *call)
{
	if (sick.call == NULL || strcmp(sick.call, call) != 0)
		return false;
	sick.call = NULL;
	errno = sick.why;
	return true;
}

ssize_t __real_read(int fd, void *data, size_t len);
ssize_t __wrap_read(int fd, void *data, size_t len);
struct dirent *__real_readdir(DIR *directory);
struct dirent *__wrap_readdir(DIR *directory);

ssize_t __wrap_read(int fd, void *data, size_t len)
{
	return falls_ill("read") ? -1 : __real_read(fd, data, len);
}

struct dirent *__wrap_readdir(DIR *from)
{
	return falls_ill("readdir") ? NULL : __real_readdir(from);
}

static char directory[KIT_PATH];
static char paths[2][KIT_PATH + 64];

static const char *in(int which, const char *name)
{
	(void)snprintf(
	    paths[which], sizeof(paths[which]), "%s/%s", directory, name);
	return paths[which];
}

static const char *put(int which, const char *name, const char *text)
{
	const char *path = in(which, name);

	assert_int_equal(
	    os_file_write(path, text, strlen(text), 0600, NULL), 0);
	return path;
}

static int start(void **state)
{
	(void)state;
	kit_directory(directory);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	kit_directory_remove(directory);
	return 0;
}

/* ---- networks ---- */

#define HEAD_4                                                                 \
	"Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\n"
#define WIFI  "wlan0\t00000000\t0101A8C0\t0003\t0\t0\t600\t00000000\n"
#define LINK  "wlan0\t0001A8C0\t00000000\t0001\t0\t0\t600\t00FFFFFF\n"
#define DOWN  "eth0\t00000000\t0101A8C0\t0002\t0\t0\t600\t00000000\n"
#define OWN_4 "lo\t0000007F\t00000000\t0001\t0\t0\t0\t000000FF\n"

#define ZERO "00000000000000000000000000000000"
#define OWN_6                                                                  \
	ZERO " 00 " ZERO " 00 " ZERO " ffffffff 00000001 00000000 00200200"    \
	     "       lo\n"
#define LOOP_6                                                                 \
	ZERO " 80 " ZERO " 00 " ZERO " 00000000 00000003 00000000 80200001"    \
	     "       lo\n"
#define NEAR_6                                                                 \
	"fe800000000000000000000000000000 40 " ZERO " 00 " ZERO                \
	" 00000100 00000001 00000000 00000001    wlan0\n"
#define MANY_6                                                                 \
	"ff000000000000000000000000000000 08 " ZERO " 00 " ZERO                \
	" 00000100 00000001 00000000 00000001    wlan0\n"
#define FAR_6(uses)                                                            \
	ZERO " 00 " ZERO " 00 fe800000000000000000000000000001 00000258 "      \
	     "00000001 " uses " 00000003    wlan0\n"

static uint64_t network(const char *four, const char *six)
{
	return os_network_of(put(0, "route", four), put(1, "route6", six));
}

static void its_own_addresses_are_no_network(void **state)
{
	(void)state;
	assert_int_equal(network(HEAD_4, ""), 0);
	assert_int_equal(network(HEAD_4 OWN_4 DOWN, OWN_6 NEAR_6 MANY_6), 0);
	assert_int_equal(network(HEAD_4, LOOP_6), 0);
	assert_int_equal(network("wlan0\n\n", "fe\n\n"), 0);
	assert_int_equal(os_network_of(in(0, "none"), in(1, "nothing")), 0);
}

static void a_network_has_a_number_that_lasts(void **state)
{
	uint64_t wifi = network(HEAD_4 WIFI LINK OWN_4, NEAR_6);

	(void)state;
	assert_true(wifi != 0);
	assert_true(network(HEAD_4 LINK WIFI, OWN_6) == wifi);
	assert_true(network(HEAD_4 WIFI, "") != wifi);
	assert_true(network(HEAD_4, FAR_6("00000001")) != 0);
	/* How often it was used changes all the time. */
	assert_true(network(HEAD_4, FAR_6("00000001")) ==
		    network(HEAD_4, FAR_6("00000077")));
}

/* ---- places ---- */

static int note_place(
    void *context, const char *path, const char *label, struct err *err)
{
	(void)err;
	buf_printf(context, "%s=%s;", label, path);
	return 0;
}

static void sticks_are_found_by_where_desktops_put_them(void **state)
{
	struct buf found = BUF_INIT;
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(
	    os_places_of(put(0, "mounts",
			     "/dev/sda1 / ext4 rw 0 0\n"
			     "/dev/sdb1 /media/lea/CLE\\040BLEUE vfat rw 0 0\n"
			     "/dev/sdc1 /run/media/lea/A\\134B exfat rw 0 0\n"
			     "/dev/sdd1 /media/cdrom iso9660 ro 0 0\n"
			     "/dev/sde1 /media/lea/x/y ext4 rw 0 0\n"
			     "/dev/sdf1 /mnt/lea/x ext4 rw 0 0\n"
			     "broken\n"),
		note_place, &found, &err),
	    0);
	assert_string_equal(buf_text(&found),
	    "CLE BLEUE=/media/lea/CLE BLEUE;A\\B=/run/media/lea/A\\B;");
	buf_free(&found);
	assert_int_equal(
	    os_places_of(in(0, "none"), note_place, &found, &err), E_IO);
	/* A name is what follows the last slash, and only whole escapes are
	 * such. */
	buf_reset(&found);
	assert_int_equal(
	    os_places_of(put(0, "mounts",
			     "/dev/sdb1 /media/lea/ vfat rw 0 0\n"
			     "/dev/sdb2 /media/lea/a\\8b\\08c\\048\\ vfat rw\n"
			     "/dev/sdb3 /media/lea/d\\/x vfat rw 0 0\n"
			     "/dev/sdb4 /media/lea/e\\: vfat rw 0 0\n"),
		note_place, &found, &err),
	    0);
	assert_string_equal(buf_text(&found),
	    "a\\8b\\08c\\048\\=/media/lea/a\\8b\\08c\\048\\;"
	    "e\\:=/media/lea/e\\:;");
	assert_true(os_disk_free(directory) >= 0);
	assert_int_equal(os_disk_free(in(0, "none")), -1);
	buf_free(&found);
}

static int stop_there(
    void *context, const char *path, const char *label, struct err *err)
{
	(void)path;
	(void)label;
	++*(size_t *)context;
	return err_set(err, E_PARTIAL, "enough");
}

static void a_search_of_places_can_be_stopped(void **state)
{
	struct err err = ERR_INIT;
	size_t count = 0;

	(void)state;
	assert_int_equal(os_places_of(put(0, "mounts",
					  "a /media/lea/A vfat rw 0 0\n"
					  "b /media/lea/B vfat rw 0 0\n"),
			     stop_there, &count, &err),
	    E_PARTIAL);
	assert_int_equal(count, 1);
}

static int count_name(void *context, const char *name, struct err *err)
{
	(void)name;
	(void)err;
	++*(size_t *)context;
	return 0;
}

static void names_are_bounded(void **state)
{
	struct err err = ERR_INIT;
	size_t count = 0;

	(void)state;
	(void)put(0, "a", "");
	(void)put(0, "b", "");
	assert_int_equal(
	    os_directory_names(directory, 2, count_name, &count, &err), 0);
	assert_int_equal(count, 2);
	assert_int_equal(
	    os_directory_names(directory, 1, count_name, &count, &err),
	    E_LIMIT);
	assert_int_equal(
	    os_directory_names(in(0, "none"), 1, count_name, &count, &err),
	    E_NOT_FOUND);
	assert_int_equal(
	    os_directory_names(in(0, "a"), 1, count_name, &count, &err), E_IO);
}

/* A stick that is drawn out meanwhile. */
static void a_stick_that_fails_is_told(void **state)
{
	struct buf out = BUF_INIT;
	struct err err = ERR_INIT;
	size_t count = 0;

	(void)state;
	(void)put(0, "f", "12345");
	sick.call = "readdir";
	sick.why = EIO;
	assert_int_equal(
	    os_directory_names(directory, 9, count_name, &count, &err), E_IO);
	assert_int_equal(count, 0);
	sick.call = "read";
	assert_int_equal(os_file_read_strange(&out, in(0, "f"), 5, &err), E_IO);
	/* A signal meanwhile is no failure. */
	sick.call = "read";
	sick.why = EINTR;
	buf_reset(&out);
	assert_int_equal(os_file_read_strange(&out, in(0, "f"), 5, &err), 0);
	assert_string_equal(buf_text(&out), "12345");
	assert_null(sick.call);
	assert_int_equal(os_directory_make_open(in(0, "none/d"), &err), E_IO);
	buf_free(&out);
}

static void a_strangers_file_is_a_file(void **state)
{
	struct buf out = BUF_INIT;
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(
	    os_file_read_strange(&out, put(0, "f", "12345"), 5, &err), 0);
	assert_string_equal(buf_text(&out), "12345");
	buf_reset(&out);
	assert_int_equal(
	    os_file_read_strange(&out, in(0, "f"), 4, &err), E_LIMIT);
	assert_int_equal(symlink(in(0, "f"), in(1, "link")), 0);
	assert_int_equal(
	    os_file_read_strange(&out, in(0, "link"), 5, &err), E_IO);
	assert_int_equal(mkfifo(in(0, "pipe"), 0600), 0);
	assert_int_equal(
	    os_file_read_strange(&out, in(0, "pipe"), 5, &err), E_INVALID);
	assert_int_equal(
	    os_file_read_strange(&out, directory, 5, &err), E_INVALID);
	assert_int_equal(
	    os_file_read_strange(&out, in(0, "none"), 5, &err), E_NOT_FOUND);
	assert_int_equal(os_directory_make_open(in(0, "d"), &err), 0);
	assert_int_equal(os_directory_make_open(in(0, "d"), &err), 0);
	assert_int_equal(symlink(directory, in(1, "to")), 0);
	assert_int_equal(os_directory_make_open(in(0, "to"), &err), E_IO);
	buf_free(&out);
}

#define HEX_16 "0123456789abcdef"
#define HEX_64 HEX_16 HEX_16 HEX_16 HEX_16

static void a_sticks_names_are_exact(void **state)
{
	static const char *const not_sets[] = {"", ".set", HEX_64,
	    HEX_64 "0.set", HEX_16 ".set", HEX_64 ".SET", "../" HEX_64 ".set",
	    HEX_64 ".set.XXXXXX", "manifest.json"};
	static const char *const not_places[] = {"", "pointeau-", HEX_16,
	    "pointeau-" HEX_16 "0", "pointeau-0123456789ABCDEF",
	    "pointeau-../../../../../x", "pointeau-" HEX_16 "/"};
	char name[USB_NAME_TEXT];

	(void)state;
	usb_set_name(HEX_64, name);
	assert_string_equal(name, HEX_64 ".set");
	assert_true(usb_is_set(name));
	assert_true(usb_is_place("pointeau-" HEX_16));
	for (size_t i = 0; i < sizeof(not_sets) / sizeof(not_sets[0]); i++)
		assert_false(usb_is_set(not_sets[i]));
	for (size_t i = 0; i < sizeof(not_places) / sizeof(not_places[0]); i++)
		assert_false(usb_is_place(not_places[i]));
}

#define on_disk(test) cmocka_unit_test_setup_teardown(test, start, stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    on_disk(its_own_addresses_are_no_network),
	    on_disk(a_network_has_a_number_that_lasts),
	    on_disk(sticks_are_found_by_where_desktops_put_them),
	    on_disk(a_search_of_places_can_be_stopped),
	    on_disk(names_are_bounded),
	    on_disk(a_stick_that_fails_is_told),
	    on_disk(a_strangers_file_is_a_file),
	    cmocka_unit_test(a_sticks_names_are_exact),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
