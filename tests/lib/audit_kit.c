#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/act.h"
#include "server/audit/audit_format.h"
#include "server/audit/audit_tree.h"
#include "server/log.h"
#include "shared/ledger_device.h"
#include "shared/ledger_set.h"
#include "shared/sshsig.h"
#include "tests/lib/audit_kit.h"

#define LINES_MAX 8

static void must(int rc, const struct err *err)
{
	if (rc < 0)
		fail_msg("%s", err->text);
}

void audit_kit_open(struct audit_kit *kit)
{
	struct buf recovery = BUF_INIT;
	struct err err = ERR_INIT;
	struct config config;
	char path[2 * KIT_PATH];

	memset(kit, 0, sizeof(*kit));
	must(crypto_init(&err), &err);
	kit_machine_init(&kit->machine, 7);
	kit_directory(kit->directory);
	(void)snprintf(path, sizeof(path), "%s/office", kit->directory);
	must(config_from_url(&config, "https://localhost:8443", &err), &err);
	must(office_create(path, &config, &kit->machine.os, &recovery, &err),
	    &err);
	must(office_open(&kit->office, path, &kit->machine.os, true, &err),
	    &err);
	buf_free(&recovery);
}

void audit_kit_close(struct audit_kit *kit)
{
	office_close(&kit->office);
	kit_directory_remove(kit->directory);
}

void audit_kit_author(struct audit_author *author, const char *structure,
    unsigned char key, const char *session)
{
	memset(author, 0, sizeof(*author));
	author->structure = structure;
	kit_key(&author->key, key);
	key_device(author->key.pub, author->device);
	strcpy(author->session, session);
}

void audit_kit_act(struct audit_kit *kit, const char *structure,
    const char *kind, const char *record, const char *set, const char *reason)
{
	struct entry_draft draft = {
	    .kind = kind,
	    .structure = structure,
	    .record = record,
	    .reason = reason,
	};
	struct hash heads[ENTRY_PARENTS_MAX];
	struct err err = ERR_INIT;
	json_t *value = NULL;
	struct act act;

	kit->machine.now_s++;
	if (set != NULL)
		must(json_read(&value, set, strlen(set), &err), &err);
	draft.value = value;
	draft.parents = heads;
	must(ledger_heads(kit->office.db, structure, record, heads,
		 ENTRY_PARENTS_MAX, &draft.parent_count, &err),
	    &err);
	must(act_begin(&act, &kit->office, &err), &err);
	must(act_add(&act, &draft, &err), &err);
	must(act_commit(&act, &err), &err);
	json_decref(value);
}

void audit_kit_enrol(struct audit_kit *kit, const struct audit_author *author)
{
	char record[RECORD_KEY_MAX], hex[HASH_TEXT], set[256];
	struct hash pub;

	memcpy(pub.bytes, author->key.pub, KEY_LEN);
	hash_hex(&pub, hex);
	record_key_make(record, "enrolment", author->device, NULL);
	(void)snprintf(set, sizeof(set),
	    "{\"key\":\"%s\",\"name\":\"PC\",\"role\":\"" ROLE_LAPTOP "\"}",
	    hex);
	audit_kit_act(kit, author->structure, "enrolment", record, set, NULL);
}

/* The signed set, as the laptop sends it: ${bodies} keeps its entries. */
static void make_set(const struct audit_kit *kit, struct audit_author *author,
    const struct audit_line *lines, struct changeset *set, struct buf *bodies)
{
	struct set_header *header = &set->header;
	struct err err = ERR_INIT;

	strcpy(header->structure, author->structure);
	strcpy(header->device, author->device);
	strcpy(header->session, author->session);
	header->seq = ++author->seq;
	header->prev = author->prev;
	header->at_s = kit->machine.now_s - 5;
	must(ledger_head(
		 kit->office.db, author->structure, &header->seen, NULL, &err),
	    &err);
	for (; lines->record != NULL; lines++) {
		const struct entry_draft draft = {
		    .kind = lines->kind,
		    .structure = author->structure,
		    .record = lines->record,
		    .device = author->device,
		    .reason = lines->reason,
		};
		struct set_entry *entry = &set->entries[set->count];
		struct buf *body = &bodies[set->count++];

		kit_entry(body, &draft, lines->set, &kit->machine);
		hash_of(&entry->hash, body->data, body->len);
		if (!lines->withheld)
			entry->body = buf_bytes(body);
	}
	must(changeset_sign(set, &author->key, &err), &err);
	must(changeset_hash(&author->prev, set, &err), &err);
}

