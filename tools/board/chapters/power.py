# SPDX-License-Identifier: Apache-2.0
"""Power cuts at random moments."""
import json
import pathlib
import random
import subprocess
import sys
import threading
import time

from machine import PATIENCE, PROJECT, Failed, check, until

# Every so many cuts the board is switched on again; otherwise its disk is looked at.
BOOT_EVERY = 7


def power(run):
    """Power cuts at random moments, mostly while settings are saved: no setting is torn."""
    cuts = 3 if run.quick else 20
    chance = random.Random(run.seed)
    saved_total = boots = 0
    for cut in range(1, cuts + 1):
        with run.board() as board:
            board.feed("meter", True)
            board.await_serving(PATIENCE)
            saver = Saver(board, chance.randint(1, 10**6))
            time.sleep(chance.uniform(0.5, 10))
            if cut % BOOT_EVERY == 0 or run.quick and cut == cuts:
                boots += 1
                found = after_a_boot(board, chance)
                saver.end()
            else:
                board.board.cut_power_for_good()
                saver.end()
                found = on_the_disk(board.board)
            saved_total += saver.saved
            check(found in (saver.acknowledged, saver.pending),
                  f"after cut {cut} (seed {run.seed}): saved {saver.acknowledged},"
                  f" was saving {saver.pending}, found {found}")
            print(f"          cut {cut}: {found} A; {saver.saved} saves before", file=sys.stderr)
    return f"{cuts} cuts ({boots} with a boot), {saved_total} saves, settings intact"


class Saver:
    """Somebody who saves one setting after the other until the power is gone."""

    def __init__(self, board, seed):
        self.board = board
        self.chance = random.Random(seed)
        self.saved = 0
        self.cookie = board.login()
        self.acknowledged = self.pending = 333
        board.save_setting(333, self.cookie)
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self):
        while not self.ended.is_set():
            self.pending = self.chance.randint(1, 1000)
            try:
                self.board.save_setting(self.pending, self.cookie)
            except (OSError, Failed):
                return  # The power is gone.
            self.acknowledged = self.pending
            self.saved += 1

    def end(self):
        self.ended.set()
        self.thread.join(30)


def after_a_boot(board, chance):
    """Cuts the power, perhaps again while it boots; what the page says then."""
    old = board.boot_id()
    board.board.cut_power()
    if chance.random() < 0.5:
        time.sleep(chance.uniform(1, 25))
        board.board.cut_power()
    until("another boot", PATIENCE, lambda: board.boot_id() not in ("", old), 0.5)
    board.await_serving(PATIENCE)
    broken = board.sh("ls /var/lib/energy-dongle | grep -i corrupt || true").strip()
    check(not broken, f"left behind: {broken}")
    return board.setting()


def on_the_disk(emulator):
    """What the gateway would read from the disk as the cut has left it."""
    raw, state = emulator.path("raw"), emulator.path("state")
    subprocess.run(["qemu-img", "convert", "-O", "raw", emulator.path("disk.qcow2"), raw], check=True)
    # As the kernel at the next boot: from the journal of the file system. 1: it was needed.
    repaired = subprocess.run(["e2fsck", "-y", raw], capture_output=True, text=True)
    check(repaired.returncode in (0, 1), "the file system: " + repaired.stdout + repaired.stderr)
    pathlib.Path(state).mkdir()
    subprocess.run(["debugfs", "-R", f"rdump /var/lib/energy-dongle {state}", raw], check=True,
                   capture_output=True)
    there = pathlib.Path(state, "energy-dongle")
    identity = pathlib.Path(emulator.path("board.toml"))
    identity.write_text("[network]\ncontrol = \"none\"\n")
    said = subprocess.run(["java", "-jar", str(PROJECT / "target/energy-dongle.jar"), "check",
                           "--board", str(identity), "--state", str(there)],
                          capture_output=True, text=True)
    check(said.returncode == 0 and "in order" in said.stdout,
          f"the gateway on the settings: {said.stdout}{said.stderr}")
    left = [each.name for each in there.iterdir() if "corrupt" in each.name]
    check(not left, f"left behind: {left}")
    return json.loads((there / "settings.json").read_text())["meter"]["main_fuse_a"]


CHAPTERS = {"power": power}
