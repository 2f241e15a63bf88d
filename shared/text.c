#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "shared/lang.h"
#include "shared/text.h"

#define REPLACEMENT 0xFFFDU
#define QUOTE_MAX   60 /* code points shown of a value in a message */

/*
 * The code point at ${p} into ${cp}; its length in bytes, or 0 when no strict
 * UTF-8 sequence starts there. Reads a byte only once the one before asked
 * for it, so that a NUL-terminated text needs no exact ${len}.
 */
static size_t decode(const unsigned char *p, size_t len, uint32_t *cp)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	size_t count;
	uint32_t value;

	if (p[0] < 0x80) {
		*cp = p[0];
		return 1;
	}
	if (p[0] < 0xC2 || p[0] > 0xF4)
		return 0;
	count = p[0] >= 0xF0 ? 4 : p[0] >= 0xE0 ? 3 : 2;
	if (count > len)
		return 0;
	value = p[0] & (0x7FU >> count);
	for (size_t i = 1; i < count; i++) {
		if ((p[i] & 0xC0) != 0x80)
			return 0;
		value = value << 6 | (p[i] & 0x3FU);
	}
	if (value < least[count] || value > 0x10FFFF ||
	    (value >= 0xD800 && value <= 0xDFFF))
		return 0;
	*cp = value;
	return count;
}

/* The same in a NUL-terminated text; a stray byte reads as U+FFFD. */
static size_t step(const char *text, uint32_t *cp)
{
	size_t count = decode((const unsigned char *)text, 4, cp);

	if (count == 0) {
		*cp = REPLACEMENT;
		return 1;
	}
	return count;
}

static void encode(struct buf *out, uint32_t cp)
{
	if (cp < 0x80) {
		buf_add_char(out, (char)cp);
	} else if (cp < 0x800) {
		buf_add_char(out, (char)(0xC0 | cp >> 6));
		buf_add_char(out, (char)(0x80 | (cp & 0x3F)));
	} else {
		assert(cp < 0x10000);
		buf_add_char(out, (char)(0xE0 | cp >> 12));
		buf_add_char(out, (char)(0x80 | (cp >> 6 & 0x3F)));
		buf_add_char(out, (char)(0x80 | (cp & 0x3F)));
	}
}

bool text_is_utf8(const void *data, size_t len)
{
	const unsigned char *p = data;
	uint32_t cp;

	assert(data != NULL || len == 0);
	for (size_t i = 0, count; i < len; i += count) {
		count = decode(p + i, len - i, &cp);
		if (count == 0 || cp == 0)
			return false;
	}
	return true;
}

void text_from_cp1252(struct buf *out, const void *data, size_t len)
{
	static const uint16_t high[] = {0x20AC, REPLACEMENT, 0x201A, 0x0192,
	    0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039,
	    0x0152, REPLACEMENT, 0x017D, REPLACEMENT, REPLACEMENT, 0x2018,
	    0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122,
	    0x0161, 0x203A, 0x0153, REPLACEMENT, 0x017E, 0x0178};
	const unsigned char *p = data;

	assert(data != NULL || len == 0);
	for (size_t i = 0, plain; i < len; i += plain + 1) {
		for (plain = 0; i + plain < len && p[i + plain] < 0x80;)
			plain++;
		if (plain > 0)
			buf_add(out, p + i, plain);
		if (i + plain == len)
			return;
		if (p[i + plain] < 0xA0)
			encode(out, high[p[i + plain] - 0x80]);
		else
			encode(out, p[i + plain]);
	}
}

