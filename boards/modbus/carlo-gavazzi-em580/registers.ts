/** Where everything stands in the meter. Addresses as on the wire: the manual's number less 300001. Modbus facts, section 5.2. */
export const at = {
  live: 0x0000,
  modelCode: 0x000b,
  phaseSequence: 0x0032,
  measuringFirmware: 0x0302,
  temperature: 0x0307,
  /** In kWh and the rest in Wh, of the models that sign nothing. */
  energyOfSimpleModels: 0x0400,
  energy: 0x0500,
  signedSnapshot: 0x0800,
  signatureType: 0x24ff,
  publicKey: 0x2500,
  publicKeyDer: 0x2600,
  serialNumber: 0x5000,
  productionYear: 0x5007,
  productionYearOfSimpleModels: 0x5010,
  deviceState: 0x5012,
  tariffText: 0x6900,
  identificationStatus: 0x7000,
  identificationLevel: 0x7001,
  identificationFlags: 0x7002,
  identificationType: 0x7006,
  identificationData: 0x7007,
  chargePointIdType: 0x701b,
  chargePointId: 0x701c,
  timezone: 0x7031,
  utcSeconds: 0x7032,
  sessionModality: 0x7036,
  command: 0x7040,
  ocmfState: 0x7100,
  ocmfSize: 0x7101,
  ocmfText: 0x7110,
} as const;

export const words = {
  live: 52,
  /** What the models that sign nothing give of it at once. */
  liveOfSimpleModels: 50,
  energy: 32,
  energyOfSimpleModels: 12,
  snapshotData: 61,
  serialNumber: 7,
  tariffText: 126,
  identificationData: 20,
  chargePointId: 20,
} as const;

/** EM300 and ET300: no signatures. */
export const simpleModels: readonly number[] = [331, 332, 335, 336, 340, 341, 345, 346, 355];

export const command = { begin: 0x42, end: 0x45 } as const;
export const ocmfState = { notReady: 0, running: 1, ready: 2, corrupted: 3 } as const;

/** The meter's own errors: over-voltages, over-currents, frequency, and its modules. */
export const deviceErrorBits = 0b0011_0011_1111_1111;

export const signatures: Readonly<Record<number, { readonly method: string; readonly bits: number }>> = {
  0: { method: "ECDSA-brainpoolP256r1-SHA256", bits: 256 },
  1: { method: "ECDSA-brainpoolP384r1-SHA256", bits: 384 },
};

export const identificationTypes: Readonly<Record<string, number>> = {
  NONE: 0,
  DENIED: 1,
  UNDEFINED: 2,
  ISO14443: 10,
  ISO15693: 11,
  EMAID: 20,
  EVCCID: 21,
  EVCOID: 30,
  ISO7812: 40,
  CARD_TXN_NR: 50,
  CENTRAL: 60,
  CENTRAL_1: 61,
  CENTRAL_2: 62,
  LOCAL: 70,
  LOCAL_1: 71,
  LOCAL_2: 72,
  PHONE_NUMBER: 80,
  KEY_CODE: 90,
};

/** One register for each family; the value is the place in it. */
export const identificationFlags: readonly (readonly string[])[] = [
  ["RFID_NONE", "RFID_PLAIN", "RFID_RELATED", "RFID_PSK"],
  [
    "OCPP_NONE",
    "OCPP_RS",
    "OCPP_AUTH",
    "OCPP_RS_TLS",
    "OCPP_AUTH_TLS",
    "OCPP_CACHE",
    "OCPP_WHITELIST",
    "OCPP_CERTIFIED",
  ],
  ["ISO15118_NONE", "ISO15118_PNC"],
  ["PLMN_NONE", "PLMN_RING", "PLMN_SMS"],
];
