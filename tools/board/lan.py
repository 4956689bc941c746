# SPDX-License-Identifier: Apache-2.0
"""The other end of the board's Ethernet: a network namespace of this machine, with a real IP stack."""
import contextlib
import ctypes
import fcntl
import http.client
import os
import socket
import struct
import subprocess
import tempfile
import threading

from emulator import MAC
from machine import ask_http, ask_registers

ADDRESS = "10.0.2.77"
DHCP_ADDRESS = "10.0.2.15"
# The shortest that dnsmasq knows.
LEASE = "2m"
LINK_LOCAL = "169.254.77.77"

CLONE_NEWNET = 0x40000000
TUNSETIFF = 0x400454ca
IFF_TAP_WITHOUT_HEADER = 0x0002 | 0x1000
ETH_P_ALL = 3


class Neighbour:
    """A router with 10.0.2.77, 169.254.77.77 and a DHCP server. `tap` is its cable, for the emulator."""

    def __init__(self):
        self.server = None
        self.leases = tempfile.TemporaryDirectory()
        self.name = f"board-test-{os.getpid()}"
        subprocess.run(["ip", "netns", "add", self.name], check=True)
        try:
            # An interface appears in the namespace that its file was opened in.
            with self.inside():
                self.tap = os.open("/dev/net/tun", os.O_RDWR)
                fcntl.ioctl(self.tap, TUNSETIFF, struct.pack("16sH", b"lan", IFF_TAP_WITHOUT_HEADER))
            self.ip("link", "set", "lan", "up")
            self.ip("address", "add", ADDRESS + "/24", "dev", "lan")
            self.ip("address", "add", LINK_LOCAL + "/16", "dev", "lan", "scope", "link")
            self.dhcp(True)
        except BaseException:
            self.end()
            raise

    def dhcp(self, on):
        """A DHCP server is there, or not."""
        if self.server:
            self.server.terminate()
            self.server.wait()
            self.server = None
        if on:
            self.server = subprocess.Popen(
                ["ip", "netns", "exec", self.name, "dnsmasq", "--keep-in-foreground",
                 "--conf-file=/dev/null", "--port=0", "--no-resolv", "--user=root", "--pid-file=",
                 "--interface=lan", "--bind-interfaces", "--dhcp-authoritative", "--no-ping",
                 f"--dhcp-range={DHCP_ADDRESS},{DHCP_ADDRESS},{LEASE}",
                 f"--dhcp-host={MAC},{DHCP_ADDRESS}", f"--dhcp-option=option:router,{ADDRESS}",
                 "--dhcp-leasefile=" + os.path.join(self.leases.name, "leases")],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def end(self):
        self.dhcp(False)
        self.leases.cleanup()
        if hasattr(self, "tap"):
            os.close(self.tap)
        subprocess.run(["ip", "netns", "delete", self.name], check=True)

    def ip(self, *words):
        return subprocess.run(["ip", "-n", self.name, *words], check=True, capture_output=True,
                              text=True).stdout

    def run(self, *words, may_fail=False):
        return subprocess.run(["ip", "netns", "exec", self.name, *words], check=not may_fail,
                              capture_output=True, text=True)

    @contextlib.contextmanager
    def inside(self):
        """Sockets made meanwhile by this thread belong to this host."""
        libc = ctypes.CDLL(None, use_errno=True)
        with open("/proc/thread-self/ns/net") as home, open(f"/run/netns/{self.name}") as there:
            if libc.setns(there.fileno(), CLONE_NEWNET):
                raise OSError(ctypes.get_errno(), "setns")
            try:
                yield
            finally:
                libc.setns(home.fileno(), CLONE_NEWNET)

    def connect(self, address, port, timeout=2):
        with self.inside():
            s = socket.socket()
        s.settimeout(timeout)
        try:
            s.connect((address, port))
        except BaseException:
            s.close()
            raise
        return s

    def voltages(self, address):
        """Voltages of the meter by Modbus, or None while there are none."""
        with self.connect(address, 502) as s:
            got = ask_registers(s)
        return got if isinstance(got, tuple) and got[0] > 100 else None

    def http(self, address, method, path, body=None, cookie=None, timeout=20):
        client = http.client.HTTPConnection(address, 80, timeout=timeout)
        client.sock = self.connect(address, 80, timeout)
        with contextlib.closing(client):
            return ask_http(client, method, path, body, cookie, address)

    def take(self, address):
        """Has this address, too, as another device that somebody has given it by hand."""
        self.ip("address", "add", address + "/24", "dev", "lan")

    def give_back(self, address):
        self.ip("address", "delete", address + "/24", "dev", "lan")

    @contextlib.contextmanager
    def count(self, fits):
        """Counts the frames that arrive here and of which `fits` says true."""
        with self.inside():
            s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
        s.bind(("lan", ETH_P_ALL))
        s.settimeout(0.2)
        counted = Counted()

        def read():
            while not counted.ended.is_set():
                try:
                    frame = s.recv(65536)
                except TimeoutError:
                    continue
                if fits(frame):
                    counted.number += 1

        thread = threading.Thread(target=read, daemon=True)
        thread.start()
        try:
            yield counted
        finally:
            counted.ended.set()
            thread.join(5)
            s.close()


class Counted:
    def __init__(self):
        self.number = 0
        self.ended = threading.Event()
