#include <stdlib.h>
#include <string.h>

#include "server/account/session.h"
#include "shared/enc.h"

/* Who was wrong how often in a row. */
struct tries {
	char kind; /* 0: free */
	char who[TEXT_ID_MAX + 1];
	int count;
	int64_t until_ms;
};

struct sessions {
	pthread_mutex_t lock;
	struct session rows[SESSIONS_MAX]; /* no login: free */
	struct tries tries[SESSION_NAMES_MAX];
};

int sessions_new(struct sessions **out, struct err *err)
{
	*out = calloc(1, sizeof(**out));
	if (*out == NULL || pthread_mutex_init(&(*out)->lock, NULL) != 0) {
		free(*out);
		*out = NULL;
		return err_nomem(err);
	}
	return 0;
}

void session_clear(struct session *session)
{
	crypto_wipe(session, sizeof(*session));
}

void sessions_free(struct sessions *sessions)
{
	if (sessions == NULL)
		return;
	(void)pthread_mutex_destroy(&sessions->lock);
	crypto_wipe(sessions->rows, sizeof(sessions->rows));
	free(sessions);
}

static bool is_over(const struct session *session, int64_t now_ms)
{
	return now_ms - session->seen_ms >= SESSION_IDLE_MS ||
	       now_ms - session->start_ms >= SESSION_LIFE_MS;
}

static void sweep(struct sessions *sessions, int64_t now_ms)
{
	for (size_t i = 0; i < SESSIONS_MAX; i++) {
		struct session *row = &sessions->rows[i];

		if (row->login[0] != '\0' && is_over(row, now_ms))
			session_clear(row);
	}
}

/* The one unused for longest, of ${login} or (NULL) of all. */
static struct session *idlest(struct sessions *sessions, const char *login)
{
	struct session *found = NULL;

	for (size_t i = 0; i < SESSIONS_MAX; i++) {
		struct session *row = &sessions->rows[i];

		if (row->login[0] == '\0' ||
		    (login != NULL && strcmp(row->login, login) != 0))
			continue;
		if (found == NULL || row->seen_ms < found->seen_ms)
			found = row;
	}
	return found;
}

/* A free place: nobody's, else of the same account when it has many, else
 * of whoever has been away for longest. */
static struct session *place_for(struct sessions *sessions, const char *login)
{
	struct session *free_row = NULL;
	size_t own = 0;

	for (size_t i = 0; i < SESSIONS_MAX; i++) {
		struct session *row = &sessions->rows[i];

		if (row->login[0] == '\0')
			free_row = free_row == NULL ? row : free_row;
		else if (strcmp(row->login, login) == 0)
			own++;
	}
	if (own >= SESSIONS_OF_ONE)
		return idlest(sessions, login);
	return free_row != NULL ? free_row : idlest(sessions, NULL);
}

void session_begin(struct sessions *sessions, const struct os *os,
    const char *login, const struct key *key, int64_t now_ms,
    char name[SESSION_NAME])
{
	uint8_t random[32];
	struct session *row;

	os_random(os, random, sizeof(random));
	enc_hex(random, sizeof(random), name);
	(void)pthread_mutex_lock(&sessions->lock);
	sweep(sessions, now_ms);
	row = place_for(sessions, login);
	session_clear(row);
	text_copy(row->login, sizeof(row->login), login);
	key_device(key->pub, row->device);
	row->key = *key;
	hash_of(&row->name, name, strlen(name));
	row->start_ms = row->seen_ms = now_ms;
	(void)pthread_mutex_unlock(&sessions->lock);
	crypto_wipe(random, sizeof(random));
}

/* Of the name's hash: how long the comparison takes tells nothing. */
static struct session *find(struct sessions *sessions, const char *name)
{
	struct session *found = NULL;
	struct hash hash;

	hash_of(&hash, name, strlen(name));
	for (size_t i = 0; i < SESSIONS_MAX; i++) {
		struct session *row = &sessions->rows[i];

		if (row->login[0] != '\0' && hash_equal(&row->name, &hash))
			found = row;
	}
	return found;
}

bool session_find(struct sessions *sessions, const char *name, bool touch,
    int64_t now_ms, struct session *out)
{
	struct session *row;

	memset(out, 0, sizeof(*out));
	(void)pthread_mutex_lock(&sessions->lock);
	sweep(sessions, now_ms);
	if ((row = find(sessions, name)) != NULL) {
		if (touch)
			row->seen_ms = now_ms;
		*out = *row;
	}
	(void)pthread_mutex_unlock(&sessions->lock);
	return row != NULL;
}

