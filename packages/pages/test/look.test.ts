import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { buildLook, buildMark, contrast, parse } from "../src/look.ts";

const colour = fc.integer({ min: 0, max: 0xffffff }).map((number) => `#${number.toString(16).padStart(6, "0")}`);
const token = (sheet: string, name: string): string[] => [...sheet.matchAll(new RegExp(`${name}:(#[0-9a-f]{6})`, "g"))].map((match) => match[1] ?? "");

describe("the look of a space", () => {
  it("keeps text legible whatever the accent: 4.5 to 1 on every surface, on its wash, and on a button", () => {
    fc.assert(
      fc.property(colour, colour, (accent, accentDark) => {
        const sheet = buildLook({ accent, accentDark });
        const surfaces = [
          ["#fbfaf7", "#ffffff", "#f3f1ea"],
          ["#14181d", "#1b2027", "#10141a"],
        ];
        surfaces.forEach((theme, i) => {
          const given = token(sheet, "--accent")[i] ?? "";
          for (const surface of [...theme, token(sheet, "--accent-wash")[i] ?? ""]) {
            assert.ok(contrast(parse(given), parse(surface)) >= 4.5, `${given} on ${surface}`);
          }
          assert.ok(contrast(parse(given), parse(token(sheet, "--accent-ink")[i] ?? "")) >= 4.5, `button ${given}`);
        });
      }),
    );
  });

  it("leaves an accent that passes as it is, and wears the space's own mark", () => {
    assert.match(buildLook({ accent: "#0a6a63", accentDark: "#5cc7bb" }), /--accent:#0a6a63;.*--accent:#5cc7bb;/s);
    assert.match(buildMark({ accent: "#0a6a63", accentDark: "#5cc7bb" }), /#0a6a63/);
    assert.equal(buildMark({ accent: "#0a6a63", accentDark: "#5cc7bb", logo: "<svg/>" }), "<svg/>");
  });
});
