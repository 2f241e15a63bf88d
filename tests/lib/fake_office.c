#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/date.h"
#include "shared/enc.h"
#include "shared/ledger_device.h"
#include "shared/receipt.h"
#include "shared/sshsig.h"
#include "shared/wire.h"
#include "tests/lib/fake_office.h"

#define CHALLENGE "c0ffee"

static void must(int rc, const struct err *err)
{
	if (rc < 0)
		fail_msg("%d: %s", rc, err->text);
}

void fake_reply(struct exchange_reply *reply, int status, const char *text)
{
	buf_reset(&reply->body);
	buf_add_text(&reply->body, text);
	reply->status = status;
}

static void reply_object(struct exchange_reply *reply, int status, json_t *json)
{
	buf_reset(&reply->body);
	json_write(&reply->body, json);
	json_decref(json);
	reply->status = status;
}

/* ---- the log ---- */

static void log_end(
    struct fake_office *office, struct log_point *head, int64_t *time_s)
{
	struct err err = ERR_INIT;

	must(ledger_head(office->db, OFFICE_STRUCTURE, head, time_s, &err),
	    &err);
}

int64_t fake_office_length(struct fake_office *office)
{
	struct log_point head;

	log_end(office, &head, NULL);
	return head.n;
}

struct faults {
	json_t *list;
};

static void note_fault(void *context, size_t index, const char *code)
{
	struct faults *faults = context;
	json_t *pair = json_array();

	json_array_append_new(pair, json_integer((json_int_t)index));
	json_array_append_new(pair, json_string(code));
	json_array_append_new(faults->list, pair);
}

static void place(struct fake_office *office, const struct changeset *set,
    const struct ledger_author *author, struct faults *faults)
{
	struct err err = ERR_INIT;
	struct log_point head;
	struct receipt receipt = {.structure = OFFICE_STRUCTURE, .epoch = 1};

	log_end(office, &head, NULL);
	receipt.n = head.n + 1;
	receipt.time_s = ++office->machine.now_s;
	must(changeset_hash(&receipt.manifest, set, &err), &err);
	log_next(&receipt.head, &head.head, receipt.time_s, &receipt.manifest);
	must(receipt_sign(&receipt, &office->server, &err), &err);
	must(ledger_set_put(office->db, set, author, &receipt,
		 faults != NULL ? note_fault : NULL, faults, &err),
	    &err);
	must(ledger_head_put(office->db, &receipt, &err), &err);
}

void fake_office_place(struct fake_office *office, const struct changeset *set,
    const struct ledger_author *author)
{
	place(office, set, author, NULL);
}

/* One entry of the office, or of the server itself, in a set of its own. */
static void write_entry(struct fake_office *office, const struct key *key,
    enum writer writer, const char *kind, const char *record, const char *text,
    const char *reason)
{
	struct changeset set = {.count = 1};
	struct ledger_author author = {&set.header, writer, false};
	struct entry_draft draft = {.kind = kind,
	    .record = record,
	    .device = set.header.device,
	    .reason = reason};
	struct set_entry entry;
	struct buf body = BUF_INIT;
	struct err err = ERR_INIT;

	strcpy(set.header.structure, OFFICE_STRUCTURE);
	strcpy(set.header.session, "00000000000000aa");
	key_device(key->pub, set.header.device);
	set.header.seq = ++office->console_seq;
	set.header.prev = office->last_console;
	set.header.at_s = office->machine.now_s;
	log_end(office, &set.header.seen, NULL);
	kit_entry(&body, &draft, text, &office->machine);
	entry.body = buf_bytes(&body);
	hash_of(&entry.hash, body.data, body.len);
	set.entries = &entry;
	must(changeset_sign(&set, key, &err), &err);
	must(changeset_hash(&office->last_console, &set, &err), &err);
	place(office, &set, &author, NULL);
	buf_free(&body);
}

void fake_office_write(struct fake_office *office, const char *kind,
    const char *record, const char *set, const char *reason)
{
	write_entry(
	    office, &office->console, WRITER_OFFICE, kind, record, set, reason);
}

static void enrol_device(
    struct fake_office *office, const uint8_t key[KEY_LEN], const char *role)
{
	char record[RECORD_KEY_MAX], set[256], hex[HASH_TEXT];
	char device[DEVICE_TEXT];

