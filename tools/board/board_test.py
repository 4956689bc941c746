# SPDX-License-Identifier: Apache-2.0
"""Chapters of ./board-test. Each starts from the saved board with the package installed."""
import argparse
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile
import threading
import time
import traceback

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import machine as m  # noqa: E402
from machine import Failed, Machine, until  # noqa: E402
from update_chapter import update  # noqa: E402

BOARD_FILE = """\
[meter]
port = "{port}"

[indicator]
red = "dongle:red"
green = "dongle:green"

[button]
name = "dongle-button"
"""

# The bar for every return to service.
BACK_SECONDS = 15

# Longer than anything installs, boots or starts on a slow emulation.
PATIENCE = 300

INSTALL = "DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "
DEB = "/var/tmp/energy-dongle.deb"


def check(condition, text):
    if not condition:
        raise Failed(text)


def use_board_file(board, port="/dev/ttyMETER"):
    with tempfile.NamedTemporaryFile("w", suffix=".toml") as file:
        file.write(BOARD_FILE.format(port=port))
        file.flush()
        board.board.put(file.name, "/etc/energy-dongle/board.toml")
    board.sh("chmod 644 /etc/energy-dongle/board.toml")


def prepare():
    """Installs the package on a fresh board and saves the board, running."""
    state = m.installed_state()
    if m.is_saved(state):
        return state, "the saved board with this package is used again"
    environment = dict(os.environ, ARCH=m.ARCH, SUITE=m.SUITE)
    subprocess.run([str(m.EMULATOR / "make-image")], env=environment, check=True, stdout=sys.stderr)
    fresh, told = prepare_fresh()
    m.forget_older(state)
    board = Machine(fresh)
    try:
        board.board.put(str(m.package()), DEB)
        begin = time.monotonic()
        board.sh(INSTALL + DEB, 900)
        installed = time.monotonic() - begin
        use_board_file(board)
        board.feed("meter", True)
        board.sh("apt-get clean; systemctl restart energy-dongle")
        board.await_serving(PATIENCE)
        # The certificate of the page takes a while on a slow board; only once.
        until("https", PATIENCE, lambda: board.page(tls=True), 1)
        board.ctl("save", state)
    finally:
        board.stop()
    return state, f"{told}, installed in {installed:.0f} s"


def prepare_fresh():
    """A board with what the package depends on, but without the package; needs a mirror once."""
    state = m.fresh_state()
    if m.is_saved(state):
        return state, "the saved board without the package is used again"
    begin = time.monotonic()
    board = Machine()
    try:
        booted = time.monotonic() - begin
        until("the mirror answers", PATIENCE,
              lambda: board.board.sh("apt-get -qq -o APT::Update::Error-Mode=any update",
                                     PATIENCE)[0] == 0, 2)
        begin = time.monotonic()
        board.board.put(str(m.package()), DEB)
        board.sh(INSTALL + DEB, 900)
        board.sh("DEBIAN_FRONTEND=noninteractive apt-get purge -y energy-dongle", 900)
        board.sh(f"rm -r /etc/energy-dongle {DEB}; apt-get clean")
        board.ctl("save", state)
    finally:
        board.stop()
    return state, f"booted in {booted:.0f} s, dependencies in {time.monotonic() - begin:.0f} s"


