#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <ftw.h>
#include <inttypes.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shared/crypto.h"
#include "shared/enc.h"
#include "shared/lang.h"
#include "tests/failure/trial.h"

#define FILE_MAX   ((size_t)16 * 1024 * 1024)
#define OPEN_FILES 16
#define TOLD_MAX   12 /* faults told in full, of one flow and class */
#define TRIES      3  /* a leak grows each time; a cache does so once */
/* Failing calls tried, of one flow, class and way; those between two of them
 * are for another seed. */
#define SHORT_RUN 20
#define FULL_RUN  80
#define SEEN_MAX  4096
#define CHANCE    7

static const char *const class_names[] = {"memory", "disk", "full", "net"};

/* A folder as an attempt left it, to the last byte, and found in order. */
struct seen {
	struct hash bytes;
	bool left_files; /* it was allowed to */
	bool after;      /* everything was done */
};

/* One flow under trial. */
struct trial {
	struct stage stage;
	const struct flow *flow;
	struct fault_plan plan;
	struct buf told;          /* what it tells without a fault */
	struct buf before, after; /* states */
	struct buf base_bytes, after_bytes;
	const char *first; /* the call that failed first */
	size_t wrong;
	/* Most failures leave what another left: it is looked at once. */
	struct seen *seen; /* SEEN_MAX */
	size_t seen_count;
};

/* What the handler of crashes tells. */
static const struct trial *current;

static void crashed(int number)
{
	char text[256];
	int len = snprintf(text, sizeof(text),
	    "CRASH (signal %d) %s %s %s %" PRIu64 " (%s)\n", number,
	    current->flow->name, class_names[current->plan.class],
	    current->plan.always ? "always" : "once", current->plan.at,
	    faults_first());

	(void)faults_stop();
	if (write(STDOUT_FILENO, text, (size_t)len) < 0)
		_exit(3);
	(void)signal(number, SIG_DFL);
	(void)raise(number);
}

/* ---- folders ---- */

static int remove_one(
    const char *path, const struct stat *info, int type, struct FTW *walk)
{
	(void)info;
	(void)type;
	(void)walk;
	return remove(path);
}

static void remove_folder(const char *path)
{
	if (os_file_exists(path))
		assert_int_equal(
		    nftw(path, remove_one, OPEN_FILES, FTW_DEPTH | FTW_PHYS),
		    0);
}

struct copying {
	const char *from, *to;
};

static void read_whole(struct buf *out, const char *folder, const char *name)
{
	char path[512];

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	assert_int_equal(os_file_read(out, path, FILE_MAX, NULL), 0);
}

static int copy_one(void *context, const char *relative, struct err *err)
{
	const struct copying *copying = context;
	struct buf bytes = BUF_INIT;
	char path[512], *slash;
	int rc;

	read_whole(&bytes, copying->from, relative);
	(void)snprintf(path, sizeof(path), "%s/%s", copying->to, relative);
	slash = strrchr(path, '/');
	*slash = '\0';
	rc = os_directory_make(path, err);
	*slash = '/';
	if (rc == 0)
		rc =
		    os_file_write(path, buf_text(&bytes), bytes.len, 0600, err);
	buf_free(&bytes);
	return rc;
}

static void copy_folder(const char *from, const char *to)
{
	struct copying copying = {from, to};
	struct err err = ERR_INIT;

	remove_folder(to);
	if (os_directory_make(to, &err) < 0 ||
	    os_directory_walk(from, copy_one, &copying, &err) < 0)
		fail_msg("%s: %s", to, err.text);
}

/* ---- states ---- */

static bool ends_with(const char *text, const char *end)
{
	size_t len = strlen(text), end_len = strlen(end);

	return len >= end_len && strcmp(text + len - end_len, end) == 0;
}

/* Locks hold nothing, and SQLite puts its own files right when it opens. */
static bool is_passing(const char *name)
{
	return ends_with(name, "lock") || ends_with(name, "-wal") ||
	       ends_with(name, "-shm") || ends_with(name, "-journal");
}

