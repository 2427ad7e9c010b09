// The search index leaves out messages, never one that matches: every search answers what reading all the texts answers.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { SearchKey } from "@cercle/imap";
import { realClock } from "@cercle/kernel";
import { openTestStore, type TestStore, testEngines } from "@cercle/testkit";
import { contentOf } from "../src/bodies/bodies.ts";
import { mailMigrations } from "../src/index.ts";
import { type Letter, sealLetter, storeLetters, structureOf } from "../src/mailboxes/delivery.ts";
import { createMailboxes, type Mailboxes } from "../src/mailboxes/mailboxes.ts";
import type { SignedIn } from "../src/mailboxes/users.ts";
import { searchFolder } from "../src/search/account-search.ts";
import { createIndexer, type Indexer } from "../src/search/indexer.ts";
import { matchesSearch } from "../src/search/search.ts";
import { searchTextOf } from "../src/search/search-text.ts";
import { digestOf } from "../src/watching/trail.ts";

const address = "zoe-test@alpha.example";
const vault = { seal: (plain: Uint8Array) => plain, unseal: (sealed: Uint8Array) => sealed };
const syllables = ["ba", "cé", "do", "fi", "gu", "ma", "lo", "pré", "sta", "tion"];

/** Words that repeat, so that terms are found in one message, in some, in many. */
const words = (n: number): string => Array.from({ length: 12 }, (_, i) => `${syllables[(n * (i + 3)) % 10]}${syllables[(n + i * i) % 10]}`).join(" ");
const letterOf = (n: number): Buffer => {
  const text = `Compte rendu numéro ${n}, ${words(n)}.`;
  const kinds = [
    ["Content-Type: text/plain; charset=utf-8", text],
    ["Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64", Buffer.from(text).toString("base64")],
    ["Content-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable", text.replace(/é/g, "=E9")],
    [
      'Content-Type: multipart/mixed; boundary="b"',
      `--b\r\nContent-Type: text/html\r\n\r\n<p>${text}</p>\r\n--b\r\nContent-Type: image/png; name="cliche-${n}.png"\r\nContent-Transfer-Encoding: base64\r\n\r\nbW90Y2FjaGU=\r\n--b--`,
    ],
  ] as const;
  const [type, body] = kinds[n % kinds.length] ?? kinds[0];
  const subject = `=?utf-8?B?${Buffer.from(`Résultat ${n} ${words(n).slice(0, 8)}`).toString("base64")}?=`;
  return Buffer.from(
    `From: <paul@beta.example>\r\nSubject: ${subject}\r\nDate: Sun, ${1 + (n % 20)} Nov 2026 10:00:00 +0000\r\n${type}\r\n\r\n${body}\r\n`,
    "latin1",
  );
};

