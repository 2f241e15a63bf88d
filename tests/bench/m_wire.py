"""P3: what a supervisor's day (W1) takes on the wire, against the same rows
as one gzipped CSV. The real programs through a relay that ends TLS with the
office's own key and counts the HTTP within: every request of the sync, its
headers and its answer."""

import day
import relay
from lib import L, Failed, Laptop, Measure, Server, free_port, ratios

DAYS, QUICK_DAYS = 5, 2
# Each way of sending a day has weeks of its own.
ONE, THREE, WIRE = 0, 1, 2


class Scales:
    """A laptop with two roads to its office: HTTP is counted on one, what
    passes with TLS on the other."""

    def __init__(self, stage, server, ports):
        self.laptop = Laptop(stage, server, day.CREW)
        self.within = relay.Meter(ports[0], server.data / "tls.pem")
        self.around = relay.Meter(ports[1])
        self.port = server.port

    def __enter__(self):
        for road in (self.within, self.around):
            road.to(self.port).__enter__()
        self.laptop.sync()  # its lists; and it is logged in from here on
        return self

    def __exit__(self, *_):
        for road in (self.within, self.around):
            road.__exit__()

    def weigh(self, road):
        road.read()
        self.laptop.go_by(road.port)
        self.laptop.sync()
        return road.read()


def rows_of(laptop, wanted):
    rows = day.kept(laptop)
    if len(rows) != wanted:
        raise Failed(f"{len(rows)} rows are not the {wanted} of a day")
    return rows


def one_set(scales, number):
    """(what passed, its CSV) of a day that is sent at once."""
    day.Day(scales.laptop, number, ONE).all()
    rows = rows_of(scales.laptop, day.HOURS + day.SKILLS)
    return scales.weigh(scales.within), rows


def three_sets(scales, number):
    """… that is sent at noon, in the evening and after the observations."""
    today = day.Day(scales.laptop, number, THREE)
    bytes_, rows = 0, []
    for part in (lambda: today.hours("am"), lambda: today.hours("pm"),
                 today.skills):
        part()
        rows += day.kept(scales.laptop)
        bytes_ += scales.weigh(scales.within).total
    return bytes_, rows


def on_wire(scales, number):
    day.Day(scales.laptop, number, WIRE).all()
    rows = rows_of(scales.laptop, day.HOURS + day.SKILLS)
    return scales.weigh(scales.around).total, rows


class Found:
    """Bytes of a day, by how they were sent, and of its CSV."""

    def __init__(self):
        self.sides = {}
        self.requests = []

    def add(self, name, bytes_, rows, seed):
        ours, theirs = self.sides.setdefault(name, ([], []))
        ours.append(bytes_)
        theirs.append(len(day.packed(rows, seed)))

    def take(self, scales, number):
        taken, rows = one_set(scales, number)
        self.requests.append(taken.requests)
        self.add("all", taken.total, rows, number)
        self.add("push", taken.of("/v1/push"), rows, number)
        self.add("lean", taken.total, [dict(row, label="", catalogue="",
                                            scale="") for row in rows], number)
        self.add("three", *three_sets(scales, number), number)
        self.add("tls", *on_wire(scales, number), number)

    def measure(self, name, id_, what, goal=None, **detail):
        pair = ratios(*self.sides[name])
        count = day.HOURS + day.SKILLS
        return Measure(id_, what, pair.ratio, goal, spread=pair.spread,
                       detail={"bytes_an_entry": pair.a / count,
                               "csv_bytes_an_entry": pair.b / count,
                               **detail})


def wire(stage):
    ports = free_port(), free_port()
    server = Server(stage, roads=ports)
    day.people(server)
    found = Found()
    with server, Scales(stage, server, ports) as scales:
        for number in range(QUICK_DAYS if stage.quick else DAYS):
            found.take(scales, number)
    lean = ratios(*found.sides["lean"]).ratio
    return [
        found.measure(
            "all", "P3",
            L("une journée (24 saisies, 3 observations), octets HTTP de toute "
              "la synchronisation ÷ le CSV gzippé des mêmes lignes",
              "a day (24 hours, 3 observations), bytes of HTTP of the whole "
              "sync ÷ the gzipped CSV of the same rows"),
            1.0, without_labels_in_the_csv=lean,
            requests=found.requests[0]),
        found.measure(
            "push", "P3.push",
            L("l'envoi seul, sa réponse comprise ÷ ce CSV",
              "the push alone, with its answer ÷ that CSV")),
        found.measure(
            "three", "P3.three",
            L("la même journée en trois synchronisations ÷ ce CSV",
              "the same day in three syncs ÷ that CSV")),
        found.measure(
            "tls", "P3.tls",
            L("octets sur le réseau, TLS compris ÷ ce CSV",
              "bytes on the network, TLS and all ÷ that CSV")),
    ]


MEASURES = dict.fromkeys(("P3", "P3.push", "P3.three", "P3.tls"), wire)
