/*
 * Who read what of which person: every answer about one worker is noted
 * before it is given (server/journal/access_note.h). No note, no answer.
 */
#include "server/journal/access_note.h"
#include "server/page/page_parts.h"

int door_note_access(struct asking *asking, const struct door_row *row,
    const char *person, struct err *err)
{
	struct service *service = asking->door->service;
	const char *worker =
	    person[0] != '\0' ? person : json_text(asking->params, "worker");
	int rc;

	if (worker[0] == '\0')
		return 0;
	(void)pthread_mutex_lock(&service->lock);
	rc = access_note(service->office, asking->visitor->row.login, row->path,
	    worker, err);
	(void)pthread_mutex_unlock(&service->lock);
	return rc;
}
