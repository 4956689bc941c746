# SPDX-License-Identifier: Apache-2.0
"""Telegrams for the benches: about 900 bytes, with a power of one's choice."""
import os
import time

TABLE = []
for byte in range(256):
    crc = byte
    for _ in range(8):
        crc = crc >> 1 ^ (0xA001 if crc & 1 else 0)
    TABLE.append(crc)


def telegram(watt):
    """The last byte is the fourth checksum digit, the last that says anything; the line end stands
    before the next telegram."""
    text = "/EDS5\\BENCH\r\n\r\n1-3:0.2.8(50)\r\n0-0:1.0.0(260115112240W)\r\n0-0:96.1.1(4E)\r\n"
    text += "1-0:1.8.1(000100.000*kWh)\r\n1-0:1.7.0(%06.3f*kW)\r\n1-0:2.7.0(00.000*kW)\r\n" % (
        watt / 1000
    )
    for c in (0, 20, 40):
        text += f"1-0:{32 + c}.7.0(231.4*V)\r\n1-0:{31 + c}.7.0(001*A)\r\n"
        text += f"1-0:{21 + c}.7.0(00.123*kW)\r\n"
    text += "0-0:96.13.0(" + "30" * 250 + ")\r\n!"
    crc = 0
    for b in text.encode():
        crc = crc >> 8 ^ TABLE[(crc ^ b) & 0xFF]
    return b"\r\n" + text.encode() + b"%04X" % crc


LINE_BYTES_PER_S = 11520
CHUNK_BYTES = 16
PAUSE_S = 0.1
NOT_COUNTED = 9

# How a telegram comes: in one write, or byte after byte as at 115200 bit/s.
PACES = ("at once", "line speed")


def send(master, data, pace):
    """Writes a telegram after a pause; when its last byte was on its way, by the performance counter."""
    time.sleep(PAUSE_S)
    if pace == "at once":
        start = time.perf_counter()
        os.write(master, data)
        return start
    begin = time.perf_counter()
    for at in range(0, len(data) - 1, CHUNK_BYTES):
        os.write(master, data[at:min(at + CHUNK_BYTES, len(data) - 1)])
        due = begin + (at + CHUNK_BYTES) / LINE_BYTES_PER_S
        time.sleep(max(0, due - time.perf_counter()))
    start = time.perf_counter()
    os.write(master, data[-1:])
    return start


def quantiles(seconds):
    """p50, p99 and maximum in milliseconds of all but the first."""
    millis = sorted(1000 * s for s in seconds[NOT_COUNTED:])
    return millis[len(millis) // 2], millis[int(0.99 * (len(millis) - 1))], millis[-1]
