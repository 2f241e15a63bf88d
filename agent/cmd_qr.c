#include "agent/cmd.h"
#include "shared/qr.h"

/* For a page, its one path; for people a whole picture. */
int cmd_qr(struct call *call, struct err *err)
{
	struct buf path = BUF_INIT;
	int size, rc;

	if ((rc = qr_path(&path, &size, call->args[0], err)) < 0)
		goto out;
	if (cmd_json(call)) {
		rc = cmd_answer(call,
		    json_pack("{s:i,s:i,s:s}", "schema", 1, "size", size,
			"path", buf_text(&path)),
		    err);
		goto out;
	}
	buf_printf(call->out,
	    "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d "
	    "%d\"><path d=\"%s\"/></svg>\n",
	    size, size, buf_text(&path));
	rc = buf_check(call->out, err);
out:
	buf_free(&path);
	return rc;
}
