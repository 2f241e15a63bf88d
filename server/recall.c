#include <stdio.h>
#include <string.h>

#include "server/act.h"
#include "server/enrolment.h"
#include "server/recall.h"
#include "shared/date.h"
#include "shared/enc.h"
#include "shared/lang.h"
#include "shared/ledger_device.h"
#include "shared/sshsig.h"

#define STRUCTURES_MAX 64

/* A certificate's lines, as enrolment.c writes them. */
struct certificate {
	char key[HASH_TEXT];
	char replaces[DEVICE_TEXT]; /* "" none */
	char structures[STRUCTURES_MAX][TEXT_ID_MAX + 1];
	size_t count;
};

static int refused(struct err *err)
{
	return err_set(err, E_AUTH,
	    L("certificat d'enrôlement refusé : enrôlez ce poste à nouveau",
		"enrolment certificate refused: enrol this device again"));
}

/* Take "${before}<text>\n" from ${*at}; false when it is something else. */
static bool take_line(
    const char **at, const char *before, char *out, size_t size)
{
	size_t len = strlen(before), text;

	if (strncmp(*at, before, len) != 0)
		return false;
	text = strcspn(*at + len, "\n");
	if (text >= size || (*at)[len + text] != '\n')
		return false;
	memcpy(out, *at + len, text);
	out[text] = '\0';
	*at += len + text + 1;
	return true;
}

/* The signature has told that the text is ours: what is left is to see that
 * it speaks of this server and this device. */
static bool read_certificate(struct certificate *out, const char *text,
    const struct device *signer, const char *device)
{
	char line[TEXT_ID_MAX + 1], server[HASH_TEXT], own[DEVICE_TEXT];
	const char *at = text;
	struct hash key;
	int64_t at_s;

	enc_hex(signer->pub, KEY_LEN, server);
	out->count = 0;
	if (!take_line(&at, "# pointeau certificate 1", line, 1) ||
	    !take_line(&at, "# server ", out->key, sizeof(out->key)) ||
	    strcmp(out->key, server) != 0 ||
	    !take_line(&at, "# device ", line, sizeof(line)) ||
	    strcmp(line, device) != 0 ||
	    !take_line(&at, "# key ", out->key, sizeof(out->key)) ||
	    hash_parse(&key, out->key, NULL) < 0)
		return false;
	key_device(key.bytes, own);
	if (!take_line(&at, "# replaces ", out->replaces, DEVICE_TEXT))
		out->replaces[0] = '\0';
	while (out->count < STRUCTURES_MAX &&
	       take_line(&at, "# structure ", out->structures[out->count],
		   sizeof(out->structures[0])))
		out->count++;
	return strcmp(own, device) == 0 && out->count > 0 &&
	       take_line(&at, "# at ", line, sizeof(line)) &&
	       stamp_parse(&at_s, line, NULL) == 0 &&
	       (!signer->past || at_s <= signer->until_s);
}

/* Our key, or the one that was ours when the certificate was made. */
static int find_signer(struct office *office, const char *text,
    struct device *out, struct err *err)
{
	char line[TEXT_ID_MAX + 1], server[HASH_TEXT], device[DEVICE_TEXT];
	const char *at = text;
	struct hash key;
	int rc;

	if (!take_line(&at, "# pointeau certificate 1", line, 1) ||
	    !take_line(&at, "# server ", server, sizeof(server)) ||
	    hash_parse(&key, server, NULL) < 0)
		return refused(err);
	key_device(key.bytes, device);
	rc = ledger_device(
	    office->db, STRUCTURE_OFFICE, device, office->server.pub, out, err);
	if (rc == 0 && (!out->found || out->writer != WRITER_SERVER))
		rc = refused(err);
	return rc;
}

static int check_signature(
    const struct device *signer, const struct recall *recall, struct err *err)
{
	struct buf sig = BUF_INIT;
	int rc;

	if ((rc = enc_unbase64(&sig, recall->sig, strlen(recall->sig), err)) ==
	    0)
		rc = sig.len == SIG_LEN
		         ? sshsig_verify(signer->pub, (const uint8_t *)sig.data,
			       SSHSIG_CERTIFICATE, recall->certificate,
			       strlen(recall->certificate), err)
		         : E_SIGNATURE;
	if (rc < 0 && rc != E_NOMEM)
		rc = refused(err);
	buf_free(&sig);
	return rc;
}

/* The structures that know the device need nothing. */
static int enrol_where_lacking(struct act *act, const char *device,
    const struct certificate *certificate, const struct entry_draft *model,
    struct err *err)
{
	struct entry_draft draft = *model;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < certificate->count; i++) {
		struct device known;

		draft.structure = certificate->structures[i];
		rc = ledger_device(act->office->db, draft.structure, device,
		    act->office->server.pub, &known, err);
		if (rc == 0 && !known.found)
			rc = act_server(act, &draft, 0, err);
	}
	return rc;
}

static int enrol_again(struct office *office, const char *device,
    const struct certificate *certificate, const char *name, struct err *err)
{
	char record[RECORD_KEY_MAX];
	struct entry_draft draft = {.kind = "enrolment", .record = record};
	struct act act;
	json_t *value;
	int rc;

	value = enrolment_value(certificate->key, name, certificate->replaces);
	if (value == NULL)
		return err_nomem(err);
	record_key_make(record, "enrolment", device, NULL);
	draft.value = value;
	if ((rc = act_begin(&act, office, err)) < 0)
		goto out;
	if ((rc = enrol_where_lacking(&act, device, certificate, &draft, err)) <
	    0)
		act_abort(&act);
	else
		rc = act_commit(&act, err);
out:
	json_decref(value);
	return rc;
}

static int read_checked(struct certificate *out, struct office *office,
    const char *device, const struct recall *recall, struct err *err)
{
	struct device signer;
	int rc;

	if ((rc = find_signer(office, recall->certificate, &signer, err)) < 0 ||
	    (rc = check_signature(&signer, recall, err)) < 0)
		return rc;
	if (!read_certificate(out, recall->certificate, &signer, device))
		rc = refused(err);
	return rc;
}

int recall_key(struct office *office, const char *device,
    const struct recall *recall, uint8_t pub[KEY_LEN], struct err *err)
{
	struct certificate certificate;
	struct hash key;
	int rc = read_checked(&certificate, office, device, recall, err);

	if (rc == 0 && (rc = hash_parse(&key, certificate.key, err)) == 0)
		memcpy(pub, key.bytes, KEY_LEN);
	return rc;
}

int recall_device(struct office *office, const char *device,
    const struct recall *recall, struct err *err)
{
	struct certificate certificate;
	int rc = read_checked(&certificate, office, device, recall, err);

	if (rc == 0 &&
	    text_check_name("name", recall->name, TEXT_NAME_MAX, NULL) < 0)
		rc = refused(err);
	return rc < 0 ? rc
	              : enrol_again(
			    office, device, &certificate, recall->name, err);
}
