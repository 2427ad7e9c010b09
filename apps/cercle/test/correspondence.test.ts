// Letters, the intake list and decisions by two, over HTTP with named persons.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { request } from "node:http";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { eventually, startProgram, type TestProgram } from "@cercle/testkit";
import { whole } from "./party.ts";

type Body = Record<string, unknown>;

describe("correspondence through the program", () => {
  let program: TestProgram;
  let file: string;
  const keys: Record<string, string> = {};
  const accounts: Record<string, string> = {};
  const operator = (method: string, path: string, body: Body): Promise<Body> =>
    new Promise((done, failed) => {
      const asked = request({ socketPath: join(program.data, "control.sock"), method, path, headers: { "content-type": "application/json" } }, (reply) => {
        let text = "";
        reply.on("data", (chunk) => {
          text += chunk;
        });
        reply.on("end", () => ((reply.statusCode ?? 500) < 400 ? done(JSON.parse(text || "{}")) : failed(new Error(text))));
      });
      asked.on("error", failed);
      asked.end(JSON.stringify(body));
    });
  const ask = async (who: string, method: string, path: string, body?: Body): Promise<{ status: number; body: Body }> => {
    const reply = await fetch(`${program.ready.portal}${path}`, {
      method,
      headers: { authorization: `Bearer ${keys[who]}`, "accept-language": "en", ...(body ? { "content-type": "application/json" } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const text = await reply.text();
    return { status: reply.status, body: text.startsWith("{") || text.startsWith("[") ? JSON.parse(text) : {} };
  };
  const good = async (who: string, method: string, path: string, body?: Body): Promise<Body> => {
    const reply = await ask(who, method, path, body);
    assert.ok(reply.status < 300, JSON.stringify(reply.body));
    return reply.body;
  };
  const png = Buffer.concat([Buffer.from("89504e470d0a1a0a", "hex"), Buffer.from("a scanned slip")]).toString("base64");

  before(async () => {
    program = await startProgram();
    for (const [name, role] of [
      ["Anne Officier", "officer"],
      ["Bruno Officier", "second-officer"],
      ["Vera Vendeur", "vendor"],
      ["Walid Vendeur", "vendor"],
    ] as const) {
      const { account } = await operator("POST", "/api/accounts", { name, roles: [role] });
      const { key } = await operator("POST", "/api/keys", { role, label: "test", days: 1, account: String(account) });
      const short = name.split(" ")[0]?.toLowerCase() ?? "";
      keys[short] = String(key);
      accounts[short] = String(account);
    }
    const granted = await operator("POST", "/api/sandbox/grants", { right: "client.sign-in", subject: "letters-1", holder: `account:${accounts.vera}` });
    file = String(granted.reference);
  });
  after(() => program.stop());

  const letter = (more: Body = {}): Body => ({
    file,
    channel: "electronic-registered",
    sender_name: "L’agence",
    recipient: { party: `account:${accounts.vera}`, name: "Vera", address: ["1 rue de l’Œuvre", "75001 Paris"] },
    title: "Mise en demeure",
    paragraphs: ["Votre service ne répond plus aux exigences."],
    clause: "sandbox 2",
    ...more,
  });
  const entries = async (): Promise<{ seq: number; type: string; happened_at: string; payload: Body | null }[]> =>
    (await good("anne", "GET", `/api/files/${file}`)).entries as never;

  it("tells the addressee of an electronic letter without the sender's name, and opens it when it is accepted", async () => {
    const { reference } = await good("anne", "POST", "/api/letters", letter());
    const waiting = await good("vera", "GET", `/api/letters/${reference}`);
    assert.equal(waiting.state, "notified");
    assert.equal(waiting.sender, undefined);
    assert.equal(waiting.facts, undefined);
    assert.equal((await ask("vera", "GET", `/api/letters/${reference}/document`)).body.code, "evidence.not-opened");
    assert.equal((await ask("walid", "GET", `/api/letters/${reference}`)).body.code, "evidence.not-yours");
    assert.equal((await ask("walid", "POST", `/api/letters/${reference}/accept`)).body.code, "evidence.not-yours");
    assert.equal((await ask("anne", "POST", `/api/letters/${reference}/accept`)).body.code, "evidence.not-yours");
    await good("vera", "POST", `/api/letters/${reference}/accept`);
    assert.equal((await good("vera", "GET", `/api/letters/${reference}`)).sender, "agency");
    const document = await fetch(`${program.ready.portal}/api/letters/${reference}/document`, { headers: { authorization: `Bearer ${keys.vera}` } });
    assert.equal(
      Buffer.from(await document.arrayBuffer())
        .subarray(0, 5)
        .toString(),
      "%PDF-",
    );
    assert.equal((await ask("vera", "POST", `/api/letters/${reference}/refuse`)).body.code, "evidence.wrong-state");
    assert.deepEqual(
      (await entries()).slice(-3).map((entry) => entry.type),
      ["letter-sent", "letter-presented", "letter-received"],
    );
  });

  it("counts what paper says only when a second person has confirmed the slip", async () => {
    const { reference, state } = await good("anne", "POST", "/api/letters", letter({ channel: "registered-receipt" }));
    assert.equal(state, "prepared");
    const slip = (event: string, more: Body = {}): Promise<{ status: number; body: Body }> =>
      ask("anne", "POST", `/api/letters/${reference}/slips`, { event, at: new Date().toISOString(), scan: png, ...more });
    assert.equal((await slip("accepted")).body.code, "evidence.wrong-state");
    assert.equal((await slip("deposited")).body.code, "evidence.no-tracking");
    assert.equal((await slip("deposited", { tracking: "1A 000 000 0000 1", scan: Buffer.from("<html>").toString("base64") })).body.code, "evidence.not-a-scan");
    const { seq } = (await slip("deposited", { tracking: "1A 000 000 0000 1" })).body;
    const count = (await entries()).length;
    assert.equal((await ask("anne", "POST", `/api/letters/${reference}/slips/${seq}/confirm`)).body.code, "evidence.same-person");
    assert.equal((await entries()).length, count);
    const confirmed = await good("bruno", "POST", `/api/letters/${reference}/slips/${seq}/confirm`);
    assert.equal(confirmed.state, "deposited");
    assert.equal(confirmed.tracking, "1A 000 000 0000 1");
    assert.equal((await ask("bruno", "POST", `/api/letters/${reference}/slips/${seq}/confirm`)).body.code, "evidence.already-settled");
    const wrong = (await slip("accepted")).body.seq;
    await good("bruno", "POST", `/api/letters/${reference}/slips/${wrong}/reject`);
    const taken = (await slip("accepted")).body.seq;
    assert.equal((await good("bruno", "POST", `/api/letters/${reference}/slips/${taken}/confirm`)).state, "accepted");
    const last = (await entries()).at(-1);
    assert.equal(last?.type, "letter-received");
    assert.equal(last?.payload?.letter, reference);
  });

  it("keeps a plain registered letter apart from one with acknowledgement of receipt", async () => {
    const { reference } = await good("anne", "POST", "/api/letters", letter({ channel: "registered" }));
    const refused = await ask("anne", "POST", `/api/letters/${reference}/slips`, { event: "accepted", at: new Date().toISOString(), scan: png });
    assert.equal(refused.body.code, "evidence.not-provable");
  });

  it("shows what came in until an officer ties it, dated of its receipt", async () => {
    const received_at = new Date(Date.now() - 3 * 86_400_000).toISOString();
    const { reference } = await good("anne", "POST", "/api/intake", {
      channel: "telephone",
      received_at,
      from: "01 23 45 67 89",
      subject: "Arrêt",
      note: "Il arrête.",
    });
    const untied = (await good("bruno", "GET", "/api/intake")) as unknown as { reference: string; state: string }[];
    assert.ok(untied.some((item) => item.reference === reference && item.state === "untied"));
    assert.equal((await ask("vera", "GET", "/api/intake")).status, 403);
    await good("bruno", "POST", `/api/intake/${reference}/tie`, { file, clause: "sandbox 2" });
    const last = (await entries()).at(-1);
    assert.equal(last?.type, "correspondence-received");
    assert.equal(Date.parse(last?.happened_at ?? ""), Date.parse(received_at));
    assert.equal((await ask("anne", "POST", `/api/intake/${reference}/tie`, { file })).body.code, "evidence.already-settled");
  });

  it("gives each party an original sealed by both, once both signatures count; pdfsig calls the seals valid", async () => {
    const vera = `account:${accounts.vera}`;
    const drafted = await good("anne", "POST", "/api/documents", {
      file,
      title: "Avenant n° 1",
      paragraphs: ["Article 1. Les parties conviennent de ce qui suit."],
      parties: [
        { party: "agency", name: "L’agence", as: "agency" },
        { party: vera, name: "Vera Vendeur", as: "operator" },
      ],
    });
    const at = `/api/documents/${drafted.reference}`;
    assert.equal((await ask("walid", "GET", at)).body.code, "evidence.not-yours");
    assert.equal((await ask("vera", "POST", "/api/documents", {})).status, 403);
    const options = await good("vera", "GET", `${at}/passkey`);
    assert.equal(Buffer.from(String(options.challenge), "base64url").toString("hex"), drafted.digest);
    const power = { capacity: "gérante", shown_by: "extrait du registre" };
    assert.equal((await ask("vera", "POST", `${at}/passkey`, { party: "agency", power, response: {} })).body.code, "evidence.not-yours");
    assert.equal((await ask("vera", "POST", `${at}/passkey`, { party: vera, power, response: {} })).body.code, "evidence.bad-signature");
    const forged = { party: vera, power, certificate: "MAA=", signature: "AAAA" };
    assert.equal((await ask("vera", "POST", `${at}/card`, forged)).body.code, "evidence.bad-card");
    const pdf = async (who: string, path: string): Promise<Buffer> => {
      const reply = await fetch(`${program.ready.portal}${path}`, { headers: { authorization: `Bearer ${keys[who]}` } });
      return Buffer.from(await reply.arrayBuffer());
    };
    const scan = (await pdf("anne", `${at}/document`)).toString("base64");
    for (const party of ["agency", vera]) {
      await good("anne", "POST", `${at}/paper`, { party, power, signatory: "Signataire", signed_at: new Date().toISOString(), scan });
      assert.equal((await ask("anne", "POST", `${at}/paper/confirm`, { party, same_text: true })).body.code, "evidence.same-person");
      await good("bruno", "POST", `${at}/paper/confirm`, { party, same_text: true });
    }
    await eventually(async () => (await good("vera", "GET", at)).state === "sealed", 40);
    for (const who of ["anne", "vera"]) {
      const path = `${program.data}/${who}.pdf`;
      await writeFile(path, await pdf(who, `${at}/original`));
      assert.equal(
        spawnSync("pdfsig", ["-nocert", path])
          .stdout.toString()
          .match(/Signature is Valid/g)?.length,
        2,
      );
    }
    assert.equal((await ask("vera", "GET", `${at}/original?party=agency`)).body.code, "evidence.not-yours");
    const last = (await entries()).at(-1);
    assert.equal(last?.type, "document-sealed");
  });

  it("[MSS-45] lets a notice leave, or be taken for one, only by a channel that its clause accepts", async () => {
    const { party } = await good("anne", "POST", "/api/parties", whole("Opérateur du Cèdre"));
    await operator("PUT", `/api/parties/${party}/members/${accounts.vera}`, {});
    const contract = (await good("anne", "POST", "/api/files", { instrument: "mssante-operator", party: String(party) })).reference;
    const recipient = { party: `party:${party}`, name: "Opérateur du Cèdre", address: ["2 rue du Port", "67000 Strasbourg"] };
    const notice = (channel: string): Promise<{ status: number; body: Body }> =>
      ask("anne", "POST", "/api/letters", letter({ file: contract, channel, recipient, act: { type: "formal-notice-sent", payload: {} } }));
    // MSS 12.2 asks for an acknowledgement of receipt: a plain registered letter is another thing.
    const plain = await notice("registered");
    assert.equal(plain.body.code, "evidence.wrong-channel");
    assert.equal(plain.body.clause, "MSS 12.2");
    assert.equal((await notice("registered-receipt")).body.state, "prepared");
    const received_at = new Date(Date.now() - 86_400_000).toISOString();
    const item = await good("anne", "POST", "/api/intake", { channel: "email", received_at, from: "cedre@example.org", subject: "Arrêt définitif" });
    const tied = await ask("anne", "POST", `/api/intake/${item.reference}/tie`, { file: contract, act: { type: "final-stop-letter-sent" } });
    assert.equal(tied.body.code, "evidence.wrong-channel");
    assert.equal(tied.body.clause, "MSS 5.1");
    assert.equal((await good("anne", "GET", `/api/intake/${item.reference}`)).state, "untied");
    assert.deepEqual((await good("anne", "GET", `/api/files/${contract}`)).entries, []);
    assert.ok(((await good("vera", "GET", "/api/letters")) as unknown as { recipient: string }[]).some((one) => one.recipient === `party:${party}`));
  });

  it("rectifies by an entry that names the wrong one", async () => {
    const done = await good("anne", "POST", `/api/files/${file}/rectifications`, { entry: 1, reason: "Mauvais nom", instead: { subject: "letters-2" } });
    assert.deepEqual(done.review, []);
    const rectified = (await entries()).find((entry) => entry.seq === done.entry);
    assert.equal(rectified?.payload?.rectifies, 1);
  });

  it("erases personal data with a dated basis when two named officers say so, and the chain still verifies", async () => {
    const proposal = { kind: "evidence.erase-file", file, clause: "PSC 8.2", reason: "Fin de l’archivage" };
    const { reference } = await good("anne", "POST", "/api/decisions", proposal);
    assert.equal((await ask("anne", "POST", `/api/decisions/${reference}/confirm`)).body.code, "evidence.same-person");
    assert.equal((await ask("anne", "POST", "/api/decisions/urgent", proposal)).body.code, "evidence.not-urgent");
    assert.ok((await entries()).some((entry) => entry.payload?.letter !== undefined));
    await good("bruno", "POST", `/api/decisions/${reference}/confirm`);
    const left = await entries();
    const last = left.at(-1);
    assert.equal(last?.type, "content-erased");
    assert.equal(last?.payload?.basis, "PSC 8.2");
    assert.ok(left.slice(0, -1).every((entry) => entry.payload === null));
    const verdict = await good("anne", "GET", `/api/files/${file}/verification`);
    assert.equal(verdict.verdict, "lawfully-erased");
  });

  it("decides irreversible acts of a file by two; in an emergency by one, with a review that can undo it", async () => {
    const { party } = await good("anne", "POST", "/api/parties", whole("Opérateur de l’Orme"));
    const { reference } = await good("anne", "POST", "/api/files", { instrument: "mssante-operator", party });
    const entry = (type: string, payload: Body = {}) => good("anne", "POST", `/api/files/${reference}/entries`, { type, payload });
    const exchange = async (): Promise<unknown> =>
      ((await good("anne", "GET", `/api/files/${reference}/view`)).rights as Body[]).find(({ right }) => right === "domain.exchange")?.state;
    await entry("domain-declared", { by: "operator", domain: "orme.mssante.test", title: "own" });
    await entry("contract-signed", { by: "operator" });
    await entry("contract-signed", { by: "agency" });
    await entry("major-disturbance-recorded", { facts: "courrier en masse" });
    assert.equal(await exchange(), "open");
    const decision = (kind: string, facts: Body = {}): Body => ({ kind: `governance.${kind}`, file: reference, clause: "MSS 7.1", facts, reason: "essai" });

    const urgent = await good("anne", "POST", "/api/decisions/urgent", decision("exceptional-measure-taken", { reasons: "saturation" }));
    assert.equal(await exchange(), "closed");
    assert.ok(urgent.review_due, "the review opens by itself");
    const review = { outcome: "lifted", reason: "mesure disproportionnée" };
    assert.equal((await ask("anne", "POST", `/api/decisions/${urgent.reference}/review`, review)).body.code, "evidence.same-person");
    await good("bruno", "POST", `/api/decisions/${urgent.reference}/review`, review);
    assert.equal(await exchange(), "open");

    // What the law refuses when it is confirmed leaves nothing: neither entry nor confirmation.
    const early = await good("anne", "POST", "/api/decisions", { ...decision("termination-pronounced"), clause: "MSS 12.2" });
    const refused = await ask("bruno", "POST", `/api/decisions/${early.reference}/confirm`);
    assert.deepEqual([refused.status, refused.body.clause], [409, "MSS 12.2"]);
    assert.equal((await good("anne", "GET", `/api/decisions/${early.reference}`)).state, "proposed");

    const again = await good("anne", "POST", "/api/decisions", decision("exceptional-measure-taken", { reasons: "de nouveau" }));
    const both = await Promise.all([1, 2, 3, 4].map(() => ask("bruno", "POST", `/api/decisions/${again.reference}/confirm`)));
    assert.equal(both.filter(({ status }) => status === 200).length, 1);
    assert.equal(await exchange(), "closed");
    const { entries } = await good("anne", "GET", `/api/files/${reference}/view`);
    const taken = (entries as Body[]).filter(({ type }) => type === "exceptional-measure-taken");
    assert.deepEqual([taken.length, (taken[1]?.payload as Body | undefined)?.decision], [2, again.reference]);
  });
});
