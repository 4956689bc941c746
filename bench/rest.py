# SPDX-License-Identifier: Apache-2.0
"""All services at rest, for as long as the other figures take, and at the end on a quiet machine.

Arguments: work directory, JAR, file of options, class-data archive, file that appears when the machine
is quiet. Prints tab-separated lines: name, value.
"""
import pathlib
import signal
import socket
import struct
import sys
import time

from gateway import Broker, Gateway, jar

QUIET = pathlib.Path(sys.argv[5])
# What happens once a second is compiled after 200 times.
WARM_UP_SECONDS = 300
REST_SECONDS = 60
# Where no time server answers, the first connection waits 90 s for one.
MQTT_LIMIT_SECONDS = 180
DAY_SECONDS = 86400


def main():
    # So that the gateway ends when the bench is ended.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended"))
    broker = Broker()
    gateway = Gateway(mqtt=broker)
    try:
        gateway.first(gateway.page)
        gateway.first(lambda: "web page on https" in gateway.log())
        gateway.first(lambda: "MQTT: connected" in gateway.log(), MQTT_LIMIT_SECONDS)
        # A charger that asks once a second, as long as this lasts.
        charger = socket.create_connection(("127.0.0.1", gateway.modbus), 5)

        def poll():
            charger.sendall(struct.pack(">HHHBBHH", 1, 0, 6, 1, 3, 0x8006, 30))
            charger.recv(512)
            time.sleep(1)

        written, begin = gateway.bytes_written(), time.monotonic()
        while time.monotonic() - begin < WARM_UP_SECONDS:
            poll()
        early = gateway.size()
        while not QUIET.exists():
            poll()
        rest(gateway, poll)
        passed = time.monotonic() - begin
        for name, value in gateway.size().items():
            print(f"{name}\t{value:.1f}\t{early[name]:.1f}")
        print(f"run\t{passed / 60:.1f}")
        print(f"written\t{gateway.bytes_written() - written}")
        print(f"written-a-day\t{(gateway.bytes_written() - written) * DAY_SECONDS / passed / 1e6:.2f}")
    finally:
        gateway.end()
        broker.process.terminate()
        broker.process.wait(10)
    print(f"jar\t{jar.stat().st_size}")


def rest(gateway, poll):
    cpu, wakes, begin = gateway.cpu_nanos(), gateway.wake_ups(), time.monotonic_ns()
    for _ in range(REST_SECONDS):
        poll()
    cpu_after, wakes_after, passed = gateway.cpu_nanos(), gateway.wake_ups(), time.monotonic_ns() - begin
    shares = {thread: 100 * (used - cpu.get(thread, 0)) / passed for thread, used in cpu_after.items()}
    rates = {thread: (n - wakes.get(thread, 0)) * 1e9 / passed for thread, n in wakes_after.items()}
    for (task, name), share in sorted(shares.items(), key=lambda each: -each[1])[:12]:
        print(f"rest.py: thread {name}: {share:.3f} % of a core, {rates.get((task, name), 0):.1f} wake-ups/s",
              file=sys.stderr)
    print(f"cpu\t{sum(shares.values()):.2f}")
    print(f"wake-ups\t{sum(rates.values()):.1f}")


main()
