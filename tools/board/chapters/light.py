# SPDX-License-Identifier: Apache-2.0
"""The light, read from its lines, and the button."""
import threading

from machine import PATIENCE, Failed, check, until


# Two lines are not switched in the same moment: what lasts no longer than this is the switching.
SWITCHING_SECONDS = 0.04


class Rhythm:
    """Colours that follow each other, each for so long; keeps what it saw."""

    def __init__(self, board, colours, shortest, longest):
        self.board, self.colours = board, colours
        self.shortest, self.longest = shortest, longest
        self.seen = []

    def __call__(self, seconds=4.3):
        self.seen = self.board.watch(seconds)
        runs = []
        for colour, length in self.seen:
            if runs and (length <= SWITCHING_SECONDS or runs[-1][0] == colour):
                runs[-1][1] += length
            else:
                runs.append([colour, length])
        # The first and the last are cut off.
        runs = runs[1:-1]
        follows = {a: b for a, b in zip(self.colours, self.colours[1:] + self.colours[:1])}
        return (len(runs) >= 5
                and all(self.shortest <= length <= self.longest for _, length in runs)
                and all(follows.get(a) == b for (a, _), (b, _) in zip(runs, runs[1:])))

    def __repr__(self):
        return f"{'/'.join(self.colours)} of {self.shortest} to {self.longest} s"

    def appears(self, why, seconds):
        """Waits for it; how long that took."""
        try:
            return until(f"{self} {why}", seconds, self, 0)[1]
        except Failed as e:
            raise Failed(f"{e}, seen: {self.seen}") from None


def led(run):
    """Each pattern of product table M6, produced by its real cause, with its rhythm."""
    told = []

    def steady(board, colour, seconds=60):
        _, took = until(f"steady {colour}", seconds,
                        lambda: [c for c, _ in board.watch(1.6)] == [colour])
        told.append(f"{colour} after {took:.0f} s")

    def alternating(board, colours, seconds=90):
        took = Rhythm(board, colours, 0.35, 0.65).appears("at 1 Hz", seconds)
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
        board.board.link(False)
        alternating(board, ("red", "orange"))
        board.feed("meter", True)
        alternating(board, ("green", "orange"))
        board.board.link(True)
        steady(board, "green", 90)
        board.http("POST", "/api/v1/actions/identify", {}, board.login())
        Rhythm(board, ("green", "orange", "red"), 0.35, 0.65).appears("after \"Blink the light\"", 10)
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
            fast = Rhythm(board, ("red", "off"), 0.03, 0.25)
            until("red at 4 Hz", 25, lambda: fast(2) and 12 <= len(fast.seen) <= 20, 0)

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


CHAPTERS = {"led": led, "button": button}
