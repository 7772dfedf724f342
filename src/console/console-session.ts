/**
 * One who sits at a line of the console: login, editing and history of Node's own readline, paging, commands. The line
 * itself - serial, socket, terminal - is somebody else's; so is time.
 */
import type { Interface } from "node:readline";
import { createInterface } from "node:readline";
import { Readable, Writable } from "node:stream";
import type { Answer, Seat } from "./commands/command.ts";
import type { Run } from "./commands/interpreter.ts";
import { commandNames } from "./commands/interpreter.ts";
import { plain, wrapped } from "./commands/text.ts";
import { ConsoleInput } from "./console-input.ts";
import type { Login } from "./login.ts";

export interface ConsoleLine {
  /** False: not taken. */
  write(text: string): boolean;
  /** Nobody types here any more. */
  close(): void;
}

export type Later = (run: () => void, delayMs: number) => { cancel(): void };

export interface SessionOptions {
  readonly run: Run;
  readonly line: ConsoleLine;
  /** Null: no terminal; lines in, lines out, no echo and no pages. */
  readonly terminal: { readonly rows: number; readonly columns: number } | null;
  readonly login: Login | null;
  /** In real time. */
  readonly later: Later;
  /** Whoever sat there is gone. */
  readonly left: (seat: Seat) => void;
  readonly onRoom?: (isRoom: boolean) => void;
}

/** Nobody has typed for so long: whoever logged in has gone away. */
const idleMs = 600_000;
/** So many in a row that mean nothing are noise, and whoever makes it has no business here. */
const mostRefused = 20;
const historyLength = 100;
const wideColumns = 80;
const interrupt = "\u0003";
const more = "-- more: space, or q --";
const eraseLine = "\r\u001b[K";

