import { configurationFiles } from "./configuration-files.ts";
import { consoleInput } from "./console-input.ts";
import { jsonRpcMessages } from "./json-rpc.ts";
import { modbusBytes } from "./modbus-bytes.ts";
import type { ParserFuzz } from "./parser-fuzz.ts";
import { recordedRuns } from "./recorded-runs.ts";
import { scenarioFiles } from "./scenario-files.ts";
import { smallFiles } from "./small-files.ts";
import { vehicleScripts } from "./vehicle-scripts.ts";
import { websocketBytes } from "./websocket-bytes.ts";
import { yetiBytes } from "./yeti-bytes.ts";

/** Everything that reads what comes from outside. */
export const parsers: readonly ParserFuzz[] = [
  configurationFiles,
  vehicleScripts,
  scenarioFiles,
  yetiBytes,
  modbusBytes,
  consoleInput,
  jsonRpcMessages,
  websocketBytes,
  recordedRuns,
  smallFiles,
];