/* Letters of Latin-1 and Latin Extended-A, by ranges in ascending order. */
static const struct fold_range {
	uint16_t first;
	uint16_t last;
	const char *to;
} fold_ranges[] = {
    {0x0C0, 0x0C5, "a"},
    {0x0C6, 0x0C6, "ae"},
    {0x0C7, 0x0C7, "c"},
    {0x0C8, 0x0CB, "e"},
    {0x0CC, 0x0CF, "i"},
    {0x0D0, 0x0D0, "d"},
    {0x0D1, 0x0D1, "n"},
    {0x0D2, 0x0D6, "o"},
    {0x0D8, 0x0D8, "o"},
    {0x0D9, 0x0DC, "u"},
    {0x0DD, 0x0DD, "y"},
    {0x0DE, 0x0DE, "th"},
    {0x0DF, 0x0DF, "ss"},
    {0x0E0, 0x0E5, "a"},
    {0x0E6, 0x0E6, "ae"},
    {0x0E7, 0x0E7, "c"},
    {0x0E8, 0x0EB, "e"},
    {0x0EC, 0x0EF, "i"},
    {0x0F0, 0x0F0, "d"},
    {0x0F1, 0x0F1, "n"},
    {0x0F2, 0x0F6, "o"},
    {0x0F8, 0x0F8, "o"},
    {0x0F9, 0x0FC, "u"},
    {0x0FD, 0x0FD, "y"},
    {0x0FE, 0x0FE, "th"},
    {0x0FF, 0x0FF, "y"},
    {0x100, 0x105, "a"},
    {0x106, 0x10D, "c"},
    {0x10E, 0x111, "d"},
    {0x112, 0x11B, "e"},
    {0x11C, 0x123, "g"},
    {0x124, 0x127, "h"},
    {0x128, 0x131, "i"},
    {0x132, 0x133, "ij"},
    {0x134, 0x135, "j"},
    {0x136, 0x138, "k"},
    {0x139, 0x142, "l"},
    {0x143, 0x14B, "n"},
    {0x14C, 0x151, "o"},
    {0x152, 0x153, "oe"},
    {0x154, 0x159, "r"},
    {0x15A, 0x161, "s"},
    {0x162, 0x167, "t"},
    {0x168, 0x173, "u"},
    {0x174, 0x175, "w"},
    {0x176, 0x178, "y"},
    {0x179, 0x17E, "z"},
    {0x17F, 0x17F, "s"},
};

static const char *fold_letter(uint32_t cp)
{
	size_t count = sizeof(fold_ranges) / sizeof(fold_ranges[0]);

	if (cp < fold_ranges[0].first || cp > fold_ranges[count - 1].last)
		return NULL;
	for (size_t i = 0; i < count && fold_ranges[i].first <= cp; i++) {
		if (cp <= fold_ranges[i].last)
			return fold_ranges[i].to;
	}
	return NULL;
}

static bool is_space(uint32_t cp)
{
	return cp == ' ' || (cp >= '\t' && cp <= '\r') || cp == 0xA0 ||
	       (cp >= 0x2000 && cp <= 0x200A) || cp == 0x202F;
}

/* '_' and the hyphens, which people put where others put a space. */
static bool is_joint(uint32_t cp)
{
	return cp == '_' || cp == '-' || cp == 0x2010 || cp == 0x2011;
}

static bool is_apostrophe(uint32_t cp)
{
	return cp == 0x2018 || cp == 0x2019 || cp == 0x02BC;
}

static bool is_combining(uint32_t cp)
{
	return cp >= 0x300 && cp <= 0x36F;
}

/* A text being folded, byte after byte: comparing needs no memory, whose lack
 * would make two different people of one, or none. */
struct folding {
	const char *text;  /* what is left of it */
	const char *bytes; /* of the letter under way */
	size_t len;
	char small;
	bool started, space;
};

static void fold_one(
    struct folding *folding, const char *at, size_t count, uint32_t cp)
{
	const char *to = fold_letter(cp);

	folding->bytes = &folding->small;
	folding->len = 1;
	if (to != NULL) {
		folding->bytes = to;
		folding->len = strlen(to);
	} else if (cp >= 'A' && cp <= 'Z') {
		folding->small = (char)(cp - 'A' + 'a');
	} else if (is_apostrophe(cp)) {
		folding->small = '\'';
	} else {
		folding->bytes = at;
		folding->len = count;
	}
}

/* The next byte, '\0' at the end. */
static char fold_next(struct folding *folding)
{
	while (folding->len == 0) {
		const char *at = folding->text;
		uint32_t cp;

		if (*at == '\0')
			return '\0';
		folding->text += step(at, &cp);
		if (is_combining(cp))
			continue;
		if (is_space(cp) || is_joint(cp)) {
			folding->space = folding->started;
			continue;
		}
		fold_one(folding, at, (size_t)(folding->text - at), cp);
		folding->started = true;
		if (folding->space) {
			folding->space = false;
			return ' ';
		}
	}
	folding->len--;
	return *folding->bytes++;
}

