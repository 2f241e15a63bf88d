#include <stdlib.h>
#include <string.h>
#include <zip.h>

#include "server/import/archive.h"
#include "shared/lang.h"

#define PIECE ((size_t)64 * 1024)

struct archive {
	zip_t *zip;
};

bool archive_is(const void *data, size_t len)
{
	return len >= 4 && memcmp(data, "PK\x03\x04", 4) == 0;
}

static int broken(struct err *err)
{
	return err_set(err, E_INVALID,
	    L("le classeur est abîmé ou incomplet : enregistrez-le de nouveau",
		"the workbook is damaged or incomplete: save it again"));
}

int archive_open(
    struct archive **out, const void *data, size_t len, struct err *err)
{
	struct archive *archive = calloc(1, sizeof(*archive));
	zip_source_t *source;
	zip_error_t why;
	int rc = 0;

	*out = NULL;
	zip_error_init(&why);
	if (archive == NULL)
		return err_nomem(err);
	source = zip_source_buffer_create(data, len, 0, &why);
	if (source == NULL) {
		rc = err_nomem(err);
		goto out;
	}
	archive->zip = zip_open_from_source(source, ZIP_RDONLY, &why);
	if (archive->zip == NULL) {
		zip_source_free(source);
		rc = zip_error_code_zip(&why) == ZIP_ER_MEMORY ? err_nomem(err)
		                                               : broken(err);
	} else if (zip_get_num_entries(archive->zip, 0) > ARCHIVE_ENTRIES_MAX) {
		rc = broken(err);
	}
out:
	zip_error_fini(&why);
	if (rc < 0) {
		archive_close(archive);
		return rc;
	}
	*out = archive;
	return 0;
}

void archive_close(struct archive *archive)
{
	if (archive == NULL)
		return;
	if (archive->zip != NULL)
		zip_discard(archive->zip);
	free(archive);
}

bool archive_has(const struct archive *archive, const char *name)
{
	return zip_name_locate(archive->zip, name, 0) >= 0;
}

static int too_large(size_t max, struct err *err)
{
	return err_set(err, E_LIMIT,
	    L("le classeur contient plus de %zu Mo : gardez-y les seules "
	      "lignes utiles, ou coupez-le en plusieurs",
		"the workbook holds more than %zu MB: keep only the rows that "
		"matter, or split it"),
	    max >> 20);
}

int archive_read(struct archive *archive, const char *name, size_t max,
    int (*each)(void *context, const char *data, size_t len, struct err *err),
    void *context, struct err *err)
{
	zip_int64_t index = zip_name_locate(archive->zip, name, 0);
	char *piece = NULL;
	zip_file_t *file = NULL;
	zip_int64_t count;
	size_t total = 0;
	int rc = 0;

	if (index < 0)
		return err_set(err, E_NOT_FOUND,
		    L("il manque %s au classeur : enregistrez-le de nouveau",
			"the workbook lacks %s: save it again"),
		    name);
	if ((file = zip_fopen_index(archive->zip, (zip_uint64_t)index, 0)) ==
	    NULL)
		return broken(err);
	if ((piece = malloc(PIECE)) == NULL)
		rc = err_nomem(err);
	while (rc == 0 && (count = zip_fread(file, piece, PIECE)) != 0) {
		if (count < 0)
			rc = broken(err);
		else if ((total += (size_t)count) > max)
			rc = too_large(max, err);
		else
			rc = each(context, piece, (size_t)count, err);
	}
	free(piece);
	(void)zip_fclose(file);
	return rc;
}
