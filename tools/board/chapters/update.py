# SPDX-License-Identifier: Apache-2.0
"""From one release to another: a good one, bad ones, and power cuts in between."""
import http.client
import json
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile

from machine import PATIENCE, PROJECT, check, until

# Longer than a release is installed on a slow emulation.
INSTALL_PATIENCE = 1800
OPT = "/opt/energy-dongle"

# Mistakes of a new release: lines of the source, and what stands there instead.
READ_SCHEMA = ("config/Settings.java", 'all.number("schema", SCHEMA, 1, SCHEMA);',
               'all.number("schema", 2, 2, 2);')
NEVER_READY = ("service/Watchdog.java", 'notifier.say("READY=1");', "")
HANGS_LATER = ("service/Watchdog.java", 'notifier.say("WATCHDOG=1");', "")
NO_MODBUS = ("app/Daemon.java", 'modbusThread = start("modbus", modbus);',
             'modbusThread = start("modbus", () -> {});')
BAD = {
    "exits at once": None,
    "hangs later": HANGS_LATER,
    "cannot read settings": READ_SCHEMA,
    "kills Modbus": NO_MODBUS,
    "never gets ready": NEVER_READY,
}


class Workshop:
    """Makes releases of the JAR that was built, signed with a key that is made for this run."""

    def __init__(self, work):
        self.work = pathlib.Path(work)
        self.key = self.work / "key"
        self.jar = PROJECT / "target" / "energy-dongle.jar"
        subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", str(self.key)], check=True)
        self.public = subprocess.run(["openssl", "pkey", "-in", str(self.key), "-pubout"], check=True,
                                     capture_output=True).stdout
        self.number = 0

    def version(self):
        with zipfile.ZipFile(self.jar) as jar:
            return re.search(r"(?m)^version=(.*)$", jar.read("energy-dongle.properties").decode())[1]

    def patched(self, mistake):
        """Classes of a source file with a mistake in it."""
        if mistake is None:
            return {}
        name, line, by = mistake
        source = PROJECT / "src/main/java/io/energydongle" / name
        text = source.read_text()
        check(line in text, f"{name} has no line {line}")
        out = pathlib.Path(tempfile.mkdtemp(dir=self.work))
        (out / source.name).write_text(text.replace(line, by))
        subprocess.run(["javac", "--release", "17", "-proc:none", "-nowarn", "-cp", str(self.jar), "-d",
                        str(out / "classes"), str(out / source.name)], check=True, capture_output=True)
        classes = out / "classes"
        return {str(each.relative_to(classes)): each.read_bytes() for each in classes.rglob("*.class")}

    def make_jar(self, version, changed=(), without=()):
        """The JAR as another version that takes releases signed with the key of this run."""
        changed = dict(changed)
        changed["update-keys/active.pem"] = self.public
        made = self.work / f"{version}.jar"
        with zipfile.ZipFile(self.jar) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
            for entry in old.infolist():
                data = changed.get(entry.filename, old.read(entry))
                if entry.filename == "energy-dongle.properties":
                    data = re.sub(rb"(?m)^version=.*$", b"version=" + version.encode(), data)
                if entry.filename not in without:
                    new.writestr(entry, data)
        return made

    def release(self, mistake=False):
        """Version and file of the next release; mistake: one of BAD, or False for a good one."""
        self.number += 1
        version = f"0.9.{self.number}"
        if mistake is False:
            jar = self.make_jar(version)
        elif mistake is None:
            jar = self.make_jar(version, without=("io/energydongle/app/Main.class",))
        else:
            jar = self.make_jar(version, self.patched(mistake))
        out = self.work / version
        packed = subprocess.run([str(PROJECT / "tools/pack-release"), str(jar), str(self.key), str(out)],
                                check=True, capture_output=True, text=True)
        return version, packed.stdout.strip()


def update_state(board):
    status, data, _ = board.http("GET", "/api/v1/update", timeout=30)
    check(status == 200, f"update: {status} {data[:300]}")
    return json.loads(data)


def upload(board, file):
    cookie = board.login()
    client = http.client.HTTPConnection("127.0.0.1", board.ports["80"], timeout=600)
    try:
        client.request("PUT", "/api/v1/update/file", pathlib.Path(file).read_bytes(),
                       {"Host": "10.0.2.15", "Cookie": cookie, "Content-Type": "application/octet-stream"})
        answer = client.getresponse()
        data = answer.read()
        check(answer.status == 202, f"upload: {answer.status} {data[:300]}")
    finally:
        client.close()


