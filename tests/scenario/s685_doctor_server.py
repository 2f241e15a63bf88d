#!/usr/bin/env python3
"""`pointeau-server doctor`: each fault that a server may have, staged for real,
is found by its word, says what to do, and nothing is changed by looking."""

import contextlib
import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys

import clinic
import net
import stage
from clinic import NOBODY, Authority, Doctor, TlsServer, copied, http
from net import AddressedOffice
from stage import BIN, Laptop, ok, same, show

HOST = "10.9.0.1"
AWAY = "10.9.0.9"  # nobody's
NAME = "Poste de Karim Durand"
DAY_S = 86400
TOKEN = "0123456789abcdef-doctor"
STOPPED = {"serve": "warning"}


def settings(folder, **wanted):
    """Write them in the place of what the file says."""
    file = folder / "pointeau-server.conf"
    text = file.read_text("utf-8")
    for name, value in wanted.items():
        text = re.sub(rf"(?m)^{name} *=.*\n", "", text)
        text += f"\n{name} = {value}\n"
    file.write_text(text, "utf-8")


def change(folder, query, *values):
    base = sqlite3.connect(folder / "pointeau.db", timeout=60)
    with contextlib.closing(base), base:
        base.execute(query, values)


@contextlib.contextmanager
def at_work(office, **wanted):
    """It serves, with other settings than it had."""
    file = office.data / "pointeau-server.conf"
    text = file.read_text("utf-8")
    settings(office.data, **wanted)
    office.start()
    try:
        yield office
    finally:
        office.stop()
        file.write_text(text, "utf-8")


class Relay(TlsServer):
    """A proxy in front: TLS with its certificate here, plain HTTP to the
    server, whose client it says."""

    def __init__(self, port, certificate, to):
        self.to = to
        super().__init__(HOST, port, certificate,
                         certificate.with_suffix(".key"), self.ask)

    def ask(self, head):
        begin, rest = head.split(b"\r\n", 1)
        with socket.create_connection(("127.0.0.1", self.to)) as far:
            far.sendall(begin + b"\r\nX-Forwarded-For: 192.0.2.7\r\n" + rest)
            answer = b""
            while more := far.recv(65536):
                answer += more
        return answer


# ---- in health ----

def in_health(doctor, office):
    with at_work(office):
        doctor.finds("a healthy server", office.data, {})
        show(any(finding["check"] == "serve" and
                 str(office.process.pid) in finding["text"]
                 for finding in doctor.last), doctor.last)
        done, _ = doctor.call(office.data)
        show("Rien ne manque" in done.stdout, done.stdout)
        done, _ = doctor.call(office.data, lang="en_GB.UTF-8")
        show("Nothing amiss" in done.stdout, done.stdout)
    doctor.finds("one that does not run", office.data, STOPPED)


# ---- the directory ----

def directory(scene, doctor, office):
    doctor.finds("no such directory", scene.path / "nulle-part",
                 {"directory": "fault", "settings": "fault"})
    empty = scene.path / "vide"
    empty.mkdir()
    doctor.finds("an empty directory", empty,
                 {"directory": "fault", "settings": "fault"})
    with copied(office.data, "perdu") as folder:
        (folder / "pointeau.db").unlink()
        doctor.finds("one without a database", folder,
                     {"database": "fault", **STOPPED})
    with copied(office.data, "ouvert") as folder:
        (folder / "server.key").chmod(0o640)
        (folder / "tls.pem").chmod(0o644)
        doctor.finds("… where nobody else may enter", folder, STOPPED)
        folder.chmod(0o755)
        doctor.finds("keys that others may read", folder,
                     {"secrets": "fault", **STOPPED})
        subprocess.run(doctor.todo_of("secrets"), shell=True, check=True)
        doctor.finds("… once done as told", folder, STOPPED)
    with clinic.on_small_disk(office.data, "lecture", "1200m") as folder:
        clinic.run("mount", "-o", "remount,bind,ro", folder)
        doctor.finds("a disk that is read-only", folder,
                     {"read_only": "fault", **STOPPED})