void audit_kit_push(struct audit_kit *kit, struct audit_author *author,
    const struct audit_line *lines)
{
	struct set_entry entries[LINES_MAX] = {0};
	struct buf bodies[LINES_MAX] = {0};
	struct changeset set = {.entries = entries};
	struct db *db = kit->office.db;
	struct err err = ERR_INIT;
	struct receipt receipt;
	struct device device;

	make_set(kit, author, lines, &set, bodies);
	kit->machine.now_s += 60;
	must(db_begin(db, &err), &err);
	must(ledger_device(db, author->structure, author->device,
		 kit->office.server.pub, &device, &err),
	    &err);
	must(log_next_receipt(&kit->office, author->structure, 0, &author->prev,
		 &receipt, &err),
	    &err);
	const struct ledger_author as = {
	    &set.header, WRITER_LAPTOP, device.revoked};

	must(ledger_set_put(db, &set, &as, &receipt, NULL, NULL, &err), &err);
	must(db_commit(db, &err), &err);
	for (size_t i = 0; i < LINES_MAX; i++)
		buf_free(&bodies[i]);
}

/* ---- a month ---- */

#define WORK "{\"minutes\":210,\"kind\":\"work\"}"
#define HOURS(who, slot)                                                       \
	{                                                                      \
		"hours", "hours/" who "/" slot, WORK, NULL, false              \
	}
#define SKILL_RECORD "skill/lea/0011223344"
#define SKILL                                                                  \
	"{\"skill\":\"K2\",\"label\":\"Tailler une "                           \
	"haie\",\"catalogue\":\"1\","                                          \
	"\"scale\":\"4\",\"level\":3,\"day\":\"2026-11-20\"}"

static const struct audit_line first_day[] = {
    HOURS("lea", "2026-11-20/am"),
    HOURS("nour", "2026-11-20/am"),
    {"skill", SKILL_RECORD, SKILL, NULL, false},
    {"hours", "hours/ines/2026-11-20/am", WORK, NULL, true},
    {NULL, NULL, NULL, NULL, false},
};

#define SIGNED                                                                 \
	"{\"month\":\"2026-11\",\"answer\":\"agree\",\"how\":\"paper\","       \
	"\"text\":1,"                                                          \
	"\"sum\":\"00000000000000000000000000000000"                           \
	"00000000000000000000000000000000\","                                  \
	"\"covers\":[],\"payable\":0,\"days\":0}"

static const struct audit_line newcomer[] = {
    {"newcomer", "newcomer/n-00112233aa",
	"{\"first\":\"Ali\",\"crew\":\"verte\"}", NULL, false},
    HOURS("n-00112233aa", "2026-11-23/pm"),
    {"signoff", "signoff/lea/2026-11", SIGNED, NULL, false},
    {NULL, NULL, NULL, NULL, false},
};

static const struct audit_line december[] = {
    HOURS("lea", "2026-12-01/am"),
    {NULL, NULL, NULL, NULL, false},
};

static const struct audit_line late[] = {
    HOURS("lea", "2026-11-24/am"),
    {NULL, NULL, NULL, NULL, false},
};

static const struct audit_line refused[] = {
    HOURS("lea", "2026-11-25/am"),
    {NULL, NULL, NULL, NULL, false},
};

