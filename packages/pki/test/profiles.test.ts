// Every certificate follows its profile, whatever names and keys come in; and the linter sees what does not.
import assert from "node:assert/strict";
import { generateKeyPairSync, X509Certificate } from "node:crypto";
import { after, before, describe, it } from "node:test";
import { realClock } from "@cercle/kernel";
import { openTestStore, type TestStore } from "@cercle/testkit";
import { CertificationRequest } from "@peculiar/asn1-csr";
import { AsnConvert } from "@peculiar/asn1-schema";
import { Certificate } from "@peculiar/asn1-x509";
import fc from "fast-check";
import { toPem } from "../src/authorities/authorities.ts";
import type { Authority } from "../src/authorities/authority.ts";
import { buildRequest } from "../src/encoding/build-request.ts";
import { findValue } from "../src/encoding/names.ts";
import { oid } from "../src/encoding/oids.ts";
import { openAuthority, openVault, pkiMigrations } from "../src/index.ts";
import { lintCertificate } from "../src/issuing/lint.ts";
import { profileNames, profiles, requestable } from "../src/issuing/profiles.ts";
import { verifyRequest } from "../src/issuing/requests.ts";

const pair = generateKeyPairSync("rsa", { modulusLength: 2048 });
const spki = pair.publicKey.export({ type: "spki", format: "der" });
const text = (longest: number) =>
  fc.string({ unit: "binary", minLength: 1, maxLength: longest }).filter((value) => value.trim() !== "" && !/\p{Cc}|\p{Cs}/u.test(value));
const coded = fc.record({ code: fc.integer({ min: 1, max: 99 }).map(String), label: text(64) });

describe("certificates and their profiles", () => {
  let test: TestStore;
  let authority: Authority;
  before(async () => {
    test = await openTestStore({ engine: "embedded", rooms: [pkiMigrations] });
    authority = await openAuthority({ vault: await openVault({ folder: test.folder }), store: test.store, real: realClock, name: "Essai" });
  });
  after(() => test.close());
  const issuerOf = (code: string) => authority.inside.authorities.list.find((record) => record.code === code) ?? assert.fail(code);

  it("any card of any type passes the linter, under its own name", async () => {
    const card = fc.record({
      type: fc.constantFrom("CPS", "CPF", "CDE", "CPE", "CPA"),
      holder: fc.record(
        {
          nationalId: fc.stringMatching(/^[0-9A-Z/]{5,30}$/),
          familyName: text(60),
          givenName: text(80),
          profession: coded,
          structure: fc.record({ id: fc.stringMatching(/^[0-9A-Z]{3,14}$/), name: text(90) }),
        },
        { requiredKeys: ["nationalId", "familyName", "givenName"] },
      ),
    });
    await fc.assert(
      fc.asyncProperty(card, async ({ type, holder }) => {
        const { profession, structure, ...rest } = holder;
        const request = {
          type,
          holder: { ...rest, ...(profession ? { profession } : {}), ...(structure ? { structure } : {}) },
          publicKeys: { authentication: spki, signature: spki },
        } as const;
        const made = await test.store.transaction((tx) => authority.issueCardCertificates(tx, request));
        for (const [profile, der] of [
          ["card-authentication", made.authentication],
          ["card-signature", made.signature],
        ] as const) {
          const record = authority.inside.authorities.list.find(({ x509 }) => new X509Certificate(der).checkIssued(x509)) ?? assert.fail("no issuer");
          assert.deepEqual(lintCertificate(der, profiles[profile], record), []);
          const { subject } = AsnConvert.parse(der, Certificate).tbsCertificate;
          assert.equal(findValue(subject, oid.commonName), holder.nationalId);
        }
      }),
      { numRuns: 40 },
    );
  });

  it("the linter refuses each certificate under every profile but its own", async () => {
    const issue = (profile: (typeof requestable)[number]) =>
      test.store.transaction((tx) =>
        authority.inside.issuer.issue(tx, {
          profile,
          issuer: profiles[profile].issuer,
          subject: AsnConvert.parse(issuerOf("ACR-EL").der, Certificate).tbsCertificate.subject,
          spki,
          holder: "essai",
          values: { supportType: 0x83 },
          ...(profiles[profile].altName === "dns" ? { altNames: [{ type: "dns", value: "a.test" }] } : {}),
        }),
      );
    for (const profile of requestable) {
      const { der } = await issue(profile);
      const own = issuerOf(profiles[profile].issuer);
      for (const name of profileNames) assert.equal(lintCertificate(der, profiles[name], own).length === 0, name === profile, `${profile} as ${name}`);
      assert.match(lintCertificate(der, profiles[profile], issuerOf("ACR-FO")).join(), /signed by its issuer/);
    }
  });

  it("the linter sees a flipped bit anywhere in what was signed", async () => {
    const card = {
      type: "CPS",
      holder: { nationalId: "899700000001", familyName: "A", givenName: "B" },
      publicKeys: { authentication: spki, signature: spki },
    } as const;
    const { authentication } = await test.store.transaction((tx) => authority.issueCardCertificates(tx, card));
    const { byteLength = 0 } = AsnConvert.parse(authentication, Certificate).tbsCertificateRaw ?? {};
    fc.assert(
      fc.property(fc.nat(byteLength - 1), fc.nat(7), (offset, bit) => {
        const changed = Buffer.from(authentication);
        changed[4 + offset] = (changed[4 + offset] ?? 0) ^ (1 << bit);
        let problems: readonly string[];
        try {
          problems = lintCertificate(changed, profiles["card-authentication"], issuerOf("ACI-FO-PP"));
        } catch {
          return true;
        }
        return problems.length > 0;
      }),
      { numRuns: 300 },
    );
  });

  it("a request proves possession; with one bit of what it signs changed it proves nothing", () => {
    const der = Buffer.from(buildRequest({ key: pair.privateKey, spki }));
    assert.deepEqual(Buffer.from(verifyRequest(toPem(der, "CERTIFICATE REQUEST"))), spki);
    const signed = AsnConvert.parse(der, CertificationRequest).certificationRequestInfoRaw?.byteLength ?? 0;
    assert.ok(signed > 290);
    fc.assert(
      // Four octets of header stand before what is signed; they count too.
      fc.property(fc.nat(signed + 3), fc.nat(7), (offset, bit) => {
        const changed = Buffer.from(der);
        changed[offset] = (changed[offset] ?? 0) ^ (1 << bit);
        assert.throws(() => verifyRequest(toPem(changed, "CERTIFICATE REQUEST")), { name: "Refusal" });
      }),
      { numRuns: 500 },
    );
  });
});
