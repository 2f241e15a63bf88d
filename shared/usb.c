#include <stdio.h>
#include <string.h>

#include "shared/usb.h"

#define DIGITS "0123456789abcdef"

void usb_set_name(const char *hex, char out[USB_NAME_TEXT])
{
	(void)snprintf(out, USB_NAME_TEXT, "%s%s", hex, USB_SUFFIX);
}

bool usb_is_set(const char *name)
{
	return strspn(name, DIGITS) == HASH_TEXT - 1 &&
	       strcmp(name + HASH_TEXT - 1, USB_SUFFIX) == 0;
}

bool usb_is_place(const char *name)
{
	const char *device = name + strlen(USB_PREFIX);

	return strncmp(name, USB_PREFIX, strlen(USB_PREFIX)) == 0 &&
	       strspn(device, DIGITS) == DEVICE_TEXT - 1 &&
	       device[DEVICE_TEXT - 1] == '\0';
}
