# SPDX-License-Identifier: Apache-2.0
"""As much of MQTT 3.1.1 as updating a fleet needs, with nothing but Python's own library."""
import json
import os
import socket
import ssl
import struct
import threading
import time
import uuid

KEEP_ALIVE_S = 30


def text(value):
    data = value.encode()
    return struct.pack(">H", len(data)) + data


class Client:
    """A connection that calls `heard(topic, payload)` from a thread of its own."""

    def __init__(self, words, heard, name=None):
        plain = socket.create_connection((words.broker, words.port), 15)
        if words.no_tls:
            self.socket = plain
        else:
            context = ssl.create_default_context(cafile=words.ca)
            if words.cert:
                context.load_cert_chain(words.cert, words.key)
            self.socket = context.wrap_socket(plain, server_hostname=words.broker)
        self.heard = heard
        self.lock = threading.Lock()
        self.number = 0
        self.stream = self.socket.makefile("rb")
        self.socket.settimeout(3 * KEEP_ALIVE_S)
        flags, login = 2, b""
        if words.user:
            flags |= 0xC0
            login = text(words.user) + text(os.environ.get("MQTT_PASSWORD", ""))
        name = name or "fleet-" + uuid.uuid4().hex[:12]
        self.send(0x10, text("MQTT") + struct.pack(">BBH", 4, flags, KEEP_ALIVE_S) + text(name) + login)
        kind, body = self.packet()
        if kind != 0x20 or body[1] != 0:
            raise OSError(f"the broker refused the connection with code {body[1]}")
        self.ended = threading.Event()
        for work in (self.read, self.ping):
            threading.Thread(target=work, daemon=True).start()

    def send(self, kind, body):
        size, length = b"", len(body)
        while True:
            size += bytes([length & 0x7F | (0x80 if length > 0x7F else 0)])
            length >>= 7
            if not length:
                break
        with self.lock:
            self.socket.sendall(bytes([kind]) + size + body)

    def take(self, count):
        data = self.stream.read(count)
        if len(data) < count:
            raise OSError("the broker closed the connection")
        return data

    def packet(self):
        kind, length, shift = self.take(1)[0], 0, 0
        while True:
            digit = self.take(1)[0]
            length |= (digit & 0x7F) << shift
            shift += 7
            if not digit & 0x80:
                return kind, self.take(length)

    def read(self):
        try:
            while True:
                kind, body = self.packet()
                if kind & 0xF0 == 0x30:
                    size = struct.unpack(">H", body[:2])[0]
                    topic, at = body[2:2 + size].decode(), 2 + size
                    if kind & 0x06:
                        self.send(0x40, body[at:at + 2])
                        at += 2
                    self.heard(topic, body[at:])
        except (OSError, ValueError):
            self.ended.set()

    def ping(self):
        try:
            while not self.ended.wait(KEEP_ALIVE_S / 2):
                self.send(0xC0, b"")
        except OSError:
            self.ended.set()

    def next(self):
        self.number = self.number % 65535 + 1
        return struct.pack(">H", self.number)

    def subscribe(self, topic):
        self.send(0x82, self.next() + text(topic) + b"\1")

    def publish(self, topic, value, retain=False):
        """At least once, as far as this connection goes."""
        self.send(0x32 | retain, text(topic) + self.next() + json.dumps(value).encode())

    def close(self):
        self.ended.set()
        try:
            self.send(0xE0, b"")
            self.socket.close()
        except OSError:
            pass  # It is gone already.


def options(parser):
    parser.add_argument("--broker", required=True, help="its name, as in its certificate")
    parser.add_argument("--port", type=int, default=8883)
    parser.add_argument("--ca", help="authority of the broker, PEM; default: those of the system")
    parser.add_argument("--cert", help="certificate to log in with, PEM")
    parser.add_argument("--key", help="its key, PEM")
    parser.add_argument("--user", help="user to log in with; the password is in $MQTT_PASSWORD")
    parser.add_argument("--no-tls", action="store_true", help="only for a broker on this machine")


def stamp(seconds=0):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + seconds))