def owners(doctor, office):
    if not clinic.may_chown():
        doctor.skip("there is no other account here", "owner", "permissions")
        return
    with copied(office.data, "a-un-autre") as folder, \
            contextlib.ExitStack() as leaving:
        leaving.callback(os.chown, doctor.backups, 0, 0)
        os.chown(doctor.backups, NOBODY, NOBODY)
        clinic.hand_over(folder)
        doctor.finds("backups that this account may not read", folder,
                     {"backup": "fault", **STOPPED})
        told = doctor.todo_of("backup").split("sudo ")[-1]
        show(told.startswith("chown -R "), told)
        subprocess.run(told, shell=True, check=True)
        doctor.finds("root looks with the owner's eyes", folder, STOPPED)
        os.chown(folder / "backup.last", 0, 0)
        doctor.finds("a backup that root has made", folder,
                     {"owner": "fault", **STOPPED})
        told = doctor.todo_of("owner")
        show("backup.last" in told, told)
        subprocess.run(told.replace("sudo ", ""), shell=True, check=True)
        doctor.finds("… once done as told", folder, STOPPED)
        (folder / "pointeau.db").chmod(0o400)
        doctor.finds("a database that refuses to be written", folder,
                     {"permissions": "fault", **STOPPED})
        (folder / "pointeau.db").chmod(0o600)
        settings(folder, url=f"https://{HOST}:443", listen="443")
        os.chown(folder / "pointeau-server.conf", NOBODY, NOBODY)
        doctor.finds("a port that this account may not open", folder,
                     {"port": "fault"})
        folder.chmod(0o755)
        doctor.finds("another's directory", folder,
                     {"owner": "fault", "settings": "fault"}, as_user=12345)


def configuration(doctor, office):
    with copied(office.data, "reglages") as folder:
        text = (folder / "pointeau-server.conf").read_text("utf-8")
        (folder / "pointeau-server.conf").write_text(
            text + "\nlisten_to = 8443\ndisk_min = peu\n", "utf-8")
        doctor.finds("settings with faults", folder,
                     {"settings": "fault", **STOPPED})
        settings(folder, listen=f"{AWAY}:8443")
        doctor.finds("an address that is not this machine's", folder,
                     {"settings": "fault", "port": "fault"})
    with socket.create_server((HOST, office.port)):
        doctor.finds("a port that is taken", office.data, {"port": "fault"})


# ---- what it holds ----

def data(doctor, office):
    with copied(office.data, "base") as folder:
        change(folder, "INSERT INTO schema_migration (name, sha256, place) "
               "VALUES ('server/9999_future.sql', 'x', 9999)")
        doctor.finds("a database of a newer version", folder,
                     {"database_newer": "fault", **STOPPED})
        (folder / "pointeau.db").write_bytes(b"not a database" * 100)
        doctor.finds("no database at all", folder,
                     {"database": "fault", **STOPPED})
    with copied(office.data, "journal") as folder:
        change(folder, "UPDATE changeset SET head = randomblob(32) WHERE "
               "place = (SELECT max(place) FROM changeset)")
        doctor.finds("a log that was changed", folder,
                     {"log": "fault", **STOPPED})
    with copied(office.data, "cle") as folder:
        (folder / "server.key").unlink()
        doctor.finds("no key", folder, {"key": "fault", **STOPPED})
        shutil.copy(folder / "console.key", folder / "server.key")
        doctor.finds("another key", folder, {"log": "fault", **STOPPED})


def struck_down(doctor, office):
    """Its log is still to be read in: looking leaves it so."""
    office.start()
    office.kill()
    show((office.data / "pointeau.db-wal").exists(), "no log")
    doctor.finds("a server that was struck down", office.data, STOPPED)


def clocks(doctor, office):
    doctor.finds("a clock that is behind its own log", office.data,
                 {"clock": "fault", **STOPPED}, shift=-3 * 3600)
    doctor.finds("a clock that nobody keeps", office.data,
                 {"clock_sync": "warning", **STOPPED}, kept="0")
    doctor.finds("a time zone that does not exist", office.data,
                 {"time_zone": "warning", **STOPPED}, TZ="Europe/Pariis")


# ---- backups ----

