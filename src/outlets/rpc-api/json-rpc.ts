/** JSON-RPC 2.0 between the text of messages and calls. */
import { JSONRPCErrorCode, JSONRPCErrorException, JSONRPCServer } from "json-rpc-2.0";
import type { Call } from "./methods.ts";
import { callOf, methodNames } from "./methods.ts";

/** Calls in one message. */
const longestBatch = 16;
const longestId = 64;

export interface Conversation {
  /** Answers in its own time, and never when the client has gone. */
  readonly call: (client: number, request: Call, answer: (result: object) => void) => void;
  /** What a client sent is JSON, and no call of a method of the API. */
  readonly misspoke: (client: number) => void;
  readonly send: (client: number, text: string) => void;
  /** What a client sent is not JSON-RPC. */
  readonly malformed: (client: number) => void;
}

/** Hears the text of a message. */
export function jsonRpc({ call, misspoke, send, malformed }: Conversation): (client: number, text: string) => void {
  const server = new JSONRPCServer<number>({ errorListener: () => {} });
  for (const method of methodNames) {
    server.addMethod(method, (params: unknown, client) => {
      const request = checked(method, params, client);
      return new Promise<object>((resolve) => call(client, request, resolve));
    });
  }
  server.applyMiddleware((next, request, client) => {
    if (!server.hasMethod(request.method)) misspoke(client);
    return next(request, client);
  });

  function checked(method: Call["method"], params: unknown, client: number): Call {
    try {
      return callOf(method, params);
    } catch (error) {
      misspoke(client);
      throw new JSONRPCErrorException(`Invalid params: ${(error as Error).message}`, JSONRPCErrorCode.InvalidParams);
    }
  }

  return (client, text) => {
    const requests = requestsIn(text);
    if (requests === null) {
      malformed(client);
      return;
    }
    const { isBatch, calls } = requests;
    server.receive(calls as never, client).then(
      (response) => {
        if (response === null) return;
        // The server takes the only answer to a batch out of its array.
        send(client, JSON.stringify(isBatch && !Array.isArray(response) ? [response] : response));
      },
      () => malformed(client),
    );
  };
}

/** Null for what is no JSON, or cannot be a call whoever defines the methods. */
function requestsIn(text: string): { isBatch: boolean; calls: object } | null {
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    return null;
  }
  const isBatch = Array.isArray(message);
  const calls: unknown[] = isBatch ? (message as unknown[]) : [message];
  if (calls.length === 0 || calls.length > longestBatch || !calls.every(isRequest)) return null;
  return { isBatch, calls: isBatch ? calls : (calls[0] as object) };
}

function isRequest(message: unknown): boolean {
  if (typeof message !== "object" || message === null || Array.isArray(message)) return false;
  const { jsonrpc, method, id } = message as { jsonrpc?: unknown; method?: unknown; id?: unknown };
  return (
    jsonrpc === "2.0" &&
    typeof method === "string" &&
    (id === undefined || id === null || typeof id === "number" || (typeof id === "string" && id.length <= longestId))
  );
}