void text_fold(struct buf *out, const char *text)
{
	struct folding folding = {.text = text};
	char c;

	assert(text != NULL);
	while ((c = fold_next(&folding)) != '\0')
		buf_add_char(out, c);
}

bool text_same(const char *a, const char *b)
{
	struct folding one = {.text = a}, two = {.text = b};
	char c, d;

	do {
		c = fold_next(&one);
		d = fold_next(&two);
	} while (c == d && c != '\0');
	return c == d;
}

static bool only_dots(struct folding *folding, char c)
{
	while (c == '.')
		c = fold_next(folding);
	return c == '\0';
}

bool text_same_name(const char *a, const char *b)
{
	struct folding one = {.text = a}, two = {.text = b};
	bool any = false;
	char c, d;

	while ((c = fold_next(&one)) == (d = fold_next(&two)) && c != '\0')
		any = any || c != '.';
	return any && only_dots(&one, c) && only_dots(&two, d);
}

size_t text_columns(const char *text)
{
	size_t columns = 0;
	uint32_t cp;

	assert(text != NULL);
	while (*text != '\0') {
		text += step(text, &cp);
		columns += is_combining(cp) ? 0 : 1;
	}
	return columns;
}

size_t text_length(const char *text)
{
	size_t length = 0;
	uint32_t cp;

	assert(text != NULL);
	for (; *text != '\0'; length++)
		text += step(text, &cp);
	return length;
}

size_t text_prefix(const char *text, size_t count)
{
	size_t len = 0;
	uint32_t cp;

	assert(text != NULL);
	for (; count > 0 && text[len] != '\0'; count--)
		len += step(text + len, &cp);
	return len;
}

/* What could move a terminal's cursor or reorder the words around it. */
static bool is_control(uint32_t cp)
{
	return cp < 0x20 || (cp >= 0x7F && cp <= 0x9F) || cp == 0x200E ||
	       cp == 0x200F || (cp >= 0x2028 && cp <= 0x202E) ||
	       (cp >= 0x2066 && cp <= 0x2069) || cp == 0xFEFF;
}

void text_quote(struct buf *out, const char *text)
{
	size_t shown = 0;
	uint32_t cp;

	assert(text != NULL);
	for (size_t count; *text != '\0'; text += count) {
		if (shown++ == QUOTE_MAX) {
			buf_add_text(out, "…");
			return;
		}
		count = decode((const unsigned char *)text, 4, &cp);
		if (count == 0 || is_control(cp)) {
			count = count == 0 ? 1 : count;
			buf_add_char(out, '?');
		} else {
			buf_add(out, text, count);
		}
	}
}

void text_tidy(char *text)
{
	char *to = text;
	uint32_t cp;

	assert(text != NULL);
	for (size_t count; *text != '\0'; text += count) {
		count = decode((const unsigned char *)text, 4, &cp);
		if (count == 0 || (is_control(cp) && cp != '\n')) {
			count = count == 0 ? 1 : count;
			*to++ = '?';
		} else {
			memmove(to, text, count);
			to += count;
		}
	}
	*to = '\0';
}

static int refuse(
    struct err *err, const char *what, const char *text, const char *why)
{
	struct buf shown = BUF_INIT;

	text_quote(&shown, text);
	(void)err_set(err, E_INVALID, L("%s « %s » : %s", "%s \"%s\": %s"),
	    what, buf_text(&shown), why);
	buf_free(&shown);
	return E_INVALID;
}

static int refuse_long(
    struct err *err, const char *what, const char *text, size_t max)
{
	struct buf why = BUF_INIT;

	buf_printf(&why,
	    L("trop long (%zu octets, %zu au plus ; une lettre accentuée en "
	      "prend deux) : raccourcissez",
		"too long (%zu bytes, at most %zu; an accented letter takes "
		"two): shorten it"),
	    strlen(text), max);
	(void)refuse(err, what, text, buf_text(&why));
	buf_free(&why);
	return E_INVALID;
}