def backups(scene, doctor, office):
    doctor.finds("a backup of three days ago", office.data,
                 {"backup": "warning", **STOPPED}, shift=3 * DAY_S - 3600)
    with copied(office.data, "jamais") as folder:
        (folder / "backup.last").unlink()
        doctor.finds("no backup", folder, {"backup": "warning", **STOPPED})
        settings(folder, backup_dir="")
        doctor.finds("… nor a place for one", folder,
                     {"backup": "warning", **STOPPED})
        told = doctor.todo_of("backup")
        show("backup_dir" in told, told)
        (folder / "recovery.pub").unlink()
        doctor.finds("no recovery key", folder,
                     {"recovery_key": "fault", **STOPPED})
    aside = doctor.backups / "m.avant"
    (doctor.backups / "m").rename(aside)
    doctor.finds("backups that were emptied", office.data,
                 {"backup": "fault", **STOPPED})
    aside.rename(doctor.backups / "m")
    doctor.finds("… that are back", office.data, STOPPED)
    with copied(office.data, "ailleurs") as folder:
        settings(folder, backup_dir=scene.path / "debranche")
        doctor.finds("a disk of backups that is not there", folder,
                     {"backup_dir": "fault", **STOPPED})
        (scene.path / "meme-disque").mkdir()
        settings(folder, backup_dir=scene.path / "meme-disque")
        doctor.finds("backups on the same disk", folder,
                     {"backup_place": "warning", **STOPPED})
        small = scene.path / "petit"
        small.mkdir()
        clinic.run("mount", "-t", "tmpfs", "-o", "size=20m", "none", small)
        settings(folder, backup_dir=small)
        doctor.finds("a disk of backups that is full", folder,
                     {"backup_disk": "fault", **STOPPED})
        clinic.run("umount", small)
    alert_of_backup(scene, office)


def alert_of_backup(scene, office):
    """The office is told as well: alerts, todo, metrics."""
    def told(folder, shift):
        environment = {**scene.environment, "LD_PRELOAD": str(clinic.CLOCK),
                       "CLOCK_SHIFT": str(shift)}
        rows = []
        for words in (("alerts",), ("todo",)):
            done = subprocess.run(
                [BIN / "pointeau-server", *words, "--json", "--data", folder],
                env=environment, capture_output=True, check=True)
            rows.append(json.loads(done.stdout)["rows"])
        return ([(row["count"], row["todo"]) for row in rows[0]
                 if row["alert"] == "backup"],
                [row for row in rows[1] if row["what"] == "alert_backup"])

    with copied(office.data, "avertie") as folder:
        same(told(folder, 0), ([], []))
        alerts, todo = told(folder, 4 * DAY_S - 3600)
        same([count for count, _ in alerts], [3])
        show("backup make" in alerts[0][1] and len(todo) == 1, alerts, todo)
        # Whoever sets no place may back up by other means.
        settings(folder, backup_dir="")
        same(told(folder, 4 * DAY_S), ([], []))
        (folder / "backup.last").unlink()
        same(told(folder, 6 * DAY_S), ([], []))
        alerts, todo = told(folder, 8 * DAY_S)
        show(len(alerts) == 1 and len(todo) == 1, alerts, todo)
    ok("no backup for too long: an alert and a line of todo")


# ---- the machine ----

def machine(scene, doctor, office):
    with clinic.on_small_disk(office.data, "plein", "40m") as folder:
        doctor.finds("a full disk", folder, {"disk": "fault", **STOPPED})
    with clinic.on_small_disk(office.data, "bientot", "300m") as folder:
        doctor.finds("a disk that is almost full", folder,
                     {"disk": "warning", **STOPPED})
    poor = scene.path / "meminfo"
    poor.write_text(re.sub(r"MemAvailable: *\d+", "MemAvailable: 40000",
                           open("/proc/meminfo", encoding="ascii").read()),
                    "ascii")
    clinic.run("mount", "--bind", poor, "/proc/meminfo")
    doctor.finds("hardly any memory", office.data,
                 {"memory": "warning", **STOPPED})
    clinic.run("umount", "/proc/meminfo")
    office.start()
    clinic.run("prlimit", "--pid", office.process.pid, "--nofile=256:256")
    doctor.finds("too few open files", office.data, {"files": "warning"})
    office.process.send_signal(signal.SIGSTOP)
    doctor.finds("a server that is stuck", office.data,
                 {"serve": "fault", "url": "fault", "files": "warning"})
    office.process.send_signal(signal.SIGCONT)
    office.stop()
    with at_work(office, disk_warn="8000000GiB",
                 disk_min="8000000GiB"):
        doctor.finds("one that is not ready", office.data,
                     {"ready": "fault", "disk": "fault",
                      "backup_disk": "fault"})


