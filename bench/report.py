# SPDX-License-Identifier: Apache-2.0
"""Turns the raw figures of one bench/run into a page."""
import datetime
import io
import pathlib
import platform
import re
import subprocess
import sys

work = pathlib.Path(sys.argv[1])


def rows(name):
    return [line.split("\t") for line in (work / name).read_text().splitlines()]


# Everything that has a limit: what it is, and its share of that limit.
judged_figures = []


def verdict(name, value, limit):
    judged_figures.append((name, value / limit))
    return "met" if value <= limit else "MISSED"


def chart():
    """A bar for each figure; the mark is the limit."""
    lines = []
    for name, share in judged_figures:
        bar = "█" * min(BAR_MAX, max(1, round(BAR_LIMIT * share)))
        lines.append(f"{name:45} {share:5.2f} {bar[:BAR_LIMIT]:{BAR_LIMIT}}|{bar[BAR_LIMIT:]}")
    return "\n".join(lines)


BAR_LIMIT = 30
BAR_MAX = 45


cpu = re.search(r"model name\s*:\s*(.*)", pathlib.Path("/proc/cpuinfo").read_text())
cores = len(re.findall(r"^processor", pathlib.Path("/proc/cpuinfo").read_text(), re.M))
java = subprocess.run(["java", "-version"], capture_output=True, text=True).stderr.splitlines()
today = datetime.date.today().isoformat()

print("# Measured figures\n")
print("Written by `bench/run`; every figure stands beside its peer or limit of the same run.\n")
print("| | |\n|---|---|")
print(f"| date | {today} |")
print(f"| machine | {cpu.group(1).strip() if cpu else platform.machine()}, {cores} cores |")
print(f"| Java | {java[1] if len(java) > 1 else java[0]} |")
print("| options | those of the service: `config/jvm.options` |\n")

page, sys.stdout = sys.stdout, io.StringIO()

print("## Reading a telegram\n")
print("Raw bytes to finished snapshot: framing, checksum, all fields. Beside it a plain table CRC")
print("over the same bytes in the same JVM, in turns; median of 16 rounds of 60 ms each. The same")
print("telegram is read again and again, as a meter sends it: lines that have not changed since the")
print("telegram before (serial number, peak history) are recognised, not read again.\n")
print("The last row is a French TIC frame with parity bits; its limit is 6 ns per byte.\n")
print("| telegram | bytes | ns per byte | plain CRC | ratio | limit 5 (6) ns per byte | with C2 |")
print("|---|---|---|---|---|---|---|")
for c1, c2 in zip(rows("parse"), rows("parse-c2")):
    name, size, nanos, crc, ratio = c1
    name = name.rsplit(".", 1)[0]
    limit = 6 if name.startswith("standard") else 5
    print(f"| {name} | {size} | {nanos} | {crc} | {ratio} | {verdict('read ' + name[:34], float(nanos), limit)} | {c2[2]} |")



def strict_groups(file):
    """Groups that a reader finds which insists on LF in front and CR behind."""
    text = pathlib.Path(file).read_bytes().decode("latin-1")
    good = 0
    for group in re.findall("\n([^\n\r]+)\r", text):
        counted = group[:-1] if "\t" in group else group[:-2]
        good += chr((sum(map(ord, counted)) & 0x3F) + 0x20) == group[-1]
    return good


print("\n## Groups of damaged TIC captures\n")
print("Usable groups, beside those that a reader finds which insists on LF and CR.\n")
print("| capture | usable groups | with LF and CR |\n|---|---|---|")
for file, kept in rows("groups"):
    print(f"| {pathlib.Path(file).stem} | {kept} | {strict_groups(file)} |")

print("\n## Modbus answer\n")
print("Clients in closed loops over loopback, 30 registers per request, 80,000 requests after 40,000 to")
print("warm up. Beside it a bare TCP responder (blocking, a thread for each client, fixed answer, same")
print("options), asked in turns by the same clients. All share one core: a wake-up of the other core")
print("costs ten times the answer, and which of two servers pays it is chance.\n")
print("| clients | | gateway | bare responder | ratio | limit |")
print("|---|---|---|---|---|---|")
for clients, p50, p99, bare50, bare99 in rows("modbus"):
    for name, own, bare, limit in (("p50", p50, bare50, 1.3), ("p99", p99, bare99, 2)):
        ratio = float(own) / float(bare)
        judged = f"{limit}: {verdict(f'Modbus answer {name}', ratio, limit)}" if clients == "1" else ""
        print(f"| {clients} | {name} | {own} µs | {bare} µs | {ratio:.2f} | {judged} |")

