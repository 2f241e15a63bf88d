#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "shared/err.h"
#include "shared/lang.h"
#include "shared/text.h"

/* Of a text that errno's meaning follows: endless names leave it room. */
#define ERRNO_CONTEXT_MAX (ERR_TEXT_MAX / 2)

/* One row a code: its word, its exit status and its HTTP status. */
/* clang-format off */
static const struct err_row {
	int code;
	int exit_status;
	int http_status;
	const char *slug;
} rows[] = {
    {E_USAGE,       2,   400, "usage"      },
    {E_INVALID,     1,   400, "invalid"    },
    {E_NOT_FOUND,   1,   404, "not_found"  },
    {E_CONFLICT,    1,   409, "conflict"   },
    {E_AUTH,        4,   401, "auth"       },
    {E_REVOKED,     4,   403, "revoked"    },
    {E_NOT_INIT,    10,  500, "not_init"   },
    {E_LOCKED,      11,  503, "locked"     },
    {E_OFFLINE,     20,  502, "offline"    },
    {E_LIMIT,       1,   413, "limit"      },
    {E_SIGNATURE,   1,   400, "signature"  },
    {E_CORRUPT,     1,   500, "corrupt"    },
    {E_IO,          1,   503, "io"         },
    {E_BUSY,        1,   503, "busy"       },
    {E_NOMEM,       1,   503, "nomem"      },
    {E_PARTIAL,     3,   500, "partial"    },
    {E_INTERRUPTED, 130, 503, "interrupted"},
    {E_METHOD,      1,   405, "method"     },
    {E_TIMEOUT,     1,   408, "timeout"    },
    {E_SUSPENDED,   4,   423, "suspended"  },
    {E_FORBIDDEN,   4,   403, "forbidden"  },
    {E_BLOCKED,     12,  409, "blocked"    },
};
/* clang-format on */

static const struct err_row *row_of(int code)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (rows[i].code == code)
			return &rows[i];
	}
	return NULL;
}

int err_set(struct err *err, int code, const char *format, ...)
{
	va_list args;

	if (err != NULL) {
		err->code = code;
		err->cause = NULL;
		va_start(args, format);
		(void)vsnprintf(err->text, sizeof(err->text), format, args);
		va_end(args);
		/* People's words and other programs' may be in it. */
		text_tidy(err->text);
	}
	return code;
}

int err_cause(struct err *err, int code, const char *cause)
{
	if (err != NULL)
		err->cause = cause;
	return code;
}

int err_context(struct err *err, const char *format, ...)
{
	char text[ERR_TEXT_MAX];
	va_list args;
	size_t len;

	if (err == NULL)
		return E_IO;
	memcpy(text, err->text, sizeof(text));
	va_start(args, format);
	(void)vsnprintf(err->text, sizeof(err->text), format, args);
	va_end(args);
	len = strlen(err->text);
	(void)snprintf(err->text + len, sizeof(err->text) - len, "%s%.*s",
	    L(" : ", ": "), (int)(sizeof(err->text) - len), text);
	text_tidy(err->text);
	return err->code;
}

int err_nomem(struct err *err)
{
	return err_set(err, E_NOMEM,
	    L("mémoire insuffisante : fermez d'autres programmes, puis "
	      "recommencez",
		"out of memory: close other programs, then try again"));
}

/* What befalls people, said as they can use it. */
static const struct errno_row {
	int number;
	const char *fr;
	const char *en;
} errno_rows[] = {
    {ENOENT, "ce fichier ou ce dossier n'existe pas : vérifiez son nom",
	"no such file or directory: check its name"},
    {EISDIR, "c'est un dossier : donnez un fichier",
	"it is a directory: give a file"},
    {ENOTDIR, "ce n'est pas un dossier : vérifiez son nom",
	"it is not a directory: check its name"},
    {EEXIST, "ce nom est déjà pris : donnez-en un autre",
	"this name is taken: give another"},
    {ENAMETOOLONG, "nom trop long : donnez-en un plus court",
	"name too long: give a shorter one"},
    {EACCES, "accès refusé : vérifiez à qui appartient ce fichier",
	"permission denied: check who owns this file"},
    {EPERM, "accès refusé : vérifiez à qui appartient ce fichier",
	"permission denied: check who owns this file"},
    {EROFS, "ce disque ne peut qu'être lu : donnez un autre endroit",
	"read-only disk: give another place"},
    {ENOSPC, "le disque est plein : libérez de la place, puis recommencez",
	"the disk is full: free some space, then try again"},
    {EIO, "le disque répond mal : faites une copie, puis changez-le",
	"the disk answers badly: make a copy, then replace it"},
};

static const char *errno_text(int number)
{
	for (size_t i = 0; i < sizeof(errno_rows) / sizeof(errno_rows[0]);
	     i++) {
		if (errno_rows[i].number == number)
			return L(errno_rows[i].fr, errno_rows[i].en);
	}
	return strerror(number);
}

int err_errno(struct err *err, int code, const char *format, ...)
{
	int saved = errno;
	va_list args;
	size_t len;

	if (err == NULL)
		return code;
	err->code = code;
	va_start(args, format);
	(void)vsnprintf(err->text, ERRNO_CONTEXT_MAX, format, args);
	va_end(args);
	len = strlen(err->text);
	(void)snprintf(err->text + len, sizeof(err->text) - len, "%s%s",
	    L(" : ", ": "), errno_text(saved));
	text_tidy(err->text);
	return code;
}

int err_exit_status(int code)
{
	const struct err_row *row = row_of(code);

	if (code == 0)
		return 0;
	return row != NULL ? row->exit_status : 1;
}

int err_http_status(int code)
{
	const struct err_row *row = row_of(code);

	if (code == 0)
		return 200;
	return row != NULL ? row->http_status : 500;
}

const char *err_slug(int code)
{
	const struct err_row *row = row_of(code);

	if (code == 0)
		return "ok";
	return row != NULL ? row->slug : "failure";
}

int err_from_slug(const char *slug)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (strcmp(rows[i].slug, slug) == 0)
			return rows[i].code;
	}
	return E_IO;
}
