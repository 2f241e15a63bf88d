"""Where the server's instructions go: callgrind's file, by the room (source
file) and the library that they are in. Its processor knows neither SHA-NI nor
AES-NI nor AVX-512, so hashing and TLS weigh more than on a real one."""

import collections
import dataclasses
import re

from play_stage import Crowd

LAPTOPS, TURNS = 16, 4  # half as many connections as laptops
NAME = re.compile(r"(c?)(ob|fl|fi|fe|fn)=\((\d+)\)(?: (.*))?")
LIBRARY = re.compile(r"lib([\w-]+?)(?:-[\d.]+)?\.so")


def counted(stage):
    """(callgrind's file, entries): a server under callgrind takes sets in."""
    crowd = Crowd(stage, LAPTOPS, TURNS + 1)
    data = crowd.server.data
    crowd.server.preload = [
        "valgrind", "--tool=callgrind", f"--vgdb-prefix={data}/vgdb",
        f"--callgrind-out-file={data}/callgrind.out"]
    control = f"callgrind_control --vgdb-prefix={data}/vgdb"
    with crowd:
        pid = crowd.server.pid()
        crowd.play(0, "--connections", LAPTOPS // 2)
        found = crowd.play(
            1, "--connections", LAPTOPS // 2, "--at-start",
            f"{control} --zero {pid} > /dev/null 2>&1", "--at-end",
            f"{control} --dump {pid} > /dev/null 2>&1", turns=TURNS)
    return data / "callgrind.out.1", found["entries"]


@dataclasses.dataclass
class Profile:
    total: int = 0
    # of the function alone: (library or "", file, function) → instructions
    own: collections.Counter = dataclasses.field(
        default_factory=collections.Counter)
    # with all that it calls; a function that calls itself is counted often
    whole: collections.Counter = dataclasses.field(
        default_factory=collections.Counter)

    def rooms(self):
        """Source files of ours and libraries → instructions in themselves."""
        found = collections.Counter()
        for (library, file, _), cost in self.own.items():
            found[library or file] += cost
        return found


def short_object(path):
    match = LIBRARY.search(path)
    return match[1] if match else "" if "pointeau" in path else path


def short_file(path):
    """./build/shared/../../shared/json.c → shared/json.c"""
    return path.rsplit("../", 1)[-1]


class Names:
    """Callgrind writes a name once, then its number."""

    def __init__(self):
        self.known = {}

    def of(self, kind, number, name):
        kind = "fl" if kind in ("fi", "fe") else kind
        if name is not None:
            self.known[kind, number] = name
        return self.known[kind, number]


def read_profile(path):
    found, names = Profile(), Names()
    now, called, skip = {}, {}, False
    for line in path.read_text("utf-8").splitlines():
        match = NAME.fullmatch(line)
        if match:
            name = names.of(match[2], match[3], match[4])
            if match[1]:
                called[match[2]] = name
            elif match[2] not in ("fi", "fe"):
                now[match[2]] = name
        elif line.startswith("calls="):
            skip = True
        elif line[:1] in "0123456789+-*" and line:
            cost = int(line.split()[1])
            key = (short_object(now.get("ob", "")),
                   short_file(now.get("fl", "")), now.get("fn", ""))
            found.whole[key] += cost
            if not skip:
                found.own[key] += cost
                found.total += cost
            skip, called = False, {}
    return found
