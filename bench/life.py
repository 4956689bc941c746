# SPDX-License-Identifier: Apache-2.0
"""Start and rest of the gateway beside a bare Hello.

Arguments: work directory with classes/Hello.class, JAR, file of options, class-data archive.
Prints tab-separated lines: name, value.
"""
import http.client
import json
import os
import pathlib
import shutil
import socket
import statistics
import struct
import subprocess
import sys
import threading
import time

work, jar, options, archive = map(pathlib.Path, sys.argv[1:])
ROUNDS = 9
REST_SECONDS = 60
# What happens once a second is compiled after 200 times.
WARM_UP_SECONDS = 300
LIMIT_SECONDS = 60
# Where no time server answers, the first connection waits 90 s for one.
MQTT_LIMIT_SECONDS = 180
PAUSE_SECONDS = 0.001


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def java(*words, shared=True):
    cds = ["-XX:SharedArchiveFile=" + str(archive), "-Xshare:auto"] if shared else ["-Xshare:off"]
    return ["java", "@" + str(options), *cds, *words]


def hello(shared):
    # Its archive is the JVM's own, which every java uses unless it is told not to.
    cds = [] if shared else ["-Xshare:off"]
    begin = time.monotonic()
    subprocess.run(["java", *cds, "-cp", str(work / "classes"), "Hello"],
                   check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - begin


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
            subprocess.run(["java", "-jar", str(jar), "provision", "--board", str(self.dir / "board.toml")],
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
        sys.exit("life.py: no answer; log:\n" + self.log())

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
        found = {}
        for task in pathlib.Path(f"/proc/{self.process.pid}/task").iterdir():
            try:
                name = (task / "comm").read_text().strip()
                found[task.name, name] = int((task / "schedstat").read_text().split()[0])
            except OSError:
                pass  # It has ended in between.
        return found

    def memory_mib(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) / 1024

    def threads(self):
        return len(os.listdir(f"/proc/{self.process.pid}/task"))

    def end(self):
        begin = time.monotonic()
        self.process.terminate()
        self.process.wait(10)
        return time.monotonic() - begin


def start(shared):
    gateway = Gateway(shared)
    modbus = gateway.first(gateway.registers)
    page = gateway.first(gateway.page)
    return modbus, page, gateway.end()


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


def main():
    timings = {"hello": [], "hello-off": [], "modbus": [], "page": [], "stop": [],
               "modbus-off": [], "page-off": []}
    for i in range(ROUNDS):
        timings["hello"].append(hello(True))
        modbus, page, stop = start(True)
        timings["hello-off"].append(hello(False))
        timings["modbus"].append(modbus)
        timings["page"].append(page)
        timings["stop"].append(stop)
        if i < 3:
            modbus, page, _ = start(False)
            timings["modbus-off"].append(modbus)
            timings["page-off"].append(page)
    for name, values in timings.items():
        print(f"{name}\t{statistics.median(values) * 1000:.0f}")

    broker = Broker()
    gateway = Gateway(mqtt=broker)
    try:
        gateway.first(gateway.page)
        gateway.first(lambda: "web page on https" in gateway.log())
        gateway.first(lambda: "MQTT: connected" in gateway.log(), MQTT_LIMIT_SECONDS)
        # A charger that asks once a second, as long as this lasts.
        charger = socket.create_connection(("127.0.0.1", gateway.modbus), 5)

        def poll(seconds):
            for _ in range(seconds):
                charger.sendall(struct.pack(">HHHBBHH", 1, 0, 6, 1, 3, 0x8006, 30))
                charger.recv(512)
                time.sleep(1)

        poll(WARM_UP_SECONDS)
        before, begin = gateway.cpu_nanos(), time.monotonic_ns()
        poll(REST_SECONDS)
        after, passed = gateway.cpu_nanos(), time.monotonic_ns() - begin
        shares = {thread: 100 * (used - before.get(thread, 0)) / passed for thread, used in after.items()}
        for (_, name), share in sorted(shares.items(), key=lambda each: -each[1])[:12]:
            print(f"life.py: thread {name}: {share:.3f} % of a core", file=sys.stderr)
        print(f"cpu\t{sum(shares.values()):.2f}")
        print(f"rss\t{gateway.memory_mib():.1f}")
        print(f"threads\t{gateway.threads()}")
    finally:
        gateway.end()
        broker.process.terminate()
        broker.process.wait(10)
    print(f"jar\t{jar.stat().st_size}")


main()
