import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { type Id, realClock } from "@cercle/kernel";
import { openAuthority, openVault, pkiMigrations } from "@cercle/pki";
import { openTestStore, type TestStore, testEngines } from "@cercle/testkit";
import {
  createEvidence,
  type Evidence,
  type EvidenceRoom,
  type ExportedFile,
  evidenceMigrations,
  lookAtHead,
  openEvidenceRoom,
  verifyFile,
} from "../src/index.ts";
import { getHead, listHeads, readConsistency } from "../src/published.ts";
import { openOwnAuthority } from "../src/tsa.ts";

for (const engine of testEngines) {
  describe(`heads on ${engine}`, () => {
    let test: TestStore;
    let evidence: Evidence;
    let room: EvidenceRoom;
    let anchors: string;
    let stampWith: ((request: Uint8Array) => Promise<Uint8Array>) | undefined;
    const outside = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", async () => {
        if (!stampWith) return response.writeHead(503).end();
        response.writeHead(200, { "content-type": "application/timestamp-reply" }).end(await stampWith(Buffer.concat(chunks)));
      });
    });
    before(async () => {
      test = await openTestStore({ engine, rooms: [evidenceMigrations, pkiMigrations] });
      const keys = await openVault({ folder: test.folder });
      const authority = await openAuthority({ vault: keys, store: test.store, real: realClock, name: "Essai" });
      evidence = createEvidence({ store: test.store, clock: realClock, real: realClock, keys });
      const stranger = await openOwnAuthority({ keys, real: realClock, name: "Dehors" });
      stampWith = stranger.stamp;
      await new Promise<void>((done) => outside.listen(0, "127.0.0.1", done));
      const address = outside.address();
      room = await openEvidenceRoom({
        store: test.store,
        evidence,
        keys,
        signer: (tx) => authority.signer(tx, "evidence"),
        acts: noActs,
        parties: { of: async () => [], controls: async () => undefined },
        seals: { agency: explode, issue: explode },
        passkeys: { find: explode, place: () => ({ id: "localhost", origin: "http://localhost" }) },
        cards: explode,
        clock: realClock,
        real: realClock,
        mode: "sandbox",
        timeZone: "Europe/Paris",
        spaceName: "Essai",
        headSeconds: 3600,
        proposalHours: 72,
        reviewHours: 48,
        timestampUrl: `http://127.0.0.1:${address && typeof address === "object" ? address.port : 0}/`,
        timestampAnchors: stranger.anchor,
        origin: () => "http://localhost",
      });
      anchors = `${authority.anchors()}\n${stranger.anchor}`;
    });
    after(async () => {
      await new Promise((done) => outside.close(done));
      await test.close();
    });

    const append = (file: Id<"file">, word: string) =>
      test.store.transaction((tx) => evidence.append(tx, file, { type: "noted", actor: "operator", payload: { word, person: "Camille Durand" } }));
    const open = () => test.store.transaction((tx) => evidence.openFile(tx));
    const newest = async () => {
      const [head] = await listHeads(test.store, { limit: 1 });
      assert.ok(head);
      return head;
    };

    it("signs and timestamps a head that openssl accepts, and a proof file carries it", async () => {
      const file = await open();
      await append(file, "one");
      await append(file, "two");
      await room.publish();
      const verdict = verifyFile(await evidence.export(test.store, file), { anchors });
      assert.ok(verdict.verdict === "intact");
      assert.equal(verdict.heads[0]?.entry, 2);
      assert.equal(verdict.heads[0]?.trusted, true);
      assert.equal(verdict.heads[0]?.timestamp?.trusted, true);
      assert.equal(verdict.unattested, 0);
      const head = await newest();
      const at = (name: string): string => join(test.folder, name);
      writeFileSync(at("signed"), head.signed);
      writeFileSync(at("reply"), Buffer.from(head.token ?? "", "base64"));
      writeFileSync(at("anchors.pem"), anchors);
      const out = execFileSync("openssl", ["ts", "-verify", "-in", at("reply"), "-data", at("signed"), "-CAfile", at("anchors.pem")], {
        stdio: ["ignore", "pipe", "ignore"],
      });
      assert.match(out.toString(), /Verification: OK/);
    });

    it("keeps heads while the timestamp authority is away, and stamps them all when it is back", async () => {
      const file = await open();
      const kept = stampWith;
      stampWith = undefined;
      for (const word of ["a", "b", "c"]) {
        await append(file, word);
        await room.publish();
      }
      assert.equal((await room.log.waiting(test.store)).heads, 3);
      assert.match((await room.log.waiting(test.store)).last_failure ?? "", /503/);
      // An authority that answers for something else is not kept either.
      stampWith = async () => Buffer.from("3003020102", "hex");
      assert.equal(await room.log.timestamp(), 0);
      stampWith = kept;
      assert.equal(await room.log.timestamp(), 3);
      assert.equal((await room.log.waiting(test.store)).heads, 0);
    });

    it("writes one leaf for a file however many publish at once, and none when nothing changed", async () => {
      const file = await open();
      await append(file, "only");
      const before = (await newest()).size;
      await Promise.all(Array.from({ length: 8 }, () => test.store.transaction((tx) => room.log.publish(tx))));
      assert.equal((await newest()).size, before + 1);
    });

    it("alarms on a rewritten, forked or shortened history", async () => {
      const file = await open();
      await append(file, "first");
      await room.publish();
      const first = await lookAtHead({ url: "x", newest: await newest(), remembered: undefined, consistency: async () => [] });
      assert.ok(first.ok);
      for (const word of ["second", "third"]) {
        await append(file, word);
        await room.publish();
      }
      const consistency = (from: number, to: number) => readConsistency(test.store, from, to);
      const grown = await lookAtHead({ url: "x", newest: await newest(), remembered: first.watched, consistency });
      assert.ok(grown.ok && grown.grew);
      const alarm = async (remembered: typeof first.watched, head = newest()) => {
        const look = await lookAtHead({ url: "x", newest: await head, remembered, consistency });
        return look.ok ? "none" : look.alarm;
      };
      const other = `${first.watched.head.root.startsWith("0") ? "1" : "0"}${first.watched.head.root.slice(1)}`;
      assert.equal(await alarm({ ...first.watched, head: { ...first.watched.head, root: other } }), "rewritten");
      assert.equal(await alarm({ ...grown.watched, head: { ...grown.watched.head, root: other } }), "forked");
      assert.equal(await alarm(grown.watched, getHead(test.store, first.watched.head.size)), "rolled-back");
      assert.equal(await alarm({ ...first.watched, signer: other }), "another-key");
      const forged = { ...(await newest()), signed: (await newest()).signed.replace(/"size":\d+/, '"size":999999') };
      assert.equal(await alarm(first.watched, Promise.resolve(forged)), "unsigned");
    });

    it("names the altered entry when the store's content is changed, and a chain rebuilt whole is still exposed", async () => {
      const file = await open();
      for (const word of ["one", "two", "three"]) await append(file, word);
      await room.publish();
      const honest = await evidence.export(test.store, file);
      const { digestContent, digestEntry } = await import("../src/index.ts");
      let previous = "";
      const entries = honest.entries.map((entry) => {
        const salt = Buffer.from(entry.disclosed?.salt ?? "", "base64");
        const payload = entry.seq === 2 ? { word: "forged" } : (entry.disclosed?.payload ?? null);
        const { digest: _, disclosed: __, ...part } = { ...entry, content: digestContent(salt, payload), previous };
        previous = digestEntry(part);
        return { ...part, digest: previous, disclosed: { salt: salt.toString("base64"), payload } };
      });
      assert.equal(verifyFile({ format: "cercle-evidence-1", file, entries }).verdict, "intact", "a chain alone proves nothing against who rebuilds it");
      const exposed = verifyFile({ ...honest, entries });
      assert.ok(exposed.verdict === "altered");
      assert.match(exposed.reason, /published over another entry/);
      assert.ok(verifyFile(honest, { anchors: "" }).verdict === "altered", "anchors that hold nothing trust nobody");
    });

    it("keeps no personal content in the open, and erasing the key of a file erases all of it", async () => {
      const file = await open();
      const other = await open();
      await append(file, "one");
      await append(other, "kept");
      await room.publish();
      const dump = JSON.stringify(await test.store.query("select file_id, seq, salt, payload, encode(sealed, 'escape') as sealed from evidence.content"));
      assert.ok(!dump.includes("Durand"));
      assert.equal((await evidence.list(test.store, file))[0]?.payload?.person, "Camille Durand");
      await test.store.transaction((tx) => evidence.eraseFile(tx, file, { basis: "PSC 8.2", actor: "operator" }));
      await append(file, "later");
      const verdict = verifyFile(await evidence.export(test.store, file), { anchors });
      assert.ok(verdict.verdict === "lawfully-erased");
      assert.deepEqual(verdict.erased, [{ seq: 1, by: 2 }]);
      assert.equal((await evidence.list(test.store, file))[2]?.payload?.word, "later");
      assert.equal((await evidence.list(test.store, other))[0]?.payload?.word, "kept");
      assert.equal(await test.store.first("select 1 from evidence.content_key where scope = $1 and sealed is not null and generation = 1", [file]), undefined);
    });

    it("finds a sealed content that was changed in the store", async () => {
      const file = await open();
      await append(file, "one");
      await test.store.run("update evidence.content set sealed = set_byte(sealed, 20, 255 - get_byte(sealed, 20)) where file_id = $1", [file]);
      const verdict = verifyFile(await evidence.export(test.store, file));
      assert.ok(verdict.verdict === "altered");
      assert.equal(verdict.first, 1);
    });

    it("rectifies by another entry and lists what relied on the wrong one", async () => {
      const file = await open();
      await append(file, "wrong");
      for (const relies_on of [[1], [2], [], [3, 99]]) {
        await test.store.transaction((tx) => evidence.append(tx, file, { type: "noted", actor: "operator", payload: { relies_on } }));
      }
      const { entry, review } = await test.store.transaction((tx) =>
        evidence.rectify(tx, file, 1, { reason: "date", actor: "operator", instead: { word: "right" } }),
      );
      assert.deepEqual(review, [2, 3, 5]);
      assert.equal(entry.payload?.rectifies, 1);
      assert.equal(verifyFile(await evidence.export(test.store, file)).verdict, "intact");
      await assert.rejects(
        test.store.transaction((tx) => evidence.rectify(tx, file, 77, { reason: "x", actor: "operator" })),
        { code: "evidence.no-entry" },
      );
    });

    it("finds a change in every region of a proof file", async () => {
      const file = await open();
      await append(file, "one");
      await append(file, "two");
      await room.publish();
      const honest = await evidence.export(test.store, file);
      assert.equal(verifyFile(honest, { anchors }).verdict, "intact");
      let tried = 0;
      for (const path of listStrings(honest)) {
        const changed = structuredClone(honest);
        bend(changed, path);
        // `head.root`, `head.size`… repeat what is signed; the signed text is what counts.
        if (path[0] === "proofs" && path[2] === "head" && !["signed", "token"].includes(String(path[3]))) continue;
        // Bytes of a token are tried one by one below.
        if (path[3] === "token") continue;
        tried += 1;
        assert.equal(verifyFile(changed, { anchors }).verdict, "altered", path.join("."));
      }
      const [proof] = honest.proofs ?? [];
      assert.ok(proof?.head.token);
      const token = Buffer.from(proof.head.token, "base64");
      const stamped = verifyFile(honest, { anchors });
      assert.ok(stamped.verdict === "intact");
      for (let at = 0; at < token.length; at += 3) {
        const bent = Buffer.from(token);
        bent[at] = (bent[at] ?? 0) ^ 0x01;
        const verdict = verifyFile({ ...honest, proofs: [{ ...proof, head: { ...proof.head, token: bent.toString("base64") } }] }, { anchors });
        if (verdict.verdict === "altered" || verdict.heads[0]?.timestamp?.trusted !== true) continue;
        // What no signature covers (the reply's envelope) may change; the time and the signer may not.
        assert.deepEqual(verdict.heads[0].timestamp, stamped.heads[0]?.timestamp, `byte ${at}`);
      }
      assert.ok(tried >= 25);
    });
  });
}

const explode = async (): Promise<never> => {
  throw new Error("not asked in these tests");
};
const noActs = { find: explode, record: explode, rectify: explode, accepted: explode };

type Path = readonly (string | number)[];

function listStrings(value: unknown, path: Path = []): Path[] {
  if (typeof value === "string" || typeof value === "number") return path[0] === "format" ? [] : [path];
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value).flatMap(([key, member]) => listStrings(member, [...path, Array.isArray(value) ? Number(key) : key]));
}

/** Changes one character in the middle of a text, or a number by one. */
function bend(file: ExportedFile, path: Path): void {
  let place = file as unknown as Record<string | number, unknown>;
  for (const step of path.slice(0, -1)) place = place[step] as Record<string | number, unknown>;
  const last = path.at(-1) ?? "";
  const value = place[last];
  if (typeof value === "number") place[last] = value + 1;
  else {
    const text = String(value);
    const middle = Math.floor(text.length / 2);
    place[last] = `${text.slice(0, middle)}${text[middle] === "1" ? "2" : "1"}${text.slice(middle + 1)}`;
  }
}
