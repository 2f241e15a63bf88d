#include <stdlib.h>
#include <string.h>
#include <zip.h>

#include "tests/lib/workbook.h"

static void must(bool good)
{
	if (!good)
		abort();
}

static void take_bytes(struct buf *out, zip_source_t *source)
{
	zip_stat_t stat;
	char *bytes;

	must(zip_source_stat(source, &stat) == 0);
	must((bytes = malloc(stat.size + 1)) != NULL);
	must(zip_source_open(source) == 0);
	must(zip_source_read(source, bytes, stat.size) ==
	     (zip_int64_t)stat.size);
	(void)zip_source_close(source);
	buf_add(out, bytes, stat.size);
	free(bytes);
	must(!out->failed);
}

void workbook_zip(struct buf *out, const char *const *files)
{
	zip_source_t *source = zip_source_buffer_create(NULL, 0, 0, NULL);
	zip_t *zip = zip_open_from_source(source, ZIP_TRUNCATE, NULL);

	must(source != NULL && zip != NULL);
	zip_source_keep(source);
	for (; files[0] != NULL; files += 2) {
		zip_source_t *text =
		    zip_source_buffer(zip, files[1], strlen(files[1]), 0);

		must(text != NULL &&
		     zip_file_add(zip, files[0], text, ZIP_FL_OVERWRITE) >= 0);
	}
	must(zip_close(zip) == 0);
	take_bytes(out, source);
	zip_source_free(source);
}

#define XML "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"

static const char *const book[] = {XML
    "<workbook xmlns:r=\"r\"><workbookPr/><sheets>"
    "<sheet name=\"Cachée\" sheetId=\"1\" state=\"hidden\" r:id=\"rId9\"/>"
    "<sheet name=\"Liste\" sheetId=\"2\" r:id=\"rId1\"/>"
    "<sheet name=\"Autre\" sheetId=\"3\" r:id=\"rId2\"/></sheets>"
    "</workbook>",
    XML "<workbook xmlns:r=\"r\"><workbookPr date1904=\"1\"/><sheets>"
	"<sheet name=\"Liste\" sheetId=\"2\" r:id=\"rId1\"/></sheets>"
	"</workbook>"};

static const char relations[] =
    XML "<Relationships><Relationship Id=\"rId9\" "
	"Target=\"worksheets/sheet9.xml\"/><Relationship Id=\"rId1\" "
	"Target=\"worksheets/sheet1.xml\"/></Relationships>";

static void add(const char **files, size_t *count, const char *name,
    struct buf *text, const char *prefix, const char *root, const char *inner)
{
	if (inner == NULL)
		return;
	buf_printf(text, "%s<%s>%s</%s>", prefix, root, inner, root);
	files[(*count)++] = name;
	files[(*count)++] = buf_text(text);
}

void workbook_make(struct buf *out, const struct workbook *workbook)
{
	const char *files[16] = {"xl/workbook.xml",
	    book[workbook->from_1904 ? 1 : 0], "xl/_rels/workbook.xml.rels",
	    relations};
	struct buf sheet = BUF_INIT, strings = BUF_INIT, styles = BUF_INIT;
	struct buf data = BUF_INIT;
	size_t count = 4;

	if (workbook->sheet != NULL)
		buf_printf(&data, "<sheetData>%s</sheetData>", workbook->sheet);
	add(files, &count, "xl/worksheets/sheet1.xml", &sheet,
	    workbook->prefix != NULL ? workbook->prefix : XML, "worksheet",
	    workbook->sheet != NULL ? buf_text(&data) : NULL);
	add(files, &count, "xl/sharedStrings.xml", &strings, XML, "sst",
	    workbook->strings);
	add(files, &count, "xl/styles.xml", &styles, XML, "styleSheet",
	    workbook->styles);
	files[count] = NULL;
	workbook_zip(out, files);
	buf_free(&sheet);
	buf_free(&strings);
	buf_free(&styles);
	buf_free(&data);
}
