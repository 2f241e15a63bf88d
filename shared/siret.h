/*
 * SIRET: the 14 digits of an establishment (INSEE), the last by Luhn's rule.
 */
#ifndef POINTEAU_SHARED_SIRET_H
#define POINTEAU_SHARED_SIRET_H

#include "shared/err.h"

#define SIRET_TEXT 15

/*
 * Read ${text} (spaces allowed between digits) into its 14 digits. E_INVALID
 * tells a wrong length from a wrong check digit. La Poste's establishments
 * (SIREN 356000000) follow their own rule: the digits' sum is a multiple
 * of 5; only its head office (35600000000048) follows Luhn's.
 */
int siret_parse(char out[SIRET_TEXT], const char *text, struct err *err);

#endif
