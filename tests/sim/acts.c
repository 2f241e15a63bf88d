/*
 * What supervisors do on laptops, by the same functions as the command line;
 * and what older or newer programs would have written in their place.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "agent/acts_hours.h"
#include "agent/acts_skill.h"
#include "shared/enc.h"
#include "shared/ledger.h"
#include "shared/ledger_set.h"
#include "shared/signoff.h"
#include "tests/sim/sim.h"

/* One act within a save. */
struct doing {
	struct sim *sim;
	struct sim_laptop *laptop;
	struct roster roster;
	struct save save;
	const struct roster_item *worker; /* or a newcomer */
	int minutes;   /* expected of the last value written; -1: nothing */
	size_t others; /* entries of other versions */
};

/* Refusals that are no fault: the slot is taken, contested, empty… */
static bool is_refusal(int rc)
{
	return rc == E_CONFLICT || rc == E_NOT_FOUND || rc == E_USAGE ||
	       rc == E_INVALID;
}

static const char *slot_of(struct sim *sim)
{
	static const char *const slots[] = {"am", "pm", "am", "pm", "x1"};

	return slots[sim_pick(sim, sizeof(slots) / sizeof(slots[0]))];
}

static void draw_place(struct doing *doing, struct acts_place *place)
{
	struct sim *sim = doing->sim;

	*place = (struct acts_place){
	    .structure = doing->worker->structure, .worker = doing->worker->id};
	sim_day(sim, -(int64_t)sim_pick(sim, 4), place->day);
	(void)snprintf(place->slot, sizeof(place->slot), "%s", slot_of(sim));
}

/* Mostly the usual half-day, so that two hands agree. */
static void draw_wish(struct sim *sim, struct acts_wish *wish)
{
	static const int minutes[] = {210, 210, 210, 180, 240, 60};
	static const char *const kinds[] = {
	    "work", "work", "work", "work", "sick", "training", "travel"};

	*wish = (struct acts_wish)ACTS_WISH_INIT;
	wish->minutes =
	    minutes[sim_pick(sim, sizeof(minutes) / sizeof(minutes[0]))];
	wish->kind = kind_by_slug(
	    kinds[sim_pick(sim, sizeof(kinds) / sizeof(kinds[0]))]);
	if (wish->kind != NULL && wish->kind->absence)
		wish->minutes = 0;
}

static void expect(struct doing *doing, const struct acts_done *done, int rc)
{
	int64_t got = json_int(done->value, "minutes", -1);

	if (rc == 0 && doing->minutes >= 0 && done->value != NULL &&
	    got != doing->minutes)
		sim_fail(doing->sim, "I7",
		    "%d minutes were asked for, %d were saved", doing->minutes,
		    (int)got);
}

static int do_hours(struct doing *doing, struct err *err)
{
	static const char *const words[] = {"add", "set", "void", "move"};
	struct acts_call call = {.save = &doing->save,
	    .roster = &doing->roster,
	    .reason = "erreur de saisie"};
	struct acts_place place, to = {0};
	struct acts_wish wish;
	struct acts_done done;
	size_t what = sim_pick(doing->sim, 100);
	int rc;

	what = what < 70 ? 0 : what < 82 ? 1 : what < 92 ? 2 : 3;
	draw_place(doing, &place);
	draw_wish(doing->sim, &wish);
	doing->minutes = what < 2 ? wish.minutes : -1;
	if (sim_percent(doing->sim, 10))
		call.note = "vu sur place";
	switch (what) {
	case 0:
		call.reason = NULL;
		rc = acts_hours_add(&call, &place, &wish, &done, err);
		break;
	case 1:
		rc = acts_hours_set(&call, &place, &wish, &done, err);
		break;
	case 2:
		rc = acts_hours_void(&call, &place, &done, err);
		break;
	default:
		(void)snprintf(to.slot, sizeof(to.slot), "x2");
		rc = acts_hours_move(&call, &place, &to, &done, err);
		break;
	}
	expect(doing, &done, rc);
	sim_log(doing->sim, "  %s %s %s %s: %d", words[what], place.worker,
	    place.day, place.slot, rc);
	acts_hours_clear(&done);
	return rc;
}

static int do_skill(struct doing *doing, struct err *err)
{
	static const struct catalogue_row row = {
	    "local", "TAILLE", "Tailler une haie", NULL};
	struct acts_skill seen = {
	    .skill = &row, .level = (int)sim_pick(doing->sim, 5)};
	char day[DATE_TEXT], id[TEXT_ID_MAX + 1];

	sim_day(doing->sim, 0, day);
	seen.day = day;
	return acts_skill_add(
	    &doing->save, &doing->roster, doing->worker, &seen, id, NULL, err);
}

