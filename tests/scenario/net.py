"""Networks of a play's own: namespaces of the kernel that vanish with it, so
that cables can be pulled and port 80 taken.

    if __name__ == "__main__":
        net.alone()
        sys.exit(stage.play(act))

Where the kernel refuses them the play is skipped (77).
"""

import calendar
import os
import subprocess
import sys
import time

import stage
from stage import BIN, Office, Wrong, show

ALONE = "POINTEAU_NET_ALONE"


def ip(*words, check=True):
    done = subprocess.run(["ip", *words], capture_output=True, text=True,
                          check=False)
    show(done.returncode == 0 or not check, "ip", words, done.stderr)


def alone():
    """Go on in a network of one's own, without any interface but lo."""
    if os.environ.get(ALONE) == "1":
        ip("link", "set", "lo", "up")
        return
    for words in (["unshare", "-n"], ["unshare", "-r", "-n"]):
        try:
            if subprocess.run([*words, "ip", "link", "add", "probe0", "type",
                               "veth", "peer", "name", "probe1"], capture_output=True,
                              check=False).returncode != 0:
                continue
        except FileNotFoundError:
            break
        os.environ[ALONE] = "1"
        os.execvp(words[0], [*words, sys.executable, *sys.argv])
    print("# skipped: no network namespaces here", flush=True)
    sys.exit(77)


class Far:
    """Another machine: a network namespace that something holds open."""

    def __init__(self, scene):
        self.holder = subprocess.Popen(
            ["unshare", "-n", "cat"], stdin=subprocess.PIPE)
        scene.processes.append(self.holder)
        end = time.monotonic() + stage.WAIT_S
        while self.place() == os.readlink("/proc/self/ns/net"):
            if time.monotonic() > end:
                raise Wrong("no namespace")
            time.sleep(0.01)
        self.ip("link", "set", "lo", "up")

    def place(self):
        return os.readlink(f"/proc/{self.holder.pid}/ns/net")

    def words(self):
        return ["nsenter", "-t", str(self.holder.pid), "-n"]

    def ip(self, *words):
        done = subprocess.run([*self.words(), "ip", *words], check=False,
                              capture_output=True, text=True)
        show(done.returncode == 0, "ip, far", words, done.stderr)

    def cable(self, here, there, address):
        """A cable from ${here} to ${there} over there, on 10.${address}.0.0:
        .2 is here, .1 there. Neither end here is up yet."""
        ip("link", "add", here, "type", "veth", "peer", "name", there,
           "netns", str(self.holder.pid))
        self.ip("addr", "add", f"10.{address}.0.1/24", "dev", there)
        self.ip("link", "set", there, "up")

    def plug(self, here, address):
        ip("addr", "replace", f"10.{address}.0.2/24", "dev", here)
        ip("link", "set", here, "up")
        ip("route", "replace", "default", "via", f"10.{address}.0.1")

    def pull(self, here):
        ip("link", "set", here, "down")


class AddressedOffice(Office):
    """An office at an address that is not this machine's own loopback."""

    def __init__(self, scene, host, name="bureau", far=None):
        stage.Person.__init__(self, scene, name)
        self.port = stage.free_port()
        self.process = None
        self.ready = {}
        self.far = far
        self.run("init", "--url", f"https://{host}:{self.port}")

    def start(self):
        if self.far is None:
            super().start()
            return
        log = open(f"{self.data}.log", "ab")
        with log:
            self.process = subprocess.Popen(
                [*self.far.words(), BIN / self.program, "serve", "--json",
                 "--data", self.data], stdout=subprocess.PIPE, stderr=log,
                stdin=subprocess.DEVNULL, env=self.stage.environment)
            self.stage.processes.append(self.process)
        line = self.process.stdout.readline()
        show(b'"ready":true' in line, f"{self.name} does not start", line)


class Service:
    """`pointeau run --no-page`; with other words, any run."""

    def __init__(self, laptop, *words):
        self.laptop = laptop
        self.launched = laptop.launch("run", "--no-page", "--json", *words)
        self.process, self.out = self.launched[1], self.launched[2]
        while True:
            self.out.seek(0)
            if self.out.readline().endswith(b"\n"):
                return
            if self.process.poll() is not None:
                laptop.finish(self.launched)
                show(False, "no service", laptop.err)
            time.sleep(0.01)

    def stop(self):
        self.process.terminate()
        show(stage.ends(self.process), "the service does not end")
        status = self.laptop.finish(self.launched)
        show(status == 0, "the service ended with", status, self.laptop.err)


def until(laptop, what, right):
    """Wait for what only the laptop's own sync can bring."""
    end = time.monotonic() + stage.WAIT_S
    while not right(status := laptop.run("status", "--json")):
        show(time.monotonic() < end, f"{laptop.name}: never {what}", status)
        time.sleep(0.1)
    return status


def seconds_until(status):
    """How far away the next attempt by the clock alone is; none: 0."""
    if status["next_attempt"] is None:
        return 0
    at = time.strptime(status["next_attempt"], "%Y-%m-%dT%H:%M:%SZ")
    return calendar.timegm(at) - time.time()


def is_received(status):
    return status["kept"] + status["sent"] == 0