def installed(run):
    """Package, unit, sandbox, command, reinstall, JRE update, remove, purge."""
    with run.board() as board:
        board.feed("meter", True)
        check(board.show("ActiveState") == "active", "the service is not active")
        check(board.sh("systemctl is-enabled energy-dongle").strip() == "enabled", "not enabled")
        score = float(re.search(r"level for .*: ([\d.]+)",
                                board.sh("systemd-analyze security energy-dongle | tail -1"))[1])
        check(score <= 2.0, f"exposure {score}")
        check(board.sh("ps -o user= -C java").split()[0].startswith("energy"), "wrong user")
        library = board.sh("grep -h jSerialComm /proc/$(pidof java)/maps | head -1")
        check("/opt/energy-dongle/releases/" in library, "serial library: " + library)
        archive = board.sh("grep -c energy-dongle.jsa /proc/$(pidof java)/maps").strip()
        check(int(archive) > 0, "the class-data archive is not in use")
        line = board.sh("journalctl -u energy-dongle -o cat | grep 'register map'").splitlines()[0]
        check(line.startswith("register map"), "journal: " + line)
        check("in order" in board.sh("energy-dongle check"), "check")
        identity = board.sh("cat /etc/energy-dongle/identity/serial")
        begin = time.monotonic()
        board.sh("systemctl stop energy-dongle")
        stop = time.monotonic() - begin
        check(stop < 2, f"stopping took {stop:.1f} s")
        check(board.show("Result") == "success", "stop: " + board.show("Result"))

        begin = time.monotonic()
        board.sh(INSTALL + "--reinstall " + DEB, 900)
        again = time.monotonic() - begin
        board.await_serving(PATIENCE)
        check(board.sh("cat /etc/energy-dongle/identity/serial") == identity, "another identity")
        check("dongle:red" in board.sh("cat /etc/energy-dongle/board.toml"), "board file replaced")

        jsa = "/opt/energy-dongle/current/energy-dongle.jsa"
        old = board.sh("stat -c %i " + jsa)
        board.sh("dpkg-trigger --by-package=openjdk /usr/lib/jvm && dpkg --configure --pending", 900)
        check(board.sh("stat -c %i " + jsa) != old, "no new archive after a JRE update")
        board.await_serving(PATIENCE)

        board.sh("DEBIAN_FRONTEND=noninteractive apt-get remove -y energy-dongle", 900)
        for gone in ("/opt/energy-dongle", "/usr/lib/systemd/system/energy-dongle.service"):
            check(board.sh(f"ls -d {gone} 2>/dev/null || echo gone").strip() == "gone", gone)
        check(board.sh("pidof java", may_fail=True).strip() == "", "still running after remove")
        check(board.sh("ls /var/lib/energy-dongle"), "remove has taken the state away")
        board.sh(INSTALL + DEB, 900)
        board.await_serving(PATIENCE)
        check(board.sh("cat /etc/energy-dongle/identity/serial") == identity, "another identity")
        board.sh("DEBIAN_FRONTEND=noninteractive apt-get purge -y energy-dongle", 900)
        left = board.sh("find / -xdev -not -path '/proc/*' -not -path '/sys/*' -not -path '/var/tmp/*'"
                        " -not -path '/var/cache/apt/*' -name '*energy-dongle*'")
        check(left.split() == ["/etc/energy-dongle"], "purge left: " + left)
        check(board.sh("ls /etc/energy-dongle").split() == ["identity"], "purge left more")
        check("energy-dongle" not in board.sh("cat /etc/passwd /etc/group"), "purge left the user")
        return f"exposure {score}, stop {stop:.1f} s, reinstall {again:.0f} s, removed, purged"


def serving(run):
    """Modbus has the values of the telegram, and the page and its API answer."""
    with run.board() as board:
        board.feed("meter", True)
        board.await_serving(PATIENCE)
        text = m.TELEGRAM.read_text(errors="replace")
        told = [float(re.search(rf"1-0:{n}\.7\.0\((\d+\.\d)\*V\)", text)[1]) for n in (32, 52, 72)]
        asked = [round(v, 1) for v in board.voltages()]
        check(asked == told, f"Modbus says {asked}, the meter {told}")
        status, data, _ = board.http("GET", "/api/v1/reading")
        check(status == 200 and b'"stale":false' in data.replace(b" ", b""), f"{status} {data[:200]}")
        board.feed("meter", False)
        _, silent = until("exception 04 when the meter is silent", 90, lambda: board.registers() == 4)
        board.feed("meter", True)
        back = board.await_serving(BACK_SECONDS)
        return f"{told} V; silence told after {silent:.0f} s, meter back after {back:.1f} s"


