import { evseSecurity, iso15118Extensions } from "../../../hal/high-level.ts";
import { iso15118Charger } from "../../../hal/iso15118-charger.ts";
import { defineManifest } from "../../../hal/manifest.ts";
import { chargerProvisions, tlsSecurity, unusedFlag, unusedNumber, unusedText } from "../v2g/charger-provisions.ts";

export const manifest = defineManifest({
  type: "IsoMux",
  description: "High-level communication by whichever stack the vehicle speaks to; simulated only, and speaks for both",
  config: {
    device: unusedText("eth0", "Network device"),
    tls_security: tlsSecurity,
    tls_key_logging: unusedFlag(false, "Write the keys of TLS sessions"),
    tls_key_logging_path: unusedText("/tmp", "Where to"),
    tls_timeout: unusedNumber(15_000, "How long a TLS handshake may take, in ms"),
    proxy_port_iso2: unusedNumber(61_341, "Port of the stack for ISO 15118-2"),
    proxy_port_iso20: unusedNumber(50_000, "Port of the stack for ISO 15118-20"),
    proxy_device: unusedText("", "Network device towards both"),
  },
  provides: chargerProvisions,
  requires: {
    security: { port: evseSecurity, min: 0, description: "Certificates; not used without encryption" },
    iso2: { port: iso15118Charger, min: 0, description: "The stack for ISO 15118-2; not asked" },
    iso20: { port: iso15118Charger, min: 0, description: "The stack for ISO 15118-20; not asked" },
    ext2: { port: iso15118Extensions, min: 0 },
    ext20: { port: iso15118Extensions, min: 0 },
  },
});
