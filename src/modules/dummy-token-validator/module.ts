import type { Timer } from "../../../hal/clock.ts";
import type { ModuleFactory } from "../../../hal/module.ts";
import type { ValidationResult } from "../../core/auth/tokens.ts";
import type { manifest } from "./manifest.ts";

export const create: ModuleFactory<typeof manifest> = (context) => {
  const { validation_result, sleep } = context.implementationConfig("main");
  const answer: ValidationResult = { authorization_status: validation_result, tariff_messages: [] };
  const thinking = new Set<Timer>();

  context.provide("main", {
    validate_token: (_args, reply) => {
      const timer = context.clock.schedule("validate_token", context.clock.nowMs() + sleep * 1000, () => {
        thinking.delete(timer);
        reply(answer);
      });
      thinking.add(timer);
    },
  });

  return {
    stop: () => {
      for (const timer of thinking) timer.cancel();
      thinking.clear();
    },
  };
};
