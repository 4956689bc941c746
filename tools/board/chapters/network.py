# SPDX-License-Identifier: Apache-2.0
"""The network: access point and first use, Ethernet, and Wi-Fi as a client of a router."""
import random
import socket
import statistics
import time

from lan import ADDRESS as NEIGHBOUR
from lan import DHCP_ADDRESS
from machine import PATIENCE, check, until
from network_tools import (ACCESS_POINT_ADDRESS, LONG, ROUTER, ROUTER_KEY, WRONG_KEY,
                           Network)

# Of the packets that test whether networks are kept apart.
PACKETS = 20
DISCARD = 9


def access_point(run):
    """Factory boot; a phone joins, opens the page and chooses Ethernet; nothing passes through."""
    with run.board(with_neighbour=True) as board:
        board.feed("meter", True)
        network = Network(board, "access-point")
        table = network.table
        old = board.boot_id()
        begin = time.monotonic()
        board.board.cut_power()
        until("another boot", PATIENCE, lambda: board.boot_id() not in ("", old), 0.5)
        network.await_lan(seconds=PATIENCE)
        table.add("factory boot, from power on: Modbus on Ethernet", time.monotonic() - begin)
        until("the access point is on", LONG, network.access_point_on, 0.5)
        table.add("factory boot, from power on: access point on", time.monotonic() - begin)
        network = Network(board, "access-point")

        address, took = network.join()
        table.add(f"a phone joins with the sticker key and gets {address}", took)
        table.add("its first answer from Modbus", network.await_wifi(ACCESS_POINT_ADDRESS))
        page = network.visit("curl -s -m 30 http://192.168.71.1/")
        check("<html" in page.lower(), "no page at http://192.168.71.1/: " + page[:300])
        begin = time.monotonic()
        named = board.sh("board-station resolve energy-dongle.local").split()[0]
        check(named == ACCESS_POINT_ADDRESS, f"energy-dongle.local is {named} for the phone")
        table.add("energy-dongle.local found by multicast DNS", time.monotonic() - begin)
        page = network.visit(f"curl -s -m 30 --resolve energy-dongle.local:80:{named}"
                             " http://energy-dongle.local/")
        check("<html" in page.lower(), "no page at http://energy-dongle.local/: " + page[:300])
        # What phones ask to find out whether there is a page to log in.
        asked = "connectivitycheck.gstatic.com"
        names = network.visit(f"busybox nslookup {asked} {ACCESS_POINT_ADDRESS} || true")
        check(names.count(ACCESS_POINT_ADDRESS) > 1 and "REFUSED" not in names,
              f"the name of a stranger leads to: {names}")
        status = network.visit("curl -s -m 30 -o /dev/null -w '%{http_code}:%{redirect_url}'"
                               f" --resolve {asked}:80:{named} http://{asked}/generate_204")
        check(status == f"302:http://{ACCESS_POINT_ADDRESS}/", "a phone's question got " + status)

        apart(network, address)

        # The way of a new device: log in with the sticker, choose Ethernet, save.
        board.put_text('{"password":"%s"}' % network.password, "/run/login")
        board.put_text('{"connection":"ethernet"}', "/run/choice")
        form = "-H 'Content-Type: application/json'"
        logged = network.visit(f"curl -s -m 30 -c /run/cookies {form} -d @/run/login -w '%{{http_code}}'"
                               f" http://{ACCESS_POINT_ADDRESS}/api/v1/login")
        check(logged.endswith("204") or logged.endswith("200"), "login of the phone: " + logged)
        with network.gap() as gap:
            saved = network.visit(f"curl -s -m 30 -b /run/cookies {form} -X PUT -d @/run/choice"
                                  f" -w '%{{http_code}}' http://{ACCESS_POINT_ADDRESS}/api/v1/settings/network")
            check(saved[-3:] in ("200", "204"), "the phone's choice: " + saved)
            _, took = until("the access point is gone", LONG, lambda: not network.access_point_on())
            network.await_lan()
            time.sleep(5)
        table.add("Ethernet chosen: access point gone", took)
        table.add("Ethernet chosen: longest time without Modbus on Ethernet", gap.longest)
        network.login()
        check(network.status()["mode"] == "ethernet", f"not Ethernet: {network.status()}")
        network.search_secrets()
        return f"{table.lines} lines above"


