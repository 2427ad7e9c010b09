import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { type Id, realClock, Temporal } from "@cercle/kernel";
import { openAuthority, openVault, pkiMigrations } from "@cercle/pki";
import { createTestClock, openTestStore, type TestClock, type TestStore, testEngines } from "@cercle/testkit";
import type { Actor } from "@cercle/web";
import {
  type AcceptedChannels,
  createEvidence,
  type DecisionRow,
  type Evidence,
  type EvidenceRoom,
  evidenceMigrations,
  openEvidenceRoom,
  verifyFile,
} from "../src/index.ts";
import type { NewLetter } from "../src/letters/letters.ts";
import { verifyStatement } from "../src/signed.ts";

const explode = async (): Promise<never> => {
  throw new Error("not asked in these tests");
};
const officer = (id: string, by: "passkey" | "api-key" = "passkey"): Actor => ({ kind: "account", id, name: id, roles: ["officer"], by });
const registered: AcceptedChannels = { accepts: ["registered-receipt", "electronic-registered"], article: "MSS 12.2" };

for (const engine of testEngines) {
  describe(`letters, intake, decisions on ${engine}`, () => {
    let test: TestStore;
    let evidence: Evidence;
    let room: EvidenceRoom;
    let live: EvidenceRoom;
    let clock: TestClock;
    let anchors: string;
    const files = new Map<string, Id<"file">>();
    const rules = new Map<string, AcceptedChannels>();
    const done: string[] = [];
    before(async () => {
      test = await openTestStore({ engine, rooms: [evidenceMigrations, pkiMigrations] });
      clock = createTestClock("2026-01-30T10:00:00Z");
      const keys = await openVault({ folder: test.folder });
      const authority = await openAuthority({ vault: keys, store: test.store, real: realClock, name: "Essai" });
      anchors = authority.anchors();
      evidence = createEvidence({ store: test.store, clock, real: realClock, keys });
      const options = {
        store: test.store,
        evidence,
        keys,
        signer: (tx: Parameters<typeof authority.signer>[0]) => authority.signer(tx, "evidence"),
        acts: {
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
          accepted: async (_: unknown, _reference: string, act: string) => rules.get(act),
        },
        parties: { of: async () => [], controls: async () => undefined },
        seals: { agency: explode, issue: explode },
        passkeys: { find: explode, place: () => ({ id: "localhost", origin: "http://localhost" }) },
        cards: explode,
        clock,
        real: realClock,
        timeZone: "Europe/Paris",
        spaceName: "Essai",
        headSeconds: 3600,
        proposalHours: 72,
        reviewHours: 48,
        origin: () => "http://localhost",
      };
      room = await openEvidenceRoom({ ...options, mode: "sandbox" });
      live = await openEvidenceRoom({ ...options, mode: "live" });
      for (const one of [room, live]) {
        one.decisions.on({
          kind: "test.cut",
          execute: async (_tx, { reference }) => void done.push(reference),
          urgent: { lift: async (_tx, { reference }) => void done.push(`lifted ${reference}`) },
        });
        one.decisions.on({
          kind: "test.fails",
          execute: async () => {
            throw new Error("no door answered");
          },
        });
      }
    });
    after(() => test.close());

    const openFile = async (reference: string): Promise<Id<"file">> => {
      const id = await test.store.transaction((tx) => evidence.openFile(tx));
      files.set(reference, id);
      return id;
    };
    const letter = (file: string, more: Partial<NewLetter> = {}): NewLetter => ({
      file,
      channel: "electronic-registered",
      sender: { party: "agency", name: "L’agence" },
      recipient: { party: "vendor:demo", name: "Éditions du Cèdre", address: ["1 rue de l’Œuvre", "75001 Paris"] },
      title: "Mise en demeure",
      paragraphs: ["Votre service n’a pas répondu aux exigences 4.1 et 4.2.", "Vous avez un mois."],
      language: "fr",
      by: "account:a",
      clause: "MSS 12.2",
      ...more,
    });
    const at = (instant: string): Temporal.Instant => Temporal.Instant.from(instant);
    const entries = async (file: Id<"file">) =>
      (await evidence.list(test.store, file)).map(({ type, happenedAt, payload }) => ({ type, at: happenedAt.toString(), payload }));

    it("hands over an electronic letter: deposit, notice, acceptance, each with a signed proof and an entry", async () => {
      const file = await openFile("OP-1");
      rules.set("formal-notice", registered);
      const sent = await test.store.transaction((tx) =>
        room.letters.prepare(tx, letter("OP-1", { act: { type: "formal-notice", payload: { breaches: ["4.1"] } } })),
      );
      assert.equal(sent.state, "notified");
      assert.equal(sent.expires_at?.toString(), "2026-02-14T23:00:00Z");
      clock.set("2026-02-03T09:00:00Z");
      const tries = await Promise.allSettled(
        Array.from({ length: 8 }, () => test.store.transaction((tx) => room.letters.apply(tx, sent, { event: "accepted", at: clock.now(), by: "account:v" }))),
      );
      assert.equal(tries.filter((one) => one.status === "fulfilled").length, 1);
      const left = await entries(file);
      assert.deepEqual(
        left.map((entry) => entry.type),
        ["formal-notice", "letter-presented", "letter-received"],
      );
      assert.equal(left[0]?.payload?.channel, "electronic-registered");
      assert.equal(left[2]?.payload?.about, 1);
      assert.equal(left[2]?.at, "2026-02-03T09:00:00Z");
      const proofs = await test.store.query<{ proof: string }>("select proof from evidence.letter_event where letter_id = $1 order by seq", [sent.id]);
      assert.equal(proofs.length, 3);
      for (const { proof } of proofs) {
        const checked = verifyStatement(proof, anchors);
        assert.ok(checked.ok && checked.trusted);
        assert.equal(verifyStatement(proof.replace("OP-1", "OP-2"), anchors).ok, false);
      }
      assert.equal(verifyFile(await evidence.export(test.store, file)).verdict, "intact");
    });

    it("prints a tagged PDF with embedded fonts, sealed in the store", async () => {
      await openFile("OP-2");
      const sent = await test.store.transaction((tx) => room.letters.prepare(tx, letter("OP-2")));
      const opened = await room.letters.open(test.store, sent);
      assert.ok(opened);
      const path = join(test.folder, "letter.pdf");
      writeFileSync(path, opened.document);
      assert.match(spawnSync("pdfinfo", [path]).stdout.toString(), /Tagged: +yes/);
      const fonts = spawnSync("pdffonts", [path]).stdout.toString().trim().split("\n").slice(2);
      assert.ok(fonts.length > 0 && fonts.every((line) => /yes yes yes/.test(line)));
      const text = spawnSync("pdftotext", ["-layout", path, "-"]).stdout.toString();
      assert.match(text, /Éditions du Cèdre/);
      assert.match(text, /1 rue de l’Œuvre/);
      assert.match(text, /Article appliqué : MSS 12\.2/);
      assert.ok(!Buffer.from(sent.facts).includes("Cèdre"));
      assert.ok(!Buffer.from(sent.document).subarray(0, 5).equals(Buffer.from("%PDF-")));
    });

    it("refuses a notice on a channel that its clause does not accept, or at another address, with nothing half done", async () => {
      const file = await openFile("OP-3");
      rules.set("final-stop", { accepts: ["registered-receipt"], article: "MSS 5.1", address: "9 place de la République 75003 Paris" });
      const act = { type: "final-stop", payload: {} };
      const send = (more: Partial<NewLetter>) => test.store.transaction((tx) => room.letters.prepare(tx, letter("OP-3", { act, ...more })));
      await assert.rejects(send({}), { code: "evidence.wrong-channel", clause: "MSS 5.1" });
      await assert.rejects(send({ channel: "registered" }), { code: "evidence.wrong-channel" });
      await assert.rejects(send({ channel: "registered-receipt" }), { code: "evidence.wrong-address" });
      assert.deepEqual(await entries(file), []);
      const to = { party: "agency", name: "L’agence", address: ["9 place de la République", "75003 Paris"] };
      assert.equal((await send({ channel: "registered-receipt", recipient: to })).state, "prepared");
    });

    it("leaves an electronic letter unclaimed the day after the fifteenth, and it counts from its notice", async () => {
      clock.set("2026-03-02T09:00:00Z");
      const file = await openFile("OP-4");
      const sent = await test.store.transaction((tx) => room.letters.prepare(tx, letter("OP-4")));
      clock.set("2026-03-17T22:59:59Z");
      await room.catchUp();
      assert.equal((await room.letters.get(test.store, sent.reference)).state, "notified");
      clock.set("2026-03-17T23:00:00Z");
      await room.catchUp();
      assert.equal((await room.letters.get(test.store, sent.reference)).state, "unclaimed");
      const last = (await entries(file)).at(-1);
      assert.equal(last?.type, "letter-returned");
      assert.equal(last?.payload?.reason, "unclaimed");
      assert.equal(last?.payload?.presented_on, "2026-03-02");
      await assert.rejects(
        test.store.transaction((tx) => room.letters.apply(tx, sent, { event: "accepted", at: clock.now(), by: "account:v" })),
        { code: "evidence.wrong-state" },
      );
    });

    it("receives, keeps in view, and ties once with the time of receipt; a wrong channel leaves it untied", async () => {
      clock.set("2026-04-10T09:00:00Z");
      const file = await openFile("OP-5");
      const receive = (channel: "email" | "registered-receipt") =>
        test.store.transaction((tx) =>
          room.intake.receive(tx, {
            channel,
            receivedAt: at("2026-04-02T14:30:00Z"),
            from: "camille.durand@cedre.example",
            subject: "Arrêt",
            note: "Nous arrêtons.",
            by: "account:a",
          }),
        );
      const mail = await receive("email");
      rules.set("operator-stop", { accepts: ["registered-receipt"], article: "MSS 5.1" });
      const tie = (reference: string) =>
        test.store.transaction((tx) => room.intake.tie(tx, reference, { file: "OP-5", act: { type: "operator-stop", payload: {} }, by: "account:a" }));
      await assert.rejects(tie(mail), { code: "evidence.wrong-channel", clause: "MSS 5.1" });
      assert.ok((await room.intake.list(test.store, "untied")).some((item) => item.reference === mail));
      const post = await receive("registered-receipt");
      const tries = await Promise.allSettled(Array.from({ length: 8 }, () => tie(post)));
      assert.equal(tries.filter((one) => one.status === "fulfilled").length, 1);
      assert.deepEqual(
        (await entries(file)).map(({ type, at: when }) => [type, when]),
        [["operator-stop", "2026-04-02T14:30:00Z"]],
      );
      const item = await room.intake.get(test.store, post);
      assert.equal((await room.intake.open(test.store, item))?.facts.from, "camille.durand@cedre.example");
      assert.ok(!Buffer.from(item.facts).includes("durand"));
      await assert.rejects(
        test.store.transaction((tx) =>
          room.intake.receive(tx, { channel: "telephone", receivedAt: at("2027-01-01T00:00:00Z"), from: "x", subject: "y", note: "", by: "z" }),
        ),
        { code: "evidence.impossible-date" },
      );
    });

    const propose = (kind = "test.cut", actor = officer("a")): Promise<DecisionRow> =>
      test.store.transaction((tx) => room.decisions.propose(tx, { kind, clause: "MSS 12.2", facts: {}, reason: "Manquement constaté" }, actor));

    it("does an irreversible act once, when a second person confirms", async () => {
      const { reference } = await propose();
      const confirm = (actor: Actor) => test.store.transaction((tx) => room.decisions.confirm(tx, reference, actor));
      await assert.rejects(confirm(officer("a")), { code: "evidence.same-person" });
      await assert.rejects(confirm({ kind: "operator" }), { code: "evidence.named-person" });
      const tries = await Promise.allSettled(Array.from({ length: 8 }, (_, i) => confirm(officer(`b${i}`))));
      assert.equal(tries.filter((one) => one.status === "fulfilled").length, 1);
      assert.equal(done.filter((one) => one === reference).length, 1);
    });

    it("undoes the decision when the act fails, refuses late or unknown ones, and keys in live", async () => {
      const failing = await propose("test.fails");
      await assert.rejects(
        test.store.transaction((tx) => room.decisions.confirm(tx, failing.reference, officer("b"))),
        /no door answered/,
      );
      assert.equal((await room.decisions.get(test.store, failing.reference)).state, "proposed");
      const late = await propose();
      clock.advance({ hours: 72 });
      await assert.rejects(
        test.store.transaction((tx) => room.decisions.confirm(tx, late.reference, officer("b"))),
        { code: "evidence.already-settled" },
      );
      await room.catchUp();
      assert.equal((await room.decisions.get(test.store, late.reference)).state, "expired");
      await assert.rejects(propose("test.unknown"), { code: "evidence.unknown-decision" });
      await assert.rejects(
        test.store.transaction((tx) =>
          live.decisions.propose(tx, { kind: "test.cut", clause: "MSS 12.2", facts: {}, reason: "par clé" }, officer("a", "api-key")),
        ),
        { code: "evidence.named-person" },
      );
    });

    it("lets one officer act in an emergency, and opens a review that another ends", async () => {
      const urgent = (kind: string) =>
        test.store.transaction((tx) => room.decisions.decideUrgently(tx, { kind, clause: "MSS 7.1", facts: {}, reason: "Trouble majeur" }, officer("a")));
      await assert.rejects(urgent("evidence.erase-file"), { code: "evidence.not-urgent" });
      const row = await urgent("test.cut");
      assert.ok(done.includes(row.reference));
      assert.equal(row.review_due?.toString(), clock.now().add({ hours: 48 }).toString());
      assert.ok((await room.decisions.list(test.store, "open")).some((one) => one.reference === row.reference));
      const review = (actor: Actor) => test.store.transaction((tx) => room.decisions.review(tx, row.reference, actor, { outcome: "lifted", reason: "Fini" }));
      await assert.rejects(review(officer("a")), { code: "evidence.same-person" });
      await review(officer("b"));
      assert.ok(done.includes(`lifted ${row.reference}`));
      await assert.rejects(review(officer("c")), { code: "evidence.already-settled" });
    });

    it("erases a file's contents by two officers, letters and slips included; the chain stays", async () => {
      const file = await openFile("OP-6");
      const sent = await test.store.transaction((tx) => room.letters.prepare(tx, letter("OP-6")));
      const proposed = await test.store.transaction((tx) =>
        room.decisions.propose(tx, { kind: "evidence.erase-file", file: "OP-6", clause: "PSC 8.2", facts: {}, reason: "Fin de l’archivage" }, officer("a")),
      );
      await test.store.transaction((tx) => room.decisions.confirm(tx, proposed.reference, officer("b")));
      assert.equal(await room.letters.open(test.store, sent), undefined);
      const verdict = verifyFile(await evidence.export(test.store, file));
      assert.ok(verdict.verdict === "lawfully-erased");
      assert.equal((await evidence.list(test.store, file)).at(-1)?.payload?.basis, "PSC 8.2");
    });
  });
}
