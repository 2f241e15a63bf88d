#include <inttypes.h>
#include <string.h>

#include "server/journal/journal.h"
#include "shared/lang.h"
#include "shared/ledger_device.h"
#include "shared/ledger_set.h"
#include "shared/ledger_succession.h"

struct verifying {
	struct office *office;
	const char *structure;
	struct log_point at; /* verified up to here */
	int64_t time_s;
	int64_t entries;
	int64_t absent;
	int64_t broken; /* the first place that does not hold; 0 none */
	struct err why;
};

/* ${rc} below 0 is what is wrong with this place, but for a lack of memory or
 * an ill disk, which say nothing of it. */
static int judge_place(struct verifying *all, int64_t place, int rc,
    const struct err *why, struct err *err)
{
	if (rc == 0)
		return 0;
	if (rc == E_NOMEM || rc == E_IO || rc == E_BUSY)
		return err_set(err, rc, "%s", why->text);
	all->broken = place;
	all->why = *why;
	return 1;
}

static int check_chain(
    const struct verifying *all, const struct set_row *row, struct err *err)
{
	struct hash head;

	if (row->place != all->at.n + 1)
		return err_set(err, E_SIGNATURE,
		    L("le n° %" PRId64 " manque", "no. %" PRId64 " is missing"),
		    all->at.n + 1);
	if (row->time_s < all->time_s)
		return err_set(err, E_SIGNATURE,
		    L("l'heure du serveur recule", "server time goes back"));
	log_next(&head, &all->at.head, row->time_s, &row->hash);
	if (!hash_equal(&head, &row->head))
		return err_set(err, E_SIGNATURE,
		    L("la chaîne ne prolonge pas le n° d'avant",
			"the chain does not follow from the place before"));
	return 0;
}

static int check_receipt(
    const struct verifying *all, const struct set_row *row, struct err *err)
{
	struct receipt receipt = {
	    .epoch = row->epoch,
	    .n = row->place,
	    .manifest = row->hash,
	    .head = row->head,
	    .time_s = row->time_s,
	};

	if (!row->has_receipt)
		return err_set(err, E_SIGNATURE,
		    L("le reçu manque", "the receipt is missing"));
	text_copy(receipt.structure, sizeof(receipt.structure), all->structure);
	memcpy(receipt.sig, row->receipt, SIG_LEN);
	return ledger_receipt_verify(
	    all->office->db, &receipt, all->office->server.pub, err);
}

static int check_bodies(
    struct verifying *all, const struct changeset *set, struct err *err)
{
	for (size_t i = 0; i < set->count; i++) {
		struct bytes body = set->entries[i].body;
		struct hash hash;

		all->entries++;
		if (body.data == NULL) {
			all->absent++;
			continue;
		}
		hash_of(&hash, body.data, body.len);
		if (!hash_equal(&hash, &set->entries[i].hash))
			return err_set(err, E_SIGNATURE,
			    L("l'écriture n° %zu du lot a été altérée",
				"entry no. %zu of the set was altered"),
			    i + 1);
	}
	return 0;
}

static int check_set(
    struct verifying *all, const struct set_row *row, struct err *err)
{
	struct buf storage = BUF_INIT;
	struct changeset set;
	struct device signer;
	struct hash hash;
	int rc = ledger_set_load(
	    all->office->db, all->structure, row->id, &set, &storage, err);

	if (rc < 0)
		goto out;
	if ((rc = changeset_hash(&hash, &set, err)) < 0 ||
	    (rc = ledger_device(all->office->db, all->structure,
		 set.header.device, all->office->server.pub, &signer, err)) < 0)
		goto out;
	if (!hash_equal(&hash, &row->hash))
		rc = err_set(err, E_SIGNATURE,
		    L("le lot n'est pas celui que nomme le journal",
			"the set is not the one that the log names"));
	else if (!signer.found || (signer.past && row->time_s > signer.until_s))
		rc = err_set(err, E_SIGNATURE,
		    L("signé par un poste inconnu",
			"signed by an unknown device"));
	else if ((rc = changeset_verify(&set, signer.pub, err)) == 0)
		rc = check_bodies(all, &set, err);
	changeset_clear(&set);
out:
	buf_free(&storage);
	return rc;
}

static int check_place(
    void *context, const struct set_row *row, struct err *err)
{
	struct verifying *all = context;
	struct err why = ERR_INIT;
	int rc;

	if ((rc = check_chain(all, row, &why)) == 0 &&
	    (rc = check_receipt(all, row, &why)) == 0)
		rc = check_set(all, row, &why);
	if (rc < 0)
		return judge_place(all, all->at.n + 1, rc, &why, err);
	all->at = (struct log_point){row->epoch, row->place, row->head};
	all->time_s = row->time_s;
	return 0;
}

/* What the log said last, lest its end was cut off. */
static int check_end(struct verifying *all, struct err *err)
{
	struct log_point end;
	int rc = ledger_head(all->office->db, all->structure, &end, NULL, err);

	if (rc < 0 || all->broken > 0 ||
	    (end.n == all->at.n && hash_equal(&end.head, &all->at.head)))
		return rc;
	all->broken = all->at.n + 1;
	(void)err_set(&all->why, E_SIGNATURE,
	    L("le journal devrait aller au n° %" PRId64,
		"the log should go up to no. %" PRId64),
	    end.n);
	return 0;
}

static int verify_one(
    struct office *office, const char *structure, json_t *rows, struct err *err)
{
	struct verifying all = {.office = office, .structure = structure};
	char head[HASH_TEXT];
	json_t *row;
	int rc;

	log_first(&all.at.head, structure);
	if ((rc = ledger_log(
		 office->db, structure, 0, check_place, &all, err)) < 0 ||
	    (rc = check_end(&all, err)) < 0)
		return rc;
	hash_hex(&all.at.head, head);
	row = json_pack("{s:s,s:I,s:I,s:s,s:I,s:I,s:b,s:o,s:s}", "structure",
	    structure, "n", (json_int_t)all.at.n, "epoch",
	    (json_int_t)all.at.epoch, "head", head, "entries",
	    (json_int_t)all.entries, "absent", (json_int_t)all.absent, "ok",
	    all.broken == 0, "broken",
	    all.broken > 0 ? json_integer(all.broken) : json_null(), "why",
	    all.broken > 0 ? all.why.text : "");
	return row == NULL || json_array_append_new(rows, row) < 0
	           ? err_nomem(err)
	           : 0;
}

struct names {
	const char *wanted;
	struct buf lines;
};

static int note_name(void *context, const char *structure, struct err *err)
{
	struct names *names = context;

	if (names->wanted[0] == '\0' || strcmp(names->wanted, structure) == 0)
		buf_printf(&names->lines, "%s\n", structure);
	return buf_check(&names->lines, err);
}

int journal_verify(
    struct office *office, const char *structure, json_t **out, struct err *err)
{
	struct names names = {structure, BUF_INIT};
	json_t *rows = json_array();
	char *at, *save = NULL;
	int rc;

	if (rows == NULL)
		return err_nomem(err);
	if ((rc = ledger_logs(office->db, note_name, &names, err)) < 0)
		goto out;
	if (names.lines.len == 0) {
		rc = err_set(err, E_NOT_FOUND,
		    L("aucun journal de ce nom", "no log of that name"));
		goto out;
	}
	for (at = strtok_r(names.lines.data, "\n", &save);
	     rc == 0 && at != NULL; at = strtok_r(NULL, "\n", &save))
		rc = verify_one(office, at, rows, err);
out:
	buf_free(&names.lines);
	if (rc < 0)
		json_decref(rows);
	else
		*out = rows;
	return rc;
}
