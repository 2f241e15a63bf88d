/*
 * What a TrueType font can print: its character map (OpenType "cmap", formats
 * 4 and 12). The PDF library prints nothing for a letter that the font lacks
 * and does not say so; a name must not lose a letter in silence.
 */
#ifndef POINTEAU_SERVER_DOCUMENT_FONT_H
#define POINTEAU_SERVER_DOCUMENT_FONT_H

#include <stdbool.h>
#include <stdint.h>

#include "shared/buf.h"
#include "shared/err.h"

/* Append the path of the file ${name} ("DejaVuSans.ttf"), where the system
 * keeps it; E_NOT_FOUND says which package has it. */
int font_path(struct buf *out, const char *name, struct err *err);

struct font {
	struct buf file;
	size_t map;    /* where its character map begins */
	size_t format; /* 4 or 12 */
};

/* Read the font at ${path}; E_INVALID when it is none that can be read. Clear
 * it in both cases. */
int font_read(struct font *out, const char *path, struct err *err);
void font_clear(struct font *font);

/* Has it a glyph for the code point? */
bool font_has(const struct font *font, uint32_t point);

/*
 * Can the code point be printed one beside the other, from left to right?
 * Letters of scripts that join or reorder them (Arabic, Hebrew, Devanagari…)
 * come out wrong without a shaping engine, which we do not have.
 */
bool font_is_plain(uint32_t point);

/* The code point at ${text}, valid UTF-8, and its length in bytes. */
uint32_t font_point(const char *text, size_t *len);

/* Can every letter of ${text} be printed as it is read? */
bool font_prints(const struct font *font, const char *text);

#endif
