/**
 * A pseudo-terminal: one end is a file that a driver opens as its serial port, the other end is here. Node has no way to make
 * one; python3 does it and passes the bytes on.
 */
import { spawn } from "node:child_process";
import type { Readable } from "node:stream";

const passBytesOn = `
import os, pty, select, sys, tty
master, slave = pty.openpty()
tty.setraw(slave)
os.set_blocking(master, False)
os.write(3, os.ttyname(slave).encode() + b"\\n")
while True:
    ready, _, _ = select.select([0, master], [], [])
    if 0 in ready:
        data = os.read(0, 4096)
        if not data:
            break
        try:
            os.write(master, data)
        except BlockingIOError:
            pass # nobody reads, as on a wire
    if master in ready:
        os.write(1, os.read(master, 4096))
`;

export interface Pty {
  /** What a driver opens. */
  readonly path: string;
  write(bytes: Uint8Array): void;
  close(): void;
}

/** @throws when there is no python3. */
export function openPty(received: (bytes: Uint8Array) => void): Promise<Pty> {
  return new Promise((resolve, reject) => {
    const child = spawn("python3", ["-c", passBytesOn], { stdio: ["pipe", "pipe", "inherit", "pipe"] });
    child.on("error", (error) => reject(new Error(`a pseudo-terminal takes python3: ${error.message}`)));
    child.on("exit", (status) => reject(new Error(`the pseudo-terminal ended (${status})`)));
    child.stdout?.on("data", received);
    // Whoever is gone reads no more.
    child.stdin?.on("error", () => {});
    (child.stdio[3] as Readable).setEncoding("utf8").once("data", (path: string) => {
      resolve({
        path: path.trim(),
        write: (bytes) => void child.stdin?.write(bytes),
        close: () => child.stdin?.end(),
      });
    });
  });
}