# ---- the certificate ----

def certificates(scene, doctor, office, authority):
    def with_one(folder, certificate, key=None):
        settings(folder, tls_certificate=certificate,
                 tls_key=key or certificate.with_suffix(".key"))

    with copied(office.data, "tls") as folder:
        pem = (folder / "tls.pem").read_bytes()
        (folder / "tls.pem").unlink()
        doctor.finds("no certificate", folder,
                     {"certificate": "fault", **STOPPED})
        (folder / "tls.pem").write_bytes(pem)
        (folder / "tls.pem").chmod(0o600)
        good = authority.issue("bon", HOST)
        with_one(folder, good)
        doctor.finds("one of an authority", folder, STOPPED)
        with_one(folder, authority.issue("perime", HOST, shift_days=-100))
        doctor.finds("one that has expired", folder,
                     {"certificate_date": "fault", "settings": "fault",
                      **STOPPED})
        with_one(folder, authority.issue("tot", HOST, shift_days=10))
        doctor.finds("one that is not valid yet", folder,
                     {"certificate_date": "fault", "settings": "fault",
                      **STOPPED})
        with_one(folder, authority.issue("bientot", HOST, days=12))
        doctor.finds("one that ends soon", folder,
                     {"certificate_ends": "warning", **STOPPED})
        with_one(folder, authority.issue("ailleurs", "autre.example"))
        doctor.finds("one for another name", folder,
                     {"certificate_name": "fault", **STOPPED})
        with_one(folder, good,
                 authority.issue("deuxieme", HOST).with_suffix(".key"))
        doctor.finds("a key that is not its own", folder,
                     {"certificate_key": "fault", **STOPPED})
        garbage = scene.path / "nimporte.pem"
        garbage.write_text("ceci n'est rien\n", "ascii")
        for what in ("of garbage", "that is missing"):
            with_one(folder, garbage, good.with_suffix(".key"))
            doctor.finds(f"a certificate {what}", folder,
                         {"certificate": "fault", "settings": "fault",
                          **STOPPED})
            told = doctor.todo_of("certificate")
            show("renouvelez-le" in told and "restore" not in told, told)
            garbage.unlink(missing_ok=True)
    with at_work(office, tls_certificate=good,
                 tls_key=good.with_suffix(".key")):
        kept = good.read_bytes()
        good.unlink()
        doctor.examine(office.data)
        told = doctor.todo_of("certificate")
        show("systemctl reload" in told and "restart" not in told, told)
        good.write_bytes(kept)


# ---- by the url ----

def url(scene, doctor, office):
    with copied(office.data, "nom") as folder:
        settings(folder, url="https://bureau.invalid:8443", listen="18443")
        found = {"name": "fault", "certificate_name": "warning", **STOPPED}
        doctor.finds("a name that does not exist", folder, found)
    far = stage.free_port()
    own = f"0.0.0.0:{office.port}"
    names = {"hosts": f"{HOST}:{office.port}"}
    with at_work(office, url=f"https://{HOST}:{far}", listen=own, **names):
        doctor.finds("a port that leads nowhere", office.data,
                     {"url": "fault"})
        with TlsServer(HOST, far, None, None,
                       lambda head: http(b"<h1>It works</h1>")):
            doctor.finds("something without TLS that answers", office.data,
                         {"url": "fault"})
        other = AddressedOffice(scene, HOST, "voisin")
        other.port = far
        settings(other.data, url=f"https://{HOST}:{far}", listen=str(far))
        other.start()
        doctor.finds("another server that answers", office.data,
                     {"url": "fault"})
        other.stop()
    with at_work(office, url=f"https://{AWAY}:{far}", listen=own, **names):
        found = {"url": "warning", "certificate_name": "warning"}
        doctor.finds("an address that nobody leads back to", office.data,
                     found)


