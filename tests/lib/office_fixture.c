#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "server/act.h"
#include "server/digests.h"
#include "shared/date.h"
#include "shared/lang.h"
#include "shared/ledger.h"
#include "shared/ledger_month.h"
#include "shared/ledger_set.h"
#include "shared/migrate.h"
#include "tests/lib/office_fixture.h"

#define NOON_S      (12 * 3600)
#define DAY_S       (24 * 3600)
#define FILES_MAX   16
#define SEED_SERVER 0x53
#define SEED_OFFICE 0x43

/* Fail the test with the message of ${err} unless ${rc} is 0. */
static void check(int rc, const struct err *err)
{
	if (rc != 0)
		fail_msg("%d: %s", rc, err->text);
}

static int64_t now_s(void *context)
{
	const struct office_fixture *fixture = context;

	return fixture->now_s;
}

/* xorshift64: all it takes to make salts differ. */
static void draw(void *context, void *out, size_t len)
{
	struct office_fixture *fixture = context;
	uint8_t *bytes = out;

	for (size_t i = 0; i < len; i++) {
		fixture->random ^= fixture->random << 13;
		fixture->random ^= fixture->random >> 7;
		fixture->random ^= fixture->random << 17;
		bytes[i] = (uint8_t)(fixture->random >> 32);
	}
}

static void boot_id(void *context, char out[64])
{
	(void)context;
	strcpy(out, "boot");
}

static void machine_id(void *context, char out[64])
{
	(void)context;
	strcpy(out, "machine");
}

static void make_key(struct key *out, char device[DEVICE_TEXT], int seed)
{
	uint8_t bytes[SEED_LEN];

	memset(bytes, seed, sizeof(bytes));
	key_from_seed(out, bytes);
	key_device(out->pub, device);
}

void office_fixture_open(struct office_fixture *fixture)
{
	struct office *office = &fixture->office;
	struct err err = ERR_INIT;
	char dsn[128];

	memset(fixture, 0, sizeof(*fixture));
	setenv("TZ", "UTC", 1);
	tzset();
	lang_set("en");
	check(crypto_init(&err), &err);
	fixture->random = 0x9E3779B97F4A7C15U;
	fixture->os = (struct os){.context = fixture,
	    .now_s = now_s,
	    .random = draw,
	    .boot_id = boot_id,
	    .machine_id = machine_id};
	office_fixture_day(fixture, "2026-11-20");
	(void)snprintf(fixture->directory, sizeof(fixture->directory),
	    "%.40s/test_office.XXXXXX",
	    getenv("TMPDIR") != NULL ? getenv("TMPDIR") : "/tmp");
	assert_non_null(mkdtemp(fixture->directory));
	(void)snprintf(
	    dsn, sizeof(dsn), "sqlite:%s/%s", fixture->directory, OFFICE_DB);
	check(db_open(&office->db, dsn, DB_SERVER, true, &err), &err);
	check(migrate_apply(office->db, migrations_server, &err), &err);
	check(ledger_month_keep(office->db, &err), &err);
	check(digests_new(&office->digests, &err), &err);
	office->directory = strdup(fixture->directory);
	office->os = &fixture->os;
	office->lock = -1;
	make_key(&office->server, office->server_device, SEED_SERVER);
	make_key(&office->console, office->console_device, SEED_OFFICE);
}

static int remove_one(
    const char *path, const struct stat *info, int type, struct FTW *walk)
{
	(void)info;
	(void)type;
	(void)walk;
	return remove(path);
}

void office_fixture_close(struct office_fixture *fixture)
{
	db_close(fixture->office.db);
	digests_free(fixture->office.digests);
	free(fixture->office.directory);
	assert_int_equal(nftw(fixture->directory, remove_one, FILES_MAX,
			     FTW_DEPTH | FTW_PHYS),
	    0);
}

void office_fixture_day(struct office_fixture *fixture, const char *day)
{
	struct err err = ERR_INIT;
	struct date date;

	check(date_parse(&date, day, &err), &err);
	fixture->now_s = date_days(&date) * DAY_S + NOON_S;
}

struct import_summary office_fixture_import(
    struct office_fixture *fixture, const char *what, const char *csv)
{
	const struct import_input input = {"file.csv", {csv, strlen(csv)}};
	struct import_summary summary;
	struct err err = ERR_INIT;

	check(
	    import_run(&fixture->office, what, &input, 1, NULL, &summary, &err),
	    &err);
	import_summary_free(&(struct import_summary){
	    .unknown = summary.unknown, .faults = summary.faults});
	summary.unknown = (struct buf)BUF_INIT;
	summary.faults = (struct buf)BUF_INIT;
	return summary;
}

