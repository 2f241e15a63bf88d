#!/usr/bin/env python3
"""The guides, as their readers follow them: every command of docs/guide, in
order, against the built programs on loopback, and what they answer is what the
guide shows (figures, dates and keys aside).

    s690_guides.py [fr/bureau…]             # play them (all without a word)
    s690_guides.py --update fr/bureau       # write the answers left as "?"

The reader's machine is a directory: /var/lib/pointeau, /etc, /media and the
like are below it, its address is a port of loopback, and sudo,
systemctl, apt and journalctl are small programs here that do as much as can be
done so: "systemctl start" starts what the unit's ExecStart names, "apt install"
wants the package in packaging/debian/control. Nothing else is replaced but
the words in capitals (CODE, POSTE…), which a reader replaces as well.
"""

import argparse
import os
import pathlib
import re
import shutil
import sqlite3
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "docs"))
import guide as guides
import stage
from stage import BIN, ROOT, WAIT_S, Wrong, ok, show

# What the last release left.
GOLDEN = sorted((ROOT / "tests" / "golden").glob("*/"))[-1]
ADDRESSES = {"fr": "pointeau.exemple.fr", "en": "pointeau.example.org"}
PORT = "8443"
# Below the stage instead of the machine's.
PLACES = ("/var/lib/pointeau", "/etc/", "/media/", "/mnt/",
          "/usr/share/doc/")
LOCALES = {"fr": "fr_FR.UTF-8", "en": "en_GB.UTF-8"}
# What a reader takes from the answer of which command.
SEEN = {
    "CODE": ("device", r"(pto1\.\S+)"),
    "POSTE": ("device list", r"(?m)^([0-9a-f]{16})  "),
    "CRENEAU": ("conflicts list", r"(?m)^--.*\n(\S+)  "),
    "CLE": ("pointeau-server", r"(?m)^ +((?:[A-Z0-9]{4}-){12}[A-Z0-9]{4})$"),
    "COPIE": ("ls", r"(backup-before-\S+)"),
}
WORDS = {mine: french for french, theirs in guides.PLACES.items()
         for mine in (french, theirs)}

SUDO = r"""
while [ $# -gt 0 ]; do
	case $1 in
	-u) grep -q "^u $2 " "$ROOT/packaging/systemd/pointeau-server.sysusers" ||
			{ echo "sudo: $2: in no sysusers file"; exit 1; }
		shift 2 ;;
	-*) echo "sudo: $1?"; exit 1 ;;
	*) break ;;
	esac
done
exec "$@"
"""

SYSTEMCTL = r"""
words=
for word; do
	case $word in --now | --user | --global | --no-pager) ;; *) words="$words $word" ;; esac
done
set -- $words
act=$1
[ "$act" = daemon-reload ] && exit 0
unit=${2%.service}
case $unit in nginx | haproxy | caddy) exit 0 ;; esac
case $unit in
*.timer) file=$ROOT/packaging/systemd/$unit ;;
pointeau) file=$ROOT/packaging/systemd/user/pointeau.service ;;
*) file=$ROOT/packaging/systemd/$unit.service ;;
esac
[ -f "$file" ] || { echo "systemctl: no $file"; exit 1; }
case $unit in
*.timer)
	file=${file%.timer}.service
	unit=once ;;
pointeau) unit=look ;;
pointeau-server) ;;
*) unit=once ;;
esac
# What the unit starts, here.
line=$(sed -n 's|^ExecStart=/usr/bin/||p' "$file" |
	sed "s|/var/lib/pointeau|$STAGE/var/lib/pointeau|g")
[ -n "$line" ] || { echo "systemctl: $file starts nothing of ours"; exit 1; }
if [ "$unit" = once ]; then
	case $act in enable | start) echo "$line" | sh -e ;; *) exit 0 ;; esac
	exit
fi
[ "$unit" = look ] && exit 0
pid=$(cat "$STAGE/pid" 2>/dev/null)
stop() {
	[ -n "$pid" ] || return 0
	kill "$pid" 2>/dev/null || return 0
	while kill -0 "$pid" 2>/dev/null; do sleep 0.05; done
	rm "$STAGE/pid"
}
start() {
	: >"$STAGE/log.now"
	setsid $line >"$STAGE/log.now" 2>&1 &
	echo $! >"$STAGE/pid"
	until grep -q 'event=ready' "$STAGE/log.now"; do
		kill -0 $! || { cat "$STAGE/log.now"; exit 1; }
		sleep 0.05
	done
}
case $act in
enable | start) start ;;
restart) stop; start ;;
stop | disable) stop ;;
reload) kill -HUP "$pid" ;;
kill) kill -KILL "$pid"; while kill -0 "$pid" 2>/dev/null; do sleep 0.05; done ;;
status) kill -0 "$pid" && echo "     Active: active (running) since today" ;;
*) echo "systemctl: $act?"; exit 1 ;;
esac
"""

