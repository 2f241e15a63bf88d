#include <inttypes.h>
#include <string.h>

#include "server/alert.h"
#include "server/backup/backup.h"
#include "server/health.h"
#include "server/store/account.h"
#include "server/tls.h"
#include "shared/date.h"
#include "shared/lang.h"
#include "shared/ledger_set.h"

#define MIB   ((int64_t)1024 * 1024)
#define DAY_S 86400

json_t *health_words(unsigned faults)
{
	static const struct {
		enum health_fault fault;
		const char *word;
	} words[] = {
	    {HEALTH_DATABASE, "database"},
	    {HEALTH_DISK, "disk"},
	    {HEALTH_CERTIFICATE, "certificate"},
	    {HEALTH_STOPPING, "stopping"},
	};
	json_t *list = json_array();

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if ((faults & words[i].fault) != 0 &&
		    json_array_append_new(list, json_string(words[i].word)) <
			0) {
			json_decref(list);
			return NULL;
		}
	}
	return list;
}

/* ---- what is seen ---- */

/* The certificate that clients see, as far as it is ours to know: a proxy's
 * own is not. */
static int certificate_path(
    const struct office *office, struct buf *out, struct err *err)
{
	const struct config *config = &office->config;

	if (config->tls == CONFIG_TLS_PROXY) {
		buf_add_text(out, config->tls_certificate);
		return buf_check(out, err);
	}
	return office_path(office, OFFICE_TLS, out, err);
}

/* One that is not there is none of ours: nothing is served without it. */
static void look_at_certificate(
    struct health_facts *facts, const struct office *office)
{
	struct buf path = BUF_INIT;
	int rc = certificate_path(office, &path, NULL);

	if (rc == 0 && path.len == 0)
		goto out;
	if (rc == 0)
		rc = tls_certificate_dates(
		    path.data, &facts->begin_s, &facts->end_s, NULL);
	if (rc == E_NOMEM)
		facts->unseen = true;
	else if ((rc < 0 && rc != E_NOT_FOUND) ||
		 (rc == 0 && (facts->now_s < facts->begin_s ||
				 facts->now_s >= facts->end_s)))
		facts->faults |= HEALTH_CERTIFICATE;
out:
	buf_free(&path);
}

static void look_at_disk(
    struct health_facts *facts, const struct office *office)
{
	static const char *const names[] = {OFFICE_DB, OFFICE_DB "-wal"};

	facts->disk_free = facts->disk_size = -1;
	if (os_disk(office->directory, &facts->disk_free, &facts->disk_size,
		NULL) < 0)
		return;
	if (facts->disk_free < office->config.disk_min)
		facts->faults |= HEALTH_DISK;
	facts->disk_low = facts->disk_free < office->config.disk_warn;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct buf path = BUF_INIT;

		if (office_path(office, names[i], &path, NULL) == 0)
			facts->database_size += os_file_size(path.data);
		buf_free(&path);
	}
}

void health_look(struct health_facts *out, const struct office *office)
{
	int rc;

	memset(out, 0, sizeof(*out));
	out->now_s = os_now_s(office->os);
	look_at_disk(out, office);
	look_at_certificate(out, office);
	if ((rc = backup_last(office->directory, &out->backup_s, NULL)) < 0)
		out->backup_s = 0;
	out->unseen = out->unseen || rc == E_NOMEM;
}

/* ---- warnings ---- */

/* ${text} is consumed. */
static int add(json_t *rows, const char *alert, int64_t count,
    const char *deadline, struct buf *text, const char *todo, struct err *err)
{
	int rc = buf_check(text, err);

	if (rc == 0 &&
	    json_array_append_new(rows,
		json_pack("{s:s,s:s,s:s,s:s,s:I,s:s,s:s,s:s,s:s}", "alert",
		    alert, "structure", "", "device", "", "name", "", "count",
		    (json_int_t)count, "since", "", "deadline", deadline,
		    "text", buf_text(text), "todo", todo)) < 0)
		rc = err_nomem(err);
	buf_free(text);
	return rc;
}

static int warn_of_disk(
    const struct health_facts *facts, json_t *rows, struct err *err)
{
	int64_t free_mib = facts->disk_free / MIB;
	struct buf text = BUF_INIT;

	buf_printf(&text,
	    L("le disque du serveur est presque plein : il reste %" PRId64
	      " Mio sur %" PRId64,
		"the server's disk is almost full: %" PRId64
		" MiB are left of %" PRId64),
	    free_mib, facts->disk_size / MIB);
	return add(rows, ALERT_DISK, free_mib, "", &text,
	    L("faites de la place ou agrandissez le disque : plein, le serveur "
	      "ne prend plus rien, et les postes gardent leurs saisies",
		"make room or enlarge the disk: once full the server takes "
		"nothing more, and laptops keep their entries"),
	    err);
}

static int warn_of_certificate(
    const struct health_facts *facts, json_t *rows, struct err *err)
{
	int64_t left_s = facts->end_s - facts->now_s;
	char end[STAMP_TEXT] = "";
	struct buf text = BUF_INIT;

	if (facts->end_s != 0)
		stamp_format(facts->end_s, end);
	if (facts->end_s == 0)
		buf_add_text(
		    &text, L("le certificat du serveur ne se lit pas",
			       "the server's certificate cannot be read"));
	else if (facts->now_s < facts->begin_s)
		buf_add_text(&text,
		    L("le certificat du serveur n'est pas encore valable : "
		      "l'horloge du serveur est-elle juste ?",
			"the server's certificate is not valid yet: is the "
			"server's clock right?"));
	else
		buf_printf(&text,
		    left_s <= 0
			? L("le certificat du serveur a expiré le %.10s",
			      "the server's certificate expired on %.10s")
			: L("le certificat du serveur expire le %.10s",
			      "the server's certificate expires on %.10s"),
		    end);
	return add(rows, ALERT_CERTIFICATE,
	    facts->end_s == 0 || left_s < 0 ? 0 : left_s / DAY_S, end, &text,
	    L("renouvelez-le, puis « systemctl reload pointeau-server » ; "
	      "sans lui les postes et les navigateurs n'entrent plus",
		"renew it, then \"systemctl reload pointeau-server\"; without "
		"it laptops and browsers no longer come in"),
	    err);
}

