// Two originals of a contract and of a convention: who signs, initials, dates, stamps, and what anyone verifies with public certificates.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { eventually, startProgram, type TestProgram } from "@cercle/testkit";
import { done } from "./label-steps.ts";

type Body = Record<string, unknown>;
type Drafted = { readonly reference: string; readonly party: string; readonly document: string };

describe("originals", () => {
  let program: TestProgram;
  const keys: Record<string, string> = {};
  const accounts: Record<string, string> = {};
  const fetchAs = (who: string, method: string, path: string, body?: Body): Promise<Response> =>
    fetch(`${program.ready.portal}${path}`, {
      method,
      headers: { authorization: `Bearer ${keys[who]}`, "accept-language": "en", ...(body ? { "content-type": "application/json" } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
  const ask = async (who: string, method: string, path: string, body?: Body): Promise<{ status: number; body: Body }> => {
    const reply = await fetchAs(who, method, path, body);
    return { status: reply.status, body: (await reply.json()) as Body };
  };
  const good = async (who: string, method: string, path: string, body?: Body): Promise<Body> => {
    const reply = await ask(who, method, path, body);
    assert.ok(reply.status < 300, `${path}: ${JSON.stringify(reply.body)}`);
    return reply.body;
  };
  const bytesOf = async (who: string, path: string): Promise<Buffer> => Buffer.from(await (await fetchAs(who, "GET", path)).arrayBuffer());
  const power = { capacity: "représentante légale", shown_by: "extrait du registre" };

  const draft = async (instrument: string, as: string, name: string, act: Body): Promise<Drafted> => {
    const { party } = await good("anne", "POST", "/api/parties", { name });
    await done(program.data, "PUT", `/api/parties/${party}/members/${accounts.vera}`, {});
    const { reference } = await good("anne", "POST", "/api/files", { instrument, party });
    const key = `party:${party}`;
    const { reference: document } = await good("anne", "POST", "/api/documents", {
      file: reference,
      act,
      title: "Convention",
      paragraphs: ["Article 1. Les parties conviennent de ce qui suit.", "Fait en deux exemplaires originaux."],
      parties: [
        { party: "agency", name: "L’agence", as: "agency" },
        { party: key, name, as },
      ],
    });
    return { reference: String(reference), party: key, document: String(document) };
  };
  /** On paper: sent back by one officer, confirmed by another. */
  const sign = async ({ document }: Drafted, party: string): Promise<{ status: number; body: Body }> => {
    const scan = (await bytesOf("anne", `/api/documents/${document}/document`)).toString("base64");
    const { now } = (await good("anne", "GET", "/api/clock")) as { now: string };
    await good("anne", "POST", `/api/documents/${document}/paper`, { party, power, signatory: "Signataire", signed_at: now, scan });
    return ask("bruno", "POST", `/api/documents/${document}/paper/confirm`, { party, same_text: true });
  };
  const view = (file: string): Promise<{ phase: { id: string }; entries: { type: string; happened_at: string; payload: Body | null }[] }> =>
    done(program.data, "GET", `/api/files/${file}/view`);
  const isSealed = async ({ document }: Drafted): Promise<boolean> => (await good("anne", "GET", `/api/documents/${document}`)).state === "sealed";

  /** The seals of a PDF, each checked by OpenSSL with the certificates that anyone may fetch. */
  const verifySeals = async (pdf: Buffer, anchors: string): Promise<readonly string[]> => {
    const text = pdf.toString("latin1");
    const verdicts: string[] = [];
    for (const [, a, b, c, d] of text.matchAll(/\/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]/g)) {
      const [start, head, rest, tail] = [Number(a), Number(b), Number(c), Number(d)];
      const hex = text.slice(head + 1, rest - 1);
      const der = Buffer.from(hex, "hex");
      const length = 4 + der.readUInt16BE(2);
      const at = (name: string): string => join(program.data, name);
      await writeFile(at("seal.der"), der.subarray(0, length));
      await writeFile(at("content.bin"), Buffer.concat([pdf.subarray(start, head), pdf.subarray(rest, rest + tail)]));
      await writeFile(at("anchors.pem"), anchors);
      const words = [
        "-inform",
        "DER",
        "-in",
        at("seal.der"),
        "-content",
        at("content.bin"),
        "-CAfile",
        at("anchors.pem"),
        "-purpose",
        "any",
        "-out",
        "/dev/null",
      ];
      const { status, stderr } = spawnSync("openssl", ["cms", "-verify", "-binary", ...words], { encoding: "utf8" });
      verdicts.push(status === 0 ? "valid" : stderr.trim());
    }
    return verdicts;
  };

  before(async () => {
    program = await startProgram();
    for (const [name, role] of [
      ["Anne Officier", "officer"],
      ["Bruno Officier", "second-officer"],
      ["Vera Vendeur", "vendor"],
    ] as const) {
      const { account } = await done<{ account: string }>(program.data, "POST", "/api/accounts", { name, roles: [role] });
      const { key } = await done<{ key: string }>(program.data, "POST", "/api/keys", { role, label: "test", days: 1, account });
      const short = name.split(" ")[0]?.toLowerCase() ?? "";
      keys[short] = key;
      accounts[short] = account;
    }
  });
  after(() => program?.stop());

  it("[CPS-42] both sign, every page initialled; two originals, each with both seals, that anyone verifies with the public certificates", async () => {
    const act = (initialled: boolean): Body => ({ type: "contract-signed", payload: { sincere: true, initialled } });
    const bare = await draft("api-cps-contract", "vendor", "Éditions Sans Paraphe", act(false));
    const refused = await sign(bare, bare.party);
    assert.deepEqual([refused.status, refused.body.code, refused.body.clause], [409, "law.not-initialled", "CPS annexe 3"]);
    assert.deepEqual((await view(bare.reference)).entries, []);

    const contract = await draft("api-cps-contract", "vendor", "Éditions des Deux Originaux", act(true));
    assert.equal((await sign(contract, contract.party)).status, 200);
    assert.equal((await view(contract.reference)).phase.id, "draft", "one signature concludes nothing");
    assert.equal(await isSealed(contract), false);
    assert.equal((await sign(contract, "agency")).status, 200);
    assert.equal((await view(contract.reference)).phase.id, "in-force");
    await eventually(() => isSealed(contract), 40);
    const anchors = await (await fetch(`${program.ready.portal}/public/api-cps/roots.pem`)).text();
    const originals = [
      await bytesOf("anne", `/api/documents/${contract.document}/original`),
      await bytesOf("vera", `/api/documents/${contract.document}/original`),
    ];
    assert.notDeepEqual(originals[0], originals[1], "two originals, one for each");
    for (const original of originals) assert.deepEqual(await verifySeals(original, anchors), ["valid", "valid"]);
    const altered = Buffer.from(originals[1] ?? "");
    altered[600] = (altered[600] ?? 0) ^ 1;
    assert.ok((await verifySeals(altered, anchors)).every((verdict) => verdict !== "valid"));
    assert.equal((await ask("vera", "GET", `/api/documents/${contract.document}/original?party=agency`)).status, 403);

    // The delivery record: « lu et approuvé » is part of each signature.
    const entry = (type: string, payload: Body) => ask("anne", "POST", `/api/files/${contract.reference}/entries`, { type, payload });
    await entry("kit-ordered", { by: "vendor", articles: ["APICPS0001", "JEUEDIT001"], payment: "paid" });
    await entry("kit-delivered", { by: "agency" });
    const day = (await good("anne", "GET", "/api/clock")).now as string;
    const dates = { order_date: day.slice(0, 10), access_code_date: day.slice(0, 10), cards_date: day.slice(0, 10) };
    for (const by of ["vendor", "agency"]) {
      const unread = await entry("delivery-record-signed", { by, ...dates, read_and_approved: false });
      assert.deepEqual([unread.status, unread.body.clause], [409, "CPS annexe 4"], by);
      assert.equal((await entry("delivery-record-signed", { by, ...dates, read_and_approved: true })).status, 200, by);
    }
  });

  it("[LAB-35] two originals dated by the agency alone; each signature proves its own day, the last one opens; the company's seal stands on both", async () => {
    const act = { type: "convention-signed", payload: { product: "Logiciel Deux Originaux", level: "standard" } };
    const company = "Éditions du Double Sceau";
    const convention = await draft("label-convention", "holder", company, act);
    // Nobody but the agency writes the document, and its date with it.
    assert.equal((await ask("vera", "POST", "/api/documents", { file: convention.reference, title: "Autre", paragraphs: ["x"], parties: [] })).status, 403);
    const { now } = (await good("anne", "GET", "/api/clock")) as { now: string };
    const dated = new Date(now).toLocaleDateString("fr", { dateStyle: "long", timeZone: "Europe/Paris" });
    const paper = join(program.data, "paper.pdf");
    await writeFile(paper, await bytesOf("anne", `/api/documents/${convention.document}/document`));
    const shown = spawnSync("pdftotext", ["-layout", paper, "-"], { encoding: "utf8" }).stdout;
    assert.equal(shown.split(dated).length - 1, 1, `one date, ${dated}: ${shown}`);

    assert.equal((await sign(convention, convention.party)).status, 200);
    assert.equal((await view(convention.reference)).phase.id, "examination");
    await done(program.data, "PUT", "/api/clock", { by: "P3D" });
    assert.equal((await sign(convention, "agency")).status, 200);
    const { phase, entries } = await view(convention.reference);
    assert.equal(phase.id, "labelled");
    const signatures = entries.filter(({ type }) => type === "convention-signed");
    const days = signatures.map(({ happened_at }) => Date.parse(happened_at) / 86_400_000);
    assert.equal(Math.round((days[1] ?? 0) - (days[0] ?? 0)), 3, "each signature carries its own day");
    const { signatures: kept } = (await good("anne", "GET", `/api/documents/${convention.document}`)) as { signatures: { signed_at: string }[] };
    assert.deepEqual(
      kept.map(({ signed_at }) => Date.parse(signed_at)),
      signatures.map(({ happened_at }) => Date.parse(happened_at)),
    );
    await eventually(() => isSealed(convention), 40);
    for (const who of ["anne", "vera"]) {
      const path = join(program.data, `${who}.pdf`);
      await writeFile(path, await bytesOf(who, `/api/documents/${convention.document}/original`));
      const said = spawnSync("pdfsig", ["-nocert", path], { encoding: "utf8" }).stdout;
      assert.equal(said.match(/Signature is Valid/g)?.length, 2, said);
      assert.match(said, new RegExp(`Common Name: .*${company}`), "the company's stamp is its seal");
    }
  });
});
