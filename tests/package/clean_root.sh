#!/usr/bin/env bash
# A clean Debian, from the installation of the packages to their removal: the
# office is set up, a laptop enrols and records, cables and plugs are pulled,
# the disk dies and a backup comes back, tomorrow's version is installed and
# refuses to go back. Then the programs leave, and the hours stay.
#
# The office is this network, the laptop another one behind a cable; both are
# users of one root ($DEBIAN). systemctl.sh stands in for systemd.

if [[ ${POINTEAU_ALONE:-} != 1 ]]; then
	. "$(dirname "$0")/lib.sh"
	[[ $(id -u) == 0 ]] || skip "a root of one's own takes root"
	[[ -n $(ls "$WORK"/root-*.tar 2>/dev/null) ]] || skip "no root: root.sh"
	unshare --mount --pid --net --fork true 2>/dev/null ||
		skip "no namespaces here"
	export POINTEAU_ALONE=1
	exec unshare --mount --pid --net --fork --kill-child --mount-proc \
		bash "$0"
fi
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/scenario/play.sh"
. "$ROOT/tests/package/stage.sh"

VERSION=$(dpkg-deb -f "$(echo "$WORK"/first/pointeau-server_*.deb)" Version)
TOMORROW=$(dpkg-deb -f "$(echo "$WORK"/tomorrow/pointeau-server_*.deb)" Version)
DATA=/var/lib/pointeau

# ---- install ----

began=$(date +%s%N)
installs first pointeau-server pointeau-agent
is_installed pointeau-server "$VERSION"
same "$(in_root pointeau-server --version)" "pointeau-server ${VERSION%-*}"
same "$(in_root stat -c '%A %U' $DATA)" "drwx------ pointeau-server"
same "$(in_root stat -c '%a %U:%G' /etc/pointeau/server.conf)" \
	"640 root:pointeau-server"
asked "unmet: $DATA/pointeau.db"
same "$(in_root systemctl is-enabled pointeau-server.service)" enabled
same "$(in_root systemctl --global is-enabled pointeau.service)" enabled
passed "installed: the service is enabled, and waits for init without failing"

does in_root systemd-analyze security --offline=true --threshold=15 \
	pointeau-server.service
told "$(grep -a -o 'exposure level.*[0-9] OK' "$OUT")"
does in_root systemd-analyze verify --man=no pointeau-server.service
passed "systemd finds the unit in order, exposure 1.5 at most"

# ---- set up ----

fails 2 office init
said "url"
write_setting url https://heures.exemple.fr:8443
write_setting backup_dir /srv/sauvegardes
in_root install -d -o pointeau-server -g pointeau-server -m 700 /srv/sauvegardes
does office init --json
json 'it["recovery_key"]' >"$DEBIAN/root/cle"
does in_root systemctl start pointeau-server.service
told "server, idle: $(memory "$(server_pid)")"
for what in structures sites crews supervisors workers; do
	does office import $what /srv/cast/$what.csv
done
passed "set up by one line of /etc/pointeau/server.conf and one command"

# ---- enrol, record, receive ----

in_root useradd --create-home camille
plug
does office device code --crew VERTS --json
code=$(json 'it["code"]')
does camille enrol "$code" --name berges
does camille hours add --worker V01 --day 2026-11-14 --slot am --time 3h30
does camille sync
received
told "$((($(date +%s%N) - began) / 1000000)) ms from the installation to the first received hour"
same "$(hours_at_office)" 1
passed "enrolled, recorded, received"

does camille hours import /srv/cast/week-berges.csv
service_starts
until_true camille_has_sent
told "agent, having sent a week: $(memory "${PIDS[service]}")"
told "server, after a week of 12 people: $(memory "$(server_pid)")"
before=$(report)
passed "the user's unit sends a week by itself"

# ---- the cable, then the plug ----

pull_cable
does camille hours add --worker V02 --day 2026-11-21 --slot am --time 2h
does camille hours add --worker V02 --day 2026-11-21 --slot pm --time 1h15
fails 20 camille sync
strike "${PIDS[service]}"
wait_for service
strike "$(server_pid)"
does camille status --json
is '(it["kept"], it["sent"])' '(2, 0)'
does in_root systemctl start pointeau-server.service
same "$(report)" "$before"
service_starts
plug
until_true camille_has_sent
received
hours=$(hours_at_office)
passed "cable pulled, both struck down: nothing is lost, all arrives by itself"

