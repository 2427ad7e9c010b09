import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { defineEvent, Temporal } from "@cercle/kernel";
import { eventually, openTestStore, type TestStore, testEngines } from "@cercle/testkit";
import { z } from "zod";
import { json, openStore } from "../src/index.ts";

const happened = defineEvent("test.happened", "Something happened in a test.", z.object({ n: z.number() }));

for (const engine of testEngines) {
  describe(`store on ${engine}`, () => {
    let test: TestStore;
    before(async () => {
      test = await openTestStore({ engine });
      await test.store.run("create table public.note (id int primary key, at timestamptz, day date, data jsonb, n bigint, tags text[], raw bytea)");
    });
    after(() => test.close());

    it("gives the same values on both engines", async () => {
      const at = Temporal.Instant.from("2026-11-21T23:05:00.123456Z");
      await test.store.run("insert into public.note values (1, $1, $2, $3, $4, $5, $6)", [
        at,
        Temporal.PlainDate.from("2026-02-28"),
        json(["é", 1]),
        2 ** 40,
        ["a", "b"],
        new Uint8Array([1, 2]),
      ]);
      const row = await test.store.first<Record<string, unknown>>("select * from public.note where id = $1", [1]);
      assert.ok(row?.at instanceof Temporal.Instant && row.at.equals(at));
      assert.equal(row.day, "2026-02-28");
      assert.deepEqual(row.data, ["é", 1]);
      assert.equal(row.n, 2 ** 40);
      assert.deepEqual(row.tags, ["a", "b"]);
      assert.deepEqual([...(row.raw as Uint8Array)], [1, 2]);
    });

    it("rolls back what a failed transaction wrote, events included", async () => {
      await assert.rejects(
        test.store.transaction(async (tx) => {
          await tx.run("insert into public.note (id) values (2)");
          test.store.emit(tx, { kind: happened, subject: "x", payload: { n: 0 } });
          throw new Error("no");
        }),
        /no/,
      );
      assert.equal(await test.store.first("select 1 as x from public.note where id = 2"), undefined);
    });

    it("writes what was left for the end with the commit, in order, and nothing at all when that fails", async () => {
      await test.store.transaction(async (tx) => {
        tx.atEnd("insert into public.note (id, n) select 3, count(*) from public.note where id = 4");
        await tx.run("insert into public.note (id) values ($1)", [4]);
      });
      assert.equal((await test.store.first<{ n: number }>("select n from public.note where id = 3"))?.n, 1);
      let told = 0;
      const failing = test.store.transaction(async (tx) => {
        tx.afterCommit(() => {
          told += 1;
        });
        await tx.run("insert into public.note (id) values (5)");
        tx.atEnd("insert into public.note (id) values (3)");
        tx.atEnd("insert into public.note (id) values (6)");
      });
      await assert.rejects(failing, { code: "23505" });
      assert.equal(await test.store.first("select 1 as x from public.note where id in (5, 6)"), undefined);
      assert.equal(told, 0);
      // The connection is as good as before.
      await test.store.transaction(async (tx) => assert.equal((await tx.query("select 1 as x from public.note where id in (3, 4)")).length, 2));
    });

    it("refuses a query beside the open transaction and a transaction inside it, at once", async () => {
      await test.store.transaction(async (tx) => {
        await assert.rejects(test.store.query("select 1"), { code: "store.nested" });
        await assert.rejects(
          test.store.transaction(async () => 1),
          { code: "store.nested" },
        );
        assert.equal((await tx.query("select 1 as one")).length, 1);
      });
    });

    it("refuses a transaction that has ended", async () => {
      const kept = await test.store.transaction(async (tx) => tx);
      await assert.rejects(kept.query("select 1"), { code: "store.finished" });
    });

    it("copies rows in, with tabs, newlines, backslashes and nulls as data", async () => {
      const rows = Array.from({ length: 5000 }, (_, i) => [1000 + i, i % 2 ? null : JSON.stringify({ text: `tab\t line\n back\\ "é"` })] as const);
      const count = await test.store.transaction((tx) => test.store.copyIn(tx, "public.note", ["id", "data"], rows));
      assert.equal(count, 5000);
      const row = await test.store.first<{ data: { text: string } }>("select data from public.note where id = 1000");
      assert.equal(row?.data.text, `tab\t line\n back\\ "é"`);
    });

    it("gives events to a durable consumer once, in order, and to followers", async () => {
      const durable: number[] = [];
      const followed: number[] = [];
      const follower = await test.store.follow({ kind: happened, handle: (event) => void followed.push(event.payload.n) });
      let failures = 1;
      const consumer = test.store.consume({
        name: "test",
        kind: happened,
        async handle(_tx, event) {
          if (event.payload.n === 3 && failures-- > 0) throw new Error("try again");
          durable.push(event.payload.n);
        },
      });
      await Promise.all(
        [1, 2, 3, 4, 5].map((n) => test.store.transaction(async (tx) => test.store.emit(tx, { kind: happened, subject: `s${n % 2}`, payload: { n } }))),
      );
      await eventually(() => durable.length === 5 && followed.length === 5);
      assert.deepEqual(durable.toSorted(), [1, 2, 3, 4, 5]);
      assert.deepEqual(followed.toSorted(), [1, 2, 3, 4, 5]);
      await Promise.all([consumer.stop(), follower.stop()]);
    });

    it("wakes listeners by a signal once what they look for is committed, in every process, and never for what was rolled back", async () => {
      const seen: number[] = [];
      const elsewhere: number[] = [];
      const hearer = test.store.hear(happened, ({ n }) => void seen.push(n));
      const other = test.databaseUrl ? await openStore({ folder: test.folder, databaseUrl: test.databaseUrl, rooms: [] }) : undefined;
      other?.hear(happened, ({ n }) => void elsewhere.push(n));
      await assert.rejects(
        test.store.transaction(async (tx) => {
          test.store.signal(tx, { kind: happened, subject: "x", payload: { n: 1 } });
          throw new Error("no");
        }),
      );
      await test.store.transaction(async (tx) => {
        test.store.signal(tx, { kind: happened, subject: "x", payload: { n: 2 } });
        test.store.signal(tx, { kind: happened, subject: "x", payload: { n: 2 } });
      });
      await eventually(() => seen.length === 1 && (!other || elsewhere.length === 1));
      assert.deepEqual(seen, [2]);
      await other?.close();
      await hearer.stop();
      await test.store.transaction(async (tx) => test.store.signal(tx, { kind: happened, subject: "x", payload: { n: 3 } }));
      assert.deepEqual(seen, [2]);
      if (other) assert.deepEqual(elsewhere, [2]);
    });

    it("leaves the event loop free while a heavy query runs", async () => {
      const heavy = test.store.query("select count(*) from generate_series(1, 3000000) a");
      const ticks: number[] = [];
      let last = performance.now();
      const timer = setInterval(() => {
        ticks.push(performance.now() - last);
        last = performance.now();
      }, 10);
      await heavy;
      clearInterval(timer);
      assert.ok(Math.max(0, ...ticks) < 200, `the event loop stood still ${Math.max(0, ...ticks)} ms`);
    });

    it("does a job at least once and retries it", async () => {
      const done: unknown[] = [];
      let failures = 1;
      test.store.jobs.work({
        name: "test.job",
        async handle(payload) {
          if (failures-- > 0) throw new Error("not yet");
          done.push(payload);
        },
      });
      await test.store.transaction((tx) => test.store.jobs.add(tx, { name: "test.job", payload: { a: 1 } }));
      await eventually(() => done.length === 1);
      assert.deepEqual(done, [{ a: 1 }]);
    });

    it("does a job with a key again when it was asked for while its namesake was at work, and once when it was only waiting", async () => {
      const done: unknown[] = [];
      const jobs = test.store.jobs;
      const ask = (payload: object): Promise<void> => test.store.transaction((tx) => jobs.add(tx, { name: "test.keyed", key: "one", payload }));
      await ask({ n: 1 });
      await ask({ n: 2 });
      let failures = 1;
      jobs.work({
        name: "test.keyed",
        async handle(payload) {
          done.push(payload);
          // Eight at once, while this one is at work; one of them is done afterwards.
          if (done.length === 1) await Promise.all(Array.from({ length: 8 }, () => ask({ n: 3 })));
          if (done.length === 2) {
            await ask({ n: 4 });
            if (failures-- > 0) throw new Error("not yet");
          }
        },
      });
      await eventually(() => done.length === 3);
      assert.deepEqual(done, [{ n: 1 }, { n: 3 }, { n: 4 }]);
      await eventually(async () => (await test.store.query("select 1 from store.job where name = 'test.keyed' and done_at is null")).length === 0);
      await ask({ n: 5 });
      await eventually(() => done.length === 4);
      assert.deepEqual(done[3], { n: 5 });
    });
  });
}
