#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "shared/os.h"
#include "tests/lib/kit.h"

/* ---- calls of the system that fail on demand ---- */

/* The calls of shared/os.c are redirected here (see tests/CMakeLists.txt):
 * the next one of this name fails. */
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

static void make_sick(const char *call, int why)
{
	sick.call = call;
	sick.why = why;
}

ssize_t __real_read(int fd, void *data, size_t len);
ssize_t __wrap_read(int fd, void *data, size_t len);
ssize_t __real_write(int fd, const void *data, size_t len);
ssize_t __wrap_write(int fd, const void *data, size_t len);
int __real_link(const char *from, const char *to);
int __wrap_link(const char *from, const char *to);
int __real_flock(int fd, int operation);
int __wrap_flock(int fd, int operation);
int __real_gethostname(char *out, size_t size);
int __wrap_gethostname(char *out, size_t size);
FILE *__real_fopen(const char *path, const char *mode);
FILE *__wrap_fopen(const char *path, const char *mode);

ssize_t __wrap_read(int fd, void *data, size_t len)
{
	return falls_ill("read") ? -1 : __real_read(fd, data, len);
}

ssize_t __wrap_write(int fd, const void *data, size_t len)
{
	return falls_ill("write") ? -1 : __real_write(fd, data, len);
}

int __wrap_link(const char *from, const char *to)
{
	return falls_ill("link") ? -1 : __real_link(from, to);
}

int __wrap_flock(int fd, int operation)
{
	return falls_ill("flock") ? -1 : __real_flock(fd, operation);
}

int __wrap_gethostname(char *out, size_t size)
{
	return falls_ill("gethostname") ? -1 : __real_gethostname(out, size);
}

/* An error of 0: the file is there, and empty. */
FILE *__wrap_fopen(const char *path, const char *mode)
{
	if (!falls_ill("fopen"))
		return __real_fopen(path, mode);
	return sick.why == 0 ? __real_fopen("/dev/null", mode) : NULL;
}

static char directory[KIT_PATH];
static char path[KIT_PATH + 64];