def apart(network, guest):
    """Packets from the access point to Ethernet and back, with the guard and, to compare, without."""
    board, lan = network.board, network.lan

    def fits(frame):
        ip = frame[14:]
        return (frame[12:14] == b"\x08\x00" and ip[9] == 17 and ip[16:20] == packed(NEIGHBOUR)
                and int.from_bytes(ip[22:24], "big") == DISCARD)

    def to_lan():
        with lan.count(fits) as counted:
            network.visit(send(NEIGHBOUR))
            time.sleep(2)
        return counted.number

    def to_guest(sender):
        network.visit("nft delete table inet counted 2>/dev/null || true")
        network.visit("nft 'add table inet counted; add chain inet counted in { type filter hook"
                      " prerouting priority -300; }; add rule inet counted in udp dport"
                      f" {DISCARD} counter'")
        sender()
        time.sleep(2)
        return int(network.visit("nft list table inet counted").split("packets ")[1].split()[0])

    def from_lan():
        with lan.inside():
            s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        with s:
            for _ in range(PACKETS):
                s.sendto(b"x", (guest, DISCARD))
                time.sleep(0.05)

    lan.ip("route", "add", "192.168.71.0/24", "via", DHCP_ADDRESS)
    out, back = to_lan(), to_guest(from_lan)
    network.table.add("packets of the guest to a host on Ethernet", f"{out} of {PACKETS}")
    network.table.add("packets of that host to the guest", f"{back} of {PACKETS}")
    check(out == 0 and back == 0, f"{out} packets reached Ethernet, {back} the access point's guest")
    # A count that is always zero proves nothing: what is counted when nobody stops it.
    near = to_guest(lambda: board.sh(send(guest)))
    network.table.add("packets of the board itself to the guest", f"{near} of {PACKETS}")
    board.sh("nft delete table inet energy_dongle")
    open_out, open_back = to_lan(), to_guest(from_lan)
    board.sh("systemctl restart energy-dongle-guard")
    network.table.add("without the guard: of the guest to the host", f"{open_out} of {PACKETS}")
    network.table.add("without the guard: of the host to the guest", f"{open_back} of {PACKETS}")
    check(near > 0 and open_out > 0, "without the guard nothing arrives either: the count is worth nothing")
    check(to_lan() == 0, "packets pass after the guard was loaded again")
    # A firewall of the owner begins with "flush ruleset".
    board.sh("systemctl restart nftables && nft list table inet energy_dongle")
    passed = to_lan()
    network.table.add("after a restart of the owner's firewall: of the guest to the host",
                      f"{passed} of {PACKETS}")
    check(passed == 0, f"{passed} packets pass after a restart of nftables")


def send(address):
    """A command that sends packets that nobody answers."""
    return ("perl -MIO::Socket::INET -e '"
            f"for (1..{PACKETS}) {{ IO::Socket::INET->new(Proto => \"udp\","
            f" PeerAddr => \"{address}\", PeerPort => {DISCARD})->send(\"x\");"
            " select undef, undef, undef, 0.05 }'")


def packed(address):
    return bytes(int(part) for part in address.split("."))


