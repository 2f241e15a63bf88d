#!/usr/bin/env python3
"""`pointeau doctor`: each fault that a laptop may have, staged for real, is
found by its word, says what to do, and nothing is changed by looking."""

import contextlib
import os
import shutil
import sqlite3
import subprocess
import sys

import clinic
import net
import stage
from clinic import NOBODY, Authority, Doctor, TlsServer, copied, http
from net import AddressedOffice, Service
from s665_portal_proxy import HOST, PORTAL, Portal, Proxy
from stage import Laptop, ok, same, show

NAME = "Berges chez Durand"
DAY_S = 86400


def change(folder, query, *values):
    base = sqlite3.connect(folder / "pointeau.db", timeout=60)
    with contextlib.closing(base), base:
        base.execute(query, values)


def put(folder, name, value):
    change(folder, "UPDATE setting SET value = ? WHERE name = ?", value, name)


# ---- in health ----

def in_health(doctor, berges):
    doctor.finds("a healthy laptop", berges.data, {})
    page = Service(berges)
    doctor.finds("while its service runs", berges.data, {})
    show(any(finding["check"] == "service" and
             str(page.process.pid) in finding["text"]
             for finding in doctor.last), doctor.last)
    page.stop()
    done, _ = doctor.call(berges.data)
    show("PANNE" not in done.stdout and "Rien ne manque" in done.stdout and
         done.returncode == 0, done.stdout)
    done, _ = doctor.call(berges.data, lang="en_GB.UTF-8")
    show("Nothing amiss" in done.stdout, done.stdout)
    ok("in health it says so, in both languages")


# ---- the directory ----

def directory(scene, doctor, berges):
    doctor.finds("no such directory", scene.path / "nulle-part",
                 {"directory": "fault"})
    done, _ = doctor.call(scene.path / "nulle-part", HOME=str(scene.path))
    show("~/nulle-part" in done.stdout and str(scene.path) not in done.stdout,
         "whose home it is", done.stdout)
    empty = scene.path / "vide"
    empty.mkdir()
    doctor.finds("an empty directory", empty, {"directory": "fault"})
    (empty / "pointeau.conf").write_text("# rien\n", "utf-8")
    doctor.finds("one without a database", empty, {"enrolment": "fault"})
    file = scene.path / "fichier"
    file.write_text("x", "utf-8")
    doctor.finds("a file in its place", file, {"directory": "fault"})
    with copied(berges.data, "ouvert") as folder:
        (folder / "device.key").chmod(0o644)
        doctor.finds("a key that all may read", folder, {"secrets": "fault"})
        show("chmod go=" in doctor.todo_of("secrets"), doctor.last)
        subprocess.run(doctor.todo_of("secrets"), shell=True, check=True)
        doctor.finds("… once done as told", folder, {})
    with clinic.on_small_disk(berges.data, "lecture", "64m") as folder:
        clinic.run("mount", "-o", "remount,bind,ro", folder)
        doctor.finds("a disk that is read-only", folder,
                     {"read_only": "fault", "disk": "warning"})


def owners(doctor, berges):
    if not clinic.may_chown():
        doctor.skip("there is no other account here", "owner", "permissions")
        return
    with copied(berges.data, "a-un-autre") as folder:
        clinic.hand_over(folder)
        doctor.finds("root looks with the owner's eyes", folder, {})
        folder.chmod(0o755)
        doctor.finds("another's directory", folder, {"owner": "fault"},
                     as_user=12345)
        (folder / "device.key.new").write_text("x", "utf-8")
        (folder / "run.url").write_text("x", "utf-8")
        for name in ("device.key.new", "run.url"):
            (folder / name).chmod(0o600)
        doctor.finds("files that root has made there", folder,
                     {"owner": "fault"})
        told = doctor.todo_of("owner")
        show("device.key.new" in told and "run.url" in told, told)
        subprocess.run(told.replace("sudo ", ""), shell=True, check=True)
        same((folder / "run.url").stat().st_uid, NOBODY)
        (folder / "device.key.new").unlink()
        (folder / "pointeau.db").chmod(0o400)
        doctor.finds("a database that refuses to be written", folder,
                     {"permissions": "fault"})
        (folder / "pointeau.db").chmod(0o000)
        doctor.finds("… or read", folder, {"permissions": "fault"})
        (folder / "pointeau.db").chmod(0o600)
        folder.chmod(0o500)
        doctor.finds("a directory that refuses", folder,
                     {"permissions": "fault"})


