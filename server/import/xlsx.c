#include <string.h>

#include "server/import/xlsx_part.h"
#include "shared/lang.h"

/* Compound files: .xls before 2007, and a workbook locked by a password. */
static bool is_compound(const void *data, size_t len)
{
	return len >= 8 &&
	       memcmp(data, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8) == 0;
}

bool xlsx_is(const void *data, size_t len)
{
	return archive_is(data, len) || is_compound(data, len);
}

static int refuse_old(struct err *err)
{
	return err_set(err, E_INVALID,
	    L("ancien classeur .xls, ou protégé par un mot de passe : "
	      "enregistrez-le au format .xlsx, sans mot de passe",
		"an old .xls workbook, or one locked by a password: save it "
		"as .xlsx, without a password"));
}

static int refuse_other(struct err *err)
{
	return err_set(err, E_INVALID,
	    L("ce n'est pas un classeur .xlsx : enregistrez-le à ce format, "
	      "ou en « CSV UTF-8 »",
		"this is no .xlsx workbook: save it as one, or as \"CSV "
		"UTF-8\""));
}

int xlsx_to_csv(struct buf *out, const void *data, size_t len, struct err *err)
{
	struct archive *archive = NULL;
	struct xlsx_book book = {0};
	int rc;

	if (is_compound(data, len))
		return refuse_old(err);
	if ((rc = archive_open(&archive, data, len, err)) < 0)
		return rc;
	if (!archive_has(archive, "xl/workbook.xml"))
		rc = refuse_other(err);
	else if ((rc = xlsx_book_read(&book, archive, err)) == 0)
		rc = xlsx_sheet(out, &book, err);
	/* A file that it should have, and has not. */
	if (rc == E_NOT_FOUND && err != NULL)
		rc = err->code = E_INVALID;
	xlsx_book_clear(&book);
	archive_close(archive);
	return rc;
}
