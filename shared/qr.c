#include <qrencode.h>
#include <stddef.h>
#include <string.h>

#include "shared/lang.h"
#include "shared/qr.h"

/* Each run of dark modules of a line is one rectangle. */
static void add_line(
    struct buf *out, const unsigned char *line, int width, int y)
{
	for (int x = 0; x < width; x++) {
		int from = x;

		while (x < width && (line[x] & 1) != 0)
			x++;
		if (x > from)
			buf_printf(out, "M%d %dh%dv1h-%dz", from + QR_QUIET,
			    y + QR_QUIET, x - from, x - from);
	}
}

int qr_path(struct buf *out, int *size, const char *text, struct err *err)
{
	QRcode *code;

	*size = 0;
	if (text[0] == '\0')
		return err_set(err, E_INVALID,
		    L("il manque le texte", "the text is missing"));
	if (strlen(text) > QR_TEXT_MAX)
		return err_set(err, E_LIMIT,
		    L("texte de plus de %d octets", "text of over %d bytes"),
		    QR_TEXT_MAX);
	/* Its one other refusal, too long a text, is beyond our bound. */
	code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);
	if (code == NULL)
		return err_nomem(err);
	for (int y = 0; y < code->width; y++)
		add_line(out, code->data + (ptrdiff_t)y * code->width,
		    code->width, y);
	*size = code->width + 2 * QR_QUIET;
	QRcode_free(code);
	return buf_check(out, err);
}
