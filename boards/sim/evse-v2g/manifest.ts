import { evseSecurity, iso15118Vas } from "../../../hal/high-level.ts";
import { defineManifest } from "../../../hal/manifest.ts";
import { chargerProvisions, tlsSecurity, unusedFlag, unusedNumber, unusedText } from "../v2g/charger-provisions.ts";

export const manifest = defineManifest({
  type: "EvseV2G",
  description: "High-level communication by DIN 70121 and ISO 15118-2, the station's side; simulated only",
  config: {
    device: unusedText("eth0", "Network device"),
    tcp_port: unusedNumber(61_341, "Port of the unencrypted communication"),
    tls_port: unusedNumber(64_109, "Port of the encrypted communication"),
    supported_DIN70121: { type: "boolean", default: true, description: "The station speaks DIN 70121" },
    supported_ISO15118_2: { type: "boolean", default: true, description: "The station speaks ISO 15118-2" },
    tls_security: tlsSecurity,
    terminate_connection_on_failed_response: unusedFlag(false, "Hang up on a failed response"),
    tls_key_logging: unusedFlag(false, "Write the keys of TLS sessions"),
    tls_key_logging_path: unusedText("/tmp", "Where to"),
    tls_timeout: unusedNumber(15_000, "How long a TLS handshake may take, in ms"),
    verify_contract_cert_chain: unusedFlag(false, "Verify contract certificates here"),
    auth_timeout_pnc: {
      type: "integer",
      default: 55,
      minimum: 0,
      description: "Seconds to wait for the authorization of a contract; 0 is for ever",
    },
    auth_timeout_eim: {
      type: "integer",
      default: 300,
      minimum: 0,
      description: "Seconds to wait for an authorization by other means; 0 is for ever",
    },
    enable_sdp_server: unusedFlag(true, "Let vehicles find the station"),
    publish_telemetry_only_on_change: {
      type: "boolean",
      default: true,
      description:
        "Tell the target of direct current on change only; off, with each request, as its silence then shows",
    },
  },
  provides: chargerProvisions,
  requires: {
    security: { port: evseSecurity, min: 0, description: "Certificates; not used without encryption" },
    iso15118_vas: { port: iso15118Vas, min: 0, max: 128, description: "Value added services; none so far" },
  },
});
