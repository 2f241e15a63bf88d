#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "agent/doctor.h"
#include "shared/lang.h"
#include "shared/os.h"
#include "shared/os_look.h"

#define UNIT    "default.target.wants/pointeau.service"
#define DESKTOP "pointeau.desktop"

/* ---- who works here ---- */

static int64_t holder(const struct doctor *doctor, const char *name)
{
	struct buf path = BUF_INIT;
	int64_t pid = 0;

	buf_printf(&path, "%s/%s", doctor->directory, name);
	if (!path.failed)
		pid = os_lock_holder(path.data);
	buf_free(&path);
	return pid;
}

/* ---- what would start it ---- */

/* Is ${name} in one of the directories ${list}, between colons? */
static bool is_in(const char *list, const char *folder, const char *name)
{
	struct buf path = BUF_INIT;
	bool found = false;

	while (!found && *list != '\0') {
		size_t len = strcspn(list, ":");

		buf_reset(&path);
		buf_add(&path, list, len);
		buf_printf(&path, "/%s/%s", folder, name);
		found = !path.failed && os_file_exists(path.data);
		list += len + (list[len] == ':');
	}
	buf_free(&path);
	return found;
}

static const char *or_else(const char *name, const char *preset)
{
	const char *value = getenv(name);

	return value != NULL && value[0] != '\0' ? value : preset;
}

/* By the person's own configuration, or the machine's. */
static bool starts_by_itself(void)
{
	const char *home = getenv("HOME");
	struct buf own = BUF_INIT;
	bool found;

	buf_printf(&own, "%s/.config", home != NULL ? home : "");
	if (getenv("XDG_CONFIG_HOME") != NULL) {
		buf_reset(&own);
		buf_add_text(&own, getenv("XDG_CONFIG_HOME"));
	}
	found =
	    is_in(buf_text(&own), "systemd/user", UNIT) ||
	    is_in("/etc:/usr/lib", "systemd/user", UNIT) ||
	    is_in(buf_text(&own), "autostart", DESKTOP) ||
	    is_in(or_else("XDG_CONFIG_DIRS", "/etc/xdg"), "autostart", DESKTOP);
	buf_free(&own);
	return found;
}

bool doctor_running(struct doctor *doctor)
{
	int64_t page = holder(doctor, "run.lock");
	int64_t service = holder(doctor, "service.lock");

	if (page != 0 || service != 0) {
		doctor_add(doctor, "service", DOCTOR_OK,
		    page != 0 ? L("la page est ouverte (processus %" PRId64
				  "), et synchronise",
				    "the page is open (process %" PRId64
				    "), and syncs")
			      : L("le service tourne (processus %" PRId64 ")",
				    "the service runs (process %" PRId64 ")"),
		    page != 0 ? page : service);
		return true;
	}
	/* Where nobody logs in to a desktop, commands do it. */
	if (!os_has_desktop() || starts_by_itself()) {
		doctor_add(doctor, "service", DOCTOR_OK,
		    L("aucun programme de Pointeau ne tourne ici",
			"no program of Pointeau's runs here"));
		return holder(doctor, "sync.lock") != 0;
	}
	doctor_add(doctor, "service", DOCTOR_WARNING,
	    L("rien n'envoie les saisies tout seul : le service ne tourne pas "
	      "et ne démarre pas avec la session",
		"nothing sends entries by itself: the service does not run "
		"and does not start with the session"));
	doctor_why(doctor,
	    L("elles ne partent que si quelqu'un ouvre la page ou lance "
	      "« pointeau sync »",
		"they only leave when somebody opens the page or runs "
		"\"pointeau sync\""));
	doctor_todo(doctor,
	    os_has_systemd()
		? "systemctl --user enable --now pointeau.service"
		: L("réinstallez le paquet pointeau-agent, qui pose "
		    "/etc/xdg/autostart/pointeau.desktop ; en attendant : "
		    "pointeau run --no-page",
		      "install the package pointeau-agent again, which has "
		      "/etc/xdg/autostart/pointeau.desktop; meanwhile: "
		      "pointeau run --no-page"));
	return holder(doctor, "sync.lock") != 0;
}
