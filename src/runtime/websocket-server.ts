import type { IncomingMessage, Server } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { networkInterfaces } from "node:os";
import type { RawData, WebSocket } from "ws";
import { WebSocketServer } from "ws";
import type { WebsocketListener, WebsocketServer, WebsocketSettings } from "../../hal/network.ts";

/** What all clients together can make of this process: its first duty is a vehicle. */
export const bounds = {
  clients: 8,
  /** Of one message. */
  messageBytes: 8 * 1024,
  fragments: 32,
  /** A message costs one, and one more for every so many bytes of it. So does every ping. */
  allowance: 500,
  allowancePerS: 20,
  bytesPerAllowance: 512,
  /** What a client has been sent and has not read. */
  unreadBytes: 256 * 1024,
} as const;

/** A connection becomes a websocket by then. */
const handshakeMs = 5000;
/** An interface that comes, goes or changes its address is noticed by then. */
const lookMs = 5000;
/** A client that has not answered one ping by the next is there no more, and somebody else may want its place. */
const pingMs = 30_000;
/** How long a client has to take note of why it is sent away. */
const farewellMs = 250;

const closeCode = { goingAway: 1001, notText: 1003, policy: 1008, tooMany: 1013 } as const;

interface Client {
  readonly socket: WebSocket;
  allowance: number;
  countedMs: number;
  answersPings: boolean;
}

export class BoundedWebsocketServer implements WebsocketServer {
  readonly #settings: WebsocketSettings;
  readonly #listener: WebsocketListener;
  readonly #clients = new Map<number, Client>();
  /** By the address they listen at. */
  readonly #servers = new Map<string, Server>();
  readonly #websockets: WebSocketServer;
  readonly #look: NodeJS.Timeout;
  readonly #ping: NodeJS.Timeout;
  #numbers = 0;
  #trouble = "";

