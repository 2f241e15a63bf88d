#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "shared/migrate.h"
#include "tests/lib/kit.h"

#define FILE_MAX ((size_t)16 * 1024 * 1024)

static int64_t now_s(void *context)
{
	return ((const struct kit_machine *)context)->now_s;
}

static void fill(void *context, void *out, size_t len)
{
	struct kit_machine *machine = context;
	uint8_t *bytes = out;

	for (size_t i = 0; i < len; i++)
		bytes[i] = (uint8_t)kit_random(&machine->chance);
}

static void boot_id(void *context, char out[64])
{
	memcpy(out, ((const struct kit_machine *)context)->boot, 64);
}

static void machine_id(void *context, char out[64])
{
	memcpy(out, ((const struct kit_machine *)context)->machine, 64);
}

void kit_machine_init(struct kit_machine *machine, uint64_t seed)
{
	memset(machine, 0, sizeof(*machine));
	machine->os = (struct os){.context = machine,
	    .now_s = now_s,
	    .random = fill,
	    .boot_id = boot_id,
	    .machine_id = machine_id};
	machine->chance = seed;
	machine->now_s = KIT_NOW_S;
	strcpy(machine->boot, "first-boot");
	strcpy(machine->machine, "this-machine");
}

/* splitmix64: short, and the same everywhere. */
uint64_t kit_random(uint64_t *state)
{
	uint64_t z = *state += 0x9E3779B97F4A7C15u;

	z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
	z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
	return z ^ (z >> 31);
}

size_t kit_pick(uint64_t *state, size_t count)
{
	return (size_t)(kit_random(state) % count);
}

void kit_shuffle(size_t *order, size_t count, uint64_t *state)
{
	for (size_t i = 0; i < count; i++) {
		size_t j = kit_pick(state, i + 1);

		order[i] = order[j];
		order[j] = i;
	}
}

void kit_key(struct key *out, unsigned char n)
{
	uint8_t seed[SEED_LEN];

	memset(seed, n, sizeof(seed));
	key_from_seed(out, seed);
}

void kit_directory(char out[KIT_PATH])
{
	const char *room = getenv("TMPDIR");

	if (room == NULL || strlen(room) > KIT_PATH / 2)
		room = "/tmp";
	(void)snprintf(out, KIT_PATH, "%s/pointeau-test.XXXXXX", room);
	assert_non_null(mkdtemp(out));
}

void kit_directory_remove(const char *path)
{
	assert_int_equal(kit_run("rm -rf '%s'", path), 0);
}

static char *join(const char *directory, const char *name)
{
	struct buf path = BUF_INIT;

	buf_printf(&path, "%s/%s", directory, name);
	return buf_take(&path);
}

void kit_write(
    const char *directory, const char *name, const void *data, size_t len)
{
	char *path = join(directory, name);
	FILE *file = fopen(path, "wb");

	assert_non_null(file);
	if (len > 0)
		assert_int_equal(fwrite(data, 1, len, file), len);
	assert_int_equal(fclose(file), 0);
	free(path);
}

void kit_read(struct buf *out, const char *directory, const char *name)
{
	char *path = join(directory, name);
	struct err err = ERR_INIT;

	if (os_file_read(out, path, FILE_MAX, &err) < 0)
		fail_msg("%s: %s", path, err.text);
	free(path);
}

int kit_run(const char *format, ...)
{
	char command[1024];
	va_list args;
	int len, status;

	va_start(args, format);
	len = vsnprintf(command, sizeof(command), format, args);
	va_end(args);
	assert_in_range(len, 1, sizeof(command) - 1);
	status = system(command); /* NOLINT: fixed texts and own paths */
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

void kit_entry(struct buf *out, const struct entry_draft *draft,
    const char *set, const struct kit_machine *machine)
{
	struct entry_draft whole = *draft;
	struct err err = ERR_INIT;
	json_t *value = NULL;

	if (set != NULL) {
		assert_int_equal(json_read(&value, set, strlen(set), &err), 0);
		whole.value = value;
	}
	if (whole.structure == NULL)
		whole.structure = KIT_STRUCTURE;
	if (whole.at_s == 0)
		whole.at_s = machine->now_s;
	if (entry_build(out, &whole, &machine->os, &err) < 0)
		fail_msg("%s", err.text);
	json_decref(value);
}

struct db *kit_ledger(const char *directory)
{
	struct buf dsn = BUF_INIT;
	struct err err = ERR_INIT;
	struct db *db = NULL;

	buf_printf(&dsn, "sqlite:%s/ledger.db", directory);
	if (db_open(&db, buf_text(&dsn), DB_AGENT, true, &err) < 0 ||
	    migrate_apply(db, migrations_agent, &err) < 0 ||
	    db_begin(db, &err) < 0)
		fail_msg("%s", err.text);
	buf_free(&dsn);
	return db;
}
