/**
 * What comes over a line of the console, before anybody reads it: printable ASCII and the keys of a terminal, a bounded
 * piece at a time. Everything else is dropped and counted, so that noise costs next to nothing and means nothing.
 */

/** More than a line of 115200 bit/s brings. */
const pieceBytes = 128;
const pieceMs = 10;
const mostWaitingBytes = 4096;
/** Typed into one line, corrections included. */
const mostInLine = 512;

const enter = 0x0d;
const newline = 0x0a;
const escapeByte = 0x1b;

/** Backspace, delete, tab; Ctrl-A, B, C, D, E, F, K, L, N, P, U, W. Not Ctrl-Z: it would suspend the daemon. */
const keys: ReadonlySet<number> = new Set([
  0x08, 0x7f, 0x09, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x0b, 0x0c, 0x0e, 0x10, 0x15, 0x17,
]);
/** Of the sequences of a terminal: arrows, home, end, delete, page up and down. */
const sequence = /^(?:\[[ABCDFH]|O[ABCDFH]|\[[1345678]~)$/;
const sequenceStart = /^(?:\[[1345678]?|O)?$/;

export interface ConsoleInputOptions {
  /** Hears one key at a time: a sign, a control character or a whole sequence. Enter is a carriage return. */
  readonly take: (key: string) => void;
  /** More is welcome, or not now. */
  readonly onRoom?: (isRoom: boolean) => void;
  readonly later: (run: () => void, delayMs: number) => { cancel(): void };
}

export class ConsoleInput {
  readonly #options: ConsoleInputOptions;
  /** Bytes that were not taken. */
  dropped = 0;
  #waiting: number[] = [];
  #timer: { cancel(): void } | null = null;
  #started = "";
  #inSequence = false;
  #wasEnter = false;
  #lineLength = 0;
  #held = false;
  #deaf = false;
  #full = false;
  #running = false;

  constructor(options: ConsoleInputOptions) {
    this.#options = options;
  }

  received(bytes: Uint8Array): void {
    if (this.#deaf) {
      this.dropped += bytes.length;
      return;
    }
    const room = mostWaitingBytes - this.#waiting.length;
    this.dropped += Math.max(0, bytes.length - room);
    for (const byte of bytes.subarray(0, Math.max(0, room))) this.#waiting.push(byte);
    this.#tellRoom();
    if (this.#timer === null) this.#next();
  }

  /** Nothing is read: what comes is lost, and so is what waits. */
  setDeaf(deaf: boolean): void {
    this.#deaf = deaf;
    if (!deaf) return;
    this.dropped += this.#waiting.length;
    this.#waiting = [];
  }

  /** Nothing is read, and what comes waits. */
  hold(held: boolean): void {
    this.#held = held;
    if (!held && this.#timer === null && !this.#running) this.#timer = this.#later(0);
  }

  /** Nothing waits to be read. */
  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  end(): void {
    this.#timer?.cancel();
    this.#timer = null;
    this.#waiting = [];
    this.#deaf = true;
  }

  #later(delayMs: number): { cancel(): void } {
    return this.#options.later(() => {
      this.#timer = null;
      this.#next();
    }, delayMs);
  }

  #next(): void {
    if (this.#running) return;
    this.#running = true;
    for (let read = 0; read < pieceBytes && !this.#held; read++) {
      const byte = this.#waiting.shift();
      if (byte === undefined) break;
      this.#read(byte);
    }
    this.#running = false;
    this.#tellRoom();
    if (this.#waiting.length > 0 && !this.#held && this.#timer === null) this.#timer = this.#later(pieceMs);
  }

  #tellRoom(): void {
    const full = this.#waiting.length > mostWaitingBytes / 2;
    if (full === this.#full) return;
    this.#full = full;
    this.#options.onRoom?.(!full);
  }

  #read(byte: number): void {
    if (this.#inSequence) {
      this.#readSequence(byte);
      return;
    }
    const isSecond = byte === newline && this.#wasEnter;
    this.#wasEnter = byte === enter;
    if (isSecond) return;
    if (byte === enter || byte === newline) {
      this.#lineLength = 0;
      this.#options.take("\r");
    } else if (byte === escapeByte) {
      this.#inSequence = true;
      this.#started = "";
    } else if (keys.has(byte) || (byte >= 0x20 && byte <= 0x7e)) {
      this.#typed(String.fromCharCode(byte));
    } else {
      this.dropped++;
    }
  }

  #readSequence(byte: number): void {
    const text = this.#started + String.fromCharCode(byte);
    if (sequence.test(text)) {
      this.#inSequence = false;
      this.#typed(`\u001b${text}`);
    } else if (sequenceStart.test(text)) {
      this.#started = text;
    } else {
      // Not one of a terminal: what it began with is lost, and what ends it is read as it stands.
      this.#inSequence = false;
      this.dropped += 1 + this.#started.length;
      this.#read(byte);
    }
  }

  #typed(key: string): void {
    // Interrupting begins a line anew, however long the last one had become.
    if (key === "\u0003") this.#lineLength = 0;
    if (this.#lineLength >= mostInLine) {
      this.dropped += key.length;
      return;
    }
    this.#lineLength++;
    this.#options.take(key);
  }
}
