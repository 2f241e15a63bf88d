/*
 * Errors. A function that can fail returns 0 or one of these negative codes
 * and fills the caller's struct err with one sentence that says what, why
 * and what to do. The code maps once to an exit status and once to an HTTP
 * status; only programs' main, commands and the HTTP adapter print.
 */
#ifndef POINTEAU_SHARED_ERR_H
#define POINTEAU_SHARED_ERR_H

#include <stdarg.h>
#include <stddef.h>

enum err_code {
	E_USAGE = -1,      /* the call's words are off */
	E_INVALID = -2,    /* input that breaks a rule */
	E_NOT_FOUND = -3,  /* no such thing */
	E_CONFLICT = -4,   /* another value is already there */
	E_AUTH = -5,       /* who are you? */
	E_REVOKED = -6,    /* this device may no longer speak */
	E_NOT_INIT = -7,   /* nothing set up in this directory */
	E_LOCKED = -8,     /* another process works here */
	E_OFFLINE = -9,    /* the other side cannot be reached */
	E_LIMIT = -10,     /* larger than a named bound */
	E_SIGNATURE = -11, /* bytes are not what was signed */
	E_CORRUPT = -12,   /* our own data is not what we wrote */
	E_IO = -13,        /* disk, descriptor or socket failed */
	E_BUSY = -14,      /* overloaded: try again */
	E_NOMEM = -15,     /* no memory */
	E_PARTIAL = -16,   /* done in part */
	E_INTERRUPTED = -17,
	E_METHOD = -18,    /* the path exists, not with this HTTP method */
	E_TIMEOUT = -19,   /* the peer was too slow */
	E_SUSPENDED = -20, /* this device is to wait */
	E_FORBIDDEN = -21, /* we know who asks: it is not theirs to do */
	E_BLOCKED = -22,   /* a month that is not ready to be closed */
};

#define ERR_TEXT_MAX 2048

struct err {
	int code;
	char text[ERR_TEXT_MAX];
	/* A finer word than the code's, for machines: "portal"; static. NULL:
	 * there is none. */
	const char *cause;
};

#define ERR_INIT                                                               \
	{                                                                      \
		0, "", NULL                                                    \
	}

/* Fill ${err} (which may be NULL) and return ${code}. Long text is cut. */
int err_set(struct err *err, int code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Give ${err} (which may be NULL) a finer word; return ${code}, that of
 * err_set just before. */
int err_cause(struct err *err, int code, const char *cause);

/*
 * Put the formatted context and ": " before the text of ${err}; return its
 * code, so that `return err_context(err, "…")` passes a failure on.
 */
int err_context(struct err *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The same for "no memory", which every allocation shares. */
int err_nomem(struct err *err);

/* Append errno's meaning: "text: No such file or directory". */
int err_errno(struct err *err, int code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Exit status of a command that failed with ${code} (docs/protocol.md). */
int err_exit_status(int code);

/* HTTP status of a request that failed with ${code}. */
int err_http_status(int code);

/* A stable word for machines: "invalid", "not_found", … Borrowed, static. */
const char *err_slug(int code);

/* The code whose slug is ${slug}; E_IO when there is none. */
int err_from_slug(const char *slug);

#endif
