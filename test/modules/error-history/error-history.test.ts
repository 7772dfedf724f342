import t from "tap";
import type { ErrorFilters } from "../../../hal/error-history.ts";
import { defineManifest } from "../../../hal/manifest.ts";
import { powermeter } from "../../../hal/powermeter.ts";
import { manifest } from "../../../src/modules/error-history/manifest.ts";
import { create } from "../../../src/modules/error-history/module.ts";
import { MemoryFiles } from "../../../src/runtime/memory-files.ts";
import { StoreBench } from "../persistent-store/bench.ts";

const meter = defineManifest({
  type: "Meter",
  description: "Raises errors.",
  config: {},
  provides: { meter: { port: powermeter, description: "" } },
  requires: {},
});
const createMeter = (context: { provide(id: string, handlers: object): void }): object => {
  context.provide("meter", {});
  return {};
};

type Severity = "Low" | "Medium" | "High";

class History extends StoreBench {
  constructor(files = new MemoryFiles()) {
    super(files, [
      {
        id: "history",
        manifest,
        create,
        implementations: { error_history: { database_path: "errors.db" } },
      },
      { id: "meter_1", manifest: meter, create: createMeter },
      { id: "meter_2", manifest: meter, create: createMeter },
    ]);
  }

  raise(name: string, severity: Severity = "High", module = "meter_1", subType = ""): void {
    const report = { type: `powermeter/${name}`, sub_type: subType, severity, message: `${name} it is` };
    this.clock.turn(() => this.station.raise(module, "meter", report));
  }

  clear(name: string, module = "meter_1", subType = ""): void {
    this.clock.turn(() => this.station.clear(module, "meter", `powermeter/${name}`, subType));
  }

  errors(filters?: ErrorFilters): { uuid: string; [field: string]: unknown }[] {
    const args = filters === undefined ? { filters: {} } : { filters };
    return this.answer("history", "get_errors", args, "error_history") as never;
  }

  brief(filters?: ErrorFilters): string[] {
    return this.errors(filters).map(({ type, state }) => `${(type as string).split("/")[1]} ${state}`);
  }
}

t.test("an error with everything the interface tells of it", async (t) => {
  const bench = new History();
  bench.until(1.5).raise("VendorError", "Medium", "meter_1", "no. 4");
  const [error] = bench.errors();
  t.strictSame(
    { ...error, uuid: "" },
    {
      type: "powermeter/VendorError",
      sub_type: "no. 4",
      message: "VendorError it is",
      description: "VendorError it is",
      severity: "Medium",
      origin: { module_id: "meter_1", implementation_id: "meter" },
      timestamp: "2026-01-01T00:00:01.500Z",
      uuid: "",
      state: "Active",
    },
  );
  t.match(error?.uuid, /^[0-9a-f-]{36}$/);
});

t.test("filters, each and together", async (t) => {
  const bench = new History();
  bench.until(1).raise("VendorError", "Low");
  bench.until(2).raise("VendorWarning", "Medium", "meter_2");
  bench.until(3).raise("CommunicationFault", "High");
  bench.until(4).clear("VendorError");
  const [low] = bench.errors();
  const at = (seconds: number): string => `2026-01-01T00:00:0${seconds}.000Z`;
  const meter_2 = { module_id: "meter_2", implementation_id: "meter" };
  const cases: readonly [string, ErrorFilters, readonly string[]][] = [
    ["none", {}, ["VendorError", "VendorWarning", "CommunicationFault"]],
    ["active", { state_filter: "Active" }, ["VendorWarning", "CommunicationFault"]],
    ["cleared", { state_filter: "ClearedByModule" }, ["VendorError"]],
    ["cleared by a reboot", { state_filter: "ClearedByReboot" }, []],
    ["origin", { origin_filter: meter_2 }, ["VendorWarning"]],
    ["origin, other implementation", { origin_filter: { ...meter_2, implementation_id: "main" } }, []],
    ["type", { type_filter: "powermeter/VendorError" }, ["VendorError"]],
    ["type in part", { type_filter: "powermeter" }, []],
    ["high", { severity_filter: "HIGH_GE" }, ["CommunicationFault"]],
    ["medium and up", { severity_filter: "MEDIUM_GE" }, ["VendorWarning", "CommunicationFault"]],
    ["low and up", { severity_filter: "LOW_GE" }, ["VendorError", "VendorWarning", "CommunicationFault"]],
    [
      "period, both ends included",
      { timeperiod_filter: { timestamp_from: at(2), timestamp_to: at(3) } },
      ["VendorWarning", "CommunicationFault"],
    ],
    ["handle", { handle_filter: low?.uuid ?? "" }, ["VendorError"]],
    [
      "all of them",
      { severity_filter: "MEDIUM_GE", origin_filter: meter_2, state_filter: "Active" },
      ["VendorWarning"],
    ],
    ["all of them, one of which fails", { severity_filter: "HIGH_GE", origin_filter: meter_2 }, []],
  ];
  for (const [name, filters, expected] of cases) {
    t.same(
      bench.brief(filters).map((text) => text.split(" ")[0]),
      expected,
      name,
    );
  }
});

t.test("what was active when the daemon ended was cleared by the reboot", async (t) => {
  const files = new MemoryFiles();
  const first = new History(files);
  first.raise("VendorError");
  first.raise("VendorWarning");
  first.until(1).clear("VendorWarning");
  t.same(first.until(10).brief(), ["VendorError Active", "VendorWarning ClearedByModule"]);
  const second = new History(files);
  t.same(second.brief(), ["VendorError ClearedByReboot", "VendorWarning ClearedByModule"]);
  second.raise("VendorError");
  t.same(second.until(10).brief({ state_filter: "Active" }), ["VendorError Active"]);
  t.same(new History(files).brief(), [
    "VendorError ClearedByReboot",
    "VendorWarning ClearedByModule",
    "VendorError ClearedByReboot",
  ]);
});

t.test("500 are kept; the oldest that is over goes first", async (t) => {
  const files = new MemoryFiles();
  const bench = new History(files);
  bench.raise("CommunicationFault");
  for (let n = 0; n < 600; n++) {
    bench.raise("VendorError", "Low", "meter_1", String(n));
    bench.clear("VendorError", "meter_1", String(n));
  }
  const kept = bench.errors();
  t.equal(kept.length, 500);
  t.equal(kept[0]?.type, "powermeter/CommunicationFault");
  t.equal(kept[1]?.sub_type, "101");
  t.equal(kept[499]?.sub_type, "599");
  bench.until(10);
  t.equal(new History(files).errors().length, 500);
  t.same(bench.logged, []);
});

t.test("an error that comes and goes does not wear out the disk", async (t) => {
  const files = new MemoryFiles();
  let writes = 0;
  const { write } = files;
  files.write = (...args) => {
    writes += 1;
    write.apply(files, args);
  };
  const bench = new History(files);
  for (let n = 0; n < 300; n++) {
    bench.until(n / 10).raise("VendorError");
    bench.clear("VendorError");
  }
  bench.until(60);
  t.equal(writes, 7, "at once, then every 5 s");
  t.same(new History(files).brief({ state_filter: "ClearedByReboot" }), []);
});
