/** Serial lines by the serialport package. It is native and optional; it is loaded only where a driver needs a line. */
import type { ByteStream, ByteStreamListener, SerialPorts } from "../../hal/serial-ports.ts";
import { DeviceError } from "../../src/core/errors.ts";

const mostDrainMs = 200;
/** More than a second of the fastest line that waits to be sent means that nobody takes it. */
const mostWaitingBytes = 32 * 1024;

/** @throws DeviceError when the package, or its native part, is not there. */
export async function loadSerialPorts(
  load: () => Promise<typeof import("serialport")> = () => import("serialport"),
): Promise<SerialPorts> {
  const { SerialPort } = await load().catch((error: unknown) => {
    throw new DeviceError(
      "serialport_missing",
      "serial lines need the optional package serialport, which is not installed or was not built for this machine " +
        "(npm install serialport)",
      error,
    );
  });
  return {
    open(path, { baudRate, parity, rtscts = false }, listener: ByteStreamListener): ByteStream {
      let over = false;
      const end = (code: string, what: string, error: Error | null): void => {
        if (over) return;
        over = true;
        if (port.isOpen) port.close();
        listener.closed(
          new DeviceError(
            code,
            `${path}: ${what}${error === null ? "" : `: ${error.message.replace(/^Error: /, "")}`}`,
            error,
          ),
        );
      };
      const port = new SerialPort({
        path,
        baudRate,
        parity,
        dataBits: 8,
        stopBits: 1,
        rtscts,
        xon: false,
        xoff: false,
        xany: false,
        autoOpen: false,
      });
      port.on("data", (bytes: Uint8Array) => {
        if (!over) listener.received(bytes);
      });
      port.on("error", (error) => end("serial_failed", "serial line failed", error));
      port.on("close", (error: Error | null) => end("serial_gone", "serial line is gone", error));
      port.open((error) => {
        if (error !== null) end("serial_open", "serial line cannot be opened", error);
        else if (over) port.close();
        else listener.opened();
      });
      return {
        write(bytes) {
          if (over || !port.isOpen || port.writableLength > mostWaitingBytes) return false;
          // Its own copy: what is written may be reused before it has left.
          port.write(Buffer.from(bytes));
          return true;
        },
        close() {
          over = true;
          if (!port.isOpen) return;
          const shut = (): void => {
            clearTimeout(impatience);
            if (port.isOpen) port.close();
          };
          // What was written before still leaves: it may be what opens a contactor. Unless nobody takes it.
          const impatience = setTimeout(shut, mostDrainMs);
          port.drain(shut);
        },
      };
    },
  };
}
