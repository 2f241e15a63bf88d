/*
 * The way to the office by hand: what no receipt answers yet, on a stick. A
 * directory pointeau-DEVICE holds a file for each set, byte for byte what a
 * push of it would send (docs/protocol.md); the office reads it with
 * `pointeau-server import usb`. The sets stay here, kept as before: the next
 * sync brings their receipts.
 */
#ifndef POINTEAU_AGENT_USB_H
#define POINTEAU_AGENT_USB_H

#include <stdint.h>

#include "agent/agent.h"
#include "shared/buf.h"
#include "shared/err.h"

struct usb_summary {
	int64_t sets;    /* without a receipt, and now all there */
	int64_t entries; /* in them */
	int64_t added;   /* sets that were not there yet */
	struct buf path; /* of the directory; "" when there was nothing */
};

/*
 * Seal what waits and write it below ${directory}, an existing one. Also from
 * a revoked laptop: the office sets it aside, nothing is lost. What is there
 * already, and whole, stays as it is. E_NOT_FOUND, E_IO (full, read-only);
 * after a failure what was written is whole, and the next export completes
 * it. Free ${out->path}, also after a failure.
 */
int usb_export(struct agent *agent, const char *directory,
    struct usb_summary *out, struct err *err);

#endif
