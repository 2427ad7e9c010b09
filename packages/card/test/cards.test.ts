import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import type { AddressInfo } from "node:net";
import { createServer, type Server, type Socket } from "node:net";
import { after, before, describe, it } from "node:test";
import { Refusal, realClock } from "@cercle/kernel";
import { eventually, openTestStore, type TestStore, testEngines } from "@cercle/testkit";
import { type Cards, createCards } from "../src/cards.ts";
import { cardMigrations } from "../src/index.ts";
import { createInsertions, type Insertions } from "../src/insertions.ts";
import { hex, toHex, utf8 } from "../src/tlv.ts";
import { makeSample } from "./sample.ts";

/** A virtual reader as vsmartcard's: listens, asks, one card at a time. */
async function openReader(): Promise<{ port: number; ask(command: string): Promise<string>; server: Server; cardIn(): boolean }> {
  let card: Socket | undefined;
  let answered: ((answer: string) => void) | undefined;
  let waiting = Buffer.alloc(0);
  const server = createServer((socket) => {
    card = socket;
    let greeted = false;
    // A reader that sees a card asks for its answer to reset, by itself.
    socket.write(hex("000104"));
    socket.on("error", () => undefined);
    socket.on("close", () => {
      card = undefined;
      answered?.("gone");
    });
    socket.on("data", (chunk: Buffer) => {
      waiting = Buffer.concat([waiting, chunk]);
      while (waiting.length >= 2 && waiting.length >= 2 + waiting.readUInt16BE()) {
        const length = waiting.readUInt16BE();
        if (greeted) answered?.(waiting.subarray(2, 2 + length).toString("hex"));
        greeted = true;
        waiting = waiting.subarray(2 + length);
      }
    });
  });
  server.unref();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return {
    server,
    port: (server.address() as AddressInfo).port,
    cardIn: () => card !== undefined,
    ask: (command) =>
      new Promise((resolve) => {
        answered = resolve;
        const message = hex(command);
        // Split in two, as vpcd does.
        card?.write(Uint8Array.of(message.length >> 8, message.length & 0xff));
        card?.write(message);
      }),
  };
}

const code = (error: unknown): string => (error instanceof Refusal ? error.code : String(error));

for (const engine of testEngines) {
  describe(`cards on ${engine}`, () => {
    let test: TestStore;
    let cards: Cards;
    let insertions: Insertions;
    let sample: Awaited<ReturnType<typeof makeSample>>;
    const revoked: string[] = [];
    const traced: string[] = [];
    before(async () => {
      sample = await makeSample();
      test = await openTestStore({ engine, rooms: [cardMigrations] });
      let serial = 0;
      const trace = async (_tx: unknown, { type }: { type: string }): Promise<void> => void traced.push(type);
      const key = randomBytes(32);
      const flip = (data: Uint8Array): Uint8Array => data.map((byte, i) => byte ^ (key[i % 32] ?? 0));
      cards = createCards({
        store: test.store,
        issuer: {
          issueCardCertificates: async () => {
            serial += 1;
            return { ...sample.certificates, serials: { authentication: `a${serial}`, signature: `b${serial}` } };
          },
          revoke: async (_tx, given) => void revoked.push(given),
        },
        holders: { findHolder: async () => ({ nationalId: "899700000042", familyName: "DOC", givenName: "KIT", situations: [] }) },
        vault: { seal: flip, unseal: flip },
        real: realClock,
        trace,
        mode: "sandbox",
      });
      insertions = createInsertions({ store: test.store, cards, real: realClock, trace, patience: 2000 });
    });
    after(async () => {
      await insertions.stop();
      await test.close();
    });

    it("lets one of eight tries at once insert a card, and its place is free again after", async () => {
      const { card } = await cards.create({ id: "899700000042", type: "CPS" });
      const readers = await Promise.all(Array.from({ length: 8 }, openReader));
      const tries = await Promise.allSettled(readers.map((reader) => insertions.insert(card.number, { host: "127.0.0.1", port: reader.port })));
      assert.equal(tries.filter((one) => one.status === "fulfilled").length, 1);
      for (const one of tries) if (one.status === "rejected") assert.equal(code(one.reason), "card.already-inserted");
      const reader = readers.find((one) => one.cardIn());
      assert.equal(await reader?.ask("04"), "3bac00402a001225006480000310009000");
      await insertions.remove(card.number);
      await eventually(() => readers.every((one) => !one.cardIn()));
      assert.equal((await cards.find(card.number)).reader, undefined);
      for (const one of readers) one.server.close();
    });

    it("lets one of eight cards at once into a reader", async () => {
      const made = await Promise.all(Array.from({ length: 8 }, () => cards.create({ id: "899700000042", type: "CPS" })));
      const reader = await openReader();
      const tries = await Promise.allSettled(made.map(({ card }) => insertions.insert(card.number, { host: "127.0.0.1", port: reader.port })));
      assert.equal(
        tries.filter((one) => one.status === "fulfilled").length,
        1,
        tries.map((one) => (one.status === "rejected" ? code(one.reason) : "in")).join(),
      );
      for (const one of tries) if (one.status === "rejected") assert.equal(code(one.reason), "card.slot-taken");
      const inside = made.find((_, i) => tries[i]?.status === "fulfilled");
      await insertions.remove(inside?.card.number ?? "");
      reader.server.close();
    });

    it("says that a reader closes its door, and that one asks nothing; the card is free again after", async () => {
      const { card } = await cards.create({ id: "899700000042", type: "CPS" });
      const listen = async (take: (socket: Socket) => void): Promise<Server> => {
        const server = createServer(take);
        await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
        return server;
      };
      const held: Socket[] = [];
      for (const [server, expected] of [
        [await listen((socket) => socket.destroy()), "card.no-reader"],
        [await listen((socket) => held.push(socket)), "card.reader-silent"],
      ] as const) {
        const { port } = server.address() as AddressInfo;
        await assert.rejects(insertions.insert(card.number, { host: "127.0.0.1", port }), (error: unknown) => code(error) === expected);
        assert.equal((await cards.find(card.number)).reader, undefined);
        server.close();
      }
      for (const socket of held) socket.destroy();
    });

    it("keeps a try before its answer leaves, and takes the card out when it cannot", async () => {
      const { card, pin } = await cards.create({ id: "899700000042", type: "CPS", pin: "1234" });
      const reader = await openReader();
      await insertions.insert(card.number, { host: "127.0.0.1", port: reader.port });
      assert.equal(await reader.ask(`0020000104${toHex(utf8("9999"))}`), "63c2");
      assert.equal((await cards.find(card.number)).pinTries, 2);
      // Another process took the lease: this one must not answer any more.
      await test.store.run("update card.card set lease = gen_random_uuid() where number = $1", [card.number]);
      assert.equal(await reader.ask(`0020000104${toHex(utf8(pin))}`), "gone");
      assert.equal((await cards.find(card.number)).pinTries, 2);
      reader.server.close();
    });

    it("revokes both certificates once", async () => {
      const { card } = await cards.create({ id: "899700000042", type: "CPA" });
      revoked.length = 0;
      await Promise.all(Array.from({ length: 8 }, () => cards.revoke(card.number, "keyCompromise")));
      assert.deepEqual(revoked, [card.serials.authentication, card.serials.signature]);
      assert.equal((await cards.find(card.number)).state, "revoked");
    });
  });
}
