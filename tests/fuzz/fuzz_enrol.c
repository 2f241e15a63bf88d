/*
 * The certificate that a server sends, well signed but of any text: a laptop
 * keeps it when it is spelt exactly as docs/protocol.md says and is for that
 * laptop, and otherwise keeps nothing. The first byte chooses: a text below
 * the right first lines, a text of its own, or a reply of its own.
 */
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/enrol.h"
#include "agent/journal.h"
#include "agent/sync.h"
#include "shared/date.h"
#include "shared/enc.h"
#include "shared/json.h"
#include "shared/os.h"
#include "shared/sshsig.h"
#include "shared/text.h"
#include "tests/fuzz/fuzz.h"

/* One laptop for all inputs: what one of them leaves is put back. */
static struct {
	bool open;
	char directory[64];
	struct agent agent;
	struct key server;
	struct enrolcode code;
} stage;

static int remove_one(
    const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st;
	(void)flag;
	(void)ftw;
	return remove(path);
}

static void curtain_down(void)
{
	agent_close(&stage.agent);
	(void)nftw(stage.directory, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static void curtain_up(void)
{
	struct fuzz in = FUZZ((const uint8_t *)"S", 1);
	struct hash hash;

	if (stage.open)
		return;
	/* In memory where the system has such a place: syncs cost nothing. */
	text_copy(stage.directory, sizeof(stage.directory),
	    access("/dev/shm", W_OK) == 0 ? "/dev/shm/fuzz_enrol.XXXXXX"
					  : "/tmp/fuzz_enrol.XXXXXX");
	FUZZ_CHECK(mkdtemp(stage.directory) != NULL);
	FUZZ_CHECK(atexit(curtain_down) == 0);
	FUZZ_CHECK(agent_open(&stage.agent, stage.directory, &os_system, true,
		       NULL) == 0);
	fuzz_key(&in, &stage.server);
	hash_of(&hash, stage.server.pub, KEY_LEN);
	memcpy(stage.code.server, hash.bytes, ENROLCODE_SERVER_LEN);
	text_copy(stage.code.url, sizeof(stage.code.url), "https://x:1");
	stage.open = true;
}

static void first_lines(struct buf *out)
{
	char server[HASH_TEXT], key[HASH_TEXT];

	enc_hex(stage.server.pub, KEY_LEN, server);
	enc_hex(stage.agent.key.pub, KEY_LEN, key);
	buf_printf(out,
	    "# pointeau certificate 1\n# server %s\n# device %s\n# key %s\n",
	    server, stage.agent.device, key);
}

/* Take a reply of status 200 with this body. */
static int take(struct enrol *enrol, const char *body, size_t len)
{
	struct exchange_reply reply = {.status = 200};
	struct exchange request;
	struct err err = ERR_INIT;
	int rc;

	FUZZ_CHECK(enrol_next(enrol, &request, NULL) == SYNC_REQUEST);
	buf_add(&reply.body, body, len);
	rc = enrol_take(enrol, &reply, &err);
	FUZZ_CHECK(rc == 0 || (rc < 0 && err.code == rc));
	FUZZ_CHECK(rc != E_IO && rc != E_CORRUPT);
	FUZZ_CHECK(text_is_utf8(err.text, strlen(err.text)));
	exchange_reply_clear(&reply);
	return rc;
}

static void hello(struct enrol *enrol)
{
	char server[HASH_TEXT];
	struct buf body = BUF_INIT;

	enc_hex(stage.server.pub, KEY_LEN, server);
	buf_printf(
	    &body, "{\"schema\":1,\"protocol\":1,\"server\":\"%s\"}", server);
	FUZZ_CHECK(take(enrol, buf_text(&body), body.len) == 0);
	buf_free(&body);
}

static void answer(struct buf *out, const struct buf *certificate)
{
	json_t *json = json_object();
	struct buf base64 = BUF_INIT;
	uint8_t sig[SIG_LEN];

	FUZZ_CHECK(sshsig_sign(sig, &stage.server, SSHSIG_CERTIFICATE,
		       buf_text(certificate), certificate->len, NULL) == 0);
	enc_base64(&base64, sig, SIG_LEN);
	FUZZ_CHECK(json_put_text(json, "certificate", buf_text(certificate)));
	FUZZ_CHECK(json_put_text(json, "sig", buf_text(&base64)));
	json_write(out, json);
	json_decref(json);
	buf_free(&base64);
}

/* Spelt again from what it says: the first lines, structures, a time. */
static bool is_well_spelt(const char *certificate)
{
	struct buf again = BUF_INIT;
	const char *at;
	int64_t seconds = 0;
	bool same;

	first_lines(&again);
	same = strncmp(certificate, buf_text(&again), again.len) == 0;
	at = certificate + (same ? again.len : 0);
	while (same && strncmp(at, "# structure ", 12) == 0) {
		char id[TEXT_ID_MAX + 1];
		size_t len = strcspn(at + 12, "\n");

		text_copy(
		    id, len < TEXT_ID_MAX ? len + 1 : sizeof(id), at + 12);
		same = text_check_id(id, NULL) == 0;
		buf_printf(&again, "# structure %s\n", id);
		at += 12 + len + (at[12 + len] == '\n');
	}
	if (same && strlen(at) == 5 + STAMP_TEXT) {
		char stamp[STAMP_TEXT];

		text_copy(stamp, sizeof(stamp), at + 5);
		same = stamp_parse(&seconds, stamp, NULL) == 0;
		buf_printf(&again, "# at %s\n", stamp);
	}
	same = same && strcmp(buf_text(&again), certificate) == 0 &&
	       strncmp(at, "# at ", 5) == 0;
	buf_free(&again);
	return same;
}

static void check_kept(const struct buf *certificate, bool accepted)
{
	struct buf kept = BUF_INIT;

	FUZZ_CHECK(
	    journal_get(stage.agent.db, SETTING_CERTIFICATE, &kept, NULL) == 0);
	if (accepted)
		FUZZ_CHECK(strcmp(buf_text(&kept), buf_text(certificate)) == 0);
	else
		FUZZ_CHECK(kept.len == 0);
	FUZZ_CHECK(accepted == is_well_spelt(buf_text(certificate)));
	FUZZ_CHECK(
	    journal_put(stage.agent.db, SETTING_CERTIFICATE, "", NULL) == 0);
	buf_free(&kept);
}

static void check_certificate(struct enrol *enrol, struct fuzz *in, bool below)
{
	struct buf certificate = BUF_INIT, body = BUF_INIT;
	char *text = fuzz_whole_text(in->at, in->left);

	if (below)
		first_lines(&certificate);
	buf_add_text(&certificate, text);
	if (certificate.len > 0 &&
	    text_is_utf8(certificate.data, certificate.len)) {
		answer(&body, &certificate);
		check_kept(
		    &certificate, take(enrol, buf_text(&body), body.len) == 0);
	}
	free(text);
	buf_free(&certificate);
	buf_free(&body);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz in = FUZZ(data, size);
	struct enrol *enrol = NULL;
	size_t choice = fuzz_pick(&in, 4);
	struct buf none = BUF_INIT;

	curtain_up();
	FUZZ_CHECK(
	    enrol_new(&enrol, &stage.agent, &stage.code, "Poste", NULL) == 0);
	if (choice == 3) {
		(void)take(enrol, (const char *)in.at, in.left);
	} else {
		hello(enrol);
		if (choice < 2)
			check_certificate(enrol, &in, choice == 0);
		else if (take(enrol, (const char *)in.at, in.left) < 0)
			check_kept(&none, false);
	}
	enrol_free(enrol);
	return 0;
}
