# SPDX-License-Identifier: Apache-2.0
"""Processor time of processes side by side. Arguments: seconds to warm up, seconds to measure,
process ids. Prints the share of one core of each, in percent.
"""
import pathlib
import sys
import time


def nanos(pid):
    """By thread, since a thread that ends takes its time with it; the kernel counts to the nanosecond."""
    found = {}
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        try:
            found[task.name] = int((task / "schedstat").read_text().split()[0])
        except OSError:
            pass  # It has ended in between.
    return found


time.sleep(float(sys.argv[1]))
before = {pid: nanos(pid) for pid in sys.argv[3:]}
start = time.monotonic_ns()
time.sleep(float(sys.argv[2]))
passed = time.monotonic_ns() - start
shares = []
for pid in sys.argv[3:]:
    used = sum(n - before[pid].get(task, 0) for task, n in nanos(pid).items())
    shares.append("%.3f" % (100 * used / passed))
print("\t".join(shares))
