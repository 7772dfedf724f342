import t from "tap";
import { faultCatalogue, isDeclaredFault } from "../../../src/core/faults/catalogue.ts";
import type { ActiveFault, FaultSource } from "../../../src/core/faults/inoperative.ts";
import { describeInoperative, fatalFaults, isFatal, shutdownFor } from "../../../src/core/faults/inoperative.ts";
import { blockingErrors, harmlessErrors } from "../../spec/fault-table.ts";

const sources: Record<string, readonly FaultSource[]> = {
  evse_manager: ["evse_manager"],
  evse_board_support: ["bsp"],
  ac_rcd: ["ac_rcd", "bsp"],
  connector_lock: ["connector_lock"],
  isolation_monitor: ["imd"],
  power_supply_DC: ["powersupply_DC"],
  powermeter: ["powermeter"],
  over_voltage_monitor: ["over_voltage_monitor"],
  generic: ["slac", "hlc"],
};

const cause = (source: FaultSource, type: string, more: Partial<ActiveFault> = {}): ActiveFault => ({
  source,
  type,
  sub_type: "",
  severity: "Medium",
  description: "",
  vendor_id: "",
  ...more,
});

t.test("which errors block, each of them", async (t) => {
  for (const [namespace, from] of Object.entries(sources)) {
    for (const source of from) {
      for (const name of blockingErrors[namespace] ?? []) {
        t.equal(isFatal(`${namespace}/${name}`, source, true), true, `${source}: ${namespace}/${name}`);
      }
      for (const name of harmlessErrors[namespace] ?? []) {
        t.equal(isFatal(`${namespace}/${name}`, source, true), false, `${source}: ${namespace}/${name}`);
      }
    }
  }
});

t.test("the lists name every declared error of those who can raise one here", async (t) => {
  for (const namespace of Object.keys(sources)) {
    const listed = [...(blockingErrors[namespace] ?? []), ...(harmlessErrors[namespace] ?? [])].sort();
    t.strictSame([...(faultCatalogue[namespace] ?? [])].sort(), listed, namespace);
  }
});

t.test("a meter's errors block only where that is wanted", async (t) => {
  t.equal(isFatal("powermeter/CommunicationFault", "powermeter", true), true);
  t.equal(isFatal("powermeter/CommunicationFault", "powermeter", false), false);
  t.equal(isFatal("powermeter/VendorError", "powermeter", false), false);
  t.equal(isFatal("evse_board_support/BrownOut", "bsp", false), true);
});

t.test("any High among the causes makes an emergency", async (t) => {
  const low = cause("bsp", "evse_board_support/BrownOut", { severity: "Low" });
  const medium = cause("ac_rcd", "ac_rcd/AC");
  const high = cause("bsp", "evse_board_support/MREC8EmergencyStop", { severity: "High" });
  t.equal(shutdownFor([]), "None");
  t.equal(shutdownFor([low]), "Error");
  t.equal(shutdownFor([medium]), "Error");
  t.equal(shutdownFor([low, medium, high]), "Emergency");
});

t.test("Inoperative names its causes in the order of their sources", async (t) => {
  const active = [
    cause("hlc", "generic/CommunicationFault"),
    cause("powermeter", "powermeter/CommunicationFault"),
    cause("bsp", "evse_board_support/VendorWarning"),
    cause("bsp", "evse_board_support/MREC17EVSEContactorFault", { vendor_id: "acme" }),
    cause("evse_manager", "evse_manager/MREC22ResistanceFault", { sub_type: "VoltageToEarth" }),
    cause("evse_manager", "evse_manager/Inoperative"),
  ];
  const fatal = fatalFaults(active, true);
  t.strictSame(
    fatal.map(({ source }) => source),
    ["evse_manager", "bsp", "powermeter", "hlc"],
  );
  t.strictSame(describeInoperative(fatal, false), {
    message: "evse_manager/MREC22ResistanceFault",
    description:
      "MREC22ResistanceFault/VoltageToEarth, MREC17EVSEContactorFault, CommunicationFault, CommunicationFault",
    vendorId: "EVerest",
  });
  t.equal(fatalFaults(active, false).length, 3);
});

t.test("its vendor is that of the first cause, if configured and known", async (t) => {
  const acme = cause("bsp", "evse_board_support/VendorError", { vendor_id: "acme" });
  const nobody = cause("bsp", "evse_board_support/VendorError");
  t.equal(describeInoperative([acme, nobody], true).vendorId, "acme");
  t.equal(describeInoperative([nobody, acme], true).vendorId, "EVerest");
  t.equal(describeInoperative([acme], false).vendorId, "EVerest");
});

t.test("odd types: a trailing slash is dropped, a type without slash speaks by its description", async (t) => {
  const text = (type: string, more: Partial<ActiveFault> = {}): string =>
    describeInoperative([cause("bsp", type, more)], false).description;
  t.equal(text("some/thing/"), "thing");
  t.equal(text("some/thing/", { sub_type: "left" }), "thing/left");
  t.equal(text("a/b/c"), "b/c");
  t.equal(text("plain", { description: "what it says" }), "what it says");
});

t.test("a declared error is one of its namespace", async (t) => {
  t.equal(isDeclaredFault("ac_rcd/DC", ["evse_board_support", "ac_rcd"]), true);
  t.equal(isDeclaredFault("ac_rcd/DC", ["evse_board_support"]), false);
  t.equal(isDeclaredFault("ac_rcd/Nonsense", ["ac_rcd"]), false);
  t.equal(isDeclaredFault("ac_rcd/DC/more", ["ac_rcd"]), false);
  t.equal(isDeclaredFault("DC", ["ac_rcd"]), false);
});
