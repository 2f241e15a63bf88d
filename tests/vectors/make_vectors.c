/*
 * make_vectors DIRECTORY: write the golden change sets there. Everything is
 * decided in advance (keys, chance, clock), so that the same code writes the
 * same files. See README.md beside this file.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/date.h"
#include "shared/enrolcode.h"
#include "shared/receipt.h"
#include "shared/sshsig.h"
#include "shared/wire.h"
#include "tests/lib/kit.h"

#define ENTRIES_MAX 8
#define W1_AM       "hours/W1/2026-11-20/am"
#define W1_PM       "hours/W1/2026-11-20/pm"
#define WORK        "{\"minutes\":210,\"kind\":\"work\",\"site\":\"quai nord\"}"
#define NEWCOMER    "newcomer/n-0123456789"

/* Who signs, and where his session stands. */
struct author {
	struct key key;
	char device[DEVICE_TEXT];
	enum writer writer;
	struct set_header next;
};

struct plan {
	const char *directory;
	struct kit_machine machine;
	struct author laptop, office, server;
	struct hash head;
	struct changeset sets[WIRE_SETS_MAX];
	struct buf bodies[WIRE_SETS_MAX][ENTRIES_MAX];
	struct receipt receipts[WIRE_SETS_MAX];
	size_t count;
	struct buf log;      /* lines as GET /v1/log gives them */
	struct buf verdicts; /* what each entry means */
};

static void make_author(struct author *author, unsigned char seed,
    const char *session, enum writer writer)
{
	memset(author, 0, sizeof(*author));
	kit_key(&author->key, seed);
	key_device(author->key.pub, author->device);
	author->writer = writer;
	strcpy(author->next.structure, KIT_STRUCTURE);
	memcpy(author->next.device, author->device, sizeof(author->device));
	strcpy(author->next.session, session);
	author->next.seen.epoch = 1;
}

/* ---- writing ---- */

static void write_file(
    const struct plan *plan, const char *name, const struct buf *content)
{
	kit_write(plan->directory, name, content->data, content->len);
}

static void write_signed(const struct plan *plan, const char *name,
    const struct buf *text, const uint8_t pub[KEY_LEN],
    const uint8_t sig[SIG_LEN], const char *namespace)
{
	struct buf armor = BUF_INIT;
	char sig_name[64];

	write_file(plan, name, text);
	sshsig_armor(&armor, pub, sig, namespace);
	(void)snprintf(sig_name, sizeof(sig_name), "%s.sig", name);
	write_file(plan, sig_name, &armor);
	buf_free(&armor);
}

/* One line an entry: its file, then its fault, or the value it sets. */
static void add_verdict(struct plan *plan, const struct author *author,
    size_t pos, const struct bytes *body)
{
	const char *fault = ENTRY_FAULT_MALFORMED;
	struct entry entry;

	buf_printf(&plan->verdicts, "%02zu/e/%04zu ", plan->count + 1, pos + 1);
	if (entry_parse(&entry, body->data, body->len, NULL) == 0)
		fault =
		    entry_fault(&entry, &author->next, author->writer, NULL);
	if (fault != NULL)
		buf_printf(&plan->verdicts, "! %s", fault);
	else if (!entry_value(&plan->verdicts, &entry))
		buf_add_text(&plan->verdicts, "-");
	buf_add_char(&plan->verdicts, '\n');
	entry_clear(&entry);
}

static void write_receipt(struct plan *plan, const struct hash *manifest)
{
	struct receipt *receipt = &plan->receipts[plan->count];
	char name[32], hex[HASH_TEXT], head[HASH_TEXT], at[STAMP_TEXT];
	struct buf text = BUF_INIT;

	strcpy(receipt->structure, KIT_STRUCTURE);
	receipt->epoch = 1;
	receipt->n = (int64_t)plan->count + 1;
	receipt->manifest = *manifest;
	receipt->time_s = KIT_NOW_S + 10 * receipt->n;
	log_next(&plan->head, &plan->head, receipt->time_s, manifest);
	receipt->head = plan->head;
	(void)receipt_sign(receipt, &plan->server.key, NULL);
	receipt_text(&text, receipt);
	(void)snprintf(name, sizeof(name), "%02zu/receipt", plan->count + 1);
	write_signed(plan, name, &text, plan->server.key.pub, receipt->sig,
	    SSHSIG_RECEIPT);
	hash_hex(manifest, hex);
	hash_hex(&plan->head, head);
	stamp_format(receipt->time_s, at);
	buf_printf(
	    &plan->log, "%" PRId64 " 1 %s %s %s\n", receipt->n, at, hex, head);
	buf_free(&text);
}

