// Distribution of the API-CPS software over its API, as the agency and as a named vendor: orders, versions, downloads, licences, end.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { checkAccessibility, eventually, hasBrowser, openBrowser, overflowsSideways, startProgram, type TestProgram, temporaryFolder } from "@cercle/testkit";
import { SMTPServer } from "smtp-server";
import { type Asked, ask, done, type Method } from "./label-steps.ts";

type Hook = { readonly headers: IncomingHttpHeaders; readonly body: string };
/** A vendor's own ends: a mailbox behind the space's relay, and a webhook that fails its first call. */
async function openEnds() {
  const mails: { to: string; text: string }[] = [];
  const relay = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        for (const { address } of session.envelope.rcptTo) mails.push({ to: address, text: Buffer.concat(chunks).toString("utf8") });
        done();
      });
    },
  });
  const hooks: Hook[] = [];
  let calls = 0;
  const hook: Server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => {
      calls += 1;
      if (calls > 1) hooks.push({ headers: request.headers, body });
      response.writeHead(calls > 1 ? 204 : 503).end();
    });
  });
  relay.listen(0, "127.0.0.1");
  hook.listen(0, "127.0.0.1");
  await Promise.all([once(relay.server, "listening"), once(hook, "listening")]);
  const port = (server: { address(): AddressInfo | string | null }): number => (server.address() as AddressInfo).port;
  return {
    mails,
    hooks,
    relay: `smtp://127.0.0.1:${port(relay.server)}`,
    hook: `http://127.0.0.1:${port(hook)}/hook`,
    close: () => Promise.all([new Promise<void>((closed) => relay.close(() => closed())), new Promise((closed) => hook.close(closed))]),
  };
}

const limits = ["card-use-only", "no-copy-but-backup", "no-disclosure", "no-transfer", "agency-property", "no-change-but-update", "agency-not-liable"];
const tests = [
  { name: "sesam-vitale", platform: "plate-forme d’intégration 12", passed: true },
  { name: "manual-examples", platform: "Node 24, Debian 12", passed: true },
];
const kit = [{ code: "APICPS0001" }, { code: "JEUEDIT001" }];
const paid = { kind: "means-of-payment", note: "mandat SEPA" };
type Order = { reference: string; total: string; conflicts: { prevails: string }[] };

