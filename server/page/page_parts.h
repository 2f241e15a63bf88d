/* What the files of the page share among themselves. */
#ifndef POINTEAU_SERVER_PAGE_PAGE_PARTS_H
#define POINTEAU_SERVER_PAGE_PAGE_PARTS_H

#include "server/account/account.h"
#include "server/account/right.h"
#include "server/cmd.h"
#include "server/page/page.h"
#include "shared/json.h"

/* Slugs that no struct err has. */
#define DOOR_WRONG_LOGIN "wrong_login"
#define DOOR_WRONG_TOTP  "wrong_totp"
#define DOOR_TOO_MANY    "too_many"

/* Who asks. */
struct visitor {
	bool known;                /* logged in, and still may */
	char cookie[SESSION_NAME]; /* the session's name; "" without one */
	struct session session;
	struct account_row row; /* as it is now, not as it was at login */
	struct signer signer;
};

/* One request on its way through the door. */
struct asking {
	struct door *door;
	const struct request *request;
	struct reply *reply;
	struct visitor *visitor;
	json_t *params;
};

/* ---- page.c ---- */

/* Answer {"error":slug,"message":text}. */
void door_refuse(
    struct reply *reply, int status, const char *slug, const char *text);
/* The same from ${err}: its slug and its status. */
void door_fail(struct reply *reply, const struct err *err);
/* Answer with JSON, which is consumed; NULL stands for "no memory". */
void door_give(struct reply *reply, json_t *stolen);

/* Look up who has the session ${cookie}; nobody is no error. ${touch}: this
 * is somebody at work. */
int door_visitor(struct door *door, const char *cookie, bool touch,
    struct visitor *out, struct err *err);

/* ---- page_api.c: the one table ---- */

/* The calls of the session. */
typedef void door_session_call(struct asking *asking);

enum door_flag {
	DOOR_OPEN = 1,   /* also for nobody */
	DOOR_INPUT = 2,  /* members "name" and "data" are its input file */
	DOOR_FILE = 4,   /* its output is a file to be saved */
	DOOR_HEALTH = 8, /* that file names sick, accident or medical */
	DOOR_APART = 16, /* reads for long: in its own view, one at a time */
};

struct door_row {
	const char *method;
	const char *path;  /* after "/api/" */
	const char *words; /* of the command; NULL: a call of the session */
	const char *args;  /* members that are its arguments, in order */
	enum right right;
	unsigned flags;
	door_session_call *session;
};

const struct door_row *door_rows(size_t *count);

/* Anything under /api/, from a page of ours. */
void door_api(struct asking *asking);

/* ---- page_command.c ---- */

/* Run the row's command for the visitor and answer. */
void door_command(struct asking *asking, const struct door_row *row);

/* ---- page_access.c ---- */

/* Note that the visitor reads what the row answers about one worker: ${person}
 * when the command told of whom it is, else the member "worker". */
int door_note_access(struct asking *asking, const struct door_row *row,
    const char *person, struct err *err);

/* ---- page_mask.c ---- */

/* Take out of an answer what tells of somebody's health. */
int door_mask(json_t *json, struct err *err);
/* Take out of its list of "rows" what needs a right (member "right") that the
 * role has not. */
void door_keep_rights(json_t *json, const char *role);
/* Does a member ask for one of these kinds by name? */
bool door_asks_health(const json_t *params);

/* ---- page_session_api.c, page_login.c ---- */

door_session_call door_session_get;
door_session_call door_session_login;
door_session_call door_session_logout;
door_session_call door_session_invitation;
door_session_call door_session_setup;
door_session_call door_session_password;

/* The answer of GET session for ${visitor}. */
void door_tell_session(struct asking *asking, const struct visitor *visitor);
/* Begin a session and tell it, with its cookie. */
void door_begin_session(
    struct asking *asking, const char *login, const struct key *key);

/* E_BUSY when too many wait; then door_hashed. */
int door_hashing(struct door *door, struct err *err);
void door_hashed(struct door *door);

/* Must whoever tries for ${login} wait? Then it is answered, and true. */
bool door_must_wait(struct asking *asking, const char *login);
void door_wrong(struct asking *asking, const char *login);
void door_right(struct asking *asking, const char *login);

#endif
