#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/import/xlsx_part.h"
#include "shared/lang.h"
#include "shared/text.h"

#define WORKBOOK  "xl/workbook.xml"
#define RELATIONS "xl/_rels/workbook.xml.rels"
#define STYLES    "xl/styles.xml"
#define STRINGS   "xl/sharedStrings.xml"

static int feed(void *context, const char *data, size_t len, struct err *err)
{
	return xml_feed(context, data, len, err);
}

int xlsx_xml(struct archive *archive, const char *name, bool required,
    const struct xml_events *events, void *context, struct err *err)
{
	struct xml *xml = NULL;
	int rc;

	if (!required && !archive_has(archive, name))
		return 0;
	if ((rc = xml_new(&xml, events, context, err)) == 0 &&
	    (rc = archive_read(archive, name, XLSX_PART_MAX, feed, xml, err)) ==
		0)
		rc = xml_finish(xml, err);
	xml_free(xml);
	return rc;
}

/* ---- which sheet, which calendar ---- */

static int book_begin(
    void *context, const char *name, const char **attributes, struct err *err)
{
	struct xlsx_book *book = context;
	const char *value;

	(void)err;
	if (strcmp(name, "workbookPr") == 0) {
		value = xml_attribute(attributes, "date1904");
		book->from_1904 =
		    value != NULL &&
		    (strcmp(value, "1") == 0 || strcmp(value, "true") == 0);
	} else if (strcmp(name, "sheet") == 0 && book->sheet_link[0] == '\0') {
		const char *state = xml_attribute(attributes, "state");
		const char *link = xml_attribute(attributes, "id");

		if (link != NULL &&
		    (state == NULL || strcmp(state, "visible") == 0))
			text_copy(
			    book->sheet_link, sizeof(book->sheet_link), link);
	}
	return 0;
}

static int relation_begin(
    void *context, const char *name, const char **attributes, struct err *err)
{
	struct xlsx_book *book = context;
	const char *id = xml_attribute(attributes, "Id");
	const char *target = xml_attribute(attributes, "Target");

	(void)err;
	if (strcmp(name, "Relationship") != 0 || id == NULL || target == NULL ||
	    strcmp(id, book->sheet_link) != 0)
		return 0;
	/* From the root, or from where the workbook is. */
	(void)snprintf(book->sheet, sizeof(book->sheet), "%s%.200s",
	    target[0] == '/' ? "" : "xl/",
	    target[0] == '/' ? target + 1 : target);
	return 0;
}

static int find_sheet(struct xlsx_book *book, struct err *err)
{
	static const struct xml_events workbook = {book_begin, NULL, NULL};
	static const struct xml_events relations = {relation_begin, NULL, NULL};
	int rc;

	if ((rc = xlsx_xml(
		 book->archive, WORKBOOK, true, &workbook, book, err)) < 0 ||
	    (rc = xlsx_xml(
		 book->archive, RELATIONS, true, &relations, book, err)) < 0)
		return rc;
	if (book->sheet[0] != '\0')
		return 0;
	return err_set(err, E_INVALID,
	    L("le classeur n'a pas de feuille visible",
		"the workbook has no visible sheet"));
}

/* ---- styles ---- */

struct styles {
	struct xlsx_book *book;
	bool cells; /* inside cellXfs, whose places cells name */
	struct {
		long number;
		enum xlsx_format format;
	} codes[256];
	size_t code_count;
};

static int add_format(
    struct xlsx_book *book, enum xlsx_format format, struct err *err)
{
	size_t room = book->format_room < 64 ? 64 : book->format_room * 2;
	uint8_t *formats;

	if (book->format_count == book->format_room) {
		formats = realloc(book->formats, room);
		if (formats == NULL)
			return err_nomem(err);
		book->formats = formats;
		book->format_room = room;
	}
	book->formats[book->format_count++] = (uint8_t)format;
	return 0;
}

static long number_of(const char *text)
{
	return text != NULL ? strtol(text, NULL, 10) : 0;
}

static void note_code(struct styles *styles, const char **attributes)
{
	const char *code = xml_attribute(attributes, "formatCode");

	if (code == NULL || code[0] == '\0' ||
	    styles->code_count ==
		sizeof(styles->codes) / sizeof(styles->codes[0]))
		return;
	styles->codes[styles->code_count].number =
	    number_of(xml_attribute(attributes, "numFmtId"));
	styles->codes[styles->code_count].format = xlsx_format_of(0, code);
	styles->code_count++;
}