describe("distribution", () => {
  let program: TestProgram;
  let origin = "";
  let cookie = "";
  let file = "";
  let first: Order;
  let ends: Awaited<ReturnType<typeof openEnds>>;
  let secret = "";
  const api = <T = Record<string, unknown>>(method: Method, path: string, body?: unknown): Promise<Asked<T>> => ask<T>(program.data, method, path, body);
  const must = <T = Record<string, unknown>>(method: Method, path: string, body?: unknown): Promise<T> => done<T>(program.data, method, path, body);
  const record = (type: string, payload = {}) => must("POST", `/api/files/${file}/entries`, { type, payload });
  /** As the vendor's named person, over HTTP. */
  const vendor = (path: string, facts: RequestInit = {}) =>
    fetch(`${origin}${path}`, { ...facts, headers: { cookie, origin, "content-type": "application/json", "accept-language": "en", ...facts.headers } });
  const version = (number: string, act: string, body: unknown = {}) =>
    api<{ breaches: number; told: number; licensees: number; licensees_told: object }>("POST", `/api/distribution/versions/${number}/${act}`, body);
  const licence = (more: Record<string, unknown> = {}) =>
    api<{ licence: string }>("POST", "/api/distribution/licences", {
      file,
      product: "Logiciel A",
      holder: { kind: "professional", national_id: "899700000013", name: "Professionnelle de test" },
      territory: "RE",
      limits,
      signed_on: "2026-11-01",
      delay: { length: 3, unit: "months" },
      ...more,
    });

  before(async () => {
    ends = await openEnds();
    program = await startProgram({ environment: { CERCLE_DISTRIBUTION_SMTP_URL: ends.relay } });
    origin = program.ready.portal ?? "";
    // Inès Corre, the vendor of the sandbox, who acts for Éditions Liaison.
    const page = await (await fetch(`${origin}/sandbox/enter`)).text();
    const account = /value="([0-9a-f-]{36})"><button[^>]*>[^<]*Corre/.exec(page)?.[1] ?? "";
    const entered = await fetch(`${origin}/sandbox/enter`, { method: "POST", redirect: "manual", headers: { origin }, body: new URLSearchParams({ account }) });
    cookie = (entered.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
    const parties = await must<{ id: string; name: string }[]>("GET", "/api/parties");
    const party = parties.find(({ name }) => name === "Éditions Liaison")?.id;
    file = (await must<{ reference: string }>("POST", "/api/files", { instrument: "api-cps-contract", party })).reference;
    for (const by of ["vendor", "agency"]) await record("contract-signed", { by, sincere: true, initialled: true });
    await record("product-approved", { by: "agency", product: "Logiciel A" });
    await must("POST", "/api/distribution/versions", { number: "1.0.0", continuity: false });
  });
  after(async () => {
    await program?.stop();
    await ends?.close();
  });

  it("[CPS-29] a vendor follows by e-mail and webhook beside the feed; the secret is answered once, another's contract is closed", async () => {
    const follow = (kind: string, address: string, contract = file) =>
      vendor(`/api/distribution/contracts/${contract}/followers`, { method: "POST", body: JSON.stringify({ kind, address }) });
    for (const [kind, address] of [
      ["email", "not an address"],
      ["webhook", "ftp://host.test/x"],
      ["fax", "0100000000"],
    ] as const)
      assert.equal((await follow(kind, address)).status, 400, address);
    assert.equal((await follow("email", "veille@liaison.test")).status, 200);
    secret = ((await (await follow("webhook", ends.hook)).json()) as { secret: string }).secret;
    assert.match(secret, /^whsec_/);
    const shown = await must<{ kind: string; address: string; secret?: string }[]>("GET", `/api/distribution/contracts/${file}/followers`);
    assert.deepEqual(
      shown.map(({ kind, address, secret: again }) => [kind, address, again]),
      [
        ["email", "veille@liaison.test", undefined],
        ["webhook", ends.hook, undefined],
      ],
    );
    const { party } = await must<{ party: string }>("POST", "/api/parties", { name: "Éditions Voisines" });
    const other = await must<{ reference: string }>("POST", "/api/files", { instrument: "api-cps-contract", party });
    assert.equal((await follow("email", "a@b.test", other.reference)).status, 403);
  });

  it("[CPS-17] prices in cents from the annex that binds; three decimals, a half order, an order without payment, a certificate without its card are refused", async () => {
    const item = (code: string, price: string) => ({ code, label: code, price });
    const annex = (price: string) =>
      api("POST", "/api/distribution/price-annexes", {
        name: `annexe ${price}`,
        items: [item("APICPS0001", price), item("JEUEDIT001", "1"), item("CSA-TEST", "1")],
      });
    for (const price of ["263.001", "1e3", "-4", "12,345"])
      assert.deepEqual([(await annex(price)).status, (await annex(price)).body.code], [422, "distribution.bad-price"], price);
    assert.equal(
      (await api("POST", "/api/distribution/price-annexes", { name: "demi", items: [item("APICPS0001", "1")] })).body.code,
      "distribution.bad-annex",
    );
    const order = (articles: readonly object[], payment: object | undefined = paid) =>
      api<Order>("POST", "/api/distribution/orders", { file, articles, payment });
    const half = await order([{ code: "APICPS0001" }]);
    assert.deepEqual([half.status, half.body.clause], [409, "CPS annexe 2"]);
    const unpaid = await api("POST", "/api/distribution/orders", { file, articles: kit });
    assert.deepEqual([unpaid.status, unpaid.body.clause], [409, "CPS annexe 2"]);
    assert.equal((await order([...kit, { code: "TAPIS" }])).body.code, "distribution.no-article");
    assert.deepEqual(await must("GET", `/api/distribution/orders?file=${file}`), [], "nothing half stored");
    first = (await order([...kit, { code: "CSA-TEST" }])).body;
    assert.deepEqual([first.total, first.conflicts[0]?.prevails], ["427,00 €", "CPS 15.2"], "263.00 + 114.00 + 50.00, the overlap shown");
    const more = await order([{ code: "JEUEDIT001", quantity: 2 }]);
    assert.deepEqual([more.body.total, more.body.conflicts], ["228,00 €", []]);
  });

  it("[CPS-16] [CPS-33] delivers once five cards that the PKI issued, invoices afterwards as tagged PDF; the ceiling is the flat fee alone", async () => {
    const invoice = () => vendor(`/api/distribution/orders/${first.reference}/invoice`);
    assert.deepEqual([(await invoice()).status, ((await (await invoice()).json()) as { clause: string }).clause], [409, "CPS annexe 2"]);
    const tries = await Promise.all(
      Array.from({ length: 8 }, () => api<{ cards: { card: string; type: string }[] }>("POST", `/api/distribution/orders/${first.reference}/delivery`, {})),
    );
    const made = tries.filter(({ status }) => status === 200);
    assert.equal(made.length, 1, JSON.stringify(tries.map(({ body }) => body.code)));
    const cards = made[0]?.body.cards ?? [];
    assert.deepEqual(
      cards.map(({ type }) => type),
      ["CPS", "CPF", "CDE", "CPE", "CPA"],
    );
    for (const { card, type } of cards) {
      const known = await must<{ type: string; state: string; serials: { authentication: string } }>("GET", `/api/cards/${card}`);
      assert.deepEqual([known.type, known.state], [type, "active"]);
      assert.equal((await must<{ state: string }>("GET", `/api/pki/certificates/${known.serials.authentication}`)).state, "valid");
    }
    const pdf = Buffer.from(await (await invoice()).arrayBuffer()).toString("latin1");
    assert.match(pdf, /^%PDF-1\.7/);
    assert.match(pdf, /\/MarkInfo/);
    assert.match(pdf, /\/StructTreeRoot/);
    const { holds } = await must<{ holds: string[] }>("GET", `/api/files/${file}/view`);
    assert.ok(holds.includes("record-open"));
    assert.equal((await must<{ ceiling: string }>("GET", `/api/distribution/contracts/${file}/liability`)).ceiling, "263,00 €");
  });

  it("[CPS-18] the area is nominative: closed before annex 3, closed to others, codes handed over once", async () => {
    const codes = () => vendor(`/api/distribution/orders/${first.reference}/codes`, { method: "POST", body: "{}" });
    const closed = await codes();
    assert.deepEqual([closed.status, ((await closed.json()) as { code: string }).code], [403, "distribution.area-closed"]);
    await record("persons-named", { persons: ["00000000-0000-7000-8000-000000000000"] });
    assert.equal((await codes()).status, 403, "somebody else is named");
    const me = await must<{ id: string; name: string }[]>("GET", "/api/accounts");
    await record("persons-named", { persons: [me.find(({ name }) => name.startsWith("Inès Corre"))?.id ?? ""] });
    const tries = await Promise.all(Array.from({ length: 8 }, codes));
    assert.deepEqual(tries.map(({ status }) => status).sort(), [200, ...Array.from({ length: 7 }, () => 410)]);
    const handed = (await tries.find(({ status }) => status === 200)?.json()) as { pin: string; puk: string; type: string }[];
    assert.equal(handed.length, 5);
    assert.ok(handed.every(({ pin, puk }) => /^\d{4}$/.test(pin) && /^\d{8}$/.test(puk)));
    assert.equal((await fetch(`${origin}/api/distribution/versions/1.0.0/package?file=${file}`)).status, 401);
    assert.match(await (await fetch(`${origin}/public/api-cps/roots.pem`)).text(), /BEGIN CERTIFICATE/);
  });

  it("[CPS-19] [CPS-20] a version is published only once qualified, with its tests and their platform; another number is another package", async () => {
    assert.equal((await version("1.0.0", "publication")).body.code, "distribution.wrong-state");
    const missing = await version("1.0.0", "qualification", { tests: tests.slice(1) });
    assert.deepEqual([missing.status, missing.body.clause], [422, "CPS 10.2.4"]);
    assert.match(missing.body.title ?? "", /sesam-vitale/);
    assert.equal((await version("1.0.0", "qualification", { tests: [{ ...tests[0], platform: " " }, tests[1]] })).status, 422);
    assert.equal((await version("1.0.0", "qualification", { tests })).status, 200);
    assert.deepEqual(await (await fetch(`${origin}/public/api-cps/versions.json`)).json(), []);
    assert.equal((await version("1.0.0", "publication")).body.told, 1);
    // CPS 13.1: each follower is told; the webhook that failed once is called again, and its body is signed.
    await eventually(() => ends.mails.some(({ to, text }) => to === "veille@liaison.test" && /1\.0\.0/.test(text)), 30);
    await eventually(() => ends.hooks.length === 1, 30);
    const [{ headers, body }] = ends.hooks as [Hook];
    assert.equal((JSON.parse(body) as { type: string }).type, "api-cps.version-available");
    const key = Buffer.from(secret.slice("whsec_".length), "base64");
    const signed = createHmac("sha256", key).update(`${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`).digest("base64");
    assert.equal(headers["webhook-signature"], `v1,${signed}`);
    assert.equal((await api("POST", "/api/distribution/versions", { number: "1.0.0", continuity: false })).body.code, "distribution.version-exists");
    assert.equal((await api("POST", "/api/distribution/versions", { number: "1.0", continuity: false })).body.code, "distribution.bad-version");
  });

  it("[CPS-13] [CPS-27] a named vendor downloads the package, its signature and manual; one changed byte is seen without a server; visits and downloads are kept", async () => {
    const folder = await temporaryFolder();
    const take = async (piece: string): Promise<Buffer> => {
      const reply = await vendor(`/api/distribution/versions/1.0.0/${piece}?file=${file}`);
      assert.equal(reply.status, 200, piece);
      return Buffer.from(await reply.arrayBuffer());
    };
    const place = (name: string): string => join(folder.path, name);
    const bytes = await take("package");
    await writeFile(place("p.tgz"), bytes);
    await writeFile(place("p.json"), await take("signature"));
    assert.match((await take("manual")).toString("utf8"), /API-CPS, manuel de programmation/);
    const verify = () => program.run(["package", "verify", place("p.tgz"), "--signature", place("p.json"), "--trust", join(program.data, "ca.pem"), "--json"]);
    assert.deepEqual(JSON.parse((await verify()).out), { name: "cercle-api-cps-1.0.0.tgz", version: "1.0.0", trusted: true });
    bytes[1000] = (bytes[1000] ?? 0) ^ 1;
    await writeFile(place("p.tgz"), bytes);
    const altered = await verify();
    assert.deepEqual([altered.code, JSON.parse(altered.err).clause], [1, "CPS 9.2"]);
    const activity = await must<{ last_visit: string | null; downloads: { what: string; version: string }[] }>(
      "GET",
      `/api/distribution/contracts/${file}/activity`,
    );
    assert.ok(activity.last_visit);
    assert.deepEqual(
      activity.downloads.map(({ what }) => what),
      ["package", "signature", "manual"],
    );
    const { obligations } = await must<{ obligations: { id: string; state: string }[] }>("GET", `/api/files/${file}/view`);
    assert.equal(obligations.find(({ id }) => id.startsWith("CPS-13.1-take#"))?.state, "met");
    assert.match(await (await fetch(`${origin}/public/api-cps/versions.atom`)).text(), /1\.0\.0 published/);
    await folder.remove();
  });

  it("[CPS-08] [CPS-25] a licence carries the seven limits, a signature and French territory; a missing one is refused; it never passes on", async () => {
    for (const limit of limits) {
      const refused = await licence({ limits: limits.filter((one) => one !== limit) });
      assert.deepEqual([refused.status, refused.body.code], [422, "distribution.bad-licence"], limit);
      assert.ok(refused.body.title?.includes(limit));
    }
    const cases: readonly (readonly [Record<string, unknown>, RegExp])[] = [
      [{ territory: "BE" }, /CPS 5/],
      [{ signed_on: undefined }, /has not signed.*CPS 11\.2/],
      [{ delay: undefined }, /update delay.*CPS 13\.1/],
      [{ limits: [], territory: "US" }, /backup.*CPS 5/],
    ];
    for (const [more, says] of cases) assert.match((await licence(more)).body.title ?? "", says, JSON.stringify(more));
    assert.equal((await licence({ product: "Logiciel B" })).body.code, "distribution.no-right");
    assert.deepEqual(await must("GET", `/api/distribution/contracts/${file}/licences`), []);
    for (const territory of ["FR", "GP"]) assert.equal((await licence({ territory })).status, 200, territory);
    const reached = { kind: "professional", national_id: "899700000013", name: "Professionnelle de test", email: "pro@cabinet.test" };
    assert.equal((await licence({ territory: "NC", holder: reached })).status, 200);
    const given = (await licence({ holder: { kind: "card-holder", national_id: "3750000000/1", name: "Personnel autorisé", email: "personnel@cds.test" } }))
      .body.licence;
    const transfer = await api("POST", `/api/distribution/licences/${given}/transfer`);
    assert.deepEqual([transfer.body.code, transfer.body.clause], ["distribution.not-transferable", "CPS 11.2"]);
  });

  it("[CPS-06] [CPS-22] any tool's report is accepted, a false signature is not; results reach professionals and no open page", async () => {
    const send = (report: string, compatible = ["Logiciel A"]) =>
      api<{ signed: boolean }>("POST", "/api/distribution/results", { file, version: "1.0.0", compatible, report });
    const forged = await send(JSON.stringify({ format: "cercle-conformity-card-1", report: "{}", signature: "AAAA" }));
    assert.deepEqual([forged.status, forged.body.code], [422, "distribution.bad-report"]);
    assert.deepEqual((await send("SECRET-REPORT, notre outil")).body.signed, false);
    const asked = await must<{ vendor: string; products: string[] }[]>("GET", "/api/distribution/versions/1.0.0/compatibility");
    assert.deepEqual(asked, [{ vendor: "Éditions Liaison", products: ["Logiciel A"] }]);
    // CPS 10.2.7: brought to health professionals who hold a licence, to nobody else.
    const told = await must("POST", "/api/distribution/versions/1.0.0/compatibility/notification");
    assert.deepEqual(told, { by_mail: 1, by_vendor: 2 });
    await eventually(() => ends.mails.some(({ to, text }) => to === "pro@cabinet.test" && text.includes("Logiciel A")), 30);
    assert.ok(!ends.mails.some(({ to }) => to === "personnel@cds.test"));
    const hidden = [
      "SECRET-REPORT",
      "Logiciel A",
      "plate-forme",
      "sesam-vitale",
      "Professionnelle",
      "899700000013",
      file,
      "Liaison",
      "mandat SEPA",
      first.reference,
    ];
    for (const surface of [
      "/vendors",
      "/public/api-cps/versions.json",
      "/public/api-cps/versions.atom",
      "/public/api-cps/roots.pem",
      "/",
      "/public/label.json",
    ]) {
      const text = await (await fetch(`${origin}${surface}`)).text();
      for (const word of hidden) assert.equal(text.includes(word), false, `${surface} shows ${word}`);
    }
    for (const surface of [
      "versions",
      "versions/1.0.0/compatibility",
      "versions/1.0.0/spread",
      `contracts/${file}/licences`,
      `contracts/${file}/activity`,
      `orders?file=${file}`,
    ])
      assert.equal((await fetch(`${origin}/api/distribution/${surface}`)).status, 401, surface);
  });

  it("[CPS-23] says per licence who has a version, the day agreed, and who is at risk before a change of cards; compatibility comes first", async () => {
    const licences = await must<{ id: string }[]>("GET", `/api/distribution/contracts/${file}/licences`);
    const put = (id: string, number: string) => api("PUT", `/api/distribution/licences/${id}/version`, { version: number });
    await must("POST", "/api/distribution/versions", { number: "1.1.0", continuity: false, manual_from: "1.0.0" });
    const early = await put(licences[0]?.id ?? "", "1.1.0");
    assert.deepEqual([early.body.code, early.body.clause], ["distribution.not-compatible", "CPS 10.2.8"]);
    assert.equal((await put(licences[0]?.id ?? "", "1.0.0")).status, 200);
    const today = new Date();
    const day = (months: number): string => new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth() + months, 15)).toISOString().slice(0, 10);
    type Spread = { has: number; has_not: number; at_risk: number; licences: { agreed_day: string }[] };
    const spread = (change: string) => must<Spread>("GET", `/api/distribution/versions/1.0.0/spread?card_change=${change}`);
    const soon = await spread(day(1));
    assert.deepEqual([soon.has, soon.has_not, soon.at_risk], [1, 3, 3], "three months of delay run past next month");
    assert.equal((await spread(day(12))).at_risk, 0);
    assert.equal(((await (await vendor(`/api/distribution/versions/1.0.0/spread?card_change=${day(1)}`)).json()) as Spread).licences.length, 4);
  });

  it("[CPS-26] a version that keeps cards working needs six months' word to each vendor; sooner only with reasons, as a breach towards each", async () => {
    await must("POST", "/api/distribution/versions", { number: "2.0.0", continuity: true });
    const soon = await version("2.0.0", "qualification", { tests });
    assert.deepEqual([soon.status, soon.body.code, soon.body.clause], [409, "distribution.too-early", "CPS 12.1"]);
    assert.equal((await version("2.0.0", "announcement")).body.told, 1);
    assert.equal((await version("2.0.0", "qualification", { tests })).body.code, "distribution.too-early");
    assert.equal((await version("2.0.0", "qualification", { tests, reasons: "carte compromise" })).body.breaches, 1);
    const { entries } = await must<{ entries: { type: string }[] }>("GET", `/api/files/${file}/view`);
    assert.ok(entries.some(({ type }) => type === "version-qualified-early"));
    // Told six months ahead, the next one is qualified without a word.
    await must("POST", "/api/distribution/versions", { number: "3.0.0", continuity: true });
    await version("3.0.0", "announcement");
    await must("PUT", "/api/clock", { by: "P6M1D" });
    assert.equal((await version("3.0.0", "qualification", { tests })).body.breaches, 0);
  });

  it("[CPS-31] a new annex prices orders fifteen days after its reception, not before", async () => {
    const items = [
      { code: "APICPS0001", label: "Licence", price: "300" },
      { code: "JEUEDIT001", label: "Jeu", price: "120,5" },
      { code: "CSA-TEST", label: "CSA", price: "60.00" },
    ];
    const { id } = await must<{ id: string }>("POST", "/api/distribution/price-annexes", { name: "annexe 2, 2027", items });
    assert.equal((await api("POST", `/api/distribution/price-annexes/${id}/notification`, { file, channel: "email" })).body.clause, "CPS 15.4");
    await must("POST", `/api/distribution/price-annexes/${id}/notification`, { file, channel: "registered-receipt" });
    await record("letter-received");
    const set = async () => (await must<Order>("POST", "/api/distribution/orders", { file, articles: [{ code: "JEUEDIT001" }], payment: paid })).total;
    assert.equal(await set(), "114,00 €");
    await must("PUT", "/api/clock", { by: "P20D" });
    assert.equal(await set(), "120,50 €");
  });

  it("[CPS-30] the sources of a version are deposited with their fingerprint, and no other", async () => {
    const { sources } = (await must<{ number: string; sources: string }[]>("GET", "/api/distribution/versions")).find(({ number }) => number === "1.0.0") ?? {
      sources: "",
    };
    const deposit = (fingerprint: string) => version("1.0.0", "deposit", { with: "APP (fictif)", number: "IDDN.1", fingerprint });
    assert.equal((await deposit("0".repeat(64))).body.clause, "CPS 14");
    assert.equal((await deposit(sources)).status, 200);
  });

  it("[CPS-46] the agency serves anyone by itself, beside vendors", async () => {
    const served = await must<{ name: string; size: number }>("POST", "/api/distribution/agency-deliveries", {
      version: "1.0.0",
      to: "Centre de santé sans éditeur",
      means: "clé USB",
    });
    assert.equal(served.name, "cercle-api-cps-1.0.0.tgz");
    assert.ok(served.size > 10_000);
  });

  it("shows open and nominative halves of the vendor area, on a telephone", { skip: !hasBrowser() }, async () => {
    const browser = await openBrowser();
    try {
      const { context, page } = await browser.open({ viewport: { width: 360, height: 740 } });
      await page.goto(`${origin}/vendors`);
      assert.equal(await page.getByText("Paquet 1.0.0").count(), 0);
      assert.deepEqual(await checkAccessibility(page), []);
      assert.equal(await overflowsSideways(page), false);
      const [name = "", value = ""] = cookie.split("=");
      await context.addCookies([{ name, value, url: origin }]);
      await page.goto(`${origin}/vendors`);
      assert.equal(await page.getByText("Paquet 1.0.0").count(), 1);
      assert.deepEqual(await checkAccessibility(page), []);
      assert.equal(await overflowsSideways(page), false);
      // The contract's own page: orders, versions, who has which, followers.
      await page.getByRole("link", { name: `Votre contrat ${file}` }).press("Enter");
      await page.getByText(first.reference).waitFor();
      await page
        .getByText(/licencié\(s\) sur 4 l’ont/)
        .first()
        .waitFor();
      await page.getByLabel("Comment").selectOption("webhook");
      await page.getByLabel("Adresse").fill("http://127.0.0.1:9/deuxieme");
      await page.getByRole("button", { name: "M’avertir" }).press("Enter");
      await page.getByText("montré cette fois seulement").waitFor();
      await page.getByRole("button", { name: "Ne plus avertir http://127.0.0.1:9/deuxieme" }).press("Enter");
      await page.getByRole("button", { name: /deuxieme/ }).waitFor({ state: "detached" });
      // An order without an article, then of a set of test cards; the agency delivers; the codes are shown once.
      const send = page.getByRole("button", { name: "Passer commande" });
      await page.getByLabel("Référence du règlement").fill("mandat SEPA");
      await send.press("Enter");
      await page.getByText("donnez une quantité").waitFor();
      await page.getByRole("link", { name: "Revenir à la page" }).press("Enter");
      await page.locator('[name="quantity:JEUEDIT001"]').fill("1");
      await page.getByLabel("Référence du règlement").fill("mandat SEPA");
      await send.press("Enter");
      await page.waitForURL(/#orders$/);
      const ordered = (await must<Order[]>("GET", `/api/distribution/orders?file=${file}`)).at(-1)?.reference ?? "";
      await must("POST", `/api/distribution/orders/${ordered}/delivery`, {});
      await page.goto(`${origin}/vendors/${file}`);
      await page.getByRole("button", { name: `Voir les codes, une seule fois ${ordered}` }).press("Enter");
      await page.getByText("notez-les").waitFor();
      assert.equal(await page.locator("main tbody tr").count(), 5);
      for (const width of [360, 1280]) {
        await page.setViewportSize({ width, height: 740 });
        assert.deepEqual(await checkAccessibility(page), []);
        assert.equal(await overflowsSideways(page), false);
        const target = process.env.CARD_SHOTS;
        if (target) await page.screenshot({ path: join(target, `contract-${width}.png`), fullPage: true });
      }
      await page.goto(`${origin}/vendors/${file}`);
      assert.equal(await page.getByRole("button", { name: `Voir les codes, une seule fois ${ordered}` }).count(), 0);
    } finally {
      await browser.close();
    }
  });

  it("[CPS-32] a prohibition rests on a decision and closes downloads at once; every vendor and every licensee is told", async () => {
    assert.equal((await version("1.0.0", "prohibition", { basis: "rumour", reference: "x", remedy: "replace" })).status, 400);
    const licences = await must<{ id: string; holder: { email?: string } }[]>("GET", `/api/distribution/contracts/${file}/licences`);
    const reached = licences.find(({ holder }) => holder.email === "personnel@cds.test");
    assert.equal((await api("PUT", `/api/distribution/licences/${reached?.id}/version`, { version: "1.0.0" })).status, 200);
    const { told, licensees, licensees_told } = (
      await version("1.0.0", "prohibition", { basis: "settlement", reference: "transaction du 3 mai", remedy: "replace" })
    ).body;
    assert.deepEqual([told, licensees, licensees_told], [1, 2, { by_mail: 1, by_vendor: 1 }]);
    for (const address of ["veille@liaison.test", "personnel@cds.test"])
      await eventually(() => ends.mails.some(({ to, text }) => to === address && /interdite.*replace/s.test(text)), 30);
    await eventually(() => ends.hooks.some(({ body }) => (JSON.parse(body) as { type: string }).type === "api-cps.version-prohibited"), 30);
    const refused = await vendor(`/api/distribution/versions/1.0.0/package?file=${file}`);
    assert.deepEqual([refused.status, ((await refused.json()) as { clause: string }).clause], [410, "CPS 17.2.4"]);
    const [shown] = (await (await fetch(`${origin}/public/api-cps/versions.json`)).json()) as Record<string, string>[];
    assert.deepEqual(Object.keys(shown ?? {}), ["number", "state", "published_on"]);
    assert.equal(shown?.state, "prohibited");
  });

  it("[CPS-34] at the end no licence can be given and the area is closed; the lists are there to send", async () => {
    await record("formal-notice-sent", { by: "agency", channel: "registered-receipt" });
    await must("PUT", "/api/clock", { by: "P20D" });
    await record("termination-pronounced", { by: "agency" });
    const refused = await licence();
    assert.deepEqual([refused.body.code, refused.body.clause], ["distribution.no-right", "CPS 3, 19.1"]);
    assert.equal((await vendor(`/api/distribution/versions/2.0.0/package?file=${file}`)).status, 403);
    const list = await must<{ holder: { name: string } }[]>("GET", `/api/distribution/contracts/${file}/licences`);
    assert.equal(list.length, 4);
    assert.equal(list[0]?.holder.name, "Professionnelle de test");
    await record("licence-lists-sent");
  });
});
