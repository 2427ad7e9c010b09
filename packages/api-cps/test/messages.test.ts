// Signatures and messages made with a card, judged by openssl and pdfsig as well as by the library.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { connect, createServer } from "node:tls";
import { missingPcsc, temporaryFolder } from "@cercle/testkit";
import {
  type Card,
  CpsError,
  decrypt,
  decryptMail,
  encryptFor,
  encryptMail,
  openCps,
  signCms,
  signMail,
  signPdf,
  tlsOptions,
  verifyCertificate,
  verifyCms,
  verifyMail,
  verifyPdf,
} from "../src/index.ts";
import { type CardBench, type Made, openBench } from "./cards.ts";

const pin = "1234";
const engine = "/usr/lib/x86_64-linux-gnu/engines-3/pkcs11.so";

describe("messages with a card", { skip: missingPcsc() ?? false }, () => {
  let bench: CardBench;
  let cps: ReturnType<typeof openCps>;
  let card: Card;
  let made: Made;
  let inserted: Awaited<ReturnType<CardBench["insert"]>>;
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  const path = (name: string): string => join(folder.path, name);
  const openssl = (...args: readonly string[]) => spawnSync("openssl", args, { encoding: "utf8" });
  const trust = () => ({ anchors: bench.anchors, fetchList: bench.fetchList, askOcsp: bench.askOcsp });
  before(async () => {
    folder = await temporaryFolder();
    bench = await openBench();
    cps = openCps();
    made = await bench.create();
    inserted = await bench.insert(made.card);
    card = await cps.waitForCard();
    writeFileSync(path("ca.pem"), bench.anchors);
  });
  after(async () => {
    await card?.close();
    await cps?.close();
    await inserted?.remove();
    await bench?.stop();
    await folder?.remove();
  });

  it("[CPS-03] signs CMS that openssl verifies with its chain; one byte changed is told", async () => {
    const content = Buffer.from("Lettre de liaison");
    const cms = await signCms(card, content, { pin });
    writeFileSync(path("signed.der"), cms);
    const judged = openssl("cms", "-verify", "-inform", "DER", "-in", path("signed.der"), "-CAfile", path("ca.pem"), "-purpose", "any");
    assert.equal(judged.status, 0, judged.stderr);
    assert.equal(judged.stdout, "Lettre de liaison");
    const verdict = await verifyCms(cms, trust());
    assert.ok(verdict.valid, JSON.stringify(verdict));
    assert.equal(Buffer.from(verdict.content).toString(), "Lettre de liaison");
    const detached = await signCms(card, content, { pin, detached: true });
    assert.deepEqual(await verifyCms(detached, { ...trust(), content: Buffer.from("Lettre de liaisoN") }), { valid: false, reason: "altered" });
    assert.ok((await verifyCms(detached, { ...trust(), content })).valid);
    assert.deepEqual(await verifyCms(cms, { ...trust(), anchors: "" }), { valid: false, reason: "untrusted" });
    const down = () => Promise.reject(new Error("down"));
    const asked: string[] = [];
    const listOnly = {
      ...trust(),
      askOcsp: down,
      fetchList: (address: string) => {
        asked.push(address);
        return bench.fetchList(address);
      },
    };
    assert.ok((await verifyCms(cms, listOnly)).valid);
    assert.ok(asked.length > 0, "without a responder, the list");
    assert.ok((await verifyCms(cms, { ...trust(), fetchList: down })).valid, "with a responder, no list");
    // An answer to another's question, replayed, is not believed.
    let first: Uint8Array | undefined;
    const replayed = async (address: string, request: Uint8Array): Promise<Uint8Array> => {
      first ??= await bench.askOcsp(address, request);
      return first;
    };
    await verifyCms(cms, { ...trust(), askOcsp: replayed, fetchList: down });
    assert.deepEqual(await verifyCms(cms, { ...trust(), askOcsp: replayed, fetchList: down }), { valid: false, reason: "revocation-unknown" });
    const unreachable = { ...trust(), askOcsp: down, fetchList: down };
    assert.deepEqual(await verifyCms(cms, unreachable), { valid: false, reason: "revocation-unknown" });
  });

  it("[CPS-03] tells the purpose of each certificate apart", async () => {
    const { authentication, signature } = await card.certificates();
    assert.ok((await verifyCertificate(authentication, "authentication", trust())).valid);
    assert.deepEqual(await verifyCertificate(authentication, "signature", trust()), { valid: false, reason: "wrong-purpose" });
    assert.deepEqual(await verifyCertificate(signature, "authentication", trust()), { valid: false, reason: "wrong-purpose" });
    const later = { ...trust(), at: new Date("2036-01-01") };
    assert.equal((await verifyCertificate(signature, "signature", later)).valid, false);
  });

  it("[CPS-03, CPS-04] encrypts for a colleague what openssl and the card open, and nobody else", async () => {
    const { authentication, signature } = await card.certificates();
    const secret = Buffer.from("Résultat d’analyse".repeat(200));
    const cms = encryptFor(secret, [authentication]);
    assert.deepEqual(Buffer.from(await decrypt(card, cms, { pin })), secret);
    writeFileSync(path("auth.pem"), authentication.toString());
    writeFileSync(path("secret"), secret);
    const made = openssl("cms", "-encrypt", "-binary", "-aes256", "-outform", "DER", "-in", path("secret"), "-out", path("by-openssl.der"), path("auth.pem"));
    assert.equal(made.status, 0, made.stderr);
    assert.deepEqual(Buffer.from(await decrypt(card, readFileSync(path("by-openssl.der")), { pin })), secret);
    await assert.rejects(
      decrypt(card, encryptFor(secret, [signature]), { pin }),
      (error: unknown) => error instanceof CpsError && error.code === "not-for-this-card",
    );
    await assert.rejects(decrypt(card, cms.subarray(0, 100), { pin }), (error: unknown) => error instanceof CpsError && error.code === "bad-message");
  });

  it("[CPS-04] signs and encrypts mail that openssl reads", async () => {
    const { authentication } = await card.certificates();
    const signed = await signMail(card, "Content-Type: text/plain; charset=utf-8\n\nCher confrère,\nà demain.\n", { pin });
    writeFileSync(path("mail.eml"), signed);
    const judged = openssl("cms", "-verify", "-in", path("mail.eml"), "-CAfile", path("ca.pem"), "-purpose", "any");
    assert.equal(judged.status, 0, judged.stderr);
    assert.match(judged.stdout, /Cher confrère/);
    assert.ok((await verifyMail(signed, trust())).valid);
    assert.equal((await verifyMail(signed.replace("demain", "jamais"), trust())).valid, false);
    const opened = await decryptMail(card, encryptMail(signed, [authentication]), { pin });
    assert.ok((await verifyMail(opened, trust())).valid);
  });

  it("[CPS-03] signs a PDF that pdfsig finds whole; a byte added after is told", async () => {
    writeFileSync(path("plain.pdf"), smallPdf());
    const signed = await signPdf(card, readFileSync(path("plain.pdf")), { pin, reason: "Compte rendu" });
    writeFileSync(path("signed.pdf"), signed);
    const judged = spawnSync("pdfsig", ["-nocert", path("signed.pdf")], { encoding: "utf8" });
    assert.match(judged.stdout, /Signature is Valid/, judged.stdout + judged.stderr);
    assert.match(judged.stdout, /Total document signed/);
    assert.ok((await verifyPdf(signed, trust())).valid);
    assert.deepEqual(await verifyPdf(Buffer.concat([signed, Buffer.from("\n")]), trust()), { valid: false, reason: "altered" });
  });

  it("[CPS-04] opens a TLS session with the card as client certificate", {
    skip: existsSync(engine) ? false : "apt-get install libengine-pkcs11-openssl",
  }, async () => {
    const made = openssl(
      "req",
      "-x509",
      "-newkey",
      "rsa:2048",
      "-nodes",
      "-days",
      "1",
      "-subj",
      "/CN=localhost",
      "-keyout",
      path("key.pem"),
      "-out",
      path("server.pem"),
    );
    assert.equal(made.status, 0, made.stderr);
    const seen: string[] = [];
    const server = createServer(
      {
        key: readFileSync(path("key.pem")),
        cert: readFileSync(path("server.pem")),
        ca: bench.anchors,
        requestCert: true,
        rejectUnauthorized: true,
        maxVersion: "TLSv1.2",
      },
      (socket) => {
        seen.push(`${socket.authorized} ${socket.getPeerX509Certificate()?.serialNumber}`);
        socket.end("bonjour");
      },
    );
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const { authentication } = await card.certificates();
    const port = (server.address() as AddressInfo).port;
    const socket = connect({
      host: "127.0.0.1",
      port,
      servername: "localhost",
      ca: readFileSync(path("server.pem")),
      checkServerIdentity: () => undefined,
      ...tlsOptions({ certificate: authentication, pin }),
    });
    const said = await new Promise<string>((done, fail) => {
      socket.on("data", (data) => done(data.toString()));
      socket.on("error", fail);
    });
    server.close();
    assert.equal(said, "bonjour");
    assert.deepEqual(seen, [`true ${authentication.serialNumber}`]);
  });

  it("[CPS-03] refuses a signature once the card is revoked", async () => {
    const cms = await signCms(card, Buffer.from("avant"), { pin });
    assert.ok((await verifyCms(cms, trust())).valid);
    await bench.revoke(made.card);
    const down = () => Promise.reject(new Error("down"));
    for (const way of [{ fetchList: down }, { askOcsp: down }])
      assert.deepEqual(await verifyCms(cms, { ...trust(), ...way }), { valid: false, reason: "revoked" }, Object.keys(way)[0] ?? "");
  });
});

/** One empty page, with a plain cross-reference table. */
function smallPdf(): string {
  const objects = ["<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>", "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>"];
  let text = "%PDF-1.7\n";
  const offsets = objects.map((body, i) => {
    const at = text.length;
    text += `${i + 1} 0 obj\n${body}\nendobj\n`;
    return at;
  });
  const start = text.length;
  text += `xref\n0 4\n0000000000 65535 f \n${offsets.map((at) => `${String(at).padStart(10, "0")} 00000 n \n`).join("")}`;
  return `${text}trailer\n<< /Size 4 /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`;
}
