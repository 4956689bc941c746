# SPDX-License-Identifier: Apache-2.0
"""What the chapters of the network share: a table of times, a visitor, and a search for secrets."""
import contextlib
import hashlib
import http.client
import io
import json
import re
import threading
import time
import zipfile

from lan import DHCP_ADDRESS
from machine import HERE, Failed, check, load, until

ROUTER, ROUTER_KEY = "Home of the tests", "correct horse 42"
ACCESS_POINT_ADDRESS = "192.168.71.1"
# Wi-Fi answers and scans take their time on two emulated cores.
LONG = 240


class Table:
    """Lines of what was done and the seconds that it took, printed as they come."""

    def __init__(self, name):
        self.name = name
        self.lines = 0

    def add(self, what, seconds):
        self.lines += 1
        shown = f"{seconds:.1f} s" if isinstance(seconds, float) else str(seconds)
        print(f"  {self.name:13} | {what:58} | {shown:>9} | {load()}", flush=True)


class Network:
    """The board with a neighbour on its cable and a visitor with the second radio."""

    def __init__(self, board, name):
        self.board = board
        self.lan = board.lan
        self.table = Table(name)
        self.answers = []
        identity = "/etc/energy-dongle/identity/"
        self.key = board.sh(f"cat {identity}wifi-key").strip()
        self.password = board.password()
        self.ssid = "energy-dongle-" + board.sh(f"cat {identity}serial").strip()
        board.board.put(str(HERE / "agent" / "ask-modbus.pl"), "/opt/ask-modbus.pl")
        self.cookie = None
        self._watch_programs()

    # ---- the page, from the neighbour on the cable
    def http(self, method, path, body=None, address=DHCP_ADDRESS):
        status, data, cookie = self.lan.http(address, method, path, body, self.cookie)
        self.answers.append((f"{method} {path}", data))
        if path == "/api/v1/login" and cookie:
            self.cookie = cookie.split(";")[0]
        return status, data

    def login(self, address=DHCP_ADDRESS):
        status, data = self.http("POST", "/api/v1/login", {"password": self.password}, address)
        check(status < 300 and self.cookie, f"login: {status} {data[:300]}")

    def choose(self, at=DHCP_ADDRESS, **settings):
        """Saves the network settings, as the page does; gives the moment."""
        status, data = self.http("PUT", "/api/v1/settings/network", settings, at)
        check(status < 300, f"saving {sorted(settings)}: {status} {data[:300]}")
        return time.monotonic()

    def status(self, address=DHCP_ADDRESS):
        status, data = self.http("GET", "/api/v1/status", None, address)
        check(status == 200, f"status: {status}")
        return json.loads(data)["network"]

    def await_lan(self, address=DHCP_ADDRESS, seconds=LONG):
        """Waits for the voltages on Modbus over the cable."""
        return until(f"Modbus on {address} over the cable", seconds,
                     lambda: self.lan.voltages(address), 0.1)[1]

    @contextlib.contextmanager
    def gap(self, address=DHCP_ADDRESS):
        """Asks all the time meanwhile; `longest` is the longest time between two answers."""
        gap = Gap(lambda: self.lan.voltages(address))
        try:
            yield gap
        finally:
            gap.end()

    # ---- the board itself
    def address(self, device):
        """The addresses of one of its interfaces."""
        out = self.board.sh(f"ip -4 -o address show dev {device} 2>/dev/null || true")
        return [line.split()[3].split("/")[0] for line in out.splitlines()]

    def own_address(self, seconds=LONG):
        """Waits for an address that it has given itself."""
        return until("an address 169.254.x.x", seconds, lambda: next(
            (each for each in self.address("eth0") if each.startswith("169.254.")), None), 0.2)

    def access_point_on(self):
        return ACCESS_POINT_ADDRESS in self.address("wlan0")

    # ---- the visitor: the second radio, in a namespace of the board
    def join(self, seconds=LONG):
        """A phone joins the access point with the sticker key; gives its address."""
        # It gives up by itself; an access point may need some time after it was opened.
        def lease():
            status, out = self.board.board.sh(f"board-station join '{self.ssid}' '{self.key}'", 120)
            got = re.search(r"^lease ([\d.]+)/", out, re.M)
            return got[1] if status == 0 and got else None
        address, took = until("a lease of the access point", seconds, lease, 1)
        check(address.startswith("192.168.71."), f"the access point gave {address}")
        return address, took

    def router(self):
        """The second radio is the router of a home."""
        self.board.sh(f"board-station router '{ROUTER}' '{ROUTER_KEY}'")

    def leave(self):
        self.board.sh("board-station leave")

    def visit(self, *words, seconds=60):
        return self.board.sh("board-station run " + " ".join(words), seconds)

    def await_wifi(self, address, seconds=LONG):
        """Waits for the voltages on Modbus, asked over the radio."""
        begin = time.monotonic()
        status, out = self.board.board.sh(
            f"board-station run perl /opt/ask-modbus.pl {address} {seconds}", seconds + 30)
        if status:
            raise Failed(f"Modbus on {address} over Wi-Fi: not within {seconds} s {out}")
        return time.monotonic() - begin

    def await_wifi_client(self, seconds=LONG):
        """Waits until the board, as a client of the router, answers there; its address."""
        address, _ = until("an address from the router", seconds, lambda: next(
            (each for each in self.address("wlan0") if each.startswith("192.168.5.")), None), 0.2)
        self.await_wifi(address, seconds)
        return address

    # ---- secrets
    def _watch_programs(self):
        """Writes down every program that is started, with its words: what a process list shows."""
        words = " ".join(f"w{i}=+u0(+u{8 * i}(+8(%x0))):ustring" for i in range(56))
        self.board.put_text("p:started __arm64_sys_execve " + words + "\n", "/run/probe")
        self.board.sh(
            "set -e; mountpoint -q /sys/kernel/tracing || mount -t tracefs tracefs /sys/kernel/tracing;"
            " cd /sys/kernel/tracing; cat /run/probe > kprobe_events; echo 4096 > buffer_size_kb;"
            " echo 1 > events/kprobes/started/enable;"
            " systemd-run --quiet --unit=watch-programs sh -c 'exec cat /sys/kernel/tracing/trace_pipe"
            " > /run/started'")
        until("started programs are written down", 60, lambda: self.board.sh(
            "ls -d /it-is-watched 2>/dev/null; sleep 1; grep -a -c it-is-watched /run/started || true"
            ).strip() not in ("", "0"), 1)

    def search_secrets(self):
        """Nobody else learns the keys: not the logs, process lists, answers, or files to take away."""
        for path in ("/", "/config", "/metrics", "/api/v1/status", "/api/v1/log", "/api/v1/backup",
                     "/api/v1/reading", "/api/v1/settings/network", "/api/v1/network/scan",
                     "/api/v1/diagnostics"):
            status, data = self.http("GET", path)
            check(status < 400, f"GET {path}: {status} {data[:200]}")
        answers = []
        for name, data in self.answers:
            if data[:2] == b"PK":
                with zipfile.ZipFile(io.BytesIO(data)) as archive:
                    answers += [(f"{name} {each}", archive.read(each)) for each in archive.namelist()]
            else:
                answers.append((name, data))
        # This test's own commands, and what it uses for the visitor, are no part of the product.
        # What follows the words of a program in its memory, other processes do not see.
        self.board.sh("journalctl --no-pager | grep -a -v 'qemu-ga\\[' > /run/journal; sleep 1;"
                      " grep -a -v board-station /run/started | sed 's/ w[0-9]*=(fault).*//' > /run/programs")
        for file, known in (("/run/journal", self.ssid), ("/run/programs", "it-is-watched"),
                            ("/run/programs", "nmcli")):
            check(int(self.board.sh(f"grep -a -c -- {known} {file} || true")) > 0,
                  f"the search is worth nothing: {file} does not even have {known}")
        check(any(name.endswith(".txt") or name.endswith(".json") or "diagnostics" in name
                  for name, _ in answers), "the diagnostics are not in the search")
        secrets = {"key of the access point": self.key, "password": self.password,
                   "key of the router": ROUTER_KEY, "wrong key": WRONG_KEY,
                   "key of the access point (WPA2)": wpa(self.key, self.ssid),
                   "key of the router (WPA2)": wpa(ROUTER_KEY, ROUTER),
                   "wrong key (WPA2)": wpa(WRONG_KEY, ROUTER)}
        self.board.put_text("\n".join(secrets.values()) + "\n", "/run/secrets-of-the-test")
        # The sticker's own keys lie in the identity, those of the router in the settings and in
        # NetworkManager's profiles; a copy anywhere else is a leak. The journal is searched above.
        self.board.sh("grep -r -a -l -F -D skip --exclude='settings*' --exclude-dir=journal"
                      " -f /run/secrets-of-the-test"
                      " /var/lib/energy-dongle /run/energy-dongle /var/lib/private /tmp /var/tmp /var/log"
                      " /root /home 2>/dev/null > /run/files-with-keys || true")
        files = self.board.sh("cat /run/files-with-keys").split()
        check(not files, f"a key is in the files {files}")
        number = self.board.sh("find /var/lib/energy-dongle /run/energy-dongle -type f | wc -l").strip()
        check(int(number) > 3, f"the search is worth nothing: {number} files of the service")
        found = self.board.sh("grep -a -l -F -f /run/secrets-of-the-test /run/journal /run/programs || true")
        if found.strip():
            lines = self.board.sh("grep -a -h -F -f /run/secrets-of-the-test /run/journal /run/programs"
                                  " | cut -c1-300 | head -3")
            raise Failed(f"a key is in {found.split()}: {lines}")
        for name, data in answers:
            for what, secret in secrets.items():
                check(secret.encode() not in data, f"the {what} is in the answer to {name}")
        programs = self.board.sh("wc -l < /run/programs").strip()
        lines = self.board.sh("wc -l < /run/journal").strip()
        self.table.add(f"keys in {len(answers)} answers, {lines} lines of log, {programs} programs,"
                       f" {number} files of the service", "0 found")


WRONG_KEY = "this is not the key"


def wpa(password, ssid):
    """The key of WPA2, which is as good as the password (IEEE 802.11)."""
    return hashlib.pbkdf2_hmac("sha1", password.encode(), ssid.encode(), 4096, 32).hex()


class Gap:
    """The longest time without an answer."""

    def __init__(self, ask):
        self.ask = ask
        self.longest = 0.0
        self.answers = 0
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self):
        last = time.monotonic()
        while not self.ended.wait(0.1):
            try:
                if self.ask():
                    now = time.monotonic()
                    self.longest, last = max(self.longest, now - last), now
                    self.answers += 1
            except (OSError, http.client.HTTPException):
                continue

    def end(self):
        self.ended.set()
        self.thread.join(10)
        check(self.answers > 0, "Modbus never answered")
