# SPDX-License-Identifier: Apache-2.0
"""What apt and systemd do with the package."""
import re
import time

from machine import DEB, INSTALL, PATIENCE, check


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
        # What follows is systemd's: the script that makes the light red, in a sandbox of its own.
        own = moment(board, "stopped") - moment(board, "Stopping energy-dongle.service")
        check(own >= 0, f"the gateway did not get to say \"stopped\" in the {stop:.1f} s of its stop")
        check(own < 2, f"stopping took the gateway {own:.1f} s")
        check(board.show("Result") == "success", "stop: " + board.show("Result"))

        board.sh("systemctl disable --now energy-dongle-country.path")
        begin = time.monotonic()
        board.sh(INSTALL + "--reinstall " + DEB, 900)
        again = time.monotonic() - begin
        board.await_serving(PATIENCE)
        check(board.sh("systemctl is-enabled energy-dongle-country.path", may_fail=True).strip()
              == "disabled", "what the owner had switched off is on again")
        board.sh("systemctl enable --now energy-dongle-country.path")
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
        return f"exposure {score}, stop {own:.1f} s of {stop:.1f} s in all, reinstall {again:.0f} s, removed, purged"


def moment(board, words):
    """When the newest line with these words was logged, s."""
    lines = [each for each in board.sh("journalctl -u energy-dongle -b -o short-monotonic --no-pager")
             .splitlines() if words in each.split(": ", 1)[-1]]
    return float(re.search(r"\[\s*([\d.]+)\]", lines[-1])[1])


CHAPTERS = {"package": installed}
