/*
 * The way from a command to the running server: a Unix socket in the data
 * directory, mode 0600, its peer's user checked. One command a connection:
 * the command line and its input files go in, its texts and status come out,
 * and in between how far long work has come (shared/progress.h).
 */
#ifndef POINTEAU_SERVER_ADMIN_H
#define POINTEAU_SERVER_ADMIN_H

#include <stdbool.h>
#include <stddef.h>

#include "server/import/import.h"
#include "server/service.h"
#include "shared/buf.h"
#include "shared/err.h"

/* ---- in `serve` ---- */

/* Listen; E_IO. Returns the descriptor in ${*out}; close with
 * admin_close. */
int admin_listen(int *out, const struct office *office, struct err *err);
void admin_close(int fd, const struct office *office);

/* Accept one connection and run its command under the service's lock.
 * Faults of the peer end the connection alone. */
void admin_serve(int fd, struct service *service);

/* ---- in a command ---- */

/*
 * Run ${argv} in the server of ${directory}. E_OFFLINE when none listens, and
 * then ${*reached} is false: nothing was asked of anybody. Otherwise the
 * command's own code, texts in ${out}, ${note} and ${err}; or E_OFFLINE when
 * the server ended meanwhile; or E_INTERRUPTED: Ctrl-C before it had the whole
 * command, or a second one. The first one after that asks it to stop.
 */
int admin_call(const char *directory, int argc, char *const *argv,
    const struct import_input *inputs, size_t input_count, bool *reached,
    struct buf *out, struct buf *note, struct err *err);

#endif