APT = r"""
case $1 in install | remove | purge) shift ;; *) echo "apt: $1?"; exit 1 ;; esac
for word; do
	case $word in
	-y) continue ;;
	./*.deb) name=${word#./}; name=${name%%_*} ;;
	*) name=$word ;;
	esac
	grep -q "^Package: $name\$" "$ROOT/packaging/debian/control" ||
		{ echo "apt: no package $name in packaging/debian/control"; exit 1; }
done
"""

JOURNALCTL = r"""
case " $* " in *" -f "*) echo "journalctl: would never end"; exit 1 ;; esac
case " $* " in *" -u pointeau-server "*) cat "$STAGE/log.now" ;; *) exit 1 ;; esac
"""

TMPFILES = r"""
sed -n 's/^d \(\S*\) \(\S*\) .*/\1 \2/p' \
	"$ROOT/packaging/systemd/pointeau-server.tmpfiles" |
while read -r place mode; do
	mkdir -p "$STAGE$place" && chmod "$mode" "$STAGE$place"
done
"""

# There is one user here; the name is one of ours.
CHOWN = r"""
[ "$1" != -R ] || shift
user=${1%:}
grep -q "^u $user " "$ROOT/packaging/systemd/pointeau-server.sysusers" || exit 1
shift
[ -e "$1" ]
"""

# The data directory is the stage's, unless a command names one.
PROGRAM = r"""
for word; do
	case $word in --data | --data=*) exec "$BIN/NAME" "$@" ;; esac
done
exec "$BIN/NAME" "$@" --data "$STAGE/WHERE"
"""