/*
 * Seal the bodies made for the next set, write its files but for those
 * withheld (their bits in ${withheld}), and give it its place in the log.
 */
static void finish_set(
    struct plan *plan, struct author *author, size_t count, unsigned withheld)
{
	struct changeset *set = &plan->sets[plan->count];
	struct buf manifest = BUF_INIT;
	struct hash hash;
	char name[64];

	set->entries = calloc(count, sizeof(*set->entries));
	set->count = count;
	(void)kit_run("mkdir -p %s/%02zu/e", plan->directory, plan->count + 1);
	for (size_t i = 0; i < count; i++) {
		const struct buf *body = &plan->bodies[plan->count][i];
		struct bytes bytes = {buf_text(body), body->len};

		hash_of(&set->entries[i].hash, bytes.data, bytes.len);
		if ((withheld >> i & 1) != 0)
			continue;
		set->entries[i].body = bytes;
		add_verdict(plan, author, i, &bytes);
		(void)snprintf(name, sizeof(name), "%02zu/e/%04zu",
		    plan->count + 1, i + 1);
		write_file(plan, name, body);
	}
	author->next.seq++;
	author->next.at_s = plan->machine.now_s++;
	author->next.seen.n = (int64_t)plan->count;
	author->next.seen.head = plan->head;
	set->header = author->next;
	(void)changeset_sign(set, &author->key, NULL);
	(void)changeset_hash(&hash, set, NULL);
	author->next.prev = hash;
	changeset_manifest(&manifest, set);
	(void)snprintf(name, sizeof(name), "%02zu/manifest", plan->count + 1);
	write_signed(
	    plan, name, &manifest, author->key.pub, set->sig, SSHSIG_CHANGESET);
	write_receipt(plan, &hash);
	plan->count++;
	buf_free(&manifest);
}

/* ---- the sets ---- */

/* Make body ${i} of the next set. */
static void make_body(struct plan *plan, const struct author *author, size_t i,
    const struct entry_draft *draft, const char *set)
{
	struct entry_draft whole = *draft;

	whole.device = author->device;
	kit_entry(&plan->bodies[plan->count][i], &whole, set, &plan->machine);
}

static void make_raw(struct plan *plan, size_t i, const char *bytes)
{
	buf_add_text(&plan->bodies[plan->count][i], bytes);
}

static void enrol(struct plan *plan, const struct author *by, size_t i,
    const struct author *who, const char *role)
{
	char record[RECORD_KEY_MAX], hex[HASH_TEXT];
	struct entry_draft draft = {.kind = "enrolment", .record = record};
	struct buf value = BUF_INIT;
	struct hash pub;

	record_key_make(record, "enrolment", who->device, NULL);
	memcpy(pub.bytes, who->key.pub, KEY_LEN);
	hash_hex(&pub, hex);
	buf_printf(&value,
	    "{\"key\":\"%s\",\"name\":\"Poste %s\",\"role\":\"%s\"}", hex, role,
	    role);
	make_body(plan, by, i, &draft, buf_text(&value));
	buf_free(&value);
}

