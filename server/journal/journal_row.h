/*
 * One line of the journal: an entry, what it was before and after.
 */
#ifndef POINTEAU_SERVER_JOURNAL_JOURNAL_ROW_H
#define POINTEAU_SERVER_JOURNAL_JOURNAL_ROW_H

#include "server/journal/journal.h"
#include "shared/entry.h"

struct journal_line {
	struct office *office;
	const struct chronicle_row *row; /* borrowed */
	struct entry entry;
	bool parsed;
	const struct journal_action *action;
};

/* Clear it in every case. */
int journal_line_read(struct journal_line *out, struct office *office,
    const struct chronicle_row *row, struct err *err);
void journal_line_clear(struct journal_line *line);

/* Append its JSON (journal.h) to ${rows}. */
int journal_line_json(
    const struct journal_line *line, json_t *rows, struct err *err);

#endif
