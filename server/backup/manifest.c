#include <stdlib.h>
#include <string.h>

#include "server/backup/manifest.h"
#include "shared/date.h"
#include "shared/enc.h"
#include "shared/lang.h"
#include "shared/os.h"
#include "shared/os_look.h"
#include "shared/sshsig.h"
#include "shared/text.h"
#include "shared/zip.h"

#define HEAD      "# pointeau backup 1\n"
#define SIGNATURE "-----BEGIN SSH SIGNATURE-----"
#define LABEL     "pointeau backup body"
#define FILE_MAX  ((size_t)256 * 1024 * 1024)
#define BODY_MAX  ((size_t)4 * 1024 * 1024)
#define NAME_LEN  18 /* of 2026-11-23T150405Z */

static const char about[] =
    "# Sauvegarde chiffrée d'un serveur Pointeau : « pointeau-server restore "
    "DOSSIER --key FICHIER » la remet.\n"
    "# Encrypted backup of a Pointeau server: \"pointeau-server restore "
    "DIRECTORY --key FILE\" puts it back.\n";

void manifest_clear(struct manifest *manifest)
{
	free(manifest->pieces);
	buf_free(&manifest->sealed);
	buf_free(&manifest->indexes);
	json_decref(manifest->logs);
	memset(manifest, 0, sizeof(*manifest));
}

int manifest_add_piece(
    struct manifest *manifest, const struct hash *name, struct err *err)
{
	if (manifest->piece_count == manifest->piece_room) {
		size_t room = manifest->piece_room * 2 + 64;
		struct hash *more =
		    realloc(manifest->pieces, room * sizeof(*more));

		if (more == NULL)
			return err_nomem(err);
		manifest->pieces = more;
		manifest->piece_room = room;
	}
	manifest->pieces[manifest->piece_count++] = *name;
	return 0;
}

void manifest_name(char out[MANIFEST_NAME], int64_t made_s)
{
	char stamp[STAMP_TEXT];
	size_t len = 0;

	stamp_format(made_s, stamp);
	for (const char *c = stamp; *c != '\0' && len + 1 < MANIFEST_NAME;
	     c++) {
		if (*c != ':')
			out[len++] = *c;
	}
	out[len] = '\0';
}

void manifest_path(struct buf *out, const char *backups, const char *name)
{
	buf_printf(out, "%s/" MANIFEST_DIRECTORY "/%s", backups, name);
}

/* ---- writing ---- */

static json_t *body_json(const struct manifest *manifest)
{
	json_t *files = json_array(), *file;

	for (size_t i = 0; i < manifest->file_count; i++) {
		const struct manifest_file *of = &manifest->files[i];

		file = json_pack("{s:s, s:I, s:I}", "name", of->name, "size",
		    (json_int_t)of->size, "pieces", (json_int_t)of->pieces);
		if (json_array_append_new(files, file) < 0) {
			json_decref(files);
			return NULL;
		}
	}
	return json_pack("{s:o, s:s, s:O}", "files", files, "indexes",
	    buf_text(&manifest->indexes), "logs", manifest->logs);
}

static int seal_body(const struct manifest *manifest,
    const struct backup_key *key, struct buf *out, struct err *err)
{
	struct buf text = BUF_INIT, small = BUF_INIT;
	uint8_t *sealed = NULL;
	json_t *json = body_json(manifest);
	int rc;

	if (json == NULL)
		return err_nomem(err);
	json_write(&text, json);
	json_decref(json);
	if ((rc = buf_check(&text, err)) < 0 ||
	    (rc = zip_deflate(&small, text.data, text.len, err)) < 0)
		goto out;
	if ((sealed = malloc(CRYPTO_SEAL_LEN + small.len)) == NULL) {
		rc = err_nomem(err);
		goto out;
	}
	crypto_seal(sealed, key->seal, LABEL, small.data, small.len);
	enc_base64(out, sealed, CRYPTO_SEAL_LEN + small.len);
	rc = buf_check(out, err);
out:
	free(sealed);
	buf_free(&text);
	buf_free(&small);
	return rc;
}

static void add_hex(
    struct buf *out, const char *name, const uint8_t *data, size_t len)
{
	char hex[HASH_TEXT];

	enc_hex(data, len, hex);
	buf_printf(out, "# %s %s\n", name, hex);
}

