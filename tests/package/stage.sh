# shellcheck shell=bash
# The stage of clean_root.sh: a root, two networks, and what is done there.
# Sourced after play.sh, whose `does`, `fails`, `said`, `is` work on all this.

DEBIAN=$STAGE/root
HERE_ADDRESS=10.77.0.1
LAPTOP_ADDRESS=10.77.0.2
# Where programs are; systemctl is ours, which apt must be told.
PLACES=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

told() {
	echo "# $*"
}

mkdir "$DEBIAN"
tar -C "$DEBIAN" -xf "$WORK"/root-*.tar || wrong "the root"
mount -t proc proc "$DEBIAN/proc"
trap 'umount -l "$DEBIAN/proc"; curtain' EXIT
# As where systemd runs; see systemctl.sh.
mkdir -p "$DEBIAN/run/systemd/system"
install -m 755 "$ROOT/tests/package/systemctl.sh" \
	"$DEBIAN/usr/local/sbin/systemctl"
mkdir "$DEBIAN/srv/cast"
cp "$ROOT"/tests/demo/*.csv "$DEBIAN/srv/cast/"
chmod -R a+rX "$DEBIAN/srv/cast"
echo "$HERE_ADDRESS heures.exemple.fr" >>"$DEBIAN/etc/hosts"

# ---- networks ----

ip link set lo up
unshare --net sleep infinity 3>&- &
PIDS[network]=$!
until [[ $(readlink "/proc/${PIDS[network]}/ns/net") != "$(readlink /proc/self/ns/net)" ]]; do
	sleep 0.01
done
there() {
	nsenter -t "${PIDS[network]}" -n "$@"
}
there ip link set lo up
ip link add office type veth peer name laptop netns "${PIDS[network]}"
ip addr add $HERE_ADDRESS/24 dev office
ip link set office up
there ip addr add $LAPTOP_ADDRESS/24 dev laptop

plug() {
	there ip link set laptop up
}
pull_cable() {
	there ip link set laptop down
}

# ---- people ----

# in_root COMMAND…, as root.
in_root() {
	env -i PATH=$PLACES \
		HOME="${AS_HOME:-/root}" LANG=fr_FR.UTF-8 LC_ALL= \
		DEBIAN_FRONTEND=noninteractive PERL_BADLANG=0 chroot "$DEBIAN" "$@"
}
# With sudo, as the guides have it.
office() {
	in_root pointeau-server "$@"
}
on_laptop() {
	AS_HOME=/home/camille there_in_root runuser -u camille -- "$@"
}
there_in_root() {
	there env -i PATH=$PLACES HOME="$AS_HOME" \
		LANG=fr_FR.UTF-8 chroot "$DEBIAN" "$@"
}
camille() {
	on_laptop pointeau "$@"
}

# ---- packages ----

apt_get() {
	in_root apt-get -q -y -o Dpkg::Use-Pty=0 -o DPkg::Path=$PLACES "$@" 3>&-
}
# installs WHICH PACKAGE…: of $WORK/first or $WORK/tomorrow, by apt, which
# finds what they depend on; no question may be asked.
installs() {
	local which=$1 package files=()
	shift
	mkdir -p "$DEBIAN/srv/$which"
	for package; do
		cp "$WORK/$which/$package"_*.deb "$DEBIAN/srv/$which/"
		files+=("/srv/$which/$(cd "$WORK/$which" && echo "$package"_*.deb)")
	done
	does apt_get install --no-install-recommends --allow-downgrades \
		"${files[@]}"
}
is_installed() {
	same "$(in_root dpkg-query -W -f '${Status} ${Version}' "$1")" \
		"install ok installed $2"
}
# What is left of the packages beside what is promised to stay.
left_by_packages() {
	(cd "$DEBIAN" && find . -xdev -name '*pointeau*' ! -path './srv/*' \
		! -path './home/*' ! -path "./var/lib/pointeau*" ! -path './proc/*' \
		! -path './var/log/*' ! -path './run/*')
}

# asked TEXT: systemctl was asked, or answered, so. forget_asked: from here on.
asked() {
	touch "$DEBIAN/var/log/systemctl.log"
	grep -qF -- "$1" "$DEBIAN/var/log/systemctl.log" ||
		wrong "systemctl: $1: $(cat "$DEBIAN/var/log/systemctl.log")"
}
forget_asked() {
	touch "$DEBIAN/var/log/systemctl.log"
	: >"$DEBIAN/var/log/systemctl.log"
}

write_setting() {
	sed -i "s|^#$1 =.*|$1 = $2|" "$DEBIAN/etc/pointeau/server.conf"
	grep -q "^$1 = " "$DEBIAN/etc/pointeau/server.conf" || wrong "setting $1"
}

# ---- what runs ----

server_pid() {
	local pid
	pid=$(cat "$DEBIAN/run/pointeau-server.service.pid" 2>/dev/null) &&
		readlink "/proc/$pid/exe" >/dev/null && echo "$pid"
}
# As pointeau-backup.timer has it done, by its unit's own lines.
nightly_backup() {
	local unit=$DEBIAN/lib/systemd/system/pointeau-backup.service line
	while read -r line; do
		does in_root runuser -u "$(sed -n 's/^User=//p' "$unit")" -- \
			sh -c "$line"
	done < <(sed -n 's/^Exec[CS][a-z]*=//p' "$unit")
}
# The user's unit, as its manager starts it.
service_starts() {
	local words
	read -ra words < <(sed -n 's/^ExecStart=//p' \
		"$DEBIAN/usr/lib/systemd/user/pointeau.service")
	on_laptop "${words[@]}" >"$STAGE/service" 2>&1 </dev/null 3>&- &
	PIDS[wrapper]=$!
	until_true service_is_there
	PIDS[service]=$(service_pid)
}
service_pid() {
	local path
	for path in /proc/[0-9]*; do
		if tr '\0' ' ' <"$path/cmdline" 2>/dev/null |
			grep -q '^/usr/bin/pointeau run '; then
			echo "${path#/proc/}"
			return
		fi
	done
	return 1
}
service_is_there() {
	service_pid >/dev/null
}
stop_service() {
	kill -TERM "${PIDS[service]}"
	unset "PIDS[service]"
	wait_for wrapper
}
# Without any warning.
strike() {
	kill -KILL "$1"
	while readlink "/proc/$1/exe" >/dev/null; do
		sleep 0.01
	done
}
# memory PID: RSS and PSS now, and the most it ever had, in KiB.
memory() {
	awk '/^(Rss|Pss|VmHWM):/ {printf "%s %s KiB ", $1, $2}' \
		"/proc/$1/smaps_rollup" "/proc/$1/status"
}
until_true() {
	local i
	for ((i = 0; i < 1200; i++)); do
		"$@" >"$STAGE/until" 2>&1 && return 0
		sleep 0.05
	done
	cat "$STAGE/until" >>"$ERR"
	wrong "not within a minute: $*"
}

# ---- hours ----

# received: the laptop knows that the office has all.
received() {
	does camille status --json
	is '(it["kept"], it["sent"])' '(0, 0)'
}
camille_has_sent() {
	camille status --json | grep -q '"kept":0,"sent":0'
}
camille_home_has() {
	find "$DEBIAN/home/camille/.local/share/pointeau" -name "$1" |
		grep -q . || wrong "the laptop has no $1"
}
report() {
	does office report month 2026-11 --by worker --json
	cat "$OUT"
}
report_is() {
	[[ $(office report month 2026-11 --by worker --json) == "$1" ]]
}
hours_at_office() {
	python3 - "$DEBIAN/var/lib/pointeau/pointeau.db" <<'PY'
import sqlite3, sys
db = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True)
print(db.execute("select count(*) from record where family = 'hours'")
      .fetchone()[0])
PY
}
