# SPDX-License-Identifier: Apache-2.0
"""Time from the last byte of a telegram, written to a pseudo terminal, to the first Modbus answer
that holds its power. The meter is this process: nothing stands between it and the gateway but the
kernel. Arguments: file that gets the name of the terminal, file that gets the gateway's port once it
listens. Prints p50, p99 and maximum in milliseconds.
"""
import os
import pathlib
import socket
import struct
import sys
import time
import tty

from meter import telegram

TELEGRAMS = 310
NOT_COUNTED = 9
PAUSE_S = 0.1
POLL_PAUSE_S = 0.0001
REQUEST = bytes.fromhex("000100000006010380160002")

def power(client):
    client.sendall(REQUEST)
    answer = client.recv(260)
    return struct.unpack(">f", answer[9:13])[0] if answer[7] == 3 else None


master, slave = os.openpty()
tty.setraw(slave)
pathlib.Path(sys.argv[1]).write_text(os.ttyname(slave))
port_file = pathlib.Path(sys.argv[2])
while not port_file.exists():
    time.sleep(0.1)
client = socket.create_connection(("127.0.0.1", int(port_file.read_text())))
client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
millis = []
for i in range(TELEGRAMS):
    watt = 100 + i
    data = telegram(watt)
    # All but the last byte first, as on a line; the last one starts the clock.
    os.write(master, data[:-1])
    time.sleep(PAUSE_S)
    start = time.perf_counter()
    os.write(master, data[-1:])
    while power(client) != watt:
        # A client that asks without a pause would take the processor that the answer needs.
        time.sleep(POLL_PAUSE_S)
        if time.perf_counter() - start > 5:
            sys.exit(f"telegram {i} never arrived")
    millis.append((time.perf_counter() - start) * 1000)
millis = sorted(millis[NOT_COUNTED:])
print("%.2f\t%.2f\t%.2f" % (millis[len(millis) // 2], millis[int(0.99 * (len(millis) - 1))], millis[-1]))
