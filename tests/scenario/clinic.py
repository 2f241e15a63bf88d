"""Where doctors are tried (s680, s685): faults staged for real, in mounts and a
network of the play's own, and what `doctor` says of each.

Every examination is checked: its findings are well formed, what is not well
says what to do, nothing secret is told, and nothing in the data directory has
changed."""

import contextlib
import hashlib
import json
import os
import pathlib
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time

import net
import stage
from stage import BIN, show

MOUNTS = "POINTEAU_OWN_MOUNTS"
NOBODY = 65534
CLOCK = BIN / "tests" / "libodd_clock.so"
SEVERITIES = ("ok", "remark", "warning", "fault")
WORDS = {"check", "severity", "text", "why", "todo"}
AUTHORITIES = "/etc/ssl/certs/ca-certificates.crt"


def alone():
    """Go on with mounts and a network of one's own, as root over them."""
    if os.environ.get(MOUNTS) != "1":
        for words in (["unshare", "-m"], ["unshare", "-r", "-m"]):
            done = subprocess.run(
                [*words, "mount", "-t", "tmpfs", "none", "/mnt"],
                capture_output=True, check=False)
            if done.returncode == 0:
                os.environ[MOUNTS] = "1"
                os.execvp(words[0], [*words, sys.executable, *sys.argv])
        print("# skipped: no mounts of one's own here", flush=True)
        sys.exit(77)
    if not CLOCK.exists():
        print("not ok - build the target odd_clock", flush=True)
        sys.exit(1)
    net.alone()


def run(*words):
    done = subprocess.run([str(word) for word in words], check=False,
                          capture_output=True, text=True)
    show(done.returncode == 0, *words, done.stdout, done.stderr)
    return done.stdout


def may_chown():
    """Root of a user's own namespace has nobody to give a file to."""
    with tempfile.NamedTemporaryFile() as probe:
        try:
            os.chown(probe.name, NOBODY, NOBODY)
            return True
        except OSError:
            return False


# ---- what an examination leaves ----

def footprint(folder):
    """All that a directory holds. -shm is SQLite's index of its log, which
    every reader of a database at work writes to."""
    found = {}
    folder = pathlib.Path(folder)
    if not folder.is_dir():
        return folder.read_bytes() if folder.exists() else None
    for path in [folder, *sorted(folder.rglob("*"))]:
        facts = path.lstat()
        name = str(path.relative_to(folder))
        if name.endswith("-shm"):
            continue
        found[name] = (facts.st_mode, facts.st_uid, facts.st_mtime_ns
                       if path.is_file() else 0,
                       hashlib.sha256(path.read_bytes()).hexdigest()
                       if path.is_file() else "")
    return found


class Doctor:
    """`doctor` of one program. What is in ${secrets} may never be told."""

    def __init__(self, scene, program, secrets):
        self.scene = scene
        self.program = program
        self.secrets = secrets
        self.seen = {}  # check: severities
        self.count = 0
        self.skipped = set()

    def skip(self, why, *checks):
        print(f"# skipped: {why}", flush=True)
        self.skipped.update(checks)

    def words(self, data, lang, as_user, extra):
        words = [BIN / self.program, "doctor", *extra]
        if data is not None:
            words += ["--data", data]
        if as_user is not None:
            words = ["setpriv", f"--reuid={as_user}", f"--regid={as_user}",
                     "--clear-groups", *words]
        return [str(word) for word in words]

    def call(self, data, *extra, lang="fr_FR.UTF-8", shift=0, kept="1",
             as_user=None, **environment):
        settings = {**self.scene.environment, "LANG": lang,
                    "LD_PRELOAD": str(CLOCK), "CLOCK_SHIFT": str(shift),
                    "CLOCK_KEPT": kept, **environment}
        before = footprint(data)
        begin = time.monotonic()
        done = subprocess.run(
            self.words(data, lang, as_user, extra), env=settings, text=True,
            capture_output=True, check=False, cwd="/", timeout=stage.WAIT_S)
        took = time.monotonic() - begin
        after = footprint(data)
        show(before == after, "doctor has changed something",
             [name for name in set(before or ()) | set(after or ())
              if not isinstance(before, dict) or
              before.get(name) != after.get(name)])
        said = done.stdout + done.stderr
        show(done.returncode in (0, 1) and "Sanitizer" not in said,
             f"doctor → {done.returncode}", said)
        for secret in self.secrets:
            show(secret not in said, "a secret is told", secret, said)
        return done, took

    def examine(self, data, **how):
        """{check: severity} of what is a fault or a warning."""
        done, _ = self.call(data, "--json", *how.pop("extra", ()), **how)
        told = json.loads(done.stdout)
        found = {}
        for finding in told["findings"]:
            show(set(finding) == WORDS and finding["text"] and
                 finding["severity"] in SEVERITIES, finding)
            if finding["severity"] in ("ok", "remark"):
                continue
            show(len(finding["todo"]) > 10, "nothing to do", finding)
            check = finding["check"]
            if SEVERITIES.index(finding["severity"]) > SEVERITIES.index(
                    found.get(check, "ok")):
                found[check] = finding["severity"]
        faulty = "fault" in found.values()
        show(told["ok"] is not faulty and done.returncode == int(faulty),
             done.returncode, told)
        self.last = told["findings"]
        return found

    def finds(self, what, data, wanted, **how):
        """Exactly these, in French and told to people as well."""
        found = self.examine(data, **how)
        show(found == wanted, what, f"found {found}", f"wanted {wanted}",
             json.dumps(self.last, indent=1, ensure_ascii=False))
        for check, severity in wanted.items():
            self.seen.setdefault(check, set()).add(severity)
        self.count += 1
        stage.ok(f"{what}: " + (", ".join(
            f"{check} ({severity})" for check, severity in wanted.items())
            or "nothing amiss"))

    def todo_of(self, check):
        return next(finding["todo"] for finding in self.last
                    if finding["check"] == check)


