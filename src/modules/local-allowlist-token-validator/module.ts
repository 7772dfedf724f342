import type { Timer } from "../../../hal/clock.ts";
import type { ModuleFactory } from "../../../hal/module.ts";
import type { AuthorizationStatus } from "../../core/auth/tokens.ts";
import type { manifest } from "./manifest.ts";

export const create: ModuleFactory<typeof manifest> = (context) => {
  const { clock, files, log } = context;
  const { allowlist_file: file } = context.config;
  const asked = new Set<Timer>();

  function statusOf(token: string): AuthorizationStatus {
    try {
      const content = files.readInput(file);
      if (content === undefined) throw new Error("no such file");
      return isListed(token, content) ? "Accepted" : "Invalid";
    } catch (error) {
      log.error("local_allowlist.unreadable", { file, why: (error as Error).message });
      return "Invalid";
    }
  }

  context.provide("main", {
    // A turn of its own for the file: nothing that the token's turn has to do waits for the disk.
    validate_token: ({ provided_token }, reply) => {
      const timer = clock.schedule("validate_token", clock.nowMs(), () => {
        asked.delete(timer);
        reply({ authorization_status: statusOf(provided_token.id_token.value), tariff_messages: [] });
      });
      asked.add(timer);
    },
  });

  return {
    stop: () => {
      for (const timer of asked) timer.cancel();
      asked.clear();
    },
  };
};

/** An empty line lists nobody, not the empty token. */
function isListed(token: string, content: Uint8Array): boolean {
  return token !== "" && new TextDecoder().decode(content).split(/\r?\n/).includes(token);
}