def settings(doctor, berges):
    file = berges.data / "pointeau.conf"
    file.write_text("proxi = http://a:1\nmetered = peut-être\n", "utf-8")
    doctor.finds("settings with faults", berges.data, {"settings": "fault"})
    same(sum(finding["check"] == "settings" for finding in doctor.last), 2)
    file.write_bytes(b"x" * 100000)
    doctor.finds("settings that are none", berges.data,
                 {"settings": "fault"})
    file.unlink()


def disks(doctor, berges):
    with clinic.on_small_disk(berges.data, "plein", "6m") as folder:
        doctor.finds("a full disk", folder, {"disk": "fault"})
        (folder / "device.key").chmod(0o644)
        doctor.finds("… the gravest first", folder,
                     {"disk": "fault", "secrets": "fault"})
        same([one["check"] for one in doctor.last[:2]], ["disk", "secrets"])
    with clinic.on_small_disk(berges.data, "bientot", "60m") as folder:
        doctor.finds("a disk that is almost full", folder,
                     {"disk": "warning"})


# ---- what it holds ----

def database(doctor, berges):
    with copied(berges.data, "base") as folder:
        change(folder, "INSERT INTO schema_migration (name, sha256, place) "
               "VALUES ('agent/9999_future.sql', 'x', 9999)")
        doctor.finds("a database of a newer version", folder,
                     {"database_newer": "fault"})
        with open(folder / "pointeau.db", "r+b") as file:
            file.seek(8192)
            file.write(os.urandom(16384))
        doctor.finds("a damaged database", folder, {"database": "fault"})
        (folder / "pointeau.db").write_bytes(b"not a database" * 100)
        doctor.finds("no database at all", folder, {"database": "fault"})
    with copied(berges.data, "courant") as folder:
        cut_short(folder)
        doctor.finds("a power cut amid a save", folder,
                     {"database": "warning"})
    with copied(berges.data, "neuf") as folder:
        change(folder, "DELETE FROM setting WHERE name = 'server_key'")
        doctor.finds("a laptop that is enrolled nowhere", folder,
                     {"enrolment": "fault"})


def cut_short(folder):
    """As a power cut leaves it: pages changed, their journal beside them."""
    program = ("import os, sqlite3, sys\n"
               "base = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
               "base.execute('PRAGMA cache_size = 1')\n"
               "base.execute('PRAGMA journal_mode = truncate')\n"
               "base.execute('BEGIN IMMEDIATE')\n"
               "base.execute('CREATE TABLE x AS SELECT a.name AS a, b.name "
               "AS b FROM setting a, setting b, setting c')\n"
               "os.kill(os.getpid(), 9)\n")
    subprocess.run([sys.executable, "-c", program, folder / "pointeau.db"],
                   check=False)
    show((folder / "pointeau.db-journal").stat().st_size > 0, "no journal")


def keys(doctor, berges, other):
    with copied(berges.data, "cle") as folder:
        key = folder / "device.key"
        key.write_text("abîmée", "utf-8")
        doctor.finds("a damaged key", folder, {"key": "fault"})
        key.unlink()
        doctor.finds("no key", folder, {"key": "fault"})
        shutil.copy(other.data / "device.key", key)
        doctor.finds("another laptop's key", folder, {"key": "fault"})


def clocks(doctor, berges):
    doctor.finds("a clock that is behind", berges.data, {"clock": "fault"},
                 shift=-3 * DAY_S)
    doctor.finds("a clock two hours ahead", berges.data, {"clock": "fault"},
                 shift=7200)
    doctor.finds("a clock ten minutes ahead", berges.data,
                 {"clock": "warning"}, shift=600)
    doctor.finds("a time zone that does not exist", berges.data,
                 {"time_zone": "warning"}, TZ="Europe/Pariis")


def autostart(scene, doctor, berges):
    home = scene.path / "maison"
    home.mkdir()
    desktop = {"DISPLAY": ":9", "HOME": str(home),
               "XDG_CONFIG_HOME": str(home / ".config"),
               "XDG_CONFIG_DIRS": str(home / "xdg")}
    doctor.finds("a desktop where nothing syncs", berges.data,
                 {"service": "warning"}, **desktop)
    (home / "xdg/autostart").mkdir(parents=True)
    shutil.copy(stage.ROOT / "packaging/autostart/pointeau.desktop",
                home / "xdg/autostart")
    doctor.finds("… where it starts with the session", berges.data, {},
                 **desktop)


# ---- the road ----

