#!/usr/bin/env python3
"""How far long work has come, as people and machines see it, and its end at
Ctrl-C: a month's closing, an import beside a running server, a laptop's first
sync. On a real terminal (a pty), and as JSON Lines in a pipe."""

import contextlib
import datetime
import fcntl
import json
import os
import pty
import signal
import sys

import stage
from stage import Laptop, Office, Person, ok, same, show

MONTH = f"{datetime.date.today():%Y-%m}"
LAST = f"{datetime.date.today().replace(day=1) - datetime.timedelta(1):%Y-%m}"
STRUCTURES = 20  # besides those of the cast
MANY = 8000      # workers: an import of some seconds
FEW = 500        # … of which a socket holds all
WRITE = "1"      # write(2), as /proc names it
F_SETPIPE_SZ = 1031


class Visitor(Person):
    program = "pointeau"


def progress_lines(text):
    lines = [json.loads(line) for line in text.splitlines()
             if line.startswith("{")]
    for line in lines:
        show(line["done"] <= line["total"] or line["total"] == 0, line)
    return lines


def held(person, *words):
    """Begin, with an error output that takes nothing: it waits in its first
    word of progress. The process, and what lets it speak again."""
    here, there = os.pipe()
    fcntl.fcntl(there, F_SETPIPE_SZ, 4096)
    os.set_blocking(there, False)
    with contextlib.suppress(BlockingIOError):
        while os.write(there, b"\n" * 4096):
            pass
    os.set_blocking(there, True)
    out = open(f"{person.data}.out", "w+b")
    process = person.stage.spawn(
        person.program, words, person.data, out, there)
    os.close(there)
    while True:
        with open(f"/proc/{process.pid}/syscall", encoding="ascii") as file:
            now = file.read().split()
        if now[:2] == [WRITE, "0x2"]:
            return process, here, out
        show(process.poll() is None, f"{words} did not wait")


def interrupt(person, *words):
    """Ctrl-C at the first step: status, standard output and error output."""
    process, here, out = held(person, *words)
    process.send_signal(signal.SIGINT)
    with open(here, "rb") as pipe:
        err = pipe.read().decode().lstrip("\n")
    status = process.wait()
    with out:
        out.seek(0)
        return status, out.read().decode(), err


def on_terminal(person, *words, at=None):
    """Run on a terminal of its own; Ctrl-C typed once it shows ${at}. The
    status and all that was shown."""
    pid, screen = pty.fork()
    if pid == 0:
        os.environ.update(person.stage.environment)
        os.execv(stage.BIN / person.program,
                 [person.program, *words, "--data", str(person.data)])
    shown = b""
    with contextlib.suppress(OSError):  # EIO: nobody is there any more
        while data := os.read(screen, 4096):
            shown += data
            if at is not None and at.encode() in shown:
                os.write(screen, b"\x03")
                at = None
    os.close(screen)
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return status, shown.decode().replace("\r\n", "\n")


def closings(office):
    return office.rows("SELECT count(*) FROM entry WHERE kind = 'close'")


def siret(number):
    """Fourteen digits with Luhn's check."""
    digits = f"0412076891{number:03}"
    total = sum(sum(divmod(2 * int(digit), 10)) if at % 2 == 0 else int(digit)
                for at, digit in enumerate(reversed(digits)))
    return f"{digits}{-total % 10}"


def write_structures(path):
    with open(path, "w", encoding="utf-8") as file:
        print("structure;name;kind;siret", file=file)
        for number in range(STRUCTURES):
            print(f"S{number:02};Structure {number};ACI;{siret(number)}",
                  file=file)


def write_workers(path, count=MANY, letter="W"):
    with open(path, "w", encoding="utf-8") as file:
        print("worker;structure;crew;first_name;last_name;weekly;"
              "contract_start;contract_end", file=file)
        for number in range(count):
            print(f"{letter}{number:05};RIVES;VERTS;Ana;Nom{number};26h;"
                  "02/03/2026;01/03/2027", file=file)


