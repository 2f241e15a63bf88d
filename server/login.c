#include <stdio.h>
#include <string.h>

#include "server/enrolment.h"
#include "server/rotate.h"
#include "server/store/access.h"
#include "shared/enc.h"
#include "shared/lang.h"
#include "shared/sshsig.h"

/* A challenge is time, randomness and their code under a key that lives as
 * long as the process: nothing to store, nothing to fill up. */
#define TIME_LEN   8
#define RANDOM_LEN 16
#define MAC_LEN    32

#define VERSION_MAX 40 /* bytes of a program's version */

static void challenge_mac(uint8_t mac[MAC_LEN], const uint8_t secret[32],
    const uint8_t head[TIME_LEN + RANDOM_LEN], const char *device)
{
	uint8_t text[TIME_LEN + RANDOM_LEN + DEVICE_TEXT] = {0};

	memcpy(text, head, TIME_LEN + RANDOM_LEN);
	text_copy((char *)text + TIME_LEN + RANDOM_LEN, DEVICE_TEXT, device);
	crypto_mac(mac, secret, text, sizeof(text));
}

void enrolment_challenge(const uint8_t secret[32], const char *device,
    const struct os *os, char out[CHALLENGE_TEXT])
{
	uint8_t bytes[TIME_LEN + RANDOM_LEN + MAC_LEN];
	uint64_t now_s = (uint64_t)os_now_s(os);

	for (size_t i = 0; i < TIME_LEN; i++)
		bytes[i] = (uint8_t)(now_s >> (56 - 8 * i));
	os_random(os, bytes + TIME_LEN, RANDOM_LEN);
	challenge_mac(bytes + TIME_LEN + RANDOM_LEN, secret, bytes, device);
	enc_hex(bytes, sizeof(bytes), out);
}

static bool challenge_is_ours(const uint8_t secret[32], const char *device,
    const char *challenge, int64_t now_s)
{
	uint8_t bytes[TIME_LEN + RANDOM_LEN + MAC_LEN], mac[MAC_LEN];
	uint64_t made_s = 0;

	if (enc_unhex(
		bytes, sizeof(bytes), challenge, strlen(challenge), NULL) < 0)
		return false;
	challenge_mac(mac, secret, bytes, device);
	if (!crypto_same(mac, bytes + TIME_LEN + RANDOM_LEN, MAC_LEN))
		return false;
	for (size_t i = 0; i < TIME_LEN; i++)
		made_s = made_s << 8 | bytes[i];
	return (int64_t)made_s <= now_s &&
	       now_s - (int64_t)made_s <= CHALLENGE_LIFE_S;
}

static int refused(struct err *err)
{
	return err_set(err, E_AUTH,
	    L("poste inconnu ou signature refusée : enrôlez ce poste",
		"unknown device or signature refused: enrol this device"));
}

static int verify_answer(struct office *office,
    const struct login_request *request, const uint8_t pub[KEY_LEN],
    struct err *err)
{
	struct buf text = BUF_INIT, sig = BUF_INIT;
	char server[2 * KEY_LEN + 1];
	int rc;

	enc_hex(office->server.pub, KEY_LEN, server);
	buf_printf(&text,
	    "# pointeau login 1\n# server %s\n# device %s\n# challenge %s\n",
	    server, request->device, request->challenge);
	if ((rc = buf_check(&text, err)) == 0 &&
	    (rc = enc_unbase64(
		 &sig, request->sig, strlen(request->sig), err)) == 0)
		rc = sig.len == SIG_LEN
		         ? sshsig_verify(pub, (const uint8_t *)sig.data,
			       SSHSIG_LOGIN, text.data, text.len, err)
		         : E_SIGNATURE;
	if (rc < 0 && rc != E_NOMEM)
		rc = refused(err);
	buf_free(&text);
	buf_free(&sig);
	return rc;
}

static int check_answer(
    struct office *office, const struct login_request *request, struct err *err)
{
	struct device found;
	int rc;

	if ((rc = enrolment_device(office, request->device, &found, err)) < 0)
		return rc;
	if (!found.found && request->recall.certificate[0] == '\0')
		return refused(err);
	if (!found.found && (rc = recall_key(office, request->device,
				 &request->recall, found.pub, err)) < 0)
		return rc;
	if ((rc = verify_answer(office, request, found.pub, err)) < 0)
		return rc;
	/* A revoked laptop has nothing to be remembered for. */
	if (found.revoked)
		return 0;
	/* Not when we have just learned it again: what the old key signed may
	 * have to come back before its revocation does. */
	if (found.found && (rc = rotate_retire(office, request->device,
				request->replaces, err)) < 0)
		return rc;
	if (request->recall.certificate[0] == '\0')
		return 0;
	rc = recall_device(office, request->device, &request->recall, err);
	/* One of the key before this one, or of the server's: whom we know
	 * needs none. */
	return rc == E_AUTH && found.found ? 0 : rc;
}

static int keep_bearer(struct office *office, const char *device,
    const char *version, const struct hash *hash, int64_t now_s,
    struct err *err)
{
	int rc = db_begin(office->db, err);

	if (rc < 0)
		return rc;
	if ((rc = access_expire(office->db, now_s, err)) < 0 ||
	    (rc = access_bearer_put(
		 office->db, hash, device, now_s + BEARER_LIFE_S, err)) < 0 ||
	    (rc = access_contact_put(office->db, device, now_s, version, err)) <
		0 ||
	    (rc = db_commit(office->db, err)) < 0)
		db_rollback(office->db);
	return rc;
}

int enrolment_login(struct office *office, const uint8_t secret[32],
    const struct login_request *request, char bearer[BEARER_TEXT],
    int64_t *expires_s, struct err *err)
{
	int64_t now_s = os_now_s(office->os);
	struct buf text = BUF_INIT;
	uint8_t bytes[32];
	struct hash hash;
	int rc;

	/* It is shown to people, in "device list". */
	if (request->version[0] != '\0' &&
	    (rc = text_check_name(
		 "version", request->version, VERSION_MAX, err)) < 0)
		return rc;
	if (strlen(request->device) != DEVICE_TEXT - 1 ||
	    !challenge_is_ours(
		secret, request->device, request->challenge, now_s))
		return refused(err);
	if ((rc = check_answer(office, request, err)) < 0)
		return rc;
	os_random(office->os, bytes, sizeof(bytes));
	enc_base64url(&text, bytes, sizeof(bytes));
	if ((rc = buf_check(&text, err)) < 0)
		goto out;
	(void)snprintf(bearer, BEARER_TEXT, "%s", text.data);
	*expires_s = now_s + BEARER_LIFE_S;
	hash_of(&hash, bearer, strlen(bearer));
	rc = keep_bearer(
	    office, request->device, request->version, &hash, now_s, err);
out:
	buf_free(&text);
	return rc;
}

int enrolment_bearer(struct office *office, const char *bearer,
    char device[DEVICE_TEXT], struct err *err)
{
	struct hash hash;
	int rc;

	hash_of(&hash, bearer, strlen(bearer));
	if ((rc = access_bearer_get(
		 office->db, &hash, os_now_s(office->os), device, err)) < 0)
		return rc;
	if (bearer[0] == '\0' || device[0] == '\0') {
		return err_set(err, E_AUTH,
		    L("jeton absent, inconnu ou périmé",
			"bearer absent, unknown or expired"));
	}
	return 0;
}
