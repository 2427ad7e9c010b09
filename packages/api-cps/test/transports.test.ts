// The library on real readers: through PC/SC and through PKCS#11, on cards of a space.
import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { verify } from "node:crypto";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { after, before, describe, it } from "node:test";
import { promisify } from "node:util";
import { eventually, missingPcsc } from "@cercle/testkit";
import { type Card, CpsError, createChallenge, encipher, openCps, type ReaderEvent, verifyAnswer } from "../src/index.ts";
import { type CardBench, type Made, openBench } from "./cards.ts";

const reader = "Virtual PCD 00 00";
const refusal = (code: string, triesLeft?: number) => (error: unknown) =>
  error instanceof CpsError && error.code === code && (triesLeft === undefined || error.triesLeft === triesLeft);

describe("the library on cards", { skip: missingPcsc() ?? false }, () => {
  let bench: CardBench;
  before(async () => {
    bench = await openBench();
  });
  after(() => bench?.stop());

  for (const transport of ["pcsc", "pkcs11"] as const) {
    const built = transport === "pcsc" || existsSync(resolve(import.meta.dirname, "../native/node_modules/pkcs11js/build/Release/pkcs11.node"));
    describe(`through ${transport}`, { skip: built ? false : "npm run setup:card" }, () => {
      let cps: ReturnType<typeof openCps>;
      let made: Made;
      let inserted: Awaited<ReturnType<CardBench["insert"]>>;
      let card: Card;
      before(async () => {
        cps = openCps({ transport });
        made = await bench.create();
        inserted = await bench.insert(made.card);
        card = await cps.waitForCard();
      });
      after(async () => {
        await card?.close();
        await cps?.close();
        await inserted?.remove();
      });

      it("[CPS-01] reads type, version and holder without the code, and places of practice with it", async () => {
        const identity = await card.identity();
        assert.equal(identity.type, "CPS");
        assert.equal(identity.version, "CPS3v3");
        assert.equal(identity.nationalId, "899700000013");
        assert.equal(identity.cardNumber, `8025000001/${made.card}`);
        await assert.rejects(
          card.transaction((operations) => operations.readData("CPS_ACTIVITY_01_PS")),
          refusal("pin-required"),
        );
        const situations = await card.situations({ pin: "1234" });
        assert.ok(situations.length > 0);
        assert.match(situations[0]?.sector ?? "", /^SA\d\d$/);
      });

      it("[CPS-03] authenticates the card by a challenge, signs, enciphers and deciphers", async () => {
        const certificates = await card.certificates();
        const challenge = createChallenge();
        const answer = await card.authenticate(challenge, { pin: "1234" });
        assert.ok(verifyAnswer({ challenge, answer, certificate: certificates.authentication }));
        assert.ok(!verifyAnswer({ challenge: createChallenge(), answer, certificate: certificates.authentication }));
        assert.ok(!verifyAnswer({ challenge, answer, certificate: certificates.signature }));
        for (const length of [0, 3, 64, 65, 1000, 100_000]) {
          const content = Buffer.alloc(length, 7);
          assert.ok(verify("sha256", content, certificates.signature.publicKey, await card.sign(content, { pin: "1234" })), `${length} bytes`);
        }
        const cryptogram = encipher(Buffer.from("clé de session"), certificates.authentication);
        assert.equal(Buffer.from(await card.decipher(cryptogram, { pin: "1234" })).toString(), "clé de session");
        assert.equal((await card.random(20)).length, 20);
      });

      it("[CPS-02] counts tries, blocks, and changes the code", async () => {
        await assert.rejects(card.sign(Buffer.from("x"), { pin: "0000" }), refusal("wrong-pin", 2));
        assert.equal(await card.triesLeft(), 2);
        await card.verifyPin("1234");
        assert.equal(await card.triesLeft(), 3);
        await card.changePin("1234", "4321");
        await assert.rejects(card.verifyPin("1234"), refusal("wrong-pin", 2));
        await card.changePin("4321", "1234");
        await assert.rejects(card.verifyPin("12a4"), refusal("bad-pin"));
        for (const tries of [2, 1]) await assert.rejects(card.verifyPin("0000"), refusal("wrong-pin", tries));
        await assert.rejects(card.verifyPin("0000"), refusal("pin-blocked", 0));
        await assert.rejects(card.sign(Buffer.from("x"), { pin: "1234" }), refusal("pin-blocked"));
        if (transport === "pkcs11") {
          await assert.rejects(card.unblock(made.puk, "1234"), refusal("not-supported"));
          const done = spawnSync("pkcs15-tool", ["--unblock-pin", "--auth-id", "01", "--puk", made.puk, "--new-pin", "1234"], { encoding: "utf8" });
          assert.equal(done.status, 0, done.stderr);
        } else {
          await assert.rejects(card.unblock(made.puk === "00000000" ? "11111111" : "00000000", "1234"), refusal("wrong-pin", 4));
          await card.unblock(made.puk, "1234");
        }
        await card.verifyPin("1234");
      });

      it("[CPS-02] tells insertions and removals; a card taken out in the middle gives a clear error and no signature", async () => {
        const events: ReaderEvent[] = [];
        const stop = cps.watch((event) => events.push(event));
        await inserted.remove();
        await assert.rejects(card.sign(Buffer.from("x"), { pin: "1234" }), refusal("card-removed"));
        await eventually(() => events.some((event) => event.kind === "removed" && event.reader === reader));
        await card.close();
        inserted = await bench.insert(made.card);
        await eventually(() => events.some((event) => event.kind === "inserted" && event.reader === reader));
        stop();
        card = await cps.waitForCard();
        let signed = 0;
        const signing = (async () => {
          for (;;) {
            await card.sign(Buffer.alloc(5000, 1), { pin: "1234" });
            signed += 1;
          }
        })().catch((error: unknown) => error);
        await eventually(() => signed > 0);
        await inserted.remove();
        const end = await signing;
        assert.ok(refusal("card-removed")(end), String(end));
        await card.close();
        inserted = await bench.insert(made.card);
        card = await cps.waitForCard();
        await card.verifyPin("1234");
      });

      it("[CPS-02] shares the card with another application by transactions", async () => {
        const certificate = (await card.certificates()).signature;
        const contents = Array.from({ length: 6 }, (_, i) => Buffer.from(`document ${i}`));
        // Another program lists the card meanwhile; through PC/SC, a second connection signs too. (PKCS#11 calls block: two
        // transports in one process would wait for each other.)
        const listing = promisify(execFile)("pkcs15-tool", ["-D"], { timeout: 60_000 });
        const other = transport === "pcsc" ? openCps() : undefined;
        const second = (await other?.waitForCard()) ?? card;
        const signatures = await Promise.all(contents.map((content, i) => (i % 2 === 0 ? card : second).sign(content, { pin: "1234" })));
        contents.forEach((content, i) => {
          assert.ok(verify("sha256", content, certificate.publicKey, signatures[i] ?? Buffer.alloc(0)));
        });
        assert.match((await listing).stdout, new RegExp(`CPS3v3-${made.card}`));
        if (other) await second.close();
        await other?.close();
      });
    });
  }

  it("[CPS-01] reads every published version, and every type of card", async () => {
    const cps = openCps();
    for (const options of [
      ["--id", "899700000013", "--type", "CPS", "--version", "CPS3v1"],
      ["--id", "899700000013", "--type", "CPF", "--version", "CPS3v2"],
      ["--id", "30B0057881/CDET0001", "--type", "CDE", "--family-name", "DIR", "--given-name", "EVE"],
      ["--id", "30B0057881/CPET0002", "--type", "CPE", "--family-name", "EMP", "--given-name", "LEO"],
      ["--id", "500000000029751/CPAT0001", "--type", "CPA", "--family-name", "AUT", "--given-name", "ZOE"],
    ]) {
      const made = await bench.create(...options);
      const inserted = await bench.insert(made.card);
      const card = await cps.waitForCard();
      const identity = await card.identity();
      assert.equal(identity.type, options[3]);
      assert.equal(identity.version, options[5]?.startsWith("CPS3") ? options[5] : "CPS3v3");
      await card.close();
      await inserted.remove();
      await eventually(async () => (await cps.readers()).every((one) => !one.cardPresent));
    }
    await assert.rejects(cps.open(), refusal("no-card"));
    await assert.rejects(cps.open("Nowhere"), refusal("no-reader"));
    await cps.close();
  });
});
