/** `v2g_line`: messages between a simulated vehicle and a simulated station, over a power line that is up or not. */
import * as v from "valibot";
import type { Schema } from "../../../hal/port.ts";
import { definePort } from "../../../hal/port.ts";
import { noArgs } from "../../../hal/values.ts";
import type { Request, Response } from "./messages.ts";

const request = v.custom<Request>((value) => typeof value === "object" && value !== null) satisfies Schema<Request>;
const response = v.custom<Response>((value) => typeof value === "object" && value !== null) satisfies Schema<Response>;

export const v2gLine = definePort({
  name: "v2g_line",
  commands: {
    /** Looks for the station and connects; false where nobody answers. */
    connect: { args: noArgs, result: v.boolean() },
    /** The connection is closed, in good order or not. */
    disconnect: { args: noArgs },
    /** The answer may take a while, and there is none on a dead line. */
    request: { args: v.strictObject({ request }), result: response },
  },
  vars: {
    /** The station has closed the connection. */
    lost: v.null(),
  },
  errors: [],
});