def killed(run):
    """kill -9."""
    return back_after(run, lambda board: board.sh("systemctl kill -s KILL --kill-whom=main energy-dongle"))


def frozen(run):
    """SIGSTOP: the watchdog of systemd ends it."""
    return back_after(run, lambda board: board.sh("kill -STOP $(pidof java)"), ("watchdog",))


def memory(run):
    """The heap is full: the JVM ends itself, or collects for so long that the watchdog ends it."""
    def before(board):
        with tempfile.TemporaryDirectory() as work:
            jar = pathlib.Path(work, "glutton.jar")
            manifest = pathlib.Path(work, "manifest")
            manifest.write_text("Premain-Class: Glutton\n")
            subprocess.run(["javac", "--release", "17", "-d", work,
                            str(m.HERE / "agent" / "Glutton.java")], check=True)
            subprocess.run(["jar", "cfm", str(jar), str(manifest), "-C", work, "Glutton.class"],
                           check=True)
            board.board.put(str(jar), "/opt/glutton.jar")
        board.sh("mkdir -p /run/systemd/system/energy-dongle.service.d && printf '[Service]\\n"
                 "Environment=JAVA_TOOL_OPTIONS=-javaagent:/opt/glutton.jar=/run/energy-dongle/eat\\n'"
                 " > /run/systemd/system/energy-dongle.service.d/glutton.conf &&"
                 " systemctl daemon-reload && systemctl restart energy-dongle")
        # It was for this one process: an agent keeps the JVM from using its archive.
        board.sh("rm -r /run/systemd/system/energy-dongle.service.d; systemctl daemon-reload")
        board.await_serving(PATIENCE)

    return back_after(
        run, lambda board: board.sh("touch /run/energy-dongle/eat"),
        ("exit-code", "watchdog"), before)


def disk(run):
    """No byte left on the disk: it goes on serving, starts again, and saves when there is room."""
    def fill(board):
        board.save_setting(35, board.login())
        board.sh("fallocate -l $(($(stat -f -c '%f*%S' /) - 4194304)) /fill || true;"
                 " dd if=/dev/zero of=/fill2 bs=4k 2>/dev/null || true; sync")

    def after(board):
        check(board.setting() == 35, "the setting is lost")
        board.sh("rm -f /fill /fill2; sync")
        board.save_setting(40, board.login())
        check(board.setting() == 40, "nothing can be saved after there is room again")

    return back_after(run, lambda board: board.sh("kill -9 $(pidof java)"), (), fill, after)


def cable(run):
    """The USB meter cable is pulled out and put in again."""
    with run.board() as board:
        use_board_file(board, "/dev/energy-dongle-meter")
        board.feed("cable", True)
        board.sh("systemctl restart energy-dongle")
        board.await_serving(PATIENCE)
        pid = board.show("MainPID")
        board.ctl("usb", "unplug")
        _, silent = until("exception 04", 90, lambda: board.registers() == 4)
        check(board.page(), "the page is gone with the cable")
        board.ctl("usb", "plug")
        back = board.await_serving(BACK_SECONDS)
        check(board.show("MainPID") == pid, "it was restarted")
        return f"told after {silent:.0f} s, serving {back:.1f} s after it was plugged in again"


def back_after(run, harm, results=(), before=None, after=None):
    with run.board() as board:
        board.feed("meter", True)
        board.await_serving(PATIENCE)
        if before:
            before(board)
        restarts = int(board.show("NRestarts"))
        pid = board.show("MainPID")
        begin = time.monotonic()
        harm(board)
        until("the old process has ended", 60, lambda: board.show("MainPID") != pid, 0.05)
        gone = time.monotonic() - begin
        board.await_serving(60)
        total = time.monotonic() - begin
        check(int(board.show("NRestarts")) > restarts, "systemd did not start it again")
        if results:
            said = re.findall(r"Failed with result '([a-z-]+)'", board.journal())
            check(said and said[-1] in results, f"for {said}, not for {results}")
        if after:
            after(board)
        check(total <= BACK_SECONDS, f"back and serving after {total:.1f} s (gone after {gone:.1f} s)")
        return f"gone after {gone:.1f} s, back and serving after {total:.1f} s"


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
            power_cut(board)
            if chance.random() < 0.3:
                time.sleep(chance.uniform(1, 25))
                power_cut(board)
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


