# SPDX-License-Identifier: Apache-2.0
"""The gateway and a broker as the benches of its life start them.

Arguments of the program: work directory, JAR, file of options, class-data archive.
"""
import http.client
import json
import os
import pathlib
import shutil
import socket
import struct
import subprocess
import sys
import threading
import time

work, jar, options, archive = map(pathlib.Path, sys.argv[1:5])
JAVA = os.environ.get("BENCH_JAVA", "java")
LIMIT_SECONDS = 60
PAUSE_SECONDS = 0.001


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def java(*words, shared=True):
    cds = ["-XX:SharedArchiveFile=" + str(archive), "-Xshare:auto"] if shared else ["-Xshare:off"]
    return [JAVA, "@" + str(options), *cds, *words]


class Gateway:
    def __init__(self, shared=True, mqtt=None):
        self.http, self.https, self.modbus = free_port(), free_port(), free_port()
        self.dir = work / f"life-{self.modbus}"
        (self.dir / "state").mkdir(parents=True)
        (self.dir / "identity").mkdir()
        (self.dir / "board.toml").write_text(f"""
[http]
address = "127.0.0.1"
port = {self.http}
https_port = {self.https}
[modbus]
address = "127.0.0.1"
port = {self.modbus}
[network]
control = "none"
[identity]
dir = "{self.dir}/identity"
""")
        if mqtt:
            (self.dir / "state" / "settings.json").write_text(json.dumps(mqtt.settings))
            subprocess.run([JAVA, "-jar", str(jar), "provision", "--board", str(self.dir / "board.toml")],
                           check=True, stdout=subprocess.DEVNULL)
            shutil.copy(mqtt.at / "crt", self.dir / "identity" / "broker-ca.pem")
            mqtt.start(self.dir / "identity")
        environment = dict(os.environ)
        if mqtt:
            # As under systemd: the watchdog looks and tells four times in four seconds.
            self.manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            self.manager.bind(str(self.dir / "notify"))
            environment.update(NOTIFY_SOCKET=str(self.dir / "notify"), WATCHDOG_USEC="4000000")
            threading.Thread(target=self.listen, daemon=True).start()
        self.begin = time.monotonic()
        self.process = subprocess.Popen(
            java("-jar", str(jar), "run", "--board", str(self.dir / "board.toml"),
                 "--state", str(self.dir / "state"), "--simulate", shared=shared),
            stderr=(self.dir / "log").open("w"), env=environment)

    def listen(self):
        while True:
            self.manager.recv(512)

    def first(self, ask, limit=LIMIT_SECONDS):
        """Seconds from the start to the first answer."""
        while time.monotonic() - self.begin < limit:
            try:
                if ask():
                    return time.monotonic() - self.begin
            except (OSError, http.client.HTTPException):
                pass
            time.sleep(PAUSE_SECONDS)
        sys.exit("no answer; log:\n" + self.log())

    def registers(self):
        with socket.create_connection(("127.0.0.1", self.modbus), 5) as s:
            s.sendall(struct.pack(">HHHBBHH", 1, 0, 6, 1, 3, 0x8006, 30))
            return len(s.recv(512)) >= 9

    def page(self):
        client = http.client.HTTPConnection("127.0.0.1", self.http, timeout=10)
        try:
            client.request("GET", "/")
            answer = client.getresponse()
            return answer.status == 200 and answer.read()
        finally:
            client.close()

    def log(self):
        return (self.dir / "log").read_text()

    def cpu_nanos(self):
        """Of every thread; the kernel counts to the nanosecond."""
        return {key: int(text.split()[0]) for key, text in self.of_threads("schedstat").items()}

    def wake_ups(self):
        """How often each thread had waited for something and went on."""
        return {key: int(text.split("\nvoluntary_ctxt_switches:")[1].split()[0])
                for key, text in self.of_threads("status").items()}

    def of_threads(self, file):
        found = {}
        for task in pathlib.Path(f"/proc/{self.process.pid}/task").iterdir():
            try:
                name = (task / "comm").read_text().strip()
                found[task.name, name] = (task / file).read_text()
            except OSError:
                pass  # It has ended in between.
        return found

    def number(self, file, field):
        text = "\n" + pathlib.Path(f"/proc/{self.process.pid}/{file}").read_text()
        return int(text.split("\n" + field + ":")[1].split()[0])

    def size(self):
        """What must not grow."""
        return {"rss": self.number("status", "VmRSS") / 1024,
                "pss": self.number("smaps_rollup", "Pss") / 1024,
                "threads": len(os.listdir(f"/proc/{self.process.pid}/task")),
                "descriptors": len(os.listdir(f"/proc/{self.process.pid}/fd"))}

    def bytes_written(self):
        """What the kernel has taken for the disk, the log among it."""
        return self.number("io", "write_bytes")

    def end(self):
        begin = time.monotonic()
        self.process.terminate()
        self.process.wait(10)
        return time.monotonic() - begin


class Broker:
    """mosquitto with TLS, where the device shows its certificate."""

    def __init__(self):
        self.port = free_port()
        self.at = work / "life-broker"
        self.at.mkdir()
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
             "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
             "-keyout", "key", "-out", "crt"], check=True, capture_output=True, cwd=self.at)
        self.settings = {"mqtt": {"enabled": True, "url": f"mqtts://localhost:{self.port}"}}

    def start(self, identity):
        (self.at / "conf").write_text(
            f"user root\nlistener {self.port} 127.0.0.1\ncafile {identity}/device.crt\n"
            f"certfile {self.at}/crt\nkeyfile {self.at}/key\nrequire_certificate true\n"
            "allow_anonymous true\n")
        path = os.environ["PATH"] + ":/usr/sbin"
        self.process = subprocess.Popen(["mosquitto", "-c", str(self.at / "conf")],
                                        env=dict(os.environ, PATH=path), stderr=subprocess.DEVNULL)
