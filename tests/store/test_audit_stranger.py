#!/usr/bin/env python3
"""A stranger checks an export with ssh-keygen and sha256sum alone.

The commands are taken from the export's own LISEZMOI.txt and run as they
stand there: on the export (they must pass) and on copies with one thing
changed (they must fail). Usage: test_audit_stranger.py MAKE_EXPORT
"""

import base64
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

BEGIN, END, INDENT = ">8", "8<", "    "
SUMS, SIG = "SHA256SUMS", "SHA256SUMS.sig"
SKIPPED = 77

make_export = sys.argv.pop() if len(sys.argv) > 1 else None


def run(command, **options):
    return subprocess.run(
        command, capture_output=True, text=True, timeout=120, **options)


def commands(readme):
    """The lines between the two marks, without their indentation."""
    lines = readme.split("\n")
    first = next(i for i, line in enumerate(lines) if line.startswith(BEGIN))
    last = next(i for i, line in enumerate(lines) if line.startswith(END))
    taken = lines[first + 1:last]
    assert all(line == "" or line.startswith(INDENT) for line in taken)
    return "".join(line[len(INDENT):] + "\n" for line in taken)


class Stranger(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="pointeau-test."))
        cls.export = cls.folder / "export"
        made = run([make_export, cls.export])
        assert made.returncode == 0, made.stdout + made.stderr
        readme = (cls.export / "LISEZMOI.txt").read_text(encoding="utf-8")
        cls.readme = readme
        cls.script = cls.folder / "verifier.sh"
        cls.script.write_text(commands(readme), encoding="utf-8")
        cls.files = sorted(
            str(path.relative_to(cls.export))
            for path in cls.export.rglob("*") if path.is_file())

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder)

    def setUp(self):
        self.copy = self.folder / "copy"
        shutil.copytree(self.export, self.copy)

    def tearDown(self):
        shutil.rmtree(self.copy)

    def check(self, shell="sh", **environment):
        return run([shell, self.script], cwd=self.copy,
                   env={**os.environ, **environment})

    def assert_sound(self, **options):
        done = self.check(**options)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("CONFORME / VERIFIED\n", done.stdout)
        return done.stdout

    def assert_refused(self, what):
        done = self.check()
        self.assertNotEqual(done.returncode, 0, what)
        self.assertNotIn("CONFORME", done.stdout)
        return done.stderr

    def edit(self, name, change):
        path = self.copy / name
        path.write_bytes(change(path.read_bytes()))

    def sign(self):
        """What only the server could do: sign the changed export."""
        done = run([make_export, "--sign", self.copy])
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def one(self, pattern):
        return str(sorted(self.copy.glob(pattern))[0].relative_to(self.copy))

    def ssh_keygen_accepts(self):
        with open(self.copy / SUMS, encoding="utf-8") as sums:
            return run(["ssh-keygen", "-Y", "verify", "-f", "allowed_signers",
                        "-I", "server", "-n", "export@pointeau", "-s", SIG],
                       cwd=self.copy, stdin=sums).returncode == 0

    def test_export_passes_in_every_time_zone(self):
        for zone in ("UTC0", "Europe/Paris", "America/Los_Angeles",
                     "Pacific/Kiritimati"):
            self.assert_sound(TZ=zone)

    def test_export_passes_in_other_shells_and_languages(self):
        for shell in ("sh", "bash"):
            self.assert_sound(shell=shell, LC_ALL="C.UTF-8", POSIXLY_CORRECT="1")

    def test_fingerprint_shown_is_the_one_announced(self):
        announced = next(line for line in self.readme.split("\n")
                         if line.startswith("Empreinte")).split()[-1]
        self.assertRegex(announced, "^SHA256:[A-Za-z0-9+/]{43}$")
        self.assertIn(f" {announced} ", self.assert_sound().split("\n")[-2])

    def test_readme_copies_the_same_commands(self):
        line = next(line for line in self.readme.split("\n")
                    if line.startswith("  sed "))
        self.assertEqual(run(["sh", "-c", line], cwd=self.copy).returncode, 0)
        self.assertEqual(
            (self.folder / "verifier.sh").read_text("utf-8").split("\n"),
            [part for part in commands(self.readme).split("\n")[:-1] if part]
            + [""])

    def test_any_flipped_byte_fails(self):
        self.assertGreater(len(self.files), 60)
        for name in self.files:
            before = (self.copy / name).read_bytes()
            middle = len(before) // 2
            self.edit(name, lambda data, at=middle:
                      data[:at] + bytes([data[at] ^ 1]) + data[at + 1:])
            self.assert_refused(name)
            (self.copy / name).write_bytes(before)
        self.assert_sound()

    def test_any_byte_of_the_signature_counts(self):
        """Also those that ssh-keygen alone lets pass."""
        before = (self.copy / SIG).read_bytes()
        tolerated = []
        for at, old in enumerate(before):
            for new in {old ^ 1, old ^ 16, ord(" "), ord("\n")} - {old}:
                (self.copy / SIG).write_bytes(
                    before[:at] + bytes([new]) + before[at + 1:])
                if self.ssh_keygen_accepts():
                    tolerated.append((at, new))
                    self.assert_refused(f"{SIG} {at} {new}")
        print(f"# ssh-keygen alone accepts {len(tolerated)} of the changes"
              f" of one byte of {SIG}: {tolerated}")
        self.assertTrue(tolerated)

    def test_tolerated_spellings_of_the_signature_fail(self):
        changes = {
            "line more": lambda data: data + b"\n",
            "text after": lambda data: data + b"more\n",
            "no last line feed": lambda data: data[:-1],
            "carriage returns": lambda data: data.replace(b"\n", b"\r\n"),
            "wrapped otherwise": lambda data: data[:100] + b"\n" + data[100:],
            "space": lambda data: data[:100] + b" " + data[100:],
            "zero byte": lambda data: data + b"\0",
        }
        before = (self.copy / SIG).read_bytes()
        for what, change in changes.items():
            (self.copy / SIG).write_bytes(change(before))
            self.assert_refused(what)

    def test_a_server_that_changed_its_key(self):
        """Both keys' receipts pass; the old one's not after its time."""
        shutil.rmtree(self.copy)
        made = run([make_export, "--rotated", self.copy])
        self.assertEqual(made.returncode, 0, made.stdout + made.stderr)
        shown = self.assert_sound().split("\n")
        self.assertEqual(sum("SHA256:" in line for line in shown), 1)
        announced = next(
            line for line in (self.copy / "LISEZMOI.txt").read_text("utf-8")
            .split("\n") if line.startswith("Empreinte")).split()[-1]
        self.assertIn(f" {announced} ", shown[-2])
        signers = (self.copy / "allowed_signers").read_text("utf-8")
        server = [line.split() for line in signers.split("\n")
                  if line.startswith("server ")]
        self.assertEqual(len(server), 2)
        keys = {("valid-before" in line[1]): line[-1] for line in server}
        receipts = [path.read_text("utf-8")
                    for path in self.copy.glob("receipts/R*/*.sig")]
        wrote = {which: sum(self.signed_by(text, key) for text in receipts)
                 for which, key in keys.items()}
        self.assertTrue(wrote[True] > 1 and wrote[False] == 1, wrote)
        # The stretch of the old key, shortened: its receipts fall out.
        before = signers.split('valid-before="2026')[1][:4]
        text = signers.replace(f'valid-before="2026{before}',
                               'valid-before="20250101')
        self.assertNotEqual(text, signers)
        (self.copy / "allowed_signers").write_text(text, "utf-8")
        self.assert_refused("allowed_signers")
        receipt = self.one("receipts/R*/000001.receipt")
        with open(self.copy / receipt, encoding="utf-8") as text:
            done = run(["ssh-keygen", "-Y", "verify", "-f", "allowed_signers",
                        "-I", "server", "-n", "receipt@pointeau", "-s",
                        f"{receipt}.sig", "-O", "verify-time=20261120163102Z"],
                       cwd=self.copy, stdin=text)
        self.assertNotEqual(done.returncode, 0, done.stdout)

    @staticmethod
    def signed_by(armor, key):
        blob = base64.b64decode("".join(armor.split("\n")[1:-2]))
        return base64.b64decode(key)[-32:] in blob

    def test_a_file_more_or_less_fails(self):
        for name in ("notes.txt", ".hidden", "sets/x"):
            (self.copy / name).write_text("x", "utf-8")
            self.assert_refused(name)
            (self.copy / name).unlink()
        for name in (SUMS, SIG, "absent", self.one("sets/*/*/e/0001")):
            (self.copy / name).rename(self.folder / "aside")
            self.assert_refused(name)
            (self.copy / name).symlink_to(self.folder / "aside")
            self.assert_refused(f"{name}, a link")
            (self.copy / name).unlink()
            (self.folder / "aside").rename(self.copy / name)
        self.assert_sound()

    def test_the_server_cannot_sign_faults_away(self):
        line = "\n11 1 "
        changes = {
            # An entry, found in no manifest any more.
            self.one("sets/R*/000007/e/0002"):
                (b"210", b"420", "000007/manifest"),
            # A manifest, which is not the one of the receipt.
            self.one("sets/R*/000005/manifest"):
                (b"# seq 1\n", b"# seq 2\n", "000005/manifest"),
            # A receipt, which is not the log's.
            self.one("receipts/R*/000006.receipt"):
                (b"# epoch 1", b"# epoch 2", "000006.receipt"),
            # A line of the log, from which the next does not follow.
            self.one("log/R*.log"):
                (line.encode(), line.replace("11 1", "11 2").encode(),
                 "000011.receipt"),
            # The time a revocation closed, and a key's use.
            "allowed_signers":
                (b'valid-after="20261120163608Z"',
                 b'valid-after="20261121163608Z"', "000012/manifest.sig"),
            # A missing body that nobody explains.
            "absent": (b" 000005 0002 ", b" 000005 0003 ", "e/0002"),
        }
        for name, (old, new, fault) in changes.items():
            before = (self.copy / name).read_bytes()
            self.assertIn(old, before)
            (self.copy / name).write_bytes(before.replace(old, new, 1))
            self.sign()
            self.assertIn(fault, self.assert_refused(name), name)
            (self.copy / name).write_bytes(before)
        self.sign()
        self.assert_sound()

    def test_a_line_cannot_leave_the_log(self):
        name = self.one("log/R*.log")
        self.edit(name, lambda data: b"".join(
            data.splitlines(keepends=True)[:9]
            + data.splitlines(keepends=True)[10:]))
        self.sign()
        self.assertIn("log: 10", self.assert_refused(name))

    def test_a_refused_set_cannot_be_admitted(self):
        refused = self.copy / self.one("revoked/R*/000009")
        refused.rename(
            self.copy / str(refused.relative_to(self.copy)).replace(
                "revoked", "sets"))
        self.sign()
        self.assertIn("000009/manifest.sig", self.assert_refused("revoked"))


if __name__ == "__main__":
    if make_export is None:
        sys.exit("usage: test_audit_stranger.py MAKE_EXPORT")
    if shutil.which("ssh-keygen") is None or shutil.which("sha256sum") is None:
        print("skipped: no ssh-keygen or sha256sum here")
        sys.exit(SKIPPED)
    unittest.main()
