#!/usr/bin/env python3
"""What may stand between a laptop and the office: a captive portal in its many
forms, a proxy that asks for a password or refuses, nobody at all. Each is told
by its name, nothing is said to a stranger, a save never waits, and all leaves
once the way is free."""

import base64
import contextlib
import http.server
import select
import socket
import ssl
import sys
import threading

import net
import stage
from net import AddressedOffice, Service, is_received, until
from page import Page
from stage import Laptop, check_all, ok, same, show

HOST = "10.9.0.1"
DAY = "2026-11-16"
PORTAL = "http://portail.hotel/connexion"


class Portal:
    """Plain HTTP on a port of the office's address: one answer to all."""

    def __init__(self, port, status, location=None, page=b""):
        self.asked = asked = []

        class Answer(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                asked.append((self.path, dict(self.headers)))
                self.send_response(status)
                if location:
                    self.send_header("Location", location)
                self.send_header("Content-Length", str(len(page)))
                self.end_headers()
                self.wfile.write(page)

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            allow_reuse_address = True

        self.server = Server((HOST, port), Answer)
        threading.Thread(target=self.server.serve_forever,
                         kwargs={"poll_interval": 0.05}, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


class Proxy:
    """CONNECT, and nothing else. ${password}: what it asks for; ${refuses}: a
    status for whoever is let in."""

    def __init__(self, password=None, refuses=0):
        self.password = password
        self.refuses = refuses
        self.heads = []
        self.listener = socket.create_server((HOST, 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.listen, daemon=True).start()

    def url(self, user=""):
        return f"http://{user}{HOST}:{self.port}"

    def listen(self):
        with contextlib.suppress(OSError):
            while True:
                plain, _ = self.listener.accept()
                threading.Thread(target=self.serve, args=(plain,),
                                 daemon=True).start()

    def close(self):
        # Closing alone leaves the thread that accepts.
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    def answer_to(self, head):
        if self.password is not None:
            wanted = base64.b64encode(self.password.encode())
            if b"Proxy-Authorization: Basic " + wanted not in head:
                return (b"HTTP/1.1 407 Proxy Authentication Required\r\n"
                        b"Proxy-Authenticate: Basic realm=\"asso\"\r\n"
                        b"Content-Length: 0\r\n\r\n")
        if self.refuses:
            return (f"HTTP/1.1 {self.refuses} Non\r\nContent-Length: 0\r\n"
                    "Retry-After: 7200\r\n\r\n").encode()
        return b""

    def serve(self, plain):
        with plain, contextlib.suppress(OSError):
            head = b""
            while b"\r\n\r\n" not in head:
                more = plain.recv(4096)
                if not more:
                    return
                head += more
            self.heads.append(head)
            refusal = self.answer_to(head)
            if refusal or not head.startswith(b"CONNECT "):
                plain.sendall(refusal or b"HTTP/1.1 400 Non\r\n\r\n")
                return
            host, port = head.split()[1].decode().rsplit(":", 1)
            with socket.create_connection((host, int(port))) as far:
                plain.sendall(b"HTTP/1.1 200 Voila\r\n\r\n")
                self.carry(plain, far)

    @staticmethod
    def carry(one, other):
        ways = {one: other, other: one}
        while True:
            for ready in select.select(list(ways), [], [])[0]:
                data = ready.recv(65536)
                if not data:
                    return
                ways[ready].sendall(data)


def told(laptop, status, trouble, cause, words):
    """What a sync by hand says, and what stays to be read."""
    same(laptop.attempt("sync", "--json"), status)
    answer = stage.json.loads(laptop.out)
    same((answer["state"], answer["cause"]), (trouble, cause), laptop.err)
    show(words in laptop.err and "n'est perdu" in laptop.err or
         trouble == "auth" and words in laptop.err, laptop.err)
    said = laptop.err
    found = laptop.run("status", "--json")
    same((found["trouble"], found["cause"]), (trouble, cause))
    show(found["last_error"] and found["next_attempt"], found)
    return said


def a_portal_cuts(berges, office):
    """The usual one: TLS is refused, plain HTTP led to the page."""
    told(berges, 20, "offline", "unreachable", "injoignable")
    with Portal(80, 302, PORTAL) as portal:
        told(berges, 20, "offline", "portal", "portail")
        path, headers = portal.asked[0]
        same((path, headers.get("Authorization"), headers.get("Cookie")),
             ("/", None, None), "the probe says too much")
    with Portal(80, 511):
        told(berges, 20, "offline", "portal", "portail")
    # The office's own web server, while the office itself is away.
    with Portal(80, 308, f"https://{HOST}/"):
        told(berges, 20, "offline", "unreachable", "injoignable")
    with Portal(80, 200, page=b"<h1>It works</h1>"):
        told(berges, 20, "offline", "unreachable", "injoignable")
    ok("a portal that cuts is recognised, the office's own web is none")


def a_portal_answers(scene, berges, office):
    """In the office's place: without TLS, then with a certificate."""
    with Portal(office.port, 302, PORTAL) as portal:
        told(berges, 20, "offline", "not_https", "ne parle pas HTTPS")
        same(portal.asked, [])
        with Portal(80, 302, PORTAL):
            told(berges, 20, "offline", "portal", "portail")
    stranger = AddressedOffice(scene, HOST, "voisin")
    # The other office, on this one's port: another key, another certificate.
    path = next(stranger.data.glob("*.conf"))
    path.write_text(path.read_text("utf-8").replace(
        str(stranger.port), str(office.port)), "utf-8")
    stranger.start()
    told(berges, 4, "auth", None, "n'est pas celui du bureau")
    with Portal(80, 302, PORTAL):
        told(berges, 20, "offline", "portal", "portail")
    with Portal(80, 200, page=b"<form>Chambre</form>"):
        told(berges, 20, "offline", "portal", "portail")
    stranger.stop()
    ok("one that answers as well; a stranger without a portal is an alarm")


def a_save_never_waits(berges, office):
    """Somebody takes the call and says nothing: the attempt hangs."""
    with socket.create_server((HOST, office.port)) as mute:
        service = Service(berges)
        caller, _ = mute.accept()
        show(caller.recv(1), "no hello")
        berges.record(2)
        show(berges.run("status", "--json")["kept"] >= 2, "not kept")
        # It still hangs: the rest of its hello is all there is to read,
        # and nobody has hung up.
        caller.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            while True:
                show(caller.recv(65536), "the attempt was over already")
        service.stop()
        caller.close()
    ok("while an attempt hangs, saves are made at once")


class BusyOffice:
    """In the office's place, with its certificate: 503 and Retry-After."""

    def __init__(self, office, seconds):
        self.asked = asked = []

        class Answer(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                asked.append(self.path)
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                page = b'{"error":"busy","message":"x"}'
                self.send_response(503)
                self.send_header("Retry-After", str(seconds))
                self.send_header("Content-Length", str(len(page)))
                self.end_headers()
                self.wfile.write(page)

            do_POST = do_GET

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            allow_reuse_address = True

        self.server = Server((HOST, office.port), Answer)
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(office.data / "tls.pem")
        self.server.socket = context.wrap_socket(
            self.server.socket, server_side=True)
        threading.Thread(target=self.server.serve_forever,
                         kwargs={"poll_interval": 0.05}, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def the_office_is_busy(berges, office):
    """It asks for an hour: neither an act nor the end makes one of less."""
    busy = BusyOffice(office, 3600)
    page = Page(berges, "--no-browser", sync=True)
    page.post("session/pin", supervisor="ENC-01", pin="4711")
    status = until(berges, "told that it is busy",
                   lambda found: found["trouble"] == "busy")
    show(3500 < net.seconds_until(status) <= 7200, status)
    for row in page.post("hours/fill", crew="VERTS", day=DAY,
                         slot="am")["rows"]:
        berges.kept[row["worker"], DAY, "am"] = row["minutes"]
    page.post("day/finish", crew="VERTS", day=DAY, slot="am")
    page.stop(stage.signal.SIGTERM, 0)
    same(len(busy.asked), 1)
    # Somebody who asks by hand is never made to wait.
    same(berges.attempt("sync"), 1)
    same(len(busy.asked), 2)
    busy.close()
    ok("Retry-After is honoured, by the last try too; by hand one may")


def hides(laptop, said, secret):
    said += laptop.run("status") + str(laptop.run(
        "status", "--json"))
    show(secret not in said, "a password is shown", said)


def proxies(scene, berges, office):
    environment = scene.environment
    office.start()
    proxy = Proxy()
    environment["https_proxy"] = proxy.url()
    berges.record(2)
    berges.forget_login()
    berges.run("sync")
    same(len(proxy.heads), 1)
    head = proxy.heads[0]
    show(head.startswith(b"CONNECT %s:%d " % (HOST.encode(), office.port)),
         head)
    show(b"authorization" not in head.lower(), "the bearer is shown", head)
    environment["no_proxy"] = f"localhost,{HOST}"
    berges.run("sync")
    same(len(proxy.heads), 1, "no_proxy is not honoured")
    del environment["no_proxy"]
    proxy.refuses = 403
    said = told(berges, 20, "offline", "proxy", "proxy")
    show("(403)" in said, said)
    # Its Retry-After is not the office's.
    show(net.seconds_until(berges.run("status", "--json")) < 600, berges.out)
    proxy.refuses, proxy.password = 0, "asso:s3cret"
    told(berges, 20, "offline", "proxy_auth", "mot de passe")
    environment["https_proxy"] = proxy.url("asso:faux@")
    said = told(berges, 20, "offline", "proxy_auth", "mot de passe")
    hides(berges, said, "faux")
    environment["https_proxy"] = proxy.url("asso:s3cret@")
    berges.record(1)
    service = Service(berges)
    until(berges, "received through the proxy", is_received)
    service.stop()
    proxy.close()
    said = told(berges, 20, "offline", "proxy",
                f"le proxy {HOST}:{proxy.port} ne répond pas")
    hides(berges, said, "s3cret")
    del environment["https_proxy"]
    berges.run("sync")
    same(berges.run("status", "--json")["cause"], None)
    ok("proxies from the environment: open, refusing, with a password, gone")


def act(scene):
    for name in ("https_proxy", "http_proxy", "all_proxy", "no_proxy"):
        scene.environment.pop(name, None)
        scene.environment.pop(name.upper(), None)
    net.ip("link", "add", "lan0", "type", "veth", "peer", "name", "lan1")
    net.ip("addr", "add", f"{HOST}/24", "dev", "lan0")
    net.ip("link", "set", "lan0", "up")
    net.ip("link", "set", "lan1", "up")
    office = AddressedOffice(scene, HOST)
    office.import_cast()
    office.start()
    berges = Laptop(scene, "berges", office)
    berges.run("sync")
    office.stop()
    berges.record(2)
    a_portal_cuts(berges, office)
    a_portal_answers(scene, berges, office)
    a_save_never_waits(berges, office)
    the_office_is_busy(berges, office)
    proxies(scene, berges, office)
    check_all(office, [berges])
    ok("what was recorded is at the office, once")
    office.stop()


if __name__ == "__main__":
    net.alone()
    sys.exit(stage.play(act))