/* "name.XXXXXX": written beside, not renamed. */
static bool is_beside(const char *name)
{
	size_t len = strlen(name);
	const char *dot = strrchr(name, '.');

	return dot != NULL && name + len - dot == 7 &&
	       !ends_with(name, ".config");
}

static void tell_value(sqlite3_stmt *row, int column, struct buf *out)
{
	const void *bytes = sqlite3_column_blob(row, column);
	int len = sqlite3_column_bytes(row, column);

	buf_printf(out, "|%d:", sqlite3_column_type(row, column));
	buf_add(out, bytes, (size_t)len);
}

static void tell_table(sqlite3 *db, const char *table, struct buf *out)
{
	sqlite3_stmt *rows = NULL;
	char sql[256];

	(void)snprintf(sql, sizeof(sql), "SELECT * FROM \"%s\"", table);
	assert_int_equal(
	    sqlite3_prepare_v2(db, sql, -1, &rows, NULL), SQLITE_OK);
	buf_printf(out, "\n%s", table);
	while (sqlite3_step(rows) == SQLITE_ROW) {
		for (int i = 0; i < sqlite3_column_count(rows); i++)
			tell_value(rows, i, out);
		buf_add_char(out, '\n');
	}
	assert_int_equal(sqlite3_finalize(rows), SQLITE_OK);
}

