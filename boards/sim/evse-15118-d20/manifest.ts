import { evseSecurity, iso15118Vas } from "../../../hal/high-level.ts";
import { defineManifest } from "../../../hal/manifest.ts";
import { chargerProvisions, unusedFlag, unusedText } from "../v2g/charger-provisions.ts";

export const manifest = defineManifest({
  type: "Evse15118D20",
  description:
    "High-level communication by ISO 15118-20, the station's side; simulated only, in the order of ISO 15118-2",
  config: {
    device: unusedText("eth0", "Network device"),
    logging_path: unusedText(".", "Where logs go"),
    tls_negotiation_strategy: {
      type: "string",
      enum: ["ACCEPT_CLIENT_OFFER", "ENFORCE_TLS", "ENFORCE_NO_TLS"],
      default: "ACCEPT_CLIENT_OFFER",
      description: "Encrypted communication",
      notEffectiveYet: true,
    },
    enforce_tls_1_3: unusedFlag(false, "Accept nothing below TLS 1.3"),
    enable_ssl_logging: unusedFlag(false, "Log the encrypted connection"),
    enable_tls_key_logging: unusedFlag(false, "Write the keys of TLS sessions"),
    tls_key_logging_path: unusedText("/tmp", "Where to"),
    enable_sdp_server: unusedFlag(true, "Let vehicles find the station"),
    supported_dynamic_mode: unusedFlag(true, "Let the station set the power"),
    supported_mobility_needs_mode_provided_by_secc: unusedFlag(false, "Let the station know the driver's needs"),
    supported_scheduled_mode: unusedFlag(false, "Let the vehicle set the power"),
    custom_protocol_namespace: unusedText("", "A protocol of one's own"),
    negative_bidirectional_limits: unusedFlag(false, "Discharge limits are negative"),
  },
  provides: chargerProvisions,
  requires: {
    security: { port: evseSecurity, min: 0, description: "Certificates; not used without encryption" },
    iso15118_vas: { port: iso15118Vas, min: 0, max: 128, description: "Value added services; none so far" },
  },
});
