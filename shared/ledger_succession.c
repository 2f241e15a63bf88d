#include <string.h>

#include "shared/ledger_succession.h"

static const struct db_statement succession_list = {
    "succession.list", "SELECT statement FROM succession ORDER BY n"};

static const struct db_statement succession_clear = {
    "succession.clear", "DELETE FROM succession"};

static const struct db_statement succession_put = {"succession.put",
    "INSERT INTO succession (n, statement) VALUES ($n, $statement)"};

static int take_statement(
    void *context, const struct db_row *row, struct err *err)
{
	const char *line = db_row_text(row, "statement");

	return succession_read(context, line, strlen(line), err);
}

int ledger_successions(struct db *db, struct successions *out, struct err *err)
{
	out->count = 0;
	return db_query(
	    db, &succession_list, DB_NO_PARAMS, take_statement, out, err);
}

int ledger_successions_put(
    struct db *db, const struct successions *all, struct err *err)
{
	struct buf line = BUF_INIT;
	int rc = db_exec(db, &succession_clear, DB_NO_PARAMS, NULL, err);

	for (size_t i = 0; rc == 0 && i < all->count; i++) {
		buf_reset(&line);
		succession_line(&line, &all->items[i]);
		if ((rc = buf_check(&line, err)) == 0)
			rc = db_exec(db, &succession_put,
			    DB_PARAMS(DB_INT("n", (int64_t)i + 1),
				DB_TEXT("statement", line.data)),
			    NULL, err);
	}
	buf_free(&line);
	return rc;
}

int ledger_receipt_verify(struct db *db, const struct receipt *receipt,
    const uint8_t server[KEY_LEN], struct err *err)
{
	struct successions all;
	const uint8_t *signer;
	int rc;

	/* Nearly always. */
	if ((rc = receipt_verify(receipt, server, err)) != E_SIGNATURE)
		return rc;
	if ((rc = ledger_successions(db, &all, err)) < 0)
		return rc;
	return succession_receipt(&all, receipt, server, &signer, err);
}
