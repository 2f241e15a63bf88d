#include <string.h>

#include "agent/answer.h"
#include "shared/lang.h"
#include "shared/text.h"

#define MESSAGE_MAX 500 /* bytes of a server's sentence shown to people */

int answer_foreign(struct err *err)
{
	return err_cause(err,
	    err_set(err, E_OFFLINE,
		L("hors connexion : un portail de connexion répond à la place "
		  "du serveur ; ouvrez un navigateur pour vous y connecter, "
		  "ou changez de réseau ; rien n'est perdu",
		    "offline: a login portal answers in the server's place; "
		    "open a browser to log in, or change networks; nothing "
		    "is lost")),
	    "portal");
}

int answer_strange(const char *what, struct err *err)
{
	return err_set(err, E_INVALID,
	    L("réponse du serveur incompréhensible (%s) : prévenez le bureau ; "
	      "rien n'est perdu",
		"server's answer makes no sense (%s): tell the office; "
		"nothing is lost"),
	    what);
}

int answer_object(
    const struct exchange_reply *reply, json_t **out, struct err *err)
{
	int rc = json_read(out, buf_text(&reply->body), reply->body.len, err);

	if (rc == 0 && !json_is_object(*out)) {
		json_decref(*out);
		*out = NULL;
		rc = E_INVALID;
	}
	return rc == E_INVALID ? answer_foreign(err) : rc;
}

int answer_json(
    const struct exchange_reply *reply, json_t **out, struct err *err)
{
	*out = NULL;
	if (reply->status != 200)
		return answer_refused(reply, err);
	return answer_object(reply, out, err);
}

static int code_of(int status, const char *word)
{
	int code;

	if (status == 401)
		return E_AUTH;
	if (status == 429 || status == 503)
		return E_BUSY;
	if (status >= 500)
		return E_IO;
	code = err_from_slug(word);
	/* Words that speak of the server's own machine mean nothing here. */
	return code == E_IO || code == E_NOT_INIT || code == E_LOCKED ||
	               code == E_OFFLINE || code == E_CORRUPT
	           ? E_INVALID
	           : code;
}

/* "io": the office's own disk or machine; somebody there must act. */
static int refused_busy(
    const struct exchange_reply *reply, const char *word, struct err *err)
{
	bool sick = strcmp(word, err_slug(E_IO)) == 0;

	if (reply->retry_after_seconds > 0) {
		return err_set(err, E_BUSY,
		    sick ? L("le serveur ne peut rien enregistrer : prévenez "
			     "le bureau, puis réessayez dans %d s ; rien "
			     "n'est perdu",
			       "the server cannot store anything: tell the "
			       "office, then try again in %d s; nothing is "
			       "lost")
			 : L("le serveur est occupé : réessayez dans %d s ; "
			     "rien n'est perdu",
			       "the server is busy: try again in %d s; "
			       "nothing is lost"),
		    reply->retry_after_seconds);
	}
	return err_set(err, E_BUSY,
	    L("le serveur est occupé : réessayez plus tard ; rien n'est perdu",
		"the server is busy: try again later; nothing is lost"));
}

static int refused_suspended(struct err *err)
{
	return err_set(err, E_SUSPENDED,
	    L("le bureau a suspendu ce poste : vos saisies restent ici et "
	      "partiront dès qu'il le reprendra ; appelez le bureau",
		"the office has suspended this laptop: what you record stays "
		"here and leaves as soon as it takes it back; call the "
		"office"));
}

int answer_refused(const struct exchange_reply *reply, struct err *err)
{
	json_t *json = NULL;
	const char *word, *message;
	int rc, code;

	if ((rc = answer_object(reply, &json, err)) < 0)
		return rc;
	word = json_text(json, "error");
	if (word[0] == '\0') {
		rc = answer_foreign(err);
		goto out;
	}
	code = code_of(reply->status, word);
	message = json_text(json, "message");
	if (text_check_name("", message, MESSAGE_MAX, NULL) < 0)
		message = err_slug(code);
	if (code == E_BUSY) {
		rc = refused_busy(reply, word, err);
	} else if (code == E_SUSPENDED) {
		rc = refused_suspended(err);
	} else if (code == E_REVOKED) {
		rc = err_set(err, code,
		    L("le bureau a révoqué ce poste : il n'échange plus rien ; "
		      "appelez le bureau",
			"the office has revoked this laptop: it exchanges "
			"nothing any more; call the office"));
	} else {
		rc = err_set(err, code,
		    L("le serveur refuse (%d) : %s",
			"the server refuses (%d): %s"),
		    reply->status, message);
	}
out:
	json_decref(json);
	return rc;
}
