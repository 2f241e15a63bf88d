/*
 * A skill's badge: made, written in the log of exports, and only then given.
 */
#include <string.h>

#include "server/care/badge.h"
#include "server/cmd.h"
#include "server/cmd_care.h"
#include "server/export/export.h"
#include "shared/lang.h"

/* clang-format off */
const struct opt cmd_care_badge_options[] = {
    {"skill", OPT_REQUIRED, "CODE", "la compétence", "the skill"},
    {"out", 0, "FILE", "où l'écrire ; « - » (défaut) : à l'écran",
	"where to write it; \"-\" (default): to standard output"},
    {"structure", 0, "S", "sa structure, s'il est dans plusieurs",
	"their structure, when in several"},
    {NULL, 0, NULL, NULL, NULL}};
/* clang-format on */

static const struct export_kind kind = {
    .what = "badge",
    .fr = "badge de compétence",
    .en = "skill badge",
    .formats = "jwt",
    .usual = "jwt",
};

static json_t *keys_of(const struct care_worker *worker, const char *skill,
    const struct buf *token)
{
	char digest[HASH_TEXT];
	struct hash hash;

	hash_of(&hash, buf_text(token), token->len);
	hash_hex(&hash, digest);
	digest[EXPORT_DIGEST - 1] = '\0';
	return json_pack("{s:{s:[s, i]}}", worker->structure, skill, digest, 0);
}

/* No log, no badge. */
static int log_badge(struct call *call, const struct care_worker *worker,
    const char *skill, struct buf *token, struct err *err)
{
	struct export_file file = {(char *)(uintptr_t) "badge.jwt", *token};
	struct export ex = {
	    .ask = {.what = kind.what,
		.month = "",
		.structure = worker->structure,
		.by = "",
		.worker = worker->worker,
		.project = "",
		.format = "",
		.map = ""},
	    .kind = &kind,
	    .rows = 1,
	    .files = &file,
	    .count = 1,
	};
	char id[EXPORT_ID];
	int rc;

	ex.office = cmd_office(call);
	ex.keys = keys_of(worker, skill, token);
	rc = ex.keys != NULL ? export_log(&ex, ex.office, id, err)
	                     : err_nomem(err);
	json_decref(ex.keys);
	return rc;
}

static int make(struct call *call, struct buf *token, struct err *err)
{
	const char *skill = opt_value(call, "skill");
	struct care_worker worker;
	int rc;

	if ((rc = cmd_care_worker(call, call->args[0], &worker, err)) < 0 ||
	    (rc = badge_make(cmd_reading(call), &cmd_office(call)->server,
		 &worker, skill, token, err)) < 0)
		return rc;
	return log_badge(call, &worker, skill, token, err);
}

int cmd_care_badge(struct call *call, struct err *err)
{
	struct buf token = BUF_INIT;
	int rc = make(call, &token, err);

	cmd_name_file(call, "badge.jwt");
	if (rc == 0 && cmd_json(call) && !opt_given(call, "out")) {
		rc = json_print(call->out,
		    json_pack(
			"{s:i, s:s}", "schema", 1, "badge", buf_text(&token)),
		    err);
	} else if (rc == 0) {
		buf_add_text(call->out, buf_text(&token));
		buf_add_char(call->out, '\n');
		rc = buf_check(call->out, err);
	}
	buf_free(&token);
	return rc;
}
