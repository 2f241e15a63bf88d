#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/journal.h"
#include "tests/lib/play.h"

int play_open(void **state)
{
	struct play *play = calloc(1, sizeof(*play));

	fake_office_open(&play->office, 1);
	fake_laptop_open(&play->paul, 2);
	fake_laptop_open(&play->nora, 3);
	fake_laptop_join(&play->paul, &play->office);
	fake_laptop_join(&play->nora, &play->office);
	*state = play;
	return 0;
}

int play_close(void **state)
{
	struct play *play = *state;

	fake_laptop_close(&play->paul);
	fake_laptop_close(&play->nora);
	fake_office_close(&play->office);
	free(play);
	return 0;
}

void play_sync(struct fake_laptop *laptop, struct fake_office *office)
{
	struct err err = ERR_INIT;
	int rc = fake_laptop_sync(laptop, office, NULL, NULL, &err);

	if (rc < 0)
		fail_msg("%d: %s", rc, err.text);
}

void play_asked(const struct fake_office *office, const char *paths)
{
	struct buf all = BUF_INIT;

	for (size_t i = 0; i < office->asked_count; i++)
		buf_printf(&all, "%s%s", i > 0 ? " " : "",
		    office->asked[i] + strlen("/v1/"));
	assert_string_equal(buf_text(&all), paths);
	buf_free(&all);
}

void play_setting(
    struct fake_laptop *laptop, const char *name, const char *value)
{
	struct buf text = BUF_INIT;

	assert_int_equal(journal_get(laptop->agent.db, name, &text, NULL), 0);
	assert_string_equal(buf_text(&text), value);
	buf_free(&text);
}

int64_t play_head(struct fake_laptop *laptop)
{
	struct log_point head;

	assert_int_equal(
	    ledger_head(laptop->agent.db, OFFICE_STRUCTURE, &head, NULL, NULL),
	    0);
	return head.n;
}

int64_t play_cursor(struct fake_laptop *laptop)
{
	struct follow follow;
	bool found;

	assert_int_equal(journal_follow_get(laptop->agent.db, OFFICE_STRUCTURE,
			     &follow, &found, NULL),
	    0);
	assert_true(found);
	return follow.cursor;
}

struct hash play_digest(struct db *db)
{
	struct hash digest;

	assert_int_equal(ledger_digest(db, OFFICE_STRUCTURE, &digest, NULL), 0);
	return digest;
}

void play_same(struct fake_laptop *laptop, struct fake_office *office)
{
	struct hash here = play_digest(laptop->agent.db);
	struct hash there = play_digest(office->db);

	assert_memory_equal(here.bytes, there.bytes, HASH_LEN);
}

enum entry_way play_way(struct fake_laptop *laptop, const struct hash *hash)
{
	enum entry_way way;

	assert_int_equal(ledger_way(laptop->agent.db, OFFICE_STRUCTURE, hash,
			     &way, NULL, NULL),
	    0);
	return way;
}

bool play_has(struct db *db, const struct hash *hash)
{
	struct buf body = BUF_INIT;
	int rc = ledger_bytes(db, OFFICE_STRUCTURE, hash, &body, NULL);

	buf_free(&body);
	return rc == 0;
}

static int note_state(
    void *context, const struct record_row *row, struct err *err)
{
	(void)err;
	(void)snprintf(context, 200, "%s %s", row->state, row->value);
	return 0;
}

void play_record(
    struct fake_laptop *laptop, const char *record, const char *beginning)
{
	char state[200] = "none";

	assert_int_equal(ledger_record(laptop->agent.db, OFFICE_STRUCTURE,
			     record, note_state, state, NULL, NULL),
	    0);
	if (strncmp(state, beginning, strlen(beginning)) != 0)
		fail_msg("%s: \"%s\", not \"%s\"", record, state, beginning);
}

static int count_set(void *context, const struct set_row *row, struct err *err)
{
	(void)row;
	(void)err;
	++*(int *)context;
	return 0;
}

int play_pending(struct fake_laptop *laptop)
{
	int count = 0;

	assert_int_equal(ledger_pending(laptop->agent.db, OFFICE_STRUCTURE,
			     count_set, &count, NULL),
	    0);
	return count;
}

void play_instead(
    void *context, const struct exchange *request, struct exchange_reply *reply)
{
	struct instead *instead = context;

	if (strncmp(request->path, instead->path, strlen(instead->path)) != 0 ||
	    instead->times == 0)
		return;
	instead->times--;
	fake_reply(reply, instead->status, instead->text);
	reply->retry_after_seconds = instead->retry_after_seconds;
}

void play_pull(const struct exchange *request, struct exchange_reply *reply,
    play_change *change)
{
	struct buf again = BUF_INIT;
	struct pull pull;

	if (strncmp(request->path, "/v1/pull", 8) != 0)
		return;
	assert_int_equal(
	    wire_pull_decode(&pull, reply->body.data, reply->body.len, NULL),
	    0);
	change(&pull);
	assert_int_equal(wire_pull_encode(&again, &pull, NULL), 0);
	wire_pull_clear(&pull);
	buf_free(&reply->body);
	reply->body = again;
}
/* The reply to a path is lost, after the server has acted. */
int play_cut(
    struct fake_laptop *laptop, struct fake_office *office, const char *path)
{
	struct exchange_reply reply = {0};
	struct exchange request;
	struct sync *sync = NULL;
	struct err err = ERR_INIT;
	int rc;

	office->asked_count = 0;
	assert_int_equal(sync_new(&sync, &laptop->agent, &err), 0);
	while ((rc = sync_next(sync, &request, &err)) == SYNC_REQUEST) {
		bool cut = strncmp(request.path, path, strlen(path)) == 0;

		fake_office_answer(office, &request, &reply);
		if (cut)
			break;
		assert_int_equal(sync_take(sync, &reply, &err), 0);
	}
	exchange_reply_clear(&reply);
	sync_free(sync);
	return rc;
}

/* Place a set that says it is ${device}'s and that ${key} signed: a worker,
 * and perhaps the hash alone of another entry. */
void play_forge(struct fake_office *office, const char *device,
    const struct key *key, const struct hash *other)
{
	struct changeset set = {.count = other != NULL ? 2 : 1};
	struct ledger_author author = {&set.header, WRITER_OFFICE, false};
	struct entry_draft draft = {.kind = "worker",
	    .record = "worker/eve",
	    .device = set.header.device};
	struct set_entry entries[2] = {0};
	struct buf body = BUF_INIT;

	strcpy(set.header.structure, OFFICE_STRUCTURE);
	strcpy(set.header.session, "00000000000000bb");
	strcpy(set.header.device, device);
	set.header.seq = 1;
	kit_entry(&body, &draft, "{\"first\":\"Ève\",\"crews\":[]}",
	    &office->machine);
	entries[0].body = buf_bytes(&body);
	hash_of(&entries[0].hash, body.data, body.len);
	if (other != NULL)
		entries[1].hash = *other;
	set.entries = entries;
	assert_int_equal(changeset_sign(&set, key, NULL), 0);
	fake_office_place(office, &set, &author);
	buf_free(&body);
}
