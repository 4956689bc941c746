# SPDX-License-Identifier: Apache-2.0
"""Reads the gateway with pymodbus, a Modbus library that shares nothing with ours."""
import struct
import sys

from pymodbus.client import ModbusTcpClient


def floats(registers):
    return [
        struct.unpack(">f", struct.pack(">HH", registers[i], registers[i + 1]))[0]
        for i in range(0, len(registers), 2)
    ]


client = ModbusTcpClient("127.0.0.1", port=int(sys.argv[1]))
assert client.connect(), "cannot connect"
for unit in (0, 1, 17, 255):
    for read in (client.read_holding_registers, client.read_input_registers):
        answer = read(0x8006, 30, slave=unit)
        assert not answer.isError(), answer
        values = floats(answer.registers)
        u, i, p, phases = values[0:3], values[4:7], values[8], values[12:15]
        assert all(200 < volt < 260 for volt in u), u
        assert all(0 <= ampere < 40 for ampere in i), i
        assert abs(p - sum(phases)) < 5, (p, phases)

# Whatever is wrong comes back as an exception, never as silence.
assert client.read_holding_registers(0x0000, 2, slave=1).exception_code == 2
assert client.write_register(0x8006, 1, slave=1).exception_code == 1
assert client.read_coils(0x8006, 1, slave=1).exception_code == 1
assert not client.read_holding_registers(0x8000, 125, slave=1).isError()
client.close()
print("all agree")