print("\n## Two masters with maps of their own\n")
print("Unit 1 reads `empro`, unit 2 `sdm630`, ten requests a second each; 40 s with one master and 40 s")
print("with both, in turns of 10 s; gateway on one core, masters on the other.\n")
one50, one99, two50, two99 = map(float, rows("masters")[0])
print("| | one master | both | ratio | limit |")
print("|---|---|---|---|---|")
print(f"| p50 | {one50:.0f} µs | {two50:.0f} µs | {two50 / one50:.2f} | |")
print(f"| p99 | {one99:.0f} µs | {two99:.0f} µs | {two99 / one99:.2f} | 1.5: {verdict('two masters p99', two99 / one99, 1.5)} |")

LINE_LIMITS = {"Modbus": 3, "MQTT over TLS": 5}
print("\n## Last byte to outputs\n")
print("From writing the last byte of a telegram to a pseudo terminal to the first answer that holds its")
print("power: a Modbus client or an HTTP client that asks again and again, a listener to the stream, a")
print("subscriber of a broker (gateway, TLS with client certificates, mosquitto, TLS, subscriber). 201")
print("telegrams (HTTP and stream: 101) from the tenth on, some ten a second; `line speed`: byte after byte as at 115,200 bit/s.")
print("The bare publisher sends the same messages through the same broker to the same subscriber.\n")
print("| to | telegram comes | p50 | p99 | maximum | limit of p99 |")
print("|---|---|---|---|---|---|")
for name, pace, p50, p99, most in rows("line") + rows("mqtt"):
    limit = LINE_LIMITS.get(name)
    judged = f"{limit} ms: {verdict(f'last byte to {name}, {pace}', float(p99), limit)}" if limit else ""
    print(f"| {name} | {pace} | {p50} ms | {p99} ms | {most} ms | {judged} |")

print("\n## What MQTT costs\n")
print("Two gateways side by side, each with a simulated meter (one telegram a second), one of them")
print("publishing over TLS; processor time over 80 s, when both have run for some minutes.\n")
without, publishing = map(float, rows("mqtt-share")[0])
print("| without MQTT | with | more | limit |")
print("|---|---|---|---|")
print(f"| {without:.2f} % of a core | {publishing:.2f} % | {publishing - without:.2f} % | 0.2 %: {verdict('processor for MQTT', publishing - without, 0.2)} |")

print("\n## What the page costs\n")
print("Processor time of the whole gateway with a simulated meter (one telegram a second), 30 s each,")
print("after 15 s to warm up; gateway on one core, clients on the other.\n")
rest, reading, listening, q50, q99, b50, b99 = map(float, rows("http")[0])
print("| load | of one core | more than at rest | limit |")
print("|---|---|---|---|")
print(f"| none | {rest:.2f} % | | |")
print(f"| `GET /reading` 50 times a second | {reading:.2f} % | {reading - rest:.2f} % | 3 %: {verdict('processor for GET /reading', reading - rest, 3)} |")
print(f"| ten listeners to the stream | {listening:.2f} % | {listening - rest:.2f} % | 2 %: {verdict('processor for ten listeners', listening - rest, 2)} |")
print("\nA Modbus client that asks 200 times a second, 40 s without and 40 s with both loads at once,")
print("in turns of 10 s.\n")
print("| | without | with | ratio | limit |")
print("|---|---|---|---|---|")
print(f"| p50 | {q50:.0f} µs | {b50:.0f} µs | {b50 / q50:.2f} | |")
print(f"| p99 | {q99:.0f} µs | {b99:.0f} µs | {b99 / q99:.2f} | 1.5: {verdict('Modbus p99 with the page under load', b99 / q99, 1.5)} |")

