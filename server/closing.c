#include <inttypes.h>
#include <string.h>

#include "server/act.h"
#include "server/closing_part.h"
#include "shared/lang.h"
#include "shared/ledger.h"
#include "shared/progress.h"

#define BLOCKERS_TOLD 8 /* in the refusal; closing_blockers has them all */

int closing_blockers(struct office *office, const char *structure,
    const char *month, json_t **out, struct err *err)
{
	struct closing_month now;
	int rc = closing_month_read(&now, office, structure, month, err);

	*out = rc == 0 ? json_incref(now.blockers) : NULL;
	closing_month_clear(&now);
	return rc;
}

/* ---- the refusal ---- */

static const char *why_text(const char *why)
{
	if (strcmp(why, "contested") == 0)
		return L("contesté", "contested");
	if (strcmp(why, "doubled") == 0)
		return L("payé aussi ailleurs", "paid elsewhere too");
	if (strcmp(why, "unknown") == 0)
		return L("sur aucune liste", "on no list");
	return L("rien de noté", "nothing recorded");
}

static int refuse(const struct closing_month *now, int code, struct err *err)
{
	size_t count = json_array_size(now->blockers);
	struct buf list = BUF_INIT;

	for (size_t i = 0; i < count && i < BLOCKERS_TOLD; i++) {
		const json_t *item = json_array_get(now->blockers, i);

		buf_printf(&list, "%s%s %s %s (%s)", i > 0 ? ", " : "",
		    json_text(item, "worker"), json_text(item, "day"),
		    json_text(item, "slot"), why_text(json_text(item, "why")));
	}
	if (count > BLOCKERS_TOLD)
		buf_printf(&list, L(" … et %zu autres", " … and %zu others"),
		    count - BLOCKERS_TOLD);
	(void)err_set(err, code,
	    L("le mois %s de %s n'est pas prêt : %s. Réglez-les (« month "
	      "blockers » les donne tous), ou clôturez quand même avec "
	      "--exception et un motif",
		"month %s of %s is not ready: %s. Settle them (\"month "
		"blockers\" gives them all), or close all the same with "
		"--exception and a reason"),
	    now->month, now->structure, buf_text(&list));
	buf_free(&list);
	return code;
}

/* ---- writing ---- */

/* One version of a closing while it is written. */
struct writing {
	struct act *act;
	struct closing_month now;
	int64_t version;
	const char *reason;    /* NULL for a first closing without exception */
	const char *exception; /* NULL: none */
	const char *first;     /* of a reopening; NULL: none named */
	const char *second;    /* NULL: no reopening */
	const char *request;   /* of a reopening; NULL: none */
	const char *seen;      /* NULL: not said */
	bool alone;            /* the one structure of its act */
	char previous[HASH_TEXT];
	json_t *hashes; /* owned: of the workers' entries */
	json_t *kinds;  /* owned: the sums */
	int64_t minutes;
};

/* Write an entry of this kind above the record's heads; its hash. */
static int put_entry(struct writing *writing, const char *kind,
    const char *record, const json_t *value, char hex[HASH_TEXT],
    struct err *err)
{
	struct db *db = writing->now.db;
	const char *structure = writing->now.structure;
	struct hash heads[ENTRY_PARENTS_MAX];
	struct entry_draft draft = {
	    .kind = kind,
	    .structure = structure,
	    .record = record,
	    .parents = heads,
	    .value = value,
	};
	size_t count;
	int rc;

	if (strcmp(kind, CLOSING_FAMILY) == 0)
		draft.reason = writing->reason;

	if ((rc = ledger_heads(db, structure, record, heads, ENTRY_PARENTS_MAX,
		 &draft.parent_count, err)) < 0 ||
	    (rc = act_add(writing->act, &draft, err)) < 0 ||
	    (rc = ledger_heads(db, structure, record, heads, ENTRY_PARENTS_MAX,
		 &count, err)) < 0)
		return rc;
	if (count != 1) {
		return err_set(err, E_CORRUPT,
		    L("la clôture écrite n'est pas seule sur %s",
			"the closing written is not alone on %s"),
		    record);
	}
	hash_hex(&heads[0], hex);
	return 0;
}

