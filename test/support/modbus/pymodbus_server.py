"""A Modbus TCP server by pymodbus, fed from a register table: a second opinion on our drivers.

usage: pymodbus_server.py gx|solark|solark-three-phase TABLE.csv tcp|rtu
(values on stdin as JSON: {"unit": {"name": value}}; rtu: the frames of a serial line over TCP)
Prints "port N" when it listens, and ends with its standard input.
"""
import asyncio
import csv
import json
import logging
import os
import re
import struct
import sys

from pymodbus.datastore import ModbusServerContext, ModbusSlaveContext, ModbusSparseDataBlock
from pymodbus.server.async_io import ModbusTcpServer
from pymodbus.transaction import ModbusRtuFramer, ModbusSocketFramer

# It logs every refusal and every client that leaves; the tests say what matters.
logging.disable(logging.CRITICAL)

FORMATS = {"uint16": ">H", "int16": ">h", "uint32": ">I", "int32": ">i", "u16": ">H", "s16": ">h", "u32": ">I"}


def rows_of(path):
    with open(path, encoding="utf-8") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


def words_of(packed):
    packed += b"\0" * (len(packed) % 2)
    return [word for (word,) in struct.iter_unpack(">H", packed)]


def gx_registers(rows, values):
    """value = raw / scale, big-endian; what has no value is invalid and reads 0."""
    registers = {}
    for row in rows:
        name = f"{row['service']}{row['dbus_path']}"
        address, count = int(row["address"]), int(row["words"])
        if row["type"].startswith("string"):
            packed = str(values.get(name, "")).encode("ascii").ljust(count * 2, b"\0")
        else:
            packed = struct.pack(FORMATS[row["type"]], round(values.get(name, 0) * float(row["scale"])))
        registers.update({address + at: word for at, word in enumerate(words_of(packed))})
    return registers


def solark_registers(rows, values):
    """value = raw * factor + offset, first register is the low word; the inverter answers 0 between the rows."""
    registers = {address: 0 for address in range(720)}
    for row in rows:
        if row["name"] not in values:
            continue
        # Some rows name their high word in brackets.
        plain = re.match(r"[\d+]+", row["registers"]).group()
        value, addresses = values[row["name"]], [int(part) for part in plain.split("+")]
        if row["type"] == "ascii":
            words = words_of(str(value).encode("ascii").ljust(len(addresses) * 2, b"\0"))
        elif row["type"].startswith("u32"):
            words = list(reversed(words_of(struct.pack(">I", round(value / float(row["factor"]))))))
        else:
            raw = round((value - float(row["offset"] or 0)) / float(row["factor"]))
            words = words_of(struct.pack(">h" if row["type"].startswith("s16") else ">H", raw))
        registers.update(zip(addresses, words, strict=True))
    return registers


async def main():
    kind, table, framing = sys.argv[1:4]
    units = json.loads(sys.stdin.readline())
    encode = gx_registers if kind == "gx" else solark_registers
    rows = rows_of(table)
    if kind == "solark-three-phase":
        # Class and serial number stand where they stand in every class.
        shared = rows_of(os.path.join(os.path.dirname(table), "solark_registers.csv"))
        rows += [row for row in shared if row["name"] in ("device type", "serial number")]
    slaves = {}
    for unit, values in units.items():
        battery = kind == "gx" and unit != "100"
        own = [row for row in rows if kind != "gx" or (row["service"] == "battery") == battery]
        block = ModbusSparseDataBlock(encode(own, values))
        slaves[int(unit)] = ModbusSlaveContext(hr=block, zero_mode=True)
    framer = ModbusRtuFramer if framing == "rtu" else ModbusSocketFramer
    server = ModbusTcpServer(
        ModbusServerContext(slaves=slaves, single=False), framer=framer, address=("127.0.0.1", 0)
    )
    serving = asyncio.create_task(server.serve_forever())
    await server.serving
    print("port", server.server.sockets[0].getsockname()[1], flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    await server.shutdown()
    serving.cancel()


asyncio.run(main())