  constructor(settings: WebsocketSettings, listener: WebsocketListener, pingEveryMs = pingMs) {
    this.#settings = settings;
    this.#listener = listener;
    this.#websockets = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      maxPayload: bounds.messageBytes,
      maxFragments: bounds.fragments,
      perMessageDeflate: false,
    });
    this.#look = setInterval(() => this.#listenWhereWanted(), lookMs);
    this.#look.unref();
    this.#ping = setInterval(() => this.#pingClients(), pingEveryMs);
    this.#ping.unref();
    this.#listenWhereWanted();
  }

  send(number: number, text: string): void {
    const client = this.#clients.get(number);
    if (client === undefined) return;
    client.socket.send(text);
    if (client.socket.bufferedAmount > bounds.unreadBytes) this.#cutOff(number, "does not read what it is sent");
  }

  disconnect(number: number, code: number, why: string): void {
    const client = this.#clients.get(number);
    if (client === undefined) return;
    this.#clients.delete(number);
    const { socket } = client;
    socket.close(code, why);
    const farewell = setTimeout(() => socket.terminate(), farewellMs);
    farewell.unref();
    socket.once("close", () => clearTimeout(farewell));
    this.#listener.disconnected(number, why);
  }

  close(): void {
    clearInterval(this.#look);
    clearInterval(this.#ping);
    for (const number of [...this.#clients.keys()]) this.disconnect(number, closeCode.goingAway, "the station stops");
    for (const server of this.#servers.values()) server.close();
    this.#servers.clear();
  }

  #pingClients(): void {
    for (const [number, client] of [...this.#clients]) {
      if (!client.answersPings) {
        this.#cutOff(number, "does not answer");
        continue;
      }
      client.answersPings = false;
      client.socket.ping();
    }
  }

  #listenWhereWanted(): void {
    const wanted = addressesOf(this.#settings.interface);
    for (const [address, server] of this.#servers) {
      if (wanted.includes(address)) continue;
      this.#servers.delete(address);
      server.close();
    }
    if (wanted.length === 0) this.#fail(`interface ${this.#settings.interface} has no address`);
    for (const address of wanted) if (!this.#servers.has(address)) this.#listen(address);
  }

  #listen(address: string): void {
    const server = createServer(
      {
        headersTimeout: handshakeMs,
        requestTimeout: handshakeMs,
        keepAliveTimeout: 1,
        connectionsCheckingInterval: lookMs,
      },
      (_request, response) => response.writeHead(426, { connection: "close", upgrade: "websocket" }).end(),
    );
    server.maxConnections = 2 * bounds.clients;
    server.on("upgrade", (request, socket, head) => {
      this.#websockets.handleUpgrade(request, socket, head, (websocket) => this.#welcome(websocket, request));
    });
    server.on("error", (error) => {
      this.#servers.delete(address);
      this.#fail(error.message);
    });
    server.on("listening", () => {
      this.#trouble = "";
      this.#listener.listening([...this.#servers.values()].filter((one) => one.listening).map(placeOf));
    });
    this.#servers.set(address, server);
    server.listen(this.#settings.port, ...(address === everywhere ? [] : [address]));
  }

  #fail(why: string): void {
    if (this.#trouble === why) return;
    this.#trouble = why;
    this.#listener.failing(why);
  }

  #welcome(socket: WebSocket, request: IncomingMessage): void {
    // An end on either side is told by its close event.
    socket.on("error", () => {});
    if (this.#clients.size >= bounds.clients) {
      socket.close(closeCode.tooMany, "too many clients");
      setTimeout(() => socket.terminate(), farewellMs).unref();
      return;
    }
    this.#numbers += 1;
    const number = this.#numbers;
    this.#clients.set(number, {
      socket,
      allowance: bounds.allowance,
      countedMs: performance.now(),
      answersPings: true,
    });
    socket.on("message", (data, isBinary) => this.#receive(number, data, isBinary));
    socket.on("ping", () => this.#charge(number, 0));
    socket.on("pong", () => {
      const client = this.#clients.get(number);
      if (client !== undefined && this.#charge(number, 0)) client.answersPings = true;
    });
    socket.on("close", (code) => {
      if (this.#clients.delete(number)) this.#listener.disconnected(number, `closed (${code})`);
    });
    this.#listener.connected(number, request.socket.remoteAddress ?? "");
  }

  #receive(number: number, data: RawData, isBinary: boolean): void {
    const bytes = data as Buffer;
    if (!this.#charge(number, bytes.length)) return;
    if (isBinary) this.disconnect(number, closeCode.notText, "text is expected");
    else this.#listener.received(number, bytes.toString());
  }

  /** Whether the client may go on. */
  #charge(number: number, bytes: number): boolean {
    const client = this.#clients.get(number);
    if (client === undefined) return false;
    const nowMs = performance.now();
    const earned = ((nowMs - client.countedMs) / 1000) * bounds.allowancePerS;
    client.countedMs = nowMs;
    client.allowance = Math.min(bounds.allowance, client.allowance + earned) - 1 - bytes / bounds.bytesPerAllowance;
    if (client.allowance >= 0) return true;
    this.#cutOff(number, "too many messages");
    return false;
  }

  /** What it has still on its way is neither read nor answered. */
  #cutOff(number: number, why: string): void {
    const socket = this.#clients.get(number)?.socket;
    this.disconnect(number, closeCode.policy, why);
    socket?.pause();
  }
}

const everywhere = "all";

function addressesOf(name: string): string[] {
  if (name === everywhere) return [everywhere];
  return (networkInterfaces()[name] ?? []).map(({ address, family, scopeid }) =>
    family === "IPv6" && scopeid !== 0 ? `${address}%${name}` : address,
  );
}

function placeOf(server: Server): string {
  const { address, port, family } = server.address() as AddressInfo;
  return family === "IPv6" ? `[${address}]:${port}` : `${address}:${port}`;
}
