/** What the daemon uses of the package; it brings no types of its own. */
declare module "unix-dgram" {
  export interface Socket {
    send(bytes: Uint8Array, offset: number, length: number, path: string, sent: (error?: Error) => void): void;
    close(): void;
    on(event: "error", listener: (error: Error) => void): this;
    bind(path: string): void;
  }
  export function createSocket(type: "unix_dgram", listener?: (message: Buffer) => void): Socket;
}
