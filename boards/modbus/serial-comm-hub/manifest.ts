import { defineManifest } from "../../../hal/manifest.ts";
import { serialCommunicationHub } from "../../../hal/serial-communication-hub.ts";

export const manifest = defineManifest({
  type: "SerialCommHub",
  description: "A line that several Modbus devices share: a serial port, or a gateway on the network",
  config: {},
  provides: {
    main: {
      port: serialCommunicationHub,
      description: "Reads and writes of all devices on the line, one at a time",
      config: {
        serial_port: {
          type: "string",
          default: "/dev/ttyUSB0",
          description:
            "Device of the serial port; `tcp://HOST:PORT` for Modbus TCP, `rtu+tcp://HOST:PORT` for a serial line behind a gateway",
        },
        baudrate: {
          type: "integer",
          default: 9600,
          minimum: 0,
          maximum: 230400,
          description: "9600, 19200, 38400, 57600, 115200 or 230400 baud",
        },
        parity: {
          type: "integer",
          default: 0,
          minimum: 0,
          maximum: 2,
          description: "0 none, 1 odd, 2 even; always eight data bits and one stop bit",
        },
        rtscts: {
          type: "boolean",
          default: false,
          description: "Flow control of the serial port by its lines RTS and CTS; a line with three wires has none",
        },
        ignore_echo: { type: "boolean", default: false, description: "The line brings back what is sent: drop it" },
        rxtx_gpio_chip: {
          type: "string",
          default: "",
          description:
            "Chip of the line that switches between sending and receiving, e.g. `gpiochip0`; empty where there is none",
        },
        rxtx_gpio_line: { type: "integer", default: 0, minimum: 0, description: "Number of that line" },
        rxtx_gpio_tx_high: { type: "boolean", default: false, description: "That line is high while sending" },
        max_packet_size: {
          type: "integer",
          default: 256,
          minimum: 7,
          maximum: 65536,
          description: "Longest frame in bytes; what is longer is split",
        },
        initial_timeout_ms: {
          type: "integer",
          default: 500,
          minimum: 1,
          description: "Longest wait for the first byte of a reply, in milliseconds",
        },
        within_message_timeout_ms: {
          type: "integer",
          default: 100,
          minimum: 1,
          description: "Silence that ends an incomplete reply, in milliseconds",
        },
        retries: {
          type: "integer",
          default: 2,
          minimum: 0,
          maximum: 10,
          description: "How often a request without a usable reply is repeated",
        },
      },
    },
  },
  requires: {},
});
