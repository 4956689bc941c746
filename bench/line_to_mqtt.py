# SPDX-License-Identifier: Apache-2.0
"""Time from the last byte of a telegram, written to a pseudo terminal, to the subscriber of a broker
that has the reading in hand, decrypted. The meter and the subscriber are this process: one clock.
Beside it the same messages from this process to the same broker, without a gateway.
Arguments: file that gets the name of the terminal, broker's port, its certificate, serial number of
the gateway. Prints lines: what, pace, p50, p99 and maximum in milliseconds; last the bare messages.
"""
import os
import pathlib
import socket
import ssl
import struct
import sys
import time
import tty

from meter import PACES, PAUSE_S, quantiles, send, telegram

TELEGRAMS = 210
PATIENCE_S = 5
# Where no time server answers, the first connection waits 90 s for one.
CONNECT_S = 150
FIRST_TRIES = 10


class Client:
    """As much of MQTT 3.1.1 as this needs."""

    def __init__(self, port, authority, name):
        context = ssl.create_default_context(cafile=authority)
        plain = socket.create_connection(("localhost", port))
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket = context.wrap_socket(plain, server_hostname="localhost")
        self.socket.settimeout(PATIENCE_S)
        self.buffer = b""
        self.send(0x10, text("MQTT") + bytes([4, 2, 0, 120]) + text(name))
        self.expect(0x20)

    def send(self, kind, body):
        size, length = b"", len(body)
        while True:
            size += bytes([length & 0x7F | (0x80 if length > 0x7F else 0)])
            length >>= 7
            if not length:
                break
        self.socket.sendall(bytes([kind]) + size + body)

    def subscribe(self, topic):
        self.send(0x82, struct.pack(">H", 1) + text(topic) + b"\0")
        self.expect(0x90)

    def publish(self, topic, payload):
        self.send(0x30, text(topic) + payload)

    def take(self, count):
        while len(self.buffer) < count:
            more = self.socket.recv(65536)
            if not more:
                sys.exit("the broker has closed the connection")
            self.buffer += more
        taken, self.buffer = self.buffer[:count], self.buffer[count:]
        return taken

    def packet(self):
        kind = self.take(1)[0]
        length = shift = 0
        while True:
            digit = self.take(1)[0]
            length |= (digit & 0x7F) << shift
            shift += 7
            if not digit & 0x80:
                return kind, self.take(length)

    def expect(self, kind):
        got = self.packet()
        if got[0] != kind:
            sys.exit(f"expected packet {kind:#x}, got {got}")

    def message_with(self, part):
        while True:
            kind, body = self.packet()
            if kind & 0xF0 == 0x30 and part in body:
                return body


def text(value):
    return struct.pack(">H", len(value)) + value.encode()


port, authority, serial = int(sys.argv[2]), sys.argv[3], sys.argv[4]
subscriber = Client(port, authority, "bench-subscriber")
base = f"devices/bench/energy-dongle/{serial}"
subscriber.subscribe(base + "/#")
master, slave = os.openpty()
tty.setraw(slave)
pathlib.Path(sys.argv[1]).write_text(os.ttyname(slave))
subscriber.socket.settimeout(CONNECT_S)
subscriber.message_with(b'"state":"online"')
subscriber.socket.settimeout(PATIENCE_S)
# A meter does not wait for a broker, and a line that was silent for long is looked at in every way.
for _ in range(FIRST_TRIES):
    os.write(master, telegram(99))
    try:
        subscriber.message_with(b'"power_w":99,')
        break
    except TimeoutError:
        pass
body = b""
first = 100
for pace in PACES:
    seconds = []
    for watt in range(first, first + TELEGRAMS):
        start = send(master, telegram(watt), pace)
        body = subscriber.message_with(b'"power_w":%d,' % watt)
        seconds.append(time.perf_counter() - start)
    first += TELEGRAMS
    print("\t".join(["MQTT over TLS", pace] + ["%.2f" % ms for ms in quantiles(seconds)]))

publisher = Client(port, authority, "bench-publisher")
subscriber.subscribe("bare")
filler = b"x" * (len(body) - len(base) - 40)
bare = []
for i in range(TELEGRAMS):
    time.sleep(PAUSE_S)
    start = time.perf_counter()
    publisher.publish("bare", b'"number":%d,' % i + filler)
    subscriber.message_with(b'"number":%d,' % i)
    bare.append(time.perf_counter() - start)
print("\t".join(["bare publisher", "at once"] + ["%.2f" % ms for ms in quantiles(bare)]))
