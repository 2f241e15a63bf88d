#include <stdlib.h>
#include <string.h>

#include "server/server_key.h"
#include "server/store/access.h"
#include "shared/lang.h"
#include "shared/ledger_set.h"
#include "shared/ledger_succession.h"

#define FILE_MAX ((size_t)64 * 1024)

/* ---- the file ---- */

int server_key_before(
    const struct office *office, struct successions *out, struct err *err)
{
	struct buf path = BUF_INIT, text = BUF_INIT;
	int rc;

	out->count = 0;
	if ((rc = office_path(office, OFFICE_SUCCESSION, &path, err)) < 0 ||
	    !os_file_exists(path.data) ||
	    (rc = os_file_read(&text, path.data, FILE_MAX, err)) < 0)
		goto out;
	if ((rc = succession_read(out, buf_text(&text), text.len, err)) < 0)
		(void)err_context(err, "%s", path.data);
out:
	buf_free(&path);
	buf_free(&text);
	return rc;
}

static int write_file(
    const struct office *office, const struct successions *all, struct err *err)
{
	struct buf path = BUF_INIT, text = BUF_INIT;
	int rc;

	for (size_t i = 0; i < all->count; i++)
		succession_line(&text, &all->items[i]);
	if ((rc = office_path(office, OFFICE_SUCCESSION, &path, err)) == 0 &&
	    (rc = buf_check(&text, err)) == 0)
		rc = os_file_write(
		    path.data, buf_text(&text), text.len, 0600, err);
	buf_free(&path);
	buf_free(&text);
	return rc;
}

/* ---- cut short ---- */

static bool is_same(const uint8_t a[KEY_LEN], const uint8_t b[KEY_LEN])
{
	return memcmp(a, b, KEY_LEN) == 0;
}

/* The key that waits, if the statement about it was written: it is the one.
 * If not, nobody has ever heard of it. */
static int settle_waiting(
    const struct office *office, const char *waiting, struct err *err)
{
	struct successions all;
	struct key next, now;
	struct buf path = BUF_INIT;
	const struct succession *last;
	int rc;

	if ((rc = office_key(office, OFFICE_NEXT_KEY, &next, err)) < 0)
		return rc;
	if ((rc = office_key(office, OFFICE_SERVER_KEY, &now, err)) < 0 ||
	    (rc = server_key_before(office, &all, err)) < 0 ||
	    (rc = office_path(office, OFFICE_SERVER_KEY, &path, err)) < 0)
		goto out;
	last = all.count > 0 ? &all.items[all.count - 1] : NULL;
	rc = last != NULL && is_same(last->new, next.pub) &&
	             is_same(last->old, now.pub)
	         ? os_file_move(waiting, path.data, err)
	         : os_file_remove(waiting, err);
out:
	key_clear(&next);
	key_clear(&now);
	buf_free(&path);
	return rc;
}

int server_key_settle(const struct office *office, struct err *err)
{
	struct buf path = BUF_INIT;
	int rc;

	if ((rc = office_path(office, OFFICE_NEXT_KEY, &path, err)) == 0 &&
	    os_file_exists(path.data))
		rc = settle_waiting(office, path.data, err);
	buf_free(&path);
	return rc;
}

static int copy_to_ledger(
    struct office *office, const struct successions *all, struct err *err)
{
	int rc;

	if ((rc = db_begin(office->db, err)) < 0)
		return rc;
	if ((rc = ledger_successions_put(office->db, all, err)) == 0 &&
	    (rc = access_codes_void(office->db, err)) == 0)
		rc = db_commit(office->db, err);
	if (rc < 0)
		db_rollback(office->db);
	return rc;
}

int server_key_record(struct office *office, struct err *err)
{
	struct successions all, known;
	int rc;

	if ((rc = server_key_before(office, &all, err)) < 0)
		return rc;
	/* A statement whose key never came into use. */
	if (all.count > 0 &&
	    is_same(all.items[all.count - 1].old, office->server.pub))
		all.count--;
	if ((rc = succession_verify(&all, office->server.pub, err)) < 0) {
		(void)err_context(err, "%s", OFFICE_SUCCESSION);
		return rc;
	}
	if ((rc = ledger_successions(office->db, &known, err)) < 0 ||
	    known.count >= all.count)
		return rc;
	return copy_to_ledger(office, &all, err);
}

/* ---- changing ---- */

struct latest {
	struct office *office;
	int64_t time_s;
};

