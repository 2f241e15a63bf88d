#include <string.h>

#include "agent/acts_undo.h"
#include "agent/held.h"
#include "agent/past.h"
#include "shared/lang.h"
#include "shared/ledger.h"

/* One entry, where it is and what is there now. */
struct undo {
	const struct acts_call *call;
	struct hash hash;
	char structure[TEXT_ID_MAX + 1];
	struct record_key key;
	struct held held;
	struct past past;
	const struct past_entry *at; /* the entry, of ${past} */
};

static void undo_clear(struct undo *undo)
{
	held_clear(&undo->held);
	past_clear(&undo->past);
}

/* ---- finding it ---- */

struct search {
	struct db *db;
	const struct hash *hash;
	struct buf structures; /* one a line */
	char structure[TEXT_ID_MAX + 1];
	struct buf body;
};

static int note_structure(void *context, const char *structure, struct err *err)
{
	struct search *search = context;

	buf_printf(&search->structures, "%s\n", structure);
	return buf_check(&search->structures, err);
}

static int try_structure(
    struct search *search, const char *structure, struct err *err)
{
	int rc = ledger_bytes(
	    search->db, structure, search->hash, &search->body, err);

	if (rc == 0)
		text_copy(
		    search->structure, sizeof(search->structure), structure);
	return rc == E_NOT_FOUND ? 0 : rc;
}

static int search_all(struct search *search, struct err *err)
{
	int rc = ledger_structures(search->db, note_structure, search, err);
	char *at, *save = NULL;

	if (rc < 0 || search->structures.len == 0)
		return rc;
	for (at = strtok_r(search->structures.data, "\n", &save);
	     rc == 0 && at != NULL && search->structure[0] == '\0';
	     at = strtok_r(NULL, "\n", &save))
		rc = try_structure(search, at, err);
	return rc;
}

static int refuse_unknown(const struct hash *hash, struct err *err)
{
	char hex[HASH_TEXT];

	hash_hex(hash, hex);
	return err_set(err, E_NOT_FOUND,
	    L("écriture %s inconnue ici : prenez l'empreinte dans « pointeau "
	      "hours history … --json »",
		"entry %s is unknown here: take the hash from \"pointeau "
		"hours history … --json\""),
	    hex);
}

/* Which structure and record an entry is of. */
static int find_entry(struct undo *undo, struct err *err)
{
	struct search search = {
	    .db = undo->call->save->agent->db, .hash = &undo->hash};
	struct entry entry = {0};
	int rc = search_all(&search, err);

	if (rc < 0)
		goto out;
	if (search.structure[0] == '\0') {
		rc = refuse_unknown(&undo->hash, err);
		goto out;
	}
	if ((rc = entry_parse(&entry, search.body.data, search.body.len, err)) <
		0 ||
	    (rc = record_key_parse(&undo->key, entry.record, err)) < 0)
		goto out;
	text_copy(undo->structure, sizeof(undo->structure), search.structure);
	if (strcmp(undo->key.family, "hours") != 0 ||
	    !record_is_slot(undo->key.slot))
		rc = err_set(err, E_INVALID,
		    L("cette écriture n'est pas une demi-journée : elle ne "
		      "s'annule pas ainsi",
			"this entry is no half-day: it is not undone so"));
out:
	entry_clear(&entry);
	buf_free(&search.structures);
	buf_free(&search.body);
	return rc;
}

/* What is in its slot now, and what was. Clear with undo_clear. */
static int undo_load(struct undo *out, const struct acts_call *call,
    const struct hash *hash, struct err *err)
{
	struct agent *agent = call->save->agent;
	int rc;

	memset(out, 0, sizeof(*out));
	out->call = call;
	out->hash = *hash;
	if ((rc = find_entry(out, err)) < 0 ||
	    (rc = held_load(&out->held, agent, out->structure, out->key.subject,
		 out->key.part, out->key.slot, err)) < 0 ||
	    (rc = past_load(&out->past, agent->db, out->structure,
		 out->held.record, err)) < 0)
		return rc;
	out->at = past_find(&out->past, hash);
	return out->at != NULL ? 0 : refuse_unknown(hash, err);
}

