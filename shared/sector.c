#include <stdio.h>
#include <string.h>

#include "shared/sector.h"
#include "shared/text.h"

#define CODE_MAX 16 /* of a trade, with a space at both ends and NUL */

/* The trades of server/catalogue/trades.csv, and of ROME 4.0 those that the
 * sites of these sectors are listed under. */
static const struct sector sectors[] = {
    {"batiment", "BTP",
	" F1601 F1604 F1606 F1608 F1609 F1613 F1619 F1702 F1703 F1704 F1705 "
	"F1709 "},
    {"nettoyage", "propreté", " K2201 K2202 K2204 K2205 "},
    {"espaces_verts", "espace vert",
	" A1202 A1203 A1208 A1210 A1414 A1419 A1433 A1441 F1707 "},
    {"dechets", "tri des déchets",
	" K2303 K2304 K2307 K2308 K2318 N1103 N1105 "},
    {"services_personne", "services à la personne", " K1302 K1304 "},
    {"restauration", "cuisine", " G1602 G1605 G1607 "},
    {"autre", "autres", " "},
};

const struct sector *sector_find(const char *text)
{
	for (size_t i = 0; i < sizeof(sectors) / sizeof(sectors[0]); i++) {
		if (text_same(text, sectors[i].slug) ||
		    text_same(text, sectors[i].alias))
			return &sectors[i];
	}
	return NULL;
}

bool sector_has_trade(const struct sector *sector, const char *code)
{
	char word[CODE_MAX];
	int len = snprintf(word, sizeof(word), " %s ", code);

	return len > 0 && (size_t)len < sizeof(word) &&
	       strstr(sector->trades, word) != NULL;
}
