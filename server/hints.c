#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "server/hints.h"

struct hints {
	pthread_mutex_t lock;
	struct hint bearers[HINTS_BEARERS]; /* at the place of their hash */
	struct hash sets[HINTS_SETS];
};

int hints_new(struct hints **out, struct err *err)
{
	if ((*out = calloc(1, sizeof(**out))) == NULL ||
	    pthread_mutex_init(&(*out)->lock, NULL) != 0) {
		free(*out);
		*out = NULL;
		return err_nomem(err);
	}
	return 0;
}

void hints_free(struct hints *hints)
{
	if (hints == NULL)
		return;
	(void)pthread_mutex_destroy(&hints->lock);
	free(hints);
}

static size_t place(const struct hash *hash, size_t count)
{
	uint32_t number;

	memcpy(&number, hash->bytes, sizeof(number));
	return number % count;
}

void hints_put(struct hints *hints, const struct hint *hint)
{
	(void)pthread_mutex_lock(&hints->lock);
	hints->bearers[place(&hint->bearer, HINTS_BEARERS)] = *hint;
	(void)pthread_mutex_unlock(&hints->lock);
}

bool hints_find(
    struct hints *hints, const struct hash *bearer, struct hint *out)
{
	bool found;

	(void)pthread_mutex_lock(&hints->lock);
	*out = hints->bearers[place(bearer, HINTS_BEARERS)];
	(void)pthread_mutex_unlock(&hints->lock);
	found = out->device[0] != '\0' &&
	        crypto_same(&out->bearer, bearer, sizeof(*bearer));
	return found;
}

void hints_put_set(struct hints *hints, const struct hash *set)
{
	(void)pthread_mutex_lock(&hints->lock);
	hints->sets[place(set, HINTS_SETS)] = *set;
	(void)pthread_mutex_unlock(&hints->lock);
}

bool hints_has_set(struct hints *hints, const struct hash *set)
{
	bool has;

	(void)pthread_mutex_lock(&hints->lock);
	has = hash_equal(&hints->sets[place(set, HINTS_SETS)], set);
	(void)pthread_mutex_unlock(&hints->lock);
	return has;
}
