# SPDX-License-Identifier: Apache-2.0
"""Power cuts at random moments."""
import random
import sys
import time

from machine import PATIENCE, check, until


def power(run):
    """Power cuts at random moments, mostly while settings are saved: no setting is torn."""
    cuts = 3 if run.quick else 20
    chance = random.Random(run.seed)
    slowest = 0.0
    saved_total = 0
    with run.board() as board:
        board.feed("meter", True)
        board.await_serving(PATIENCE)
        for cut in range(1, cuts + 1):
            cookie = board.login()
            acknowledged = board.setting()
            pending = acknowledged
            end = time.monotonic() + chance.uniform(0.1, 8)
            old = board.boot_id()
            while time.monotonic() < end:
                pending = chance.randint(1, 1000)
                board.save_setting(pending, cookie)
                acknowledged = pending
                saved_total += 1
            board.board.cut_power()
            if chance.random() < 0.3:
                time.sleep(chance.uniform(1, 25))
                board.board.cut_power()
            begin = time.monotonic()
            until("another boot", PATIENCE, lambda: board.boot_id() not in ("", old), 0.5)
            board.await_serving(PATIENCE)
            slowest = max(slowest, time.monotonic() - begin)
            found = board.setting()
            check(found == acknowledged,
                  f"after cut {cut} (seed {run.seed}): saved {acknowledged}, found {found}")
            broken = board.sh("ls /var/lib/energy-dongle | grep -i corrupt || true").strip()
            check(not broken, f"after cut {cut} (seed {run.seed}): {broken}")
            print(f"          cut {cut}: {found} A as saved", file=sys.stderr)
    return f"{cuts} cuts, {saved_total} saves, settings intact; slowest boot to serving {slowest:.0f} s"


CHAPTERS = {"power": power}
