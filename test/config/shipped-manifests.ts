import { manifest as cbTarragonDIs } from "../../boards/charge-control-c/digital-inputs/manifest.ts";
import { manifest as cbTarragonPlugLock } from "../../boards/charge-control-c/plug-lock/manifest.ts";
import { manifest as cbTarragonDriver } from "../../boards/charge-control-c/tarragon-driver/manifest.ts";
import { manifest as benderIsoCHA425HV } from "../../boards/modbus/bender-isocha425hv/manifest.ts";
import { manifest as carloGavazziEm580 } from "../../boards/modbus/carlo-gavazzi-em580/manifest.ts";
import { manifest as doldRN5893 } from "../../boards/modbus/dold-rn5893/manifest.ts";
import { manifest as genericPowermeter } from "../../boards/modbus/generic-powermeter/manifest.ts";
import { manifest as serialCommHub } from "../../boards/modbus/serial-comm-hub/manifest.ts";
import { manifest as evManager } from "../../boards/sim/ev-manager/manifest.ts";
import { manifest as yetiSimulator } from "../../boards/sim/yeti-simulator/manifest.ts";
import { manifest as yetiDriver } from "../../boards/yeti/manifest.ts";
import type { Manifest } from "../../hal/manifest.ts";
import { manifest as auth } from "../../src/modules/auth/manifest.ts";
import { manifest as cbSystem } from "../../src/modules/cb-system/manifest.ts";
import { manifest as chargerInfo } from "../../src/modules/charger-info/manifest.ts";
import { manifest as dummyTokenProvider } from "../../src/modules/dummy-token-provider/manifest.ts";
import { manifest as dummyTokenProviderManual } from "../../src/modules/dummy-token-provider-manual/manifest.ts";
import { manifest as dummyTokenValidator } from "../../src/modules/dummy-token-validator/manifest.ts";
import { manifest as energyManager } from "../../src/modules/energy-manager/manifest.ts";
import { manifest as energyNode } from "../../src/modules/energy-node/manifest.ts";
import { manifest as errorHistory } from "../../src/modules/error-history/manifest.ts";
import { manifest as evseManager } from "../../src/modules/evse-manager/manifest.ts";
import { manifest as persistentStore } from "../../src/modules/persistent-store/manifest.ts";
import { manifest as yamlStore } from "../../src/modules/yaml-store/manifest.ts";
import { manifest as rpcApi } from "../../src/outlets/rpc-api/manifest.ts";

export const shipped: readonly Manifest[] = [
  auth,
  benderIsoCHA425HV,
  carloGavazziEm580,
  doldRN5893,
  cbSystem,
  cbTarragonDIs,
  cbTarragonDriver,
  cbTarragonPlugLock,
  chargerInfo,
  dummyTokenProvider,
  dummyTokenProviderManual,
  dummyTokenValidator,
  energyManager,
  energyNode,
  errorHistory,
  evManager,
  evseManager,
  genericPowermeter,
  persistentStore,
  rpcApi,
  serialCommHub,
  yamlStore,
  yetiDriver,
  yetiSimulator,
];
