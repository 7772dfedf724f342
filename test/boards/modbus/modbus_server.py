"""An independent Modbus server (pymodbus) with float registers, for the tests of the meters.

Usage: modbus_server.py rtu DEVICE | tcp PORT, the registers as JSON on stdin:
{"UNIT": {"input" or "holding": {"WIRE ADDRESS": NUMBER (as float32) or [WORDS]}}}
"""
import json
import struct
import sys

from pymodbus.datastore import ModbusServerContext, ModbusSlaveContext, ModbusSparseDataBlock
from pymodbus.server import StartSerialServer, StartTcpServer
from pymodbus.transaction import ModbusRtuFramer


def block(values):
    registers = {}
    for address, value in values.items():
        words = value if isinstance(value, list) else struct.unpack(">HH", struct.pack(">f", value))
        for index, word in enumerate(words):
            registers[int(address) + index] = word
    return ModbusSparseDataBlock(registers or {0: 0})


def slave(registers):
    return ModbusSlaveContext(
        ir=block(registers.get("input", {})),
        hr=block(registers.get("holding", {})),
        di=ModbusSparseDataBlock({0: 0}),
        co=ModbusSparseDataBlock({0: 0}),
        zero_mode=True,
    )


units = {int(unit): slave(registers) for unit, registers in json.loads(sys.stdin.readline()).items()}
context = ModbusServerContext(slaves=units, single=False)
kind, where = sys.argv[1:]
if kind == "rtu":
    StartSerialServer(context=context, framer=ModbusRtuFramer, port=where, baudrate=115200, parity="N")
else:
    StartTcpServer(context=context, address=("127.0.0.1", int(where)))
