import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign, X509Certificate } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { type Id, realClock } from "@cercle/kernel";
import { type Authority, openAuthority, openVault, pkiMigrations } from "@cercle/pki";
import { openTestStore, type TestStore, testEngines } from "@cercle/testkit";
import { createContents } from "../src/contents.ts";
import { createDocuments, type DocumentRow, type Documents } from "../src/documents/documents.ts";
import { createSignatures, type Signatures } from "../src/documents/signatures.ts";
import { createEvidence, type Evidence, evidenceMigrations, verifyFile } from "../src/index.ts";
import { createReferences } from "../src/references.ts";
import { type OwnAuthority, openOwnAuthority } from "../src/tsa.ts";

const rpId = "localhost";
const origin = "http://localhost";
const power = { capacity: "Présidente", shown_by: "extrait du registre du 2 janvier" };

/** A passkey in software: ES256, user verified (WebAuthn §6.1, §6.3.3). */
function createPasskey(account: string) {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const { x = "", y = "" } = publicKey.export({ format: "jwk" });
  const cose = Buffer.concat([
    Buffer.from("a5010203262001215820", "hex"),
    Buffer.from(x, "base64url"),
    Buffer.from("225820", "hex"),
    Buffer.from(y, "base64url"),
  ]);
  const id = randomBytes(16).toString("base64url");
  const answer = (challenge: string, from = origin, flags = 0x05) => {
    const authenticatorData = Buffer.concat([createHash("sha256").update(rpId).digest(), Buffer.from([flags, 0, 0, 0, 0])]);
    const clientDataJSON = Buffer.from(JSON.stringify({ type: "webauthn.get", challenge, origin: from, crossOrigin: false }));
    const signature = sign("sha256", Buffer.concat([authenticatorData, createHash("sha256").update(clientDataJSON).digest()]), privateKey);
    const response = {
      authenticatorData: authenticatorData.toString("base64url"),
      clientDataJSON: clientDataJSON.toString("base64url"),
      signature: signature.toString("base64url"),
    };
    return { id, rawId: id, type: "public-key", clientExtensionResults: {}, response };
  };
  return { id, answer, known: { account, publicKey: new Uint8Array(cose), counter: 0 } };
}