def power_cut(board):
    board.board.qmp("system_reset")


def has_rhythm(seen, colours, shortest, longest):
    """Whether the colours follow each other, each for so long; the first and last are cut off."""
    runs = seen[1:-1]
    return (len(runs) >= 5 and all(shortest <= length <= longest for _, length in runs)
            and all(colours.index(b) == (colours.index(a) + 1) % len(colours)
                    if {a, b} <= set(colours) else False
                    for (a, _), (b, _) in zip(runs, runs[1:])))


def led(run):
    """Each pattern of product table M6, produced by its real cause, with its rhythm."""
    told = []

    def steady(board, colour, seconds=60):
        _, took = until(f"steady {colour}", seconds,
                        lambda: [c for c, _ in board.watch(1.6)] == [colour])
        told.append(f"{colour} after {took:.0f} s")

    def alternating(board, colours, seconds=90):
        _, took = until("/".join(colours) + " at 1 Hz", seconds,
                        lambda: has_rhythm(board.watch(4.3), colours, 0.35, 0.65))
        told.append("/".join(colours) + f" after {took:.0f} s")

    with run.board() as board:
        board.feed("meter", True)
        board.await_serving(PATIENCE)
        steady(board, "green")
        board.sh("systemctl stop energy-dongle")
        check(board.light() == "red", f"without the service the light is {board.light()}, not red")
        board.sh("systemctl start --no-block energy-dongle")
        start = board.watch(60, lambda seen: seen[-1][0] == "green" and seen[-1][2] - seen[-1][1] > 2)
        colours = [c for c, _ in start]
        check(colours[0] == "red" and colours[-1] == "green" and len(colours) >= 4,
              f"start: {start}: not red, then changing, then green")
        told.append(f"start in {len(colours)} steps")
        board.feed("meter", False)
        alternating(board, ("red", "green"))
        board.ctl("link", "down")
        alternating(board, ("red", "orange"))
        board.feed("meter", True)
        alternating(board, ("green", "orange"))
        board.ctl("link", "up")
        steady(board, "green", 90)
        board.http("POST", "/api/v1/actions/identify", {}, board.login())
        until("green/orange/red after \"Blink the light\"", 10,
              lambda: has_rhythm(board.watch(4.3), ("green", "orange", "red"), 0.35, 0.65), 0)
        told.append("identify")
        steady(board, "green", 30)
        board.sh("systemctl kill -s KILL --kill-whom=main energy-dongle")
        until("red when the service has died", 5, lambda: board.light() == "red", 0.02)
    return ", ".join(told)


