#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "server/admin.h"
#include "server/cmd.h"
#include "shared/json.h"
#include "shared/lang.h"
#include "shared/progress.h"
#include "shared/text.h"

#define FRAME_MAX       ((size_t)64 * 1024 * 1024)
#define ANSWER_MAX      ((size_t)512 * 1024 * 1024) /* files: exports */
#define TIMEOUT_S       30
#define ARGUMENT_MAX    64
#define ACCEPT_PAUSE_MS 50
#define WORD_MAX        64
#define END             'x' /* what a command sends to end the work */

/* ---- sockets ---- */

/* A data directory's path may be longer than a socket's name can be: name it
 * through a descriptor of the directory. */
static int socket_address(const char *directory, struct sockaddr_un *out,
    int *directory_fd, struct err *err)
{
	*directory_fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (*directory_fd < 0)
		return err_errno(err, E_IO, "%s", directory);
	memset(out, 0, sizeof(*out));
	out->sun_family = AF_UNIX;
	(void)snprintf(out->sun_path, sizeof(out->sun_path),
	    "/proc/self/fd/%d/%s", *directory_fd, OFFICE_SOCKET);
	return 0;
}

static int make_socket(struct err *err)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	return fd < 0 ? err_errno(err, E_IO, "socket") : fd;
}

int admin_listen(int *out, const struct office *office, struct err *err)
{
	struct sockaddr_un address;
	int directory = -1, fd, rc;
	mode_t mask;

	if ((rc = socket_address(
		 office->directory, &address, &directory, err)) < 0)
		return rc;
	if ((fd = make_socket(err)) < 0) {
		(void)close(directory);
		return fd;
	}
	/* We hold the directory's lock: a socket found there is a dead
	 * server's. */
	(void)unlinkat(directory, OFFICE_SOCKET, 0);
	mask = umask(0177);
	rc = bind(fd, (struct sockaddr *)&address, sizeof(address));
	(void)umask(mask);
	if (rc < 0 || listen(fd, 8) < 0) {
		rc = err_errno(
		    err, E_IO, "%s/%s", office->directory, OFFICE_SOCKET);
		(void)close(fd);
	} else {
		*out = fd;
	}
	(void)close(directory);
	return rc;
}

void admin_close(int fd, const struct office *office)
{
	struct buf path = BUF_INIT;

	if (fd < 0)
		return;
	(void)close(fd);
	if (office_path(office, OFFICE_SOCKET, &path, NULL) == 0)
		(void)unlink(path.data);
	buf_free(&path);
}

/* ---- frames: four bytes of length, then the bytes ---- */

static int send_all(int fd, const void *data, size_t len)
{
	const char *at = data;

	while (len > 0) {
		ssize_t done = send(fd, at, len, MSG_NOSIGNAL);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return -1;
		at += done;
		len -= (size_t)done;
	}
	return 0;
}

static int receive_all(int fd, void *data, size_t len)
{
	char *at = data;

	while (len > 0) {
		ssize_t done = recv(fd, at, len, 0);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return -1;
		at += done;
		len -= (size_t)done;
	}
	return 0;
}

static void write_length(uint8_t head[4], size_t len)
{
	for (int i = 0; i < 4; i++)
		head[i] = (uint8_t)(len >> (24 - 8 * i));
}

static int send_frame(int fd, const void *data, size_t len)
{
	uint8_t head[4];

	write_length(head, len);
	return send_all(fd, head, sizeof(head)) < 0 ? -1
	                                            : send_all(fd, data, len);
}

static int receive_frame(int fd, struct buf *out, size_t max)
{
	uint8_t head[4];
	size_t len;
	char *data;

	if (receive_all(fd, head, sizeof(head)) < 0)
		return -1;
	len = (size_t)head[0] << 24 | (size_t)head[1] << 16 |
	      (size_t)head[2] << 8 | head[3];
	if (len > max || (data = malloc(len + 1)) == NULL)
		return -1;
	if (receive_all(fd, data, len) == 0)
		buf_add(out, data, len);
	else
		out->failed = true;
	free(data);
	return out->failed ? -1 : 0;
}

/* ---- in `serve` ---- */

/*
 * How far it has come, in between. A command that is stopped (Ctrl-Z) or gone
 * does not hold the server up: what it does not take is not told, and the
 * work goes on.
 */
static bool tell_progress(void *context, const struct progress_work *work,
    int64_t done, int64_t total)
{
	const int *fd = context;
	struct buf frame = BUF_INIT;
	json_t *json = json_pack("{s:s, s:s, s:s, s:s, s:I, s:I}", "progress",
	    work->phase, "unit", work->unit, "fr", work->fr, "en", work->en,
	    "done", (json_int_t)done, "total", (json_int_t)total);
	char head[4] = {0}, word;

	buf_add(&frame, head, sizeof(head));
	if (json != NULL)
		json_write(&frame, json);
	if (json != NULL && !frame.failed) {
		write_length((uint8_t *)frame.data, frame.len - sizeof(head));
		/* Of so little, all or nothing is taken. */
		(void)send(
		    *fd, frame.data, frame.len, MSG_NOSIGNAL | MSG_DONTWAIT);
	}
	json_decref(json);
	buf_free(&frame);
	return recv(*fd, &word, 1, MSG_DONTWAIT) != 1 || word != END;
}

