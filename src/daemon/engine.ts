import { setFlagsFromString } from "node:v8";

/**
 * Sets the JavaScript engine up for a process that does little for months, on a board with little memory. By default it
 * trades memory for speed that a station has no use for. Comes early, as a heap that has grown does not shrink for it, but
 * behind the imports: with other flags the engine takes none of the code that Node keeps ready for its built-in modules,
 * and each that is loaded from then on costs three times as much.
 */
export function preferLittleMemory(): void {
  // The young generation stays as small as it begins; its garbage is collected a little more often.
  setFlagsFromString("--semi-space-growth-factor=1");
  setFlagsFromString("--optimize-for-size");
  // The compiler's threads keep what their largest task took. Short functions that inline little make the tasks small.
  setFlagsFromString("--max-inlined-bytecode-size-cumulative=100");
  setFlagsFromString("--max-optimized-bytecode-size=500");
}