void session_end(struct sessions *sessions, const char *name)
{
	struct session *row;

	(void)pthread_mutex_lock(&sessions->lock);
	if ((row = find(sessions, name)) != NULL)
		session_clear(row);
	(void)pthread_mutex_unlock(&sessions->lock);
}

void session_end_all(
    struct sessions *sessions, const char *login, const char *keep)
{
	const struct session *kept;

	(void)pthread_mutex_lock(&sessions->lock);
	kept = keep != NULL ? find(sessions, keep) : NULL;
	for (size_t i = 0; i < SESSIONS_MAX; i++) {
		struct session *row = &sessions->rows[i];

		if (row != kept && strcmp(row->login, login) == 0)
			session_clear(row);
	}
	(void)pthread_mutex_unlock(&sessions->lock);
}

/* ---- waiting ---- */

static struct tries *find_tries(
    struct sessions *sessions, char kind, const char *who)
{
	char name[TEXT_ID_MAX + 1];

	text_copy(name, sizeof(name), who);
	for (size_t i = 0; i < SESSION_NAMES_MAX; i++) {
		struct tries *tries = &sessions->tries[i];

		if (tries->kind == kind && strcmp(tries->who, name) == 0)
			return tries;
	}
	return NULL;
}

/* A new one; when there is no room, in the place of the one that is over
 * first. */
static struct tries *make_tries(
    struct sessions *sessions, char kind, const char *who)
{
	struct tries *found = &sessions->tries[0];

	for (size_t i = 0; i < SESSION_NAMES_MAX; i++) {
		struct tries *tries = &sessions->tries[i];

		if (tries->kind == 0) {
			found = tries;
			break;
		}
		if (tries->until_ms < found->until_ms)
			found = tries;
	}
	memset(found, 0, sizeof(*found));
	found->kind = kind;
	text_copy(found->who, sizeof(found->who), who);
	return found;
}

static int free_tries(char kind)
{
	return kind == SESSION_ACCOUNT ? SESSION_ACCOUNT_TRIES
	                               : SESSION_ADDRESS_TRIES;
}

/* One second after the last free one, then twice as long each time. */
static int64_t wait_after(char kind, int count)
{
	int64_t wait_s = 1;

	if (count < free_tries(kind))
		return 0;
	for (; count > free_tries(kind) && wait_s < SESSION_WAIT_MAX_S; count--)
		wait_s *= 2;
	return wait_s < SESSION_WAIT_MAX_S ? wait_s : SESSION_WAIT_MAX_S;
}

int64_t session_wait_s(
    struct sessions *sessions, char kind, const char *who, int64_t now_ms)
{
	const struct tries *tries;
	int64_t wait_s = 0;

	(void)pthread_mutex_lock(&sessions->lock);
	tries = find_tries(sessions, kind, who);
	if (tries != NULL && tries->until_ms > now_ms)
		wait_s = (tries->until_ms - now_ms + 999) / 1000;
	(void)pthread_mutex_unlock(&sessions->lock);
	return wait_s;
}

void session_wrong(
    struct sessions *sessions, char kind, const char *who, int64_t now_ms)
{
	struct tries *tries;

	(void)pthread_mutex_lock(&sessions->lock);
	if ((tries = find_tries(sessions, kind, who)) == NULL)
		tries = make_tries(sessions, kind, who);
	/* An hour of peace after the wait, and it begins anew. */
	if (tries->count > 0 &&
	    now_ms - tries->until_ms >= (int64_t)SESSION_WAIT_MAX_S * 1000)
		tries->count = 0;
	if (tries->count < free_tries(kind) + 32)
		tries->count++;
	tries->until_ms = now_ms + 1000 * wait_after(kind, tries->count);
	(void)pthread_mutex_unlock(&sessions->lock);
}

void session_right(struct sessions *sessions, char kind, const char *who)
{
	struct tries *tries;

	(void)pthread_mutex_lock(&sessions->lock);
	if ((tries = find_tries(sessions, kind, who)) != NULL)
		memset(tries, 0, sizeof(*tries));
	(void)pthread_mutex_unlock(&sessions->lock);
}
