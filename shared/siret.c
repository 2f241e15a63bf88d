#include <assert.h>
#include <stdbool.h>
#include <string.h>

#include "shared/lang.h"
#include "shared/siret.h"

#define DIGITS (SIRET_TEXT - 1)

/* Length of the space at ${text}, plain, no-break or narrow no-break. */
static size_t space_len(const char *text)
{
	static const char *const spaces[] = {" ", "\u00A0", "\u202F"};

	for (size_t i = 0; i < sizeof(spaces) / sizeof(spaces[0]); i++) {
		if (strncmp(text, spaces[i], strlen(spaces[i])) == 0)
			return strlen(spaces[i]);
	}
	return 0;
}

static int luhn_sum(const char *digits)
{
	int sum = 0;

	for (int i = 0; i < DIGITS; i++) {
		int value = digits[i] - '0';

		if (i % 2 == DIGITS % 2)
			value = value * 2 > 9 ? value * 2 - 9 : value * 2;
		sum += value;
	}
	return sum;
}

static bool check_digit_fits(const char *digits)
{
	int sum = 0;

	/* The head office of La Poste was numbered before its own rule. */
	if (strncmp(digits, "356000000", 9) != 0 ||
	    strcmp(digits, "35600000000048") == 0)
		return luhn_sum(digits) % 10 == 0;
	for (int i = 0; i < DIGITS; i++)
		sum += digits[i] - '0';
	return sum % 5 == 0;
}

int siret_parse(char out[SIRET_TEXT], const char *text, struct err *err)
{
	char digits[SIRET_TEXT] = "";
	size_t count = 0;

	assert(out != NULL && text != NULL);
	for (size_t space; *text != '\0'; text += space > 0 ? space : 1) {
		if ((space = space_len(text)) > 0)
			continue;
		if (*text < '0' || *text > '9')
			return err_set(err, E_INVALID,
			    L("un SIRET n'a que des chiffres : corrigez-le",
				"a SIRET has only digits: correct it"));
		if (count < DIGITS)
			digits[count] = *text;
		count++;
	}
	if (count != DIGITS)
		return err_set(err, E_INVALID,
		    L("un SIRET a 14 chiffres, celui-ci en a %zu : "
		      "corrigez-le",
			"a SIRET has 14 digits, this one has %zu: correct it"),
		    count);
	if (!check_digit_fits(digits))
		return err_set(err, E_INVALID,
		    L("la clé de contrôle du SIRET ne convient pas : un "
		      "chiffre est faux ou deux sont inversés, vérifiez-le",
			"the SIRET's check digit does not fit: a digit is "
			"wrong or two are swapped, check it"));
	memcpy(out, digits, sizeof(digits));
	return 0;
}
