/*
 * What a site does, and the trades (ROME codes) that go with it: whose skills
 * are offered first on a laptop.
 */
#ifndef POINTEAU_SHARED_SECTOR_H
#define POINTEAU_SHARED_SECTOR_H

#include <stdbool.h>

struct sector {
	const char *slug;   /* what records hold: "espaces_verts" */
	const char *alias;  /* what people also write */
	const char *trades; /* ROME codes between spaces: " A1202 A1203 " */
};

/* The sector that reads like ${text} (text_same), or NULL. Static. */
const struct sector *sector_find(const char *text);

/* Is the trade of this code one of the sector's? */
bool sector_has_trade(const struct sector *sector, const char *code);

#endif
