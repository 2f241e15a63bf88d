/*
 * What a stick between a laptop and the office looks like: the names alone.
 *
 *	pointeau-0123456789abcdef/		the laptop's device
 *		<64 digits: the set's name>.set	a push of one set (wire.h)
 *		manifest.json			for people; nobody believes it
 */
#ifndef POINTEAU_SHARED_USB_H
#define POINTEAU_SHARED_USB_H

#include <stdbool.h>

#include "shared/crypto.h"

#define USB_FORMAT     1
#define USB_PREFIX     "pointeau-"
#define USB_SUFFIX     ".set"
#define USB_MANIFEST   "manifest.json"
#define USB_NAME_TEXT  (HASH_TEXT + sizeof(USB_SUFFIX) - 1)
#define USB_PLACE_TEXT (sizeof(USB_PREFIX) - 1 + DEVICE_TEXT)

/* Write the name of the file of the set ${hex}. */
void usb_set_name(const char *hex, char out[USB_NAME_TEXT]);

/* Is ${name} exactly such a file's, or such a directory's? */
bool usb_is_set(const char *name);
bool usb_is_place(const char *name);

#endif