def roads(scene, doctor, berges, office):
    environment = scene.environment
    office.stop()
    doctor.finds("nobody answers", berges.data, {"unreachable": "fault"})
    with TlsServer(HOST, office.port, None, None, None):
        _, took = doctor.call(berges.data)
        show(took < 15, "it waits for ever", took)
        doctor.finds("somebody takes the call and says nothing", berges.data,
                     {"unreachable": "fault"})
    with Portal(office.port, 200, page=b"<h1>It works</h1>"):
        doctor.finds("somebody answers without TLS", berges.data,
                     {"not_https": "fault"})
    with Portal(80, 302, PORTAL):
        doctor.finds("a captive portal", berges.data, {"portal": "fault"})
    proxy = Proxy(password="asso:s3cret")
    environment["https_proxy"] = proxy.url("asso:faux-mot@")
    doctor.finds("a proxy that wants another password", berges.data,
                 {"proxy_auth": "fault"})
    proxy.password, proxy.refuses = None, 403
    doctor.finds("a proxy that refuses", berges.data, {"proxy": "fault"})
    environment["https_proxy"] = proxy.url("asso:faux-mot@")
    proxy.close()
    doctor.finds("a proxy that is gone", berges.data, {"proxy": "fault"})
    why = next(one["why"] for one in doctor.last if one["check"] == "proxy")
    show(f"{HOST}:{proxy.port}" in why and "faux-mot" not in why, why)
    with TlsServer(HOST, proxy.port, None, None, None):
        doctor.finds("a proxy that takes the call and says nothing",
                     berges.data, {"proxy": "fault"})
        show(any(f"{HOST}:{proxy.port}" in one["why"]
                 for one in doctor.last), doctor.last)
    environment["no_proxy"] = HOST
    doctor.finds("… which the office is reached without", berges.data,
                 {"unreachable": "fault"})
    del environment["no_proxy"]
    environment["https_proxy"] = "http://asso:faux-mot@relais.invalid:3128"
    doctor.finds("a proxy that is not found", berges.data, {"proxy": "fault"})
    environment["https_proxy"] = "http://asso:faux-mot@[relais:3128"
    doctor.finds("a proxy that is none", berges.data, {"proxy": "fault"})
    # Nor does a sync tell or keep the password of one that makes no sense.
    same(berges.attempt("sync"), 20)
    said = berges.err + berges.run("status")
    show("faux-mot" not in said and "relais" in said, said)
    del environment["https_proxy"]
    with copied(berges.data, "nom") as folder:
        put(folder, "url", f"https://bureau.invalid:{office.port}")
        doctor.finds("a name that does not exist", folder, {"name": "fault"})
    net.ip("link", "set", "lan0", "down")
    doctor.finds("no network", berges.data, {"network": "fault"})
    net.ip("link", "set", "lan0", "up")


def tls(scene, doctor, berges, office):
    authority = Authority(scene.path / "autorite")
    good = authority.issue("bon", HOST)

    def served(certificate, answer=lambda head: http({})):
        return TlsServer(HOST, office.port, certificate,
                         certificate.with_suffix(".key"), answer)

    with served(good):
        doctor.finds("somebody else's TLS key", berges.data,
                     {"pin": "fault"})
    with copied(berges.data, "autorites") as folder:
        put(folder, "pin", "")
        if not authority.trusted():
            doctor.skip(f"there is no {clinic.AUTHORITIES}",
                        "certificate_date", "certificate_name",
                        "certificate_unknown")
            return
        for what, check, words in (
                ("expired", "certificate_date", {"shift_days": -100}),
                ("not valid yet", "certificate_date", {"shift_days": 10}),
                ("for another name", "certificate_name", {})):
            host = "10.9.0.77" if check == "certificate_name" else HOST
            bad = authority.issue(what.replace(" ", "-"), host, **words)
            with served(bad):
                doctor.finds(f"a certificate {what}", folder,
                             {check: "fault"})
        stranger = Authority(scene.path / "inconnue")
        with served(stranger.issue("autre", HOST)):
            doctor.finds("a certificate of nobody known", folder,
                         {"certificate_unknown": "fault"})
        with served(good, lambda head: http(b"<h1>It works</h1>",
                                            kind="text/html")):
            doctor.finds("a web site in its place", folder,
                         {"portal": "fault"})


