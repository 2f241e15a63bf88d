/*
 * The LISEZMOI.txt of an export for an auditor: what it is, and how to
 * check it with programs that every computer has.
 */
#ifndef POINTEAU_SERVER_AUDIT_README_H
#define POINTEAU_SERVER_AUDIT_README_H

#include <stdint.h>

#include "shared/buf.h"
#include "shared/crypto.h"

/* The commands stand between lines that start so, indented by 4 spaces. */
#define AUDIT_README_BEGIN ">8"
#define AUDIT_README_END   "8<"

/* Append the file's text, in French, then in English. */
void audit_readme(
    struct buf *out, const char *month, const uint8_t server[KEY_LEN]);

#endif
