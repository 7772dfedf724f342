import { existsSync } from "node:fs";
import t from "tap";
import { evsed, stackTrace, stationFile } from "./command-line.ts";

const hasGpio = existsSync("/sys/class/gpio/export");

t.test("a board's drivers on a machine without its lines", { skip: hasGpio && "has GPIO lines" }, async (t) => {
  const { status, stdout, stderr } = await evsed(["run", stationFile("charge-control-c"), "--events"]);
  t.equal(status, 1);
  t.match(
    stderr,
    /"code":"no_such_line","message":"no GPIO line is named \\"RELAY_1_ENABLE\\" below \/sys\/class\/gpio"/,
  );
  t.notMatch(stderr, stackTrace);
  t.notMatch(stdout, /"kind":"cp"/, "nothing is made up");
});
