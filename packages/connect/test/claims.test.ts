// Claims field by field after the published test identities, per profile; and what profiles change in real tokens.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import fc from "fast-check";
import { activityKeys, buildUserInfo, encodeThumbprint } from "../src/provider/claims.ts";
import { profiles } from "../src/provider/profiles.ts";
import { parseIdentifier } from "../src/sign-in/identifier.ts";
import { configure, signIn } from "./flow.ts";
import { kit, openRoom, type Room, subject } from "./harness.ts";

describe("claims", () => {
  it("UserInfo of KIT DOC0042788 is the published one", () => {
    const info = buildUserInfo(kit, profiles["psc-2023"], ["card"]);
    const { SubjectRefPro, ...flat } = info as { SubjectRefPro: { codeCivilite: string; exercices: Record<string, unknown>[] } };
    assert.deepEqual(flat, {
      Secteur_Activite: "SA07^1.2.250.1.71.4.2.4",
      sub: "f:550dc1c8-d97b-4b1e-ac8c-8eb4471cf9dd:899700427885",
      SubjectOrganization: "CABINET M DOC0042788",
      Mode_Acces_Raison: "",
      preferred_username: "899700427885",
      given_name: "KIT",
      Acces_Regulation_Medicale: "FAUX",
      UITVersion: "1.0",
      authMode: "CARD",
      Palier_Authentification: "APPPRIP3^1.2.250.1.213.1.5.1.1.1",
      SubjectOrganizationID: "R102671",
      SubjectRole: ["10^1.2.250.1.213.1.1.5.5"],
      PSI_Locale: "1.2.250.1.213.1.3.1.1",
      otherIds: [{ identifiant: "899700427885", origine: "RPPS", qualite: 1 }],
      SubjectNameID: "899700427885",
      family_name: "DOC0042788",
    });
    assert.equal(SubjectRefPro.codeCivilite, "M");
    const [exercise] = SubjectRefPro.exercices as [Record<string, unknown> & { activities: Record<string, string>[] }];
    const { activities, ...rest } = exercise;
    assert.deepEqual(rest, {
      codeProfession: "10",
      codeCategorieProfessionnelle: "C",
      codeCiviliteDexercice: "DR",
      nomDexercice: "DOC0042788",
      prenomDexercice: "KIT",
      codeTypeSavoirFaire: "S",
      codeSavoirFaire: "SM26",
    });
    assert.equal(activities.length, 2);
    for (const activity of activities) {
      assert.deepEqual(Object.keys(activity), [...activityKeys]);
      assert.ok(Object.values(activity).every((value) => typeof value === "string"));
    }
    assert.equal(activities[0]?.codeSectionPharmacien, "");
    assert.equal(activities[1]?.numeroFinessetablissementJuridique, "1B0064166");
  });

  it("2021 lacks authMode, otherIds and codeGenreActivite, and carries email_verified", () => {
    const info = buildUserInfo(kit, profiles["psc-2021"], ["card"]) as Record<string, unknown> & { SubjectRefPro: { exercices: { activities: object[] }[] } };
    assert.equal("authMode" in info || "otherIds" in info, false);
    assert.equal(info.email_verified, false);
    assert.equal("codeGenreActivite" in (info.SubjectRefPro.exercices[0]?.activities[0] ?? {}), false);
  });

  it("minimal and EDIT identities have the published members", () => {
    const minimal = { ...kit, exercises: [] };
    assert.deepEqual(Object.keys(buildUserInfo(minimal, profiles["psc-2023"], ["card"])).toSorted(), [
      "SubjectNameID",
      "codeCivilite",
      "family_name",
      "given_name",
      "preferred_username",
      "sub",
    ]);
    const edit = {
      ...kit,
      nationalId: "ANS20231122132732",
      subjectId: subject("ANS20231122132732"),
      otherIds: [{ identifiant: "ANS20231122132732", origine: "EDIT", qualite: 1 }],
      exercises: [{ ...kit.exercises[0], codeProfession: "80", activities: [{ codeGenreActivite: "GENR01" }] }] as typeof kit.exercises,
    };
    const info = buildUserInfo(edit, profiles["psc-2023"], ["card"]);
    assert.deepEqual([info.codeCivilite, info.codeGenreActivite], ["M", "GENR01"]);
  });

  it("the thumbprint of 2021 to 2024 is base64 of the hexadecimal text", () => {
    const raw = Buffer.from("2bcfb7ecd3d9a99f7890f65e83f0338e0aec433a8e90db553c1657b33016c533", "hex").toString("base64url");
    assert.equal(encodeThumbprint(raw, profiles["psc-2024"]), "MmJjZmI3ZWNkM2Q5YTk5Zjc4OTBmNjVlODNmMDMzOGUwYWVjNDMzYThlOTBkYjU1M2MxNjU3YjMzMDE2YzUzMw==");
    assert.equal(encodeThumbprint(raw, profiles["psc-2026"]), raw);
  });

  it("an RPPS number is the same with or without its 8, however it is spaced; nothing else passes", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^\d{11}$/), fc.constantFrom("", " ", ".", "\u00a0"), (rpps, gap) => {
        const spaced = [...rpps].join(gap);
        assert.equal(parseIdentifier(spaced), `8${rpps}`);
        assert.equal(parseIdentifier(`8${spaced}`), `8${rpps}`);
        assert.equal(parseIdentifier(rpps.slice(1)), undefined);
        assert.equal(parseIdentifier(`9${rpps}`), undefined);
      }),
    );
    assert.equal(parseIdentifier("500000001815646/cpat00045"), "500000001815646/CPAT00045");
    assert.equal(parseIdentifier("ANS20231122132732"), "ANS20231122132732");
  });
});

describe("profiles in tokens", () => {
  let room: Room;
  before(async () => {
    room = await openRoom();
  });
  after(() => room.close());

  it("[PSC-02] [PSC-03] each client gets its profile's access token: lifetime, acr, SubjectNameID, sid, test mark", async () => {
    const seen: Record<string, Record<string, unknown>> = {};
    for (const profile of ["psc-2021", "psc-2023", "psc-2024", "psc-2026"] as const) {
      const { id, secret } = await room.addClient(`p-${profile}`, { profile });
      const { tokens } = await signIn(room, await configure(room, id, secret));
      seen[profile] = JSON.parse(Buffer.from(tokens.access_token.split(".")[1] ?? "", "base64url").toString("utf8"));
    }
    const lifetime = (claims?: Record<string, unknown>): number => Number(claims?.exp) - Number(claims?.iat);
    assert.deepEqual(Object.values(seen).map(lifetime), [60, 120, 120, 120]);
    assert.deepEqual(
      Object.values(seen).map((claims) => "SubjectNameID" in claims),
      [false, false, true, true],
    );
    assert.deepEqual(
      Object.values(seen).map((claims) => "sid" in claims),
      [false, true, true, true],
    );
    assert.deepEqual(
      Object.values(seen).map((claims) => claims.auth_level),
      [undefined, undefined, undefined, "1"],
    );
    for (const claims of Object.values(seen)) {
      assert.deepEqual([claims.typ, claims.acr, claims.preferred_username, claims.test], ["Bearer", "eidas1", kit.nationalId, true]);
      assert.equal("aud" in claims, false);
    }
  });
});