	key_device(key, device);
	enc_hex(key, KEY_LEN, hex);
	(void)snprintf(record, sizeof(record), "enrolment/%s", device);
	(void)snprintf(set, sizeof(set),
	    "{\"key\":\"%s\",\"name\":\"poste\",\"role\":\"%s\"}", hex, role);
	write_entry(office, &office->server, WRITER_SERVER, "enrolment", record,
	    set, NULL);
}

void fake_office_open(struct fake_office *office, uint64_t seed)
{
	struct hash server;

	memset(office, 0, sizeof(*office));
	must(crypto_init(NULL), NULL);
	kit_directory(office->folder);
	kit_machine_init(&office->machine, seed);
	kit_key(&office->server, 1);
	kit_key(&office->console, 2);
	office->db = kit_ledger(office->folder);
	hash_of(&server, office->server.pub, KEY_LEN);
	memcpy(office->code.server, server.bytes, ENROLCODE_SERVER_LEN);
	memset(office->code.secret, 7, ENROLCODE_SECRET_LEN);
	strcpy(office->code.url, "https://127.0.0.1:1");
	office->scope = "5c";
	office->page = 1000;
	office->listed = true;
	enrol_device(office, office->console.pub, ROLE_OFFICE);
	fake_office_write(office, "worker", "worker/lea",
	    "{\"first\":\"Léa\",\"crews\":[]}", NULL);
	fake_office_write(office, "worker", "worker/tom",
	    "{\"first\":\"Tom\",\"crews\":[]}", NULL);
}

void fake_office_close(struct fake_office *office)
{
	db_close(office->db);
	kit_directory_remove(office->folder);
}

struct last {
	int64_t n;
	struct hash head;
	int64_t time_s;
};

static int take_last(void *context, const struct set_row *row, struct err *err)
{
	(void)err;
	*(struct last *)context =
	    (struct last){row->place, row->head, row->time_s};
	return 0;
}

void fake_office_forget(struct fake_office *office, int64_t n)
{
	struct err err = ERR_INIT;
	struct last last = {0};
	struct receipt head = {.structure = OFFICE_STRUCTURE, .epoch = 1};
	char sql[512];

	(void)snprintf(sql, sizeof(sql),
	    "DELETE FROM entry WHERE changeset IN"
	    " (SELECT id FROM changeset WHERE place > %" PRId64 ");"
	    "DELETE FROM changeset_entry WHERE changeset IN"
	    " (SELECT id FROM changeset WHERE place > %" PRId64 ");"
	    "DELETE FROM changeset WHERE place > %" PRId64,
	    n, n, n);
	must(db_script(office->db, sql, &err), &err);
	must(
	    ledger_log(office->db, OFFICE_STRUCTURE, 0, take_last, &last, &err),
	    &err);
	assert_int_equal(last.n, n);
	head.n = n;
	head.head = last.head;
	head.time_s = last.time_s;
	must(ledger_head_put(office->db, &head, &err), &err);
	must(ledger_refold_all(office->db, OFFICE_STRUCTURE, &err), &err);
}

/* ---- hello, enrol, login ---- */

static void hello(struct fake_office *office, struct exchange_reply *reply)
{
	char hex[HASH_TEXT];
	json_t *json = json_object();

	enc_hex(office->server.pub, KEY_LEN, hex);
	json_put_int(json, "schema", 1);
	json_put_int(json, "protocol", 1);
	json_put_text(json, "version", "test");
	json_put_text(json, "server", hex);
	reply_object(reply, 200, json);
}

static void read_sig(uint8_t out[SIG_LEN], const char *base64)
{
	struct buf raw = BUF_INIT;

	assert_int_equal(enc_unbase64(&raw, base64, strlen(base64), NULL), 0);
	assert_int_equal(raw.len, SIG_LEN);
	memcpy(out, raw.data, SIG_LEN);
	buf_free(&raw);
}

static void put_sig(json_t *json, const uint8_t sig[SIG_LEN])
{
	struct buf base64 = BUF_INIT;

	enc_base64(&base64, sig, SIG_LEN);
	json_put_text(json, "sig", buf_text(&base64));
	buf_free(&base64);
}

