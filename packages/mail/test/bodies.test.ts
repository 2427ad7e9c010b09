// Large messages in pieces: out as they came in, whole and in parts; nothing stays of what was given up; a piece that was moved, left
// out, exchanged or changed is not read.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { PassThrough } from "node:stream";
import { after, before, describe, it } from "node:test";
import { parseStructure } from "@cercle/imap";
import { realClock, type Temporal } from "@cercle/kernel";
import { openTestStore, type TestStore, testEngines } from "@cercle/testkit";
import type { SMTPServerDataStream } from "smtp-server";
import { type Bodies, type Body, blockBytes, type Content, createBodies, type IntakeOptions } from "../src/bodies/bodies.ts";
import { storePieces } from "../src/bodies/pieces.ts";
import { receiveMessage } from "../src/bodies/receive.ts";
import { mailMigrations } from "../src/index.ts";
import { makeSealedKey, openKey } from "../src/mailboxes/sealing.ts";
import { digestOf } from "../src/watching/trail.ts";

const vault = { seal: (plain: Uint8Array) => plain, unseal: (sealed: Uint8Array) => sealed };
const limit = 4 * blockBytes;
const stamp = Buffer.from("Received: by here\r\n");

for (const engine of testEngines) {
  describe(`bodies on ${engine}`, () => {
    let test: TestStore;
    let bodies: Bodies;
    const key = openKey(vault, makeSealedKey(vault));
    let now: Temporal.Instant = realClock.now();
    before(async () => {
      test = await openTestStore({ engine, rooms: [mailMigrations("alpha")] });
      bodies = createBodies(storePieces({ store: test.store, schema: "mail_alpha", real: { now: () => now } }));
    });
    after(() => test?.close());

    const message = (bytes: number): Buffer => {
      const head = 'Subject: x\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n\r\n';
      const text = randomBytes(bytes).toString("base64").replace(/.{76}/g, "$&\r\n");
      return Buffer.from(`${head}${text}\r\n--b--\r\n`).subarray(0, bytes);
    };
    /** As SMTP brings it, in chunks of uneven size. */
    const stream = (raw: Buffer, { cutAt = Number.POSITIVE_INFINITY } = {}): SMTPServerDataStream => {
      const through = Object.assign(new PassThrough(), { byteLength: 0, sizeExceeded: false });
      void (async () => {
        for (let at = 0, n = 1; at < raw.length; n++) {
          const size = 1 + ((n * 7919) % 30_000);
          if (at > cutAt) return through.destroy(new Error("gone"));
          if (!through.write(raw.subarray(at, at + size))) await new Promise((resolve) => through.once("drain", resolve).once("close", resolve));
          at += size;
        }
        through.end();
      })();
      return through as unknown as SMTPServerDataStream;
    };
    const receive = (raw: Buffer, options: IntakeOptions = {}): Promise<Content | undefined> => receiveMessage(bodies, stream(raw), limit, options);
    const count = async (table: string): Promise<number> =>
      (await test.store.first<{ count: number }>(`select count(*)::int as count from mail_alpha.${table}`))?.count ?? 0;
    /** Kept as a body, and read back as one. */
    const keep = async (content: Content): Promise<Body> => {
      const { sealed, content: id } = bodies.keep(key, content);
      await test.store.run("insert into mail_alpha.body (id, sealed, size, content) values (gen_random_uuid(), $1, $2, $3)", [
        Buffer.concat(sealed),
        content.size,
        id,
      ]);
      return bodies.open(key, { sealed: Buffer.concat(sealed), content: id });
    };
    const read = async (body: Body, from?: number, to?: number): Promise<Buffer> => {
      const all: Buffer[] = [];
      for await (const piece of body.read(from, to)) all.push(piece);
      return Buffer.concat(all);
    };

    it("come out as they went in, whole and any part of them, with the structure and the fingerprint of the whole", async () => {
      for (const size of [1, 1000, blockBytes - stamp.length, blockBytes, blockBytes + 1, 2 * blockBytes, 3 * blockBytes + 17, limit]) {
        const raw = message(size);
        const content = await receive(raw, { before: () => stamp, signs: "what came" });
        assert.ok(content);
        const whole = Buffer.concat([stamp, raw]);
        assert.deepEqual([content.size, content.added, content.digest], [whole.length, stamp.length, digestOf(raw)]);
        assert.equal(Buffer.isBuffer(content.held), whole.length <= blockBytes + stamp.length && size <= blockBytes);
        assert.deepEqual(content.structure(), parseStructure(whole));
        assert.ok(whole.subarray(0, content.head.length).equals(content.head));
        const body = await keep(content);
        assert.ok((await body.whole()).equals(whole), `${size}`);
        for (const [from, to] of [
          [0, 1],
          [blockBytes - 1, blockBytes + 1],
          [size - 5, size + 1000],
          [100, 2 * blockBytes + 3],
          [65_535, 65_537],
          [3 * 65_536, 5 * 65_536],
          [size + 100, size + 200],
        ] as const)
          assert.ok((await read(body, Math.max(0, from), to)).equals(whole.subarray(Math.max(0, from), to)), `${size} ${from} ${to}`);
      }
      const signed = await receive(message(2 * blockBytes), { before: () => stamp });
      assert.equal(signed?.digest, digestOf(await bodies.read(signed as Content).whole()));
      const marked = await bodies.insert(signed as Content, Buffer.from("X-Mark: 1\r\n"), "all");
      const text = await bodies.read(marked).whole();
      assert.ok(text.toString("latin1").startsWith(`${stamp}X-Mark: 1\r\nSubject: x`));
      assert.deepEqual([marked.digest, marked.size, marked.added], [digestOf(text), text.length, stamp.length + 11]);
    });

    it("nothing stays of a message that is over the limit, cut off, or kept by nobody; what is kept stays until nobody has it", async () => {
      await test.store.run("delete from mail_alpha.body");
      await test.store.run("delete from mail_alpha.content");
      assert.equal(await receive(message(limit + 1)), undefined);
      await assert.rejects(receiveMessage(bodies, stream(message(limit), { cutAt: 2 * blockBytes }), limit, {}));
      const [refused, held] = [await receive(message(limit)), await receive(message(limit))];
      assert.ok(refused && held);
      await assert.rejects(
        bodies.settle(refused, async () => {
          throw new Error("refused");
        }),
      );
      const body = await bodies.settle(held, () => keep(held));
      assert.deepEqual([await count("content"), await count("block")], [1, 4]);
      // As a process leaves it that was killed in the middle: swept once no transfer can still be bringing it.
      await receive(message(limit));
      assert.equal(await bodies.sweep(), 0);
      now = now.add({ hours: 7 });
      assert.equal(await bodies.sweep(), 1);
      assert.equal((await body.whole()).length, limit);
      await test.store.run("delete from mail_alpha.body");
      assert.equal(await bodies.sweep(), 1);
      assert.deepEqual([await count("content"), await count("block")], [0, 0]);
      // A transfer that took longer than any may is not kept: its content is gone.
      const late = await receive(message(limit));
      now = now.add({ hours: 7 });
      await bodies.sweep();
      await assert.rejects(keep(late as Content));
    });

    it("pieces that were moved, left out, exchanged, changed or cut off are not read; the others are", async () => {
      const [one, other] = [await receive(message(limit)), await receive(message(limit))];
      const ids = [one, other].map((content) => (content && "id" in content.held ? content.held.id : ""));
      const body = await keep(one as Content);
      const sql = (text: string): Promise<number> => test.store.run(text.replaceAll("ONE", `'${ids[0]}'`).replaceAll("OTHER", `'${ids[1]}'`));
      const tamper = async (change: string, undo: string, [from, to]: readonly [number, number] = [blockBytes, 2 * blockBytes]): Promise<void> => {
        await sql(change);
        await assert.rejects(read(body, from, to), change);
        await assert.rejects(body.whole(), change);
        await sql(undo);
        assert.equal((await body.whole()).length, limit, undo);
      };
      await sql("create table mail_alpha.before as select * from mail_alpha.block");
      const again = (n: number): string =>
        `update mail_alpha.block p set sealed = b.sealed from mail_alpha.before b where b.content = p.content and b.n = p.n and p.content = ONE and p.n >= ${n}`;
      await tamper("update mail_alpha.block set sealed = set_byte(sealed, 1000, 255 - get_byte(sealed, 1000)) where content = ONE and n = 1", again(1));
      await tamper(
        "update mail_alpha.block p set sealed = b.sealed from mail_alpha.before b where b.content = ONE and b.n = 3 - p.n and p.content = ONE and p.n in (1, 2)",
        again(1),
      );
      await tamper(
        "update mail_alpha.block p set sealed = b.sealed from mail_alpha.before b where b.content = OTHER and b.n = p.n and p.content = ONE and p.n = 1",
        again(1),
      );
      const last = [3 * blockBytes, limit] as const;
      await tamper(
        "delete from mail_alpha.block where content = ONE and n = 3",
        "insert into mail_alpha.block select * from mail_alpha.before where content = ONE and n = 3",
        last,
      );
      await tamper(
        "update mail_alpha.block p set sealed = b.sealed from mail_alpha.before b where b.content = ONE and b.n = 2 and p.content = ONE and p.n = 3",
        again(3),
        last,
      );
      // Two pieces of one block in each other's place.
      const [a, b, stride] = [1, 65_536 + 16 + 1, 65_536 + 16];
      await tamper(
        `update mail_alpha.block set sealed = substr(sealed, ${b}, ${stride}) || substr(sealed, ${a}, ${stride}) || substr(sealed, ${2 * stride + 1}) where content = ONE and n = 1`,
        again(1),
      );
      await sql("update mail_alpha.block set sealed = set_byte(sealed, 0, 255 - get_byte(sealed, 0)) where content = ONE and n = 3");
      assert.equal((await read(body, 0, 3 * blockBytes)).length, 3 * blockBytes);
      // The ticket of another message, or a message of one's own making in its place, opens nothing.
      const swapped = bodies.open(key, { sealed: Buffer.concat(bodies.keep(key, other as Content).sealed), content: ids[0] as string });
      await assert.rejects(swapped.whole());
      assert.throws(() => bodies.open(key, { sealed: key.seal(randomBytes(60)), content: ids[0] as string }));
      const rows = await test.store.query<{ sealed: Uint8Array }>("select sealed from mail_alpha.before");
      assert.ok(rows.every(({ sealed }) => !Buffer.from(sealed).includes("Subject: x")));
    });
  });
}