def ethernet(run):
    """No DHCP server, a late one, one that goes; a fixed address, one that is taken; the cable."""
    with run.board(with_neighbour=True) as board:
        board.feed("meter", True)
        network = Network(board, "ethernet")
        table, lan = network.table, network.lan
        network.await_lan()
        network.login()
        network.choose(connection="ethernet", method="dhcp")
        until("the access point is gone", LONG, lambda: not network.access_point_on())
        network.await_lan()

        # A cable that is out for a moment only does not end a lease.
        board.board.link(False)
        until("nothing is left of the lease", LONG, lambda: not network.address("eth0"))
        lan.dhcp(False)
        begin = plug(network)
        own, took = network.own_address()
        table.add(f"no DHCP server: has {own}", took)
        network.await_lan(own)
        table.add("no DHCP server: Modbus there", time.monotonic() - begin)
        time.sleep(30)
        check(own in network.address("eth0"), f"{own} is gone: {network.address('eth0')}")
        lan.dhcp(True)
        begin = time.monotonic()
        network.await_lan()
        table.add("DHCP server appears 30 s later: Modbus on its address", time.monotonic() - begin)
        table.add("addresses 5 s later: " + ", ".join(after(5, lambda: network.address("eth0"))), "")

        lan.dhcp(False)
        begin = time.monotonic()
        until("the address is given up", LONG, lambda: DHCP_ADDRESS not in network.address("eth0"))
        table.add("DHCP server gone (lease of 2 min): address given up", time.monotonic() - begin)
        own, _ = network.own_address()
        network.await_lan(own)
        table.add("DHCP server gone: Modbus there", time.monotonic() - begin)
        lan.dhcp(True)
        begin = time.monotonic()
        board.board.press(0.3)
        network.await_lan()
        table.add("DHCP server back and button pressed: Modbus on its address", time.monotonic() - begin)

        fixed(network, run)

        network.login()
        begin = network.choose(connection="ethernet", method="dhcp")
        network.await_lan()
        table.add("DHCP chosen again: Modbus", time.monotonic() - begin)
        pulls(network, run)
        network.login()
        network.search_secrets()
        return f"{table.lines} lines above"


def fixed(network, run):
    table, lan, board = network.table, network.lan, network.board
    taken, free = "10.0.2.60", "10.0.2.61"
    lan.take(taken)
    settings = {"connection": "ethernet", "method": "static", "prefix_length": 24,
                "gateway": NEIGHBOUR, "dns": NEIGHBOUR}
    begin = network.choose(**settings | {"address": taken})
    until("the access point is on, because the address is taken", LONG, network.access_point_on, 0.5)
    table.add(f"fixed address {taken}, which another device has: access point on", time.monotonic() - begin)
    network.join()
    network.await_wifi(ACCESS_POINT_ADDRESS)
    table.add("and Modbus there, for a phone that joins", time.monotonic() - begin)
    told = network.visit(f"curl -s -m 30 http://{ACCESS_POINT_ADDRESS}/api/v1/status")
    check(f"The address {taken} is in use by another device" in told, "the page says: " + told[-1500:])
    network.leave()
    lan.give_back(taken)
    begin = time.monotonic()
    network.await_lan(taken)
    table.add("the other device gone: Modbus on it", time.monotonic() - begin)
    until("the access point is gone", LONG, lambda: not network.access_point_on())
    network.cookie = None
    network.login(taken)
    begin = network.choose(at=taken, **settings | {"address": free})
    network.await_lan(free)
    table.add(f"another fixed address, {free}: Modbus", time.monotonic() - begin)
    unplug(network, seconds=3)
    # A device with the address that was proven: it is the intruder that has to go.
    begin = plug(network)
    network.await_lan(free)
    table.add("the cable out and in with it: Modbus", time.monotonic() - begin)
    check(board.sh("pidof java").strip(), "the service is gone")
    network.cookie = None
    network.login(free)
    begin = network.choose(at=free, connection="ethernet", method="dhcp")
    network.await_lan()
    network.cookie = None


def after(seconds, what):
    time.sleep(seconds)
    return what()


def unplug(network, seconds):
    network.board.board.link(False)
    time.sleep(seconds)


def plug(network):
    network.board.board.link(True)
    return time.monotonic()