def button(run):
    """Presses of 0.1, 3.9, 4.1 and 31 s."""
    with run.board() as board:
        board.feed("meter", True)
        board.await_serving(PATIENCE)
        told = []

        def obeyed(seconds, line, hold=lambda: None):
            """Presses, and waits for the one thing that the service says it makes of it."""
            before = board.journal().count(line)
            finger = threading.Thread(target=board.board.press, args=(seconds,))
            finger.start()
            hold()
            finger.join()
            until(f'"{line}" after {seconds} s', 30, lambda: board.journal().count(line) > before)

        def blinks():
            """From the fourth second on the light says what letting go would do."""
            until("red at 4 Hz", 25, lambda: has_rhythm(board.watch(2), ("red", "off"), 0.03, 0.25)
                  and 12 <= len(board.watch(2)) <= 20, 0)

        cookie = board.login()
        board.save_setting(63, cookie)
        for seconds in (0.1, 3.9):
            obeyed(seconds, "button: connect again")
            told.append(f"{seconds} s reconnects")
        obeyed(31, "held since before the start, or stuck; ignored", blinks)
        told.append("31 s does nothing")
        check(board.setting() == 63, "the settings were reset by another press than that of 4.1 s")
        serial = board.sh("cat /etc/energy-dongle/identity/serial")
        obeyed(4.1, "button: factory reset")
        until("factory settings after 4.1 s", 60, lambda: board.setting() != 63, 1)
        check(board.http("GET", "/api/v1/settings/meter", cookie=cookie)[0] == 401, "still logged in")
        board.await_serving(60)
        check(board.sh("cat /etc/energy-dongle/identity/serial") == serial, "another identity")
        told.append("4.1 s resets, identity kept; red at 4 Hz while held")
    return ", ".join(told)


def reboot(run):
    """The page restarts the board, and the service comes with it."""
    with run.board() as board:
        board.feed("meter", True)
        board.await_serving(PATIENCE)
        old = board.boot_id()
        begin = time.monotonic()
        status, data, _ = board.http("POST", "/api/v1/actions/reboot", {}, board.login())
        check(status == 202, f"reboot: {status} {data[:300]}")
        until("another boot", PATIENCE, lambda: board.boot_id() not in ("", old), 0.5)
        board.await_serving(PATIENCE)
        return f"down, up and serving in {time.monotonic() - begin:.0f} s"


CHAPTERS = {
    "package": installed, "serving": serving, "kill": killed, "freeze": frozen, "memory": memory,
    "disk": disk, "cable": cable, "reboot": reboot, "led": led, "button": button, "power": power,
    "update": update,
}


class Run:
    def __init__(self, state, quick, seed):
        self.state, self.quick, self.seed = state, quick, seed

    def board(self):
        return Saved(self.state)


class Saved:
    """The saved board, running, for one chapter."""

    def __init__(self, state):
        self.state = state

    def __enter__(self):
        self.machine = Machine(self.state)
        return self.machine

    def __exit__(self, kind, fault, trace):
        try:
            if kind is not None:
                print(self.machine.sh("journalctl -u energy-dongle -b --no-pager | tail -40", 30, True),
                      file=sys.stderr)
        except Exception as e:  # What went wrong before matters more.
            print(f"no journal: {e}", file=sys.stderr)
        finally:
            self.machine.stop()


def main():
    parser = argparse.ArgumentParser(prog="board-test", description="Proves the package on an"
                                     " emulated board. Chapters: " + ", ".join(CHAPTERS))
    parser.add_argument("chapter", nargs="*", help="default: all")
    parser.add_argument("--quick", action="store_true", help="3 power cuts instead of 20")
    parser.add_argument("--seed", type=int, default=None, help="of the random moments")
    words = parser.parse_args()
    unknown = [each for each in words.chapter if each not in CHAPTERS]
    if unknown:
        parser.error("unknown chapter " + ", ".join(unknown))
    seed = words.seed if words.seed is not None else random.SystemRandom().randrange(10**6)
    begin = time.monotonic()
    state, told = prepare()
    print(f"board     {time.monotonic() - begin:4.0f} s  {m.SUITE} {m.ARCH}: {told}; seed {seed}", flush=True)
    failed = []
    for name in words.chapter or CHAPTERS:
        begin = time.monotonic()
        try:
            told = CHAPTERS[name](Run(state, words.quick, seed))
        except Exception as e:
            failed.append(name)
            told = f"FAILED: {e}"
            if not isinstance(e, Failed):
                traceback.print_exc()
        print(f"{name:9} {time.monotonic() - begin:4.0f} s  {told}", flush=True)
    if failed:
        sys.exit(f"board-test: failed: {', '.join(failed)}")


main()
