#include <stdlib.h>
#include <string.h>

#include "server/crews.h"
#include "server/enrolment.h"
#include "server/store/access.h"
#include "server/tls.h"
#include "shared/enrolcode.h"
#include "shared/lang.h"

static int fill_code(
    struct office *office, struct enrolcode *code, struct err *err)
{
	struct buf path = BUF_INIT;
	struct hash hash;
	int rc = 0;

	hash_of(&hash, office->server.pub, KEY_LEN);
	memcpy(code->server, hash.bytes, sizeof(code->server));
	text_copy(code->url, sizeof(code->url), office->config.url);
	/* With the administrator's own certificate the authorities are the
	 * trust, so that it can be renewed; a self-signed one is pinned. */
	code->has_pin = office->config.tls_certificate[0] == '\0';
	if (code->has_pin &&
	    (rc = office_path(office, OFFICE_TLS, &path, err)) == 0)
		rc = tls_certificate_pin(path.data, code->pin, err);
	buf_free(&path);
	return rc;
}

int enrolment_code(
    struct office *office, const char *names, struct buf *out, struct err *err)
{
	struct enrolcode code = {.has_pin = false};
	struct buf list = BUF_INIT;
	struct crews *crews = malloc(sizeof(*crews));
	int64_t now_s = os_now_s(office->os);
	struct hash hash;
	int rc;

	if (crews == NULL)
		return err_nomem(err);
	if ((rc = crews_find(office, names, ",", crews, err)) < 0 ||
	    (rc = fill_code(office, &code, err)) < 0)
		goto out;
	for (size_t i = 0; i < crews->count; i++)
		buf_printf(&list, "%s\n", crews->items[i].crew);
	if ((rc = buf_check(&list, err)) < 0)
		goto out;
	if (list.len >= ACCESS_CREWS_MAX) {
		rc = err_set(
		    err, E_LIMIT, L("trop d'équipes", "too many crews"));
		goto out;
	}
	os_random(office->os, code.secret, sizeof(code.secret));
	hash_of(&hash, code.secret, sizeof(code.secret));
	if ((rc = db_begin(office->db, err)) < 0)
		goto out;
	if ((rc = access_expire(office->db, now_s, err)) < 0 ||
	    (rc = access_code_room(office->db, now_s, err)) < 0 ||
	    (rc = access_code_put(office->db, &hash, list.data,
		 now_s + ENROLCODE_LIFE_S, err)) < 0 ||
	    (rc = db_commit(office->db, err)) < 0)
		db_rollback(office->db);
	else
		rc = enrolcode_write(out, &code, err);
out:
	crypto_wipe(&code, sizeof(code));
	buf_free(&list);
	free(crews);
	return rc;
}
