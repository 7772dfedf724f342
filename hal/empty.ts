/** `empty`: for a module that provides something to people and programs outside, and nothing to other modules. */
import { definePort } from "./port.ts";

export const empty = definePort({ name: "empty", commands: {}, vars: {}, errors: [] });
