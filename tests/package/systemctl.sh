#!/bin/bash
# Stands in for systemd where none runs, in the root of clean_root.sh: what the
# packages' scripts ask of systemctl is written down and, for our unit, done by
# the unit's own lines. All else is the real one's.
set -u
PATH=/usr/sbin:/usr/bin:/sbin:/bin
LOG=/var/log/systemctl.log
UNIT=pointeau-server.service
FILE=/lib/systemd/system/$UNIT
PID=/run/$UNIT.pid

value() {
	sed -n "s/^$1=//p" "$FILE"
}

runs() {
	[[ -f $PID ]] && readlink "/proc/$(cat "$PID")/exe" >/dev/null
}

start() {
	local path user group i command
	runs && return 0
	while read -r path; do
		[[ -e $path ]] || { echo "unmet: $path" >>"$LOG"; return 0; }
	done < <(value ConditionPathExists)
	user=$(value User) group=$(value Group)
	install -d -m "$(value StateDirectoryMode)" -o "$user" -g "$group" \
		"/var/lib/$(value StateDirectory)"
	read -ra command < <(value ExecStart)
	[[ ! -f /var/log/$UNIT ]] || mv "/var/log/$UNIT" "/var/log/$UNIT.before"
	: >"/var/log/$UNIT"
	(
		umask "$(value UMask)"
		exec setsid setpriv --reuid "$user" --regid "$group" \
			--clear-groups --no-new-privs --bounding-set=-all \
			env -i PATH="$PATH" LANG=fr_FR.UTF-8 "${command[@]}"
	) </dev/null >>"/var/log/$UNIT" 2>&1 3>&- &
	echo $! >"$PID"
	for ((i = 0; i < 1200; i++)); do
		grep -q 'event=ready' "/var/log/$UNIT" && return 0
		runs || break
		sleep 0.05
	done
	echo "failed: $(tail -n 1 "/var/log/$UNIT")" >>"$LOG"
	return 1
}

stop() {
	local i
	runs || return 0
	kill -TERM "$(cat "$PID")"
	for ((i = 0; i < 1800; i++)); do
		runs || { rm -f "$PID"; return 0; }
		sleep 0.05
	done
	return 1
}

words=()
action=
ours=false
users=false
while [[ $# -gt 0 ]]; do
	case $1 in
	--user) users=true ;;
	--machine) shift ;;
	--version) exec /usr/bin/systemctl --version ;;
	-*) ;;
	"$UNIT") ours=true ;;
	*) action=${action:-$1} ;;
	esac
	words+=("$1")
	shift
done
case $action:$ours:$users in
# Somebody is logged in.
list-units:*) echo "user@1000.service loaded active running" ;;
is-enabled:*:true) echo enabled ;;
*:true) echo "user: $action ${words[-1]}" >>"$LOG" ;;
is-active:true:*) runs ;;
start:true:* | stop:true:* | restart:true:*)
	echo "$action $UNIT" >>"$LOG"
	[[ $action == start ]] || stop || exit 1
	[[ $action == stop ]] || start
	;;
start:* | stop:* | restart:* | is-active:* | daemon-reload:*) ;;
*) exec /usr/bin/systemctl "${words[@]}" ;;
esac
