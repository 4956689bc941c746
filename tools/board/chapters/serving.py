# SPDX-License-Identifier: Apache-2.0
"""What a charger and a browser get, and a restart of the board from the page."""
import re
import time

from machine import BACK_SECONDS, PATIENCE, TELEGRAM, check, until


def serving(run):
    """Modbus has the values of the telegram, and the page and its API answer."""
    with run.board() as board:
        board.feed("meter", True)
        board.await_serving(PATIENCE)
        text = TELEGRAM.read_text(errors="replace")
        told = [float(re.search(rf"1-0:{n}\.7\.0\((\d+\.\d)\*V\)", text)[1]) for n in (32, 52, 72)]
        asked = [round(v, 1) for v in board.voltages()]
        check(asked == told, f"Modbus says {asked}, the meter {told}")
        until("a reading that is not stale", 20, lambda: b'"stale":false' in
              board.http("GET", "/api/v1/reading")[1].replace(b" ", b""))
        board.feed("meter", False)
        _, silent = until("exception 04 when the meter is silent", 90, lambda: board.registers() == 4)
        board.feed("meter", True)
        back = board.await_serving(BACK_SECONDS)
        return f"{told} V; silence told after {silent:.0f} s, meter back after {back:.1f} s"


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


CHAPTERS = {"serving": serving, "reboot": reboot}