static void check_sig(const uint8_t pub[KEY_LEN], const char *base64,
    const char *space, const struct buf *text)
{
	struct err err = ERR_INIT;
	uint8_t sig[SIG_LEN];

	read_sig(sig, base64);
	must(sshsig_verify(pub, sig, space, text->data, text->len, &err), &err);
}

static void certify(
    struct fake_office *office, const struct hash *key, json_t *json)
{
	char server[HASH_TEXT], hex[HASH_TEXT], device[DEVICE_TEXT];
	struct buf text = BUF_INIT;
	struct err err = ERR_INIT;
	uint8_t sig[SIG_LEN];

	enc_hex(office->server.pub, KEY_LEN, server);
	hash_hex(key, hex);
	key_device(key->bytes, device);
	buf_printf(&text,
	    "# pointeau certificate 1\n# server %s\n# device %s\n# key %s\n"
	    "# structure %s\n# at 2026-11-20T16:31:02Z\n",
	    server, device, hex, OFFICE_STRUCTURE);
	must(sshsig_sign(sig, &office->server, SSHSIG_CERTIFICATE, text.data,
		 text.len, &err),
	    &err);
	json_put_text(json, "certificate", text.data);
	put_sig(json, sig);
	buf_free(&text);
}

static bool is_enrolled(
    struct fake_office *office, const char *device, struct device *out)
{
	struct err err = ERR_INIT;

	must(ledger_device(office->db, OFFICE_STRUCTURE, device,
		 office->server.pub, out, &err),
	    &err);
	return out->found;
}

static void enrol(struct fake_office *office, const json_t *asked,
    struct exchange_reply *reply)
{
	char server[HASH_TEXT], secret[64], code_hex[HASH_TEXT];
	char name[DEVICE_TEXT];
	struct buf text = BUF_INIT;
	struct device device;
	struct hash code, key;
	json_t *json;

	enc_hex(office->code.secret, ENROLCODE_SECRET_LEN, secret);
	if (strcmp(json_text(asked, "code"), secret) != 0) {
		fake_reply(reply, 401,
		    "{\"error\":\"auth\",\"message\":\"code usé\"}");
		return;
	}
	assert_int_equal(hash_parse(&key, json_text(asked, "key"), NULL), 0);
	hash_of(&code, office->code.secret, ENROLCODE_SECRET_LEN);
	hash_hex(&code, code_hex);
	enc_hex(office->server.pub, KEY_LEN, server);
	buf_printf(&text,
	    "# pointeau enrol 1\n# code %s\n# server %s\n"
	    "# key %s\n",
	    code_hex, server, json_text(asked, "key"));
	check_sig(key.bytes, json_text(asked, "proof"), SSHSIG_ENROL, &text);
	buf_free(&text);
	key_device(key.bytes, name);
	if (!is_enrolled(office, name, &device))
		enrol_device(office, key.bytes, ROLE_LAPTOP);
	json = json_object();
	certify(office, &key, json);
	reply_object(reply, 200, json);
}

static void login(struct fake_office *office, const json_t *asked,
    struct exchange_reply *reply)
{
	const char *name = json_text(asked, "device");
	struct buf text = BUF_INIT;
	struct device device;
	char server[HASH_TEXT];

	assert_string_equal(json_text(asked, "challenge"), CHALLENGE);
	assert_true(is_enrolled(office, name, &device));
	enc_hex(office->server.pub, KEY_LEN, server);
	buf_printf(&text,
	    "# pointeau login 1\n# server %s\n# device %s\n"
	    "# challenge " CHALLENGE "\n",
	    server, name);
	check_sig(device.pub, json_text(asked, "sig"), SSHSIG_LOGIN, &text);
	buf_free(&text);
	strcpy(office->who, name);
	(void)snprintf(office->bearer, sizeof(office->bearer), "b-%s", name);
	buf_reset(&reply->body);
	buf_printf(&reply->body, "{\"bearer\":\"%s\",\"expires\":\"\"}",
	    office->bearer);
	reply->status = 200;
}

/* ---- heads ---- */

