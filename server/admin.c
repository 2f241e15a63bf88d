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
#define LOOK_MS         250
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

/* Within LOOK_MS: what else is to be minded meanwhile. */
static bool is_ready(int fd, short event)
{
	struct pollfd one = {fd, event, 0};

	return poll(&one, 1, LOOK_MS) > 0;
}

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

struct waiting;
static int mind_interrupt(struct waiting *waiting);

/* ${waiting} is NULL in `serve`, where nobody types Ctrl-C. */
static int receive_all(int fd, struct waiting *waiting, void *data, size_t len)
{
	char *at = data;

	while (len > 0) {
		ssize_t done;
		int rc = mind_interrupt(waiting);

		if (rc < 0)
			return rc;
		if (waiting != NULL && !is_ready(fd, POLLIN))
			continue;
		done = recv(fd, at, len, 0);
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

static int receive_frame(
    int fd, struct waiting *waiting, struct buf *out, size_t max)
{
	uint8_t head[4];
	size_t len;
	char *data;
	int rc = receive_all(fd, waiting, head, sizeof(head));

	if (rc < 0)
		return rc;
	len = (size_t)head[0] << 24 | (size_t)head[1] << 16 |
	      (size_t)head[2] << 8 | head[3];
	if (len > max || (data = malloc(len + 1)) == NULL)
		return -1;
	if ((rc = receive_all(fd, waiting, data, len)) == 0) {
		buf_add(out, data, len);
		rc = out->failed ? -1 : 0;
	}
	free(data);
	return rc;
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

	if (receive_frame(fd, NULL, &job->head, FRAME_MAX) < 0 ||
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
		    receive_frame(fd, NULL, &job->storage[i], FRAME_MAX) < 0)
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

/* The running server's work, shown here as if it were ours. */
struct waiting {
	int fd;
	const char *look; /* with which command to see what came of it */
	bool sent;        /* the whole command: it may be done from here */
	bool asked;       /* for an end */
	struct err *err;
	struct progress_work work;
	char phase[WORD_MAX], unit[WORD_MAX], fr[WORD_MAX], en[WORD_MAX];
};

/* What shows whether a command that was not heard out was done. */
static const char *look_with(int argc, char *const *argv)
{
	const char *command = argc > 1 ? argv[1] : "";

	if (strcmp(command, "import") == 0)
		return "pointeau-server import … --dry-run";
	if (strcmp(command, "month") == 0)
		return "pointeau-server month status";
	return "pointeau-server journal verify";
}

static void show_phase(const struct progress_work *work)
{
	progress_begin(work, 0);
	(void)progress_step(0, NULL);
}

/*
 * The first Ctrl-C asks the server, whose answer says how it ended: it may
 * have been over by then. The second ends the waiting alone.
 */
static int mind_interrupt(struct waiting *waiting)
{
	static const struct progress_work stopping = {"stopping", "",
	    "Interruption demandée au serveur (encore Ctrl-C : ne plus "
	    "attendre)",
	    "The server is asked to stop (Ctrl-C again: wait no longer)", "",
	    ""};
	static const char word = END;

	if (waiting == NULL || progress_interrupts() == 0)
		return 0;
	if (!waiting->sent)
		return err_set(waiting->err, E_INTERRUPTED,
		    L("interrompu, rien n'est changé : le serveur n'avait pas "
		      "encore toute la commande",
			"interrupted, nothing changed: the server did not have "
			"the whole command yet"));
	if (!waiting->asked) {
		waiting->asked = true;
		(void)send(waiting->fd, &word, 1, MSG_NOSIGNAL | MSG_DONTWAIT);
		show_phase(&stopping);
	}
	if (progress_interrupts() == 1)
		return 0;
	return err_set(waiting->err, E_INTERRUPTED,
	    L("on n'attend plus, mais le serveur continue : il s'arrête s'il "
	      "en est temps, sinon il finit ; regardez avec « %s »",
		"no longer waiting, but the server goes on: it stops if there "
		"is time, else it finishes; look with \"%s\""),
	    waiting->look);
}

/* It was there, and is no more: one transaction, so all of it or nothing. */
static int server_ended(const struct waiting *waiting)
{
	return err_set(waiting->err, E_OFFLINE,
	    L("le serveur s'est arrêté entre-temps : ce qui n'était pas fini "
	      "n'est pas fait, pas même en partie ; relancez-le, regardez avec "
	      "« %s », puis recommencez s'il le faut",
		"the server ended meanwhile: what was not finished is not "
		"done, not even in part; start it, look with \"%s\", then try "
		"again if need be"),
	    waiting->look);
}

/* Its buffer may be full while it does somebody else's command. */
static int send_minding(struct waiting *waiting, const void *data, size_t len)
{
	const char *at = data;

	while (len > 0) {
		ssize_t done;
		int rc = mind_interrupt(waiting);

		if (rc < 0)
			return rc;
		if (!is_ready(waiting->fd, POLLOUT))
			continue;
		done = send(waiting->fd, at, len, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (done < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (done <= 0)
			return server_ended(waiting);
		at += done;
		len -= (size_t)done;
	}
	return 0;
}

static int send_part(struct waiting *waiting, const void *data, size_t len)
{
	uint8_t head[4];
	int rc;

	write_length(head, len);
	rc = send_minding(waiting, head, sizeof(head));
	return rc < 0 ? rc : send_minding(waiting, data, len);
}

static int send_job(struct waiting *waiting, int argc, char *const *argv,
    const struct import_input *inputs, size_t count)
{
	struct buf head = BUF_INIT;
	json_t *json = job_json(argc, argv, inputs, count);
	int rc = 0;

	if (json == NULL) {
		return err_set(waiting->err, E_USAGE,
		    L("argument qui n'est pas de l'UTF-8",
			"an argument is not UTF-8"));
	}
	json_write(&head, json);
	json_decref(json);
	if ((rc = buf_check(&head, waiting->err)) < 0)
		goto out;
	rc = send_part(waiting, head.data, head.len);
	for (size_t i = 0; rc == 0 && i < count; i++)
		rc =
		    send_part(waiting, inputs[i].data.data, inputs[i].data.len);
	waiting->sent = rc == 0;
out:
	buf_free(&head);
	return rc;
}

static void follow(struct waiting *waiting, const json_t *json)
{
	const char *phase = json_text(json, "progress");

	if (waiting->asked)
		return;
	if (strcmp(phase, waiting->phase) != 0) {
		text_copy(waiting->phase, WORD_MAX, phase);
		text_copy(waiting->unit, WORD_MAX, json_text(json, "unit"));
		text_copy(waiting->fr, WORD_MAX, json_text(json, "fr"));
		text_copy(waiting->en, WORD_MAX, json_text(json, "en"));
		waiting->work = (struct progress_work){waiting->phase,
		    waiting->unit, waiting->fr, waiting->en, "", ""};
		progress_begin(&waiting->work, 0);
	}
	progress_total(json_int(json, "total", 0));
	(void)progress_step(json_int(json, "done", 0), NULL);
}

/* What comes before the answer is how far it is. */
static int receive_answer(
    struct waiting *waiting, json_t **answer, struct buf *out)
{
	struct buf text = BUF_INIT;
	int rc;

	do {
		json_decref(*answer);
		*answer = NULL;
		buf_reset(&text);
		rc = receive_frame(waiting->fd, waiting, &text, ANSWER_MAX);
		if (rc < 0 || (rc = json_read(answer, buf_text(&text), text.len,
				   NULL)) < 0)
			break;
		if (json_object_get(*answer, "progress") != NULL)
			follow(waiting, *answer);
	} while (json_object_get(*answer, "progress") != NULL);
	buf_free(&text);
	if (rc == 0)
		rc = receive_frame(waiting->fd, NULL, out, ANSWER_MAX);
	return rc == 0 || rc == E_INTERRUPTED ? rc : server_ended(waiting);
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
    const struct import_input *inputs, size_t input_count, bool *reached,
    struct buf *out, struct buf *note, struct err *err)
{
	static const struct progress_work turn = {"waiting", "",
	    "Le serveur s'en charge", "The server takes it up", "", ""};
	struct waiting waiting = {
	    .fd = -1, .look = look_with(argc, argv), .err = err};
	json_t *answer = NULL;
	int rc;

	*reached = false;
	if ((rc = connect_to(directory, &waiting.fd, err)) < 0)
		return rc;
	*reached = true;
	/* It may do somebody else's command first. */
	progress_follow();
	show_phase(&turn);
	if ((rc = send_job(&waiting, argc, argv, inputs, input_count)) < 0 ||
	    (rc = receive_answer(&waiting, &answer, out)) < 0)
		goto out;
	if ((rc = take_answer(answer, note, err)) >= 0 && waiting.asked)
		buf_add_text(
		    note, L("Trop tard pour interrompre : c'est fait.\n",
			      "Too late to interrupt: it is done.\n"));
out:
	progress_end();
	(void)close(waiting.fd);
	json_decref(answer);
	return rc;
}
