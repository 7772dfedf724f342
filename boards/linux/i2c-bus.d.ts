/** What is used of the package, which comes without types. */
declare module "i2c-bus" {
  type Done = (error: Error | null, bytesRead?: number) => void;

  interface Bus {
    readI2cBlock(address: number, command: number, length: number, buffer: Buffer, done: Done): void;
    writeI2cBlock(address: number, command: number, length: number, buffer: Buffer, done: Done): void;
    closeSync(): void;
  }

  const library: { openSync(busNumber: number): Bus };
  export default library;
}