static const struct audit_line again[] = {
    HOURS("lea", "2026-11-26/am"),
    {NULL, NULL, NULL, NULL, false},
};

static void revoke(
    struct audit_kit *kit, const struct audit_author *author, bool undo)
{
	char record[RECORD_KEY_MAX];

	record_key_make(record, "revocation", author->device, NULL);
	audit_kit_act(kit, author->structure, undo ? "void" : "revocation",
	    record, NULL, undo ? "retrouvé" : "volé");
}

static void purge(struct audit_kit *kit, const struct audit_author *author,
    const char *record)
{
	struct hash heads[ENTRY_PARENTS_MAX];
	struct db *db = kit->office.db;
	struct err err = ERR_INIT;
	size_t count;

	must(ledger_heads(db, author->structure, record, heads,
		 ENTRY_PARENTS_MAX, &count, &err),
	    &err);
	assert_int_equal(count, 1);
	must(db_begin(db, &err), &err);
	must(ledger_drop(db, author->structure, &heads[0], &err), &err);
	must(db_commit(db, &err), &err);
}

void audit_kit_fill(struct audit_kit *kit)
{
	struct audit_author lea, theft, other;

	audit_kit_author(&lea, AUDIT_KIT_STRUCTURE, 11, "00000000000000a1");
	audit_kit_author(&theft, AUDIT_KIT_STRUCTURE, 12, "00000000000000b1");
	audit_kit_author(&other, AUDIT_KIT_OTHER, 11, "00000000000000c1");
	audit_kit_act(kit, AUDIT_KIT_STRUCTURE, "site", "site/pre",
	    "{\"name\":\"Le pré\",\"sector\":\"green\"}", NULL);
	audit_kit_enrol(kit, &lea);
	audit_kit_enrol(kit, &theft);
	audit_kit_enrol(kit, &other);
	audit_kit_push(kit, &lea, first_day);
	audit_kit_push(kit, &theft, late);
	audit_kit_push(kit, &lea, newcomer);
	revoke(kit, &theft, false);
	audit_kit_push(kit, &theft, refused);
	audit_kit_push(kit, &lea, december);
	revoke(kit, &theft, true);
	audit_kit_push(kit, &theft, again);
	audit_kit_act(kit, AUDIT_KIT_STRUCTURE, "void", SKILL_RECORD, NULL,
	    "mauvais salarié");
	audit_kit_push(kit, &other, again);
	purge(kit, &lea, "hours/nour/2026-11-20/am");
}

void audit_kit_resign(const struct audit_kit *kit, const char *export)
{
	struct buf sums = BUF_INIT, armor = BUF_INIT, content = BUF_INIT;
	struct audit_tree tree = {0};
	struct err err = ERR_INIT;
	uint8_t sig[SIG_LEN];
	size_t kept = 0;

	must(audit_tree_scan(&tree, export, &err), &err);
	for (size_t i = 0; i < tree.count; i++) {
		struct audit_file file = tree.files[i];

		if (strncmp(file.path, AUDIT_SUMS, strlen(AUDIT_SUMS)) == 0) {
			free(file.path);
			continue;
		}
		buf_reset(&content);
		must(audit_tree_read(&content, export, file.path, &err), &err);
		hash_of(&file.hash, content.data, content.len);
		tree.files[kept++] = file;
	}
	tree.count = kept;
	audit_tree_sums(&tree, &sums);
	must(sshsig_sign(sig, &kit->office.server, SSHSIG_EXPORT, sums.data,
		 sums.len, &err),
	    &err);
	sshsig_armor(&armor, kit->office.server.pub, sig, SSHSIG_EXPORT);
	kit_write(export, AUDIT_SUMS, sums.data, sums.len);
	kit_write(export, AUDIT_SUMS_SIG, armor.data, armor.len);
	audit_tree_clear(&tree);
	buf_free(&sums);
	buf_free(&armor);
	buf_free(&content);
}