def closes(office):
    office.attempt("month", "close", MONTH, "--progress", "json")
    same(office.status, 12, office.err)  # nothing is recorded yet
    last = progress_lines(office.err)[-1]
    same(last, {"progress": "close", "done": STRUCTURES + 2,
                "total": STRUCTURES + 2, "unit": "structures"})
    words = ("month", "close", MONTH, "--structure", "RIVES",
             "--exception", "essai")
    status, out, err = interrupt(office, *words, "--progress", "json")
    same((status, out), (130, ""), err)
    show("rien n'est clos" in err, err)
    same(closings(office), [(0,)], "an interrupted closing")
    ok("a closing tells how far it is; Ctrl-C closes nothing")

    status, shown = on_terminal(office, *words)
    same(status, 0, shown)
    show("\r\x1b[KClôture : " in shown and " 100 %" in shown, repr(shown))
    show("\r\x1b[KMois " in shown, "the line stays", repr(shown))
    show(closings(office) != [(0,)], "the second time it is closed")
    office.run("month", "status", MONTH)
    same(office.err, "", "no terminal, no progress")
    ok("on a terminal a line shows it, and goes when all is done")


def imports(office, path):
    """In the running server, which is told from here to end."""
    before = office.rows("SELECT count(*) FROM entry")
    status, shown = on_terminal(office, "import", "workers", str(path),
                                at="Importation : ")
    same(status, 130, shown)
    show("rien n'a été importé" in shown, repr(shown))
    same(office.rows("SELECT count(*) FROM entry"), before)
    office.attempt("import", "workers", path, "--progress", "json")
    same(office.status, 0, office.err)
    lines = progress_lines(office.err)
    same(list(dict.fromkeys(line["progress"] for line in lines)),
         ["waiting", "read", "import"])
    same(office.rows("SELECT count(*) FROM record WHERE family = 'worker' "
                     "AND subject LIKE 'W%'"), [(MANY,)])
    ok("beside a running server it is told and ended as well")


class Watched:
    """A command beside the running server, its progress read line by line."""

    def __init__(self, office, *words):
        here, there = os.pipe()
        self.out = open(f"{office.data}.out", "w+b")
        self.process = office.stage.spawn(
            office.program, (*words, "--progress", "json"), office.data,
            self.out, there)
        os.close(there)
        self.pipe = open(here, encoding="utf-8")

    def until(self, phase):
        for line in self.pipe:
            if f'"progress":"{phase}"' in line:
                return
        show(False, f"never {phase}")

    def interrupt(self):
        self.process.send_signal(signal.SIGINT)

    def end(self):
        """The status, and all else that was said."""
        with self.pipe:
            said = self.pipe.read()
        with self.out:
            return self.process.wait(), said


def interrupts(office, path, few):
    """The server is held (SIGSTOP) wherever something must come first."""
    before = office.rows("SELECT count(*) FROM entry")
    server = office.process

    server.send_signal(signal.SIGSTOP)
    # More than a socket holds: the server has not got it all.
    command = Watched(office, "import", "workers", str(path))
    command.until("waiting")
    command.interrupt()
    status, said = command.end()
    same(status, 130, said)
    show("rien n'est changé" in said, said)

    command = Watched(office, "import", "workers", str(few))
    command.until("waiting")
    command.interrupt()
    server.send_signal(signal.SIGCONT)
    status, said = command.end()
    same(status, 130, said)
    show("rien n'" in said, said)
    same(office.rows("SELECT count(*) FROM entry"), before)
    ok("from the first moment Ctrl-C is heard, and nothing is changed")

    command = Watched(office, "import", "workers", str(path))
    command.until("read")
    server.send_signal(signal.SIGSTOP)
    command.interrupt()
    command.until("stopping")
    command.interrupt()
    status, said = command.end()
    same(status, 130, said)
    show("le serveur continue" in said and "--dry-run" in said, said)
    server.send_signal(signal.SIGCONT)
    office.run("device", "list")  # it has ended that one
    same(office.rows("SELECT count(*) FROM entry"), before)
    ok("a second Ctrl-C ends the waiting, and says so")

    command = Watched(office, "import", "workers", str(few))
    command.until("read")
    command.process.send_signal(signal.SIGSTOP)
    while office.rows("SELECT count(*) FROM entry") == before:
        pass
    command.interrupt()
    command.process.send_signal(signal.SIGCONT)
    status, said = command.end()
    same(status, 0, said)
    show("Trop tard" in said, said)
    ok("Ctrl-C too late: it says that it is done")


