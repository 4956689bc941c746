# SPDX-License-Identifier: Apache-2.0
"""Start of the gateway beside a bare Hello.

Arguments: work directory with classes/Hello.class, JAR, file of options, class-data archive, number of
starts (9). The Java is that of BENCH_JAVA, or the standard one.
Prints tab-separated lines: name, milliseconds.
"""
import statistics
import subprocess
import sys
import time

from gateway import JAVA, Gateway, work

ROUNDS = int(sys.argv[5]) if len(sys.argv) > 5 else 9


def hello(shared):
    # Its archive is the JVM's own, which every java uses unless it is told not to.
    cds = [] if shared else ["-Xshare:off"]
    begin = time.monotonic()
    subprocess.run([JAVA, *cds, "-cp", str(work / "classes"), "Hello"],
                   check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - begin


def start(shared):
    gateway = Gateway(shared)
    modbus = gateway.first(gateway.registers)
    page = gateway.first(gateway.page)
    return modbus, page, gateway.end()


def main():
    timings = {"hello": [], "hello-off": [], "modbus": [], "page": [], "stop": [],
               "modbus-off": [], "page-off": []}
    for i in range(ROUNDS):
        timings["hello"].append(hello(True))
        modbus, page, stop = start(True)
        timings["hello-off"].append(hello(False))
        timings["modbus"].append(modbus)
        timings["page"].append(page)
        timings["stop"].append(stop)
        if i < 3:
            modbus, page, _ = start(False)
            timings["modbus-off"].append(modbus)
            timings["page-off"].append(page)
    for name, values in timings.items():
        print(f"{name}\t{statistics.median(values) * 1000:.0f}")


main()