for (const engine of testEngines) {
  describe(`documents and signatures on ${engine}`, () => {
    let test: TestStore;
    let evidence: Evidence;
    let documents: Documents;
    let signatures: Signatures;
    let authority: Authority;
    let own: OwnAuthority;
    let away = false;
    const files = new Map<string, Id<"file">>();
    const passkey = createPasskey("anne");
    let card: { certificate: Uint8Array; key: KeyObject };
    before(async () => {
      test = await openTestStore({ engine, rooms: [evidenceMigrations, pkiMigrations] });
      const keys = await openVault({ folder: test.folder });
      authority = await openAuthority({ vault: keys, store: test.store, real: realClock, name: "Essai" });
      own = await openOwnAuthority({ keys, real: realClock, name: "Essai" });
      evidence = createEvidence({ store: test.store, clock: realClock, real: realClock, keys });
      const contents = createContents({ keys, real: realClock });
      const acts = {
        find: async (_: unknown, reference: string) => {
          const id = files.get(reference);
          return id && { id, holder: "vendor:demo" };
        },
        record: async (tx: Parameters<Evidence["append"]>[0], reference: string, entry: Parameters<Evidence["append"]>[2]) => {
          const id = files.get(reference);
          assert.ok(id);
          return evidence.append(tx, id, entry);
        },
        rectify: async () => assert.fail("nothing is rectified here"),
        accepted: async () => undefined,
      };
      documents = createDocuments({
        store: test.store,
        evidence,
        contents,
        keys,
        acts,
        seals: { agency: (tx) => authority.signer(tx, "documents"), issue: (tx, { name }) => authority.issueClient(tx, { commonName: name }) },
        authority: {
          name: "test",
          stamp: async (request) => {
            if (away) throw new Error("the authority is away");
            return own.stamp(request);
          },
        },
        clock: realClock,
        real: realClock,
        timeZone: "Europe/Paris",
        nextReference: createReferences({ clock: realClock, timeZone: "Europe/Paris" }),
      });
      signatures = createSignatures({
        evidence,
        contents,
        acts,
        passkeys: { find: async (id) => (id === passkey.id ? passkey.known : undefined), place: () => ({ id: rpId, origin }) },
        cards: async (certificate) => {
          const verdict = await authority.verifyClientCertificate(certificate);
          return !verdict.ok && verdict.reason === "signature-only"
            ? { ok: true, nationalId: "899700000001", serial: "01" }
            : { ok: false, reason: "not for signatures" };
        },
        clock: realClock,
      });
      const [authentication, signature] = [generateKeyPairSync("rsa", { modulusLength: 2048 }), generateKeyPairSync("rsa", { modulusLength: 2048 })];
      const spki = (key: KeyObject): Uint8Array => key.export({ type: "spki", format: "der" });
      const issued = await test.store.transaction((tx) =>
        authority.issueCardCertificates(tx, {
          type: "CPS",
          holder: { nationalId: "899700000001", familyName: "DURAND", givenName: "Camille", profession: { code: "10", label: "Médecin" } },
          publicKeys: { authentication: spki(authentication.publicKey), signature: spki(signature.publicKey) },
        }),
      );
      card = { certificate: issued.signature, key: signature.privateKey };
    });
    after(() => test.close());

    const draft = async (file: string): Promise<DocumentRow> => {
      files.set(file, await test.store.transaction((tx) => evidence.openFile(tx)));
      return test.store.transaction((tx) =>
        documents.draft(tx, {
          file,
          act: { type: "contract-signed", payload: { terms: "2026-1" } },
          title: "Contrat d’intégration",
          paragraphs: ["Article 1. L’opérateur s’engage.", "Article 2. L’agence valide."],
          language: "fr",
          parties: [
            { party: "agency", name: "L’agence", as: "agency" },
            { party: "vendor:demo", name: "Éditions du Cèdre", as: "operator" },
          ],
          by: "account:anne",
        }),
      );
    };
    const signing = async (document: DocumentRow, party: string, by = "account:anne") => ({
      document,
      open: await documents.open(test.store, document),
      party,
      power,
      by,
    });
    const passkeySigns = async (document: DocumentRow, answer: unknown, account = "anne") => {
      const what = await signing(document, "agency");
      return test.store.transaction(await signatures.byPasskey(what, account, answer));
    };

    it("signs with a passkey over the document's hash, and over nothing else", async () => {
      const document = await draft("OP-1");
      const { challenge } = signatures.passkeyOptions(document) as { challenge: string };
      assert.equal(Buffer.from(challenge, "base64url").toString("hex"), document.digest);
      const other = signatures.passkeyOptions(await draft("OP-1b")) as { challenge: string };
      await assert.rejects(passkeySigns(document, passkey.answer(other.challenge)), { code: "evidence.bad-signature" });
      await assert.rejects(passkeySigns(document, passkey.answer(challenge, "https://evil.example")), { code: "evidence.bad-signature" });
      await assert.rejects(passkeySigns(document, passkey.answer(challenge, origin, 0x01)), { code: "evidence.bad-signature" });
      await assert.rejects(passkeySigns(document, passkey.answer(challenge), "bruno"), { code: "evidence.bad-signature" });
      await assert.rejects(passkeySigns(document, createPasskey("anne").answer(challenge)), { code: "evidence.bad-signature" });
      await assert.rejects(passkeySigns(document, { id: 3 }), { code: "evidence.bad-signature" });
      const tries = await Promise.allSettled(Array.from({ length: 8 }, () => passkeySigns(document, passkey.answer(challenge))));
      assert.equal(tries.filter((one) => one.status === "fulfilled").length, 1);
      const [row] = await signatures.list(test.store, document);
      assert.ok(row);
      assert.deepEqual((await signatures.facts(test.store, document, row))?.power, power);
      const file = files.get("OP-1");
      assert.ok(file);
      const [entry] = await evidence.list(test.store, file);
      assert.equal(entry?.type, "contract-signed");
      assert.equal(entry?.payload?.by, "agency");
      assert.equal(entry?.payload?.digest, document.digest);
    });

    it("signs with the signature certificate of a card, and no other certificate or bytes", async () => {
      const document = await draft("OP-2");
      const what = await signing(document, "vendor:demo");
      const by = async (certificate: Uint8Array, bytes: Uint8Array) =>
        test.store.transaction(await signatures.byCard(what, { certificate, signature: sign("sha256", bytes, card.key) }));
      const client = await test.store.transaction((tx) => authority.issueClient(tx, { commonName: "x" }));
      await assert.rejects(by(new X509Certificate(client.certificate).raw, what.open.bytes), { code: "evidence.bad-card" });
      await assert.rejects(by(card.certificate, Buffer.from("another text")), { code: "evidence.bad-signature" });
      await by(card.certificate, what.open.bytes);
      const [row] = await signatures.list(test.store, document);
      assert.ok(row);
      assert.equal((await signatures.facts(test.store, document, row))?.signatory, "899700000001");
      assert.ok(!Buffer.from(row.facts).includes("899700000001"));
    });

    it("compares what comes back on paper with the text sent, by machine where it can and by a second person always", async () => {
      const document = await draft("OP-3");
      const what = await signing(document, "vendor:demo");
      const back = (bytes: Uint8Array, type = "application/pdf") =>
        test.store.transaction((tx) => signatures.onPaper(tx, what, { signatory: "Camille Durand", signedAt: realClock.now(), scan: { type, bytes } }));
      const other = await documents.open(test.store, await draft("OP-3b"));
      await assert.rejects(back(other.bytes), { code: "evidence.other-text" });
      await back(what.open.bytes);
      const confirm = (by: string) => test.store.transaction((tx) => signatures.confirmPaper(tx, document, "vendor:demo", by));
      assert.equal(await documents.sealDue(), 0);
      await assert.rejects(confirm("account:anne"), { code: "evidence.same-person" });
      await confirm("account:bruno");
      await assert.rejects(confirm("account:carla"), { code: "evidence.already-settled" });
    });

    it("seals two originals, both parties on each, which pdfsig calls valid; an authority that is away delays them", async () => {
      const document = await draft("OP-4");
      const { challenge } = signatures.passkeyOptions(document) as { challenge: string };
      await passkeySigns(document, passkey.answer(challenge));
      const what = await signing(document, "vendor:demo");
      await test.store.transaction(await signatures.byCard(what, { certificate: card.certificate, signature: sign("sha256", what.open.bytes, card.key) }));
      away = true;
      assert.equal(await documents.sealDue(), 0);
      assert.match((await documents.get(test.store, document.reference)).last_failure ?? "", /away/);
      away = false;
      assert.equal(await documents.sealDue(), 1);
      assert.equal(await documents.sealDue(), 0);
      for (const party of ["agency", "vendor:demo"]) {
        const original = Buffer.from(await documents.original(test.store, document, party));
        const path = join(test.folder, "original.pdf");
        writeFileSync(path, original);
        const said = spawnSync("pdfsig", ["-nocert", path]).stdout.toString();
        assert.equal(said.match(/Signature is Valid/g)?.length, 2, said);
        assert.match(said, /ETSI\.CAdES\.detached/);
        assert.match(said, /Total document signed/);
        assert.match(said, /Cèdre|C.*dre/);
        assert.match(spawnSync("pdfinfo", [path]).stdout.toString(), /Tagged: +yes/);
        const middle = original.indexOf("/StructTreeRoot");
        original[middle + 3] = 0x58;
        writeFileSync(path, original);
        assert.doesNotMatch(spawnSync("pdfsig", ["-nocert", path]).stdout.toString(), /Signature is Valid/);
      }
      const file = files.get("OP-4");
      assert.ok(file);
      const last = (await evidence.list(test.store, file)).at(-1);
      assert.equal(last?.type, "document-sealed");
      assert.ok(Array.isArray(last?.payload?.originals) && last.payload.originals.length === 2);
      assert.equal(verifyFile(await evidence.export(test.store, file)).verdict, "intact");
    });
  });
}