export class ConsoleSession {
  readonly #options: SessionOptions;
  readonly #seat: Seat;
  readonly #input: ConsoleInput;
  #feed: Readable | null = null;
  #readline: Interface | null = null;
  #phase: "login" | "open" | "over" = "open";
  /** Takes keys in the place of the line that is edited. */
  #keys: ((key: string) => void) | null = null;
  #stop: (() => void) | null = null;
  #refused = 0;
  #unwritten = 0;
  #idle: { cancel(): void } | null = null;
  #ending = false;
  #busy = false;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#seat = {
      evse: null,
      columns: options.terminal?.columns ?? wideColumns,
      notify: (text) => this.#notify(text),
    };
    this.#input = new ConsoleInput({
      take: (key) => this.#take(key),
      later: options.later,
      ...(options.onRoom === undefined ? {} : { onRoom: options.onRoom }),
    });
    this.#begin();
  }

  /** Bytes that meant nothing. */
  get dropped(): number {
    return this.#input.dropped;
  }

  received(bytes: Uint8Array): void {
    this.#input.received(bytes);
  }

  /** No more will come: what has come is still answered. */
  ended(): void {
    this.#ending = true;
    // The last line may lack its end.
    this.#input.received(Buffer.from("\r"));
  }

  /** The line is gone. */
  gone(): void {
    if (this.#phase === "over") return;
    this.#phase = "over";
    this.#endCommand();
    this.#idle?.cancel();
    this.#input.end();
    this.#closeReadline();
    this.#options.left(this.#seat);
  }

  #begin(): void {
    const { terminal, login } = this.#options;
    this.#phase = login === null ? "open" : "login";
    this.#openReadline();
    if (terminal === null) return;
    this.#write("\r\nevsed console. help lists the commands.\r\n");
    this.#prompt();
  }

  #openReadline(): void {
    const { terminal } = this.#options;
    const feed = new Readable({ read() {}, encoding: "latin1" });
    const echo = new Writable({
      decodeStrings: false,
      write: (text: string | Buffer, _encoding, done) => {
        // A secret is never shown, and neither is its length.
        if (this.#phase === "open" && this.#keys === null) this.#write(text.toString());
        done();
      },
    });
    if (terminal !== null) Object.assign(echo, { columns: terminal.columns, rows: terminal.rows });
    const readline = createInterface({
      input: feed,
      output: echo,
      terminal: terminal !== null,
      historySize: terminal === null ? 0 : historyLength,
      removeHistoryDuplicates: true,
      escapeCodeTimeout: 0,
      completer: (text: string) => [commandNames.filter((name) => name.startsWith(text)), text],
    });
    readline.on("line", (text) => this.#line(text));
    readline.on("close", () => {
      if (this.#readline === readline) this.#leave();
    });
    readline.on("SIGINT", () => this.#interrupted());
    readline.on("history", (history: string[]) => {
      if (this.#phase === "login") history.length = 0;
    });
    this.#feed = feed;
    this.#readline = readline;
  }

  #closeReadline(): void {
    const readline = this.#readline;
    this.#readline = null;
    readline?.close();
    this.#feed?.destroy();
    this.#feed = null;
  }

  #prompt(): void {
    if (this.#options.terminal === null || this.#phase === "over") return;
    if (this.#phase === "login") {
      this.#write("secret: ");
      return;
    }
    this.#readline?.setPrompt(`evsed${this.#seat.evse === null ? "" : ` ${this.#seat.evse}`}> `);
    this.#readline?.prompt();
  }

  #take(key: string): void {
    this.#stayAwake();
    if (this.#keys !== null) {
      this.#keys(key);
      return;
    }
    if (key === "\r") {
      // One line at a time: the next one waits for the answer.
      this.#busy = true;
      this.#input.hold(true);
    }
    if (this.#phase === "login" && key === interrupt) this.#feed?.push("\u0005\u0015");
    else this.#feed?.push(this.#options.terminal === null && key === "\r" ? "\n" : key);
  }

  #stayAwake(): void {
    this.#idle?.cancel();
    this.#idle = null;
    if (this.#options.login === null || this.#phase !== "open") return;
    this.#idle = this.#options.later(() => {
      this.#endCommand();
      this.#leave();
    }, idleMs);
  }

  #interrupted(): void {
    this.#readline?.write(null, { ctrl: true, name: "e" });
    this.#readline?.write(null, { ctrl: true, name: "u" });
    this.#write("\r\n");
    this.#prompt();
  }

  #line(text: string): void {
    if (this.#phase === "login") this.#attempt(text);
    else if (this.#phase === "open") this.#command(text);
  }

  #attempt(text: string): void {
    const { login, later } = this.#options;
    this.#write("\r\n");
    // Whoever wakes a line presses Enter.
    if (text === "") {
      this.#done();
      return;
    }
    const delayMs = login?.attempt(text) ?? null;
    if (delayMs === null) {
      this.#phase = "open";
      this.#stayAwake();
      this.#done();
      return;
    }
    // Whatever comes meanwhile was not typed after the answer.
    this.#input.setDeaf(true);
    this.#closeReadline();
    later(() => {
      if (this.#phase === "over") return;
      this.#write("not the secret\r\n");
      this.#input.setDeaf(false);
      this.#openReadline();
      this.#done();
    }, delayMs);
  }

  #command(text: string): void {
    const answer = this.#options.run(text, this.#seat);
    if (answer.kind === "refused") this.#refused++;
    else if (text.trim() !== "") this.#refused = 0;
    if (this.#refused >= mostRefused) {
      this.#leave();
      return;
    }
    this.#answer(answer);
  }

  #answer(answer: Answer): void {
    switch (answer.kind) {
      case "lines":
      case "refused":
        this.#show(answer.lines);
        return;
      case "later":
        answer.start((lines) => {
          if (this.#phase !== "over") this.#show(lines);
        });
        return;
      case "follow": {
        this.#hearKeys((key) => {
          // Without a terminal Enter ends a line, and no more than that.
          const ends = key === "q" || key === interrupt || (key === "\r" && this.#options.terminal !== null);
          if (!ends) return;
          this.#endCommand();
          this.#done();
        });
        this.#stop = answer.start((line) => this.#writeLine(line));
        return;
      }
      case "leave":
        this.#leave();
        return;
    }
  }

  /** Page by page, where there are pages. */
  #show(lines: readonly string[]): void {
    this.#showPage(lines.flatMap((line) => wrapped(line, this.#seat.columns, 2)));
  }

  #showPage(lines: readonly string[], room = this.#page): void {
    for (const line of lines.slice(0, room)) this.#writeLine(line);
    const rest = lines.slice(room);
    if (rest.length === 0) {
      this.#done();
      return;
    }
    this.#write(more);
    this.#hearKeys((key) => {
      const isOver = key === "q" || key === interrupt;
      if (!isOver && key !== " " && key !== "\r") return;
      this.#keys = null;
      this.#write(eraseLine);
      if (isOver) this.#done();
      // Enter goes on by a line.
      else this.#showPage(rest, key === "\r" ? 1 : this.#page);
    });
  }

  get #page(): number {
    const { terminal } = this.#options;
    return terminal === null ? Number.POSITIVE_INFINITY : terminal.rows - 1;
  }

  #hearKeys(hear: (key: string) => void): void {
    this.#keys = hear;
    this.#input.hold(false);
  }

  #done(): void {
    this.#busy = false;
    this.#prompt();
    this.#input.hold(false);
    this.#closeWhenDone();
  }

  #endCommand(): void {
    this.#keys = null;
    const stop = this.#stop;
    this.#stop = null;
    stop?.();
  }

  #notify(text: string): void {
    if (this.#phase !== "open") return;
    this.#write(this.#options.terminal === null ? "" : "\r\n");
    this.#writeLine(text);
    if (this.#keys === null && !this.#busy) this.#prompt();
  }

  #leave(): void {
    if (this.#phase === "over") return;
    this.#endCommand();
    this.gone();
    this.#options.line.close();
  }

  #closeWhenDone(): void {
    if (!this.#ending || this.#phase === "over" || this.#busy || this.#keys !== null) return;
    if (this.#input.isEmpty) this.#leave();
  }

  #writeLine(text: string): void {
    this.#write(`${plain(text)}${this.#options.terminal === null ? "\n" : "\r\n"}`);
  }

  /** A line that does not take what it is told misses some of it, and is told so. */
  #write(text: string): void {
    if (text === "" || this.#phase === "over") return;
    const note = this.#unwritten === 0 ? "" : `\r\n(${this.#unwritten} pieces were lost on the way)\r\n`;
    if (this.#options.line.write(note + text)) this.#unwritten = 0;
    else this.#unwritten++;
  }
}