# ---- disks ----

@contextlib.contextmanager
def copied(data, name):
    """A copy to spoil."""
    folder = data.with_name(name)
    shutil.copytree(data, folder, ignore=shutil.ignore_patterns("*.sock"))
    for path in folder.iterdir():
        path.chmod(data.joinpath(path.name).stat().st_mode)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def on_small_disk(data, name, size, fill=0):
    """A copy on a disk of that size, all but ${fill} bytes of it taken."""
    folder = data.with_name(name)
    folder.mkdir()
    run("mount", "-t", "tmpfs", "-o", f"size={size},mode=700", "none", folder)
    try:
        run("cp", "-a", f"{data}/.", folder)
        yield folder
    finally:
        run("umount", folder)
        folder.rmdir()


def hand_over(folder, owner=NOBODY):
    for path in [folder, *folder.iterdir()]:
        os.chown(path, owner, owner)


# ---- certificates ----

class Authority:
    """A certificate authority, in the place of the system's."""

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir()
        run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
            "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=Autorite",
            "-days", "7000", "-keyout", folder / "ca.key", "-out",
            folder / "ca.pem")

    def trusted(self):
        """For all that this play runs from now on."""
        if not os.path.exists(AUTHORITIES):
            return False
        run("mount", "--bind", self.folder / "ca.pem", AUTHORITIES)
        return True

    def issue(self, name, host, days=90, shift_days=0):
        """The path of a certificate; its key is beside it (.key). Made on a
        machine whose clock is that far off."""
        base = self.folder / name
        kind = "IP" if host.replace(".", "").isdigit() else "DNS"
        base.with_suffix(".ext").write_text(
            f"subjectAltName={kind}:{host}\n", "utf-8")
        run("openssl", "req", "-newkey", "ec", "-pkeyopt",
            "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={name}",
            "-keyout", f"{base}.key", "-out", f"{base}.csr")
        run("env", f"LD_PRELOAD={CLOCK}", f"CLOCK_SHIFT={shift_days * 86400}",
            "openssl", "x509", "-req", "-in", f"{base}.csr", "-CA",
            self.folder / "ca.pem", "-CAkey", self.folder / "ca.key",
            "-CAcreateserial", "-days", days, "-extfile", f"{base}.ext",
            "-out", f"{base}.pem")
        return base.with_suffix(".pem")


class TlsServer:
    """On that port with that certificate: what ${answer} says of each
    connection's first bytes; None: nothing, ever."""

    def __init__(self, host, port, certificate, key, answer):
        self.answer = answer
        self.context = None
        if certificate is not None:
            self.context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            self.context.load_cert_chain(certificate, key)
        self.listener = socket.create_server((host, port))
        self.calls = []
        threading.Thread(target=self.listen, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for call in self.calls:
            call.close()

    def listen(self):
        with contextlib.suppress(OSError):
            while True:
                plain, _ = self.listener.accept()
                self.calls.append(plain)
                threading.Thread(target=self.serve, args=(plain,),
                                 daemon=True).start()

    def serve(self, plain):
        with contextlib.suppress(OSError, ssl.SSLError):
            if self.answer is None:
                return
            line = plain
            if self.context is not None:
                line = self.context.wrap_socket(plain, server_side=True)
            head = b""
            while b"\r\n\r\n" not in head:
                more = line.recv(4096)
                if not more:
                    return
                head += more
            line.sendall(self.answer(head))
            line.close()


def http(body, status=200, kind="application/json"):
    """An answer for TlsServer."""
    if not isinstance(body, bytes):
        body = json.dumps(body).encode()
    return (f"HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: "
            f"{len(body)}\r\nConnection: close\r\n\r\n").encode() + body


# ---- docs/operations.md ----

def all_are_told(doctor, program):
    """The table of the faults names those that were found, and no other."""
    text = (stage.ROOT / "docs" / "operations.md").read_text("utf-8")
    listed = set()
    inside = False
    for line in text.splitlines():
        if line.startswith("|"):
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            if cells[0] == f"`{program} doctor`":
                inside = True
            elif inside and cells[0].startswith("`"):
                listed.update(
                    word.strip("` ") for word in cells[0].split(","))
        else:
            inside = False
    stage.same((listed ^ set(doctor.seen)) - doctor.skipped, set(),
               "docs/operations.md and what was found differ")
    stage.ok(f"{len(doctor.seen)} kinds of faults in {doctor.count} "
             "examinations, each in the table")
