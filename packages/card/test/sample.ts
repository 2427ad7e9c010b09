// A card for tests, with certificates of a throw-away authority made by openssl.
import { execFileSync } from "node:child_process";
import { createPrivateKey, randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CardFacts } from "../src/card-data.ts";
import type { CardImage } from "../src/inside.ts";
import { generateCardKey, openKey } from "../src/keys.ts";
import { createCard } from "../src/machine.ts";
import { buildFileSystem } from "../src/pkcs15.ts";
import { versionProfiles } from "../src/versions.ts";

export const facts: CardFacts = {
  number: "2600000042",
  type: "CPS",
  version: "CPS3v3",
  validFrom: "2026-11-21",
  validUntil: "2029-11-21",
  holder: {
    nationalId: "899700000042",
    familyName: "DOC0042",
    givenName: "KIT",
    civility: "DR",
    profession: { code: "10", label: "Médecin" },
    speciality: "SM26",
    situations: [
      { index: 1, name: "CABINET DU CENTRE", structure: "399700000042001", sector: "SA07", role: "Libéral" },
      { index: 3, name: "HOPITAL DES 3 DAMES", structure: "10B0057881", sector: "SA01" },
    ],
  },
};

function selfSigned(folder: string, name: string, pkcs8: Uint8Array): Uint8Array {
  const key = join(folder, `${name}.key`);
  const out = join(folder, `${name}.der`);
  writeFileSync(key, createPrivateKey({ key: Buffer.from(pkcs8), format: "der", type: "pkcs8" }).export({ type: "pkcs8", format: "pem" }));
  execFileSync("openssl", ["req", "-x509", "-new", "-key", key, "-subj", `/C=FR/CN=TEST ${name}`, "-days", "2", "-outform", "DER", "-out", out], {
    stdio: "ignore",
  });
  return readFileSync(out);
}

/** Makes a card in memory; PIN 1234, unblocking code 12345678. */
export async function makeSample(given: Partial<CardFacts> = {}) {
  const all = { ...facts, ...given };
  const keys = { authentication: await generateCardKey(), signature: await generateCardKey() };
  const folder = mkdtempSync(join(tmpdir(), "cercle-card-"));
  const certificates = {
    authentication: selfSigned(folder, "authentication", keys.authentication.pkcs8),
    signature: selfSigned(folder, "signature", keys.signature.pkcs8),
  };
  rmSync(folder, { recursive: true });
  const image: CardImage = {
    answerToReset: versionProfiles[all.version].answerToReset,
    root: buildFileSystem({ facts: all, certificates }),
    keys: { authentication: openKey(keys.authentication.pkcs8), signature: openKey(keys.signature.pkcs8) },
    codes: { pin: { value: "1234", tries: 3 }, puk: { value: "12345678", tries: 5 } },
    random: (count) => randomBytes(count),
  };
  return { image, keys, certificates, card: createCard(image) };
}