print("\n## Modbus while a release arrives\n")
print("A client that asks every 2 ms, 10 s at rest and then while a release of the size of this one is")
print("fetched over HTTP, checked and saved.\n")
u50, u99, d50, d99, seconds = map(float, rows("update")[0])
print("| | at rest | during | ratio | limit |")
print("|---|---|---|---|---|")
print(f"| p50 | {u50:.0f} µs | {d50:.0f} µs | {d50 / u50:.2f} | |")
print(f"| p99 | {u99:.0f} µs | {d99:.0f} µs | {d99 / u99:.2f} | 2: {verdict('Modbus p99 while a release arrives', d99 / u99, 2)} |")
print(f"\nThe download took {seconds:.0f} s.")

number = {name: float(value) for name, value in rows("start")}
print("\n## Start\n")
print("From the start of the process to the first answer, median of nine starts, in turns with a bare")
print("`java Hello` (no options); without an archive, median of three. Hello's archive is the JVM's own.\n")
print("| | with class-data archive | times Hello | limit | without |")
print("|---|---|---|---|---|")
hello = number["hello"]
print(f"| `java Hello` | {hello:.0f} ms | 1 | | {number['hello-off']:.0f} ms |")
for name, text, limit in (("modbus", "first Modbus answer", 6), ("page", "first page", 14)):
    ratio = number[name] / hello
    print(f"| {text} | {number[name]:.0f} ms | {ratio:.1f} | {limit}: {verdict(text, ratio, limit)} | {number[name + '-off']:.0f} ms |")
print(f"\nA stop takes {number['stop'] / 1000:.1f} s (limit 2 s: {verdict('stop', number['stop'], 2000)}).")
other = {}
for name, value in rows("other-starts"):
    other[name] = value
    if name == "java":
        print("\n| another Java: " + value + " | | times Hello |\n|---|---|---|")
    if name in ("hello", "modbus", "page"):
        text = {"hello": "`java Hello`", "modbus": "first Modbus answer", "page": "first page"}[name]
        print(f"| {text} | {float(value):.0f} ms | {float(value) / float(other['hello']):.1f} |")

rest = {row[0]: [float(value) for value in row[1:]] for row in rows("rest")}
print("\n## At rest\n")
print("All services: a simulated meter (one telegram a second), a Modbus client that asks once a second,")
print("http and https, MQTT over TLS, and the watchdog. They run while everything above is measured; when")
print("that is done, over 60 s.\n")
print("| | | limit |")
print("|---|---|---|")
print(f"| memory (RSS) | {rest['rss'][0]:.1f} MiB | 90 MiB: {verdict('memory (RSS)', rest['rss'][0], 90)} |")
print(f"| its own share of it (PSS) | {rest['pss'][0]:.1f} MiB | |")
print(f"| processor | {rest['cpu'][0]:.2f} % of a core | 0.4 %: {verdict('processor at rest', rest['cpu'][0], 0.4)} |")
print(f"| wake-ups | {rest['wake-ups'][0]:.1f} a second | |")
print(f"| threads | {rest['threads'][0]:.0f} | 30: {verdict('threads', rest['threads'][0], 30)} |")
print(f"| JAR | {rest['jar'][0] / 1e6:.2f} MB | 10.5 MB: {verdict('JAR', rest['jar'][0], 10.5e6)} |")
minutes = rest["run"][0]
print(f"\nFrom the fifth minute to the end, {minutes:.0f} minutes after the connect to the broker:\n")
print("| | minute 5 | end |\n|---|---|---|")
for name, text, unit in (("rss", "memory (RSS)", " MiB"), ("threads", "threads", ""),
                         ("descriptors", "file descriptors", "")):
    end, early = rest[name]
    digits = 1 if unit else 0
    print(f"| {text} | {early:.{digits}f}{unit} | {end:.{digits}f}{unit} |")
print(f"\nIn these minutes {rest['written'][0] / 1000:.0f} kB went to the disk, log included; at this rate"
      f" {rest['written-a-day'][0]:.1f} MB a day.")

body, sys.stdout = sys.stdout.getvalue(), page
print("## Everything that has a limit\n")
print("Each figure as a share of its limit; a bar that passes the mark missed it.\n")
print("```\n" + chart() + "\n```\n")
print(body, end="")
