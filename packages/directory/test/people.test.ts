// Persons by any identifier, on both engines: the ten test people, edits, departure, change of number.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { eventually, type TestStore, testEngines } from "@cercle/testkit";
import { type Directory, personChanged, personGone } from "../src/index.ts";
import { revisionInstants } from "../src/revisions.ts";
import { personInput } from "../src/sandbox/person-input.ts";
import { parseUserinfo } from "../src/sandbox/userinfo.ts";
import { directoryOn, openDirectory } from "./open-directory.ts";

for (const engine of testEngines) {
  describe(`people on ${engine}`, () => {
    let test: TestStore;
    let directory: Directory;
    const heard: string[] = [];
    before(async () => {
      ({ test, directory } = await openDirectory(engine));
      await test.store.follow({ kind: personChanged, handle: (event) => void heard.push(`changed ${event.payload.national_id}`) });
      await test.store.follow({ kind: personGone, handle: (event) => void heard.push(`gone ${event.payload.national_id}`) });
      await directory.people.seed();
      await directory.people.seed();
    });
    after(async () => {
      await directory.stop();
      await test.close();
    });

    it("seeds ten people once", async () => {
      assert.equal((await directory.people.list()).length, 10);
    });

    it("finds a person by national identifier, by RPPS alone, with both situations and all thirty keys as texts", async () => {
      const person = await directory.findProfessional("99700000013");
      assert.equal(person?.nationalId, "899700000013");
      assert.equal(person?.rpps, "99700000013");
      assert.equal(person?.activities.length, 2);
      assert.equal(person?.exercises.length, 1);
      assert.equal(person?.exercises[0]?.knowHow.label, "Qualifié en médecine générale");
      for (const activity of person?.activities ?? []) {
        assert.equal(Object.keys(activity).length, 30);
        assert.ok(Object.values(activity).every((value) => typeof value === "string"));
      }
      assert.deepEqual(person?.activities.map((activity) => activity.codeModeExercice).toSorted(), ["L", "S"]);
      assert.deepEqual(person, await directory.findProfessional("899700000013"));
    });

    it("keeps a person without situation, with the profession", async () => {
      const person = await directory.findProfessional("899700000021");
      assert.equal(person?.activities.length, 0);
      assert.equal(person?.exercises[0]?.profession.code, "60");
    });

    it("knows structure and EDIT identifiers, and where they come from", async () => {
      const staff = await directory.findProfessional("3990000010/CPET00001");
      assert.equal(staff?.idType, "3");
      assert.equal(staff?.rpps, undefined);
      assert.equal((await directory.findProfessional("ANS20251103094512"))?.otherIds[0]?.origine, "EDIT");
      assert.equal(await directory.findProfessional("899700000999"), undefined);
    });

    it("finds a person by a former number, with the subject unchanged through a further change", async () => {
      const before = await directory.findProfessional("899700000096");
      assert.equal(before?.nationalId, "899700000088");
      assert.deepEqual(
        before?.otherIds.map((other) => other.identifiant),
        ["899700000088", "899700000096"],
      );
      await test.store.transaction((tx) => directory.people.edit(tx, "899700000088", { id: "899700000104" }));
      const after = await directory.findProfessional("899700000096");
      assert.equal(after?.nationalId, "899700000104");
      assert.equal(after?.subjectId, before?.subjectId);
      await eventually(() => heard.includes("changed 899700000088") && heard.includes("changed 899700000104"));
      await test.store.transaction((tx) => directory.people.edit(tx, "899700000104", { id: "899700000088" }));
      assert.equal((await directory.findProfessional("899700000104"))?.nationalId, "899700000088");
    });

    it("leaves identifiers and nothing else of a person who goes, and says so", async () => {
      await test.store.transaction((tx) => directory.people.remove(tx, "899700000070"));
      const gone = await directory.findProfessional("899700000070");
      assert.equal(gone?.active, false);
      assert.equal(gone?.familyName, "");
      assert.equal(gone?.activities.length, 0);
      await eventually(() => heard.includes("gone 899700000070"));
    });

    it("dates each revision", async () => {
      const dates = await revisionInstants(test.store, [1, 2]);
      assert.ok(dates.has(1) && dates.has(2));
    });

    it("refuses a second person under one identifier, and an identifier of no known shape", async () => {
      const input = personInput.parse({ id: "899700000013", family_name: "X", given_name: "Y" });
      await assert.rejects(
        test.store.transaction((tx) => directory.people.add(tx, input)),
        { code: "directory.person-exists" },
      );
      await assert.rejects(
        test.store.transaction((tx) => directory.people.add(tx, { ...input, id: "a b<c>" })),
        { code: "directory.bad-identifier" },
      );
    });

    it("types nobody in outside a sandbox", async () => {
      const live = directoryOn(test.store, "live");
      const input = personInput.parse({ id: "899700000120", family_name: "X", given_name: "Y" });
      await assert.rejects(
        test.store.transaction((tx) => live.people.add(tx, input)),
        { code: "directory.sandbox-only" },
      );
    });

    it("makes a person of a userinfo reply, with each exercise's own profession", async () => {
      const input = parseUserinfo({
        SubjectNameID: "899700427885",
        family_name: "DOC0042788",
        given_name: "KIT",
        SubjectRefPro: {
          codeCivilite: "M",
          exercices: [
            { codeProfession: "10", codeSavoirFaire: "SM26", activities: [{ codeModeExercice: "L", raisonSocialeSite: "CABINET", codePays: "99000" }] },
            { codeProfession: "60", codeSavoirFaire: null, activities: [{ codeModeExercice: "S", numeroFinessSite: "0B0193488" }] },
          ],
        },
      });
      await test.store.transaction((tx) => directory.people.add(tx, personInput.parse(input)));
      const person = await directory.findProfessional("899700427885");
      assert.deepEqual(person?.exercises.map((exercise) => exercise.profession.code).toSorted(), ["10", "60"]);
      assert.equal(person?.activities.find((activity) => activity.codeModeExercice === "L")?.codePays, "99000");
      assert.equal(person?.activities.find((activity) => activity.codeModeExercice === "S")?.identifiantTechniqueDeLaStructure, "F0B0193488");
    });
  });
}
