/*
 * A program's man page, in roff (man(7)): its commands from their table, its
 * settings from theirs, in the language of the calling thread. Its date is
 * that of $SOURCE_DATE_EPOCH, or none.
 */
#ifndef POINTEAU_SHARED_MAN_H
#define POINTEAU_SHARED_MAN_H

#include "shared/buf.h"
#include "shared/opt.h"
#include "shared/settings.h"

/* What the tables do not say. Texts are one paragraph each. */
struct man_page {
	const char *program;
	int section;             /* 1, or 8 for who administers */
	const char *one_line[2]; /* French, English: after the name */
	const char *about[2];
	const char *files[2]; /* "path\tmeaning" lines */
	const char *also[2];  /* other pages: "pointeau-server(8)" */
};

/* Append ${text} with what roff would read for itself escaped. */
void man_text(struct buf *out, const char *text);
/* The same as a line of its own. */
void man_line(struct buf *out, const char *text);

/* Append the whole page. */
void man_write(struct buf *out, const struct man_page *page,
    const struct command *commands, size_t count,
    const struct settings_table *settings);

#endif
