// Check rules of identifiers, by property.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { doubtFiness, doubtPersonId, doubtSiret, passesLuhn, splitNationalId, toNationalId, withLuhnKey } from "../src/france/identifiers.ts";
import { at, layouts, separator } from "../src/france/layouts.ts";
import { listCodes } from "../src/france/nomenclatures.ts";
import { fillValues, parseRecord, personOf, structureIdOf, structureRecordOf, structureValues } from "../src/record.ts";

const digits = (length: number) => fc.stringMatching(new RegExp(`^[0-9]{${length}}$`));

describe("identifiers", () => {
  it("a key always exists, and one changed figure always breaks it", () => {
    fc.assert(
      fc.property(digits(10), fc.nat(10), fc.integer({ min: 1, max: 9 }), (base, place, step) => {
        const good = withLuhnKey(base);
        assert.ok(passesLuhn(good));
        const changed = [...good].map((digit, i) => (i === place ? String((Number(digit) + step) % 10) : digit)).join("");
        assert.equal(passesLuhn(changed), false);
      }),
    );
  });

  it("a number typed with spaces is the number; its parts make it again", () => {
    fc.assert(
      fc.property(digits(11), (rpps) => {
        const id = toNationalId(`${rpps.slice(0, 3)} ${rpps.slice(3)}`);
        const { idType, identifier } = splitNationalId(id);
        assert.equal(`${idType}${identifier}`, id);
        assert.equal(identifier, rpps);
      }),
    );
  });

  it("doubts a bad key and an odd length, and nothing of registers without a key", () => {
    assert.equal(doubtPersonId("8", "99700000013"), undefined);
    assert.equal(doubtPersonId("8", "99700000014"), "key");
    assert.equal(doubtPersonId("8", "9970000001"), "length");
    assert.equal(doubtPersonId("3", "990000010/CPET00001"), undefined);
    assert.equal(doubtFiness("990000010"), undefined);
    assert.equal(doubtFiness("990000011"), "key");
    assert.equal(doubtFiness("2B0000011"), undefined);
    assert.equal(doubtFiness("99000001"), "length");
    assert.equal(doubtSiret("99000000100018"), undefined);
    assert.equal(doubtSiret("99000000100019"), "key");
  });

  it("takes a line apart and keeps the structure's columns in their places", () => {
    const values = fillValues({ [at.nationalId]: "899700000013", [at.familyName]: "D'ARC", [at.finess]: "990000010", [at.city]: "PARIS" });
    assert.equal(layouts[0]?.columns.length, values.length);
    assert.equal(personOf(values).familyFolded, "D ARC");
    assert.equal(structureIdOf(values), "F990000010");
    assert.equal(structureValues(structureRecordOf(values))[at.city], "PARIS");
    assert.equal(parseRecord(values.join(separator)).length, 56);
    assert.ok(listCodes("profession").some(([code, label]) => code === "60" && label === "Infirmier"));
  });
});