struct job {
	struct buf head;
	json_t *json;
	char *argv[ARGUMENT_MAX + 1]; /* borrowed from json */
	int argc;
	struct import_input inputs[CMD_INPUTS_MAX];
	struct buf storage[CMD_INPUTS_MAX];
	size_t input_count;
};

static void job_clear(struct job *job)
{
	buf_free(&job->head);
	json_decref(job->json);
	for (size_t i = 0; i < CMD_INPUTS_MAX; i++)
		buf_free(&job->storage[i]);
}

static int read_arguments(struct job *job)
{
	const json_t *argv = json_object_get(job->json, "argv");

	if (json_array_size(argv) > ARGUMENT_MAX)
		return -1;
	for (size_t i = 0; i < json_array_size(argv); i++) {
		const char *text = json_string_value(json_array_get(argv, i));

		if (text == NULL)
			return -1;
		/* getopt's habit of char *const[]; nobody writes there. */
		job->argv[job->argc++] = (char *)(uintptr_t)text;
	}
	return 0;
}

static int read_job(int fd, struct job *job)
{
	const json_t *names;

	if (receive_frame(fd, &job->head, FRAME_MAX) < 0 ||
	    json_read(&job->json, buf_text(&job->head), job->head.len, NULL) <
		0 ||
	    read_arguments(job) < 0)
		return -1;
	lang_set(json_text(job->json, "lang"));
	names = json_object_get(job->json, "inputs");
	if (json_array_size(names) > CMD_INPUTS_MAX)
		return -1;
	for (size_t i = 0; i < json_array_size(names); i++) {
		const char *name = json_string_value(json_array_get(names, i));

		if (name == NULL ||
		    receive_frame(fd, &job->storage[i], FRAME_MAX) < 0)
			return -1;
		job->inputs[i].name = name;
		job->inputs[i].data = buf_bytes(&job->storage[i]);
		job->input_count++;
	}
	return 0;
}

static void send_answer(int fd, int code, const struct err *err,
    const struct buf *out, const struct buf *note)
{
	struct buf text = BUF_INIT;
	json_t *json = json_pack("{s:i, s:s, s:s%}", "code", code, "error",
	    err->text, "note", buf_text(note), note->len);

	/* What it prints may be a file: any bytes. */
	if (json != NULL) {
		json_write(&text, json);
		if (!text.failed && send_frame(fd, text.data, text.len) == 0)
			(void)send_frame(fd, buf_text(out), out->len);
	}
	json_decref(json);
	buf_free(&text);
}

/* The directory keeps strangers out already; this keeps out root's friends
 * who share a descriptor by mistake. */
static bool peer_is_us(int fd)
{
	struct ucred peer;
	socklen_t len = sizeof(peer);

	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) == 0 &&
	       (peer.uid == geteuid() || peer.uid == 0);
}

