#include <string.h>

#include "agent/acts_undo.h"
#include "agent/cmd_hours.h"
#include "shared/lang.h"

/* clang-format off */
const struct opt cmd_hours_undo_options[] = {
    {"hash", OPT_REQUIRED, "HASH,…",
	"les empreintes des saisies à annuler, séparées par des virgules",
	"the hashes of the entries to undo, separated by commas"},
    OPTS_ACT
};
/* clang-format on */

static int read_hash(const struct call *call, const char *text, size_t len,
    struct hash *out, struct err *err)
{
	char hex[HASH_TEXT];

	if (len == HASH_TEXT - 1) {
		memcpy(hex, text, len);
		hex[len] = '\0';
		if (hash_parse(out, hex, NULL) == 0)
			return 0;
	}
	(void)err_set(err, E_INVALID,
	    L("une empreinte a %d chiffres hexadécimaux ; « --json » les donne "
	      "à la saisie",
		"a hash has %d hexadecimal digits; \"--json\" gives them when "
		"recording"),
	    HASH_TEXT - 1);
	return cmd_blame(call, "hash", err);
}

static bool has_hash(
    const struct hash *hashes, size_t count, const struct hash *hash)
{
	for (size_t i = 0; i < count; i++) {
		if (memcmp(&hashes[i], hash, sizeof(*hash)) == 0)
			return true;
	}
	return false;
}

/* The same one twice is one. */
static int read_hashes(const struct call *call, struct hash *out, size_t max,
    size_t *count, struct err *err)
{
	const char *at = opt_value(call, "hash");
	int rc;

	*count = 0;
	for (;;) {
		size_t len = strcspn(at, ",");
		struct hash hash;

		if ((rc = read_hash(call, at, len, &hash, err)) < 0)
			return rc;
		if (!has_hash(out, *count, &hash)) {
			if (*count == max)
				return err_set(err, E_LIMIT,
				    L("plus de %zu saisies d'un coup",
					"over %zu entries at once"),
				    max);
			out[(*count)++] = hash;
		}
		if (at[len] == '\0')
			return 0;
		at += len + 1;
	}
}

int cmd_hours_undo(struct call *call, struct err *err)
{
	struct hash hashes[ACTS_UNDO_MAX];
	struct cmd_hours hours;
	size_t count;
	int rc;

	if ((rc = cmd_hours_begin(call, &hours, err)) == 0 &&
	    (rc = read_hashes(call, hashes, ACTS_UNDO_MAX, &count, err)) == 0)
		rc = acts_undo(&hours.call, hashes, count, &hours.rows, err);
	return cmd_hours_finish(call, &hours, rc, err);
}