def await_state(board, state, version, seconds=INSTALL_PATIENCE):
    def there():
        now = update_state(board)
        return now if now.get("state") == state and now.get("version") == version else None
    return until(f"update of {version} is {state}", seconds, there, 1)


def current(board):
    return board.sh(f"readlink {OPT}/current").strip().split("/")[-1]


def use_key(board, workshop):
    """The installed release takes releases of this run, and is otherwise the one of the package."""
    version = workshop.version()
    at = f"{OPT}/releases/{version}"
    board.board.put(str(workshop.make_jar(version)), "/var/tmp/with-key.jar")
    board.sh(f"install -m 644 /var/tmp/with-key.jar {at}/energy-dongle.jar && rm /var/tmp/with-key.jar &&"
             f" {at}/make-archive {at}/energy-dongle.jar {at}/jvm.options {at}/energy-dongle.jsa {at}/lib &&"
             " systemctl restart energy-dongle", 900)
    board.await_serving(PATIENCE)
    return version


def on_board(proof):
    """A chapter that begins on a board whose release takes releases of this run."""
    def chapter(run):
        work = tempfile.mkdtemp(prefix="energy-dongle-update-")
        try:
            with run.board() as board:
                board.feed("meter", True)
                workshop = Workshop(work)
                first = use_key(board, workshop)
                board.save_setting(35, board.login())
                return proof(run, board, workshop, first)
        finally:
            shutil.rmtree(work)
    return chapter


def good_release(board, workshop):
    """Version, and seconds from the upload until it has proved itself."""
    version, file = workshop.release()
    begin = time.monotonic()
    upload(board, file)
    await_state(board, "installed", version)
    good = time.monotonic() - begin
    board.await_serving(PATIENCE)
    check(current(board) == version and board.setting() == 35, "the setting is lost")
    return version, good


def releases(run, board, workshop, first):
    """A good release, and five bad ones that are given up."""
    told = []
    before, good = good_release(board, workshop)
    archive = board.sh("grep -c energy-dongle.jsa /proc/$(pidof java)/maps").strip()
    check(int(archive) > 0, "the class-data archive of the new release is not in use")
    told.append(f"{first} to {before} in {good:.0f} s, setting kept")
    print(f"          {told[-1]}", file=sys.stderr)
    for name, mistake in BAD.items():
        version, file = workshop.release(mistake)
        upload(board, file)
        until(f"{version} is tried", INSTALL_PATIENCE, lambda: current(board) == version, 0.5)
        begin = time.monotonic()
        until(f"{before} again after one that {name}", INSTALL_PATIENCE,
              lambda: current(board) == before, 0.5)
        board.await_serving(PATIENCE)
        back = time.monotonic() - begin
        state, _ = await_state(board, "failed", version, PATIENCE)
        check(board.setting() == 35, f"after one that {name} the setting is lost")
        told.append(f"{name}: back after {back:.0f} s")
        print(f"          {told[-1]} ({state['message']})", file=sys.stderr)
    return "; ".join(told)


def power_cuts(run, board, workshop, _first):
    """The power goes at a random moment between the upload and the end of the trial."""
    cuts = run.cuts or (3 if run.quick else 30)
    _, good = good_release(board, workshop)
    chance = random.Random(run.seed)
    ends = {}
    for cut in range(1, cuts + 1):
        before = current(board)
        version, file = workshop.release()
        upload(board, file)
        moment = chance.uniform(0, good)
        time.sleep(moment)
        old = board.boot_id()
        board.board.cut_power()
        until("another boot", PATIENCE, lambda: board.boot_id() not in ("", old), 0.5)
        board.await_serving(PATIENCE)
        runs = current(board)
        where = f"cut {cut} (seed {run.seed}), {moment:.0f} s after the upload"
        check(runs in (before, version), f"{where}: {runs} runs, neither {before} nor {version}")
        # It settles: a trial that was cut goes on, and whatever was left is no hindrance.
        until(f"{where}: no trial is open", INSTALL_PATIENCE,
              lambda: board.sh(f"ls {OPT}/update/pending 2>/dev/null || echo none").strip() == "none", 2)
        runs = current(board)
        check(update_state(board)["installed"] == runs, f"{where}: another release runs than current says")
        check(board.setting() == 35, f"{where}: the setting is lost")
        end = "new" if runs == version else "old"
        ends[end] = ends.get(end, 0) + 1
        print(f"          {where}: {runs} runs, the {end} one", file=sys.stderr)
    return f"{cuts} power cuts: " + ", ".join(f"{count} times the {end} one" for end, count in ends.items())


CHAPTERS = {"releases": on_board(releases), "update-power": on_board(power_cuts)}
