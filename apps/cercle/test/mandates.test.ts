// Outside controllers: a file with a mandate running now is read and acted in; every other one answers as a reference nobody gave.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { startProgram, type TestProgram } from "@cercle/testkit";
import { apply, base64, picture } from "./label-steps.ts";
import { whole } from "./party.ts";
import { invitePeople, type People } from "./people.ts";

type Made = { readonly reference: string; readonly letter: string; readonly document: string; readonly name: string };
const unknown = "OP-2019-99999";

/** Every address that a file has, for its own reference. */
const surfaces: readonly (readonly ["GET" | "POST", string])[] = [
  ["GET", "/api/files/REF/view"],
  ["GET", "/api/files/REF/view?on=2026-01-01&known_on=2026-01-01"],
  ["GET", "/api/files/REF/calendar.ics"],
  ["GET", "/api/files/REF/why?about=phase"],
  ["POST", "/api/files/REF/entries"],
  ["GET", "/files/REF"],
  ["GET", "/files/REF/proof"],
  ["GET", "/files/REF/letters"],
  ["GET", "/files/REF/documents"],
  ["GET", "/files/REF/service"],
  ["GET", "/files/REF/what-if"],
  ["GET", "/files/REF/acts/control-held"],
];
const lists = ["/api/work", "/api/parties", "/work", "/files", "/calendar", "/controls", "/letters", "/work?q=Zeta", "/files?q=Zeta"];

