/**
 * Servers for programs outside the station. Whoever connects is bounded by the server itself (number of clients, size and
 * rate of messages, what waits to be read): a client beyond a bound is cut off, and a module never hears of what it sent.
 *
 * Where a station is not on the network, as in virtual time, nobody ever connects.
 */
export interface WebsocketSettings {
  /** Network interface by its name, or `all`. */
  readonly interface: string;
  readonly port: number;
}

/** Each call is a turn of its own. Clients are told apart by a number that is never given twice. */
export interface WebsocketListener {
  connected(client: number, address: string): void;
  received(client: number, text: string): void;
  /** The last word about a client, whoever ended it. */
  disconnected(client: number, why: string): void;
  /** `address:port` of each place it listens at, from now on. */
  listening(addresses: readonly string[]): void;
  /** Told once until it is otherwise. */
  failing(why: string): void;
}

export interface WebsocketServer {
  /** Never waits. A client that does not read what it was sent is cut off. */
  send(client: number, text: string): void;
  /** `code` after RFC 6455, section 7.4. */
  disconnect(client: number, code: number, why: string): void;
  close(): void;
}

export interface Network {
  /** Listens for as long as it is not closed: an interface or port that cannot be had yet is tried again. */
  serveWebsockets(settings: WebsocketSettings, listener: WebsocketListener): WebsocketServer;
}

/** The network of a station that is on none. */
export const noNetwork: Network = {
  serveWebsockets: () => ({ send() {}, disconnect() {}, close() {} }),
};
