#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "server/cmd.h"
#include "shared/crypto.h"
#include "shared/lang.h"
#include "shared/os.h"

/* What was written may be all a person sees: a failure to show it is one. */
static int print(FILE *file, const struct buf *text)
{
	if (fwrite(buf_text(text), 1, text->len, file) != text->len ||
	    fflush(file) != 0)
		return E_IO;
	return 0;
}

int main(int argc, char **argv)
{
	struct buf out = BUF_INIT, note = BUF_INIT;
	struct err err = ERR_INIT;
	int rc;

	(void)signal(SIGPIPE, SIG_IGN);
	/* A file that may not grow is a write that fails, not our end. */
	(void)signal(SIGXFSZ, SIG_IGN);
	lang_set_from_environment();
	if ((rc = crypto_init(&err)) == 0)
		rc = cmd_main(argc, argv, &os_system, &out, &note, &err);
	if (print(stdout, &out) < 0 && rc == 0) {
		rc = err_set(&err, E_IO,
		    L("la sortie standard refuse l'écriture",
			"standard output refuses to be written to"));
	}
	(void)print(stderr, &note);
	if (rc < 0)
		(void)fprintf(
		    stderr, "pointeau-server%s%s\n", L(" : ", ": "), err.text);
	buf_free(&out);
	buf_free(&note);
	return err_exit_status(rc);
}