static void tell_database(const char *path, struct buf *out)
{
	sqlite3_stmt *tables = NULL;
	sqlite3 *db = NULL;

	assert_int_equal(
	    sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
	assert_int_equal(
	    sqlite3_prepare_v2(db,
		"SELECT 'quick_check=' || quick_check"
		" FROM pragma_quick_check UNION ALL"
		" SELECT name FROM sqlite_master"
		" WHERE type='table' AND name NOT LIKE 'sqlite%'"
		/* Counts changes, also those that change nothing. */
		" AND name <> 'lists_version'"
		" ORDER BY 1",
		-1, &tables, NULL),
	    SQLITE_OK);
	while (sqlite3_step(tables) == SQLITE_ROW) {
		const char *name = (const char *)sqlite3_column_text(tables, 0);

		if (strncmp(name, "quick_check=", 12) == 0)
			buf_printf(out, "%s\n", name);
		else
			tell_table(db, name, out);
	}
	assert_int_equal(sqlite3_finalize(tables), SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

struct telling {
	const struct trial *trial;
	const char *folder;
	struct buf *out;
	bool strict; /* files beside count */
};

static bool is_random(const struct flow *flow, const char *name)
{
	for (size_t i = 0; flow->random != NULL && flow->random[i] != NULL; i++)
		if (ends_with(name, flow->random[i]))
			return true;
	return false;
}

static int tell_file(void *context, const char *relative, struct err *err)
{
	const struct telling *telling = context;
	const struct flow *flow = telling->trial->flow;
	struct buf bytes = BUF_INIT;
	char path[512];

	(void)err;
	if (is_passing(relative) ||
	    (!telling->strict &&
		(is_beside(relative) || strstr(relative, ".partial-") != NULL)))
		return 0;
	buf_printf(telling->out, "%s ", relative);
	(void)snprintf(path, sizeof(path), "%s/%s", telling->folder, relative);
	if (ends_with(relative, ".db") && flow->tell == NULL)
		tell_database(path, &bytes);
	else if (!is_random(flow, relative) && !ends_with(relative, ".db"))
		read_whole(&bytes, telling->folder, relative);
	buf_add(telling->out, buf_text(&bytes), bytes.len);
	buf_add_char(telling->out, '\n');
	buf_free(&bytes);
	return 0;
}

static void tell_state(
    const struct trial *trial, const char *folder, bool strict, struct buf *out)
{
	struct telling telling = {trial, folder, out, strict};

	buf_reset(out);
	if (os_file_exists(folder))
		assert_int_equal(
		    os_directory_walk(folder, tell_file, &telling, NULL), 0);
	if (trial->flow->tell != NULL)
		trial->flow->tell(&trial->stage, folder, out);
	assert_false(out->failed);
}

/* Every byte: two folders alike need no closer look. */
static int tell_bytes(void *context, const char *relative, struct err *err)
{
	const struct telling *telling = context;
	struct buf bytes = BUF_INIT;

	(void)err;
	if (ends_with(relative, "lock"))
		return 0;
	read_whole(&bytes, telling->folder, relative);
	if (bytes.len > 0 || !ends_with(relative, "-journal")) {
		buf_printf(telling->out, "%s %zu ", relative, bytes.len);
		buf_add(telling->out, buf_text(&bytes), bytes.len);
	}
	buf_free(&bytes);
	return 0;
}

static void take_bytes(
    const struct trial *trial, const char *folder, struct buf *out)
{
	struct telling telling = {trial, folder, out, true};

	buf_reset(out);
	if (os_file_exists(folder))
		assert_int_equal(
		    os_directory_walk(folder, tell_bytes, &telling, NULL), 0);
	assert_false(out->failed);
}

static bool is_same(const struct buf *one, const struct buf *other)
{
	return one->len == other->len &&
	       memcmp(buf_text(one), buf_text(other), one->len) == 0;
}

/* ---- one attempt ---- */

static void wrong(struct trial *trial, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void wrong(struct trial *trial, const char *format, ...)
{
	const struct fault_plan *plan = &trial->plan;
	va_list args;

	if (trial->wrong++ >= TOLD_MAX)
		return;
	(void)printf("WRONG %s: %s %s %" PRIu64 " (%s): ", trial->flow->name,
	    class_names[plan->class], plan->always ? "always" : "once",
	    plan->at, trial->first);
	va_start(args, format);
	(void)vprintf(format, args);
	va_end(args);
	(void)printf("\n");
	(void)fflush(stdout);
}

struct attempt {
	int rc;
	struct err err;
	struct buf out; /* what it told */
	int64_t grown;  /* blocks of memory it kept */
	uint64_t calls;
};

static void reset(struct trial *trial)
{
	struct stage *stage = &trial->stage;

	if (trial->flow->prepare != NULL)
		copy_folder(stage->base, stage->work);
	else
		remove_folder(stage->work);
}

static void run_by_chance(struct trial *trial, const struct fault_plan *plan,
    uint64_t chance, struct attempt *out)
{
	struct stage *stage = &trial->stage;
	int64_t before;

	*out = (struct attempt){.err = ERR_INIT};
	kit_machine_init(&stage->machine, chance);
	before = faults_blocks();
	faults_start(plan);
	out->rc = trial->flow->run(stage, &out->err);
	out->calls = faults_stop();
	if (plan->at > 0)
		trial->first = faults_first();
	out->out = stage->out;
	stage->out = (struct buf)BUF_INIT;
	out->grown = faults_blocks() - before - (out->out.data != NULL);
}

/* What chance draws is the same each time. */
static void run_once(
    struct trial *trial, const struct fault_plan *plan, struct attempt *out)
{
	run_by_chance(trial, plan, CHANCE, out);
}

static void check_leak(struct trial *trial, struct attempt *attempt)
{
	int64_t grown = attempt->grown, spared = 0;

	if ((trial->flow->flags & FLOW_OPENSSL) != 0 &&
	    trial->plan.class == FAULT_MEMORY)
		spared = 8;
	for (int i = 1; i < TRIES && grown > spared; i++) {
		struct attempt more;

		reset(trial);
		run_once(trial, &trial->plan, &more);
		grown = more.grown < grown ? more.grown : grown;
		buf_free(&more.out);
	}
	if (grown > spared)
		wrong(trial, "%" PRId64 " blocks leak; %s", grown,
		    attempt->err.text);
}

/* No memory is no fault of what was read, nor of who asks. */
static bool is_clear(const struct trial *trial, int code)
{
	/* curl takes a pin that it had no memory to compare for another. */
	if (code == E_AUTH && (trial->flow->flags & FLOW_OPENSSL) != 0)
		return true;
	switch (code) {
	case E_CORRUPT:
	case E_SIGNATURE:
	case E_INVALID:
	case E_AUTH:
	case E_REVOKED:
	case E_USAGE:
	case E_NOT_FOUND:
		return trial->plan.class != FAULT_MEMORY &&
		       trial->plan.class != FAULT_NET;
	default:
		return true;
	}
}

/* Is that what is told when it is done? */
static bool is_told(const struct trial *trial, const struct buf *out)
{
	const struct buf *told = &trial->told;

	/* What is drawn by chance has its length. */
	if (trial->flow->random != NULL)
		return out->len == told->len;
	if ((trial->flow->flags & FLOW_WARNS) != 0)
		return out->len >= told->len &&
		       memcmp(buf_text(out), buf_text(told), told->len) == 0;
	if ((trial->flow->flags & FLOW_ADDS) != 0 &&
	    trial->plan.class == FAULT_DISK && out->len > told->len)
		return memcmp(buf_text(out), buf_text(told),
			   told->len - strlen("]}\n")) == 0;
	return is_same(out, told);
}

static void check_words(struct trial *trial, const struct attempt *attempt)
{
	if (attempt->rc == 0) {
		if (!is_told(trial, &attempt->out))
			wrong(trial, "done, but told: %s",
			    buf_text(&attempt->out));
		return;
	}
	if (attempt->rc > 0 || attempt->err.text[0] == '\0' ||
	    attempt->err.code != attempt->rc)
		wrong(trial, "%d, error %d \"%s\"", attempt->rc,
		    attempt->err.code, attempt->err.text);
	else if (!is_clear(trial, attempt->rc))
		wrong(
		    trial, "misleading: %d %s", attempt->rc, attempt->err.text);
}

/* What cannot be removed stays. */
static bool may_leave_files(const struct trial *trial)
{
	return trial->plan.always || strcmp(trial->first, "unlink") == 0 ||
	       strcmp(trial->first, "rmdir") == 0;
}

/* Done again without faults, it is done. */
static void check_again(struct trial *trial, bool done)
{
	const struct fault_plan none = {trial->plan.class, 0, false};
	const struct flow *flow = trial->flow;
	bool repeats = done && (flow->flags & FLOW_REPEATS) != 0;
	struct buf state = BUF_INIT;
	struct attempt again;

	run_by_chance(trial, &none,
	    repeats || (flow->flags & FLOW_REDRAWS) != 0 ? CHANCE + 1 : CHANCE,
	    &again);
	if (again.rc == flow->again && (flow->flags & FLOW_REFUSES) != 0 &&
	    may_leave_files(trial))
		goto out;
	if (again.rc != 0 && (!done || again.rc != flow->again))
		wrong(trial, "again: %d %s", again.rc, again.err.text);
	if (repeats)
		goto out;
	tell_state(trial, trial->stage.work, false, &state);
	if (!is_same(&state, &trial->after))
		wrong(trial, "again: not what it should be");
out:
	buf_free(&again.out);
	buf_free(&state);
}

static void dump(const struct trial *trial, const struct buf *state)
{
	if (getenv("POINTEAU_DUMP") == NULL)
		return;
	kit_write(trial->stage.root, "before", buf_text(&trial->before),
	    trial->before.len);
	kit_write(trial->stage.root, "expected", buf_text(&trial->after),
	    trial->after.len);
	kit_write(trial->stage.root, "state", buf_text(state), state->len);
	(void)printf("see %s\n", trial->stage.root);
	exit(1);
}

/* NULL: not yet. Without a folder prepared, directories that are left empty
 * count as well, and bytes do not tell them. */
static const struct seen *find_seen(
    const struct trial *trial, const struct hash *bytes)
{
	for (size_t i = 0; i < trial->seen_count; i++) {
		const struct seen *seen = &trial->seen[i];

		if (seen->left_files == may_leave_files(trial) &&
		    hash_equal(&seen->bytes, bytes))
			return seen;
	}
	return NULL;
}

static void note_seen(struct trial *trial, const struct hash *bytes, bool after)
{
	if (trial->seen_count < SEEN_MAX && trial->flow->prepare != NULL)
		trial->seen[trial->seen_count++] =
		    (struct seen){*bytes, may_leave_files(trial), after};
}

static bool is_fine_state(const struct trial *trial, bool before, bool after)
{
	unsigned flags = trial->flow->flags;

	return before || after || (flags & FLOW_STEPS) != 0 ||
	       ((flags & FLOW_REFUSES) != 0 && may_leave_files(trial));
}

/* A state that none has left yet. Was everything done? */
static bool check_closely(struct trial *trial, int rc)
{
	struct buf state = BUF_INIT;
	bool before, after;

	tell_state(trial, trial->stage.work, !may_leave_files(trial), &state);
	before = is_same(&state, &trial->before);
	after = is_same(&state, &trial->after);
	if (!is_fine_state(trial, before, after)) {
		wrong(trial, "left half done: %d", rc);
		dump(trial, &state);
	}
	check_again(trial, after);
	buf_free(&state);
	return after;
}

static void check_state(struct trial *trial, int rc)
{
	size_t wrong_before = trial->wrong;
	struct buf bytes = BUF_INIT;
	const struct seen *seen;
	struct hash hash;
	bool after;

	take_bytes(trial, trial->stage.work, &bytes);
	hash_of(&hash, buf_text(&bytes), bytes.len);
	if (is_same(&bytes, &trial->after_bytes)) {
		after = true;
	} else if (is_same(&bytes, &trial->base_bytes)) {
		after = is_same(&trial->before, &trial->after);
	} else if ((seen = find_seen(trial, &hash)) != NULL) {
		after = seen->after;
	} else {
		after = check_closely(trial, rc);
		if (trial->wrong == wrong_before)
			note_seen(trial, &hash, after);
	}
	if (rc == 0 && !after)
		wrong(trial, "told that it is done, and is not");
	buf_free(&bytes);
}

static void try_one(struct trial *trial)
{
	struct attempt attempt;

	reset(trial);
	run_once(trial, &trial->plan, &attempt);
	check_words(trial, &attempt);
	check_leak(trial, &attempt);
	check_state(trial, attempt.rc);
	buf_free(&attempt.out);
}

/* ---- a flow ---- */

/* Without faults: twice, for caches; what it tells, what it leaves. */
static uint64_t learn(struct trial *trial, enum fault_class class)
{
	const struct fault_plan none = {class, 0, false};
	struct stage *stage = &trial->stage;
	struct attempt attempt;
	uint64_t calls = 0;

	trial->plan = none;
	trial->first = "";
	reset(trial);
	take_bytes(trial, stage->work, &trial->base_bytes);
	tell_state(trial, stage->work, true, &trial->before);
	for (int i = 0; i < 2; i++) {
		reset(trial);
		run_once(trial, &none, &attempt);
		if (attempt.rc != 0)
			fail_msg("%s: %d %s", trial->flow->name, attempt.rc,
			    attempt.err.text);
		buf_free(&trial->told);
		trial->told = attempt.out;
		calls = attempt.calls;
	}
	take_bytes(trial, stage->work, &trial->after_bytes);
	tell_state(trial, stage->work, true, &trial->after);
	check_again(trial, true);
	return calls;
}

static uint64_t limit(void)
{
	const char *full = getenv("POINTEAU_FULL");
	const char *points = getenv("POINTEAU_POINTS");

	if (points != NULL)
		return strtoull(points, NULL, 10);
	return full != NULL && full[0] != '\0' ? FULL_RUN : SHORT_RUN;
}

static void try_class(
    struct trial *trial, enum fault_class class, bool always, uint64_t seed)
{
	uint64_t calls = learn(trial, class);
	uint64_t stride = calls / limit() + (calls % limit() > 0), tried = 0;
	uint64_t first = 1 + kit_random(&seed) % (stride > 0 ? stride : 1);
	size_t wrong_before = trial->wrong;
	const char *only = getenv("POINTEAU_AT");

	if (calls == 0 || stride == 0)
		stride = 1;
	if (only != NULL) {
		first = strtoull(only, NULL, 10);
		stride = UINT64_MAX / 2;
	}
	for (uint64_t at = first; at <= calls; at += stride, tried++) {
		trial->plan = (struct fault_plan){class, at, always};
		try_one(trial);
	}
	(void)printf("%s %s: %s %s: %" PRIu64 " of %" PRIu64
		     " failures tried\n",
	    trial->wrong == wrong_before ? "ok" : "not ok", trial->flow->name,
	    class_names[class], always ? "from then on" : "once", tried, calls);
	(void)fflush(stdout);
}

static void stage_open(struct stage *stage)
{
	memset(stage, 0, sizeof(*stage));
	strcpy(stage->root, "/dev/shm/pointeau-failure.XXXXXX");
	if (mkdtemp(stage->root) == NULL)
		kit_directory(stage->root);
	(void)snprintf(
	    stage->base, sizeof(stage->base), "%s/base", stage->root);
	(void)snprintf(
	    stage->work, sizeof(stage->work), "%s/work", stage->root);
	kit_machine_init(&stage->machine, CHANCE);
}

static size_t try_flow(const struct flow *flow, uint64_t seed)
{
	const char *only = getenv("POINTEAU_CLASS");
	struct trial trial = {.flow = flow};

	trial.seen = calloc(SEEN_MAX, sizeof(*trial.seen));
	assert_non_null(trial.seen);
	current = &trial;
	stage_open(&trial.stage);
	if (flow->prepare != NULL)
		flow->prepare(&trial.stage);
	for (enum fault_class class = 0; class < FAULT_CLASSES; class ++) {
		if ((flow->classes & 1U << class) == 0 ||
		    !faults_cover(class) ||
		    (only != NULL && strcmp(only, class_names[class]) != 0))
			continue;
		try_class(&trial, class, false, seed);
		try_class(&trial, class, true, seed);
	}
	remove_folder(trial.stage.root);
	buf_free(&trial.told);
	buf_free(&trial.before);
	buf_free(&trial.after);
	buf_free(&trial.base_bytes);
	buf_free(&trial.after_bytes);
	free(trial.seen);
	return trial.wrong;
}

static bool is_named(int argc, char **argv, const char *name)
{
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], name) == 0)
			return true;
	}
	return argc < 2;
}

int trial_main(int argc, char **argv, const struct flow *flows, size_t count)
{
	const char *seed = getenv("POINTEAU_SEED");
	struct err err = ERR_INIT;
	size_t faults = 0, known = 0;

	(void)setenv("TZ", "UTC", 1);
	lang_set("en");
	(void)signal(SIGPIPE, SIG_IGN);
	(void)signal(SIGSEGV, crashed);
	(void)signal(SIGABRT, crashed);
	assert_int_equal(crypto_init(&err), 0);
	for (size_t i = 0; i < count; i++) {
		if (!is_named(argc, argv, flows[i].name))
			continue;
		known++;
		faults += try_flow(
		    &flows[i], seed != NULL ? strtoull(seed, NULL, 10) : 1);
	}
	(void)printf("%zu wrong\n", faults);
	/* A flow that nobody knows would go well in silence. */
	return faults > 0 || (argc > 1 && known + 1 != (size_t)argc);
}