static int style_begin(
    void *context, const char *name, const char **attributes, struct err *err)
{
	struct styles *styles = context;
	long number;

	if (strcmp(name, "numFmt") == 0)
		note_code(styles, attributes);
	if (strcmp(name, "cellXfs") == 0)
		styles->cells = true;
	if (strcmp(name, "xf") != 0 || !styles->cells)
		return 0;
	number = number_of(xml_attribute(attributes, "numFmtId"));
	for (size_t i = 0; i < styles->code_count; i++) {
		if (styles->codes[i].number == number)
			return add_format(
			    styles->book, styles->codes[i].format, err);
	}
	return add_format(styles->book, xlsx_format_of(number, ""), err);
}

static int style_end(void *context, const char *name, struct err *err)
{
	struct styles *styles = context;

	(void)err;
	if (strcmp(name, "cellXfs") == 0)
		styles->cells = false;
	return 0;
}

/* ---- shared texts ---- */

struct strings {
	struct xlsx_book *book;
	bool text;    /* inside a <t> */
	int phonetic; /* inside <rPh>: how to say it, not what it says */
};

static int add_string(struct xlsx_book *book, struct err *err)
{
	size_t room = book->string_room < 256 ? 256 : book->string_room * 2;
	size_t *at;

	if (book->string_count == XLSX_TEXTS_MAX)
		return err_set(err, E_LIMIT,
		    L("le classeur contient plus de %d textes : coupez-le en "
		      "plusieurs",
			"the workbook holds more than %d texts: split it"),
		    XLSX_TEXTS_MAX);
	if (book->string_count == book->string_room) {
		at = reallocarray(book->string_at, room, sizeof(*at));
		if (at == NULL)
			return err_nomem(err);
		book->string_at = at;
		book->string_room = room;
	}
	book->string_at[book->string_count++] = book->strings.len;
	return 0;
}

static int string_begin(
    void *context, const char *name, const char **attributes, struct err *err)
{
	struct strings *strings = context;

	(void)attributes;
	if (strcmp(name, "si") == 0)
		return add_string(strings->book, err);
	if (strcmp(name, "rPh") == 0)
		strings->phonetic++;
	strings->text = strcmp(name, "t") == 0 && strings->phonetic == 0;
	return 0;
}

static int string_end(void *context, const char *name, struct err *err)
{
	struct strings *strings = context;
	struct buf *all = &strings->book->strings;

	strings->text = false;
	if (strcmp(name, "rPh") == 0)
		strings->phonetic--;
	if (strcmp(name, "si") == 0)
		buf_add_char(all, '\0');
	return buf_check(all, err);
}

static int string_text(
    void *context, const char *text, size_t len, struct err *err)
{
	struct strings *strings = context;
	struct buf *all = &strings->book->strings;

	if (!strings->text || strings->book->string_count == 0)
		return 0;
	if (all->len + len > XLSX_STRINGS_MAX)
		return err_set(err, E_LIMIT,
		    L("le classeur contient plus de %zu Mo de texte : "
		      "coupez-le "
		      "en plusieurs",
			"the workbook holds more than %zu MB of text: split "
			"it"),
		    XLSX_STRINGS_MAX >> 20);
	buf_add(all, text, len);
	return buf_check(all, err);
}

/* ---- all of it ---- */

int xlsx_book_read(
    struct xlsx_book *out, struct archive *archive, struct err *err)
{
	static const struct xml_events style_events = {
	    style_begin, style_end, NULL};
	static const struct xml_events string_events = {
	    string_begin, string_end, string_text};
	struct styles styles = {.book = out};
	struct strings strings = {.book = out};
	int rc;

	memset(out, 0, sizeof(*out));
	out->archive = archive;
	if ((rc = find_sheet(out, err)) < 0 ||
	    (rc = xlsx_xml(
		 archive, STYLES, false, &style_events, &styles, err)) < 0 ||
	    (rc = xlsx_xml(
		 archive, STRINGS, false, &string_events, &strings, err)) < 0)
		return rc;
	/* The last text is closed even if its element was not. */
	buf_add_char(&out->strings, '\0');
	return buf_check(&out->strings, err);
}

void xlsx_book_clear(struct xlsx_book *book)
{
	free(book->formats);
	free(book->string_at);
	buf_free(&book->strings);
	memset(book, 0, sizeof(*book));
}