# ---- backup, the disk dies, restore ----

same "$(in_root systemctl is-enabled pointeau-backup.timer)" enabled
nightly_backup
does office backup verify --json
is 'it["backups"]' 1
does camille hours add --worker V03 --day 2026-11-21 --slot am --time 3h
does camille sync
before=$(report)
strike "$(server_pid)"
in_root find $DATA -mindepth 1 -delete
in_root systemctl start pointeau-server.service
asked "unmet: $DATA/pointeau.db"
does office restore /srv/sauvegardes --key /root/cle
does in_root systemctl start pointeau-server.service
same "$(hours_at_office)" "$hours"
does camille sync
until_true report_is "$before"
same "$(hours_at_office)" $((hours + 1))
passed "a dead disk: the backup comes back, the laptop gives what it lacked"

# ---- tomorrow's version ----

pid=$(server_pid)
forget_asked
installs tomorrow pointeau-server
is_installed pointeau-server "$TOMORROW"
asked "restart pointeau-server.service"
[[ $(server_pid) != "$pid" ]] || wrong "the old program goes on"
grep -q 'event=stopped' "$DEBIAN/var/log/pointeau-server.service.before" ||
	wrong "not stopped gracefully"
in_root ls $DATA | grep -q '^backup-before-' || wrong "no copy before"
same "$(report)" "$before"
does camille hours add --worker V04 --day 2026-11-21 --slot am --time 1h
does camille sync
received
passed "upgraded: migrated from a copy, restarted; an old laptop goes on"

installs tomorrow pointeau-agent
asked "user: restart pointeau.service"
stop_service
does camille hours add --worker V04 --day 2026-11-21 --slot pm --time 1h
camille_home_has 'backup-before-*'
does camille sync
received
passed "the laptop upgraded too"

# ---- and back ----

does in_root systemctl stop pointeau-server.service
kept=$(in_root sha256sum $DATA/pointeau.db)
installs first pointeau-server
asked "failed: pointeau-server"
grep -q "Pointeau ${TOMORROW%-*}" "$DEBIAN/var/log/pointeau-server.service" ||
	wrong "the newer version is not named"
same "$(in_root sha256sum $DATA/pointeau.db)" "$kept"
fails 1 office todo
said "Pointeau ${TOMORROW%-*}"
said "${VERSION%-*}"
in_root cp -p $DATA/pointeau.db /root/newer
in_root sh -c "mv $DATA/backup-before-* $DATA/pointeau.db"
does in_root systemctl start pointeau-server.service
same "$(report)" "$before"
does in_root systemctl stop pointeau-server.service
in_root cp -p /root/newer $DATA/pointeau.db
installs tomorrow pointeau-server
after=$(report)
passed "an older version refuses, naming both; the copy brings it back"

# ---- what the first release left ----

does env POINTEAU_BIN="$DEBIAN/usr/bin" TMPDIR="$STAGE" \
	bash "$ROOT/tests/scenario/s630_golden.sh"
passed "the installed programs open what released versions left"

# ---- leave ----

forget_asked
does apt_get remove pointeau-server pointeau-agent
asked "stop pointeau-server.service"
asked "user: stop pointeau.service"
[[ -z $(server_pid) && ! -e $DEBIAN/usr/bin/pointeau-server &&
	! -e $DEBIAN/usr/bin/pointeau ]] || wrong "a program stays"
[[ -f $DEBIAN/etc/pointeau/server.conf && -f $DEBIAN$DATA/pointeau.db ]] ||
	wrong "more than the programs went"
passed "removed: the programs are gone, settings and hours stay"

does apt_get purge pointeau-server pointeau-agent
said "$DATA"
[[ ! -e $DEBIAN/etc/pointeau && ! -e $DEBIAN/etc/xdg/autostart/pointeau.desktop ]] ||
	wrong "settings stay"
same "$(left_by_packages)" ""
[[ -f $DEBIAN$DATA/pointeau.db ]] || wrong "hours were destroyed"
camille_home_has pointeau.db
passed "purged: settings are gone, and hours stay, which is said"

installs tomorrow pointeau-server
same "$(report)" "$after"
passed "installed again, it goes on where it was"