struct beginning {
	struct db *db;
	int64_t first_s; /* of all logs; 0: nothing is in any */
};

static int note_first(void *context, const struct set_row *row, struct err *err)
{
	struct beginning *beginning = context;

	(void)err;
	if (beginning->first_s == 0 || row->time_s < beginning->first_s)
		beginning->first_s = row->time_s;
	return 1;
}

static int note_log(void *context, const char *structure, struct err *err)
{
	struct beginning *beginning = context;

	return ledger_log(
	    beginning->db, structure, 0, note_first, beginning, err);
}

/* Days without a backup, when they are too many; 0 when not. Without a place
 * that was set somebody may do it by other means, once backups were made. */
static int days_without_backup(const struct health_facts *facts,
    const struct office *office, int64_t *days, struct err *err)
{
	struct beginning beginning = {office->db, 0};
	int64_t since_s = facts->backup_s, patience_s = HEALTH_BACKUP_S;
	int rc = 0;

	*days = 0;
	if (facts->backup_s != 0 && office->config.backup_dir[0] == '\0')
		return 0;
	if (facts->backup_s == 0) {
		if (office->db != NULL)
			rc = ledger_logs(office->db, note_log, &beginning, err);
		since_s = beginning.first_s;
		patience_s = HEALTH_NEVER_S;
	}
	if (rc == 0 && since_s != 0 && facts->now_s - since_s > patience_s)
		*days = (facts->now_s - since_s) / DAY_S;
	return rc;
}

static int warn_of_backup(const struct health_facts *facts, int64_t days,
    json_t *rows, struct err *err)
{
	struct buf text = BUF_INIT;

	buf_printf(&text,
	    facts->backup_s == 0
		? L("le serveur n'a jamais été sauvegardé, depuis %" PRId64
		    " jours",
		      "the server was never backed up, for %" PRId64 " days")
		: L("le serveur n'a pas été sauvegardé depuis %" PRId64
		    " jours",
		      "the server was not backed up for %" PRId64 " days"),
	    days);
	return add(rows, ALERT_BACKUP, days, "", &text,
	    L("« pointeau-server backup make », et chaque jour par un "
	      "minuteur ; « pointeau-server doctor » dit ce qui l'empêche",
		"\"pointeau-server backup make\", and every day by a timer; "
		"\"pointeau-server doctor\" says what hinders it"),
	    err);
}

int health_alerts(const struct office *office, json_t *rows, struct err *err)
{
	struct health_facts facts;
	int64_t days = 0;
	int rc = 0;

	health_look(&facts, office);
	if (facts.unseen)
		return err_nomem(err);
	if (facts.disk_low || (facts.faults & HEALTH_DISK) != 0)
		rc = warn_of_disk(&facts, rows, err);
	if (rc == 0 && ((facts.faults & HEALTH_CERTIFICATE) != 0 ||
			   (facts.end_s != 0 &&
			       facts.end_s - facts.now_s < HEALTH_SOON_S)))
		rc = warn_of_certificate(&facts, rows, err);
	if (rc == 0)
		rc = days_without_backup(&facts, office, &days, err);
	if (rc == 0 && days > 0)
		rc = warn_of_backup(&facts, days, rows, err);
	return rc;
}

/* ---- while serving ---- */

int health_open(struct health *out, const struct office *writer,
    pthread_mutex_t *writing, struct err *err)
{
	int rc;

	memset(out, 0, sizeof(*out));
	out->writer = writer;
	out->writing = writing;
	atomic_init(&out->stopping, false);
	atomic_init(&out->stuck_ms, 0);
	(void)pthread_mutex_init(&out->lock, NULL);
	rc = view_open(&out->view, writer, err);
	out->opened = true;
	return rc;
}

void health_close(struct health *health)
{
	if (!health->opened)
		return;
	view_close(&health->view);
	(void)pthread_mutex_destroy(&health->lock);
	health->opened = false;
}

static bool database_answers(struct health *health)
{
	int64_t count;
	bool answers;

	(void)pthread_mutex_lock(&health->lock);
	answers = account_row_count(health->view.office.db, &count, NULL) == 0;
	(void)pthread_mutex_unlock(&health->lock);
	return answers;
}

unsigned health_check(struct health *health)
{
	struct health_facts facts;

	/* Directory and settings do not change while it is open. */
	health_look(&facts, health->writer);
	if (!database_answers(health))
		facts.faults |= HEALTH_DATABASE;
	if (atomic_load(&health->stopping))
		facts.faults |= HEALTH_STOPPING;
	return facts.faults;
}

bool health_alive(struct health *health)
{
	int64_t now_ms = os_monotonic_ms();
	long long since_ms = atomic_load(&health->stuck_ms);

	if (pthread_mutex_trylock(health->writing) == 0) {
		(void)pthread_mutex_unlock(health->writing);
		atomic_store(&health->stuck_ms, 0);
	} else if (since_ms == 0) {
		atomic_store(&health->stuck_ms, (long long)now_ms);
	} else if (now_ms - since_ms > HEALTH_STUCK_MS) {
		return false;
	}
	return database_answers(health);
}
