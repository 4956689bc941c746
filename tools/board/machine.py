# SPDX-License-Identifier: Apache-2.0
"""The emulated board as the tests see it: a machine, a meter, a charger and a browser."""
import hashlib
import http.client
import json
import os
import pathlib
import re
import socket
import ssl
import struct
import subprocess
import sys
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
PROJECT = HERE.parent.parent
SUITE = os.environ.get("SUITE", "trixie")
ARCH = "arm64"
EMULATOR = pathlib.Path(os.environ.get("BOARD", PROJECT.parent / "shared" / "board"))
TELEGRAM = PROJECT / "src/test/resources/telegrams/p1/nl-dsmr50-3ph.telegram"

if not (EMULATOR / "make-image").exists():
    sys.exit(f"board-test: NOTHING WAS TESTED: there is no emulated board at {EMULATOR};"
             " name its directory with BOARD=")
sys.path.insert(0, str(EMULATOR))
import board  # noqa: E402  (make-image, boot, ctl, board.py)


class Failed(Exception):
    """What was expected and what came instead."""


def until(what, seconds, condition, pause=0.2):
    """Waits until a condition holds; gives what it gave and how long that took."""
    begin = time.monotonic()
    last = None
    while time.monotonic() - begin < seconds:
        try:
            got = condition()
            if got:
                return got, time.monotonic() - begin
            last = got
        except (OSError, http.client.HTTPException, ValueError, RuntimeError, struct.error) as e:
            last = e
        time.sleep(pause)
    raise Failed(f"not within {seconds} s: {what} (last: {last!r})")


class Feed:
    """A meter that sends the same telegram every second into one of the serial lines."""

    def __init__(self, machine, line):
        self.telegram = TELEGRAM.read_bytes()
        self.path = machine.board.path(line + ".sock")
        self.on = threading.Event()
        self.on.set()
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self):
        to = None
        while not self.ended.wait(1.0):
            if not self.on.is_set():
                continue
            try:
                if to is None:
                    to = socket.socket(socket.AF_UNIX)
                    to.settimeout(5)
                    to.connect(self.path)
                to.sendall(self.telegram)
            except OSError:
                if to is not None:
                    to.close()
                to = None
        if to is not None:
            to.close()

    def end(self):
        self.ended.set()
        self.thread.join(10)


class Lines:
    """The GPIO lines, looked at over one connection: fast enough to see a light blink."""

    def __init__(self, of):
        self.ask = json.dumps({"execute": "human-monitor-command", "arguments": {
            "command-line": f"xp /1xw 0x{of.PL061 + 0x3fc:x}"}})
        self.monitor = board.Lines(of.path("qmp.sock"))
        self.monitor.line()
        self.answer(json.dumps({"execute": "qmp_capabilities"}))

    def answer(self, command):
        self.monitor.send(command)
        while True:
            said = json.loads(self.monitor.line())
            if "return" in said:
                return said["return"]
            if "error" in said:
                raise RuntimeError(said["error"]["desc"])

    def look(self):
        return int(self.answer(self.ask).split(":")[1].split()[0], 16)

    def close(self):
        self.monitor.close()


