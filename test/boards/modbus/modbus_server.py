"""An independent Modbus server (pymodbus) with float registers, for the tests of the meters.

Usage: modbus_server.py rtu DEVICE | tcp PORT, the registers as JSON on stdin:
{"UNIT": {"input" or "holding": {"WIRE ADDRESS": NUMBER (as float32) or [WORDS]}}}
A unit with "both" in their place has the same registers in both, and "after": what it does by itself when a register is written:
[{"register": ADDRESS, "value": WORD, "set": {"WIRE ADDRESS": [WORDS]}}].
"""
import json
import struct
import sys

from pymodbus.datastore import ModbusServerContext, ModbusSlaveContext, ModbusSparseDataBlock
from pymodbus.server import StartSerialServer, StartTcpServer
from pymodbus.transaction import ModbusRtuFramer


class Answering(ModbusSparseDataBlock):
    """Registers that change when others are written."""

    def __init__(self, registers, after):
        self.after = []
        super().__init__(registers)
        self.after = after

    def setValues(self, address, values, use_as_default=False):
        super().setValues(address, values, use_as_default)
        for rule in self.after:
            index = rule["register"] - address
            if 0 <= index < len(values) and values[index] == rule["value"]:
                super().setValues(0, expanded(rule["set"]))


def expanded(values):
    registers = {}
    for address, value in values.items():
        words = value if isinstance(value, list) else struct.unpack(">HH", struct.pack(">f", value))
        for index, word in enumerate(words):
            registers[int(address) + index] = word
    return registers


def block(values):
    return ModbusSparseDataBlock(expanded(values) or {0: 0})


def slave(registers):
    if "both" in registers:
        both = Answering(expanded(registers["both"]), registers["after"])
        return ModbusSlaveContext(ir=both, hr=both, di=block({}), co=block({}), zero_mode=True)
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