static int do_newcomer(struct doing *doing, struct err *err)
{
	const struct roster_list *crews = &doing->roster.crews;
	struct entry_draft draft = {.kind = "newcomer", .person = "E1"};
	char record[RECORD_KEY_MAX], id[NEWCOMER_TEXT], hex[11];
	uint8_t bytes[5];
	json_t *value;
	int rc;

	if (crews->count == 0 ||
	    doing->sim->worker_count > SIM_WORKERS_MAX - 24)
		return E_NOT_FOUND;
	const struct roster_item *crew =
	    &crews->items[sim_pick(doing->sim, crews->count)];

	os_random(&doing->laptop->machine.os, bytes, sizeof(bytes));
	enc_hex(bytes, sizeof(bytes), hex);
	(void)snprintf(id, sizeof(id), "n-%s", hex);
	record_key_make(record, "newcomer", id, NULL);
	value = json_pack("{s:s,s:s}", "first", "Zoé", "crew", crew->id);
	draft.structure = crew->structure;
	draft.record = record;
	draft.value = value;
	rc = save_add(&doing->save, &draft, NULL, err);
	json_decref(value);
	sim_log(doing->sim, "  newcomer %s of %s: %d", id, crew->id, rc);
	return rc;
}

static int do_signoff(struct doing *doing, struct err *err)
{
	struct entry_draft draft = {.kind = "signoff", .person = "E1"};
	char record[RECORD_KEY_MAX], day[DATE_TEXT];
	struct signoff_sheet sheet = {0};
	char sum[HASH_TEXT];
	json_t *value = NULL;
	int rc;

	sim_day(doing->sim, 0, day);
	day[7] = '\0';
	record_key_make(record, "signoff", doing->worker->id, day);
	draft.structure = doing->worker->structure;
	draft.record = record;
	if ((rc = signoff_sheet_load(&sheet, doing->save.agent->db,
		 doing->worker->structure, doing->worker->id, day, err)) < 0)
		goto out;
	hash_hex(&sheet.sum, sum);
	value = json_pack("{s:s,s:s,s:s,s:i,s:s,s:o,s:I,s:I}", "month", day,
	    "answer", SIGNOFF_AGREE, "how", "paper", "text", SIGNOFF_TEXT,
	    "sum", sum, "covers", signoff_covers(&sheet), "payable",
	    (json_int_t)sheet.payable, "days", (json_int_t)sheet.days);
	draft.value = value;
	rc = save_add(&doing->save, &draft, NULL, err);
out:
	json_decref(value);
	signoff_sheet_clear(&sheet);
	return rc;
}

/* ---- other versions ---- */

/* What another program writes, beyond what ours would let through. */
static const struct {
	const char *text; /* after "v" and "structure" */
	const char *fault;
	bool strange;
} others[] = {
    {"\"kind\":\"hours\",\"record\":\"hours/%s/%s/pm\",\"set\":{\"minutes\":"
     "210,\"kind\":\"work\",\"weather\":{\"rain\":true}},\"mood\":[1,2]",
	"", true},
    {"\"kind\":\"drone\",\"record\":\"drone/%s/%s\",\"set\":{\"height\":12}",
	"", true},
    {"\"kind\":\"hours\",\"record\":\"hours/%s/%s/am\",\"set\":{\"minutes\":"
     "60,\"kind\":\"astreinte\"}",
	"", true},
    {"\"kind\":\"hours\",\"record\":\"hours/%s/%s/am\",\"set\":{\"minutes\":"
     "5000,\"kind\":\"work\"}",
	"value", false},
    {"\"kind\":\"hours\",\"record\":\"hours/%s/%s/soir\",\"set\":"
     "{\"minutes\":60,\"kind\":\"work\"}",
	"record", false},
    {"\"kind\":\"void\",\"record\":\"hours/%s/%s/am\"", "reason", false},
    {"\"kind\":\"worker\",\"record\":\"worker/%s\",\"set\":{\"first\":\"%s\","
     "\"crews\":[]}",
	"authority", false},
    {"\"kind\":\"hours\",\"record\":\"hours/%s/%s/am\",\"set\":{\"minutes\":"
     "60.5,\"kind\":\"work\"}",
	"malformed", false},
};

static void other_body(struct doing *doing, size_t which, struct buf *out)
{
	char day[DATE_TEXT], at[STAMP_TEXT], hex[21];
	uint8_t salt[10];

	sim_day(doing->sim, -(int64_t)sim_pick(doing->sim, 3), day);
	stamp_format(os_now_s(&doing->laptop->machine.os), at);
	os_random(&doing->laptop->machine.os, salt, sizeof(salt));
	enc_hex(salt, sizeof(salt), hex);
	buf_printf(out, "%s\n{\"structure\":\"%s\",\"v\":1,", hex,
	    doing->worker->structure);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	buf_printf(out, others[which].text, doing->worker->id, day);
#pragma GCC diagnostic pop
	buf_printf(out, ",\"by\":{\"device\":\"%s\"},\"at\":\"%s\"}\n",
	    doing->laptop->agent.device, at);
}

