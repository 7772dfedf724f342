/** Streams of bytes over the network, by the same port as serial lines: `tcp://HOST:PORT`, `rtu+tcp://HOST:PORT`. */
import { Socket } from "node:net";
import type { ByteStream, ByteStreamListener, SerialPorts } from "../../hal/serial-ports.ts";
import { DeviceError } from "../../src/core/errors.ts";

const address = /^(?:rtu\+)?tcp:\/\/(?:\[([^\]]+)\]|([^:/]+)):(\d+)$/;
/** A gateway that does not answer is tried anew. */
const connectMs = 5000;

/** `ports`, and beside them streams over the network. */
export function withNetworkPorts(ports: SerialPorts): SerialPorts {
  return {
    open(path, settings, listener) {
      if (!path.includes("://")) return ports.open(path, settings, listener);
      const [, bracketed, plain, port] = address.exec(path) ?? [];
      const host = bracketed ?? plain;
      if (host === undefined) {
        throw new DeviceError("network_address", `${path}: tcp://HOST:PORT or rtu+tcp://HOST:PORT is expected`);
      }
      return connect(path, host, Number(port), listener);
    },
  };
}

function connect(path: string, host: string, port: number, listener: ByteStreamListener): ByteStream {
  const socket = new Socket();
  let over = false;
  let connected = false;
  const end = (what: string, error?: Error): void => {
    if (over) return;
    over = true;
    socket.destroy();
    const why = error === undefined ? what : `${what}: ${error.message}`;
    listener.closed(new DeviceError(connected ? "network_gone" : "network_open", `${path}: ${why}`, error));
  };
  socket.setNoDelay(true);
  socket.setTimeout(connectMs, () => end("no answer"));
  socket.on("connect", () => {
    if (over) return;
    connected = true;
    socket.setTimeout(0);
    listener.opened();
  });
  socket.on("data", (bytes: Uint8Array) => {
    if (!over) listener.received(bytes);
  });
  socket.on("error", (error) => end(connected ? "connection failed" : "cannot be reached", error));
  socket.on("close", () => end("connection is closed"));
  // A number beyond the ports throws at once.
  try {
    socket.connect(port, host);
  } catch (error) {
    throw new DeviceError("network_address", `${path}: ${port} is no port`, error);
  }
  return {
    write(bytes) {
      if (over || !connected) return false;
      socket.write(Buffer.from(bytes));
      return true;
    },
    close() {
      over = true;
      socket.end();
      socket.unref();
    },
  };
}