class Reader:
    """Somebody who follows one guide."""

    def __init__(self, where, lang):
        self.path = where
        self.address = ADDRESSES[lang]
        self.port = stage.free_port()
        self.seen = {}
        for name in ("bin", "home", "var/lib/pointeau", "etc/pointeau",
                     *(name[1:] for names in guides.NAMES for name in names
                       if name.startswith(("/media", "/mnt")))):
            (where / name).mkdir(parents=True)
        examples = where / "usr/share/doc/pointeau-server/examples"
        examples.parent.mkdir(parents=True)
        examples.symlink_to(ROOT / "packaging" / "proxies")
        for name in ("nginx/sites-enabled", "haproxy", "caddy"):
            (where / "etc" / name).mkdir(parents=True)
        self.shim("sudo", SUDO)
        self.shim("systemctl", SYSTEMCTL)
        self.shim("apt", APT)
        self.shim("journalctl", JOURNALCTL)
        self.shim("systemd-tmpfiles", TMPFILES)
        self.shim("chown", CHOWN)
        self.shim("pointeau", self.program("pointeau", "laptop"))
        self.shim("pointeau-server",
                  self.program("pointeau-server", "var/lib/pointeau"))
        self.environment = {
            name: value for name, value in os.environ.items()
            if name not in ("LC_ALL", "LC_MESSAGES", "LANGUAGE", "DISPLAY")
            and not name.startswith("POINTEAU_")}
        self.environment.update(
            LANG=LOCALES[lang], STAGE=str(where), BIN=str(BIN),
            ROOT=str(ROOT), HOME=str(where / "home"), COLUMNS="200",
            PATH=f"{where / 'bin'}:{os.environ['PATH']}")

    @staticmethod
    def program(name, data):
        return PROGRAM.replace("NAME", name).replace("WHERE", data)

    def shim(self, name, text):
        file = self.path / "bin" / name
        file.write_text("#!/bin/bash" + text, "utf-8")
        file.chmod(0o755)

    def here(self, text):
        """What the guide says, on this stage."""
        text = re.sub(rf"(?<![\w./-])(?={'|'.join(PLACES)})",
                      str(self.path), text)
        text = text.replace(f"{self.address}:{PORT}", f"127.0.0.1:{self.port}")
        text = re.sub(
            rf"(url|listen) = (\S*?):{PORT}\b", rf"\1 = \2:{self.port}", text)
        text = text.replace(self.address, "127.0.0.1")
        for word, name in WORDS.items():
            if re.search(rf"\b{word}\b", text):
                show(name in self.seen, f"nothing said what {word} is")
                text = re.sub(rf"\b{word}\b", self.seen[name], text)
        return text

    def there(self, text):
        """What was answered here, as the guide would say it."""
        text = text.replace(str(self.path), "")
        text = text.replace(f"127.0.0.1:{self.port}", f"{self.address}:{PORT}")
        # There is one user here, who may be root: no reader restores as that.
        text = re.sub(r"(?m)^(?:Attention : \S+ est à root"
                      r"|Beware: \S+ is root's),.*\n", "", text)
        return text.replace("127.0.0.1", self.address)

    def run(self, text):
        """The status of a command and what it says, as a terminal shows it."""
        done = subprocess.run(
            ["bash", "-c", self.here(text)], cwd=self.path / "home",
            env=self.environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=WAIT_S,
            encoding="utf-8", errors="replace")
        for name, (words, pattern) in SEEN.items():
            found = re.search(pattern, done.stdout)
            if found and words in text:
                self.seen[name] = found[1]
        return done.returncode, self.there(done.stdout)

    def settings(self, file, lines):
        """Lines for a file of settings: in the place of what it said."""
        path = pathlib.Path(self.here(file))
        text = path.read_text("utf-8")
        for line in lines:
            name = line.partition("=")[0].strip()
            text = re.sub(rf"(?m)^{re.escape(name)} *=.*\n", "", text)
        path.write_text(text + "\n" + self.here("\n".join(lines)) + "\n",
                        "utf-8")

    def maybe(self, file, lines):
        """Lines that some readers put there: no fault is found in them."""
        path = pathlib.Path(self.here(file))
        before = path.read_text("utf-8")
        self.settings(file, lines)
        status, said = self.run("pointeau-server config check")
        path.write_text(before, "utf-8")
        show(status == 0, "\n".join(lines), said)

    def swap(self, golden):
        """From today's office to what the last release left, and back."""
        data = self.path / "var/lib/pointeau"
        other = self.path / "other"
        self.run("systemctl stop pointeau-server")
        if golden:
            data.rename(other)
            shutil.copytree(GOLDEN / "office", data)
            data.chmod(0o700)
            dump = data / "pointeau.sql"
            database = sqlite3.connect(data / "pointeau.db")
            database.executescript(dump.read_text("utf-8"))
            database.commit()
            database.close()
            dump.unlink()
            for path in data.iterdir():
                path.chmod(0o600)
            self.settings("/var/lib/pointeau/pointeau-server.conf", [
                f"url = https://{self.address}:{PORT}",
                f"listen = {self.address}:{PORT}"])
        else:
            shutil.rmtree(data)
            other.rename(data)
        status, said = self.run("systemctl start pointeau-server")
        show(status == 0, said)
        if golden and not list(data.glob("backup-before-*")):
            # No migration since: the copy is one like any other.
            shutil.copy(data / "pointeau.db",
                        data / "backup-before-server-0000_none")

    def leave(self):
        try:
            pid = int((self.path / "pid").read_text())
            os.kill(pid, 9)
        except (OSError, ValueError):
            pass