class Machine:
    """A running board. Made by `boot`; ended, with everything on its disk, by `stop`."""

    def __init__(self, saved=None):
        self.name = f"energy-dongle-{os.getpid()}"
        command = [str(EMULATOR / "boot"), "--name", self.name, "--arch", ARCH, "--suite", SUITE]
        command += ["--saved", saved] if saved else []
        ran = subprocess.run(command, capture_output=True, text=True, timeout=700)
        if ran.returncode:
            raise Failed("the board does not start: " + ran.stdout + ran.stderr)
        self.directory = os.path.join(board.cache(), "run", self.name)
        self.board = board.Board(self.directory)
        self.ports = self.board.info["ports"]
        self.feeds = {}

    def ctl(self, *words):
        ran = subprocess.run([str(EMULATOR / "ctl"), "--name", self.name, *words],
                             capture_output=True, text=True, timeout=700)
        if ran.returncode:
            raise Failed(f"ctl {' '.join(words)}: {ran.stdout}{ran.stderr}")
        return ran.stdout

    def stop(self):
        for feed in self.feeds.values():
            feed.end()
        self.ctl("stop")

    def sh(self, command, seconds=300, may_fail=False):
        """A command as root on the board."""
        status, out = self.board.sh(command, seconds)
        if status and not may_fail:
            raise Failed(f"{command!r} ended with {status}: {out[-1500:]}")
        return out

    def feed(self, line, on):
        """Lets a meter speak on `meter` (the UART) or `cable` (USB), or be silent."""
        if line not in self.feeds:
            self.feeds[line] = Feed(self, line)
        (self.feeds[line].on.set if on else self.feeds[line].on.clear)()

    # ---- the charger
    def registers(self, first=0x8006, count=6, timeout=5):
        """Answer to function 3: numbers, or the exception code."""
        with socket.create_connection(("127.0.0.1", self.ports["502"]), timeout) as s:
            s.settimeout(timeout)
            s.sendall(struct.pack(">HHHBBHH", 1, 0, 6, 1, 3, first, count))
            answer = b""
            while len(answer) < 9 or (answer[7] == 3 and len(answer) < 9 + 2 * count):
                got = s.recv(512)
                if not got:
                    raise OSError("the connection was closed")
                answer += got
        if answer[7] != 3:
            return answer[8]
        return struct.unpack(f">{count // 2}f", answer[9:9 + 2 * count])

    def voltages(self):
        """Voltages of the meter, or None while there are none."""
        got = self.registers()
        return got if isinstance(got, tuple) and got[0] > 100 else None

    # ---- the browser
    def http(self, method, path, body=None, cookie=None, timeout=10, tls=False):
        if tls:
            # The certificate is the board's own, and nobody here knows it.
            client = http.client.HTTPSConnection("127.0.0.1", self.ports["443"], timeout=timeout,
                                                 context=ssl._create_unverified_context())
        else:
            client = http.client.HTTPConnection("127.0.0.1", self.ports["80"], timeout=timeout)
        try:
            headers = {"Host": "10.0.2.15"}
            if body is not None:
                headers["Content-Type"] = "application/json"
            if cookie:
                headers["Cookie"] = cookie
            client.request(method, path, None if body is None else json.dumps(body), headers)
            answer = client.getresponse()
            data = answer.read()
            return answer.status, data, answer.getheader("Set-Cookie")
        finally:
            client.close()

    def page(self, tls=False):
        status, data, _ = self.http("GET", "/", tls=tls)
        return status == 200 and b"<html" in data.lower()

    def login(self):
        key = self.sh("cat /etc/energy-dongle/identity/admin-key").strip()
        status, data, cookie = self.http("POST", "/api/v1/login", {"password": key})
        if status >= 300 or not cookie:
            raise Failed(f"login: {status} {data[:300]}")
        return cookie.split(";")[0]

    def setting(self):
        """The one setting that the tests change."""
        status, data, _ = self.http("GET", "/api/v1/settings/meter", cookie=self.login())
        if status != 200:
            raise Failed(f"settings: {status} {data[:300]}")
        return json.loads(data).get("main_fuse_a")

    def save_setting(self, value, cookie):
        status, data, _ = self.http("PUT", "/api/v1/settings/meter", {"main_fuse_a": value}, cookie)
        if status >= 300:
            raise Failed(f"saving: {status} {data[:300]}")

    # ---- the service
    def serving(self):
        return self.voltages() and self.page()

    def await_serving(self, seconds=15, why="Modbus and page answer"):
        """Waits for the voltages of the meter on Modbus and for the page."""
        return until(why, seconds, self.serving, 0.1)[1]

    def show(self, what):
        return self.sh(f"systemctl show -P {what} energy-dongle").strip()

    def journal(self):
        return self.sh("journalctl -u energy-dongle -o cat --no-pager -b")

    def boot_id(self):
        return self.board.sh("cat /proc/sys/kernel/random/boot_id", 20)[1]

    # ---- the light, seen on the lines of the controller
    COLOURS = {0: "off", 1: "red", 2: "green", 3: "orange"}

    def light(self):
        return self.COLOURS[self.board.gpio_get() & 3]

    def watch(self, seconds, enough=None):
        """Colours one after the other, with how long each was seen."""
        seen = []
        end = time.monotonic() + seconds
        lines = Lines(self.board)
        try:
            while time.monotonic() < end:
                colour, now = self.COLOURS[lines.look() & 3], time.monotonic()
                if not seen or seen[-1][0] != colour:
                    seen.append([colour, now, now])
                seen[-1][2] = now
                if enough and enough(seen):
                    break
                time.sleep(0.01)
        finally:
            lines.close()
        return [(colour, round(to - since, 2)) for colour, since, to in seen]


def package():
    debs = sorted(PROJECT.glob(f"target/energy-dongle_*_{ARCH}.deb"), key=os.path.getmtime)
    if not debs:
        raise Failed("there is no package: mvn -Pdeb package")
    return debs[-1]


def installed_state():
    """Name of the saved board that has this very package on it."""
    digest = hashlib.sha256(package().read_bytes()).hexdigest()[:12]
    return f"energy-dongle-{SUITE}-{digest}"


def fresh_state():
    """Name of the saved board that the package can be installed on without a mirror."""
    wanted = subprocess.run(["dpkg-deb", "-f", str(package()), "Depends"], check=True,
                            capture_output=True).stdout
    return f"energy-dongle-base-{SUITE}-{hashlib.sha256(wanted).hexdigest()[:12]}"


def is_saved(state):
    return os.path.exists(os.path.join(board.cache(), "saved", state, "instance.json"))


def forget_older(state):
    saved = pathlib.Path(board.cache()) / "saved"
    for each in saved.glob(f"energy-dongle-{SUITE}-*"):
        if each.name != state and re.fullmatch(r"energy-dongle-[a-z]+-[0-9a-f]{12}", each.name):
            subprocess.run([str(EMULATOR / "ctl"), "forget", each.name], check=True)