static int write_lines(struct buf *out, const struct manifest *manifest,
    const struct backup_key *key, struct err *err)
{
	uint8_t envelope[sizeof(manifest->envelope)];
	char stamp[STAMP_TEXT], hex[HASH_TEXT];
	int rc;

	crypto_envelope(
	    envelope, manifest->recovery, key->whole, sizeof(key->whole));
	stamp_format(manifest->made_s, stamp);
	buf_add_text(out, HEAD);
	buf_add_text(out, about);
	buf_printf(out, "# made %s\n# program %s\n", stamp, manifest->program);
	add_hex(out, "server", manifest->server, KEY_LEN);
	add_hex(out, "recovery", manifest->recovery, 32);
	buf_add_text(out, "# key ");
	enc_base64(out, envelope, sizeof(envelope));
	buf_add_text(out, "\n# body ");
	if ((rc = seal_body(manifest, key, out, err)) < 0)
		return rc;
	buf_add_char(out, '\n');
	for (size_t i = 0; i < manifest->piece_count; i++) {
		hash_hex(&manifest->pieces[i], hex);
		buf_printf(out, "%s\n", hex);
	}
	return buf_check(out, err);
}

int manifest_write(struct manifest *manifest, const char *backups,
    const struct backup_key *key, const struct key *server, struct err *err)
{
	struct buf text = BUF_INIT, path = BUF_INIT;
	uint8_t sig[SIG_LEN];
	int rc;

	manifest_name(manifest->name, manifest->made_s);
	memcpy(manifest->server, server->pub, KEY_LEN);
	manifest_path(&path, backups, manifest->name);
	if ((rc = write_lines(&text, manifest, key, err)) < 0 ||
	    (rc = buf_check(&path, err)) < 0 ||
	    (rc = sshsig_sign(
		 sig, server, SSHSIG_BACKUP, text.data, text.len, err)) < 0)
		goto out;
	sshsig_armor(&text, server->pub, sig, SSHSIG_BACKUP);
	manifest->written = text.len;
	if ((rc = buf_check(&text, err)) == 0)
		rc = os_file_write(path.data, text.data, text.len, 0600, err);
out:
	buf_free(&text);
	buf_free(&path);
	return rc;
}

/* ---- reading ---- */

/* Lines still to read of the signed part. */
struct lines {
	const char *at;
	const char *end;
};

/* The next line if it begins with ${prefix}: what follows, without the line
 * feed. NULL otherwise. */
static const char *next_line(
    struct lines *lines, const char *prefix, size_t *len)
{
	size_t prefix_len = strlen(prefix);
	const char *line = lines->at, *feed;

	feed = memchr(line, '\n', (size_t)(lines->end - line));
	if (feed == NULL || (size_t)(feed - line) < prefix_len ||
	    memcmp(line, prefix, prefix_len) != 0)
		return NULL;
	lines->at = feed + 1;
	*len = (size_t)(feed - line) - prefix_len;
	return line + prefix_len;
}

static bool read_hex(
    struct lines *lines, const char *prefix, uint8_t *out, size_t out_len)
{
	size_t len;
	const char *text = next_line(lines, prefix, &len);

	return text != NULL && enc_unhex(out, out_len, text, len, NULL) == 0;
}

static bool read_text(
    struct lines *lines, const char *prefix, char *out, size_t size)
{
	size_t len;
	const char *text = next_line(lines, prefix, &len);

	if (text == NULL || len >= size)
		return false;
	memcpy(out, text, len);
	out[len] = '\0';
	return true;
}

static bool read_base64(
    struct lines *lines, const char *prefix, struct buf *out)
{
	size_t len;
	const char *text = next_line(lines, prefix, &len);

	return text != NULL && enc_unbase64(out, text, len, NULL) == 0;
}

/* Everything before the pieces. */
static bool read_head(struct manifest *out, struct lines *lines)
{
	struct buf envelope = BUF_INIT;
	char stamp[STAMP_TEXT];
	bool read;

	read = read_text(lines, "# made ", stamp, sizeof(stamp)) &&
	       stamp_parse(&out->made_s, stamp, NULL) == 0 &&
	       read_text(
		   lines, "# program ", out->program, sizeof(out->program)) &&
	       read_hex(lines, "# server ", out->server, KEY_LEN) &&
	       read_hex(lines, "# recovery ", out->recovery, 32) &&
	       read_base64(lines, "# key ", &envelope) &&
	       envelope.len == sizeof(out->envelope) &&
	       read_base64(lines, "# body ", &out->sealed);
	if (read)
		memcpy(out->envelope, envelope.data, envelope.len);
	buf_free(&envelope);
	return read;
}