describe("mandates of outside controllers", () => {
  let program: TestProgram;
  let people: People;
  let given: Made;
  let other: Made;
  before(async () => {
    program = await startProgram();
    people = await invitePeople(program, { anne: "officer", bruno: "second-officer", cleo: "controller", dan: "controller", vera: "vendor" });
    [given, other] = [await make("Alpha Zeta"), await make("Omega Zeta")];
  });
  after(() => program?.stop());

  /** An operator's file under contract, with a letter, a document and an announced control. */
  const make = async (name: string): Promise<Made> => {
    const { good } = people;
    const { party } = await good<{ party: string }>("anne", "POST", "/api/parties", whole(name));
    const { reference } = await good<{ reference: string }>("anne", "POST", "/api/files", { instrument: "mssante-operator", party });
    const act = (type: string, payload: object) => good("anne", "POST", `/api/files/${reference}/entries`, { type, payload });
    await act("domain-declared", { by: "operator", domain: `${name.toLowerCase().replace(" ", "-")}.mssante.test`, title: "own" });
    await act("contract-signed", { by: "operator" });
    await act("contract-signed", { by: "agency" });
    const { now } = await good<{ now: string }>("anne", "GET", "/api/clock");
    const day = new Date(Date.parse(now) + 40 * 86_400_000).toISOString().slice(0, 10);
    await act("control-announced", { by: "agency", channel: "registered", control_date: day, plan: "annexe 3", kind: "visit" });
    const side = { party: `party:${party}`, name, address: ["1 rue du Port"] };
    const letter = {
      file: reference,
      channel: "electronic-registered",
      sender_name: "L’agence",
      recipient: side,
      title: "Plan de contrôle",
      paragraphs: ["Voici."],
    };
    const draft = { file: reference, title: "Avenant", paragraphs: ["Texte."], parties: [{ party: "agency", name: "L’agence", as: "agency" }] };
    return {
      name,
      reference,
      letter: (await good<{ reference: string }>("anne", "POST", "/api/letters", letter)).reference,
      document: (await good<{ reference: string }>("anne", "POST", "/api/documents", draft)).reference,
    };
  };
  /** What this account is answered there, with what changes by itself cut out: references, request ids, moments. */
  const answer = async (who: string, method: string, path: string, ...references: string[]): Promise<string> => {
    const body = method === "POST" ? { type: "control-held", payload: {} } : undefined;
    const reply = await people.ask(who, method, path, body);
    let text = reply.text;
    for (const reference of references) text = text.replaceAll(reference, "REF");
    return `${reply.status} ${text.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}|"request_id":"[^"]*"|req-\w+/g, "")}`;
  };
  const here = (path: string, reference: string): string => path.replaceAll("REF", reference);
  const assertShut = async (who: string, made: Made): Promise<void> => {
    for (const [method, path] of surfaces) {
      const shut = await answer(who, method, here(path, made.reference), made.reference);
      assert.match(shut, /^404 /, `${method} ${path}`);
      assert.equal(shut, await answer(who, method, here(path, unknown), unknown), `${method} ${path} answers as an unknown reference does`);
    }
    for (const [path, own, none] of [
      ["/api/letters/REF", made.letter, "RL-2019-99999"],
      ["/api/letters/REF/document", made.letter, "RL-2019-99999"],
      ["/api/letters/REF/slips/1/scan", made.letter, "RL-2019-99999"],
      ["/letters/REF", made.letter, "RL-2019-99999"],
      ["/api/documents/REF", made.document, "DO-2019-99999"],
      ["/api/documents/REF/document", made.document, "DO-2019-99999"],
      ["/api/documents/REF/original", made.document, "DO-2019-99999"],
    ] as const) {
      const shut = await answer(who, "GET", here(path, own), own);
      assert.match(shut, /^404 /, path);
      assert.equal(shut, await answer(who, "GET", here(path, none), none), path);
    }
    for (const path of [`/api/letters?file=${made.reference}`, `/api/documents?file=${made.reference}`])
      assert.equal(await answer(who, "GET", path), await answer(who, "GET", path.replace(made.reference, unknown)), path);
    for (const path of lists) {
      const { status, text } = await people.ask(who, "GET", path);
      assert.equal(status, 200, path);
      for (const trace of [made.reference, made.name]) assert.equal(text.includes(trace), false, `${path} does not say ${trace}`);
    }
  };
  const day = async (offset: number): Promise<string> => {
    const { now } = await people.good<{ now: string }>("anne", "GET", "/api/clock");
    return new Date(Date.parse(now) + offset * 86_400_000).toISOString().slice(0, 10);
  };
  const pass = (by: string) => people.good("anne", "PUT", "/api/clock", { by });
  const give = async (facts: object) =>
    people.ask("anne", "POST", `/api/files/${given.reference}/mandates`, {
      account: people.accounts.cleo,
      from: await day(0),
      until: await day(3),
      control: "Visite de conformité",
      ...facts,
    });

  it("without a mandate no file exists: pages, API, letters, documents, lists, search", async () => {
    await assertShut("cleo", given);
    for (const path of ["/statistics", "/api/files", `/api/files/${given.reference}`, `/api/files/${given.reference}/evidence`, "/intake", "/decisions"])
      assert.equal((await people.ask("cleo", "GET", path)).status, 403, path);
  });

  it("[MSS-34] [MSS-35] is read and acted in while its mandate runs by the space’s clock, and only that file; an act beyond the control is refused", async () => {
    const later = await give({ from: await day(2), until: await day(60) });
    assert.equal(later.status, 200, later.text);
    await assertShut("cleo", given);
    await pass("P2D");
    for (const [method, path] of surfaces.filter(([method]) => method === "GET"))
      assert.match(await answer("cleo", method, here(path, given.reference)), /^200 /, path);
    for (const path of [
      `/api/letters/${given.letter}`,
      `/api/letters/${given.letter}/document`,
      `/api/documents/${given.document}/document`,
      `/letters/${given.letter}`,
    ])
      assert.match(await answer("cleo", "GET", path), /^200 /, path);
    for (const path of ["/api/work", "/api/parties", "/files", "/controls"]) assert.match(await answer("cleo", "GET", path), /Alpha Zeta/, path);
    await assertShut("cleo", other);
    await assertShut("dan", given);

    const view = await people.good<{ allowed: { type: string }[] }>("cleo", "GET", `/api/files/${given.reference}/view`);
    assert.ok(
      view.allowed.every(({ type }) => ["control-held", "control-refused", "health-data-seen"].includes(type)),
      JSON.stringify(view.allowed),
    );
    const beyond = await people.ask("cleo", "POST", `/api/files/${given.reference}/entries`, {
      type: "exceptional-measure",
      payload: { reasons: "trouble" },
    });
    assert.deepEqual([beyond.status, beyond.body.code], [403, "governance.beyond-mandate"]);
    for (const path of [`/api/letters/${given.letter}/accept`, "/api/letters", "/api/decisions", `/api/documents/${given.document}/passkey`])
      assert.equal((await people.ask("cleo", "POST", path, {})).status, 403, path);
    const early = await people.ask("cleo", "POST", `/api/files/${given.reference}/entries`, { type: "control-held", payload: { by: "agency" } });
    assert.deepEqual([early.status, early.body.clause], [409, "MSS 7.1"], "the law still judges");
    await pass("P40D");
    await people.good("cleo", "POST", `/api/files/${given.reference}/entries`, { type: "control-held", payload: { by: "agency" } });
    const { entries } = await people.good<{ entries: { type: string; actor: string }[] }>("anne", "GET", `/api/files/${given.reference}/view`);
    assert.equal(entries.find(({ type }) => type === "control-held")?.actor, `account:${people.accounts.cleo}`);
  });

  it("[LAB-25] opens the label’s pieces for reading while it runs, and nothing to do in them; to a controller without one the product does not exist", async () => {
    const { reference: file, product, referential } = await apply(program.data, { party: "Éditeur contrôlé", name: "Logiciel contrôlé" });
    const at = `/api/label/products/${product}`;
    for (const who of ["cleo", "dan"]) assert.equal((await people.ask(who, "GET", at)).status, 404, who);
    const mandate = { account: people.accounts.cleo, from: await day(0), until: await day(3), control: "Audit du label" };
    await people.good("anne", "POST", `/api/files/${file}/mandates`, mandate);
    const { id: evidence } = await people.good<{ id: string }>("anne", "POST", `${at}/evidence`, {
      referential,
      requirement: "FIC-AGD-1",
      name: "piece.png",
      content: base64(picture),
    });
    for (const path of [at, `${at}/evidence/${evidence}`, `${at}/history`, `${at}/documents`, `/label/products/${product}`])
      assert.equal((await people.ask("cleo", "GET", path)).status, 200, path);
    assert.doesNotMatch((await people.ask("cleo", "GET", `/label/products/${product}`)).text, /<form[^>]*action="\/label/);
    assert.match((await people.ask("cleo", "GET", "/label/products")).text, new RegExp(product));
    assert.equal((await people.ask("cleo", "POST", `${at}/builds`, { number: "1.0", fingerprint: "ab".repeat(32) })).status, 403);
    assert.equal((await people.ask("dan", "GET", at)).status, 404);
    await pass("P5D");
    assert.equal((await people.ask("cleo", "GET", at)).status, 404);
  });

  it("ends by its date and by revocation, of eight at once by one; both are entries, all that was asked is traced", async () => {
    await pass("P30D");
    await assertShut("cleo", given);
    const again = await give({});
    assert.equal(again.status, 200);
    assert.match(await answer("cleo", "GET", `/api/files/${given.reference}/view`), /^200 /);
    const tries = await Promise.all(
      Array.from({ length: 8 }, () =>
        people.ask("bruno", "POST", `/api/files/${given.reference}/mandates/${again.body.id}/revocation`, { reason: "fin du contrôle" }),
      ),
    );
    assert.equal(tries.filter(({ status }) => status < 300).length, 1);
    await assertShut("cleo", given);
    const mandates = await people.good<{ id: string; state: string; name: string; control: string }[]>("anne", "GET", `/api/files/${given.reference}/mandates`);
    assert.deepEqual(
      mandates.map(({ state, name, control }) => [state, name, control]),
      [
        ["revoked", "Person cleo", "Visite de conformité"],
        ["ended", "Person cleo", "Visite de conformité"],
      ],
    );
    const { entries } = await people.good<{ entries: { type: string }[] }>("anne", "GET", `/api/files/${given.reference}/view`);
    assert.deepEqual(
      entries.filter(({ type }) => type.startsWith("mandate-")).map(({ type }) => type),
      ["mandate-given", "mandate-given", "mandate-revoked"],
    );
    const traces = await people.good<{ route: string; status: number }[]>("anne", "GET", `/api/files/${given.reference}/mandates/${again.body.id}/traces`);
    const asked = new Set(traces.map(({ route, status }) => `${status} ${route}`));
    for (const line of [
      "200 GET /files/:reference",
      "200 POST /api/files/:reference/entries",
      `200 ${given.letter}`,
      `200 ${given.document}`,
      "404 GET /api/files/:reference/view",
    ])
      assert.ok(asked.has(line), `${line} among ${[...asked].join(", ")}`);
    assert.match(await answer("anne", "GET", `/files/${given.reference}/mandates`), /^200 [\s\S]*Person cleo[\s\S]*revoked/);
  });

  it("is refused to who is no controller, to who acts for the party, on impossible days, and by who is no officer", async () => {
    for (const [facts, code] of [
      [{ account: people.accounts.vera }, "governance.not-a-controller"],
      [{ account: "0190aaaa-0000-7000-8000-000000000000" }, "governance.not-a-controller"],
      [{ from: await day(5), until: await day(4) }, "governance.mandate-dates"],
      [{ from: await day(-9), until: await day(-8) }, "governance.mandate-dates"],
      [{ until: await day(900) }, "governance.mandate-dates"],
      [{ entry: 999 }, "governance.no-such-entry"],
    ] as const)
      assert.equal((await give(facts)).body.code, code, JSON.stringify(facts));
    const parties = await people.good<{ id: string; name: string }[]>("anne", "GET", "/api/parties");
    const party = parties.find(({ name }) => name === given.name)?.id;
    await people.good("anne", "PUT", `/api/parties/${party}/members/${people.accounts.dan}`);
    assert.equal((await give({ account: people.accounts.dan })).body.code, "governance.controls-themself");
    for (const who of ["cleo", "vera"]) assert.equal((await people.ask(who, "POST", `/api/files/${given.reference}/mandates`, {})).status, 403);
    assert.equal((await people.ask("nobody", "GET", `/api/files/${given.reference}/mandates`)).status, 401);
  });

  it("figures of all files are the agency's: counted by instrument and phase, with how long, and what is due", async () => {
    for (const who of ["cleo", "vera"]) assert.equal((await people.ask(who, "GET", "/api/statistics")).status, 403, who);
    type Figures = {
      files: number;
      by_phase: { instrument: string; phase: string; files: number; median_days: number }[];
      opened: { month: string; files: number }[];
      obligations: { late: number; within_7_days: number; within_31_days: number; within_92_days: number; beyond: number };
      doors: { changes: number; p99_ms: number };
    };
    const { files, by_phase, opened, obligations, doors } = await people.good<Figures>("anne", "GET", "/api/statistics");
    const provisional = by_phase.find(({ instrument, phase }) => instrument === "mssante-operator" && phase === "provisional");
    assert.equal(provisional?.files, 2);
    assert.ok((provisional?.median_days ?? 0) >= 72, "the clock moved seventy-two days since both were signed");
    assert.equal(
      files,
      by_phase.reduce((sum, row) => sum + row.files, 0),
    );
    assert.equal(opened.length, 12);
    assert.equal(
      opened.reduce((sum, row) => sum + row.files, 0),
      files,
    );
    const work = await people.good<{ state: string; last_day: string | null }[]>("anne", "GET", "/api/work?limit=1000");
    assert.equal(obligations.late, work.filter(({ state }) => state === "late").length);
    const ahead = obligations.within_7_days + obligations.within_31_days + obligations.within_92_days + obligations.beyond;
    const today = await day(0);
    assert.equal(ahead, work.filter(({ state, last_day }) => state !== "late" && last_day !== null && last_day >= today).length);
    assert.ok(doors.changes > 0 && doors.p99_ms >= 0);
  });
});