static void make_enrolments(struct plan *plan)
{
	enrol(plan, &plan->server, 0, &plan->office, "office");
	finish_set(plan, &plan->server, 1, 0);
	enrol(plan, &plan->office, 0, &plan->laptop, "laptop");
	make_body(plan, &plan->office, 1,
	    &(struct entry_draft){
		.kind = "worker", .record = "worker/W1", .person = "bureau"},
	    "{\"first\":\"Zo\xc3\xa9\",\"initial\":\"B\","
	    "\"crews\":[{\"crew\":\"berges\",\"from\":\"2026-09-01\"}]}");
	make_body(plan, &plan->office, 2,
	    &(struct entry_draft){
		.kind = "scope", .record = "scope/0000000000000000"},
	    "{\"crews\":[\"berges\"]}");
	finish_set(plan, &plan->office, 3, 0);
}

/* A day as a laptop writes it: hours, a correction, a void, an absence, a
 * newcomer, a skill. */
static void make_day(struct plan *plan)
{
	const struct author *by = &plan->laptop;
	struct buf *first = &plan->bodies[plan->count][0];
	struct hash parent;

	make_body(plan, by, 0,
	    &(struct entry_draft){.kind = "hours",
		.record = W1_AM,
		.person = "Nadia",
		.note = "pluie : arr\xc3\xaat \xc3\xa0 10 h"},
	    WORK);
	hash_of(&parent, first->data, first->len);
	make_body(plan, by, 1,
	    &(struct entry_draft){.kind = "hours",
		.record = W1_AM,
		.person = "Nadia",
		.parents = &parent,
		.parent_count = 1,
		.reason = "fin \xc3\xa0 10 h"},
	    "{\"minutes\":120,\"kind\":\"work\",\"start\":\"08:00\","
	    "\"end\":\"10:00\"}");
	make_body(plan, by, 2,
	    &(struct entry_draft){.kind = "void",
		.record = W1_AM,
		.parents = &parent,
		.parent_count = 1,
		.reason = "doublon"},
	    NULL);
	make_body(plan, by, 3,
	    &(struct entry_draft){.kind = "hours",
		.record = W1_PM,
		.from = &parent,
		.from_count = 1},
	    "{\"minutes\":0,\"kind\":\"sick\"}");
	make_body(plan, by, 4,
	    &(struct entry_draft){.kind = "newcomer", .record = NEWCOMER},
	    "{\"first\":\"Ali\",\"initial\":\"\",\"crew\":\"berges\"}");
	make_body(plan, by, 5,
	    &(struct entry_draft){.kind = "skill", .record = "skill/W1/o1"},
	    "{\"skill\":\"EV-03\",\"label\":\"Tailler une haie\","
	    "\"catalogue\":\"espaces verts 1\",\"scale\":\"4\",\"level\":3,"
	    "\"day\":\"2026-11-20\",\"phase\":2}");
	finish_set(plan, &plan->laptop, 6, 0);
}

/* How a program of another make may write: other order, spaces, escapes, a
 * longer salt, no clock, nothing that version 1 does not need. */
static void make_old_client(struct plan *plan)
{
	struct buf text = BUF_INIT;

	buf_printf(&text,
	    "00112233445566778899aabbccddeeff00112233\n"
	    "{ \"by\": {\"device\": \"%s\"}, \"record\": \"" W1_PM "\","
	    " \"set\": { \"kind\": \"w\\u006frk\", \"minutes\": 180 },"
	    " \"structure\": \"remparts\", \"kind\": \"hours\","
	    " \"v\": 1 }\n",
	    plan->laptop.device);
	make_raw(plan, 0, buf_text(&text));
	finish_set(plan, &plan->laptop, 1, 0);
	buf_free(&text);
}

