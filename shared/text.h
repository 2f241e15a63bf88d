/*
 * Text: strict UTF-8, and the few things one does with people's words.
 */
#ifndef POINTEAU_SHARED_TEXT_H
#define POINTEAU_SHARED_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "shared/buf.h"
#include "shared/err.h"

/* Strict UTF-8 (RFC 3629: no overlong form, no surrogate, no NUL)? */
bool text_is_utf8(const void *data, size_t len);

/* Append ${len} bytes of Windows-1252 to ${out} as UTF-8. Bytes that the
 * code page leaves undefined become U+FFFD. */
void text_from_cp1252(struct buf *out, const void *data, size_t len);

/*
 * Append a form of UTF-8 ${text} for comparing words as people do: lower
 * case, without accents (Latin-1 and Latin Extended-A letters; œ → oe,
 * æ → ae, ß → ss), every run of spaces, no-break spaces, '_' and '-' as one
 * space, none at either end. Typographic apostrophes become '.
 */
void text_fold(struct buf *out, const char *text);

/* Do two texts read the same (text_fold)? */
bool text_same(const char *a, const char *b);
/* The same, final dots aside, for names: "Léa M." and "lea m"; false when
 * there is nothing else. */
bool text_same_name(const char *a, const char *b);

/* Number of terminal columns of UTF-8 ${text}: one a code point, none for a
 * combining mark (U+0300–U+036F). A stray byte counts as one. */
size_t text_columns(const char *text);

/* Number of code points; ${text} is valid UTF-8. */
size_t text_length(const char *text);

/* Length in bytes of the first ${count} code points of ${text}. */
size_t text_prefix(const char *text, size_t count);

/*
 * Append ${text} as a message may show it: cut to 60 code points and "…",
 * control characters (also those that turn the direction of writing) and
 * stray bytes as '?'.
 */
void text_quote(struct buf *out, const char *text);

/* Make ${text} fit to be shown, in place: control characters but line feeds,
 * and stray bytes, become '?'. It never grows. */
void text_tidy(char *text);

/*
 * Is ${text} fit to be an identifier given by people (worker, site, crew…)?
 * 1 to TEXT_ID_MAX bytes of UTF-8, no control character, none of
 * / \ " < > | * ? # and no space at either end, not starting with '-'.
 * E_INVALID says what is wrong.
 */
#define TEXT_ID_MAX 64
int text_check_id(const char *text, struct err *err);

/*
 * Is ${text} fit to be a name or label of at most ${max} bytes? UTF-8, not
 * empty or mere spaces, no control character. ${what} names it in the message.
 */
#define TEXT_NAME_MAX 200
#define TEXT_NOTE_MAX 2000
int text_check_name(
    const char *what, const char *text, size_t max, struct err *err);

/* Copy ${text} into ${out} of ${size} bytes, cut if it must be and always
 * closed by a NUL. */
void text_copy(char *out, size_t size, const char *text);

#endif
