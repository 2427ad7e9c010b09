// What the scanner's verdict does to a message, on both engines.
import assert from "node:assert/strict";
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { after, before, describe, it } from "node:test";
import type { Verdict } from "@cercle/antivirus";
import { realClock } from "@cercle/kernel";
import { openTestStore, type TestStore, testEngines } from "@cercle/testkit";
import { contentOf } from "../src/bodies/bodies.ts";
import { createScreening, type Screening } from "../src/gateway/screening.ts";
import { mailMigrations } from "../src/index.ts";
import { createMailboxes, type Mailboxes } from "../src/mailboxes/mailboxes.ts";
import { makeSealedKey, openKey } from "../src/mailboxes/sealing.ts";

const secret = randomBytes(32);
const nonce = Buffer.alloc(12);
const vault = {
  seal: (plain: Uint8Array) => createCipheriv("aes-256-gcm", secret, nonce).update(plain),
  unseal: (sealed: Uint8Array) => createDecipheriv("aes-256-gcm", secret, nonce).update(sealed),
};
const here = "a@alpha.mssante.test";
const passing = { direction: "received", sender: "b@beta.mssante.test", recipients: [here], here: [here], signs: "all" } as const;

for (const engine of testEngines)
  describe(`screening (${engine})`, () => {
    let store: TestStore;
    let mailboxes: Mailboxes;
    const key = openKey(vault, makeSealedKey(vault));
    const judged = (verdict: Verdict, unscanned: "refuse" | "mark"): Screening =>
      createScreening({
        domain: "alpha.mssante.test",
        store: store.store,
        mailboxes,
        scanner: { scan: async () => verdict },
        unscanned,
        key,
        tell: (tx, address, raw) => mailboxes.deliver(tx, address, { folder: "INBOX", raw, flags: [], internalDate: realClock.now() }),
        trace: async () => undefined,
        real: realClock,
      });
    before(async () => {
      store = await openTestStore({ engine, rooms: [mailMigrations("alpha")] });
      mailboxes = createMailboxes({ operator: "alpha", store: store.store, vault, real: realClock });
      await store.store.transaction((tx) => mailboxes.create(tx, { address: here, kind: "organisational" }));
    });
    after(() => store?.close());

    it("lets through what is clean as it is; what has no verdict by the policy: refused for now, for good when it is too large, or marked", async () => {
      const raw = Buffer.from("Subject: x\r\n\r\nx\r\n");
      assert.equal((await judged({ kind: "clean" }, "refuse").screen(contentOf(raw), passing)).held, raw);
      await assert.rejects(judged({ kind: "unscanned", reason: "unreachable" }, "refuse").screen(contentOf(raw), passing), { responseCode: 451 });
      await assert.rejects(judged({ kind: "unscanned", reason: "too-large" }, "refuse").screen(contentOf(raw), passing), { responseCode: 552 });
      const marked = await judged({ kind: "unscanned", reason: "unreachable" }, "mark").screen(contentOf(raw), passing);
      assert.equal(marked.held.toString(), `X-Cercle-Antivirus: not scanned (unreachable)\r\n${raw}`);
      assert.deepEqual(await judged({ kind: "clean" }, "mark").list(store.store), []);
    });

    it("keeps what is infected once, sealed, and tells its recipient once, also when eight send it at once", async () => {
      const screening = judged({ kind: "infected", found: "Test.Word" }, "mark");
      const raw = Buffer.from("Subject: facture\r\n\r\nCONTENU-INFECTE\r\n");
      const all = await Promise.allSettled(Array.from({ length: 8 }, () => screening.screen(contentOf(raw), passing)));
      for (const one of all) assert.equal(one.status === "rejected" && one.reason.responseCode, 550);
      const [kept, ...more] = await screening.list(store.store);
      assert.deepEqual([kept?.found, kept?.sender, more.length], ["Test.Word", passing.sender, 0]);
      const rows = await store.store.query<{ sealed: Uint8Array }>("select sealed from mail_alpha.quarantine");
      assert.ok(!Buffer.from(rows[0]?.sealed ?? []).includes("CONTENU"));
      const [inbox] = await store.store.query<{ count: number }>("select count(*)::int as count from mail_alpha.message");
      assert.equal(inbox?.count, 1);
      assert.deepEqual([await screening.discard(kept?.digest ?? ""), await screening.discard(kept?.digest ?? "")], [true, false]);
    });
  });
