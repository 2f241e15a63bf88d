#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/act.h"
#include "server/store/access.h"
#include "tests/lib/push_stage.h"

#define SETS_MAX    3
#define ENTRIES_MAX 5

static void must(int rc, const struct err *err)
{
	if (rc < 0)
		fail_msg("%d: %s", rc, err->text);
}

/* ---- the office ---- */

static void set(
    struct act *act, const char *kind, const char *record, const char *text)
{
	struct err err = ERR_INIT;
	json_t *value = NULL;

	must(json_read(&value, text, strlen(text), &err), &err);
	must(act_set(act, PUSH_STRUCTURE, kind, record, value, NULL, &err),
	    &err);
	json_decref(value);
}

static void enrol(
    struct push_stage *stage, struct act *act, struct push_laptop *laptop)
{
	char hex[HASH_TEXT], value[256], record[RECORD_KEY_MAX];
	struct hash pub, bearer;
	struct err err = ERR_INIT;

	memcpy(pub.bytes, laptop->key.pub, KEY_LEN);
	hash_hex(&pub, hex);
	(void)snprintf(value, sizeof(value),
	    "{\"key\":\"%s\",\"name\":\"Portable\",\"role\":\"laptop\"}", hex);
	record_key_make(record, "enrolment", laptop->device, NULL);
	set(act, "enrolment", record, value);
	hash_of(&bearer, laptop->bearer, strlen(laptop->bearer));
	must(access_bearer_put(stage->office.db, &bearer, laptop->device,
		 stage->desk.now_s + 86400, &err),
	    &err);
}

int push_stage_enter(struct push_stage *stage, struct err *err)
{
	int rc = office_open(
	    &stage->office, stage->path, &stage->desk.os, true, err);

	if (rc < 0)
		return rc;
	must(service_init(&stage->service, &stage->office, err), err);
	stage->open = true;
	return 0;
}

void push_stage_leave(struct push_stage *stage)
{
	if (!stage->open)
		return;
	service_clear(&stage->service);
	office_close(&stage->office);
	stage->open = false;
}

void push_stage_open(struct push_stage *stage, const char *vfs, uint64_t seed)
{
	struct buf recovery = BUF_INIT;
	struct err err = ERR_INIT;
	struct config config;
	struct act act;

	memset(stage, 0, sizeof(*stage));
	kit_directory(stage->root);
	(void)snprintf(
	    stage->path, sizeof(stage->path), "%s/office", stage->root);
	kit_machine_init(&stage->desk, seed);
	stage->desk.os.vfs = vfs;
	must(config_from_url(&config, "https://localhost:8443", &err), &err);
	must(office_create(
		 stage->path, &config, &stage->desk.os, &recovery, &err),
	    &err);
	buf_free(&recovery);
	must(push_stage_enter(stage, &err), &err);
	must(act_begin(&act, &stage->office, &err), &err);
	set(&act, "worker", "worker/V01",
	    "{\"first\":\"Fatou\",\"initial\":\"D\",\"crews\":[]}");
	for (size_t i = 0; i < PUSH_LAPTOPS; i++) {
		struct push_laptop *laptop = &stage->laptops[i];

		kit_key(&laptop->key, (unsigned char)(i + 1));
		key_device(laptop->key.pub, laptop->device);
		(void)snprintf(
		    laptop->bearer, sizeof(laptop->bearer), "bearer-%zu", i);
		laptop->chance = seed * 1000 + i;
		enrol(stage, &act, laptop);
	}
	must(act_commit(&act, &err), &err);
}

void push_stage_close(struct push_stage *stage)
{
	push_stage_leave(stage);
	kit_directory_remove(stage->root);
}

/* ---- pushes ---- */

static void make_entry(struct push_stage *stage, struct push_laptop *laptop,
    struct set_entry *out, struct buf *body)
{
	char record[RECORD_KEY_MAX], day[DATE_TEXT], value[64];
	const struct entry_draft draft = {.kind = "hours",
	    .structure = PUSH_STRUCTURE,
	    .record = record,
	    .device = laptop->device};

	(void)snprintf(
	    day, sizeof(day), "2026-11-0%zu", 1 + kit_pick(&laptop->chance, 4));
	record_key_hours(record,
	    kit_pick(&laptop->chance, 4) == 0 ? "V02" : "V01", day,
	    kit_pick(&laptop->chance, 2) == 0 ? "am" : "pm");
	(void)snprintf(value, sizeof(value),
	    "{\"minutes\":%zu,\"kind\":\"work\"}",
	    15 * (1 + kit_pick(&laptop->chance, 14)));
	if (kit_pick(&laptop->chance, 8) == 0)
		buf_printf(body, "no entry at all: %zu\n",
		    (size_t)kit_random(&laptop->chance));
	else
		kit_entry(body, &draft, value, &stage->desk);
	out->body = buf_bytes(body);
	hash_of(&out->hash, body->data, body->len);
}

static void make_set(struct push_stage *stage, struct push_laptop *laptop,
    struct changeset *out, struct buf *bodies)
{
	struct err err = ERR_INIT;

	memset(out, 0, sizeof(*out));
	strcpy(out->header.structure, PUSH_STRUCTURE);
	strcpy(out->header.device, laptop->device);
	strcpy(out->header.session, "aaaaaaaaaaaaaaaa");
	out->header.seq = ++laptop->seq;
	out->header.prev = laptop->prev;
	out->header.at_s = KIT_NOW_S;
	out->count = 1 + kit_pick(&laptop->chance, ENTRIES_MAX);
	out->entries = calloc(out->count, sizeof(*out->entries));
	assert_non_null(out->entries);
	for (size_t i = 0; i < out->count; i++)
		make_entry(stage, laptop, &out->entries[i], &bodies[i]);
	must(changeset_sign(out, &laptop->key, &err), &err);
	must(changeset_hash(&laptop->prev, out, &err), &err);
}

void push_stage_make(
    struct push_stage *stage, size_t number, struct push_made *out)
{
	struct push_laptop *laptop = &stage->laptops[number];
	struct buf bodies[SETS_MAX * ENTRIES_MAX] = {{NULL, 0, 0, false}};
	struct changeset sets[SETS_MAX];
	struct err err = ERR_INIT;

	memset(out, 0, sizeof(*out));
	out->set_count = 1 + kit_pick(&laptop->chance, SETS_MAX);
	for (size_t i = 0; i < out->set_count; i++) {
		make_set(stage, laptop, &sets[i], &bodies[i * ENTRIES_MAX]);
		out->sets[i] = laptop->prev;
		out->entries += sets[i].count;
	}
	must(wire_push_encode(&out->bytes, sets, out->set_count, &err), &err);
	for (size_t i = 0; i < out->set_count; i++)
		changeset_clear(&sets[i]);
	for (size_t i = 0; i < SETS_MAX * ENTRIES_MAX; i++)
		buf_free(&bodies[i]);
}

void push_made_clear(struct push_made *made)
{
	buf_free(&made->bytes);
}

int push_stage_send(struct push_stage *stage, size_t laptop,
    const struct push_made *made, struct buf *answer)
{
	const struct request request = {
	    .method = "POST",
	    .path = "/v1/push",
	    .query = "",
	    .bearer = stage->laptops[laptop].bearer,
	    .content_type = "",
	    .body = buf_bytes(&made->bytes),
	};
	struct reply reply = {.body = BUF_INIT};
	int status;

	service_answer(&stage->service, &request, &reply);
	status = reply.status;
	if (answer != NULL)
		buf_add(answer, buf_text(&reply.body), reply.body.len);
	buf_free(&reply.body);
	return status;
}