static int take_head(
    void *context, const struct entry_row *row, struct err *err)
{
	char hex[HASH_TEXT];

	hash_hex(&row->hash, hex);
	if (!row->live || json_array_append_new(context, json_string(hex)) == 0)
		return 0;
	return err_nomem(err);
}

/* Every head of the worker's records, contested and void ones too. */
static int collect_heads(const struct closing_month *now, const json_t *records,
    json_t **out, struct err *err)
{
	int rc = 0;

	if ((*out = json_array()) == NULL)
		return err_nomem(err);
	for (size_t i = 0; rc == 0 && i < json_array_size(records); i++)
		rc = ledger_history(now->db, now->structure,
		    json_string_value(json_array_get(records, i)), take_head,
		    *out, err);
	return rc;
}

/* Where a worker's blockers begin, or would: they are in order of workers. */
static size_t first_blocker(const json_t *blockers, const char *worker)
{
	size_t low = 0, high = json_array_size(blockers);

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(
			json_text(json_array_get(blockers, middle), "worker"),
			worker) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The worker's own blockers, which name this worker no more. Own it. */
static json_t *blockers_of(const json_t *blockers, const char *worker)
{
	size_t i = first_blocker(blockers, worker);
	json_t *list = json_array();
	bool done = list != NULL;

	for (; done && i < json_array_size(blockers); i++) {
		const json_t *item = json_array_get(blockers, i);

		if (strcmp(json_text(item, "worker"), worker) != 0)
			break;
		done = json_array_append_new(
			   list, json_pack("{s:s, s:s, s:s}", "why",
				     json_text(item, "why"), "day",
				     json_text(item, "day"), "slot",
				     json_text(item, "slot"))) == 0;
	}
	if (done)
		return list;
	json_decref(list);
	return NULL;
}

static int put_worker(
    struct writing *writing, const char *worker, struct err *err)
{
	const struct closing_month *now = &writing->now;
	const json_t *state = json_object_get(now->workers, worker);
	json_t *heads = NULL, *value = NULL;
	char record[RECORD_KEY_MAX], hex[HASH_TEXT];
	int rc;

	record_key_make(record, CLOSING_FAMILY, now->month, worker);
	if ((rc = collect_heads(
		 now, json_object_get(state, "records"), &heads, err)) < 0)
		goto out;
	value = json_pack("{s:s, s:s, s:I, s:O, s:I, s:o, s:O, s:o}", "month",
	    now->month, "worker", worker, "version",
	    (json_int_t)writing->version, "kinds",
	    json_object_get(state, "kinds"), "minutes",
	    (json_int_t)json_int(state, "minutes", 0), "shares",
	    closing_shares_list(json_object_get(state, "shares")), "heads",
	    heads, "blockers", blockers_of(now->blockers, worker));
	if (value == NULL) {
		rc = err_nomem(err);
		goto out;
	}
	if ((rc = put_entry(writing, CLOSING_FAMILY, record, value, hex, err)) <
	    0)
		goto out;
	writing->minutes += json_int(state, "minutes", 0);
	if (json_array_append_new(writing->hashes, json_string(hex)) < 0 ||
	    !closing_add_kinds(writing->kinds, json_object_get(state, "kinds")))
		rc = err_nomem(err);
out:
	json_decref(value);
	json_decref(heads);
	return rc;
}

static bool put_optional(json_t *value, const char *key, const char *text)
{
	return text == NULL || text[0] == '\0' ||
	       json_put_text(value, key, text);
}

/* Laptops learn that the month is closed, and nothing else of the closing:
 * its sums and the words of its exception are the office's. */
static int put_closed(
    struct writing *writing, const char *closing, struct err *err)
{
	char record[RECORD_KEY_MAX], hex[HASH_TEXT];
	json_t *value = json_pack("{s:I, s:s}", "version",
	    (json_int_t)writing->version, "closing", closing);
	int rc = value != NULL ? 0 : err_nomem(err);

	record_key_make(record, CLOSED_FAMILY, writing->now.month, NULL);
	if (rc == 0)
		rc = put_entry(writing, CLOSED_FAMILY, record, value, hex, err);
	json_decref(value);
	return rc;
}

static int put_total(struct writing *writing, struct err *err)
{
	const struct closing_month *now = &writing->now;
	char record[RECORD_KEY_MAX], hex[HASH_TEXT], sum[HASH_TEXT];
	json_t *value;
	int rc;

	record_key_make(record, CLOSING_FAMILY, now->month, NULL);
	if (!closing_month_sum(now, sum))
		return err_nomem(err);
	value = json_pack("{s:s, s:I, s:i, s:O, s:O, s:I, s:o, s:s}", "month",
	    now->month, "version", (json_int_t)writing->version, "rules",
	    CLOSING_RULES, "workers", writing->hashes, "kinds", writing->kinds,
	    "minutes", (json_int_t)writing->minutes, "blockers",
	    closing_count(now->blockers), "sum", sum);
	if (value == NULL ||
	    !put_optional(value, "exception", writing->exception) ||
	    !put_optional(value, "previous", writing->previous) ||
	    !put_optional(value, "first", writing->first) ||
	    !put_optional(value, "second", writing->second) ||
	    !put_optional(value, "request", writing->request))
		rc = err_nomem(err);
	else
		rc =
		    put_entry(writing, CLOSING_FAMILY, record, value, hex, err);
	json_decref(value);
	return rc < 0 ? rc : put_closed(writing, hex, err);
}

/* One structure's is written in one act, and over once that is: act_commit asks
 * for the last time. */
static const struct progress_work writing_work = {"close", "workers", "Clôture",
    "Closing", "rien n'est clos ; la même commande recommence",
    "nothing is closed; the same command begins anew"};

static int put_all(struct writing *writing, struct err *err)
{
	json_t *order = closing_keys(writing->now.workers);
	int rc = 0;

	writing->hashes = json_array();
	writing->kinds = json_object();
	if (order == NULL || writing->hashes == NULL || writing->kinds == NULL)
		rc = err_nomem(err);
	if (writing->alone)
		progress_begin(&writing_work, (int64_t)json_array_size(order));
	for (size_t i = 0; rc == 0 && i < json_array_size(order); i++) {
		rc = put_worker(
		    writing, json_string_value(json_array_get(order, i)), err);
		if (rc == 0 && writing->alone)
			rc = progress_step((int64_t)i + 1, err);
	}
	json_decref(order);
	return rc < 0 ? rc : put_total(writing, err);
}

/* ---- versions ---- */

static int note_version(
    void *context, const struct entry_row *row, struct err *err)
{
	int64_t *highest = context;
	int64_t version;

	(void)err;
	if (row->entry == NULL)
		return 0;
	version = json_int(row->entry->value, "version", 0);
	if (version > *highest)
		*highest = version;
	return 0;
}

/* One more than any version ever written, a void one's too. */
static int next_version(struct writing *writing, struct err *err)
{
	char record[RECORD_KEY_MAX];
	int64_t highest = 0;
	int rc;

	record_key_make(record, CLOSING_FAMILY, writing->now.month, NULL);
	rc = ledger_history(writing->now.db, writing->now.structure, record,
	    note_version, &highest, err);
	writing->version = highest + 1;
	return rc;
}

static int check_open(struct writing *writing, struct err *err)
{
	bool made;
	int rc = closing_is_made(writing->now.db, writing->now.structure,
	    writing->now.month, &made, err);

	if (rc < 0 || !made)
		return rc;
	return err_set(err, E_CONFLICT,
	    L("le mois %s de %s est déjà clos : « month late » dit ce qui est "
	      "venu depuis, « month reopen » le rouvre",
		"month %s of %s is closed already: \"month late\" tells what "
		"came since, \"month reopen\" reopens it"),
	    writing->now.month, writing->now.structure);
}

static int find_previous(struct writing *writing, struct err *err)
{
	struct closing_past past;
	int rc = closing_past_read(&past, writing->now.db,
	    writing->now.structure, writing->now.month, err);

	if (rc == 0)
		text_copy(
		    writing->previous, sizeof(writing->previous), past.hex);
	closing_past_clear(&past);
	return rc;
}

static int check_seen(const struct writing *writing, struct err *err)
{
	char now[CLOSING_SEEN_TEXT];

	if (!closing_month_seen(&writing->now, writing->previous, now))
		return err_nomem(err);
	return closing_seen_check(writing->seen, now, writing->now.structure,
	    writing->now.month, err);
}

static int write_closing(struct writing *writing, struct err *err)
{
	/* Exit status 12 is for `month close` alone. */
	int code = writing->second != NULL ? E_INVALID : E_BLOCKED;
	int rc = writing->second != NULL ? find_previous(writing, err)
	                                 : check_open(writing, err);

	if (rc < 0 || (rc = check_seen(writing, err)) < 0)
		return rc;
	if (writing->exception == NULL &&
	    json_array_size(writing->now.blockers) > 0)
		return refuse(&writing->now, code, err);
	if ((rc = next_version(writing, err)) < 0)
		return rc;
	return put_all(writing, err);
}

static void writing_clear(struct writing *writing)
{
	closing_month_clear(&writing->now);
	json_decref(writing->hashes);
	json_decref(writing->kinds);
}

static int run(struct writing *writing, struct office *office,
    const char *structure, const char *month, struct err *err)
{
	struct act act;
	int rc = act_begin(&act, office, err);

	if (rc < 0)
		return rc;
	writing->act = &act;
	writing->alone = true;
	if ((rc = closing_month_read(
		 &writing->now, office, structure, month, err)) == 0)
		rc = write_closing(writing, err);
	if (rc == 0)
		rc = act_commit(&act, err);
	else
		act_abort(&act);
	progress_end();
	writing_clear(writing);
	return rc;
}

static int check_words(const char *what, const char *text, struct err *err)
{
	return text_check_name(what, text, TEXT_NOTE_MAX, err);
}

int closing_make(struct office *office, const char *structure,
    const char *month, const char *exception, const char *seen, struct err *err)
{
	struct writing writing = {
	    .reason = exception, .exception = exception, .seen = seen};
	int rc;

	if (exception != NULL &&
	    (rc = check_words(L("motif", "reason"), exception, err)) < 0)
		return rc;
	return run(&writing, office, structure, month, err);
}

int closing_reopen(struct office *office, const char *structure,
    const char *month, const struct closing_reopening *reopening,
    struct err *err)
{
	struct writing writing = {
	    .reason = reopening->reason,
	    .exception = reopening->exception,
	    .first = reopening->first,
	    .second = reopening->second,
	    .request = reopening->request,
	    .seen = reopening->seen,
	};
	int rc;

	if ((rc = check_words(L("motif", "reason"), reopening->reason, err)) <
		0 ||
	    (rc = text_check_name(L("seconde personne", "second person"),
		 reopening->second, TEXT_NAME_MAX, err)) < 0)
		return rc;
	if (reopening->exception != NULL &&
	    (rc = check_words(
		 L("exception", "exception"), reopening->exception, err)) < 0)
		return rc;
	return run(&writing, office, structure, month, err);
}

/* ---- every structure that is ready ---- */

/* One act: Ctrl-C closes none of them. */
static const struct progress_work closing_work = {"close", "structures",
    "Clôture", "Closing", "rien n'est clos ; la même commande recommence",
    "nothing is closed; the same command begins anew"};

struct closing_all {
	struct act act;
	const char *seen;   /* NULL: not said */
	json_t *structures; /* owned: names, in order */
	json_t *out;
};

static int note_structure(
    void *context, const struct record_row *row, struct err *err)
{
	struct closing_all *all = context;

	if (act_check_scope(all->act.office, row->structure, NULL) < 0)
		return 0;
	return json_array_append_new(
		   all->structures, json_string(row->structure)) < 0
	           ? err_nomem(err)
	           : 0;
}

static bool add_name(json_t *out, const char *list, const char *structure)
{
	return json_array_append_new(
		   json_object_get(out, list), json_string(structure)) == 0;
}

static json_t *first_blockers(const json_t *blockers)
{
	json_t *list = json_array();
	bool done = list != NULL;

	for (size_t i = 0;
	     done && i < json_array_size(blockers) && i < BLOCKERS_TOLD; i++)
		done =
		    json_array_append(list, json_array_get(blockers, i)) == 0;
	if (done)
		return list;
	json_decref(list);
	return NULL;
}

static bool add_refused(json_t *out, const struct closing_month *now)
{
	return json_array_append_new(json_object_get(out, "refused"),
		   json_pack("{s:s, s:o, s:o}", "structure", now->structure,
		       "blockers", closing_count(now->blockers), "first",
		       first_blockers(now->blockers))) == 0;
}

static bool add_closed(json_t *out, const struct writing *writing)
{
	return json_array_append_new(json_object_get(out, "closed"),
		   json_pack("{s:s, s:I, s:I, s:I}", "structure",
		       writing->now.structure, "version",
		       (json_int_t)writing->version, "minutes",
		       (json_int_t)writing->minutes, "workers",
		       (json_int_t)json_object_size(writing->now.workers))) ==
	       0;
}

/* Is it still as it was seen? Then so is what is said of it. */
static int is_as_seen(struct closing_all *all, const struct writing *writing,
    bool *as_seen, struct err *err)
{
	const char *structure = writing->now.structure;
	char now[CLOSING_SEEN_TEXT], saw[CLOSING_SEEN_TEXT];

	*as_seen = true;
	if (all->seen == NULL)
		return 0;
	if (!closing_month_seen(&writing->now, "", now))
		return err_nomem(err);
	*as_seen = closing_seen_find(all->seen, structure, saw) &&
	           strcmp(saw, now) == 0;
	return 0;
}

static int close_one(struct closing_all *all, const char *structure,
    const char *month, struct err *err)
{
	struct writing writing = {.act = &all->act};
	bool made, told, as_seen;
	int rc =
	    closing_is_made(all->act.office->db, structure, month, &made, err);

	if (rc < 0)
		return rc;
	if (made)
		return add_name(all->out, "already", structure)
		           ? 0
		           : err_nomem(err);
	if ((rc = closing_month_read(
		 &writing.now, all->act.office, structure, month, err)) < 0)
		goto out;
	if (json_object_size(writing.now.workers) == 0) {
		told = add_name(all->out, "empty", structure);
	} else if (json_array_size(writing.now.blockers) > 0) {
		told = add_refused(all->out, &writing.now);
	} else if ((rc = is_as_seen(all, &writing, &as_seen, err)) < 0) {
		goto out;
	} else if (!as_seen) {
		told = add_name(all->out, "changed", structure);
	} else {
		if ((rc = write_closing(&writing, err)) < 0)
			goto out;
		told = add_closed(all->out, &writing);
	}
	rc = told ? 0 : err_nomem(err);
out:
	writing_clear(&writing);
	return rc;
}

static int close_all(
    struct closing_all *all, const char *month, struct err *err)
{
	int rc = 0;

	all->structures = json_array();
	all->out = json_pack("{s:[], s:[], s:[], s:[], s:[]}", "closed",
	    "refused", "changed", "already", "empty");
	if (all->structures == NULL || all->out == NULL)
		return err_nomem(err);
	if ((rc = ledger_family(all->act.office->db, NULL, "structure",
		 note_structure, all, err)) < 0)
		return rc;
	progress_begin(
	    &closing_work, (int64_t)json_array_size(all->structures));
	for (size_t i = 0; rc == 0 && i < json_array_size(all->structures);
	     i++) {
		rc = close_one(all,
		    json_string_value(json_array_get(all->structures, i)),
		    month, err);
		if (rc == 0)
			rc = progress_step((int64_t)i + 1, err);
	}
	return rc;
}

int closing_make_all(struct office *office, const char *month, const char *seen,
    json_t **out, struct err *err)
{
	struct closing_all all = {.seen = seen};
	int rc = act_begin(&all.act, office, err);

	*out = NULL;
	if (rc < 0)
		return rc;
	rc = close_all(&all, month, err);
	if (rc == 0)
		rc = act_commit(&all.act, err);
	else
		act_abort(&all.act);
	progress_end();
	json_decref(all.structures);
	if (rc == 0)
		*out = all.out;
	else
		json_decref(all.out);
	return rc;
}
