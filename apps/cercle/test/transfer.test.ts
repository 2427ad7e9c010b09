// A whole file out of a space and into two others: one of another operator, who reads it, and one of the same, where it goes on.
import assert from "node:assert/strict";
import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { prepareData, startProgram, type TestFolder, type TestProgram, temporaryFolder } from "@cercle/testkit";
import { whole } from "./party.ts";
import { invitePeople, type People } from "./people.ts";

type Entry = { seq: number; type: string; payload: Record<string, unknown> | null };
type Exported = Record<string, unknown> & {
  party: { name: string };
  evidence: {
    entries: { seq: number; disclosed?: { salt: string; payload: Record<string, unknown> } }[];
    proofs: { head: { root: string; signed: string } }[];
  };
  papers: { kind: string; reference: string; digest: string; bytes: string; proofs: { entry: number; proof: string }[] }[];
};

describe("a whole file from space to space", () => {
  let folders: TestFolder[] = [];
  let origin: TestProgram;
  let sister: TestProgram;
  let stranger: TestProgram;
  let people: People;
  let there: People;
  let reference: string;
  let letter: string;
  let path: string;
  before(async () => {
    // Origin and sister begin as copies of one folder, as the run prepares it: the same keys, one operator.
    const [seed, one, two] = await Promise.all([temporaryFolder(), temporaryFolder(), temporaryFolder()]);
    folders = [seed, one, two];
    const prepared = process.env.TEST_PREPARED_DATA ?? (await prepareData(seed.path));
    await Promise.all([cp(prepared, one.path, { recursive: true }), cp(prepared, two.path, { recursive: true })]);
    [origin, stranger, sister] = await Promise.all([startProgram({ data: one.path }), startProgram({ fresh: true }), startProgram({ data: two.path })]);
    people = await invitePeople(origin, { anne: "officer", bruno: "second-officer" });
    there = await invitePeople(stranger, { carole: "officer", chloe: "controller" });
    const { party } = await people.good<{ party: string }>("anne", "POST", "/api/parties", whole("Clinique voyageuse"));
    reference = (await people.good<{ reference: string }>("anne", "POST", "/api/files", { instrument: "mssante-operator", party })).reference;
    const act = (type: string, payload: object) => people.good("anne", "POST", `/api/files/${reference}/entries`, { type, payload });
    await act("domain-declared", { by: "operator", domain: "voyage.mssante.test", title: "own" });
    await act("contract-signed", { by: "operator" });
    await act("contract-signed", { by: "agency" });
    await act("test-mailbox-created", { by: "operator", address: "test1@voyage.mssante.test" });
    const side = { party: `party:${party}`, name: "Clinique voyageuse", address: ["1 rue du Port"] };
    const paper = { file: reference, channel: "electronic-registered", sender_name: "L’agence", recipient: side, title: "Bienvenue", paragraphs: ["Voici."] };
    letter = (await people.good<{ reference: string }>("anne", "POST", "/api/letters", paper)).reference;
    const erasure = { kind: "evidence.erase-entry", file: reference, clause: "RGPD 17", facts: { entry: 4 }, reason: "demande de la personne" };
    const decision = await people.good<{ reference: string }>("anne", "POST", "/api/decisions", erasure);
    await people.good("bruno", "POST", `/api/decisions/${decision.reference}/confirm`);
    path = join(origin.data, "whole.json");
    const exported = await origin.run(["file", "export", reference, "--out", path]);
    assert.equal(exported.code, 0, exported.err);
  });
  after(async () => {
    await Promise.all([origin?.stop(), sister?.stop(), stranger?.stop()]);
    await Promise.all(folders.map((folder) => folder.remove()));
  });
  const read = async (): Promise<Exported> => JSON.parse(await readFile(path, "utf8")) as Exported;
  const tamper = async (change: (file: Exported) => void): Promise<Record<string, unknown>> => {
    const file = await read();
    change(file);
    return file;
  };

  it("refuses a changed byte and names the first altered entry, whatever was changed; nothing is taken in", async () => {
    const of = (file: Exported, seq: number) => {
      const entry = file.evidence.entries.find((one) => one.seq === seq);
      assert.ok(entry);
      return entry;
    };
    const digit = (text: string): string => (text.startsWith("a") ? `b${text.slice(1)}` : `a${text.slice(1)}`);
    const cases: readonly (readonly [string, (file: Exported) => void, RegExp])[] = [
      ["a payload", (file) => Object.assign(of(file, 1).disclosed?.payload ?? {}, { domain: "voyages.mssante.test" }), /altered at entry 1 /],
      ["a date", (file) => Object.assign(of(file, 2), { happened_at: "2026-01-01T00:00:00Z" }), /altered at entry 2 /],
      ["an entry left out", (file) => void file.evidence.entries.splice(2, 1), /altered at entry 3 /],
      ["what was erased, invented", (file) => Object.assign(of(file, 4), { disclosed: { salt: "AAAA", payload: { address: "x" } } }), /altered at entry 4 /],
      [
        "a head",
        (file) => Object.assign(file.evidence.proofs[0]?.head ?? {}, { signed: file.evidence.proofs[0]?.head.signed.replace(/"root":"./, '"root":"g') }),
        /altered at entry \d+ /,
      ],
      ["a letter", (file) => Object.assign(file.papers[0] ?? {}, { bytes: Buffer.from("%PDF-1.7 other").toString("base64") }), /altered at entry [5-7] /],
      [
        "a proof of the post",
        (file) => Object.assign(file.papers[0]?.proofs[0] ?? {}, { proof: digit(file.papers[0]?.proofs[0]?.proof ?? "") }),
        /altered at entry [5-7] /,
      ],
      [
        "a paper added",
        (file) => void file.papers.push({ kind: "document", reference: "DO-1", digest: "0".repeat(64), bytes: "AAAA", proofs: [] }),
        /no entry names/,
      ],
      ["the party’s name", (file) => Object.assign(file.party, { name: "Autre" }), /not what was signed/],
    ];
    for (const [what, change, said] of cases) {
      const { status, text } = await there.ask("carole", "POST", "/api/files/imports", await tamper(change));
      assert.equal(status, 409, `${what}: ${text}`);
      assert.match(text, said, what);
    }
    const tampered = join(origin.data, "tampered.json");
    await writeFile(tampered, JSON.stringify(await tamper((file) => Object.assign(file.evidence.entries[2] ?? {}, { actor: "account:other" }))));
    const command = await stranger.run(["file", "import", tampered]);
    assert.equal(command.code, 1);
    assert.match(command.err, /altered at entry 3 /);
    assert.deepEqual(
      (await there.good<{ came?: string }[]>("carole", "GET", "/api/files")).filter((file) => JSON.stringify(file).includes("Clinique voyageuse")),
      [],
    );
  });

  it("is read in another operator’s space with its proofs and letters, and never carried on; what was erased stays erased", async () => {
    const file = JSON.parse(await readFile(path, "utf8")) as Record<string, unknown>;
    const tries = await Promise.all(Array.from({ length: 8 }, () => there.ask("carole", "POST", "/api/files/imports", file)));
    const [done] = tries.filter(({ status }) => status < 300);
    assert.equal(tries.filter(({ status }) => status < 300).length, 1, tries.map(({ status, body }) => `${status} ${body.code}`).join(", "));
    assert.ok(tries.every(({ status, body }) => status < 300 || body.code === "governance.already-here"));
    assert.ok(done);
    const { reference: here, verdict, read_only, from } = done.body as { reference: string; verdict: string; read_only: boolean; from: { reference: string } };
    assert.deepEqual([verdict, read_only, from.reference], ["lawfully-erased", true, reference]);
    assert.match(here, /^IM-/);

    const view = await there.good<{ party: string; entries: Entry[]; phase: { id: string } }>("carole", "GET", `/api/files/${here}/view`);
    assert.deepEqual([view.party, view.phase.id], ["Clinique voyageuse", "provisional"]);
    assert.equal(view.entries.find(({ seq }) => seq === 4)?.payload, null);
    assert.deepEqual(view.entries.find(({ seq }) => seq === 1)?.payload?.domain, "voyage.mssante.test");
    const refused = await there.ask("carole", "POST", `/api/files/${here}/entries`, {
      type: "test-mailbox-created",
      payload: { by: "operator", address: "test2@voyage.mssante.test" },
    });
    assert.equal(refused.body.code, "evidence.read-only");
    const mandate = { account: there.accounts.chloe, from: "2026-01-01", until: "2027-12-31", control: "visite" };
    assert.equal((await there.ask("carole", "POST", `/api/files/${here}/mandates`, mandate)).body.code, "evidence.read-only");
    assert.deepEqual((await there.good<{ rights: unknown[] }>("carole", "GET", `/api/files/${here}`)).rights, [], "no right opens here");

    const { papers } = await there.good<{ papers: { position: number; reference: string; kind: string }[] }>("carole", "GET", `/api/files/${here}/origin`);
    assert.deepEqual(
      papers.map(({ kind, reference: own }) => [kind, own]),
      [["letter", letter]],
    );
    const same = await there.ask("carole", "GET", `/api/files/${here}/papers/${papers[0]?.position}`);
    assert.equal(same.text, (await people.ask("anne", "GET", `/api/letters/${letter}/document`)).text);
    const proof = join(stranger.data, "proof.json");
    assert.equal((await stranger.run(["evidence", "export", "--file", here, "--out", proof])).code, 0);
    const verified = await stranger.run(["evidence", "verify", proof, "--json"]);
    assert.equal(verified.code, 0, verified.err);
    const { erased, heads } = JSON.parse(verified.out) as { erased: { seq: number }[]; heads: unknown[] };
    assert.deepEqual([erased.map(({ seq }) => seq), heads.length > 0], [[4], true]);
    const page = await there.ask("carole", "GET", `/files/${here}`);
    assert.match(page.text, new RegExp(`${reference}[\\s\\S]*(read only|lecture seule)`, "i"));
    // Its personal content can be erased here too.
    const erasure = { kind: "evidence.erase-file", file: here, clause: "RGPD 17", facts: {}, reason: "fin de conservation" };
    assert.equal((await there.ask("carole", "POST", "/api/decisions", erasure)).status, 200);
  });

  it("goes on in a space of the same operator: its rights open, the next entry follows", async () => {
    const imported = await sister.run(["file", "import", path, "--json"]);
    assert.equal(imported.code, 0, imported.err);
    const { reference: here, read_only } = JSON.parse(imported.out) as { reference: string; read_only: boolean };
    assert.equal(read_only, false);
    const own = await invitePeople(sister, { dora: "officer" });
    await own.good("dora", "POST", `/api/files/${here}/entries`, {
      type: "test-mailbox-created",
      payload: { by: "operator", address: "test3@voyage.mssante.test" },
    });
    const { entries, rights } = await own.good<{ entries: Entry[]; rights: { right: string; state: string }[] }>("dora", "GET", `/api/files/${here}`);
    assert.ok(entries.some(({ type }) => type === "file-imported"));
    assert.ok(rights.some(({ right, state }) => right === "domain.exchange" && state === "open"));
    const verified = await own.good<{ verdict: string }>("dora", "GET", `/api/files/${here}/verification`);
    assert.equal(verified.verdict, "lawfully-erased");
  });

  it("handed over, it says so where it was: rights closed, nothing more recorded, owed or foreseen there; brought back, it goes on", async () => {
    await people.good("anne", "POST", `/api/files/${reference}/hand-over`, { to: "Espace de secours" });
    const twice = await people.ask("anne", "POST", `/api/files/${reference}/hand-over`, { to: "Ailleurs" });
    assert.deepEqual([twice.status, twice.body.code], [409, "governance.handed-over"]);
    const act = { type: "test-mailbox-created", payload: { by: "operator", address: "test2@voyage.mssante.test" } };
    assert.equal((await people.ask("anne", "POST", `/api/files/${reference}/entries`, act)).body.code, "governance.handed-over");
    const table = await people.good<{ state: string; clause: string }>("anne", "GET", "/api/rights/domain.exchange/voyage.mssante.test");
    assert.deepEqual([table.state, table.clause], ["closed", "file-handed-over"]);
    const work = await people.good<{ reference: string }[]>("anne", "GET", "/api/work");
    assert.ok(!work.some((row) => row.reference === reference));
    const page = await people.ask("anne", "GET", `/files/${reference}`);
    assert.match(page.text, /handed over to another space/i);
  });
});
