"""The country, worked out from what this very run measured (W5): 4,000
structures, 25,000 laptops, 260,000 slots a day, all of them sent between 16:30
and 17:30, ten years of it."""

import json
import math
import socket
import ssl
import urllib.parse

import histories
from lib import L, Measure, Server

STRUCTURES, LAPTOPS, SLOTS = 4_000, 25_000, 260_000
YEARS, DAYS = 10, 220  # of work
ENTRIES_A_SLOT = 137 / 120  # skills, corrections and the like beside
POLLS = 4  # of a laptop in that hour, with nothing to say
HELLOS = 60
ROUNDS = 7
SETS = 40
GB, MB, HOUR_S = 1e9, 1e6, 3600


def hello_cpu(stage, past):
    """CPU seconds of the server for a new TLS connection and a request."""
    with Server(stage, data=past.data) as server:
        place = urllib.parse.urlsplit(server.url)
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        before = server.cpu()
        for _ in range(HELLOS):
            with socket.create_connection(
                    (place.hostname, place.port)) as plain, \
                    context.wrap_socket(plain) as line:
                line.sendall(b"GET /v1/hello HTTP/1.1\r\nHost: "
                             + place.netloc.encode()
                             + b"\r\nConnection: close\r\n\r\n")
                while line.recv(4096):
                    pass
        return (server.cpu() - before) / HELLOS


class Country:
    """Figures of one laptop's day, of one entry; and what they come to."""

    def __init__(self, stage):
        self.past = histories.of(stage)
        self.stage = stage
        self.small, self.large = self.past.pair_of_sizes()
        self.entries_a_day = SLOTS * ENTRIES_A_SLOT
        self.rows = max(1, round(self.entries_a_day / LAPTOPS))
        self.found = {}

    def look(self):
        small, large = self.past.ask(
            "push", [self.small, self.large], ROUNDS,
            rows=self.rows, sets=SETS)
        heads, = self.past.ask("heads", [self.large], ROUNDS)
        pull, = self.past.ask("pull.last", [self.large], ROUNDS)
        slope = max(0.0, math.log(large.median() / small.median()) / math.log(
            self.large.entries / self.small.entries))
        end = self.entries_a_day * DAYS * YEARS
        self.found = {
            "entries_a_push": self.rows,
            "push_cpu_ms": large.median() / SETS * 1e3,
            "push_cpu_ms_at_ten_years": large.median() / SETS * 1e3 * (
                end / self.large.entries) ** slope,
            "push_exponent": slope,
            "push_bytes": large.sent[-1] / SETS,
            "heads_cpu_ms": heads.median() * 1e3,
            "heads_bytes": heads.amount[-1],
            "pull_50_sets_cpu_ms": pull.median() * 1e3,
            "pull_50_sets_bytes": pull.amount[-1],
            "connection_cpu_ms": hello_cpu(self.stage, self.large) * 1e3,
            "bytes_an_entry": self.large.bytes / self.large.entries,
            "entries_a_day": round(self.entries_a_day),
            "entries_in_ten_years": round(end),
            **self.backup(),
        }

    def backup(self):
        """Of the smaller one."""
        place = self.stage.directory("country-backup")
        told = json.loads(self.past.stage_run([
            "pointeau-server", "backup", "make", place, "--json",
            "--data", self.small.data]))
        return {"backup_bytes_an_entry":
                told["written"] / self.small.entries}

    def hour_s(self, push_ms):
        """CPU seconds of the hour when all push, look and poll."""
        one = self.found
        sync = (one["connection_cpu_ms"] + one["heads_cpu_ms"] + push_ms
                + one["pull_50_sets_cpu_ms"])
        poll = one["connection_cpu_ms"] + one["heads_cpu_ms"]
        return LAPTOPS * (sync + POLLS * poll) / 1e3

    def bytes_a_laptop(self):
        one = self.found
        return (one["push_bytes"] + one["pull_50_sets_bytes"]
                + (1 + POLLS) * one["heads_bytes"])

    def measures(self):
        one = self.found
        year = one["entries_a_day"] * DAYS

        def row(name, french, english, value, unit):
            return Measure(f"W5.{name}", L(french, english), value, unit=unit,
                           detail=one)

        return [
            row("cpu", "pays : CPU de l'heure la plus chargée",
                "country: CPU of the busiest hour",
                self.hour_s(one["push_cpu_ms"]), "s"),
            row("cpu.ten", "pays : la même après dix ans",
                "country: the same after ten years",
                self.hour_s(one["push_cpu_ms_at_ten_years"]), "s"),
            row("network", "pays : débit moyen de cette heure, TLS à part",
                "country: mean rate of that hour, TLS apart",
                LAPTOPS * self.bytes_a_laptop() * 8 / HOUR_S / MB, "Mbit/s"),
            row("disk", "pays : base, par an", "country: database, a year",
                year * one["bytes_an_entry"] / GB, "GB"),
            row("disk.ten", "pays : base après dix ans",
                "country: database after ten years",
                YEARS * year * one["bytes_an_entry"] / GB, "GB"),
            row("backup", "pays : sauvegarde après dix ans",
                "country: backup after ten years",
                YEARS * year * one["backup_bytes_an_entry"] / GB, "GB"),
            row("backup.day", "pays : sauvegarde d'un jour, au moins",
                "country: a day's backup, at least",
                one["entries_a_day"] * one["backup_bytes_an_entry"] / MB,
                "MB"),
        ]


def country(stage):
    one = Country(stage)
    one.look()
    return one.measures()


MEASURES = {"W5.cpu": country}