static bool has_control(const char *text)
{
	uint32_t cp;

	while (*text != '\0') {
		text += step(text, &cp);
		if (is_control(cp))
			return true;
	}
	return false;
}

static bool is_blank(const char *text)
{
	uint32_t cp;

	while (*text != '\0') {
		text += step(text, &cp);
		if (!is_space(cp))
			return false;
	}
	return true;
}

static bool ends_with_space(const char *text)
{
	uint32_t cp = 0;

	while (*text != '\0')
		text += step(text, &cp);
	return is_space(cp);
}

#define ID_FORBIDDEN "/\\\"<>|*?#"

/* The printable characters of ASCII that an identifier may hold. */
static bool is_id_char(char c)
{
	switch (c) {
	case '/':
	case '\\':
	case '"':
	case '<':
	case '>':
	case '|':
	case '*':
	case '?':
	case '#':
		return false;
	default:
		return c >= 0x20 && c < 0x7F;
	}
}

/* One look tells of most identifiers that they are fine; false says nothing.
 */
static bool is_plain_id(const char *text)
{
	size_t len = 0;

	if (text[0] == ' ' || text[0] == '-')
		return false;
	while (is_id_char(text[len]))
		len++;
	return text[len] == '\0' && len > 0 && len <= TEXT_ID_MAX &&
	       text[len - 1] != ' ';
}

/* Likewise of names: visible ASCII, and what Latin letters begin with in
 * UTF-8 (U+00C0 to U+023F), one letter each. */
static bool is_plain_name(const char *text, size_t max)
{
	const unsigned char *p = (const unsigned char *)text;
	bool visible = false;
	size_t len = 0;

	for (; p[len] != '\0'; len++) {
		if (p[len] > 0x20 && p[len] < 0x7F) {
			visible = true;
		} else if (p[len] >= 0xC3 && p[len] <= 0xC8 &&
			   (p[len + 1] & 0xC0) == 0x80) {
			visible = true;
			len++;
		} else if (p[len] != ' ') {
			return false;
		}
	}
	return visible && len <= max;
}

int text_check_name(
    const char *what, const char *text, size_t max, struct err *err)
{
	assert(what != NULL && text != NULL);
	if (is_plain_name(text, max))
		return 0;
	if (!text_is_utf8(text, strlen(text)))
		return refuse(err, what, text,
		    L("ce n'est pas de l'UTF-8 valable : tapez-le à nouveau",
			"not valid UTF-8: type it again"));
	if (has_control(text))
		return refuse(err, what, text,
		    L("un caractère invisible (saut de ligne, tabulation…) y "
		      "est interdit : enlevez-le",
			"an invisible character (line break, tab…) is not "
			"allowed: remove it"));
	if (is_blank(text))
		return err_set(err, E_INVALID,
		    L("%s : vide, il faut au moins un caractère",
			"%s: empty, at least one character is needed"),
		    what);
	if (strlen(text) > max)
		return refuse_long(err, what, text, max);
	return 0;
}

int text_check_id(const char *text, struct err *err)
{
	const char *what = L("identifiant", "identifier");
	uint32_t first;
	int rc;

	if (is_plain_id(text))
		return 0;
	if ((rc = text_check_name(what, text, TEXT_ID_MAX, err)) < 0)
		return rc;
	if (strpbrk(text, ID_FORBIDDEN) != NULL)
		return refuse(err, what, text,
		    L("les caractères / \\ \" < > | * ? # y sont interdits : "
		      "enlevez-les",
			"the characters / \\ \" < > | * ? # are not allowed: "
			"remove them"));
	(void)step(text, &first);
	if (is_space(first) || ends_with_space(text))
		return refuse(err, what, text,
		    L("une espace au début ou à la fin : enlevez-la",
			"a space at the start or the end: remove it"));
	if (text[0] == '-')
		return refuse(err, what, text,
		    L("il ne peut pas commencer par un tiret",
			"it cannot start with a hyphen"));
	return 0;
}

void text_copy(char *out, size_t size, const char *text)
{
	size_t len = strnlen(text, size - 1);

	memcpy(out, text, len);
	out[len] = '\0';
}