void office_fixture_places(struct office_fixture *fixture)
{
	office_fixture_import(fixture, "structures",
	    "structure;name;kind;siret\n"
	    "RIVES;Rives et Jardins;ACI;04120768900013\n"
	    "REMPARTS;Remparts;EI;04120768900021\n");
	office_fixture_import(fixture, "sites",
	    "site;structure;name;sector\n"
	    "SAULNETTE;RIVES;Berges de la Saulnette;espaces_verts\n"
	    "TILLEULS;RIVES;Parc des Tilleuls;espaces_verts\n"
	    "NOYERS;REMPARTS;Les Noyers;batiment\n");
	office_fixture_import(fixture, "crews",
	    "crew;structure;name;site;am;pm;days\n"
	    "VERTS;RIVES;Espaces verts;SAULNETTE;8h-11h30;13h-16h30;lun-ven\n"
	    "BAT;REMPARTS;Second œuvre;NOYERS;8h-11h30;13h-16h30;\n");
}

json_t *office_fixture_value(
    struct office_fixture *fixture, const char *structure, const char *record)
{
	struct err err = ERR_INIT;
	json_t *value;

	check(ledger_value(fixture->office.db, structure, record, &value, &err),
	    &err);
	return value;
}

static void add(struct office_fixture *fixture, const struct entry_draft *draft)
{
	struct err err = ERR_INIT;
	struct act act;

	check(act_begin(&act, &fixture->office, &err), &err);
	check(act_add(&act, draft, &err), &err);
	check(act_commit(&act, &err), &err);
}

void office_fixture_hours(struct office_fixture *fixture, const char *structure,
    const char *worker, const char *day, const char *slot, const char *kind,
    int minutes, const char *site, const char *activity)
{
	char record[RECORD_KEY_MAX];
	struct entry_draft draft = {
	    .kind = "hours",
	    .structure = structure,
	    .record = record,
	};
	json_t *value = json_object();

	record_key_hours(record, worker, day, slot);
	assert_true(json_put_int(value, "minutes", minutes));
	assert_true(json_put_text(value, "kind", kind));
	if (site[0] != '\0')
		assert_true(json_put_text(value, "site", site));
	if (activity[0] != '\0')
		assert_true(json_put_text(value, "activity", activity));
	draft.value = value;
	add(fixture, &draft);
	json_decref(value);
}

void office_fixture_void(struct office_fixture *fixture, const char *structure,
    const char *record, const char *reason)
{
	struct hash heads[ENTRY_PARENTS_MAX];
	struct entry_draft draft = {
	    .kind = "void",
	    .structure = structure,
	    .record = record,
	    .parents = heads,
	    .reason = reason,
	};
	struct err err = ERR_INIT;

	check(ledger_heads(fixture->office.db, structure, record, heads,
		  ENTRY_PARENTS_MAX, &draft.parent_count, &err),
	    &err);
	add(fixture, &draft);
}

void office_fixture_set(struct office_fixture *fixture, const char *structure,
    const char *kind, const char *record, const char *value)
{
	struct err err = ERR_INIT;
	json_t *json = NULL;
	struct act act;

	check(json_read(&json, value, strlen(value), &err), &err);
	check(act_begin(&act, &fixture->office, &err), &err);
	check(act_set(&act, structure, kind, record, json, NULL, &err), &err);
	check(act_commit(&act, &err), &err);
	json_decref(json);
}

struct digesting {
	struct db *db;
	struct buf text;
};

static int digest_structure(
    void *context, const char *structure, struct err *err)
{
	struct digesting *digesting = context;
	char records[HASH_TEXT], head[HASH_TEXT];
	struct log_point point;
	struct hash hash;
	int64_t time_s;
	int rc;

	if ((rc = ledger_digest(digesting->db, structure, &hash, err)) < 0 ||
	    (rc = ledger_head(digesting->db, structure, &point, &time_s, err)) <
		0)
		return rc;
	hash_hex(&hash, records);
	hash_hex(&point.head, head);
	buf_printf(&digesting->text, "%s %s %s\n", structure, records, head);
	return 0;
}

struct hash office_fixture_digest(struct office_fixture *fixture)
{
	struct digesting digesting = {fixture->office.db, BUF_INIT};
	struct err err = ERR_INIT;
	struct hash hash;

	assert_false(db_in_transaction(fixture->office.db));
	check(ledger_structures(
		  fixture->office.db, digest_structure, &digesting, &err),
	    &err);
	check(buf_check(&digesting.text, &err), &err);
	hash_of(&hash, buf_text(&digesting.text), digesting.text.len);
	buf_free(&digesting.text);
	return hash;
}
