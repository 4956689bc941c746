# SPDX-License-Identifier: Apache-2.0
"""Reads the maps of many meters by unit identifier with pymodbus and its own decoder. Every one has
to say the same as the first, within its resolution. Argument: port."""
import sys
import time

from pymodbus.client import ModbusTcpClient
from pymodbus.constants import Endian
from pymodbus.payload import BinaryPayloadDecoder

# Spelled differently by editions of the library.
BIG = getattr(Endian, "BIG", None) or Endian.Big
LITTLE = getattr(Endian, "LITTLE", None) or Endian.Little

# unit, first register of L1 voltage, type, factor, low word first, first register of the power
MAPS = {
    "empro": (1, 0x8006, "f32", 1, False, 0x8016),
    "empro-genuine": (2, 0x8006, "f32", 1, True, 0x8016),
    "sdm630": (3, 0x0000, "f32", 1, False, 0x0034),
    "em24-ethernet": (4, 0x0000, "s32", 10, True, 0x0028),
    "abb-b23-b24": (5, 0x5B00, "u32", 10, False, None),
    "umg96rm": (6, 19000, "f32", 1, False, 19026),
    "pac2200": (7, 1, "f32", 1, False, 65),
    "socomec-countis": (8, 0xC558, "u32", 100, False, None),
    "fronius-213": (9, 40081, "f32", 1, False, 40097),
    "dtsu666": (10, 0x2006, "f32", 10, False, 0x2012),
    "smartstuff": (11, 18, "u32", 1000, False, None),
}

client = ModbusTcpClient("127.0.0.1", port=int(sys.argv[1]), timeout=3)
if not client.connect():
    sys.exit("no connection")


def read(unit, first, kind, low):
    answer = client.read_holding_registers(first, 2, slave=unit)
    if answer.isError():
        sys.exit(f"unit {unit}, register {first}: {answer}")
    decoder = BinaryPayloadDecoder.fromRegisters(
        answer.registers, byteorder=BIG, wordorder=LITTLE if low else BIG)
    return {"f32": decoder.decode_32bit_float, "s32": decoder.decode_32bit_int,
            "u32": decoder.decode_32bit_uint}[kind]()


for attempt in range(20):
    # All in the second of one telegram, or another one came in between: then once more.
    before = read(1, 0x8006, "f32", False), read(1, 0x8016, "f32", False)
    voltages = {name: read(u, v, k, low) / f for name, (u, v, k, f, low, p) in MAPS.items()}
    powers = {name: read(u, p, "s32" if k == "u32" else k, low) / f
              for name, (u, v, k, f, low, p) in MAPS.items() if p is not None}
    after = read(1, 0x8006, "f32", False), read(1, 0x8016, "f32", False)
    if before == after:
        break
    time.sleep(0.05)
else:
    sys.exit("the values change too fast")
if not 200 < before[0] < 260:
    sys.exit(f"strange voltage {before[0]}")
for name, value in voltages.items():
    if abs(value - before[0]) > 0.06:
        sys.exit(f"{name} says {value} V, empro {before[0]} V")
for name, value in powers.items():
    if abs(value - before[1]) > 0.6:
        sys.exit(f"{name} says {value} W, empro {before[1]} W")

# The walk of a SunSpec client.
at, models = 40002, []
while True:
    model, length = client.read_holding_registers(at, 2, slave=9).registers
    if model == 0xFFFF:
        break
    models.append(model)
    at += 2 + length
if models != [1, 213]:
    sys.exit(f"models {models}")
print(f"{len(voltages)} maps agree")
