"""bench_https: one byte, or a file, from the same CivetWeb as the office's."""

import subprocess

import lib


class Bare:
    """With a key of some server's. ${file}: what it gives, else one byte."""

    def __init__(self, stage, pem, *file):
        self.port = lib.free_port()
        self.child = stage.spawn(
            ["bench_https", self.port, pem, *file], lib.SERVER,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        if b"ready" not in self.child.stdout.readline():
            raise lib.Failed("bench_https does not start")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.child.stdin.close()
        self.child.wait(30)
        self.child.stdout.close()

    def pid(self):
        return self.child.pid