def closes_beside(office):
    """In the running server, of a month of hundreds of workers."""
    words = ("month", "close", LAST, "--structure", "RIVES",
             "--exception", "essai")
    of_last = ("SELECT count(*) FROM entry WHERE kind IN ('close', 'closed') "
               f"AND record LIKE '%/{LAST}%'")

    def kept():
        return [office.rows(f"SELECT count(*) FROM {table}")
                for table in ("entry", "changeset", "record", "outbox")]

    before = kept()
    same(office.rows(of_last), [(0,)])
    command = Watched(office, *words)
    command.until("close")
    office.process.send_signal(signal.SIGSTOP)
    command.interrupt()
    command.until("stopping")
    office.process.send_signal(signal.SIGCONT)
    status, said = command.end()
    same(status, 130, said)
    show("rien n'est clos" in said, said)
    same(kept(), before, "an interrupted closing left something")
    rows = office.run("month", "status", LAST, "--structure", "RIVES",
                      "--json")["rows"]
    same([(row["state"], row["version"]) for row in rows], [("open", 0)])
    office.attempt("month", "show", LAST, "--structure", "RIVES")
    same(office.status, 1, office.err)
    show("n'est pas clos" in office.err, office.err)
    office.run("rebuild", "--json")
    same(kept(), before, "a rebuild found something to put right")

    office.run(*words)
    told = office.run("month", "show", LAST, "--structure", "RIVES",
                      "--json")["closing"]
    same(told["version"], 1)
    show(len(told["rows"]) >= FEW, len(told["rows"]))
    # One of each worker's, the sum of them, and what the laptops are told.
    same(office.rows(of_last), [(len(told["rows"]) + 2,)])
    ok("a closing in the running server ends whole or not at all")


def loses_its_server(office, path):
    before = office.rows("SELECT count(*) FROM entry")
    command = Watched(office, "import", "workers", str(path))
    command.until("read")
    office.kill()
    status, said = command.end()
    same(status, 20, said)
    show("s'est arrêté entre-temps" in said and "--dry-run" in said, said)
    same(office.rows("SELECT count(*) FROM entry"), before)
    office.start()
    ok("a server killed meanwhile: it is said, and nothing was done")


def enrols(on_stage, office):
    code = office.run("device", "code", "--crew", "VERTS", "--json")["code"]
    laptop = Visitor(on_stage, "neuf")
    status, out, err = interrupt(
        laptop, "enrol", code, "--name", "neuf", "--json", "--progress",
        "json")
    same(status, 130, err)
    show("pointeau sync" in err, err)
    answer = json.loads(out)
    same((answer["sync"], len(answer["words"].split())), ("interrupted", 6))
    before = laptop.rows("SELECT count(*) FROM changeset")[0][0]
    status, shown = on_terminal(laptop, "sync")
    same(status, 0, shown)
    show("\r\x1b[KLots échangés : " in shown and "100 %" in shown,
         repr(shown))
    after = laptop.rows("SELECT count(*) FROM changeset")[0][0]
    show(0 < after - before, "nothing was left to come", before, after)
    other = Laptop(on_stage, "autre", office)
    workers = "SELECT count(*) FROM record WHERE family = 'worker'"
    same(laptop.rows(workers), other.rows(workers))
    ok("an enrolment's first sync is told, ended, and goes on")


def act(on_stage):
    office = Office(on_stage)
    write_structures(on_stage.path / "structures.csv")
    write_workers(on_stage.path / "workers.csv")
    office.import_cast()
    office.run("import", "structures", on_stage.path / "structures.csv")
    closes(office)
    office.start()
    write_workers(on_stage.path / "few.csv", FEW, "F")
    interrupts(office, on_stage.path / "workers.csv",
               on_stage.path / "few.csv")
    closes_beside(office)
    loses_its_server(office, on_stage.path / "workers.csv")
    imports(office, on_stage.path / "workers.csv")
    enrols(on_stage, office)
    office.stop()


if __name__ == "__main__":
    sys.exit(stage.play(act))
