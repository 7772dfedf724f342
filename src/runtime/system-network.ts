import type { Network, WebsocketServer } from "../../hal/network.ts";

/** The network of this machine. What serves it is loaded only when somebody shall be served. */
export const systemNetwork: Network = {
  serveWebsockets(settings, listener) {
    let server: WebsocketServer | null = null;
    let isClosed = false;
    import("./websocket-server.ts").then(
      ({ BoundedWebsocketServer }) => {
        if (!isClosed) server = new BoundedWebsocketServer(settings, listener);
      },
      (error: Error) => listener.failing(error.message),
    );
    return {
      send: (client, text) => server?.send(client, text),
      disconnect: (client, code, why) => server?.disconnect(client, code, why),
      close: () => {
        isClosed = true;
        server?.close();
      },
    };
  },
};
