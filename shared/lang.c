#include <stdlib.h>
#include <string.h>

#include "shared/lang.h"

_Thread_local enum lang lang_current = LANG_FR;

void lang_set(const char *name)
{
	int english = name != NULL && strncmp(name, "en", 2) == 0 &&
	              (name[2] == '\0' || strchr("_.-@,;", name[2]) != NULL);

	lang_current = english ? LANG_EN : LANG_FR;
}

void lang_set_from_environment(void)
{
	static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *value = getenv(names[i]);

		if (value != NULL && value[0] != '\0') {
			lang_set(value);
			return;
		}
	}
}