static int read_pieces(
    struct manifest *out, struct lines *lines, bool *read, struct err *err)
{
	int rc = 0;

	*read = true;
	while (rc == 0 && *read && lines->at < lines->end) {
		struct hash name;
		char hex[HASH_TEXT];

		*read = read_text(lines, "", hex, sizeof(hex)) &&
		        hash_parse(&name, hex, NULL) == 0;
		if (*read)
			rc = manifest_add_piece(out, &name, err);
	}
	return rc;
}

/* The signed part's length, its signature verified; 0 when it is not good. */
static size_t check_signature(
    const struct buf *text, const uint8_t server[KEY_LEN])
{
	const char *signature = NULL;
	uint8_t pub[KEY_LEN], sig[SIG_LEN];
	size_t len;

	if (text->len > 0)
		signature = strstr(text->data, "\n" SIGNATURE);
	if (signature == NULL)
		return 0;
	len = (size_t)(signature - text->data) + 1;
	if (sshsig_dearmor(pub, sig, SSHSIG_BACKUP, text->data + len,
		text->len - len, NULL) < 0 ||
	    memcmp(pub, server, KEY_LEN) != 0 ||
	    sshsig_verify(pub, sig, SSHSIG_BACKUP, text->data, len, NULL) < 0)
		return 0;
	return len;
}

static int parse(
    struct manifest *out, const struct buf *text, bool *good, struct err *err)
{
	static const char head[] = HEAD;
	struct lines lines = {text->data, text->data + text->len};
	char name[MANIFEST_NAME];
	const char *made;
	size_t len = 0;
	int rc;

	*good = text->len > sizeof(head) &&
	        memcmp(text->data, head, sizeof(head) - 1) == 0;
	if (!*good)
		return 0;
	/* What it says to people may differ from a version to another. */
	made = strstr(text->data, "\n# made ");
	lines.at = made != NULL ? made + 1 : lines.end;
	*good = read_head(out, &lines) &&
	        (len = check_signature(text, out->server)) > 0;
	if (!*good)
		return 0;
	manifest_name(name, out->made_s);
	*good = strcmp(name, out->name) == 0;
	lines.end = text->data + len;
	if ((rc = read_pieces(out, &lines, good, err)) < 0)
		return rc;
	return 0;
}

int manifest_denied(
    const char *backups, const char *path, int rc, struct err *err)
{
	char account[OS_ACCOUNT];
	struct os_look look;

	if (rc == E_LOCKED || os_may_read(path) ||
	    os_look(path, &look, NULL) == E_NOT_FOUND)
		return rc;
	os_account_name(account);
	return err_set(err, E_IO,
	    L("%s : le compte %s n'a pas le droit de le lire ; donnez-lui "
	      "les sauvegardes : sudo chown -R %s %s",
		"%s: the account %s may not read it; give it the backups: "
		"sudo chown -R %s %s"),
	    path, account, account, backups);
}

int manifest_read(struct manifest *out, const char *backups, const char *name,
    struct err *err)
{
	struct buf path = BUF_INIT, text = BUF_INIT;
	bool good = false;
	int rc;

	memset(out, 0, sizeof(*out));
	text_copy(out->name, sizeof(out->name), name);
	manifest_path(&path, backups, name);
	if ((rc = buf_check(&path, err)) < 0)
		goto out;
	rc = os_file_read(&text, path.data, FILE_MAX, err);
	if (rc < 0)
		rc = manifest_denied(backups, path.data, rc, err);
	if (rc == 0 && memchr(buf_text(&text), '\0', text.len) == NULL)
		rc = parse(out, &text, &good, err);
	if ((rc == 0 && !good) || rc == E_LIMIT)
		rc = err_set(err, E_CORRUPT,
		    L("%s : abîmé, ou sa signature n'est pas bonne",
			"%s: damaged, or its signature is no good"),
		    path.data);
out:
	buf_free(&path);
	buf_free(&text);
	return rc;
}

