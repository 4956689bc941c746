# SPDX-License-Identifier: Apache-2.0
"""The board in QEMU: starting, saving, ending, and everything that is plugged into it.

Its disk image (kernel, Debian, device tree with light and button, simulated radios) is made by a
separate tool, `make-image` in the directory that BOARD names; this file needs only what it leaves
in its cache.
"""
import base64
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import time

PROJECT = pathlib.Path(__file__).resolve().parent.parent.parent
IMAGE_TOOL = pathlib.Path(os.environ.get("BOARD", PROJECT.parent / "shared" / "board"))
CACHE = pathlib.Path(
    os.environ.get("BOARD_CACHE")
    or pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache")
    / "energy-dongle-board")
SUITE = os.environ.get("SUITE", "trixie")
ARCH = "arm64"

# Controller of light and button (PL061) of QEMU's machine `virt`: its lines as they are.
LINES = 0x9030000 + 0x3fc
BUTTON = 4
MAC = "52:54:00:71:00:01"
PORTS = ("80", "443", "502")


def make_image():
    """Makes the disk image when it is not there yet, or is outdated."""
    if not (IMAGE_TOOL / "make-image").exists():
        sys.exit(f"board-test: NOTHING WAS TESTED: there is no make-image at {IMAGE_TOOL};"
                 " name its directory with BOARD=")
    environment = dict(os.environ, ARCH=ARCH, SUITE=SUITE, BOARD_CACHE=str(CACHE))
    subprocess.run([str(IMAGE_TOOL / "make-image")], env=environment, check=True, stdout=sys.stderr)


def saved(state):
    return CACHE / "saved" / state


def is_saved(state):
    return (saved(state) / "disk.qcow2").exists()


def forget(state):
    shutil.rmtree(saved(state), ignore_errors=True)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Line:
    """A connection to one of QEMU's sockets: a question, and lines as answers."""

    def __init__(self, path, timeout=30):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(timeout)
        self.socket.connect(str(path))
        self.rest = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, text):
        self.socket.sendall(text.encode() + b"\n")

    def read(self):
        while b"\n" not in self.rest:
            got = self.socket.recv(65536)
            if not got:
                raise ConnectionError("QEMU closed the connection")
            self.rest += got
        line, self.rest = self.rest.split(b"\n", 1)
        return line.decode(errors="replace").strip("\r\xff\ufffd")


class Monitor(Line):
    """QEMU's own commands (QMP)."""

    def __init__(self, path):
        super().__init__(path)
        self.read()
        self.ask("qmp_capabilities")

    def ask(self, command, **arguments):
        self.send(json.dumps({"execute": command, "arguments": arguments}))
        while True:
            said = json.loads(self.read())
            if "return" in said:
                return said["return"]
            if "error" in said:
                raise RuntimeError(f"{command}: {said['error']['desc']}")

    def say(self, line):
        return self.ask("human-monitor-command", **{"command-line": line})

    def lines(self):
        """The eight lines of the controller, as it sees them."""
        return int(self.say(f"xp /1xw 0x{LINES:x}").split(":")[1].split()[0], 16) & 0xff