for (const engine of testEngines) {
  describe(`search on ${engine}`, () => {
    let test: TestStore;
    let mailboxes: Mailboxes;
    let indexer: Indexer;
    let folder = 0;
    const letters = new Map<number, { raw: Buffer; flags: readonly string[] }>();
    const who: SignedIn = { address, mailbox: "personal", holder: "p", kind: "person", maySend: true };

    const store = async (from: number, to: number): Promise<void> => {
      const key = await mailboxes.key(address);
      const made: Letter[] = [];
      for (let n = from; n < to; n++) {
        const raw = Buffer.from(letterOf(n).toString("latin1"), "utf8");
        const flags = n % 7 === 0 ? ["\\Flagged"] : [];
        made.push({
          address,
          folder: "INBOX",
          flags,
          internalDate: realClock.now(),
          digest: digestOf(raw),
          ...sealLetter(mailboxes.bodies, key, contentOf(raw), structureOf(contentOf(raw))),
        });
        letters.set(letters.size + 1, { raw, flags });
      }
      const placed = await test.store.transaction((tx) =>
        storeLetters(tx, { store: test.store, operator: "alpha", schema: "mail_alpha", real: realClock }, made),
      );
      folder = placed[0]?.folder ?? 0;
    };
    const search = async (wanted: SearchKey): Promise<readonly number[]> =>
      searchFolder({ store: test.store, mailboxes, key: await mailboxes.key(address), who, indexer }, folder, wanted);
    const read = (wanted: SearchKey): readonly number[] =>
      [...letters].flatMap(([uid, { raw, flags }]) =>
        matchesSearch(wanted, { uid, modseq: 1, flags, at: realClock.now().epochMilliseconds, size: raw.length }, searchTextOf(raw)) ? [uid] : [],
      );
    const text = (term: string): SearchKey => ({ kind: "text", text: term });
    const searches: readonly SearchKey[] = [
      ...["numéro 17,", "NUMÉRO 17,", "rendu", "cécé", "tionsta", "préma dolo", "nulle part", "ré", "3", "cliche-11.png", "motcache", "résultat 41 "].map(text),
      { kind: "body", text: "résultat" },
      { kind: "body", text: "numéro 23" },
      { kind: "header", name: "subject", text: "résultat 12" },
      { kind: "header", name: "subject", text: "" },
      { kind: "and", parts: [text("stado"), { kind: "flag", flag: "\\Flagged" }] },
      { kind: "or", parts: [text("numéro 5,"), text("numéro 6,")] },
      { kind: "and", parts: [text("numéro 5"), { kind: "not", part: text("numéro 51") }] },
      { kind: "not", part: text("rendu") },
      { kind: "and", parts: [text("compte"), { kind: "since", sent: true, day: Date.UTC(2026, 10, 15) }] },
    ];
    const compare = async (): Promise<void> => {
      for (const wanted of searches) assert.deepEqual(await search(wanted), read(wanted), JSON.stringify(wanted));
    };

    before(async () => {
      test = await openTestStore({ engine, rooms: [mailMigrations("alpha")] });
      mailboxes = createMailboxes({ operator: "alpha", store: test.store, vault, real: realClock });
      indexer = createIndexer({
        store: test.store,
        mailboxes,
        onError: (error) => {
          throw error;
        },
      });
      await test.store.transaction((tx) => mailboxes.create(tx, { address, kind: "personal" }));
    });
    after(() => test.close());

    it("answers the same before, while and after messages are indexed, moved into larger segments, and removed", async () => {
      await store(0, 100);
      await compare();
      assert.equal((await indexer.round()) >= 64, true);
      await compare();
      await store(100, 570);
      await Promise.all([indexer.round(), compare()]);
      await indexer.round();
      const widths = await test.store.query<{ width: number }>("select width from mail_alpha.search_segment order by width");
      assert.deepEqual(
        widths.map(({ width }) => width),
        [512],
      );
      await compare();
      for (const uid of [3, 18, 400]) {
        await test.store.run("delete from mail_alpha.message where folder_id = $1 and uid = $2", [folder, uid]);
        letters.delete(uid);
      }
      await test.store.run("delete from mail_alpha.body b where not exists (select from mail_alpha.message m where m.body_id = b.id)");
      await compare();
    });

    it("leaves out nearly all that does not match, and finds what is only in an encoded part", async () => {
      const waiting = await test.store.first<{ count: number }>("select count(*) as count from mail_alpha.body where segment is null");
      assert.ok((waiting?.count ?? 99) < 64);
      assert.deepEqual(await search(text("numéro 417,")), read(text("numéro 417,")));
      const asked = (await indexer.candidates(address, text("numéro 417,"))) ?? [];
      assert.ok(asked.length <= (waiting?.count ?? 0) + 20, `${asked.length} opened`);
    });

    it("keeps nothing in the index that says a word of a message", async () => {
      const [row] = await test.store.query<{ sealed: Uint8Array }>("select sealed from mail_alpha.search_segment limit 1");
      const sealed = Buffer.from(row?.sealed ?? []);
      assert.equal(sealed.length, 256 * (512 * 8 + 28));
      // Sealed slabs look like noise: as many bits set as not.
      let set = 0;
      for (const byte of sealed.subarray(0, 100_000)) for (let bit = 0; bit < 8; bit++) set += (byte >> bit) & 1;
      assert.ok(Math.abs(set / 800_000 - 0.5) < 0.01);
      const otherKey = createMailboxes({ operator: "alpha", store: test.store, vault, real: realClock });
      await test.store.transaction((tx) => otherKey.create(tx, { address: "autre-test@alpha.example", kind: "personal" }));
      const other = await otherKey.key("autre-test@alpha.example");
      assert.throws(() => other.unseal(sealed.subarray(0, 512 * 8 + 28)));
    });
  });
}
