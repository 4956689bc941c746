# SPDX-License-Identifier: Apache-2.0
"""Time from the last byte of a telegram, written to a pseudo terminal, to the first answer that holds
its power: over Modbus, over HTTP, and from the stream of events. The meter is this process: nothing
stands between it and the gateway but the kernel.

Arguments: file that gets the name of the terminal, file that gets the gateway's ports (Modbus, HTTP)
once it listens. Prints lines: output, pace, p50, p99 and maximum in milliseconds.
"""
import os
import pathlib
import socket
import struct
import sys
import time
import tty

from meter import PACES, quantiles, send, telegram

TELEGRAMS = {"Modbus": 210, "HTTP": 110, "stream": 110}
POLL_PAUSE_S = 0.0001
PATIENCE_S = 5


def connect(port):
    client = socket.create_connection(("127.0.0.1", port), PATIENCE_S)
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return client


class Modbus:
    """Asks for the total power until it is there."""

    REQUEST = bytes.fromhex("000100000006010380160002")

    def __init__(self, modbus, http):
        self.socket = connect(modbus)

    def has(self, watt):
        self.socket.sendall(self.REQUEST)
        answer = self.socket.recv(260)
        return answer[7] == 3 and struct.unpack(">f", answer[9:13])[0] == watt


class Http:
    """Asks for the reading until it is there."""

    REQUEST = b"GET /api/v1/reading HTTP/1.1\r\nHost: localhost\r\n\r\n"

    def __init__(self, modbus, http):
        self.socket = connect(http)

    def has(self, watt):
        self.socket.sendall(self.REQUEST)
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += self.socket.recv(65536)
        head, body = answer.split(b"\r\n\r\n", 1)
        length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        while len(body) < length:
            body += self.socket.recv(65536)
        return b'"power_w":%d,' % watt in body


class Stream:
    """Listens to the events."""

    REQUEST = b"GET /api/v1/stream HTTP/1.1\r\nHost: localhost\r\n\r\n"

    def __init__(self, modbus, http):
        self.socket = connect(http)
        self.socket.sendall(self.REQUEST)
        self.rest = b""

    def has(self, watt):
        self.rest += self.socket.recv(65536)
        found = b'"power_w":%d,' % watt in self.rest
        self.rest = b"" if found else self.rest[-4096:]
        return found


def measure(output, pace, first, count):
    seconds = []
    for watt in range(first, first + count):
        start = send(master, telegram(watt), pace)
        while not output.has(watt):
            # A client that asks without a pause would take the processor that the answer needs.
            time.sleep(POLL_PAUSE_S)
            if time.perf_counter() - start > PATIENCE_S:
                sys.exit(f"the telegram with {watt} W never arrived")
        seconds.append(time.perf_counter() - start)
    return quantiles(seconds)


master, slave = os.openpty()
tty.setraw(slave)
pathlib.Path(sys.argv[1]).write_text(os.ttyname(slave))
port_file = pathlib.Path(sys.argv[2])
while not port_file.exists():
    time.sleep(0.1)
ports = [int(port) for port in port_file.read_text().split()]
first = 100
for name, kind in (("Modbus", Modbus), ("HTTP", Http), ("stream", Stream)):
    for pace in PACES:
        got = measure(kind(*ports), pace, first, TELEGRAMS[name])
        first += TELEGRAMS[name]
        print("\t".join([name, pace] + ["%.2f" % ms for ms in got]), flush=True)