/* ---- may it be undone? ---- */

static int refuse_gone_on(const struct undo *undo, struct err *err)
{
	return err_set(err, E_CONFLICT,
	    L("%s le %s, %s : on a continué à partir de cette saisie, elle ne "
	      "s'annule plus ; corrigez la dernière (« pointeau hours history "
	      "--worker %s --day %s --slot %s » les montre)",
		"%s on %s, %s: somebody has gone on from this entry, it can "
		"be undone no more; correct the last one (\"pointeau hours "
		"history --worker %s --day %s --slot %s\" shows them)"),
	    undo->held.subject, undo->key.part, undo->key.slot,
	    undo->held.subject, undo->key.part, undo->key.slot);
}

/* The same was recorded by another entry too: taking ours back would make the
 * slot contested, and change nothing for the better. */
static int refuse_shared(const struct undo *undo, struct err *err)
{
	return err_set(err, E_CONFLICT,
	    L("%s le %s, %s : la même chose y est saisie deux fois, rien n'est "
	      "annulé ; pour l'annuler en entier : pointeau hours void … "
	      "--reason MOTIF",
		"%s on %s, %s: the same is recorded there twice, nothing is "
		"undone; to cancel it altogether: pointeau hours void … "
		"--reason REASON"),
	    undo->held.subject, undo->key.part, undo->key.slot);
}

static int check_own(const struct undo *undo, struct err *err)
{
	if (strcmp(undo->at->entry.device, undo->call->save->agent->device) ==
	    0)
		return 0;
	return err_set(err, E_INVALID,
	    L("cette saisie vient d'un autre poste : corrigez-la avec un motif "
	      "(pointeau hours set … --reason MOTIF)",
		"this entry is another laptop's: correct it with a reason "
		"(pointeau hours set … --reason REASON)"));
}

static int check_undo(const struct undo *undo, struct err *err)
{
	int rc = check_own(undo, err);

	if (rc < 0)
		return rc;
	if (!undo->at->live)
		return refuse_gone_on(undo, err);
	return undo->held.state != HELD_CONTESTED && undo->held.head_count > 1
	           ? refuse_shared(undo, err)
	           : 0;
}

/* What was there before; NULL: nothing. */
static int former(
    const struct undo *undo, const struct past_entry **out, struct err *err)
{
	struct past_before before;

	past_before(&undo->past, undo->at, &before);
	*out = before.first;
	if (before.unknown == 0 && before.distinct <= 1)
		return 0;
	return err_set(err, E_CONFLICT,
	    L("%s le %s, %s : cette saisie réunit plusieurs valeurs, elle ne "
	      "s'annule pas ; corrigez-la avec un motif (pointeau hours set)",
		"%s on %s, %s: this entry brings several values together, it "
		"cannot be undone; correct it with a reason (pointeau hours "
		"set)"),
	    undo->held.subject, undo->key.part, undo->key.slot);
}

/* ---- setting back ---- */

static int describe(
    const struct undo *undo, struct acts_done *done, struct err *err)
{
	const struct acts_call *call = undo->call;
	const struct roster_item *crew;

	done->worker =
	    roster_person(call->roster, undo->structure, undo->held.subject);
	if (done->worker == NULL)
		done->worker = roster_person(
		    call->roster, undo->structure, undo->key.subject);
	if (done->worker == NULL)
		return err_set(err, E_NOT_FOUND,
		    L("salarié « %s » inconnu ici : lancez « pointeau sync »",
			"worker \"%s\" unknown here: run \"pointeau sync\""),
		    undo->held.subject);
	text_copy(done->day, sizeof(done->day), undo->key.part);
	text_copy(done->slot, sizeof(done->slot), undo->key.slot);
	crew = roster_crew_of(call->roster, done->worker, done->day, NULL);
	return acts_person(call->save->agent, call->roster, call->person, crew,
	    done->person, err);
}