/* ---- the body ---- */

static int read_files(struct manifest *out, const json_t *files)
{
	size_t pieces = 0;

	if (json_array_size(files) == 0 ||
	    json_array_size(files) > MANIFEST_FILES_MAX)
		return -1;
	for (size_t i = 0; i < json_array_size(files); i++) {
		const json_t *from = json_array_get(files, i);
		struct manifest_file *file = &out->files[i];
		int64_t count = json_int(from, "pieces", -1);
		const char *name = json_text(from, "name");

		file->size = json_int(from, "size", -1);
		if (name[0] == '\0' || name[0] == '.' ||
		    strchr(name, '/') != NULL ||
		    strlen(name) >= sizeof(file->name) || file->size < 0 ||
		    count < 0 || (uint64_t)count > out->piece_count - pieces)
			return -1;
		text_copy(file->name, sizeof(file->name), name);
		file->pieces = (size_t)count;
		pieces += file->pieces;
		out->file_count++;
	}
	return pieces == out->piece_count ? 0 : -1;
}

int manifest_open(struct manifest *manifest, const char *backups,
    const struct backup_key *key, struct err *err)
{
	struct buf text = BUF_INIT, path = BUF_INIT;
	const struct buf *sealed = &manifest->sealed;
	size_t len =
	    sealed->len > CRYPTO_SEAL_LEN ? sealed->len - CRYPTO_SEAL_LEN : 0;
	uint8_t *small = malloc(len + 1);
	json_t *json = NULL;
	int rc = 0;

	if (small == NULL)
		return err_nomem(err);
	manifest->file_count = 0;
	if (len == 0 ||
	    !crypto_unseal(small, key->seal, LABEL,
		(const uint8_t *)sealed->data, sealed->len) ||
	    zip_inflate(&text, small, len, BODY_MAX, NULL) < 0 ||
	    json_read(&json, text.data, text.len, NULL) < 0 ||
	    read_files(manifest, json_object_get(json, "files")) < 0) {
		manifest_path(&path, backups, manifest->name);
		rc = err_set(err, E_CORRUPT,
		    L("%s : abîmé, ou fait avec une autre clé",
			"%s: damaged, or made with another key"),
		    buf_text(&path));
	} else {
		buf_reset(&manifest->indexes);
		buf_add_text(&manifest->indexes, json_text(json, "indexes"));
		rc = buf_check(&manifest->indexes, err);
		json_decref(manifest->logs);
		manifest->logs = json_incref(json_object_get(json, "logs"));
	}
	json_decref(json);
	free(small);
	buf_free(&text);
	buf_free(&path);
	return rc;
}

/* ---- all of them ---- */

/* "2026-11-23T150405Z" and nothing else: not what a write leaves that was cut
 * short. */
static bool is_name(const char *name)
{
	static const char shape[] = "0000-00-00T000000Z";

	for (size_t i = 0; i < NAME_LEN; i++) {
		bool digit = name[i] >= '0' && name[i] <= '9';

		if (shape[i] == '0' ? !digit : name[i] != shape[i])
			return false;
	}
	return name[NAME_LEN] == '\0';
}

static int note_name(void *context, const char *relative, struct err *err)
{
	if (is_name(relative))
		buf_printf(context, "%s\n", relative);
	return buf_check(context, err);
}

int manifest_each(const char *backups,
    int (*each)(void *context, const char *name, struct err *err),
    void *context, struct err *err)
{
	struct buf path = BUF_INIT, names = BUF_INIT;
	char *at, *save = NULL;
	int rc;

	buf_printf(&path, "%s/" MANIFEST_DIRECTORY, backups);
	if ((rc = buf_check(&path, err)) < 0 ||
	    (rc = manifest_denied(backups, path.data, 0, err)) < 0 ||
	    !os_is_directory(path.data) ||
	    (rc = os_directory_walk(path.data, note_name, &names, err)) < 0 ||
	    names.len == 0)
		goto out;
	for (at = strtok_r(names.data, "\n", &save); rc == 0 && at != NULL;
	     at = strtok_r(NULL, "\n", &save))
		rc = each(context, at, err);
out:
	buf_free(&path);
	buf_free(&names);
	return rc;
}