static const char *in(const char *name)
{
	(void)snprintf(path, sizeof(path), "%s/%s", directory, name);
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

static void assert_content(const char *name, const char *content)
{
	struct buf out = BUF_INIT;

	assert_int_equal(os_file_read(&out, in(name), 1000, NULL), 0);
	assert_string_equal(buf_text(&out), content);
	buf_free(&out);
}

/* A file that another left half written beside would show here. */
static void assert_only(const char *names)
{
	struct buf command = BUF_INIT;

	buf_printf(&command,
	    "test \"$(ls -A %s | sort | tr '\\n' ' ')\" = '%s'", directory,
	    names);
	assert_int_equal(kit_run("%s", buf_text(&command)), 0);
	buf_free(&command);
}

static void a_written_file_reads_the_same(void **state)
{
	static const char bytes[] = "a\0b\n";
	struct buf out = BUF_INIT;

	(void)state;
	assert_int_equal(
	    os_file_write(in("f"), bytes, sizeof(bytes), 0600, NULL), 0);
	buf_add_text(&out, "before ");
	assert_int_equal(os_file_read(&out, in("f"), sizeof(bytes), NULL), 0);
	assert_int_equal(out.len, 7 + sizeof(bytes));
	assert_memory_equal(out.data + 7, bytes, sizeof(bytes));
	buf_free(&out);
	assert_int_equal(os_file_write(in("f"), "short", 5, 0600, NULL), 0);
	assert_content("f", "short");
	assert_int_equal(os_file_write(in("f"), "", 0, 0600, NULL), 0);
	assert_content("f", "");
	assert_only("f ");
}

static void a_bare_name_is_of_the_directory_we_are_in(void **state)
{
	char before[4096];

	(void)state;
	assert_non_null(getcwd(before, sizeof(before)));
	assert_int_equal(chdir(directory), 0);
	assert_int_equal(os_file_write("bare", "x", 1, 0600, NULL), 0);
	assert_int_equal(chdir(before), 0);
	assert_true(os_file_exists(in("bare")));
}

static void modes_are_exact_whatever_the_umask(void **state)
{
	mode_t before = umask(0077);
	struct stat st;

	(void)state;
	assert_int_equal(os_file_write(in("f"), "", 0, 0644, NULL), 0);
	assert_int_equal(stat(in("f"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0644);
	(void)umask(0);
	assert_int_equal(os_file_write(in("f"), "", 0, 0600, NULL), 0);
	assert_int_equal(os_file_create(in("g"), "", 0, 0640, NULL), 0);
	(void)umask(before);
	assert_int_equal(stat(in("f"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(stat(in("g"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0640);
}

static void creating_never_replaces(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(os_file_create(in("f"), "first", 5, 0600, NULL), 0);
	assert_int_equal(
	    os_file_create(in("f"), "second", 6, 0600, &err), E_CONFLICT);
	assert_content("f", "first");
	assert_int_equal(symlink("nowhere", in("link")), 0);
	assert_int_equal(
	    os_file_create(in("link"), "x", 1, 0600, &err), E_CONFLICT);
	assert_only("f link ");
}

static void moving_replaces_and_removing_forgives(void **state)
{
	struct err err = ERR_INIT;
	char from[sizeof(path)];

	(void)state;
	assert_int_equal(os_file_write(in("f"), "first", 5, 0600, NULL), 0);
	assert_int_equal(os_file_write(in("g"), "second", 6, 0600, NULL), 0);
	(void)snprintf(from, sizeof(from), "%s", in("g"));
	assert_int_equal(os_file_move(from, in("f"), &err), 0);
	assert_content("f", "second");
	assert_only("f ");
	assert_int_equal(os_file_move(from, in("f"), &err), E_IO);
	assert_content("f", "second");
	assert_int_equal(os_file_remove(in("f"), &err), 0);
	assert_int_equal(os_file_remove(in("f"), &err), 0);
	assert_int_equal(mkdir(in("d"), 0700), 0);
	assert_int_equal(os_file_remove(in("d"), &err), E_IO);
	/* Nor is there a directory to be synced. */
	assert_int_equal(os_file_remove(in("none/f"), &err), E_IO);
	assert_only("d ");
}

static void writing_where_it_cannot_be_leaves_nothing(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(os_file_write(in("no/f"), "x", 1, 0600, &err), E_IO);
	assert_non_null(strstr(err.text, "no/f"));
	assert_int_equal(mkdir(in("d"), 0700), 0);
	assert_int_equal(os_file_write(in("d"), "x", 1, 0600, &err), E_IO);
	assert_int_equal(os_file_create(in("no/f"), "x", 1, 0600, &err), E_IO);
	assert_only("d ");
}

static void reading_is_bounded(void **state)
{
	struct buf out = BUF_INIT;
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(os_file_write(in("f"), "12345", 5, 0600, NULL), 0);
	assert_int_equal(os_file_read(&out, in("f"), 5, &err), 0);
	assert_int_equal(os_file_read(&out, in("f"), 4, &err), E_LIMIT);
	assert_int_equal(os_file_read(&out, in("f"), 0, &err), E_LIMIT);
	assert_int_equal(
	    os_file_read(&out, "/dev/zero", 100000, &err), E_LIMIT);
	buf_free(&out);
}

static void what_is_not_there_is_told_from_what_fails(void **state)
{
	struct buf out = BUF_INIT;
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(os_file_read(&out, in("f"), 9, &err), E_NOT_FOUND);
	assert_int_equal(os_file_read(&out, in("."), 9, &err), E_IO);
	assert_false(os_file_exists(in("f")));
	assert_int_equal(os_file_write(in("f"), "", 0, 0600, NULL), 0);
	assert_true(os_file_exists(in("f")));
	assert_false(os_is_directory(in("f")));
	assert_true(os_is_directory(in(".")));
	assert_int_equal(os_file_read(&out, in("f/g"), 9, &err), E_IO);
	buf_free(&out);
}

static void directories_are_made_with_their_parents(void **state)
{
	struct err err = ERR_INIT;
	struct stat st;

	(void)state;
	assert_int_equal(os_directory_make(in("a/b/c"), &err), 0);
	assert_int_equal(os_directory_make(in("a/b/c"), &err), 0);
	assert_int_equal(os_directory_make(in("a//b/d/"), &err), 0);
	assert_true(os_is_directory(in("a/b/d")));
	assert_int_equal(stat(in("a/b/c"), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	assert_int_equal(os_file_write(in("f"), "", 0, 0600, NULL), 0);
	assert_int_equal(os_directory_make(in("f"), &err), E_IO);
	assert_int_equal(os_directory_make(in("f/g"), &err), E_IO);
	assert_int_equal(os_directory_make("", &err), E_IO);
	assert_int_equal(os_directory_make("/", &err), 0);
}

static void emptiness_is_told(void **state)
{
	(void)state;
	assert_true(os_directory_is_empty(in("none")));
	assert_true(os_directory_is_empty(in(".")));
	assert_int_equal(os_file_write(in(".f"), "", 0, 0600, NULL), 0);
	assert_false(os_directory_is_empty(in(".")));
	assert_false(os_directory_is_empty(in(".f")));
}

static int note_name(void *context, const char *relative, struct err *err)
{
	buf_printf(context, "%s ", relative);
	return buf_check(context, err);
}

static int stop_at_b(void *context, const char *relative, struct err *err)
{
	(void)note_name(context, relative, err);
	return strcmp(relative, "b/b") == 0 ? err_set(err, E_PARTIAL, "stopped")
	                                    : 0;
}

static void a_walk_sees_every_regular_file_in_order(void **state)
{
	struct buf seen = BUF_INIT;
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(kit_run("cd %s && mkdir -p b/c empty && touch z a b/b"
				 " b/c/d .hidden && ln -s a link && mkfifo"
				 " pipe && ln -s nowhere broken",
			     directory),
	    0);
	assert_int_equal(
	    os_directory_walk(directory, note_name, &seen, &err), 0);
	assert_string_equal(buf_text(&seen), ".hidden a b/b b/c/d link z ");
	buf_reset(&seen);
	assert_int_equal(
	    os_directory_walk(directory, stop_at_b, &seen, &err), E_PARTIAL);
	assert_string_equal(buf_text(&seen), ".hidden a b/b ");
	assert_int_equal(
	    os_directory_walk(in("none"), note_name, &seen, &err), E_IO);
	buf_free(&seen);
}

static void a_walk_in_circles_ends(void **state)
{
	struct buf seen = BUF_INIT;
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(symlink(".", in("self")), 0);
	assert_int_equal(
	    os_directory_walk(directory, note_name, &seen, &err), E_LIMIT);
	buf_free(&seen);
}

static void one_process_at_a_time_holds_a_lock(void **state)
{
	struct err err = ERR_INIT;
	int first, second;

	(void)state;
	assert_int_equal(os_lock(&first, in("lock"), &err), 0);
	assert_int_equal(os_lock(&second, in("lock"), &err), E_LOCKED);
	assert_int_equal(kit_run("flock -n %s true", in("lock")), 1);
	os_unlock(first);
	assert_int_equal(os_lock(&second, in("lock"), &err), 0);
	os_unlock(second);
	os_unlock(-1);
	assert_int_equal(os_lock(&first, in("no/lock"), &err), E_IO);
	assert_int_equal(
	    kit_run("test $(stat -c %%a %s) = 600", in("lock")), 0);
}

static void a_lock_is_not_left_to_children(void **state)
{
	int lock;

	(void)state;
	assert_int_equal(os_lock(&lock, in("lock"), NULL), 0);
	assert_int_equal(kit_run("ls -l /proc/self/fd | grep -q %s", path), 1);
	os_unlock(lock);
}

static void the_data_directory_follows_the_environment(void **state)
{
	struct buf out = BUF_INIT;
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(setenv("XDG_DATA_HOME", "/x", 1), 0);
	assert_int_equal(setenv("HOME", "/h", 1), 0);
	assert_int_equal(os_data_directory(&out, &err), 0);
	assert_string_equal(buf_text(&out), "/x/pointeau");
	buf_reset(&out);
	assert_int_equal(setenv("XDG_DATA_HOME", "relative", 1), 0);
	assert_int_equal(os_data_directory(&out, &err), 0);
	assert_string_equal(buf_text(&out), "/h/.local/share/pointeau");
	buf_reset(&out);
	assert_int_equal(unsetenv("XDG_DATA_HOME"), 0);
	assert_int_equal(setenv("HOME", "relative", 1), 0);
	assert_int_equal(os_data_directory(&out, &err), E_USAGE);
	assert_int_equal(unsetenv("HOME"), 0);
	assert_int_equal(os_data_directory(&out, &err), E_USAGE);
	buf_free(&out);
}

static void a_long_host_name_is_cut(void **state)
{
	char whole[256], cut[2];

	(void)state;
	os_host_name(whole, sizeof(whole));
	assert_true(whole[0] != '\0');
	os_host_name(cut, sizeof(cut));
	assert_int_equal(cut[0], whole[0]);
	assert_int_equal(cut[1], '\0');
}

static void the_machine_tells_its_clock_and_identities(void **state)
{
	char boot[64], again[64], machine[64];
	uint8_t a[16], b[16];

	(void)state;
	assert_true(os_now_s(&os_system) > 1600000000);
	assert_true(os_monotonic_ms() <= os_monotonic_ms());
	os_system.boot_id(NULL, boot);
	os_system.boot_id(NULL, again);
	os_system.machine_id(NULL, machine);
	assert_string_equal(boot, again);
	assert_int_equal(strlen(boot), 36);
	assert_null(strpbrk(machine, "\r\n"));
	os_random(&os_system, a, sizeof(a));
	os_random(&os_system, b, sizeof(b));
	assert_memory_not_equal(a, b, sizeof(a));
}

/* ---- who is at the other end ---- */

struct line {
	int listener;
	int far; /* the peer's end */
	int near;
	int peer_port;
	int own_port;
};

static int port_of(int fd)
{
	struct sockaddr_in address;
	socklen_t len = sizeof(address);

	assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &len), 0);
	return ntohs(address.sin_port);
}

/* Connect to ourselves. */
static void line_open(struct line *out)
{
	struct sockaddr_in address = {.sin_family = AF_INET};
	socklen_t len = sizeof(address);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	out->listener = socket(AF_INET, SOCK_STREAM, 0);
	out->far = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(
	    bind(out->listener, (struct sockaddr *)&address, len), 0);
	assert_int_equal(listen(out->listener, 1), 0);
	out->own_port = port_of(out->listener);
	address.sin_port = htons((uint16_t)out->own_port);
	assert_int_equal(
	    connect(out->far, (struct sockaddr *)&address, len), 0);
	out->near = accept(out->listener, NULL, NULL);
	assert_true(out->near >= 0);
	out->peer_port = port_of(out->far);
}

static void line_close(struct line *line)
{
	(void)close(line->near);
	(void)close(line->listener);
	if (line->far >= 0)
		(void)close(line->far);
}

static void our_own_connection_is_known(void **state)
{
	struct line line;

	(void)state;
	line_open(&line);
	assert_true(
	    os_peer_is_self("127.0.0.1", line.peer_port, line.own_port));
	assert_true(
	    os_peer_is_self("::ffff:127.0.0.1", line.peer_port, line.own_port));
	/* Other ends, and no ends at all. */
	assert_false(
	    os_peer_is_self("127.0.0.2", line.peer_port, line.own_port));
	assert_false(
	    os_peer_is_self("127.0.0.1", line.peer_port, line.own_port + 1));
	assert_false(os_peer_is_self("127.0.0.1", 1, line.own_port));
	assert_false(os_peer_is_self("", line.peer_port, line.own_port));
	assert_false(os_peer_is_self("::1", line.peer_port, line.own_port));
	/* The listening socket is ours too, but nobody's end. */
	assert_false(os_peer_is_self("127.0.0.1", line.own_port, 0));
	line_close(&line);
}

/* A client that speaks IPv6 is listed elsewhere. */
static void our_own_connection_is_known_by_ipv6_too(void **state)
{
	struct sockaddr_in6 mapped = {.sin6_family = AF_INET6};
	struct sockaddr_in6 own;
	socklen_t len = sizeof(own);
	struct line line;

	(void)state;
	line_open(&line);
	(void)close(line.far);
	if ((line.far = socket(AF_INET6, SOCK_STREAM, 0)) < 0) {
		line_close(&line);
		skip();
	}
	assert_int_equal(
	    inet_pton(AF_INET6, "::ffff:127.0.0.1", &mapped.sin6_addr), 1);
	mapped.sin6_port = htons((uint16_t)line.own_port);
	assert_int_equal(
	    connect(line.far, (struct sockaddr *)&mapped, sizeof(mapped)), 0);
	assert_int_equal(
	    getsockname(line.far, (struct sockaddr *)&own, &len), 0);
	assert_true(
	    os_peer_is_self("127.0.0.1", ntohs(own.sin6_port), line.own_port));
	line_close(&line);
}

/* Once its program has closed it, a socket is nobody's any more. */
static void a_closed_end_is_nobodys(void **state)
{
	struct line line;

	(void)state;
	line_open(&line);
	(void)close(line.far);
	line.far = -1;
	assert_false(
	    os_peer_is_self("127.0.0.1", line.peer_port, line.own_port));
	line_close(&line);
}

/* The socket is another user's as soon as another made it. */
static void anothers_connection_is_told(void **state)
{
	struct line line;
	bool self;

	(void)state;
	if (geteuid() != 0)
		skip();
	assert_int_equal(seteuid(65534), 0);
	line_open(&line);
	assert_int_equal(seteuid(0), 0);
	self = os_peer_is_self("127.0.0.1", line.peer_port, line.own_port);
	line_close(&line);
	assert_false(self);
}

/* ---- other programs ---- */

/* Wait for a file that another program writes, whole: it ends in a dot. */
static void wait_for(const char *name)
{
	struct buf out = BUF_INIT;

	for (int i = 0; i < 2000; i++) {
		buf_reset(&out);
		if (os_file_read(&out, in(name), 1000, NULL) == 0 &&
		    out.len > 0 && out.data[out.len - 1] == '.') {
			buf_free(&out);
			return;
		}
		(void)usleep(5000);
	}
	fail_msg("%s : jamais écrit", name);
}

static void a_program_runs_on_its_own(void **state)
{
	char script[256];
	const char *const words[] = {"sh", "-c", script, NULL};
	sigset_t set, before;

	(void)state;
	(void)snprintf(script, sizeof(script),
	    "echo lost; read line; "
	    "printf '%%s %%s.' \"$line\" \"$(sed -n 's/^SigBlk:\\s*//p' "
	    "/proc/self/status)\" >%s",
	    in("said"));
	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGTERM);
	(void)sigprocmask(SIG_BLOCK, &set, &before);
	assert_int_equal(os_spawn(words, NULL), 0);
	(void)sigprocmask(SIG_SETMASK, &before, NULL);
	wait_for("said");
	/* It read nothing, and no signal is blocked there. */
	assert_content("said", " 0000000000000000.");
	(void)signal(SIGCHLD, SIG_DFL);
}

static void what_is_no_program_is_told(void **state)
{
	const char *const words[] = {in("f"), NULL};
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(os_file_write(words[0], "x", 1, 0600, NULL), 0);
	assert_int_equal(os_spawn(words, &err), E_IO);
	(void)signal(SIGCHLD, SIG_DFL);
}

static void a_program_that_is_not_there_is_told(void **state)
{
	const char *const words[] = {"pointeau-no-such-program", NULL};
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(os_spawn(words, &err), E_NOT_FOUND);
	(void)signal(SIGCHLD, SIG_DFL);
}

static void an_interrupted_call_goes_on(void **state)
{
	(void)state;
	make_sick("write", EINTR);
	assert_int_equal(os_file_write(in("f"), "whole", 5, 0600, NULL), 0);
	assert_null(sick.call);
	make_sick("read", EINTR);
	assert_content("f", "whole");
	assert_null(sick.call);
}

static void a_file_system_without_links_or_locks_is_told(void **state)
{
	struct err err = ERR_INIT;
	int lock;

	(void)state;
	make_sick("link", EPERM);
	assert_int_equal(os_file_create(in("f"), "x", 1, 0600, &err), E_IO);
	assert_only("");
	err = (struct err)ERR_INIT;
	make_sick("flock", ENOLCK);
	assert_int_equal(os_lock(&lock, in("lock"), &err), E_IO);
	assert_true(err.text[0] != '\0');
	/* Nothing is held after that. */
	assert_int_equal(os_lock(&lock, in("lock"), &err), 0);
	os_unlock(lock);
}

static void a_machine_without_identity_has_an_empty_one(void **state)
{
	char text[64];

	(void)state;
	make_sick("fopen", ENOENT);
	os_system.boot_id(NULL, text);
	assert_string_equal(text, "");
	make_sick("fopen", 0);
	memset(text, 'x', sizeof(text));
	os_system.machine_id(NULL, text);
	assert_string_equal(text, "");
	memset(text, 'x', sizeof(text));
	make_sick("gethostname", EPERM);
	os_host_name(text, sizeof(text));
	assert_string_equal(text, "");
	assert_null(sick.call);
}

/* Without the system's list nobody can be told to be us. */
static void an_unknown_end_is_not_ours(void **state)
{
	struct line line;

	(void)state;
	line_open(&line);
	make_sick("fopen", ENOENT);
	/* The first list fails; the second, of IPv6, has no such line. */
	assert_false(
	    os_peer_is_self("127.0.0.1", line.peer_port, line.own_port));
	assert_true(
	    os_peer_is_self("127.0.0.1", line.peer_port, line.own_port));
	line_close(&line);
}

#define in_a_directory(test) cmocka_unit_test_setup_teardown(test, start, stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    in_a_directory(a_written_file_reads_the_same),
	    in_a_directory(a_bare_name_is_of_the_directory_we_are_in),
	    in_a_directory(modes_are_exact_whatever_the_umask),
	    in_a_directory(creating_never_replaces),
	    in_a_directory(moving_replaces_and_removing_forgives),
	    in_a_directory(writing_where_it_cannot_be_leaves_nothing),
	    in_a_directory(reading_is_bounded),
	    in_a_directory(what_is_not_there_is_told_from_what_fails),
	    in_a_directory(directories_are_made_with_their_parents),
	    in_a_directory(emptiness_is_told),
	    in_a_directory(a_walk_sees_every_regular_file_in_order),
	    in_a_directory(a_walk_in_circles_ends),
	    in_a_directory(one_process_at_a_time_holds_a_lock),
	    in_a_directory(a_lock_is_not_left_to_children),
	    cmocka_unit_test(our_own_connection_is_known),
	    cmocka_unit_test(our_own_connection_is_known_by_ipv6_too),
	    cmocka_unit_test(a_closed_end_is_nobodys),
	    cmocka_unit_test(anothers_connection_is_told),
	    in_a_directory(a_program_runs_on_its_own),
	    in_a_directory(what_is_no_program_is_told),
	    cmocka_unit_test(a_program_that_is_not_there_is_told),
	    in_a_directory(an_interrupted_call_goes_on),
	    in_a_directory(a_file_system_without_links_or_locks_is_told),
	    cmocka_unit_test(a_machine_without_identity_has_an_empty_one),
	    cmocka_unit_test(an_unknown_end_is_not_ours),
	    cmocka_unit_test(a_long_host_name_is_cut),
	    cmocka_unit_test(the_machine_tells_its_clock_and_identities),
	    cmocka_unit_test(the_data_directory_follows_the_environment),
	};

	return crypto_init(NULL) < 0
	           ? 1
	           : cmocka_run_group_tests(tests, NULL, NULL);
}