/* Put ${value} (NULL: nothing) over ${undo}'s entry. */
static int set_back(const struct undo *undo, const struct past_entry *value,
    struct acts_rows *rows, struct err *err)
{
	struct acts_done *done = acts_rows_add(rows);
	struct entry_draft draft = {
	    .structure = undo->structure,
	    .record = undo->held.record,
	    .parents = &undo->hash,
	    .parent_count = 1,
	    .reason = PAST_UNDO_REASON,
	};
	int rc;

	if (done == NULL)
		return err_nomem(err);
	if ((rc = describe(undo, done, err)) < 0)
		return rc;
	draft.kind = "void";
	if (value != NULL && value->json != NULL) {
		if ((done->value = json_clone(value->json)) == NULL)
			return err_nomem(err);
		draft.kind = "hours";
		draft.value = done->value;
		draft.note = value->entry.note;
	}
	draft.person = done->person;
	return save_add(undo->call->save, &draft, &done->hash, err);
}

/* ---- the other end of a move ---- */

static bool has_parent(const struct past_entry *at, const struct hash *parent)
{
	for (size_t i = 0; i < at->entry.parent_count; i++) {
		if (memcmp(&at->entry.parents[i], parent, sizeof(*parent)) == 0)
			return true;
	}
	return false;
}

/* The entry that took ${from} away, in the same act as ${move}. */
static const struct past_entry *taken_by(
    const struct undo *there, const struct past_entry *move)
{
	for (size_t i = 0; i < there->past.count; i++) {
		const struct past_entry *at = &there->past.items[i];

		if (has_parent(at, &there->hash) && at->json == NULL &&
		    strcmp(at->entry.device, move->entry.device) == 0 &&
		    strcmp(at->entry.at, move->entry.at) == 0 &&
		    strcmp(at->entry.reason, move->entry.reason) == 0)
			return at;
	}
	return NULL;
}

/* Give back what was moved away from one slot, unless it is still there: then
 * it was only split. */
static int give_back(const struct undo *move, const struct hash *from,
    struct acts_rows *rows, struct err *err)
{
	const struct past_entry *taker, *value;
	struct undo there;
	int rc = undo_load(&there, move->call, from, err);

	if (rc < 0 || (taker = taken_by(&there, move->at)) == NULL)
		goto out;
	value = there.at;
	if (!taker->live || there.held.head_count > 1) {
		rc = refuse_gone_on(&there, err);
		goto out;
	}
	there.at = taker;
	there.hash = taker->hash;
	rc = set_back(&there, value, rows, err);
out:
	undo_clear(&there);
	return rc;
}

/* The first of what a move took away: they all held the same value. */
static int undo_move(
    const struct undo *undo, struct acts_rows *rows, struct err *err)
{
	const json_t *list = json_object_get(undo->at->entry.root, "from");
	struct hash from;

	if (json_array_size(list) == 0 || !json_is_array(list) ||
	    json_string_value(json_array_get(list, 0)) == NULL)
		return 0;
	if (hash_parse(&from, json_string_value(json_array_get(list, 0)), err) <
	    0)
		return E_INVALID;
	return give_back(undo, &from, rows, err);
}

static int undo_one(const struct acts_call *call, const struct hash *hash,
    struct acts_rows *rows, struct err *err)
{
	const struct past_entry *value;
	struct undo undo;
	int rc = undo_load(&undo, call, hash, err);

	if (rc == 0 && (rc = check_undo(&undo, err)) == 0 &&
	    (rc = former(&undo, &value, err)) == 0 &&
	    (rc = set_back(&undo, value, rows, err)) == 0)
		rc = undo_move(&undo, rows, err);
	undo_clear(&undo);
	return rc;
}

int acts_undo(const struct acts_call *call, const struct hash *hashes,
    size_t count, struct acts_rows *rows, struct err *err)
{
	int rc = 0;

	/* The last written first: a part goes before what it was split from. */
	for (size_t i = count; rc == 0 && i > 0; i--)
		rc = undo_one(call, &hashes[i - 1], rows, err);
	return rc;
}