def offices(scene, doctor, berges, office):
    """Who answers has the right TLS key and is not what it should be."""
    hello = {"schema": 1, "protocol": 1, "version": "0.1.0",
             "server": berges.rows("SELECT value FROM setting WHERE name = "
                                   "'server_key'")[0][0]}
    pem = office.data / "tls.pem"

    def says(body, status=200):
        return TlsServer(HOST, office.port, pem, pem,
                         lambda head: http(body, status))

    with says({**hello, "protocol": 2, "version": "9.0"}):
        doctor.finds("an office too new", berges.data, {"version": "fault"})
        show("pointeau-agent" in doctor.todo_of("version"), doctor.last)
    with says({**hello, "protocol": 0, "version": "0.0.1"}):
        doctor.finds("an office too old", berges.data, {"version": "fault"})
        show("pointeau-server" in doctor.todo_of("version"), doctor.last)
    with says({"error": "io", "message": "x"}, 503):
        doctor.finds("an office that is ill", berges.data,
                     {"office": "fault"})
    other = AddressedOffice(scene, HOST, "voisin")
    conf = other.data / "pointeau-server.conf"
    conf.write_text(conf.read_text("utf-8").replace(
        str(other.port), str(office.port)), "utf-8")
    shutil.copy(pem, other.data / "tls.pem")
    other.start()
    doctor.finds("another office", berges.data, {"other_office": "fault"})
    other.stop()


def left_alone(doctor, berges):
    """The office is away, and nothing has been received since."""
    berges.record(2)
    # Started again since: else the clock would have jumped.
    put(berges.data, "clock", "")
    doctor.finds("nothing sent for four days", berges.data,
                 {"unsent": "warning", "unreachable": "fault"},
                 shift=4 * DAY_S)
    doctor.finds("nothing sent for ten days", berges.data,
                 {"unsent": "fault", "unreachable": "fault"},
                 shift=10 * DAY_S)
    same(berges.attempt("sync"), 20)
    same("pointeau doctor" in berges.run("status"), True)


def known(doctor, berges, office):
    device = berges.run("status", "--json")["device"]
    office.run("device", "suspend", device, "--reason", "prêté")
    doctor.finds("a suspended laptop", berges.data, {"suspended": "warning"})
    office.run("device", "resume", device)
    with copied(berges.data, "alarme") as folder:
        # What a sync keeps of a log that went another way (s330).
        put(folder, "trouble", "signature")
        doctor.finds("an alarm of the last sync", folder, {"alarm": "fault"})
    doctor.finds("… taken back", berges.data, {})
    office.run("device", "revoke", device)
    doctor.finds("a revoked laptop", berges.data, {"revoked": "fault"})
    berges.record(1)
    berges.attempt("sync")
    doctor.finds("… whose entries were set aside", berges.data,
                 {"revoked": "fault", "refused": "warning"})
    office.stop()
    doctor.finds("… and the office away", berges.data,
                 {"revoked": "fault", "refused": "warning",
                  "unreachable": "fault"})


def act(scene):
    for name in ("https_proxy", "http_proxy", "all_proxy", "no_proxy"):
        scene.environment.pop(name, None)
        scene.environment.pop(name.upper(), None)
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "TZ"):
        scene.environment.pop(name, None)
    scene.path.chmod(0o755)
    net.ip("link", "add", "lan0", "type", "veth", "peer", "name", "lan1")
    net.ip("addr", "add", f"{HOST}/24", "dev", "lan0")
    net.ip("link", "set", "lan0", "up")
    net.ip("link", "set", "lan1", "up")
    office = AddressedOffice(scene, HOST)
    office.import_cast()
    office.start()
    berges = Laptop(scene, "berges", office)
    other = Laptop(scene, "autre", office, 1)
    put(berges.data, "name", NAME)
    berges.record(2)
    berges.run("sync")
    bearer = berges.rows("SELECT value FROM setting WHERE name = 'bearer'")
    doctor = Doctor(scene, "pointeau", [
        NAME, "Durand", bearer[0][0], "s3cret", "faux-mot",
        (berges.data / "device.key").read_text("utf-8").strip()])
    in_health(doctor, berges)
    directory(scene, doctor, berges)
    owners(doctor, berges)
    settings(doctor, berges)
    disks(doctor, berges)
    database(doctor, berges)
    keys(doctor, berges, other)
    clocks(doctor, berges)
    autostart(scene, doctor, berges)
    roads(scene, doctor, berges, office)
    left_alone(doctor, berges)
    offices(scene, doctor, berges, office)
    tls(scene, doctor, berges, office)
    office.start()
    berges.run("sync")
    known(doctor, berges, office)
    clinic.all_are_told(doctor, "pointeau")


if __name__ == "__main__":
    clinic.alone()
    sys.exit(stage.play(act))