/* What a later version may write. */
static void make_new_client(struct plan *plan)
{
	struct buf text = BUF_INIT;

	buf_printf(&text,
	    "ffeeddccbbaa99887766\n"
	    "{\"v\":2,\"kind\":\"weather\",\"structure\":\"remparts\","
	    "\"record\":\"weather/W1/2026-11-20/am\",\"set\":{\"rain\":7},"
	    "\"by\":{\"device\":\"%s\",\"app\":\"later\"},"
	    "\"at\":\"2026-11-20T16:31:02Z\",\"lamp\":[1,{\"a\":null}]}\n",
	    plan->laptop.device);
	make_raw(plan, 0, buf_text(&text));
	buf_reset(&text);
	buf_printf(&text,
	    "ffeeddccbbaa99887765\n"
	    "{\"v\":2,\"kind\":\"hours\",\"structure\":\"remparts\","
	    "\"record\":\"hours/W1/2026-11-21/x9\",\"set\":{\"minutes\":60,"
	    "\"kind\":\"kind_to_come\",\"weather\":{\"wind\":3,\"rain\":\"\"}},"
	    "\"by\":{\"device\":\"%s\"},\"at\":\"\"}\n",
	    plan->laptop.device);
	make_raw(plan, 1, buf_text(&text));
	finish_set(plan, &plan->laptop, 2, 0);
	buf_free(&text);
}

/* Two bodies out of four are not there: their hashes stand. */
static void make_withheld(struct plan *plan)
{
	for (size_t i = 0; i < 4; i++) {
		char record[RECORD_KEY_MAX], day[DATE_TEXT];

		(void)snprintf(day, sizeof(day), "2026-11-2%zu", i + 2);
		record_key_hours(record, "W1", day, "am");
		make_body(plan, &plan->laptop, i,
		    &(struct entry_draft){.kind = "hours", .record = record},
		    WORK);
	}
	finish_set(plan, &plan->laptop, 4, 1u << 1 | 1u << 3);
}

/* One entry for each reason why an entry is quarantined, but revocation. */
static void make_quarantined(struct plan *plan)
{
	const struct author *by = &plan->laptop;

	make_raw(plan, 0, "no entry");
	make_body(plan, by, 1,
	    &(struct entry_draft){
		.kind = "hours", .structure = "berges", .record = W1_AM},
	    WORK);
	kit_entry(&plan->bodies[plan->count][2],
	    &(struct entry_draft){.kind = "hours",
		.record = W1_AM,
		.device = plan->office.device},
	    WORK, &plan->machine);
	make_body(plan, by, 3,
	    &(struct entry_draft){.kind = "worker", .record = "worker/W1"},
	    "{\"first\":\"Eve\",\"crews\":[]}");
	make_body(plan, by, 4,
	    &(struct entry_draft){.kind = "hours", .record = "hours/W1"}, WORK);
	make_body(plan, by, 5,
	    &(struct entry_draft){.kind = "void", .record = W1_AM}, NULL);
	make_body(plan, by, 6,
	    &(struct entry_draft){.kind = "hours", .record = W1_AM},
	    "{\"minutes\":1441,\"kind\":\"work\"}");
	finish_set(plan, &plan->laptop, 7, 0);
}

/* The office decides between what is contested, and matches a newcomer. */
static void make_decisions(struct plan *plan)
{
	struct hash parents[2];

	for (size_t i = 0; i < 2; i++)
		parents[i] = plan->sets[2].entries[1 + i].hash;
	make_body(plan, &plan->office, 0,
	    &(struct entry_draft){.kind = "resolve",
		.record = W1_AM,
		.parents = parents,
		.parent_count = 2,
		.reason = "vu avec Nadia"},
	    "{\"minutes\":120,\"kind\":\"work\",\"site\":null}");
	make_body(plan, &plan->office, 1,
	    &(struct entry_draft){.kind = "newcomer",
		.record = NEWCOMER,
		.parents = &plan->sets[2].entries[4].hash,
		.parent_count = 1},
	    "{\"first\":\"Ali\",\"crew\":\"berges\",\"worker\":\"W1\"}");
	make_body(plan, &plan->office, 2,
	    &(struct entry_draft){.kind = "revocation",
		.record = "revocation/0000000000000000",
		.reason = "poste perdu"},
	    NULL);
	finish_set(plan, &plan->office, 3, 0);
}

/* ---- what travels ---- */

static void write_push(struct plan *plan)
{
	struct buf out = BUF_INIT;

	(void)wire_push_encode(&out, plan->sets, plan->count, NULL);
	write_file(plan, "push.bin", &out);
	buf_free(&out);
}

/* The log from its second place on, as a laptop may get it: the first item
 * out of its scope, its own sets by their hash, the others whole. */
