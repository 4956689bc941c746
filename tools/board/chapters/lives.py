# SPDX-License-Identifier: Apache-2.0
"""Every way to end or to hinder the service; it has to be back within the bar."""
import pathlib
import re
import subprocess
import tempfile
import time

from machine import BACK_SECONDS, HERE, PATIENCE, check, until


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
                            str(HERE / "agent" / "Glutton.java")], check=True)
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
        board.use_board_file("/dev/energy-dongle-meter")
        board.feed("cable", True)
        board.sh("systemctl restart energy-dongle")
        board.await_serving(PATIENCE)
        pid = board.show("MainPID")
        board.board.unplug_cable()
        _, silent = until("exception 04", 90, lambda: board.registers() == 4)
        check(board.page(), "the page is gone with the cable")
        board.board.plug_cable()
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


CHAPTERS = {"kill": killed, "freeze": frozen, "memory": memory, "disk": disk, "cable": cable}