static int do_other(struct doing *doing, struct err *err)
{
	size_t which = sim_pick(doing->sim, sizeof(others) / sizeof(others[0]));
	struct set_header header = {0};
	const struct ledger_author author = {&header, WRITER_LAPTOP, false};
	struct buf body = BUF_INIT;
	struct sim_entry *entry;
	struct hash hash;
	int64_t id;
	int rc;

	text_copy(header.structure, sizeof(header.structure),
	    doing->worker->structure);
	memcpy(header.device, doing->laptop->agent.device, DEVICE_TEXT);
	other_body(doing, which, &body);
	hash_of(&hash, body.data, body.len);
	rc = ledger_add(
	    doing->laptop->agent.db, &author, buf_bytes(&body), &id, NULL, err);
	if (rc == 0)
		rc = ledger_outbox_add(
		    doing->laptop->agent.db, header.structure, id, err);
	sim_log(doing->sim, "  another version's %zu: %d", which, rc);
	/* Known before it is committed: gone unless it is found later. */
	entry = sim_entry_add(doing->sim,
	    sim_structure_find(doing->sim, header.structure), &hash,
	    others[which].fault);
	entry->strange = others[which].strange;
	doing->others += rc == 0;
	buf_free(&body);
	return rc;
}

/* ---- a save ---- */

static int do_one(struct doing *doing, struct err *err)
{
	const struct roster_list *workers = &doing->roster.workers;
	const struct roster_list *newcomers = &doing->roster.newcomers;
	size_t what = sim_pick(doing->sim, 100);
	size_t count = workers->count + newcomers->count;

	if (count == 0)
		return E_NOT_FOUND;
	size_t at = sim_pick(doing->sim, count);

	doing->worker = at < workers->count
	                    ? &workers->items[at]
	                    : &newcomers->items[at - workers->count];
	if (what < 78)
		return do_hours(doing, err);
	if (what < 84)
		return do_skill(doing, err);
	if (what < 88)
		return do_newcomer(doing, err);
	if (what < 92)
		return do_signoff(doing, err);
	return do_other(doing, err);
}

static int do_some(struct doing *doing, struct err *err)
{
	size_t count = sim_percent(doing->sim, 70) ? 1 : 6;
	int rc = save_begin(&doing->save, &doing->laptop->agent, err);

	for (size_t i = 0; rc == 0 && i < count; i++) {
		rc = do_one(doing, err);
		if (is_refusal(rc))
			rc = 0;
	}
	if (rc == 0)
		rc = save_commit(&doing->save, err);
	save_end(&doing->save);
	return rc;
}

/* What another version wrote is no entry of the device's column when it is
 * malformed: the scan does not see it. */
static size_t note_held(struct sim *sim, struct sim_laptop *laptop, size_t from)
{
	size_t held = 0;

	uint64_t bit = 1ull << sim_laptop_bit(sim, laptop);

	for (size_t i = from; i < sim->entry_count; i++) {
		struct sim_entry *entry = &sim->entries[i];
		struct buf bytes = BUF_INIT;

		if (ledger_bytes(laptop->agent.db,
			sim->structures[entry->structure], &entry->hash, &bytes,
			NULL) == 0)
			entry->holders |= bit;
		else if (entry->holders == 0 && !entry->office)
			entry->gone = true;
		held += (entry->holders & bit) != 0;
		buf_free(&bytes);
	}
	return held;
}

void sim_laptop_record(struct sim *sim, struct sim_laptop *laptop)
{
	struct doing doing = {.sim = sim, .laptop = laptop};
	size_t from = sim->entry_count;
	struct err err = ERR_INIT;
	int rc = E_IO;
	size_t held;

	if (sim_laptop_open(sim, laptop)) {
		sim_laptop_arm(sim, laptop, 25);
		if ((rc = roster_load(&doing.roster, laptop->agent.db, &err)) ==
		    0)
			rc = do_some(&doing, &err);
		roster_clear(&doing.roster);
	}
	sim_log(sim, "laptop %u saves: %d", sim_laptop_bit(sim, laptop), rc);
	sim->figures.saves += rc == 0;
	if (rc < 0 && rc != E_IO && rc != E_REVOKED)
		sim_fail(sim, "I1", "a save failed: %s", err.text);
	laptop->ambiguous = rc < 0;
	sim_laptop_revive(sim, laptop);
	if (sim_laptop_open(sim, laptop)) {
		sim_laptop_scan(sim, laptop);
		held = note_held(sim, laptop, from);
		if (rc == 0 && held < doing.save.count + doing.others)
			sim_fail(sim, "I1", "of %zu entries saved %zu are left",
			    doing.save.count + doing.others, held);
	}
	sim_laptop_close(laptop);
}