def blurred(text):
    """Without what differs from day to day, for a comparison."""
    text = re.sub(r"pto1\.\S+|SHA256:\S+|#/setup/\S+", "K", text)
    text = re.sub(r"\b(?:[A-Z0-9]{4}-){6,}[A-Z0-9]{4}\b", "K", text)
    text = re.sub(r"\b(?=[0-9a-f]*[0-9])(?=[0-9a-f]*[a-f])[0-9a-f]{8,}\b",
                  "0", text)
    text = re.sub(r"\d+([.,:]\d+)*", "0", text)
    # Six words to compare, on a line of their own or of the laptop's status.
    text = re.sub(r"(^ {4}|bureau : |office: )[^\W\d]+(?: [^\W\d]+){5}$",
                  r"\1W", text)
    text = re.sub(r"-{3,}", "---", text)
    return re.sub(r"[ \t\u00a0\u202f]+", " ", text).strip()


def matches(shown, said):
    """Is ${said} what the guide shows, "…" being anything?"""
    pattern = ""
    for line in shown:
        if line.strip() == "…":
            pattern += r"(?:.*\n)*?"
            continue
        parts = [re.escape(blurred(part)) for part in line.split("…")]
        pattern += r" ?.*? ?".join(parts) + r" ?\n"
    text = "".join(blurred(line) + "\n" for line in said.splitlines()
                   if line.strip())
    return re.fullmatch(pattern, text) is not None


def short(text):
    """An answer for the guide: long lines and tables end in an ellipsis."""
    lines = [line.rstrip() for line in text.splitlines() if line.strip()]
    lines = [line if len(line) <= 100 else line[:96].rstrip() + "…"
             for line in lines]
    return lines if len(lines) <= 14 else [*lines[:10], "…"]


def follow(reader, lang, name, update):
    path = guides.path_of(lang, name)
    lines = path.read_text("utf-8").splitlines()
    commands = 0
    golden = False
    written = []
    for block in guides.blocks_of("\n".join(lines) + "\n"):
        if block.file and block.maybe:
            reader.maybe(block.file, block.lines)
        elif block.file:
            reader.settings(block.file, block.lines)
        if block.golden != golden:
            golden = block.golden
            reader.swap(golden)
        for place, command in enumerate(block.commands):
            where = f"{path.relative_to(ROOT)}:{command.line}"
            status, said = reader.run(command.text)
            last = place == len(block.commands) - 1
            show((status != 0) == (block.fails and last), where,
                 command.text, f"status {status}", said)
            commands += 1
            shown = [line for line in command.answer if line.strip()]
            if shown == ["?"]:
                show(update, f"{where}: an answer yet to be written")
                written.append((command.line, short(said)))
            elif shown:
                show(matches(shown, said), where, command.text,
                     "shown:", *shown, "said:", said)
    if update:
        for line, answer in reversed(written):
            at = lines.index("?", line)
            lines[at:at + 1] = answer
        path.write_text("\n".join(lines) + "\n", "utf-8")
    show(commands > 0 or name in guides.PAIRS[0], f"{path}: no command")
    ok(f"{lang}/{name}: {commands} commands do what the guide says")


def prepare(reader):
    """What the office's guide takes for granted: the administrator's part."""
    for text in (
            f"pointeau-server init --url https://{reader.address}:{PORT}",
            "systemctl start pointeau-server"):
        status, said = reader.run(text)
        show(status == 0, text, said)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("guide", nargs="*")
    parser.add_argument("--update", action="store_true")
    asked = parser.parse_args()
    wanted = asked.guide or [
        f"{lang}/{name}" for pair in guides.PAIRS
        for lang, name in zip(("fr", "en"), pair)]

    def act(theatre):
        for one in wanted:
            lang, name = one.split("/")
            reader = Reader(theatre.path / one.replace("/", "-"), lang)
            theatre.closing.append(reader.leave)
            if name in guides.PAIRS[1]:
                prepare(reader)
            follow(reader, lang, name, asked.update)

    return stage.play(act)


if __name__ == "__main__":
    sys.exit(main())
