/**
 * A Modbus device as it is seen from the line: registers, and everything that can be wrong with it. What it measures is told
 * by whoever made it, at the moment it is asked.
 */

/** The word at an address, or undefined where there is none. */
export type ReadRegister = (address: number) => number | undefined;

export interface SlaveRegisters {
  readonly holding?: ReadRegister;
  readonly input?: ReadRegister;
  readonly coil?: (address: number) => boolean | undefined;
  /** False: the device refuses. */
  readonly write?: (address: number, value: number) => boolean;
  readonly writeCoil?: (address: number, value: boolean) => boolean;
}

export interface SlaveFaults {
  /** It answers nothing at all. */
  silent: boolean;
  /** It answers as before, and what it tells no longer changes. */
  frozen: boolean;
  /** Added to the time it takes to answer. */
  lateMs: number;
  /** Answers for another unit. */
  wrongUnit: boolean;
  wrongCrc: boolean;
  /** Refuses everything with this code. */
  exception: number | null;
  /** Answers with bytes that mean nothing. */
  garbage: boolean;
  /** The two words of a value have changed places. */
  swappedWords: boolean;
}

export interface SlaveAnswer {
  readonly unit: number;
  /** Function and data. */
  readonly body: Buffer;
  readonly lateMs: number;
  readonly wrongCrc: boolean;
  readonly garbage: boolean;
}

const registerKinds = ["holding", "input"] as const;
const illegalFunction = 1;
const illegalAddress = 2;
const illegalValue = 3;

export class SimulatedSlave {
  readonly faults: SlaveFaults = {
    silent: false,
    frozen: false,
    lateMs: 0,
    wrongUnit: false,
    wrongCrc: false,
    exception: null,
    garbage: false,
    swappedWords: false,
  };
  readonly unit: number;
  readonly #registers: SlaveRegisters;
  readonly #frozen = new Map<string, number | undefined>();
  readonly #stuck = new Map<string, number | undefined>();

  constructor(unit: number, registers: SlaveRegisters) {
    this.unit = unit;
    this.#registers = registers;
  }

  /** These words stay as they are now, read as either kind. */
  stick(address: number, count: number): void {
    for (const kind of registerKinds) {
      for (let word = address; word < address + count; word++) {
        this.#stuck.set(`${kind}/${word}`, this.#registers[kind]?.(word));
      }
    }
  }

  release(address: number, count: number): void {
    for (const kind of registerKinds) {
      for (let word = address; word < address + count; word++) this.#stuck.delete(`${kind}/${word}`);
    }
  }

  /** `body`: function and data of the request. Null where it says nothing. */
  answer(body: Buffer): SlaveAnswer | null {
    const { faults } = this;
    if (!faults.frozen) this.#frozen.clear();
    if (faults.silent) return null;
    const code = body[0] ?? 0;
    const told = faults.exception === null ? this.#carryOut(code, body) : faults.exception;
    return {
      unit: faults.wrongUnit ? this.unit ^ 1 : this.unit,
      body: typeof told === "number" ? Buffer.from([code | 0x80, told]) : told,
      lateMs: faults.lateMs,
      wrongCrc: faults.wrongCrc,
      garbage: faults.garbage,
    };
  }

  /** The body of a reply, or the code of an exception. */
  #carryOut(code: number, body: Buffer): Buffer | number {
    const address = body.readUInt16BE(1);
    const count = body.readUInt16BE(3);
    switch (code) {
      case 1:
        return this.#coils(address, count);
      case 3:
        return this.#words("holding", address, count);
      case 4:
        return this.#words("input", address, count);
      case 5:
        return (this.#registers.writeCoil?.(address, count === 0xff00) ?? false) ? body.subarray(0, 5) : illegalAddress;
      case 6:
        return (this.#registers.write?.(address, count) ?? false) ? body.subarray(0, 5) : illegalAddress;
      case 16: {
        for (let index = 0; index < count; index++) {
          const accepted = this.#registers.write?.(address + index, body.readUInt16BE(6 + 2 * index)) ?? false;
          if (!accepted) return illegalAddress;
        }
        return body.subarray(0, 5);
      }
      default:
        return illegalFunction;
    }
  }

  #words(kind: "holding" | "input", address: number, count: number): Buffer | number {
    if (count < 1 || count > 125) return illegalValue;
    const data = Buffer.alloc(2 + 2 * count);
    data[0] = kind === "holding" ? 3 : 4;
    data[1] = 2 * count;
    for (let index = 0; index < count; index++) {
      const partner = this.faults.swappedWords && (index ^ 1) < count ? index ^ 1 : index;
      const word = this.#word(kind, address + partner);
      if (word === undefined) return illegalAddress;
      data.writeUInt16BE(word & 0xffff, 2 + 2 * index);
    }
    return data;
  }

  #word(kind: "holding" | "input", address: number): number | undefined {
    const key = `${kind}/${address}`;
    if (this.#stuck.has(key)) return this.#stuck.get(key);
    if (this.faults.frozen && this.#frozen.has(key)) return this.#frozen.get(key);
    const word = this.#registers[kind]?.(address);
    if (this.faults.frozen) this.#frozen.set(key, word);
    return word;
  }

  #coils(address: number, count: number): Buffer | number {
    const data = Buffer.alloc(2 + Math.ceil(count / 8));
    data[0] = 1;
    data[1] = data.length - 2;
    for (let index = 0; index < count; index++) {
      const coil = this.#registers.coil?.(address + index);
      if (coil === undefined) return illegalAddress;
      if (coil) data[2 + (index >> 3)] = (data[2 + (index >> 3)] ?? 0) | (1 << (index & 7));
    }
    return data;
  }
}