def pulls(network, run):
    """The cable out for a random time, and in again."""
    chance = random.Random(run.seed)
    number = 3 if run.quick else 20
    times = []
    for _ in range(number):
        unplug(network, chance.uniform(0.3, 12))
        begin = plug(network)
        network.await_lan()
        times.append(time.monotonic() - begin)
        time.sleep(chance.uniform(0, 4))
    table = network.table
    table.add(f"cable out and in {number} times: Modbus, fastest", min(times))
    table.add(f"cable out and in {number} times: Modbus, median", statistics.median(times))
    table.add(f"cable out and in {number} times: Modbus, slowest", max(times))


def wifi(run):
    """A client of a router: the wrong key, the right one, the router gone for long, and back to Ethernet."""
    with run.board(with_neighbour=True) as board:
        board.feed("meter", True)
        network = Network(board, "wifi")
        table = network.table
        network.await_lan()
        network.login()
        network.router()
        with network.gap() as gap:
            begin = network.choose(connection="wifi", ssid=ROUTER, wifi_password=WRONG_KEY)
            until("the wrong key is told", LONG, lambda: "refused the password"
                  in network.status().get("fault", ""), 0.5)
            table.add("wrong key: told", time.monotonic() - begin)
            until("the access point is on", LONG, network.access_point_on, 0.5)
            table.add("wrong key: access point on again", time.monotonic() - begin)
        table.add("wrong key: longest time without Modbus on Ethernet", gap.longest)

        network.login()
        begin = network.choose(connection="wifi", ssid=ROUTER, wifi_password=ROUTER_KEY,
                               wifi_country="NL")
        until("the radio is in the Netherlands", 60,
              lambda: "country NL" in board.sh("iw reg get"), 0.5)
        table.add("the radio knows its country", time.monotonic() - begin)
        address = network.await_wifi_client()
        table.add(f"right key: Modbus on {address} over Wi-Fi", time.monotonic() - begin)
        until("Ethernet is off", LONG, lambda: not network.address("eth0"))
        table.add("right key: Ethernet off", time.monotonic() - begin)
        check(not network.access_point_on(), "the access point is still on")

        for away in (20, 60) if run.quick else (20, 600):
            network.leave()
            time.sleep(away)
            check(not network.access_point_on(), "an access point opened by itself")
            network.router()
            begin = time.monotonic()
            network.await_wifi_client(400)
            table.add(f"router gone for {away} s and back: Modbus", time.monotonic() - begin)

        begin = time.monotonic()
        board.sh("systemctl kill -s KILL --kill-whom=main energy-dongle; sleep 1")
        network.await_wifi_client()
        table.add("kill -9 while on Wi-Fi: Modbus", time.monotonic() - begin)

        address = network.address("wlan0")[0]
        back_to_ethernet(network, address)
        network.cookie = None
        network.login()
        network.search_secrets()
        return f"{table.lines} lines above"


def back_to_ethernet(network, address):
    """Chosen on the page, which is only there over Wi-Fi."""
    board = network.board
    board.put_text('{"password":"%s"}' % network.password, "/run/login")
    board.put_text('{"connection":"ethernet","method":"dhcp"}', "/run/choice")
    form = "-H 'Content-Type: application/json'"
    # Modbus was there before the page.
    until("the page answers over Wi-Fi", LONG, lambda: board.board.sh(
        f"board-station run curl -s -f -m 30 -c /run/cookies {form} -d @/run/login"
        f" http://{address}/api/v1/login", 60)[0] == 0, 1)
    saved = network.visit(f"curl -s -m 30 -b /run/cookies {form} -X PUT -d @/run/choice"
                          f" -w '%{{http_code}}' http://{address}/api/v1/settings/network")
    check(saved[-3:] in ("200", "204"), "the choice of Ethernet: " + saved)
    begin = time.monotonic()
    network.await_lan()
    network.table.add("Ethernet chosen again: Modbus", time.monotonic() - begin)
    until("the radio is off", LONG, lambda: not network.address("wlan0"))


CHAPTERS = {"access-point": access_point, "ethernet": ethernet, "wifi": wifi}
