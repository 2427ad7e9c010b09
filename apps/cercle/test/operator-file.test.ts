// The life of an operator's file over the API: each act records an entry, each entry opens or closes rights, the clock brings the rest.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { eventually, startProgram, type TestProgram } from "@cercle/testkit";
import { askServer } from "../src/control-socket.ts";
import { whole } from "./party.ts";

type View = {
  last_seq: number;
  phase: { id: string };
  entries: { type: string; seq: number; happened_at: string }[];
  obligations: { id: string; state: string; last_day: string | null; article: string; why: string | null }[];
  rights: { right: string; subject: string; state: string; clause: string; limits: Record<string, unknown> }[];
  allowed: { type: string }[];
  forecast: { on: string; article: string; phase: string }[];
};

describe("an operator's file", () => {
  let program: TestProgram;
  before(async () => {
    program = await startProgram();
  });
  after(() => program?.stop());

  const ask = async (method: "GET" | "POST" | "PUT", path: string, body?: unknown): Promise<{ status: number; body: Record<string, unknown> }> => {
    const reply = await askServer(program.data, { method, path, ...(body === undefined ? {} : { body }) }, "en");
    assert.ok(reply);
    return { status: reply.status, body: reply.body as Record<string, unknown> };
  };
  const openFile = async (instrument: string, name: string): Promise<string> => {
    const { body } = await ask("POST", "/api/parties", whole(name));
    const opened = await ask("POST", "/api/files", { instrument, party: body.party });
    assert.equal(opened.status, 200, JSON.stringify(opened.body));
    return String(opened.body.reference);
  };
  const record = (reference: string, type: string, payload: object = {}, facts: object = {}) =>
    ask("POST", `/api/files/${reference}/entries`, { type, payload, ...facts });
  const view = async (reference: string): Promise<View> => (await ask("GET", `/api/files/${reference}/view`)).body as unknown as View;
  const done = async (reference: string, type: string, payload: object = {}): Promise<void> => {
    const reply = await record(reference, type, payload);
    assert.equal(reply.status, 200, `${type}: ${JSON.stringify(reply.body)}`);
  };
  const sign = async (reference: string, domain: string): Promise<void> => {
    await done(reference, "domain-declared", { domain, title: "own" });
    await done(reference, "contract-signed", { by: "operator" });
    await done(reference, "contract-signed", { by: "agency" });
  };

  it("[MSS-09] opens the exchange at the last signature, for test mailboxes only, and refuses the 26th", async () => {
    const reference = await openFile("mssante-operator", "CH de Plœmeur");
    await done(reference, "domain-declared", { domain: "ploemeur.mssante.test", title: "own" });
    await done(reference, "contract-signed", { by: "operator" });
    assert.ok(!(await view(reference)).rights.some((right) => right.state === "open"));
    await done(reference, "contract-signed", { by: "agency" });
    const signed = await view(reference);
    const exchange = signed.rights.find((right) => right.right === "domain.exchange");
    assert.deepEqual([exchange?.state, exchange?.clause, exchange?.limits.phase], ["open", "MSS 4.1", "provisional"]);
    for (let i = 1; i <= 25; i++) await done(reference, "test-mailbox-created", { address: `test${i}@ploemeur.mssante.test` });
    const refused = await record(reference, "test-mailbox-created", { address: "test26@ploemeur.mssante.test" });
    assert.equal(refused.status, 409);
    assert.equal(refused.body.clause, "MSS 4.1");
    assert.equal((await record(reference, "test-mailbox-created", { address: "dupont@ploemeur.mssante.test" })).status, 409);
  });

  it("[MSS-24] shows an operator in the public register once validated, and nobody else", async () => {
    const reference = await openFile("mssante-operator", "Clinique du Ter");
    await sign(reference, "ter.mssante.test");
    const register = async (): Promise<string> => JSON.stringify(await (await fetch(`${program.ready.portal}/public/registers/operators.json`)).json());
    assert.doesNotMatch(await register(), /Clinique du Ter/);
    await done(reference, "commitment-sent", { channel: "registered-receipt" });
    await done(reference, "commitment-received", { by: "agency" });
    await done(reference, "commitment-found-complete");
    const early = await record(reference, "validation-notified", {});
    assert.equal(early.status, 409, "a validation is a registered letter");
    await done(reference, "validation-notified", { channel: "registered" });
    assert.match(await register(), /Clinique du Ter/);
    // An allow-list: whatever a file knows, a name and a date leave.
    const rows = JSON.parse(await register()) as object[];
    assert.deepEqual([...new Set(rows.flatMap((row) => Object.keys(row)))].sort(), ["name", "since"]);
    const form = async (extension: string) => (await fetch(`${program.ready.portal}/public/registers/operators.${extension}`)).text();
    const csv = (await form("csv")).split("\r\n");
    assert.equal(csv[0], "name,since");
    assert.match(csv[1] ?? "", /^Clinique du Ter,\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    const atom = await form("atom");
    assert.match(atom, /<feed xmlns="http:\/\/www.w3.org\/2005\/Atom">.*<title>Clinique du Ter<\/title>/);
    for (const text of [csv.join(), atom]) assert.doesNotMatch(text, /party:|OP-\d{4}|ter\.mssante/);
  });

  it("refuses a stale page, an unknown act, a future date, a second signature, and records nothing", async () => {
    const reference = await openFile("mssante-operator", "Hôpital de Groix");
    await sign(reference, "groix.mssante.test");
    // What doors add by themselves may come at any moment and is nobody's act.
    const acts = async (): Promise<number> => (await view(reference)).entries.filter(({ type }) => type !== "doors-applied").length;
    const before = await acts();
    const stale = await record(reference, "incident-identified", { by: "operator" }, { if_seq: 1 });
    assert.deepEqual([stale.status, stale.body.code], [409, "governance.stale"]);
    assert.equal((await record(reference, "no-such-act")).status, 422);
    assert.equal((await record(reference, "domain-declared", { domain: "x.mssante.test" }, { happened_at: "2099-01-01" })).status, 409);
    assert.equal((await record(reference, "domain-declared", { domain: "x.mssante.test" }, { happened_at: "2026-02-30" })).body.code, "governance.bad-date");
    assert.equal((await record(reference, "contract-signed", { by: "agency" })).status, 409);
    assert.equal((await record(reference, "commitment-sent", { channel: "email" })).body.clause, "MSS 15", "a letter on the wrong channel");
    assert.equal(await acts(), before);
    // Officers at once, from the same page: one is recorded, the others are told to read again.
    const { last_seq: read } = await view(reference);
    const atOnce = await Promise.all(
      Array.from({ length: 8 }, (_, i) => record(reference, "certificate-issued", { by: "agency", serial: `groix-${i}` }, { if_seq: read })),
    );
    assert.equal(atOnce.filter(({ status }) => status === 200).length, 1);
    assert.ok(atOnce.every(({ status, body }) => status === 200 || body.code === "governance.stale"));
    assert.equal((await view(reference)).entries.filter(({ type }) => type === "certificate-issued").length, 1);
  });

  it("[MSS-01] numbers the contract; identifies the operator, check digits verified, with seat, representative and contact person", async () => {
    const party = (more: object) => ask("POST", "/api/parties", { ...whole("CH de Belle-Île"), ...more });
    const refused = async (more: object, code: string, expected = 422): Promise<void> => {
      const { status, body } = await party(more);
      assert.deepEqual([status, body.code], [expected, code], JSON.stringify(more));
    };
    await refused({ identifiers: { SIREN: "123456789" } }, "governance.identifier-bad-key");
    await refused({ identifiers: { SIRET: "12345678200011" } }, "governance.identifier-bad-key");
    await refused({ identifiers: { FINESS: "12345" } }, "governance.identifier-malformed");
    await refused({ identifiers: { SIRTE: "12345678200010" } }, "governance.unknown-identifier");
    await refused({ contact: { name: "Personne", email: "pas une adresse" } }, "web.invalid", 400);
    // La Poste has a rule of its own, Corsica letters, Polynesia neither SIREN nor SIRET; an operator may be a natural person.
    const accepted = [
      { identifiers: { SIRET: "35600000009075" } },
      { identifiers: { FINESS: "2A0000014" } },
      { identifiers: { other: "RCS Papeete TPI 26 1 A" } },
      { kind: "natural-person", representative: undefined },
    ];
    for (const more of accepted) {
      const made = await party(more);
      assert.equal(made.status, 200, `${JSON.stringify(more)}: ${JSON.stringify(made.body)}`);
      const opened = await ask("POST", "/api/files", { instrument: "mssante-operator", party: made.body.party });
      assert.match(String(opened.body.reference), /^OP-\d{4}-\d{5}$/, JSON.stringify(opened.body));
    }
    for (const [missing, more] of Object.entries({
      contact: { contact: undefined },
      seat: { seat: undefined },
      representative: { representative: undefined },
      identifier: { identifiers: {} },
    })) {
      const made = await party(more);
      const { status, body } = await ask("POST", "/api/files", { instrument: "mssante-operator", party: made.body.party });
      assert.deepEqual([status, body.code, body.clause], [422, "governance.identity-incomplete", "MSS préambule, 10"]);
      assert.match(JSON.stringify(body), new RegExp(missing));
      // Completed, it opens.
      assert.equal((await ask("PUT", `/api/parties/${made.body.party}`, whole("CH de Belle-Île"))).status, 204);
      const opened = await ask("POST", "/api/files", { instrument: "mssante-operator", party: made.body.party });
      const seen = await ask("GET", `/api/files/${opened.body.reference}/view`);
      assert.deepEqual(seen.body.identity, { kind: "legal-person", ...whole("CH de Belle-Île") });
    }
  });

  it("rectifies by an entry that says what holds instead: rights and dates as if it had stood from its date, the wrong one still there", async () => {
    const reference = await openFile("mssante-operator", "CH de la Faute");
    await done(reference, "domain-declared", { domain: "la-fote.mssante.test", title: "own" });
    const on = "2026-03-02T09:00:00Z";
    for (const by of ["operator", "agency"]) assert.equal((await record(reference, "contract-signed", { by }, { happened_at: on })).status, 200);
    const rectify = (body: object) => ask("POST", `/api/files/${reference}/rectifications`, body);
    const openDomains = async (at = ""): Promise<string[]> => {
      const { rights } = (await ask("GET", `/api/files/${reference}/view${at}`)).body as unknown as View;
      return rights.filter(({ right, state }) => right === "domain.exchange" && state === "open").map(({ subject }) => subject);
    };
    const lastDay = async (): Promise<string | null | undefined> =>
      (await view(reference)).obligations.find(({ article, last_day }) => article === "MSS 4.2" && last_day)?.last_day;
    assert.deepEqual([await openDomains(), await lastDay()], [["la-fote.mssante.test"], "2026-09-02"]);
    assert.equal((await rectify({ entry: 99, reason: "aucune" })).body.code, "governance.no-such-entry");
    const noted = await rectify({ entry: 1, reason: "faute de frappe" });
    assert.equal(noted.status, 200);
    assert.deepEqual(await openDomains(), ["la-fote.mssante.test"], "a reason alone changes nothing that is computed");
    const wrong = await rectify({ entry: 1, reason: "faute de frappe", instead: { title: "borrowed" } });
    assert.deepEqual([wrong.status, wrong.body.code], [409, "law.incomplete"], "what holds instead is judged where the wrong one stood");
    const { status, body } = await rectify({ entry: 1, reason: "faute de frappe", instead: { domain: "la-faute.mssante.test" } });
    assert.equal(status, 200, JSON.stringify(body));
    assert.deepEqual(await openDomains(), ["la-faute.mssante.test"]);
    const old = (await ask("GET", "/api/rights/domain.exchange/la-fote.mssante.test")).body;
    assert.deepEqual([old.state, old.reference], ["closed", reference]);
    assert.equal((await ask("GET", "/api/rights/domain.exchange/la-faute.mssante.test")).body.state, "open");

    // The date of the last signature, too: the clock of the provisional period follows, and the file says so.
    assert.equal((await rectify({ entry: 3, reason: "date de la signature", happened_at: "2026-03-16T09:00:00Z" })).status, 200);
    assert.equal(await lastDay(), "2026-09-16");
    type Entries = { entries: { seq: number; type: string; payload: Record<string, unknown>; rectified_by: number | null; happened_at: string }[] };
    const { entries } = (await ask("GET", `/api/files/${reference}/view`)).body as unknown as Entries;
    assert.deepEqual([entries[0]?.payload.domain, entries[0]?.rectified_by], ["la-fote.mssante.test", Number(body.entry)], "the wrong one stays readable");
    const moved = entries.find(({ type }) => type === "dates-recomputed")?.payload.changes as { before: string; after: string }[] | undefined;
    assert.ok(
      moved?.some((change) => change.before === "2026-09-02" && change.after === "2026-09-16"),
      JSON.stringify(moved),
    );
    // What was known before the rectification is still what was known.
    const then = entries.find(({ seq }) => seq === 3) as unknown as { recorded_at: string };
    assert.deepEqual(await openDomains(`?on=${then.recorded_at}&known_on=${then.recorded_at}`), ["la-fote.mssante.test"]);
    assert.deepEqual(await openDomains(`?on=${then.recorded_at}`), ["la-faute.mssante.test"]);
    assert.equal((await ask("GET", `/api/files/${reference}/verification`)).body.verdict, "intact");
  });

  it("[MSS-48] shows what has changed since the commitment: references, domains, modifications, and nothing before", async () => {
    const reference = await openFile("mssante-operator", "Clinique d’Houat");
    await sign(reference, "houat.mssante.test");
    type Since = { commitment?: { article: string; entry: number; changes: number[] }; entries: { seq: number; type: string }[] };
    const since = async (): Promise<Since> => (await view(reference)) as unknown as Since;
    assert.equal((await since()).commitment, undefined, "no commitment yet");
    await done(reference, "commitment-sent", { channel: "registered-receipt" });
    await done(reference, "commitment-received", { by: "agency" });
    await done(reference, "commitment-found-complete");
    const made = await since();
    assert.equal(made.commitment?.article, "MSS 5.1");
    assert.deepEqual(made.commitment?.changes, [], "the domain of the contract came before");
    await done(reference, "validation-notified", { channel: "registered" });
    await done(reference, "domain-declared", { by: "operator", domain: "houat2.mssante.test", title: "own" });
    await done(reference, "incident-identified", { by: "operator", what: "changement d’antivirus" });
    const later = await since();
    const types = later.commitment?.changes.map((seq) => later.entries.find((entry) => entry.seq === seq)?.type);
    assert.deepEqual(types, ["domain-declared", "incident-identified"]);
  });

  it("[MSS-16] gives a subdomain of the shared domain to the first who asks, even when eight ask at once", async () => {
    const references = await Promise.all(Array.from({ length: 8 }, (_, i) => openFile("mssante-operator", `Établissement ${i}`)));
    for (const reference of references) {
      await done(reference, "domain-declared", { domain: "partage.mssante.test", title: "shared" });
      await done(reference, "contract-signed", { by: "operator" });
    }
    const replies = await Promise.all(references.map((reference) => record(reference, "contract-signed", { by: "agency" })));
    assert.equal(replies.filter((reply) => reply.status === 200).length, 1);
    assert.ok(replies.every((reply) => reply.status === 200 || reply.body.code === "governance.held-elsewhere"));
  });

  it("keeps another party's file and acts out of reach of a party's account", async () => {
    const party = async (name: string) => {
      const created = await ask("POST", "/api/parties", whole(name));
      const account = await ask("POST", "/api/accounts", { name: `${name} contact`, roles: ["operator-contact"] });
      await ask("PUT", `/api/parties/${created.body.party}/members/${account.body.account}`, {});
      const key = await ask("POST", "/api/keys", { account: account.body.account, role: "operator-contact", label: "test", days: 1 });
      const file = await ask("POST", "/api/files", { instrument: "mssante-operator", party: created.body.party });
      return { key: String(key.body.key), reference: String(file.body.reference) };
    };
    const [mine, other] = [await party("Alpha"), await party("Beta")];
    const as = (key: string, path: string, body?: object) =>
      fetch(`${program.ready.portal}${path}`, {
        method: body ? "POST" : "GET",
        headers: { authorization: `Bearer ${key}`, ...(body ? { "content-type": "application/json" } : {}) },
        ...(body ? { body: JSON.stringify(body) } : {}),
      });
    assert.equal((await as(mine.key, `/api/files/${mine.reference}/view`)).status, 200);
    assert.equal((await as(mine.key, `/api/files/${other.reference}/view`)).status, 403);
    assert.equal((await as(mine.key, `/api/files/${other.reference}/entries`, { type: "contract-signed", payload: { by: "operator" } })).status, 403);
    assert.equal((await as(mine.key, `/api/files/${mine.reference}/entries`, { type: "contract-signed", payload: { by: "agency" } })).status, 403);
    assert.equal((await as(mine.key, `/api/files/${mine.reference}/entries`, { type: "contract-signed", payload: {} })).status, 200);
    // A decision is an officer's, proposed or recorded.
    const decided = { kind: "governance.termination-pronounced", file: mine.reference, clause: "MSS 12.2", reason: "parce que" };
    assert.equal((await as(mine.key, "/api/decisions", decided)).status, 403);
    assert.equal((await as(mine.key, `/api/files/${mine.reference}/entries`, { type: "termination-pronounced", payload: {} })).status, 403);
    await done(mine.reference, "domain-declared", { by: "operator", domain: "alpha-calendar.mssante.test", title: "own" });
    await done(mine.reference, "contract-signed", { by: "agency" });
    const calendar = await as(mine.key, `/api/files/${mine.reference}/calendar.ics`);
    assert.match(calendar.headers.get("content-type") ?? "", /^text\/calendar/);
    const ics = await calendar.text();
    assert.match(ics, /^BEGIN:VCALENDAR\r\nVERSION:2\.0\r\n/);
    const owed = (await view(mine.reference)).obligations.find(({ id }) => id.startsWith("MSS-4.2-commitment"));
    assert.ok(ics.includes(`DTSTART;VALUE=DATE:${owed?.last_day?.replaceAll("-", "")}`), ics);
    assert.ok(ics.split("\r\n").every((line) => Buffer.byteLength(line) <= 75));
    // A calendar application asks without anything, is offered Basic, and gives the key as its password.
    const address = calendar.url;
    const basic = (password: string, facts: RequestInit = {}) =>
      fetch(address, { ...facts, headers: { authorization: `Basic ${Buffer.from(`agenda:${password}`).toString("base64")}`, ...facts.headers } });
    const offered = await fetch(address);
    assert.deepEqual([offered.status, /Basic realm/.test(offered.headers.get("www-authenticate") ?? "")], [401, true]);
    assert.equal(await (await basic(mine.key)).text(), ics);
    assert.equal((await basic(`${mine.key}x`)).status, 401);
    // A browser is not offered it, and what it might have kept does not write from elsewhere.
    assert.equal((await fetch(address, { headers: { accept: "text/html" } })).headers.get("www-authenticate"), "Bearer");
    const elsewhere = await fetch(address.replace("/calendar.ics", "/entries"), {
      method: "POST",
      headers: {
        authorization: `Basic ${Buffer.from(`x:${mine.key}`).toString("base64")}`,
        origin: "https://elsewhere.test",
        "content-type": "application/json",
      },
      body: JSON.stringify({ type: "contract-signed", payload: {} }),
    });
    assert.deepEqual([elsewhere.status, ((await elsewhere.json()) as { code: string }).code], [403, "web.cross-site"]);
    assert.equal((await as(mine.key, `/api/files/${other.reference}/calendar.ics`)).status, 403);
    const work = (await (await as(mine.key, "/api/work")).json()) as { reference: string }[];
    assert.ok(work.every((row) => row.reference === mine.reference));
  });

  it("[MSS-11, MSS-13] owes the commitment six months after conclusion to the day, and delists nobody when it is missed", async () => {
    const reference = await openFile("mssante-operator", "Centre de Quiberon");
    await sign(reference, "quiberon.mssante.test");
    const before = await view(reference);
    const owed = before.obligations.find((clock) => clock.id.startsWith("MSS-4.2-commitment"));
    const today = legalDay(before);
    assert.equal(owed?.last_day, plusSixMonths(today));
    assert.match(String(owed?.why), /6|six/i);
    const line = before.forecast.find((foreseen) => foreseen.article === "MSS 4.2");
    assert.ok(line);
    const moved = await ask("PUT", "/api/clock", { by: "P6M3D" });
    assert.equal(moved.status, 200);
    const later = await view(reference);
    assert.equal(later.obligations.find((clock) => clock.id.startsWith("MSS-4.2-commitment"))?.state, "late");
    assert.equal(later.rights.find((right) => right.right === "domain.exchange")?.state, "open");
    assert.equal(later.phase.id, line.phase === "provisional integration" ? "provisional" : later.phase.id);
    await eventually(async () => {
      const work = (await ask("GET", "/api/work")).body as unknown as { reference: string; state: string }[];
      return work.some((row) => row.reference === reference && row.state === "late");
    });
  });
});

/** The legal day on which the last entry happened, in the space's time zone. */
function legalDay(view: View): Date {
  const at = view.entries.findLast((entry) => entry.type === "contract-signed")?.happened_at ?? "";
  return new Date(new Date(at).toLocaleString("en-US", { timeZone: "Europe/Paris" }));
}

function plusSixMonths(day: Date): string {
  const month = day.getMonth() + 6;
  const last = new Date(day.getFullYear(), month + 1, 0).getDate();
  const target = new Date(day.getFullYear(), month, Math.min(day.getDate(), last));
  return `${target.getFullYear()}-${String(target.getMonth() + 1).padStart(2, "0")}-${String(target.getDate()).padStart(2, "0")}`;
}