class Emulator:
    """One running board; its disk is thrown away by `stop`."""

    def __init__(self, state=None, tap=None, patience=600):
        """
        state: the name of a board that `save` kept; otherwise the board boots.
        tap: file descriptor of a network interface: the other end of the board's Ethernet, instead
            of QEMU's own router with `ports`.
        """
        image = CACHE / f"{SUITE}-{ARCH}"
        self.directory = CACHE / "run" / f"board-test-{os.getpid()}"
        shutil.rmtree(self.directory, ignore_errors=True)
        self.directory.mkdir(parents=True)
        disk = self.path("disk.qcow2")
        if state:
            shutil.copy(saved(state) / "disk.qcow2", disk)
        else:
            subprocess.run(["qemu-img", "create", "-q", "-f", "qcow2", "-F", "raw",
                            "-b", str(image / "root.ext4"), disk], check=True)
        self.ports = {port: free_port() for port in PORTS}
        command = self._command(image, disk, state, tap)
        with open(self.path("qemu.log"), "w") as log:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                pass_fds=() if tap is None else (tap,))
        try:
            self.await_agent(patience)
            if state:
                self.set_clock()
                self.plug_cable()
            self.sh("systemctl is-system-running --wait >/dev/null 2>&1 || true", patience)
        except BaseException:
            self.stop()
            raise

    def _command(self, image, disk, state, tap):
        forwards = "".join(f",hostfwd=tcp:127.0.0.1:{host}-:{port}" for port, host in self.ports.items())

        def wire(name):
            return ["-chardev", f"socket,id={name},path={self.path(name + '.sock')},server=on,wait=off"]

        command = [
            "qemu-system-aarch64", "-M", "virt,gic-version=3", "-cpu", "cortex-a72",
            "-accel", "tcg,thread=multi", "-smp", "2", "-m", "1024", "-nodefaults", "-display", "none",
            "-dtb", str(image / "board.dtb"), "-kernel", str(image / "vmlinuz"),
            "-initrd", str(image / "initrd.gz"),
            "-append", "console=ttyAMA0 root=/dev/vda quiet systemd.show_status=no mitigations=off"
                       " audit=0 net.ifnames=0",
            "-drive", f"if=none,id=root,file={disk},format=qcow2,cache=unsafe,discard=unmap",
            "-device", "virtio-blk-pci,drive=root",
            # QEMU's own router, with DHCP, has to be there for saved boards even when it has no
            # cable: it answers what is not meant for it, so there can be no other host beside it.
            "-netdev", f"user,id=router,net=10.0.2.0/24{forwards}",
            *([] if tap is None else ["-netdev", f"tap,id=neighbour,fd={tap}"]),
            "-device", f"virtio-net-pci,netdev={'router' if tap is None else 'neighbour'},id=eth0,mac={MAC}"]
        command += [
            "-object", "rng-random,id=rng,filename=/dev/urandom", "-device", "virtio-rng-pci,rng=rng",
            *wire("qmp"), "-mon", "chardev=qmp,mode=control",
            *wire("agent"), "-device", "virtio-serial-pci",
            "-device", "virtserialport,chardev=agent,name=org.qemu.guest_agent.0",
            "-qtest", f"unix:{self.path('qtest.sock')},server=on,wait=off", "-qtest-log", "/dev/null",
            *wire("meter"), *wire("cable"), "-device", "qemu-xhci,id=usb",
            "-serial", f"file:{self.path('console.log')}", "-device", "pci-serial,chardev=meter"]
        return command + (["-loadvm", "saved"] if state else [
            "-device", "usb-serial,id=cable,bus=usb.0,port=1,chardev=cable,always-plugged=on"])

    def path(self, name):
        return str(self.directory / name)

    # ---- the machine itself
    def monitor(self):
        return Monitor(self.path("qmp.sock"))

    def ask(self, command, **arguments):
        with self.monitor() as monitor:
            return monitor.ask(command, **arguments)

    def save(self, state):
        """The whole running board, to a file; QEMU cannot save its USB serial adapter."""
        self.unplug_cable()
        time.sleep(1)
        with self.monitor() as monitor:
            said = monitor.say("savevm saved").strip()
            if said:
                raise RuntimeError("the board cannot be saved: " + said)
            monitor.ask("stop")
        # In one step: a file that is half copied is no saved board.
        new = saved(state + ".new")
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(parents=True)
        shutil.copy(self.path("disk.qcow2"), new)
        forget(state)
        new.rename(saved(state))
        self.ask("cont")
        self.plug_cable()

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        shutil.rmtree(self.directory, ignore_errors=True)

    def cut_power(self):
        self.ask("system_reset")

    def cut_power_for_good(self):
        """What has reached the disk stays, nothing else."""
        with self.monitor() as monitor:
            monitor.send(json.dumps({"execute": "quit"}))
            self.process.wait(30)

    def set_clock(self):
        self.sh(f"date -s @{time.time():.2f} >/dev/null")

    # ---- what is plugged in
    def link(self, up):
        self.ask("set_link", name="eth0", up=up)

    def plug_cable(self):
        self.ask("device_add", driver="usb-serial", id="cable", bus="usb.0", port="1",
                 chardev="cable", **{"always-plugged": True})

    def unplug_cable(self):
        self.ask("device_del", id="cable")

    # ---- light and button
    def lines(self):
        with self.monitor() as monitor:
            return monitor.lines()

    def press(self, seconds):
        """Holds the button."""
        with self.monitor() as monitor:
            controller = next(each["name"] for each in
                              monitor.ask("qom-list", path="/machine/unattached")
                              if each["type"] == "child<pl061>")
        with Line(self.path("qtest.sock")) as pins:
            for level in (1, 0):
                pins.send(f"set_irq_in /machine/unattached/{controller} unnamed-gpio-in {BUTTON} {level}")
                said = pins.read()
                while said.startswith("IRQ"):
                    said = pins.read()
                if not said.startswith("OK"):
                    raise RuntimeError(f"the button cannot be pressed: {said}")
                if level:
                    time.sleep(seconds)

    # ---- commands on the board, through its guest agent
    def agent(self, command, timeout=60, **arguments):
        with Line(self.path("agent.sock"), timeout) as line:
            number = time.monotonic_ns() % 1000000007
            line.socket.sendall(b"\xff")
            line.send(json.dumps({"execute": "guest-sync-delimited", "arguments": {"id": number}}))
            while True:
                try:
                    if json.loads(line.read().lstrip("\xff\ufffd")).get("return") == number:
                        break
                except ValueError:
                    continue
            line.send(json.dumps({"execute": command, "arguments": arguments}))
            said = json.loads(line.read())
            if "error" in said:
                raise RuntimeError(f"{command}: {said['error']['desc']}")
            return said["return"]

    def await_agent(self, seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.process.poll() is not None:
                raise RuntimeError("QEMU ended: " + pathlib.Path(self.path("qemu.log")).read_text()[-2000:])
            try:
                self.agent("guest-ping", timeout=2)
                return
            except (OSError, RuntimeError):
                time.sleep(0.3)
        raise RuntimeError(f"the board does not answer within {seconds} s: "
                           + pathlib.Path(self.path("console.log")).read_text(errors="replace")[-2000:])

    def sh(self, command, seconds=120):
        """A command as root on the board: exit status and output."""
        pid = self.agent("guest-exec", path="/bin/sh", arg=["-c", "exec 2>&1; " + command],
                         **{"capture-output": True})["pid"]
        end = time.monotonic() + seconds
        pause = 0.03
        while time.monotonic() < end:
            ended = self.agent("guest-exec-status", pid=pid)
            if ended["exited"]:
                out = base64.b64decode(ended.get("out-data", "")).decode(errors="replace")
                return ended.get("exitcode", 128 + ended.get("signal", 0)), out
            time.sleep(pause)
            pause = min(pause * 1.5, 0.5)
        raise TimeoutError(f"not within {seconds} s: {command}")

    def put(self, source, target):
        """Copies a file onto the board."""
        handle = self.agent("guest-file-open", path=target, mode="w")
        try:
            with open(source, "rb") as file:
                while chunk := file.read(1 << 20):
                    self.agent("guest-file-write", handle=handle,
                               **{"buf-b64": base64.b64encode(chunk).decode()})
        finally:
            self.agent("guest-file-close", handle=handle)