def proxies(scene, doctor, office, authority):
    good = authority.issue("relais", HOST)
    stranger = Authority(scene.path / "inconnue")
    way = {"tls": "proxy", "url": f"https://{HOST}:{office.port}"}
    plain = stage.free_port()
    way["listen"] = f"127.0.0.1:{plain}"
    with Relay(office.port, good, plain):
        with at_work(office, **way):
            doctor.finds("a proxy that the settings do not name",
                         office.data, {"proxies": "fault"})
        with at_work(office, **way, proxies="127.0.0.1"):
            doctor.finds("… once it is named", office.data, {})
    with at_work(office, **way, proxies="127.0.0.1"):
        for what, check, certificate in (
                ("expired", "certificate_date",
                 authority.issue("r1", HOST, shift_days=-100)),
                ("for another name", "certificate_name",
                 authority.issue("r2", AWAY)),
                ("of nobody known", "certificate_unknown",
                 stranger.issue("r3", HOST))):
            with Relay(office.port, certificate, plain):
                doctor.finds(f"a proxy's certificate {what}", office.data,
                             {check: "fault"})
    with at_work(office, **way, proxies="127.0.0.1", tls_pin="yes",
                 tls_certificate=good):
        with Relay(office.port, good, plain):
            doctor.finds("the key that laptops expect", office.data, {})
        with Relay(office.port, authority.issue("r4", HOST), plain):
            doctor.finds("another key than laptops expect", office.data,
                         {"pin": "fault"})


# ---- laptops ----

def laptops(scene, doctor, office):
    doctor.finds("laptops that are silent", office.data,
                 {"silent": "warning", "backup": "warning", **STOPPED},
                 shift=4 * DAY_S)
    with at_work(office):
        berges = Laptop(scene, "berges2", office, 2)
        shutil.copytree(berges.data, scene.path / "copie")
        twin = stage.Person(scene, "copie")
        twin.program = "pointeau"
        berges.record(1)
        berges.run("sync")
        for laptop in (twin, twin):
            laptop.attempt("hours", "add", "--worker", "V12", "--day",
                           "2026-10-01", "--slot", "pm", "--time", "1h")
            laptop.attempt("sync")
        device = berges.run("status", "--json")["device"]
        office.run("device", "revoke", device)
        berges.record(1)
        berges.attempt("sync")
        doctor.finds("alerts", office.data, {"alerts": "warning"})


def act(scene):
    for name in ("TZ",):
        scene.environment.pop(name, None)
    scene.path.chmod(0o755)
    net.ip("link", "add", "lan0", "type", "veth", "peer", "name", "lan1")
    net.ip("addr", "add", f"{HOST}/24", "dev", "lan0")
    net.ip("link", "set", "lan0", "up")
    net.ip("link", "set", "lan1", "up")
    place = scene.path / "sauvegardes"
    place.mkdir()
    clinic.run("mount", "-t", "tmpfs", "-o", "size=3g", "none", place)
    scene.closing.append(lambda: clinic.run("umount", place))
    office = AddressedOffice(scene, HOST)
    office.import_cast()
    settings(office.data, backup_dir=place, metrics_token=TOKEN)
    office.run("backup", "make")
    office.start()
    berges = Laptop(scene, "berges", office)
    berges.record(2)
    berges.run("sync")
    office.stop()
    doctor = Doctor(scene, "pointeau-server", [
        TOKEN, "Durand", "Karim", *(
            (office.data / name).read_text("utf-8").strip()
            for name in ("server.key", "console.key", "backup.key"))])
    doctor.backups = place
    in_health(doctor, office)
    directory(scene, doctor, office)
    owners(doctor, office)
    configuration(doctor, office)
    data(doctor, office)
    clocks(doctor, office)
    backups(scene, doctor, office)
    machine(scene, doctor, office)
    struck_down(doctor, office)
    office.run("todo")
    authority = Authority(scene.path / "autorite")
    trusted = authority.trusted()
    certificates(scene, doctor, office, authority)
    url(scene, doctor, office)
    if trusted:
        proxies(scene, doctor, office, authority)
    else:
        doctor.skip(f"there is no {clinic.AUTHORITIES}", "proxies", "pin",
                    "certificate_unknown")
    laptops(scene, doctor, office)
    clinic.all_are_told(doctor, "pointeau-server")


if __name__ == "__main__":
    clinic.alone()
    sys.exit(stage.play(act))
