#!/usr/bin/env python3
"""The road between the laptops and the office, on which packets get lost.

    road.py PORT OFFICE_PORT TLS.pem ORDER LOG

It listens on PORT with the office's own certificate, so that laptops take it
for the office, and passes every request on to OFFICE_PORT. LOG gets one line
a request that set out. The file ORDER says where the road is cut, once:

    K before    the K-th request from now never arrives
    K after     it arrives; its answer is lost
    K half      half of its answer comes through

The file is removed when that has happened. "ready" on standard output.
"""

import os
import socket
import ssl
import sys
import threading

BLOCK = 65536


class Cut(Exception):
    """The connection ends here."""


def read_message(stream):
    """One request or answer, with its body, as it is."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        line = stream.readline()
        if not line:
            raise Cut
        head += line
    length = 0
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    body = stream.read(length)
    if len(body) != length:
        raise Cut
    return head + body


class Road:
    def __init__(self, office, order, log):
        self.office = office
        self.order = order
        self.log = log
        self.lock = threading.Lock()
        self.count = 0
        self.counted = None  # the order that count is about

    def where_to_cut(self, request):
        """Note a request; how it is cut, or None."""
        with self.lock:
            with open(self.log, "a", encoding="ascii") as log:
                log.write(request.split(b" HTTP/")[0].decode() + "\n")
            try:
                with open(self.order, encoding="ascii") as order:
                    text = order.read()
            except FileNotFoundError:
                return None
            if text != self.counted:
                self.counted, self.count = text, 0
            self.count += 1
            number, how = text.split()
            if self.count != int(number):
                return None
            os.remove(self.order)
            self.counted = None
            return how

    def ask_office(self, request):
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        with socket.create_connection(("127.0.0.1", self.office)) as plain:
            with context.wrap_socket(plain) as tls:
                tls.sendall(request)
                with tls.makefile("rb") as stream:
                    return read_message(stream)

    def serve(self, tls):
        stream = tls.makefile("rb")
        while True:
            request = read_message(stream)
            how = self.where_to_cut(request)
            if how == "before":
                raise Cut
            answer = self.ask_office(request)
            if how == "after":
                raise Cut
            if how == "half":
                tls.sendall(answer[: len(answer) // 2])
                raise Cut
            tls.sendall(answer)

    def travel(self, plain, context):
        try:
            with plain, context.wrap_socket(plain, server_side=True) as tls:
                self.serve(tls)
        except (Cut, OSError):
            pass


def main():
    port, office, pem, order, log = sys.argv[1:]
    road = Road(int(office), order, log)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(pem)
    listener = socket.create_server(("127.0.0.1", int(port)), backlog=64)
    print("ready", flush=True)
    while True:
        plain, _ = listener.accept()
        threading.Thread(
            target=road.travel, args=(plain, context), daemon=True
        ).start()


if __name__ == "__main__":
    main()