static void heads(struct fake_office *office, struct exchange_reply *reply)
{
	struct log_point head;
	char hex[HASH_TEXT];

	log_end(office, &head, NULL);
	hash_hex(&head.head, hex);
	reply->status = 200;
	buf_reset(&reply->body);
	if (!office->listed) {
		buf_add_text(&reply->body, "{\"schema\":1,\"structures\":[]}");
		return;
	}
	buf_printf(&reply->body,
	    "{\"schema\":1,\"structures\":[{\"structure\":\"%s\",\"epoch\":1,"
	    "\"n\":%" PRId64 ",\"head\":\"%s\",\"scope\":\"%s\"}]}",
	    OFFICE_STRUCTURE, head.n, hex, office->scope);
}

/* ---- push ---- */

struct author_last {
	const char *device;
	char session[DEVICE_TEXT];
	int64_t seq;
	struct hash manifest;
};

static int note_author(
    void *context, const struct set_row *row, struct err *err)
{
	struct author_last *last = context;

	(void)err;
	if (strcmp(row->device, last->device) == 0) {
		strcpy(last->session, row->session);
		last->seq = row->seq;
		last->manifest = row->hash;
	}
	return 0;
}

static int note_found(void *context, const struct set_row *row, struct err *err)
{
	(void)err;
	*(int64_t *)context = row->place;
	return 0;
}

static json_t *receipt_json(const struct receipt *receipt, const char *state)
{
	char at[STAMP_TEXT], head[HASH_TEXT];
	json_t *json = json_object();

	stamp_format(receipt->time_s, at);
	hash_hex(&receipt->head, head);
	json_put_text(json, "state", state);
	json_put_int(json, "epoch", receipt->epoch);
	json_put_int(json, "n", receipt->n);
	json_put_text(json, "time", at);
	json_put_text(json, "head", head);
	put_sig(json, receipt->sig);
	return json;
}

static json_t *stop_json(const struct author_last *last, const char *state)
{
	json_t *json = json_object();
	char hex[HASH_TEXT];

	hash_hex(&last->manifest, hex);
	json_put_text(json, "state", state);
	json_put_text(json, "session", last->session);
	json_put_int(json, "seq", last->seq);
	json_put_text(json, "manifest", hex);
	return json;
}

/* "gap", "fork" or NULL: contiguous within a session, whose first set follows
 * any set that the log knows. */
static const char *out_of_order(
    struct fake_office *office, const struct changeset *set)
{
	const struct set_header *header = &set->header;
	struct err err = ERR_INIT;
	struct hash hash;
	int64_t seq, place = 0;
	bool found;

	must(ledger_set_last(office->db, OFFICE_STRUCTURE, header->device,
		 header->session, &seq, &hash, &found, &err),
	    &err);
	if (header->seq <= seq)
		return "fork";
	if (header->seq > seq + 1)
		return "gap";
	if (found || hash_is_zero(&header->prev))
		return NULL;
	must(ledger_set_find(office->db, OFFICE_STRUCTURE, &header->prev,
		 note_found, &place, &found, &err),
	    &err);
	return found ? NULL : "gap";
}

static json_t *push_one(
    struct fake_office *office, const struct changeset *set, bool *stop)
{
	struct author_last last = {.device = set->header.device};
	struct faults faults = {json_array()};
	struct device device;
	struct ledger_author author;
	struct receipt receipt;
	struct err err = ERR_INIT;
	struct hash hash;
	json_t *json;
	bool known;

	assert_string_equal(set->header.structure, OFFICE_STRUCTURE);
	assert_true(is_enrolled(office, set->header.device, &device));
	must(changeset_verify(set, device.pub, &err), &err);
	must(changeset_hash(&hash, set, &err), &err);
	must(ledger_set_receipt(
		 office->db, OFFICE_STRUCTURE, &hash, &receipt, &known, &err),
	    &err);
	must(ledger_log(
		 office->db, OFFICE_STRUCTURE, 0, note_author, &last, &err),
	    &err);
	if (!known && out_of_order(office, set) != NULL) {
		*stop = true;
		json_decref(faults.list);
		return stop_json(&last, out_of_order(office, set));
	}
	author =
	    (struct ledger_author){&set->header, device.writer, device.revoked};
	if (!known)
		place(office, set, &author, &faults);
	must(ledger_set_receipt(office->db, OFFICE_STRUCTURE, &hash, &receipt,
		 &(bool){false}, &err),
	    &err);
	json = receipt_json(&receipt, known ? "known" : "stored");
	json_put(json, "quarantined", faults.list);
	return json;
}

