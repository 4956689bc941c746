# SPDX-License-Identifier: Apache-2.0
"""The emulated board as the chapters see it: a machine, a meter, a charger and a browser."""
import contextlib
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
import tempfile
import threading
import time

import emulator
from emulator import ARCH, PROJECT, SUITE, Emulator

HERE = pathlib.Path(__file__).resolve().parent
TELEGRAM = PROJECT / "src/test/resources/telegrams/p1/nl-dsmr50-3ph.telegram"

# The bar for every return to service.
BACK_SECONDS = 15

# Longer than anything installs, boots or starts on a slow emulation.
PATIENCE = 300

INSTALL = "DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "
DEB = "/var/tmp/energy-dongle.deb"

BOARD_FILE = """\
[meter]
port = "{port}"

[indicator]
red = "dongle:red"
green = "dongle:green"

[button]
name = "dongle-button"
"""


class Failed(Exception):
    """What was expected and what came instead."""


def check(condition, text):
    if not condition:
        raise Failed(text)


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


def load():
    """Mean number of running processes of this machine in the last minute."""
    return f"load {os.getloadavg()[0]:.1f}"


class Feed:
    """A meter that sends the same telegram every second into one of the serial lines."""

    def __init__(self, path):
        self.telegram = TELEGRAM.read_bytes()
        self.path = path
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
                self._drain(to)
            except OSError:
                if to is not None:
                    to.close()
                to = None
        if to is not None:
            to.close()

    @staticmethod
    def _drain(to):
        """Takes what the board echoes: the emulator stands still while nobody does."""
        try:
            while to.recv(65536, socket.MSG_DONTWAIT):
                pass
        except BlockingIOError:
            pass

    def end(self):
        self.ended.set()
        self.thread.join(10)


class Machine:
    """A running board. Ended, with everything on its disk, by `stop`."""

    COLOURS = {0: "off", 1: "red", 2: "green", 3: "orange"}

    def __init__(self, saved=None, tap=None):
        self.board = Emulator(saved, tap)
        self.ports = self.board.ports
        self.feeds = {}

    def stop(self):
        for feed in self.feeds.values():
            feed.end()
        self.board.stop()

    def sh(self, command, seconds=PATIENCE, may_fail=False):
        """A command as root on the board."""
        status, out = self.board.sh(command, seconds)
        if status and not may_fail:
            raise Failed(f"{command!r} ended with {status}: {out[-1500:]}")
        return out

    def put_text(self, text, target):
        with tempfile.NamedTemporaryFile("w") as file:
            file.write(text)
            file.flush()
            self.board.put(file.name, target)

    def use_board_file(self, port="/dev/ttyMETER", more=""):
        self.put_text(BOARD_FILE.format(port=port) + more, "/etc/energy-dongle/board.toml")
        self.sh("chmod 644 /etc/energy-dongle/board.toml")

    def feed(self, line, on):
        """Lets a meter speak on `meter` (the UART) or `cable` (USB), or be silent."""
        if line not in self.feeds:
            self.feeds[line] = Feed(self.board.path(line + ".sock"))
        (self.feeds[line].on.set if on else self.feeds[line].on.clear)()

    # ---- the charger
    def registers(self, first=0x8006, count=6, timeout=5):
        """Answer to function 3: numbers, or the exception code."""
        with socket.create_connection(("127.0.0.1", self.ports["502"]), timeout) as s:
            return ask_registers(s, first, count, timeout)

    def voltages(self):
        """Voltages of the meter, or None while there are none."""
        got = self.registers()
        return got if isinstance(got, tuple) and got[0] > 100 else None

    # ---- the browser
    def http(self, method, path, body=None, cookie=None, timeout=40, tls=False):
        if tls:
            # The certificate is the board's own, and nobody here knows it.
            client = http.client.HTTPSConnection("127.0.0.1", self.ports["443"], timeout=timeout,
                                                 context=ssl._create_unverified_context())
        else:
            client = http.client.HTTPConnection("127.0.0.1", self.ports["80"], timeout=timeout)
        with contextlib.closing(client):
            return ask_http(client, method, path, body, cookie)

    def page(self, tls=False):
        status, data, _ = self.http("GET", "/", tls=tls)
        return status == 200 and b"<html" in data.lower()

    def password(self):
        return self.sh("cat /etc/energy-dongle/identity/admin-key").strip()

    def login(self):
        status, data, cookie = self.http("POST", "/api/v1/login", {"password": self.password()})
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

    def await_serving(self, seconds=BACK_SECONDS, why="Modbus and page answer"):
        """Waits for the voltages of the meter on Modbus and for the page."""
        return until(why, seconds, self.serving, 0.1)[1]

    def show(self, what):
        return self.sh(f"systemctl show -P {what} energy-dongle").strip()

    def journal(self):
        return self.sh("journalctl -u energy-dongle -o cat --no-pager -b")

    def boot_id(self):
        return self.board.sh("cat /proc/sys/kernel/random/boot_id", 20)[1]

    # ---- the light, seen on the lines of the controller
    def light(self):
        return self.COLOURS[self.board.lines() & 3]

    def watch(self, seconds, enough=None):
        """Colours one after the other, with how long each was seen."""
        seen = []
        end = time.monotonic() + seconds
        with self.board.monitor() as monitor:
            while time.monotonic() < end:
                colour, now = self.COLOURS[monitor.lines() & 3], time.monotonic()
                if not seen or seen[-1][0] != colour:
                    seen.append([colour, now, now])
                seen[-1][2] = now
                if enough and enough(seen):
                    break
                time.sleep(0.01)
        return [(colour, round(to - since, 2)) for colour, since, to in seen]


def ask_registers(s, first=0x8006, count=6, timeout=5):
    """Function 3 over a connected socket: numbers, or the exception code."""
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


def ask_http(client, method, path, body=None, cookie=None, host="10.0.2.15"):
    """Status, content and Set-Cookie of the answer."""
    headers = {"Host": host}
    if body is not None:
        headers["Content-Type"] = "application/json"
    if cookie:
        headers["Cookie"] = cookie
    client.request(method, path, None if body is None else json.dumps(body), headers)
    answer = client.getresponse()
    return answer.status, answer.read(), answer.getheader("Set-Cookie")


# ---- the package, and boards that are kept
def package():
    debs = sorted(PROJECT.glob(f"target/energy-dongle_*_{ARCH}.deb"), key=os.path.getmtime)
    if not debs:
        raise Failed("there is no package: mvn -Pdeb package")
    return debs[-1]


def installed_state():
    """Name of the saved board that has this very package on it."""
    digest = hashlib.sha256(package().read_bytes()).hexdigest()[:12]
    return f"board-test-{SUITE}-{digest}"


def fresh_state():
    """Name of the saved board that the package can be installed on without a mirror."""
    wanted = subprocess.run(["dpkg-deb", "-f", str(package()), "Depends"], check=True,
                            capture_output=True).stdout
    return f"board-test-base-{SUITE}-{hashlib.sha256(wanted).hexdigest()[:12]}"


def forget_older(keep=3):
    """Of boards with a package on them, a gigabyte each, only the newest stay."""
    there = [each for each in (emulator.CACHE / "saved").glob(f"board-test-{SUITE}-*")
             if re.fullmatch(r"board-test-[a-z]+-[0-9a-f]{12}", each.name)]
    for each in sorted(there, key=os.path.getmtime, reverse=True)[keep:]:
        emulator.forget(each.name)