void admin_serve(int listener, struct service *service)
{
	const struct timeval patience = {TIMEOUT_S, 0};
	struct progress_sink sink = {tell_progress, NULL};
	struct buf out = BUF_INIT, note = BUF_INIT;
	struct err err = ERR_INIT;
	enum lang lang = lang_current;
	struct job *job;
	int fd, rc;

	fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	if (fd < 0) {
		/* The caller is still there, so we are called again at once:
		 * not without end when no descriptor is left. */
		(void)poll(NULL, 0, ACCEPT_PAUSE_MS);
		return;
	}
	(void)setsockopt(
	    fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	(void)setsockopt(
	    fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	job = calloc(1, sizeof(*job));
	if (job == NULL || !peer_is_us(fd) || read_job(fd, job) < 0)
		goto out;
	sink.context = &fd;
	if (json_is_true(json_object_get(job->json, "progress")))
		progress_start_for(&sink);
	(void)pthread_mutex_lock(&service->lock);
	rc = cmd_run_inside(job->argc, job->argv, service->office, job->inputs,
	    job->input_count, &out, &note, &err);
	(void)pthread_mutex_unlock(&service->lock);
	progress_stop();
	send_answer(fd, rc, &err, &out, &note);
out:
	lang_current = lang;
	(void)close(fd);
	if (job != NULL)
		job_clear(job);
	free(job);
	buf_free(&out);
	buf_free(&note);
}

/* ---- in a command ---- */

static int connect_to(const char *directory, int *out, struct err *err)
{
	struct sockaddr_un address;
	int holder = -1, fd, rc;

	if ((rc = socket_address(directory, &address, &holder, err)) < 0)
		return rc;
	if ((fd = make_socket(err)) < 0) {
		rc = fd;
	} else if (connect(fd, (struct sockaddr *)&address, sizeof(address)) <
		   0) {
		rc = err_errno(
		    err, E_OFFLINE, "%s/%s", directory, OFFICE_SOCKET);
		(void)close(fd);
	} else {
		*out = fd;
	}
	(void)close(holder);
	return rc;
}

static json_t *job_json(int argc, char *const *argv,
    const struct import_input *inputs, size_t count)
{
	json_t *words = json_array(), *names = json_array();

	for (int i = 0; i < argc; i++)
		(void)json_array_append_new(words, json_string(argv[i]));
	for (size_t i = 0; i < count; i++)
		(void)json_array_append_new(names, json_string(inputs[i].name));
	if (json_array_size(words) != (size_t)argc ||
	    json_array_size(names) != count) {
		json_decref(words);
		json_decref(names);
		return NULL;
	}
	return json_pack("{s:o, s:s, s:o, s:b}", "argv", words, "lang",
	    L("fr", "en"), "inputs", names, "progress", progress_is_on());
}

static int send_job(int fd, int argc, char *const *argv,
    const struct import_input *inputs, size_t count, struct err *err)
{
	struct buf head = BUF_INIT;
	json_t *json = job_json(argc, argv, inputs, count);
	int rc = 0;

	if (json == NULL) {
		return err_set(err, E_USAGE,
		    L("argument qui n'est pas de l'UTF-8",
			"an argument is not UTF-8"));
	}
	json_write(&head, json);
	json_decref(json);
	if ((rc = buf_check(&head, err)) < 0)
		goto out;
	rc = send_frame(fd, head.data, head.len);
	for (size_t i = 0; rc == 0 && i < count; i++)
		rc = send_frame(fd, inputs[i].data.data, inputs[i].data.len);
	if (rc < 0)
		rc = err_errno(err, E_IO, "%s", OFFICE_SOCKET);
out:
	buf_free(&head);
	return rc;
}

/* The running server's work, shown here as if it were ours. */
struct following {
	int fd;
	bool ended; /* asked to */
	struct progress_work work;
	char phase[WORD_MAX], unit[WORD_MAX], fr[WORD_MAX], en[WORD_MAX];
};

static void follow(struct following *following, const json_t *json)
{
	static const char word = END;
	const char *phase = json_text(json, "progress");

	if (strcmp(phase, following->phase) != 0) {
		progress_end();
		text_copy(following->phase, WORD_MAX, phase);
		text_copy(following->unit, WORD_MAX, json_text(json, "unit"));
		text_copy(following->fr, WORD_MAX, json_text(json, "fr"));
		text_copy(following->en, WORD_MAX, json_text(json, "en"));
		following->work = (struct progress_work){following->phase,
		    following->unit, following->fr, following->en, "", ""};
		progress_begin(&following->work, 0);
	}
	progress_total(json_int(json, "total", 0));
	if (progress_step(json_int(json, "done", 0), NULL) == 0 ||
	    following->ended)
		return;
	/* Its answer says how it ended: it may have been over by then. */
	following->ended = true;
	(void)send(following->fd, &word, 1, MSG_NOSIGNAL | MSG_DONTWAIT);
}

/* What comes before the answer is how far it is. */
static int receive_answer(int fd, json_t **out, struct err *err)
{
	struct following following = {.fd = fd};
	struct buf text = BUF_INIT;
	int rc;

	do {
		json_decref(*out);
		*out = NULL;
		buf_reset(&text);
		if ((rc = receive_frame(fd, &text, ANSWER_MAX)) < 0 ||
		    (rc = json_read(out, buf_text(&text), text.len, err)) < 0)
			break;
		if (json_object_get(*out, "progress") != NULL)
			follow(&following, *out);
	} while (json_object_get(*out, "progress") != NULL);
	progress_end();
	buf_free(&text);
	return rc;
}

static int take_answer(const json_t *json, struct buf *note, struct err *err)
{
	const json_t *part;
	int rc;

	part = json_object_get(json, "note");
	buf_add(note, json_string_value(part), json_string_length(part));
	rc = (int)json_int(json, "code", E_IO);
	if (rc < 0)
		(void)err_set(err, rc, "%s", json_text(json, "error"));
	return rc;
}

int admin_call(const char *directory, int argc, char *const *argv,
    const struct import_input *inputs, size_t input_count, struct buf *out,
    struct buf *note, struct err *err)
{
	json_t *answer = NULL;
	int fd = -1, rc;

	if ((rc = connect_to(directory, &fd, err)) < 0)
		return rc;
	if ((rc = send_job(fd, argc, argv, inputs, input_count, err)) < 0)
		goto out;
	if (receive_answer(fd, &answer, err) < 0 ||
	    receive_frame(fd, out, ANSWER_MAX) < 0) {
		rc = err_set(err, E_PARTIAL,
		    L("le serveur s'est arrêté avant de répondre : vérifiez "
		      "ce qui a été fait avant de recommencer",
			"the server stopped before it answered: check what "
			"was done before trying again"));
		goto out;
	}
	rc = take_answer(answer, note, err);
out:
	(void)close(fd);
	json_decref(answer);
	return rc;
}