static int note_time(void *context, const char *structure, struct err *err)
{
	struct latest *latest = context;
	struct log_point point;
	int64_t time_s;
	int rc =
	    ledger_head(latest->office->db, structure, &point, &time_s, err);

	if (rc == 0 && time_s > latest->time_s)
		latest->time_s = time_s;
	return rc;
}

/* Add the statement by which ${next} follows our key: no receipt of ours is
 * later than it says, whatever the clock did. */
static int add_statement(struct office *office, const struct key *next,
    struct successions *all, struct err *err)
{
	struct latest latest = {office, os_now_s(office->os)};
	int rc;

	if ((rc = ledger_successions(office->db, all, err)) < 0 ||
	    (rc = ledger_logs(office->db, note_time, &latest, err)) < 0)
		return rc;
	if (all->count == SUCCESSION_MAX)
		return err_set(err, E_LIMIT,
		    L("plus de %d changements de clé du serveur",
			"over %d changes of the server's key"),
		    SUCCESSION_MAX);
	if (all->count > 0 && all->items[all->count - 1].at_s > latest.time_s)
		latest.time_s = all->items[all->count - 1].at_s;
	return succession_sign(&all->items[all->count++], &office->server, next,
	    latest.time_s, err);
}

/* The statement is there for good before the key is used, and the old key
 * signs nothing after it. */
static int switch_keys(struct office *office, struct key *next,
    const struct successions *all, struct err *err)
{
	struct buf waiting = BUF_INIT, path = BUF_INIT;
	int rc;

	if ((rc = office_path(office, OFFICE_NEXT_KEY, &waiting, err)) < 0 ||
	    (rc = office_path(office, OFFICE_SERVER_KEY, &path, err)) < 0 ||
	    (rc = write_file(office, all, err)) < 0)
		goto out;
	if ((rc = os_file_move(waiting.data, path.data, err)) == 0) {
		key_clear(&office->server);
		office->server = *next;
		key_device(office->server.pub, office->server_device);
	}
out:
	/* Not now: nobody shall end it later, when ours has signed more. */
	if (rc < 0 && waiting.data != NULL)
		(void)os_file_remove(waiting.data, NULL);
	buf_free(&waiting);
	buf_free(&path);
	return rc;
}

int server_key_rotate(struct office *office, struct err *err)
{
	struct successions all;
	struct key next;
	int rc;

	if ((rc = office_key_make(office, OFFICE_NEXT_KEY, err)) < 0)
		return rc;
	if ((rc = office_key(office, OFFICE_NEXT_KEY, &next, err)) == 0 &&
	    (rc = add_statement(office, &next, &all, err)) == 0 &&
	    (rc = switch_keys(office, &next, &all, err)) == 0)
		rc = copy_to_ledger(office, &all, err);
	key_clear(&next);
	return rc;
}

/* ---- whose logs these are ---- */

struct openers {
	struct office *office;
	struct successions all;
};

static int not_its_key(const struct office *office, struct err *err)
{
	return err_set(err, E_CORRUPT,
	    L("%s : la clé du serveur n'est pas celle qui a ouvert ses "
	      "journaux ; remettez « server.key » et « server.succession » "
	      "tels qu'ils étaient",
		"%s: the server's key is not the one that opened its logs; put "
		"back \"server.key\" and \"server.succession\" as they were"),
	    office->directory);
}

static int check_opener(
    void *context, const struct set_row *row, struct err *err)
{
	const struct openers *openers = context;

	if (strcmp(row->device, openers->office->server_device) == 0 ||
	    succession_of(&openers->all, row->device) != NULL)
		return 1;
	return not_its_key(openers->office, err);
}

static int check_log(void *context, const char *structure, struct err *err)
{
	struct openers *openers = context;

	return ledger_log(
	    openers->office->db, structure, 0, check_opener, openers, err);
}

int server_key_check(struct office *office, struct err *err)
{
	struct openers *openers = calloc(1, sizeof(*openers));
	int rc;

	if (openers == NULL)
		return err_nomem(err);
	openers->office = office;
	if ((rc = ledger_successions(office->db, &openers->all, err)) < 0)
		goto out;
	rc = succession_verify(&openers->all, office->server.pub, err);
	if (rc == E_SIGNATURE)
		rc = not_its_key(office, err);
	if (rc == 0)
		rc = ledger_logs(office->db, check_log, openers, err);
out:
	free(openers);
	return rc;
}
