#include <fcntl.h>
#include <linux/landlock.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "server/confine.h"

#ifndef CONFINE_NOTHING /* server/CMakeLists.txt */
#define CONFINE_NOTHING 0
#endif
/* glibc has no names for the calls, and old headers none for what came after
 * the second version. */
#define ABI_LEAST    2 /* the first that lets files move between directories */
#define ABI_TRUNCATE 3
#define FS_TRUNCATE  (UINT64_C(1) << 14)

#define FS_WRITING                                                             \
	(LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR |       \
	    LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_CHAR |    \
	    LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG |        \
	    LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO |      \
	    LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM |      \
	    LANDLOCK_ACCESS_FS_REFER)

static bool allow(int rules, uint64_t what, const char *directory)
{
	struct landlock_path_beneath_attr below = {.allowed_access = what};
	bool done;

	below.parent_fd = open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (below.parent_fd < 0)
		return false;
	done = syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH,
		   &below, 0) == 0;
	(void)close(below.parent_fd);
	return done;
}

/* PR_SET_NO_NEW_PRIVS comes first: without it only root may. */
static bool restrict_writing(const char *directory)
{
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0,
	    LANDLOCK_CREATE_RULESET_VERSION);
	uint64_t writing = FS_WRITING | (abi >= ABI_TRUNCATE ? FS_TRUNCATE : 0);
	struct landlock_ruleset_attr attr = {
	    .handled_access_fs = writing | LANDLOCK_ACCESS_FS_EXECUTE};
	bool done;
	int rules;

	if (abi < ABI_LEAST)
		return false;
	rules =
	    (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof(attr), 0);
	if (rules < 0)
		return false;
	done = allow(rules, writing, directory) &&
	       syscall(SYS_landlock_restrict_self, rules, 0) == 0;
	(void)close(rules);
	return done;
}

/* A unit that has seen to it may not let us ask again. */
static bool forbid_core(void)
{
	const struct rlimit none = {0, 0};
	struct rlimit now;

	return (getrlimit(RLIMIT_CORE, &now) == 0 && now.rlim_max == 0) ||
	       setrlimit(RLIMIT_CORE, &none) == 0;
}

bool confine(const char *directory)
{
	bool quiet, kept;

	if (CONFINE_NOTHING)
		return false;
	quiet = prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 && forbid_core();
	/* libxlsxwriter puts workbooks together in files of no name. */
	kept = setenv("TMPDIR", directory, 1) == 0 &&
	       prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	       restrict_writing(directory);
	return quiet && kept;
}
