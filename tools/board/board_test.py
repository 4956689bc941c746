# SPDX-License-Identifier: Apache-2.0
"""./board-test: chapters of proofs on an emulated board, each from the saved board with the package."""
import argparse
import os
import random
import sys
import time
import traceback

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import emulator  # noqa: E402
import lan  # noqa: E402
import machine as m  # noqa: E402
from chapters import light, lives, network, package, power, serving, update  # noqa: E402
from machine import Failed, Machine, until  # noqa: E402

GROUPS = (package, serving, lives, light, network, power, update)
CHAPTERS = {name: chapter for each in GROUPS for name, chapter in each.CHAPTERS.items()}


def chosen(words):
    """The chapters that these words name: each one, or a group of them."""
    groups = {each.__name__.split(".")[1]: list(each.CHAPTERS) for each in GROUPS}
    names = []
    for word in words:
        if word not in CHAPTERS and word not in groups:
            raise ValueError(f"unknown chapter {word}")
        names += [word] if word in CHAPTERS else groups[word]
    return names or list(CHAPTERS)


def prepare():
    """Installs the package on a fresh board and saves the board, running."""
    state = m.installed_state()
    if emulator.is_saved(state):
        return state, "the saved board with this package is used again"
    emulator.make_image()
    fresh, told = prepare_fresh()
    board = Machine(fresh)
    try:
        board.board.put(str(m.package()), m.DEB)
        begin = time.monotonic()
        board.sh(m.INSTALL + m.DEB, 900)
        installed = time.monotonic() - begin
        board.use_board_file()
        board.feed("meter", True)
        board.sh("apt-get clean; systemctl restart energy-dongle")
        board.await_serving(m.PATIENCE)
        # The certificate of the page takes a while on a slow board; only once.
        until("https", m.PATIENCE, lambda: board.page(tls=True), 1)
        board.board.save(state)
        m.forget_older()
    finally:
        board.stop()
    return state, f"{told}, installed in {installed:.0f} s"


def prepare_fresh():
    """A board with what the package depends on, but without the package; needs a mirror once."""
    state = m.fresh_state()
    if emulator.is_saved(state):
        return state, "the saved board without the package is used again"
    begin = time.monotonic()
    board = Machine()
    try:
        booted = time.monotonic() - begin
        until("the mirror answers", m.PATIENCE,
              lambda: board.board.sh("apt-get -qq -o APT::Update::Error-Mode=any update",
                                     m.PATIENCE)[0] == 0, 2)
        begin = time.monotonic()
        board.board.put(str(m.package()), m.DEB)
        board.sh(m.INSTALL + m.DEB, 900)
        with_download = time.monotonic() - begin
        board.sh("DEBIAN_FRONTEND=noninteractive apt-get purge -y energy-dongle", 900)
        board.sh(f"rm -r /etc/energy-dongle {m.DEB}; apt-get clean")
        board.board.save(state)
    finally:
        board.stop()
    return state, f"booted in {booted:.0f} s, apt install with downloads in {with_download:.0f} s"


class Run:
    """What a chapter may use."""

    def __init__(self, state, quick, cuts, seed):
        self.state, self.quick, self.cuts, self.seed = state, quick, cuts, seed

    def board(self, with_neighbour=False):
        return Saved(self.state, with_neighbour)


class Saved:
    """The saved board, running, for one chapter; its `lan` is the other end of its Ethernet."""

    def __init__(self, state, with_neighbour):
        self.state, self.with_neighbour = state, with_neighbour

    def __enter__(self):
        self.lan = lan.Neighbour() if self.with_neighbour else None
        try:
            self.machine = Machine(self.state, self.lan.tap if self.lan else None)
        except BaseException:
            self.end_lan()
            raise
        self.machine.lan = self.lan
        return self.machine

    def __exit__(self, kind, fault, trace):
        try:
            if kind is not None:
                print(self.machine.sh("journalctl -u energy-dongle -b --no-pager | tail -60;"
                                      " journalctl -u NetworkManager -b --no-pager | tail -60;"
                                      " nmcli -t connection; nmcli -t device", 60, True), file=sys.stderr)
        except Exception as e:  # What went wrong before matters more.
            print(f"no journal: {e}", file=sys.stderr)
        finally:
            self.machine.stop()
            self.end_lan()

    def end_lan(self):
        if self.lan:
            self.lan.end()


def main():
    parser = argparse.ArgumentParser(prog="board-test", description="Proves the package on an"
                                     " emulated board. Chapters: " + ", ".join(CHAPTERS)
                                     + "; groups of them: lives, light, network, update")
    parser.add_argument("chapter", nargs="*", help="default: all")
    parser.add_argument("--quick", action="store_true",
                        help="3 power cuts instead of 20, a router away for 1 minute instead of 10,"
                             " 3 pulls of the network cable instead of 20")
    parser.add_argument("--cuts", type=int, default=None, help="power cuts during updates")
    parser.add_argument("--seed", type=int, default=None, help="of the random moments")
    words = parser.parse_args()
    try:
        names = chosen(words.chapter)
    except ValueError as e:
        parser.error(str(e))
    seed = words.seed if words.seed is not None else random.SystemRandom().randrange(10**6)
    begin = time.monotonic()
    state, told = prepare()
    print(f"board        {time.monotonic() - begin:4.0f} s  {m.SUITE} {m.ARCH}: {told}; seed {seed}", flush=True)
    failed = []
    for name in names:
        begin = time.monotonic()
        try:
            told = CHAPTERS[name](Run(state, words.quick, words.cuts, seed))
        except Exception as e:
            failed.append(name)
            told = f"FAILED: {e}"
            if not isinstance(e, Failed):
                traceback.print_exc()
        print(f"{name:12} {time.monotonic() - begin:4.0f} s  {m.load()}  {told}", flush=True)
    if failed:
        sys.exit(f"board-test: failed: {', '.join(failed)}")


main()
