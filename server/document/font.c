#include <string.h>

#include "server/document/font.h"
#include "shared/lang.h"
#include "shared/os.h"
#include "shared/text.h"

#define FONT_MAX ((size_t)16 * 1024 * 1024)

#ifndef POINTEAU_FONTS
#define POINTEAU_FONTS "/usr/share/fonts/truetype/dejavu"
#endif

/* Debian, Fedora, Arch. */
static const char *const places[] = {
    POINTEAU_FONTS,
    "/usr/share/fonts/truetype/dejavu",
    "/usr/share/fonts/dejavu-sans-fonts",
    "/usr/share/fonts/TTF",
};

int font_path(struct buf *out, const char *name, struct err *err)
{
	size_t start = out->len;

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		buf_printf(out, "%s/%s", places[i], name);
		if (out->failed)
			return buf_check(out, err);
		if (os_file_exists(out->data + start))
			return 0;
		out->len = start;
		out->data[start] = '\0';
	}
	return err_set(err, E_NOT_FOUND,
	    L("police %s introuvable, sans laquelle aucun PDF ne se fait : "
	      "installez le paquet fonts-dejavu-core",
		"font %s not found, without which no PDF is made: install "
		"the package fonts-dejavu-core"),
	    name);
}

/* ---- numbers of a file: 0 beyond its end ---- */

static uint32_t number(const struct font *font, size_t at, size_t bytes)
{
	const unsigned char *data = (const unsigned char *)font->file.data;
	uint32_t value = 0;

	if (at > font->file.len || font->file.len - at < bytes)
		return 0;
	for (size_t i = 0; i < bytes; i++)
		value = value << 8 | data[at + i];
	return value;
}

static uint32_t u16(const struct font *font, size_t at)
{
	return number(font, at, 2);
}

static uint32_t u32(const struct font *font, size_t at)
{
	return number(font, at, 4);
}

/* ---- its character map ---- */

/* Where the table ${tag} begins; 0 when there is none. */
static size_t find_table(const struct font *font, const char *tag)
{
	size_t count = u16(font, 4);

	for (size_t i = 0; i < count; i++) {
		size_t at = 12 + 16 * i;

		if (at + 16 <= font->file.len &&
		    memcmp(font->file.data + at, tag, 4) == 0)
			return u32(font, at + 8);
	}
	return 0;
}

/* Of the Unicode maps, the whole one (format 12) before the basic plane's. */
static void find_map(struct font *font)
{
	size_t cmap = find_table(font, "cmap");
	size_t count = cmap > 0 ? u16(font, cmap + 2) : 0;

	for (size_t i = 0; i < count; i++) {
		size_t at = cmap + 4 + 8 * i;
		uint32_t platform = u16(font, at);
		size_t map = cmap + u32(font, at + 4);
		size_t format = u16(font, map);

		if (platform != 0 && platform != 3)
			continue;
		if ((format == 4 || format == 12) && format > font->format) {
			font->map = map;
			font->format = format;
		}
	}
}

int font_read(struct font *out, const char *path, struct err *err)
{
	int rc;

	*out = (struct font){BUF_INIT, 0, 0};
	if ((rc = os_file_read(&out->file, path, FONT_MAX, err)) < 0)
		return rc;
	find_map(out);
	if (out->format == 0)
		return err_set(err, E_INVALID,
		    L("%s n'est pas une police TrueType lisible",
			"%s is no readable TrueType font"),
		    path);
	return 0;
}

void font_clear(struct font *font)
{
	buf_free(&font->file);
}

/* Format 4: parallel arrays of segments, two bytes an item. */
static bool has_4(const struct font *font, uint32_t point)
{
	size_t wide = u16(font, font->map + 6); /* segments, twice */
	size_t ends = font->map + 14, starts = ends + wide + 2;
	size_t deltas = starts + wide, offsets = deltas + wide;

	if (point > 0xffff)
		return false;
	for (size_t i = 0; i < wide; i += 2) {
		uint32_t start = u16(font, starts + i), glyph;
		uint32_t offset = u16(font, offsets + i);

		if (point > u16(font, ends + i))
			continue;
		if (point < start)
			return false;
		if (offset == 0)
			return ((point + u16(font, deltas + i)) & 0xffff) != 0;
		glyph = u16(
		    font, offsets + i + offset + 2 * (size_t)(point - start));
		return glyph != 0;
	}
	return false;
}

/* Format 12: groups of twelve bytes, start, end, first glyph. */
static bool has_12(const struct font *font, uint32_t point)
{
	size_t count = u32(font, font->map + 12);

	for (size_t i = 0; i < count; i++) {
		size_t at = font->map + 16 + 12 * i;

		if (at + 12 > font->file.len || point < u32(font, at))
			return false;
		if (point <= u32(font, at + 4))
			return u32(font, at + 8) + point - u32(font, at) != 0;
	}
	return false;
}

bool font_has(const struct font *font, uint32_t point)
{
	return font->format == 12 ? has_12(font, point) : has_4(font, point);
}

bool font_is_plain(uint32_t point)
{
	/* Blocks of Unicode: Hebrew to Arabic Extended-A, then the scripts of
	 * India to Myanmar, Khmer and Mongolian, presentation forms. */
	return !((point >= 0x0590 && point <= 0x08ff) ||
		 (point >= 0x0900 && point <= 0x109f) ||
		 (point >= 0x1780 && point <= 0x18af) ||
		 (point >= 0xfb1d && point <= 0xfdff) ||
		 (point >= 0xfe70 && point <= 0xfeff));
}

uint32_t font_point(const char *text, size_t *len)
{
	const unsigned char *c = (const unsigned char *)text;

	if (c[0] < 0x80) {
		*len = 1;
		return c[0];
	}
	*len = c[0] < 0xe0 ? 2 : c[0] < 0xf0 ? 3 : 4;
	if (*len == 2)
		return (uint32_t)(c[0] & 0x1f) << 6 | (c[1] & 0x3f);
	if (*len == 3)
		return (uint32_t)(c[0] & 0x0f) << 12 |
		       (uint32_t)(c[1] & 0x3f) << 6 | (c[2] & 0x3f);
	return (uint32_t)(c[0] & 0x07) << 18 | (uint32_t)(c[1] & 0x3f) << 12 |
	       (uint32_t)(c[2] & 0x3f) << 6 | (c[3] & 0x3f);
}

bool font_prints(const struct font *font, const char *text)
{
	size_t bytes;

	if (!text_is_utf8(text, strlen(text)))
		return false;
	for (; *text != '\0'; text += bytes) {
		uint32_t point = font_point(text, &bytes);

		if (point >= ' ' && (point > 0xffff || !font_is_plain(point) ||
					!font_has(font, point)))
			return false;
	}
	return true;
}