static void push(struct fake_office *office, const struct exchange *request,
    struct exchange_reply *reply)
{
	struct err err = ERR_INIT;
	json_t *json = json_object(), *list = json_array();
	struct push push;
	bool stop = false;

	must(wire_push_decode(
		 &push, request->body.data, request->body.len, &err),
	    &err);
	for (size_t i = 0; i < push.count && !stop; i++)
		json_array_append_new(
		    list, push_one(office, &push.sets[i], &stop));
	wire_push_clear(&push);
	json_put_int(json, "schema", 1);
	json_put(json, "sets", list);
	reply_object(reply, stop ? 409 : 200, json);
}

/* ---- pull ---- */

struct places {
	struct set_row rows[256];
	bool own[256];
	const char *who;
	size_t count;
	size_t max;
	bool more;
};

static int note_place(void *context, const struct set_row *row, struct err *err)
{
	struct places *places = context;

	(void)err;
	assert_true(places->count < 256);
	if (places->count == places->max) {
		places->more = true;
		return 1;
	}
	places->own[places->count] = strcmp(row->device, places->who) == 0;
	places->rows[places->count++] = *row;
	return 0;
}

/* How many of a set's bodies are hidden; they are withheld. */
static size_t withhold(const struct fake_office *office, struct changeset *set)
{
	size_t hidden = 0;

	for (size_t i = 0; i < set->count; i++) {
		struct bytes *body = &set->entries[i].body;
		struct record_key key = {0};
		struct entry entry;

		if (entry_parse(&entry, body->data, body->len, NULL) == 0)
			(void)record_key_parse(&key, entry.record, NULL);
		if (office->hide != NULL &&
		    strcmp(key.subject, office->hide) == 0) {
			*body = (struct bytes){NULL, 0};
			hidden++;
		}
		entry_clear(&entry);
	}
	return hidden;
}

static void fill_item(struct fake_office *office, struct pull_item *item,
    const struct set_row *row, bool own, struct buf *storage)
{
	struct err err = ERR_INIT;
	size_t hidden;

	item->time_s = row->time_s;
	item->manifest = row->hash;
	must(ledger_set_load(office->db, OFFICE_STRUCTURE, row->id, &item->set,
		 storage, &err),
	    &err);
	hidden = withhold(office, &item->set);
	if (own && hidden == 0)
		item->type = PULL_KNOWN;
	else if (hidden == item->set.count)
		item->type = PULL_OUTSIDE;
	else
		item->type = PULL_SET;
}

static void pull(
    struct fake_office *office, const char *query, struct exchange_reply *reply)
{
	struct places places = {.who = office->who, .max = office->page};
	struct pull pull = {.structure = OFFICE_STRUCTURE, .epoch = 1};
	struct buf *storage;
	struct err err = ERR_INIT;
	int64_t after;

	assert_int_equal(
	    sscanf(
		query, "structure=" OFFICE_STRUCTURE "&after=%" SCNd64, &after),
	    1);
	must(ledger_log(office->db, OFFICE_STRUCTURE, after, note_place,
		 &places, &err),
	    &err);
	pull.first = after + 1;
	pull.more = places.more;
	pull.count = places.count;
	pull.items = calloc(places.count + 1, sizeof(*pull.items));
	storage = calloc(places.count + 1, sizeof(*storage));
	for (size_t i = 0; i < places.count; i++) {
		fill_item(office, &pull.items[i], &places.rows[i],
		    places.own[i] && strstr(query, "&own=1") == NULL,
		    &storage[i]);
		memcpy(pull.sig, places.rows[i].receipt, SIG_LEN);
	}
	buf_reset(&reply->body);
	reply->status = 200;
	must(wire_pull_encode(&reply->body, &pull, &err), &err);
	for (size_t i = 0; i < places.count; i++)
		buf_free(&storage[i]);
	free(storage);
	wire_pull_clear(&pull);
}

/* ---- witness ---- */

struct agreed {
	const json_t *points;
	int64_t n;
};

