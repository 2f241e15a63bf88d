#include <stdlib.h>
#include <string.h>

#include "agent/acts_rows.h"
#include "agent/held.h"
#include "shared/lang.h"

struct acts_done *acts_rows_add(struct acts_rows *rows)
{
	if (rows->count == rows->room) {
		size_t room = rows->room == 0 ? 8 : 2 * rows->room;
		struct acts_done *items =
		    realloc(rows->items, room * sizeof(*items));

		if (items == NULL)
			return NULL;
		rows->items = items;
		rows->room = room;
	}
	return memset(&rows->items[rows->count++], 0, sizeof(struct acts_done));
}

void acts_rows_clear(struct acts_rows *rows)
{
	for (size_t i = 0; i < rows->count; i++)
		acts_hours_clear(&rows->items[i]);
	free(rows->items);
	buf_free(&rows->warnings);
	memset(rows, 0, sizeof(*rows));
}

int acts_rows_free(char out[ACTS_SLOT_TEXT], struct agent *agent,
    const struct roster_item *worker, const char *day, struct err *err)
{
	char slot[ACTS_SLOT_TEXT] = "x1";

	out[0] = '\0';
	for (; slot[1] <= '9'; slot[1]++) {
		enum held_state state;
		struct held held;
		int rc = held_load(&held, agent, worker->structure, worker->id,
		    day, slot, err);

		state = held.state;
		held_clear(&held);
		if (rc < 0)
			return rc;
		if (state == HELD_FREE) {
			memcpy(out, slot, ACTS_SLOT_TEXT);
			return 0;
		}
		if (state == HELD_VOID && out[0] == '\0')
			memcpy(out, slot, ACTS_SLOT_TEXT);
	}
	if (out[0] != '\0')
		return 0;
	return err_set(err, E_LIMIT,
	    L("les neuf autres créneaux de cette journée sont pris : corrigez "
	      "l'un d'eux",
		"the nine other slots of that day are taken: correct one of "
		"them"));
}
