import stringWidth from "string-width";
import t from "tap";
import { fitted, piece } from "../../src/console/styled-text.ts";

const fit = (text: string, columns: number): string =>
  fitted([piece(text.slice(0, 3)), piece(text.slice(3))], columns)
    .map((part) => part.text)
    .join("");

t.test("fills up and cuts", async (t) => {
  t.equal(fit("charging", 10), "charging  ");
  t.equal(fit("charging", 8), "charging");
  t.equal(fit("charging", 7), "chargi…");
  t.equal(fit("charging", 3), "ch…");
  t.equal(fit("charging", 1), "…");
  t.equal(fit("charging", 0), "");
});

t.test("wide characters count twice and are never halved", async (t) => {
  for (let columns = 0; columns < 12; columns += 1) t.equal(stringWidth(fit("充電中 🚗 ok", columns)), columns);
  t.equal(fit("充電中", 4), "充… ");
});

t.test("control characters become spaces", async (t) => {
  t.equal(piece("a\u001b[31mb\n\u202ec").text, "a [31mb  c");
});
