/*
 * A text as a QR code, drawn as one path of SVG.
 */
#ifndef POINTEAU_SHARED_QR_H
#define POINTEAU_SHARED_QR_H

#include "shared/buf.h"
#include "shared/err.h"

#define QR_TEXT_MAX 1024 /* bytes: what a telephone still reads on paper */
#define QR_QUIET    4    /* modules of white around it (ISO/IEC 18004) */

/*
 * Append the dark modules as a path in a square of ${*size} units a side,
 * the white around it included. Error correction M: a crease does no harm.
 * E_INVALID for an empty text, E_LIMIT beyond QR_TEXT_MAX.
 */
int qr_path(struct buf *out, int *size, const char *text, struct err *err);

#endif
