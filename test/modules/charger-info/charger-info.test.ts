import t from "tap";
import { manifest } from "../../../src/modules/charger-info/manifest.ts";
import { create } from "../../../src/modules/charger-info/module.ts";
import { manifest as yamlStore } from "../../../src/modules/yaml-store/manifest.ts";
import { create as createYamlStore } from "../../../src/modules/yaml-store/module.ts";
import { MemoryFiles } from "../../../src/runtime/memory-files.ts";
import { StoreBench } from "../persistent-store/bench.ts";

interface Given {
  /** Contents of the stores, in the order of the connections. */
  readonly stores: readonly string[];
  /** Contents of the store of another ChargerInfo this one is chained to. */
  readonly chained?: string;
  readonly version?: string;
  readonly versionFile?: string;
}

function information({ stores, chained, version, versionFile = "" }: Given): unknown {
  const files = new MemoryFiles();
  if (version !== undefined) files.put("/nowhere/VERSION", version);
  const store = (id: string, content: string) => {
    files.put(`/nowhere/${id}`, content);
    return { id, manifest: yamlStore, create: createYamlStore, config: { file: `/nowhere/${id}` } };
  };
  const to = (...ids: string[]) => ids.map((moduleId) => ({ moduleId, implementationId: "main" }));
  const ids = stores.map((_, index) => `store_${index}`);
  const other =
    chained === undefined
      ? []
      : [
          store("other_store", chained),
          {
            id: "other",
            manifest,
            create,
            config: { firmware_version_file: "" },
            connections: { kvs: to("other_store") },
          },
        ];
  const bench = new StoreBench(files, [
    ...stores.map((content, index) => store(ids[index] ?? "", content)),
    ...other,
    {
      id: "info",
      manifest,
      create,
      config: { firmware_version_file: versionFile },
      connections: { kvs: to(...ids), charger_information: chained === undefined ? [] : to("other") },
    },
  ]);
  return bench.answer("info", "get_charger_information");
}

const file = "/nowhere/VERSION";

t.test("who made this station", async (t) => {
  const cases: readonly [string, Given, object][] = [
    [
      "one store",
      { stores: ["vendor: ACME\nmodel: M7\nchargepoint_serial: 0042\nboard_revision: 1.5\ncolour: red"] },
      { vendor: "ACME", model: "M7", chargepoint_serial: "42", board_revision: "1.5", friendly_name: "ACME M7 42" },
    ],
    [
      "the later store wins",
      { stores: ["vendor: A\nmodel: M", "vendor: B\nfriendly_name: Garage"] },
      { vendor: "B", model: "M", friendly_name: "Garage" },
    ],
    [
      "a store wins over what it is chained to",
      { stores: ["model: M"], chained: "vendor: C\nmodel: N\nmanufacturer: D" },
      { vendor: "C", model: "M", manufacturer: "D", friendly_name: "C N" },
    ],
    ["nothing known", { stores: [""] }, { vendor: "unknown", model: "unknown", friendly_name: "unknown unknown" }],
    [
      "the version of a store",
      { stores: ["vendor: A\nmodel: M\nfirmware_version: 1"] },
      { vendor: "A", model: "M", friendly_name: "A M", firmware_version: "1" },
    ],
    [
      "the first line of the file",
      { stores: ["vendor: A\nmodel: M\nfirmware_version: 1"], version: "2.0.1 \r\nbuilt today\n", versionFile: file },
      { vendor: "A", model: "M", friendly_name: "A M", firmware_version: "2.0.1" },
    ],
    [
      "a file that is not there",
      { stores: ["vendor: A\nmodel: M\nfirmware_version: 1"], versionFile: file },
      { vendor: "A", model: "M", friendly_name: "A M", firmware_version: "" },
    ],
  ];
  for (const [name, given, expected] of cases) t.strictSame(information(given), expected, name);
});
