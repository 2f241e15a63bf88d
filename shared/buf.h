/*
 * A growing byte buffer. Appending never fails at once: a failed allocation
 * is remembered, later appends do nothing, and buf_check tells at the end.
 * The byte after the last is always NUL, so text needs no care.
 */
#ifndef POINTEAU_SHARED_BUF_H
#define POINTEAU_SHARED_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shared/err.h"

struct buf {
	char *data; /* owned; NULL while empty */
	size_t len;
	size_t cap;
	bool failed;
};

#define BUF_INIT                                                               \
	{                                                                      \
		NULL, 0, 0, false                                              \
	}

/* Borrowed bytes: whoever lends them says for how long. */
struct bytes {
	const void *data;
	size_t len;
};

void buf_add(struct buf *, const void *data, size_t len);
void buf_add_char(struct buf *, char c);
void buf_add_text(struct buf *, const char *text);
void buf_printf(struct buf *, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Room for ${more} bytes, so that they are appended without moving. */
void buf_reserve(struct buf *, size_t more);

/* Forget the content, keep the memory. */
void buf_reset(struct buf *);

/* Free the content; ${buf} may be used again. */
void buf_free(struct buf *);

/* The content as text, borrowed until the next append; never NULL. */
const char *buf_text(const struct buf *);

/* The content as bytes, borrowed until the next append. */
struct bytes buf_bytes(const struct buf *);

/* 0, or E_NOMEM when an append had failed. */
int buf_check(const struct buf *, struct err *);

/* The content as an owned string (free it), or NULL when out of memory. */
char *buf_take(struct buf *);

#endif