static int note_agreed(
    void *context, const struct set_row *row, struct err *err)
{
	struct agreed *agreed = context;
	char head[HASH_TEXT];

	(void)err;
	hash_hex(&row->head, head);
	for (size_t i = 0; i < json_array_size(agreed->points); i++) {
		const json_t *point = json_array_get(agreed->points, i);

		if (json_integer_value(json_array_get(point, 0)) ==
			row->place &&
		    strcmp(json_string_value(json_array_get(point, 1)), head) ==
			0)
			agreed->n = row->place;
	}
	return 0;
}

/* It says where the logs part and that an epoch began, without a set that
 * says so: test_heal.c has the real one. */
static void witness(struct fake_office *office, const struct exchange *request,
    struct exchange_reply *reply)
{
	struct agreed agreed = {0};
	struct err err = ERR_INIT;
	struct log_point head;
	char hex[HASH_TEXT];
	json_t *asked = NULL, *json;

	if (!office->explains) {
		fake_reply(reply, 404,
		    "{\"error\":\"not_found\",\"message\":\"quoi ?\"}");
		return;
	}
	assert_int_equal(
	    json_read(&asked, request->body.data, request->body.len, NULL), 0);
	agreed.points = json_object_get(asked, "points");
	must(ledger_log(
		 office->db, OFFICE_STRUCTURE, 0, note_agreed, &agreed, &err),
	    &err);
	must(
	    ledger_head(office->db, OFFICE_STRUCTURE, &head, NULL, &err), &err);
	hash_hex(&head.head, hex);
	json = json_object();
	json_put_int(json, "epoch", head.epoch + 1);
	json_put_int(json, "n", head.n);
	json_put_text(json, "head", hex);
	json_put_int(json, "common", agreed.n);
	reply_object(reply, 200, json);
	json_decref(asked);
}

/* ---- the door ---- */

static void answer_json(struct fake_office *office,
    const struct exchange *request, struct exchange_reply *reply)
{
	json_t *asked = NULL;

	assert_string_equal(request->content_type, "application/json");
	assert_int_equal(
	    json_read(&asked, request->body.data, request->body.len, NULL), 0);
	if (strcmp(request->path, "/v1/enrol") == 0)
		enrol(office, asked, reply);
	else if (strcmp(request->path, "/v1/challenge") == 0)
		fake_reply(reply, 200, "{\"challenge\":\"" CHALLENGE "\"}");
	else if (strcmp(request->path, "/v1/login") == 0)
		login(office, asked, reply);
	else
		fail_msg("%s", request->path);
	json_decref(asked);
}

static void answer_known(struct fake_office *office,
    const struct exchange *request, struct exchange_reply *reply)
{
	const char *query = strchr(request->path, '?');

	if (office->bearer[0] == '\0' ||
	    strcmp(request->bearer, office->bearer) != 0)
		fake_reply(
		    reply, 401, "{\"error\":\"auth\",\"message\":\"expiré\"}");
	else if (office->revoked)
		fake_reply(reply, 403,
		    "{\"error\":\"revoked\",\"message\":\"révoqué\"}");
	else if (strncmp(request->path, "/v1/heads", 9) == 0)
		heads(office, reply);
	else if (strcmp(request->path, "/v1/witness") == 0)
		witness(office, request, reply);
	else if (strcmp(request->path, "/v1/push") == 0)
		push(office, request, reply);
	else if (query != NULL)
		pull(office, query + 1, reply);
	else
		fail_msg("%s", request->path);
}

void fake_office_answer(struct fake_office *office,
    const struct exchange *request, struct exchange_reply *reply)
{
	size_t len = strcspn(request->path, "?");

	reply->retry_after_seconds = 0;
	assert_true(office->asked_count < OFFICE_REQUESTS);
	assert_true(len < sizeof(office->asked[0]));
	memcpy(office->asked[office->asked_count], request->path, len);
	office->asked[office->asked_count++][len] = '\0';
	if (strcmp(request->path, "/v1/hello") == 0) {
		hello(office, reply);
	} else if (strcmp(request->path, "/v1/push") != 0 &&
		   strcmp(request->path, "/v1/witness") != 0 &&
		   strcmp(request->method, "POST") == 0) {
		assert_string_equal(request->bearer, "");
		answer_json(office, request, reply);
	} else {
		answer_known(office, request, reply);
	}
}
