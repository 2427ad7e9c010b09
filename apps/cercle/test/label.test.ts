// The label over its API, its public surfaces and in a real browser: from a sheet with holes to a withdrawn label.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { eventually, startProgram, type TestProgram } from "@cercle/testkit";
import writeExcelFile from "write-excel-file/node";
import {
  type Asked,
  advancedSet,
  application,
  apply,
  ask,
  base64,
  done,
  examine,
  type Made,
  type Method,
  picture,
  sheet,
  sign,
  standardSet,
  zipOf,
} from "./label-steps.ts";

/** A scanner that speaks clamd's INSTREAM: it finds what holds its word, and answers nothing while it is away. */
async function openScanner() {
  const state = { away: false };
  const server = createServer((socket) => {
    if (state.away) return void socket.destroy();
    let held = Buffer.alloc(0);
    socket.on("error", () => undefined);
    socket.on("data", (chunk: Buffer) => {
      held = Buffer.concat([held, chunk]);
      const start = "zINSTREAM\0".length;
      for (let at = start; at + 4 <= held.length; at += 4 + held.readUInt32BE(at))
        if (held.readUInt32BE(at) === 0) return void socket.end(held.includes("MALWARE-TEST") ? "stream: Test.Word FOUND\0" : "stream: OK\0");
    });
  });
  server.listen(0, "127.0.0.1");
  await new Promise((listening) => server.once("listening", listening));
  return { state, place: `127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() };
}

const secret = "SECRET-";
/** Every field of a sheet that is not public, each with a word of its own to look for. */
const confidential = {
  components: [`${secret}component`],
  deployment: { kind: "multi-site", max_sites: 4321 },
  hosting: { hosted: true, host: `${secret}host`, perimeter: `${secret}perimeter`, valid_until: "2032-07-17" },
  lap: { name: `${secret}lap`, number: `${secret}lap-number`, embedded: true, valid_until: "2032-07-18" },
  dmp: { number: `${secret}dmp`, external: true, module: `${secret}dmp-module` },
  sesam_vitale: { number: `${secret}sv`, third_parties: [`${secret}third`], covers_third_parties: true },
  specialities: [`${secret}speciality`],
};

describe("the label", () => {
  let program: TestProgram;
  let origin = "";
  let alpha: Made;
  let beta: Made;
  let scanner: Awaited<ReturnType<typeof openScanner>>;
  const api = <T = Record<string, unknown>>(method: Method, path: string, body?: unknown): Promise<Asked<T>> => ask<T>(program.data, method, path, body);
  const get = (path: string, headers: Record<string, string> = {}): Promise<Response> => fetch(`${origin}${path}`, { headers, redirect: "manual" });
  const kit = (made: Made) =>
    done<{ mark: string; level: string; page: string; rules: { must_link_to: string } }>(program.data, "POST", `/api/label/products/${made.product}/kit`);

  before(async () => {
    scanner = await openScanner();
    program = await startProgram({ environment: { CERCLE_LABEL_CLAMD: scanner.place } });
    origin = program.ready.portal ?? "";
    alpha = await apply(program.data, { party: "Éditions Alpha", name: "Alpha Santé", more: confidential });
    beta = await apply(program.data, {
      party: "Éditions Bêta",
      name: "Bêta Centre",
      more: { professions: ["sage-femme"], other_professions: ["Assistant médical"] },
    });
  });
  after(async () => {
    await program?.stop();
    scanner?.close();
  });

  it("[LAB-04] tells every missing or inconsistent field of the product sheet, and files nothing", async () => {
    const { party } = await done<{ party: string }>(program.data, "POST", "/api/parties", { name: "Éditions Trous" });
    const { reference } = await done<{ reference: string }>(program.data, "POST", "/api/files", { instrument: "label-convention", party });
    const file = (more: Record<string, unknown>) => api("POST", "/api/label/applications", { file: reference, application, sheet: sheet("Trous", more) });
    const cases: readonly (readonly [Record<string, unknown>, RegExp])[] = [
      [{ commercial_name: "" }, /commercial_name/],
      [{ health_centres_only: false }, /health_centres_only.*Maisons/],
      [{ deployment: { kind: "multi-site" } }, /deployment\.max_sites/],
      [{ deployment: { kind: "single-site", max_sites: 3 } }, /deployment\.max_sites/],
      [{ professions: ["astrologue"] }, /professions/],
      [{ professions: [] }, /professions/],
      [{ hosting: { hosted: true, host: "H" } }, /hosting\.perimeter.*hosting\.valid_until/],
      [{ hosting: { hosted: false, host: "H" } }, /a host is named although/],
      [{ lap: { name: "L", number: "1", embedded: false, valid_until: "2032-01-01" } }, /lap\.embedded/],
      [{ lap: { name: "L", number: "1", embedded: true, valid_until: "2032-02-31x" } }, /lap\.valid_until/],
      [{ dmp: { external: true, number: "1" } }, /dmp\.module/],
      [{ sesam_vitale: { number: "1", third_parties: ["T"], covers_third_parties: false } }, /sesam_vitale\.covers/],
      [{ commercial_name: undefined, version: "", lap: {} }, /commercial_name.*version.*lap\.name.*lap\.number.*lap\.embedded/],
    ];
    for (const [more, says] of cases) {
      const { status, body } = await file(more);
      assert.deepEqual([status, body.code, body.clause], [422, "label.bad-sheet", "LAB 3.1"], JSON.stringify(more));
      assert.match(body.title ?? "", says);
    }
    const view = await done<{ entries: unknown[] }>(program.data, "GET", `/api/files/${reference}/view`);
    assert.deepEqual(view.entries, [], "nothing is recorded");
    // The legal person's own identity is refused too, before anything is filed.
    assert.equal(
      (await api("POST", "/api/label/applications", { file: reference, application: { ...application, registration_number: "" }, sheet: sheet("T") })).status,
      400,
    );
    const foreign = await api("POST", "/api/label/applications", { file: reference, application: { ...application, owner: false }, sheet: sheet("T") });
    assert.deepEqual([foreign.status, foreign.body.clause], [409, "LAB préambule"]);
    assert.equal((await file({ version: "1" })).status, 200, "a refused application left no product behind");
  });

  it("[LAB-05] refuses two builds under one number and a number that goes back; eight at once leave one build", async () => {
    const builds = `/api/label/products/${alpha.product}/builds`;
    const print = (text: string): string => createHash("sha256").update(text).digest("hex");
    const two = await api("POST", builds, { number: "4.2.1", fingerprint: print("patched") });
    assert.deepEqual([two.status, two.body.code, two.body.clause], [409, "label.two-builds", "LAB 3.1"]);
    assert.equal((await api("POST", builds, { number: "4.2.1", fingerprint: print("Alpha Santé") })).status, 200, "the same build again is no second one");
    assert.equal((await api("POST", builds, { number: "4.2.0", fingerprint: print("old") })).body.code, "label.number-goes-back");
    assert.equal((await api("POST", builds, { number: "v5", fingerprint: print("x") })).body.code, "label.bad-number");
    const tries = await Promise.all(Array.from({ length: 8 }, (_, i) => api("POST", builds, { number: "4.10", fingerprint: print(`try ${i}`) })));
    assert.deepEqual(tries.map(({ status }) => status).sort(), [200, ...Array.from({ length: 7 }, () => 409)]);
    const { builds: kept } = await done<{ builds: { number: string }[] }>(program.data, "GET", `/api/label/products/${alpha.product}`);
    assert.deepEqual(
      kept.map(({ number }) => number),
      ["4.2.1", "4.10"],
    );
  });

  it("imports a referential from JSON and from a spreadsheet; equal ids, a formula, a missing column leave nothing", async () => {
    const row = (id: string, more = {}) => ({
      profile: "P",
      chapter: "C",
      function: "F",
      id,
      requirement: "R",
      scenario: "S",
      proof: "Preuve",
      kind: "DOIT",
      level: "STD",
      scope: "",
      ...more,
    });
    const send = (body: Record<string, unknown>) => api<{ id: string }>("POST", "/api/label/referentials", { name: "Essai", version: "1", ...body });
    const listed = async () =>
      (await done<readonly { name: string }[]>(program.data, "GET", "/api/label/referentials")).filter(({ name }) => name === "Essai").length;
    const twice = await send({ rows: [row("A-1"), row("A-2"), row("a-1")] });
    assert.deepEqual([twice.status, twice.body.code], [422, "label.bad-referential"]);
    assert.match(twice.body.title ?? "", /line 3: the identifier a-1 is already that of line 1/);
    assert.match((await send({ rows: [row("A-1", { level: "OR" })] })).body.title ?? "", /“OR”: STD, AV/);
    const titles = ["Profil", "Chapitre", "Fonction", "ID", "Exigence", "Scénario de conformité", "Preuve", "Catégorie", "Niveau", "Périmètre"].map(
      (value) => ({ value }),
    );
    const cells = ["P", "C", "F", "A-1", "R", "S", "Preuve", "Exigence (DOIT)", "AV", ""].map((value) => ({ value }));
    const sheetOf = async (rows: readonly (readonly object[])[]): Promise<string> => base64(await writeExcelFile(rows as never).toBuffer());
    const formula = await send({
      spreadsheet: await sheetOf([titles, [...cells.slice(0, 4), { type: "Formula", value: '=HYPERLINK("http://x.test")' }, ...cells.slice(5)]]),
    });
    assert.deepEqual([formula.status, formula.body.code], [422, "label.spreadsheet-formula"]);
    assert.match(formula.body.title ?? "", /Cell E2/);
    assert.match((await send({ spreadsheet: await sheetOf([titles.slice(1), cells.slice(1)]) })).body.title ?? "", /profile/);
    assert.equal((await send({ spreadsheet: base64(zipOf("xl/worksheets/sheet1.xml", Buffer.alloc(40_000_000), 10)) })).body.code, "label.zip-bomb");
    assert.equal((await send({ spreadsheet: base64("not a spreadsheet") })).body.code, "label.unreadable");
    assert.equal(await listed(), 0, "nothing half stored");
    const good = await send({ spreadsheet: await sheetOf([titles, cells]) });
    assert.equal(good.status, 200, JSON.stringify(good.body));
    const { requirements } = await done<{ requirements: { id: string; level: string; kind: string }[] }>(
      program.data,
      "GET",
      `/api/label/referentials/${good.body.id}`,
    );
    assert.deepEqual(
      requirements.map(({ id, level, kind }) => [id, level, kind]),
      [["A-1", "AV", "must"]],
    );
    assert.equal((await send({ rows: [row("B-1")] })).body.code, "label.referential-exists", "a version never changes");
  });

  it("keeps evidence only when its bytes are what its name says, small enough, its archive sound", async () => {
    const send = (name: string, bytes: Uint8Array | string, requirement = "FIC-AGD-1") =>
      api("POST", `/api/label/products/${alpha.product}/evidence`, { referential: alpha.referential, requirement, name, content: base64(bytes) });
    const refused: readonly (readonly [string, Uint8Array | string, string])[] = [
      ["screen.pdf", picture, "label.evidence-type"],
      ["screen.png", "%PDF-1.7\n", "label.evidence-type"],
      ["run.exe", picture, "label.evidence-type"],
      ["notes.txt", Buffer.from([0, 1, 2, 0xff]), "label.evidence-type"],
      ["infected.txt", "notes MALWARE-TEST", "label.malware"],
      ["bomb.zip", zipOf("zeros", Buffer.alloc(60_000_000)), "label.zip-bomb"],
      ["lies.zip", zipOf("zeros", Buffer.alloc(60_000_000), 12), "label.zip-bomb"],
      ["nested.zip", zipOf("inner.zip", Buffer.from("PK")), "label.zip-bomb"],
    ];
    for (const [name, bytes, code] of refused) {
      const { status, body } = await send(name, bytes);
      assert.deepEqual([body.code, status >= 400 && status < 500], [code, true], `${name}: ${JSON.stringify(body)}`);
    }
    assert.equal((await send("screen.png", picture, "FIC-NONE")).body.code, "label.no-requirement");
    scanner.state.away = true;
    const unscanned = await send("notes.txt", "text");
    assert.deepEqual([unscanned.status, unscanned.body.code], [503, "label.scan-unavailable"]);
    scanner.state.away = false;
    const seen = await done<{ evidence: unknown[] }>(program.data, "GET", `/api/label/products/${alpha.product}/assessment?referential=${alpha.referential}`);
    assert.deepEqual(seen.evidence, [], "nothing half stored");
  });

  it("takes evidence larger than a request in parts, up to 20 MB; a part missing, another fingerprint or a lying name leave nothing", async () => {
    const path = `/api/label/products/${beta.product}/uploads`;
    const print = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
    const begin = (name: string, bytes: Uint8Array, more = {}) =>
      api<{ upload: string; parts: number; part_size: number }>("POST", path, {
        referential: beta.referential,
        requirement: "FIC-AGD-1",
        name,
        size: bytes.length,
        digest: print(bytes),
        ...more,
      });
    const send = async (name: string, bytes: Uint8Array, { skip = 0, more = {} }: { skip?: number; more?: object } = {}) => {
      const { upload, parts, part_size } = (await begin(name, bytes, more)).body;
      for (let part = 1; part <= parts; part++) {
        if (part === skip) continue;
        const slice = bytes.subarray((part - 1) * part_size, part * part_size);
        assert.equal((await api("PUT", `${path}/${upload}/parts/${part}`, { content: base64(slice) })).status, 200);
      }
      return { upload, ended: await api<{ size: number; digest: string }>("POST", `${path}/${upload}/completion`, {}) };
    };
    const evidence = async () =>
      (
        await done<{ evidence: { name: string; size: number; id: string }[] }>(
          program.data,
          "GET",
          `/api/label/products/${beta.product}/assessment?referential=${beta.referential}`,
        )
      ).evidence;
    const large = Buffer.from("ligne de journal\n".repeat(100_000));
    assert.equal((await begin("huge.txt", large, { size: 20_000_001 })).body.code, "label.evidence-size");
    const holes = await send("journal.txt", large, { skip: 2 });
    assert.equal(holes.ended.body.code, "label.upload-incomplete");
    assert.equal((await api("PUT", `${path}/${holes.upload}/parts/2`, { content: base64("short") })).body.code, "label.bad-part");
    assert.equal((await send("journal.txt", large, { more: { digest: "0".repeat(64) } })).ended.body.code, "label.upload-incomplete");
    const lying = await send("journal.pdf", large);
    assert.equal(lying.ended.body.code, "label.evidence-type");
    assert.equal((await api("POST", `${path}/${lying.upload}/completion`, {})).body.code, "label.no-upload", "refused, it is gone");
    assert.deepEqual(await evidence(), [], "nothing half stored");
    const whole = await send("journal.txt", large);
    assert.deepEqual([whole.ended.status, whole.ended.body.size, whole.ended.body.digest], [200, large.length, print(large)]);
    assert.deepEqual(
      (await evidence()).map(({ name, size }) => [name, size]),
      [["journal.txt", large.length]],
    );
  });

  it("[LAB-06] [LAB-07] computes the level from evidence; out-of-scope functions and recommendations count neither way; nobody types a level in", async () => {
    const assessment = async (made: Made) =>
      done<{ level: string | null; missing: Record<string, string[]>; out_of_scope: string[]; in_force: string | null }>(
        program.data,
        "GET",
        `/api/label/products/${made.product}/assessment?referential=${made.referential}`,
      );
    const unproved = await api("PUT", `/api/label/products/${alpha.product}/results`, {
      referential: alpha.referential,
      results: [{ requirement: "FIC-AGD-1", result: "met" }],
    });
    assert.equal(unproved.body.code, "label.no-evidence");
    const early = await api("POST", `/api/label/products/${alpha.product}/signature`, { referential: alpha.referential, by: "agency", level: "advanced" });
    assert.deepEqual([early.body.code, early.body.clause], ["label.no-level", "LAB 3.2"]);
    await examine(program.data, alpha, standardSet);
    const standard = await assessment(alpha);
    assert.deepEqual([standard.level, standard.missing.advanced, standard.out_of_scope], ["standard", ["FIC-DOS-3", "FIC-PIL-1"], ["FIC-AGD-7", "FIC-MOB-1"]]);
    await examine(program.data, beta, advancedSet);
    assert.equal((await assessment(beta)).level, "advanced");
    assert.equal((await kitStatus(alpha)).body.code, "label.logo-closed");
    await sign(program.data, alpha);
    await sign(program.data, beta);
    await eventually(async () => (await assessment(alpha)).in_force === "standard");
    // New evidence proposes a level, the signed one stays until the amendment.
    await examine(program.data, alpha, advancedSet);
    assert.deepEqual([(await assessment(alpha)).level, (await assessment(alpha)).in_force], ["advanced", "standard"]);
    await done(program.data, "POST", `/api/label/products/${alpha.product}/amendment`, { referential: alpha.referential });
    await eventually(async () => (await assessment(alpha)).in_force === "advanced");
    await done(program.data, "PUT", `/api/label/products/${alpha.product}/results`, {
      referential: alpha.referential,
      results: [{ requirement: "FIC-PIL-1", result: "not-met" }],
    });
    assert.deepEqual([(await assessment(alpha)).level, (await assessment(alpha)).in_force], ["standard", "advanced"], "evidence lowers no level by itself");
  });
  const kitStatus = (made: Made) => api("POST", `/api/label/products/${made.product}/kit`);

  it("[LAB-23] [LAB-39] lists six fields, by name, as page, JSON, CSV and Atom, with what a label is not", async () => {
    const rows = (await (await get("/public/label.json")).json()) as Record<string, unknown>[];
    assert.deepEqual(
      rows.map((row) => Object.keys(row)),
      rows.map(() => ["holder", "product", "version", "structures", "professions", "level"]),
    );
    assert.deepEqual(
      rows.map(({ product }) => product),
      ["Alpha Santé", "Bêta Centre"],
    );
    assert.equal((await (await get("/public/label.csv")).text()).split("\r\n")[0], "holder,product,version,structures,professions,level");
    assert.match(await (await get("/public/label.atom")).text(), /<title>Bêta Centre<\/title>/);
    const page = await (await get("/label", { "accept-language": "en" })).text();
    assert.match(page, /not inferior for that/);
    assert.match(page, /ranks and compares none/);
    assert.doesNotMatch(page, /★|star|score|best|rank="/i);
  });

  it("[LAB-25] shows no other field of the product on any public surface, however each is filled", async () => {
    const { mark } = await kit(alpha);
    const hidden = [...JSON.stringify(confidential).matchAll(/SECRET-[\w-]+|4321|2032-07-1[78]/g)].map(([word]) => word);
    assert.equal(hidden.length, 13);
    const company = [application.phone, application.email, application.registration_number, application.seat, alpha.reference, alpha.product, "FIC-"];
    const surfaces = [
      "/label",
      "/label?profession=infirmier&level=advanced",
      "/public/label.json",
      "/public/label.csv",
      "/public/label.atom",
      `/label/logo/${mark}`,
      `/label/logo/${mark}/logo.svg`,
      "/api/label/logo-check",
      "/openapi.json",
    ];
    for (const surface of surfaces) {
      const reply =
        surface === "/api/label/logo-check"
          ? await fetch(`${origin}${surface}`, {
              method: "POST",
              headers: { "content-type": "application/json" },
              body: JSON.stringify({ content: base64(await svgOf(mark)) }),
            })
          : await get(surface);
      assert.equal(reply.status, 200, surface);
      const text = await reply.text();
      for (const word of [...hidden, ...company]) assert.equal(text.includes(word), false, `${surface} shows ${word}`);
    }
    // The same words are there for the agency: the test looks for what exists.
    const own = JSON.stringify((await api("GET", `/api/label/products/${alpha.product}`)).body);
    for (const word of hidden) assert.ok(own.includes(word), word);
    for (const path of ["", "/assessment?referential=x", "/history", "/evidence/x"])
      assert.equal((await get(`/api/label/products/${alpha.product}${path}`)).status, 401, path);
  });
  const svgOf = async (mark: string): Promise<Buffer> => Buffer.from(await (await get(`/label/logo/${mark}/logo.svg`)).arrayBuffer());
  const pngOf = async (mark: string): Promise<Buffer> => Buffer.from(await (await get(`/label/logo/${mark}/logo.png`)).arrayBuffer());
  const checkFile = async (bytes: Uint8Array) =>
    (await (
      await fetch(`${origin}/api/label/logo-check`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ content: base64(bytes) }),
      })
    ).json()) as { file: string; valid_today: boolean; mark: string | null };

  it("[LAB-18] [LAB-19] [LAB-37] the logo carries level, structure, page and a mark; one altered byte is seen, online and by command", async () => {
    const { mark, page, level, rules } = await kit(alpha);
    assert.deepEqual([level, rules.must_link_to, page], ["advanced", page, `${origin}/label/logo/${mark}`]);
    assert.equal((await kit(alpha)).mark, mark, "one mark for a product, a level and a version");
    const [svg, png] = [await svgOf(mark), await pngOf(mark)];
    const drawn = svg.toString("utf8");
    assert.match(drawn, /Niveau Avancé — Centres de santé/);
    assert.ok(drawn.includes(`<a href="${page}">`));
    assert.match(await (await get(`/label/logo/${mark}`)).text(), /Alpha Santé/);
    const trust = join(program.data, "ca.pem");
    for (const [name, bytes] of [
      ["logo.svg", svg],
      ["logo.png", png],
    ] as const) {
      assert.deepEqual(await checkFile(bytes), { ...(await checkFile(bytes)), file: "genuine", valid_today: true, mark });
      const file = join(program.data, name);
      await writeFile(file, bytes);
      const intact = JSON.parse((await program.run(["label", "check", file, "--trust", trust, "--json"])).out);
      assert.deepEqual([intact.is, intact.trusted, intact.statement.mark, intact.statement.level], ["intact", true, mark, "advanced"]);
      const altered = Buffer.from(bytes);
      const at = name === "logo.svg" ? altered.indexOf("#7a3b12") + 1 : altered.indexOf("IDAT") + 60;
      altered[at] = (altered[at] ?? 0) ^ 1;
      assert.equal((await checkFile(altered)).file, "altered", name);
      await writeFile(file, altered);
    }
    assert.equal(JSON.parse((await program.run(["label", "check", join(program.data, "logo.svg"), "--json"])).out).is, "altered");
    assert.equal((await checkFile(picture)).file, "unknown");
    assert.equal((await checkFile(Buffer.concat([png, Buffer.from("more")]))).file, "altered");
  });

  it("[LAB-21] anyone reports a misuse on the logo's page, and it stands in the product's file", async () => {
    const { mark } = await kit(alpha);
    const reply = await fetch(`${origin}/label/logo/${mark}/report`, {
      method: "POST",
      redirect: "manual",
      headers: { origin, "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({ facts: "logo étiré sur une affiche" }),
    });
    assert.equal(reply.status, 303);
    const view = await done<{ entries: { type: string; payload: { facts?: string } | null }[] }>(program.data, "GET", `/api/files/${alpha.reference}/view`);
    assert.equal(view.entries.findLast(({ type }) => type === "logo-misuse-reported")?.payload?.facts, "logo étiré sur une affiche");
  });

  it("[LAB-34] the agency's documents may be used and reproduced to obtain and keep the label, while the convention is valid; reading stays open", async () => {
    const documents = (made: Made) =>
      done<{ use: { allowed: boolean; because: string; only_for: string[]; clause: string }; documents: { document: string; at?: string }[] }>(
        program.data,
        "GET",
        `/api/label/products/${made.product}/documents`,
      );
    const candidate = await apply(program.data, { party: "Éditions Candidates", name: "Gamma Centre" });
    assert.deepEqual([(await documents(candidate)).use.allowed, (await documents(candidate)).use.because], [true, "under-examination"]);
    const held = await documents(beta);
    assert.deepEqual([held.use.allowed, held.use.because, held.use.clause], [true, "convention-valid", "LAB 10"]);
    assert.deepEqual(held.use.only_for, ["obtain-the-label", "keep-the-label"]);
    const record = (type: string, payload = {}) => done(program.data, "POST", `/api/files/${candidate.reference}/entries`, { type, payload });
    await examine(program.data, candidate, standardSet);
    await sign(program.data, candidate);
    await record("audit-held", { compliant: false, functions: ["AGENDA"], environment: "demonstration" });
    await record("withdrawal-after-control", { reasons: "non-conformité" });
    const ended = await documents(candidate);
    assert.deepEqual([ended.use.allowed, ended.use.because], [false, "convention-ended"]);
    // Article 10 is not an access rule: what it forbids is using and copying them.
    const referential = ended.documents.find(({ at }) => at)?.at ?? "";
    assert.equal((await api("GET", referential)).status, 200);
    await eventually(async () =>
      ((await (await get("/public/label.json")).json()) as { product: string }[]).every(({ product }) => product !== "Gamma Centre"),
    );
  });

  it("[LAB-33] the agency and the holder read the history by date; the whole file leaves and verifies offline", async () => {
    const history = await done<{ type: string }[]>(program.data, "GET", `/api/label/products/${alpha.product}/history`);
    assert.deepEqual(history.filter(({ type }) => type === "convention-signed").length, 2);
    const before = await done<unknown[]>(program.data, "GET", `/api/label/products/${alpha.product}/history?on=2020-01-01`);
    assert.deepEqual(before, []);
    const file = join(program.data, "file.json");
    assert.equal((await program.run(["evidence", "export", "--file", alpha.reference, "--out", file])).code, 0);
    assert.equal((await program.run(["evidence", "verify", file])).code, 0);
    assert.match(await readFile(file, "utf8"), /amendment-signed/);
    const { remedy } = await done<{ remedy: { article: string; text: string } }>(program.data, "GET", `/api/files/${alpha.reference}/view?lang=en`);
    assert.match(remedy.text, /administrative court of the agency’s seat/);
  });

  it("[LAB-20] [LAB-31] a withdrawn label leaves list, logo page and kit within a second; nothing says why", async (t) => {
    const { mark } = await kit(beta);
    assert.equal((await get(`/label/logo/${mark}/logo.svg`)).status, 200);
    const record = (type: string, payload = {}) => done(program.data, "POST", `/api/files/${beta.reference}/entries`, { type, payload });
    await record("audit-held", { compliant: false, functions: ["AGENDA"], environment: "demonstration" });
    const since = performance.now();
    await record("withdrawal-after-control", { reasons: "non-conformité de l’agenda" });
    const names = async () => ((await (await get("/public/label.json")).json()) as { product: string }[]).map(({ product }) => product);
    await eventually(async () => (await names()).join() === "Alpha Santé");
    await eventually(async () => (await get(`/label/logo/${mark}/logo.svg`)).status === 410);
    assert.equal((await get(`/label/logo/${mark}/logo.png`)).status, 410);
    assert.equal((await kitStatus(beta)).body.code, "label.logo-closed");
    const page = await (await get(`/label/logo/${mark}`, { "accept-language": "fr" })).text();
    assert.match(page, /n’est pas valable aujourd’hui/);
    assert.doesNotMatch(page, /Bêta|agenda|conformité|9\.2\.2|retrait/i);
    // The issue states one second for the door; what it measured is in the file.
    const acknowledged = async (): Promise<readonly number[]> => {
      const { entries } = await done<{ entries: { type: string; payload: { right?: string; state?: string; slowest_ms?: number } | null }[] }>(
        program.data,
        "GET",
        `/api/files/${beta.reference}/view`,
      );
      return entries.flatMap(({ type, payload }) => (type === "doors-applied" && payload?.state === "closed" ? [payload.slowest_ms ?? Number.NaN] : []));
    };
    // Two rights with doors: the list and the logo.
    await eventually(async () => (await acknowledged()).length >= 2);
    const slowest = await acknowledged();
    t.diagnostic(`gone everywhere after ${Math.round(performance.now() - since)} ms, doors after ${slowest.join(" and ")} ms`);
    assert.ok(
      slowest.every((ms) => ms < 1000),
      JSON.stringify(slowest),
    );
  });

  it("cercle demo label: months pass, a second build and a lying file are refused, list and kit follow the label", async () => {
    const run = await program.run(["demo", "label", "--json"]);
    assert.equal(run.code, 0, run.err);
    const { steps } = JSON.parse(run.out) as {
      steps: { on: string; step: string; by: string; clause: string | null; refused: string | null; met: string[]; closed: string[] }[];
    };
    assert.deepEqual(
      steps.filter(({ refused }) => refused).map(({ clause }) => clause),
      ["LAB 3.1", "LAB 3.1", "LAB 2", null, "LAB 5.2", "LAB 9.2.1", "LAB 9.2.1"],
    );
    const met = steps.flatMap((step) => step.met).filter((line) => line.startsWith("/public/label.json"));
    assert.deepEqual(met, ["/public/label.json: ∅", "/public/label.json: ✓ standard", "/public/label.json: ∅"]);
    assert.ok(steps.some(({ closed }) => closed.some((right) => right.startsWith("register.label"))));
    assert.ok((steps.at(-1)?.on ?? "") > (steps[0]?.on ?? ""));
  });
});
