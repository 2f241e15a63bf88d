#include <string.h>

#include "server/account/view.h"
#include "server/store/view.h"

int view_open(struct view *out, const struct office *writer, struct err *err)
{
	int rc;

	out->set = false;
	/* As the writer was set: its file may have changed since. */
	rc = office_open_with(&out->office, writer->directory, &writer->config,
	    writer->os, false, err);
	out->opened = rc == 0;
	return rc;
}

void view_close(struct view *view)
{
	if (view->opened)
		office_close(&view->office);
	view->opened = false;
}

int view_look(struct view *view, const struct signer *signer, struct err *err)
{
	int rc;

	view->office.signer = signer;
	if (view->set && strcmp(view->structures, signer->structures) == 0)
		return 0;
	view->set = false;
	if ((rc = view_set(view->office.db, signer->structures, err)) < 0)
		return rc;
	text_copy(
	    view->structures, sizeof(view->structures), signer->structures);
	view->set = true;
	return 0;
}