static void write_pull(struct plan *plan)
{
	struct buf out = BUF_INIT;
	struct pull pull = {.epoch = 1, .first = 2, .more = true};
	struct pull_item items[WIRE_SETS_MAX];

	memset(items, 0, sizeof(items));
	strcpy(pull.structure, KIT_STRUCTURE);
	pull.items = items;
	pull.count = plan->count - 1;
	memcpy(pull.sig, plan->receipts[plan->count - 1].sig, SIG_LEN);
	for (size_t i = 0; i < pull.count; i++) {
		const struct receipt *receipt = &plan->receipts[i + 1];
		bool own = strcmp(plan->sets[i + 1].header.device,
			       plan->laptop.device) == 0;

		items[i].type = i == 0         ? PULL_OUTSIDE
		                : own && i < 4 ? PULL_KNOWN
		                               : PULL_SET;
		items[i].time_s = receipt->time_s;
		items[i].manifest = receipt->manifest;
		items[i].set = plan->sets[i + 1];
	}
	(void)wire_pull_encode(&out, &pull, NULL);
	write_file(plan, "pull.bin", &out);
	buf_free(&out);
}

static void write_signer(struct buf *out, const char *name,
    const char *namespaces, const struct key *key)
{
	buf_printf(out, "%s namespaces=\"%s\" ", name, namespaces);
	sshsig_public(out, key->pub);
	buf_add_char(out, '\n');
}

static void write_signers(struct plan *plan)
{
	struct buf out = BUF_INIT;

	write_signer(
	    &out, plan->laptop.device, SSHSIG_CHANGESET, &plan->laptop.key);
	write_signer(
	    &out, plan->office.device, SSHSIG_CHANGESET, &plan->office.key);
	write_signer(&out, plan->server.device,
	    SSHSIG_CHANGESET "," SSHSIG_RECEIPT, &plan->server.key);
	write_file(plan, "allowed_signers", &out);
	buf_free(&out);
}

static void write_codes(struct plan *plan)
{
	struct enrolcode code = {.url = "https://bureau.example:8443"};
	struct buf out = BUF_INIT;

	for (size_t i = 0; i < 2; i++) {
		memset(code.secret, 0x51, sizeof(code.secret));
		memset(code.server, 0x52, sizeof(code.server));
		memset(code.pin, 0x53, sizeof(code.pin));
		code.has_pin = i == 1;
		(void)enrolcode_write(&out, &code, NULL);
		buf_add_char(&out, '\n');
	}
	write_file(plan, "enrolcodes", &out);
	buf_free(&out);
}

static void clear(struct plan *plan)
{
	for (size_t i = 0; i < plan->count; i++) {
		changeset_clear(&plan->sets[i]);
		for (size_t j = 0; j < ENTRIES_MAX; j++)
			buf_free(&plan->bodies[i][j]);
	}
	buf_free(&plan->log);
	buf_free(&plan->verdicts);
}

int main(int argc, char **argv)
{
	static struct plan plan;

	if (argc != 2 || crypto_init(NULL) < 0) {
		(void)fprintf(stderr, "make_vectors DIRECTORY\n");
		return 2;
	}
	plan.directory = argv[1];
	kit_machine_init(&plan.machine, 1);
	make_author(&plan.laptop, 1, "1111111111111111", WRITER_LAPTOP);
	make_author(&plan.office, 2, "2222222222222222", WRITER_OFFICE);
	make_author(&plan.server, 3, "3333333333333333", WRITER_SERVER);
	log_first(&plan.head, KIT_STRUCTURE);
	make_enrolments(&plan);
	make_day(&plan);
	make_old_client(&plan);
	make_new_client(&plan);
	make_withheld(&plan);
	make_quarantined(&plan);
	make_decisions(&plan);
	write_push(&plan);
	write_pull(&plan);
	write_signers(&plan);
	write_codes(&plan);
	write_file(&plan, "log", &plan.log);
	write_file(&plan, "verdicts", &plan.verdicts);
	clear(&plan);
	return 0;
}
