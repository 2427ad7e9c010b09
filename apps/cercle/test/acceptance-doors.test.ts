// The acceptance tests of governance.md §7 that are met at real doors: an operator and a client withdrawn (3), the whitelist attacked (4),
// the evidence altered, then rebuilt (5), what the public sees (6).
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createPrivateKey } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { digestContent, digestEntry, type ExportedEntry, type ExportedFile, type PublishedHead } from "@cercle/evidence";
import { realClock } from "@cercle/kernel";
import { eventually, startProgram, type TestFolder, type TestProgram, temporaryFolder } from "@cercle/testkit";
import { signWhitelist } from "@cercle/whitelist";
import { askServer } from "../src/control-socket.ts";
import { apply, examine, sign, standardSet } from "./label-steps.ts";
import { type OutsideAuthority, openOutsideAuthority } from "./outside-authority.ts";
import { whole } from "./party.ts";

type Json = Record<string, unknown>;
type Right = { right: string; subject: string; state: string };
type Seen = { entries: { seq: number; type: string; payload: Json | null }[]; rights: Right[] };

/** A door follows within seconds; past five without an answer it is an alarm (docs/governance.md). */
const doorMillis = 5000;
const domain = "retrait.mssante.test";
const operator = "Clinique du Retrait";

describe("acceptance: doors (governance.md §7)", () => {
  let folder: TestFolder;
  let outside: OutsideAuthority;
  let program: TestProgram;
  let signer: { pem: string; key: string };
  let reference = "";
  let held: { certificate: string; key: string; serial: string };
  const at = (name: string): string => join(folder.path, name);

  const tried = async (method: "GET" | "POST" | "PUT", path: string, body?: unknown): Promise<{ status: number; body: Json }> => {
    const reply = await askServer(program.data, { method, path, ...(body === undefined ? {} : { body }) }, "en");
    assert.ok(reply);
    return { status: reply.status, body: reply.body as Json };
  };
  const ask = async <T = Json>(method: "GET" | "POST" | "PUT", path: string, body?: unknown): Promise<T> => {
    const reply = await tried(method, path, body);
    assert.ok(reply.status < 300, `${path}: ${JSON.stringify(reply.body)}`);
    return reply.body as T;
  };
  const record = (file: string, type: string, payload: Json = {}) => ask(`POST`, `/api/files/${file}/entries`, { type, payload });
  const openFile = async (instrument: string, name: string): Promise<string> => {
    const { party } = await ask<{ party: string }>("POST", "/api/parties", whole(name));
    return (await ask<{ reference: string }>("POST", "/api/files", { instrument, party })).reference;
  };
  const publicly = async (path: string): Promise<{ status: number; text: string }> => {
    const reply = await fetch(`${program.ready.portal}${path}`, { headers: { accept: "*/*" } });
    return { status: reply.status, text: await reply.text() };
  };
  const command = async (...words: string[]): Promise<string> => {
    const run = await program.run(words);
    assert.equal(run.code, 0, `${words.join(" ")}: ${run.err}`);
    return run.out;
  };
  const verifyList = (file: string) => program.run(["whitelist", "verify", file, "--trust", join(program.data, "ca.pem"), "--json"]);
  const run = (name: string, args: readonly string[]): Promise<string> =>
    new Promise((resolve) => {
      const child = execFile(name, args, { timeout: 20_000 }, (_error, out, err) => resolve(`${out}${err}`));
      child.stdin?.end();
    });

  before(async () => {
    folder = await temporaryFolder();
    outside = await openOutsideAuthority(at("ca"));
    signer = outside.issue("alb", { usage: "emailProtection" });
    const mail = { whitelist_url: `${outside.base}/list.xml`, whitelist_seconds: 1, trust_file: outside.ca };
    writeFileSync(at("cercle.json"), JSON.stringify({ mail, evidence: { head_seconds: 1 } }));
    program = await startProgram({ args: ["--config", at("cercle.json")] });
  });
  after(async () => {
    await program?.stop();
    await outside?.stop();
    await folder?.remove();
  });

  /** What anyone meets of this operator: the list, the certificate's state, the register, the logo. */
  const meets = async (): Promise<{ listed: boolean; revoked: boolean; row: boolean; logo: number }> => ({
    listed: (await publicly("/public/whitelist.xml")).text.includes(domain),
    revoked: Boolean((await ask<{ revoked_at?: string | null }>("GET", `/api/pki/certificates/${held.serial}`)).revoked_at),
    row: (await publicly("/public/registers/operators.json")).text.includes(operator),
    logo: (await publicly(`/public/logos/mssante/${reference}`)).status,
  });

  it("§7.3 [MSS-25] [MSS-27] [MSS-43] an operator withdrawn: out of list N+1, certificate revoked, no public row, logo 410, every door acknowledged", async () => {
    held = JSON.parse(await command("operator", "add", "--domain", domain, "--out", at("retrait"), "--json"));
    await ask("POST", "/api/sandbox/withdrawals", { right: "domain.exchange", subject: domain });
    reference = await openFile("mssante-operator", operator);
    await record(reference, "domain-declared", { by: "operator", domain, title: "own" });
    await record(reference, "contract-signed", { by: "operator" });
    assert.equal((await publicly(`/public/logos/mssante/${reference}`)).status, 404, "no logo before validation");
    await record(reference, "contract-signed", { by: "agency" });
    await record(reference, "certificate-issued", { by: "agency", serial: held.serial });
    assert.equal((await publicly(`/public/logos/mssante/${reference}`)).status, 404, "signature does not open the logo");
    await record(reference, "commitment-sent", { channel: "registered-receipt" });
    await record(reference, "commitment-received", { by: "agency" });
    await record(reference, "commitment-found-complete");
    await record(reference, "validation-notified", { channel: "registered" });
    await eventually(async () => {
      const { listed, revoked, row, logo } = await meets();
      return listed && !revoked && row && logo === 200;
    });
    const logo = await publicly(`/public/logos/mssante/${reference}`);
    assert.match(logo.text, /<svg [\s\S]*Clinique du Retrait/);
    await writeFile(at("list-n.xml"), (await publicly("/public/whitelist.xml")).text);

    await record(reference, "formal-notice-sent", { channel: "registered-receipt", ground: "indicateurs jamais transmis" });
    await ask("PUT", "/api/clock", { by: "P1M4D" });
    await record(reference, "fruitless-recorded");
    await record(reference, "termination-pronounced");
    await eventually(async () => {
      const { listed, revoked, row, logo: answered } = await meets();
      return !listed && revoked && !row && answered === 410;
    }, 15);
    await writeFile(at("list-n1.xml"), (await publicly("/public/whitelist.xml")).text);
    const [before, now] = [await verifyList(at("list-n.xml")), await verifyList(at("list-n1.xml"))];
    assert.deepEqual([before.code, now.code], [0, 0], `both lists are signed by the space: ${now.err}`);
    assert.equal(JSON.parse(before.out).domains - JSON.parse(now.out).domains, 1);
    const crl = await run("openssl", ["verify", "-CAfile", join(program.data, "ca.pem"), held.certificate]);
    assert.match(crl, /OK/, "the certificate itself is genuine: only its revocation ends it");
    // One entry for each change, with how many doors and the slowest: what is measured stands on the file.
    await eventually(async () => {
      const { entries, rights } = await ask<Seen>("GET", `/api/files/${reference}`);
      const closed = rights.filter(({ right, state }) => state === "closed" && ["domain.exchange", "certificate.hold"].includes(right));
      return closed.every(({ right }) => {
        const applied = entries.findLast((entry) => entry.type === "doors-applied" && entry.payload?.right === right && entry.payload.state === "closed");
        return applied !== undefined && Number(applied.payload?.doors) > 0 && Number(applied.payload?.slowest_ms) < doorMillis;
      });
    });
    const { unsettled } = await ask<{ unsettled: Right[] }>("GET", "/api/doors");
    assert.ok(!unsettled.some(({ subject }) => subject === domain || subject === held.serial));
  });

  it("§7.3 [PSC-25] a client of a removed provider: sign-in closed, refresh refused, its token dead", async () => {
    const [person] = JSON.parse(await command("people", "--json")) as { id: string }[];
    assert.ok(person);
    const id = "retire";
    const client = await ask<{ client_secret: string; issuer: string }>("POST", "/api/clients", {
      client_id: id,
      redirect_uris: ["http://localhost:9999/cb"],
      environment: "bas",
    });
    await ask("POST", "/api/sandbox/withdrawals", { right: "client.sign-in", subject: id });
    const file = await openFile("psc-provider", "Éditions du Retrait");
    await record(file, "access-requested", { role: "service-operator", legal_person: true, registered_in_union: true });
    await record(file, "terms-accepted", { version: "1.0" });
    await record(file, "request-accepted");
    await record(file, "client-registered", { by: "agency", client_id: id, environment: "bas" });
    const pin = ["--pin", "4917"];
    await program.run(["e-cps", "activate", "--id", person.id, ...pin]);
    const { tokens } = JSON.parse(await command("login", "--client", id, "--id", person.id, "--with", "e-cps", ...pin, "--json")) as {
      tokens: { access_token: string; refresh_token: string };
    };
    const discovery = (await (await fetch(`${client.issuer}/.well-known/wallet-openid-configuration`)).json()) as Record<string, string>;
    const userinfo = async (): Promise<number> =>
      (await fetch(discovery.userinfo_endpoint ?? "", { headers: { authorization: `Bearer ${tokens.access_token}` } })).status;
    assert.equal(await userinfo(), 200);
    await record(file, "cut-for-public-interest", { ground: "public-safety", kind: "removal" });
    await eventually(async () => (await userinfo()) === 401, 15);
    const refreshed = await fetch(discovery.token_endpoint ?? "", {
      method: "POST",
      headers: { authorization: `Basic ${Buffer.from(`${id}:${client.client_secret}`).toString("base64")}` },
      body: new URLSearchParams({ grant_type: "refresh_token", refresh_token: tokens.refresh_token }),
    });
    assert.equal(refreshed.status >= 400, true);
    assert.equal(((await refreshed.json()) as { error: string }).error, "unauthorized_client");
    const authorize = await fetch(
      `${discovery.authorization_endpoint}?${new URLSearchParams({ client_id: id, redirect_uri: "http://localhost:9999/cb", response_type: "code", scope: "openid scope_all", acr_values: "eidas1", state: "s", nonce: "n" })}`,
      { redirect: "manual" },
    );
    assert.ok(authorize.status >= 400, String(authorize.status));
  });

  it("§7.4 [MSS-05] a list rolled back to N-1, unsigned, or of no domain is refused by every operator, and alarmed", async () => {
    const partners = async (of: string) => ask<{ domains: number; alarm?: string }>("GET", `/api/mail/${of}/partners`);
    const operators = ["alpha.mssante.test", "beta.mssante.test"];
    const own = (await publicly("/public/whitelist.xml")).text;
    const entries = [...own.matchAll(/<Nom>([^<]+)<\/Nom>.*?<DNCertificatOperateur>([^<]*)</gs)].map(([, name = "", certificateName = ""]) => ({
      name,
      certificateName,
    }));
    const signList = (names: readonly string[], minutes: number): string => {
      const now = realClock.now().round("second").add({ minutes });
      const listed = [...entries, ...names.map((name) => ({ name, certificateName: `O=OUTSIDE,CN=${name}` }))].slice(0, names.length === 0 ? 0 : undefined);
      return signWhitelist(
        {
          generatedAt: now,
          entries: listed.map(({ name, certificateName }) => ({ domain: name, certificateName, description: "", contact: "", support: "", updatedAt: now })),
        },
        { key: createPrivateKey(readFileSync(signer.key)), certificate: readFileSync(signer.pem, "utf8") },
      );
    };
    const [previous, current] = [signList(["a.example"], 0), signList(["a.example", "b.example"], 1)];
    const all = entries.length + 2;
    outside.served.set("/list.xml", current);
    for (const of of operators)
      await eventually(async () => {
        const seen = await partners(of);
        return seen.domains === all && seen.alarm === undefined;
      }, 20);
    const attacks = [
      ["N-1", previous, "whitelist.rollback"],
      ["unsigned", current.replace(/<(\w+:)?Signature[ >][\s\S]*<\/\1?Signature>/, ""), "whitelist.unsigned"],
      ["no domain", signList([], 2), "whitelist.empty"],
    ] as const;
    for (const [what, list, alarm] of attacks) {
      outside.served.set("/list.xml", list);
      for (const of of operators) {
        await eventually(async () => (await partners(of)).alarm !== undefined, 20);
        await eventually(async () => (await partners(of)).alarm === alarm, 20).catch(async () => assert.equal((await partners(of)).alarm, alarm, what));
        assert.equal((await partners(of)).domains, all, `${what}: ${of} keeps the last good list`);
      }
    }
    await writeFile(at("unsigned.xml"), attacks[1][1]);
    const verified = await program.run(["whitelist", "verify", at("unsigned.xml"), "--trust", outside.ca, "--json"]);
    assert.equal(verified.code, 1);
    assert.equal(JSON.parse(verified.err).error, "whitelist.unsigned");
  });

  it("§7.5 one byte of an old decision altered: the verifier names the entry; the chain rebuilt whole: timestamp and head expose it", async () => {
    let proof: ExportedFile | undefined;
    await eventually(async () => {
      await command("evidence", "export", "--file", reference, "--out", at("proof.json"));
      proof = JSON.parse(await readFile(at("proof.json"), "utf8"));
      const last = proof?.proofs?.at(-1);
      return last?.head.token !== undefined && last.leaf.kind === "file" && last.leaf.seq === proof?.entries.length;
    }, 30);
    assert.ok(proof?.proofs);
    // A head of some later time, as a party keeps it: every letter prints one.
    const newest = proof.entries.at(-1)?.real_at ?? "";
    // A head comes with what is new: were this written at once, the last head could be too near.
    await eventually(() => Date.now() > Date.parse(newest) + 10_000);
    await ask("POST", "/api/sandbox/grants", { right: "client.sign-in", subject: "another-file", holder: "vendor:demo" });
    await eventually(async () => {
      const { heads } = JSON.parse((await publicly("/public/evidence/heads?limit=1")).text) as { heads: PublishedHead[] };
      await writeFile(at("head.json"), JSON.stringify(heads[0]));
      return Date.parse(heads[0]?.at ?? "") > Date.parse(newest) + 10_000;
    }, 30);
    await writeFile(at("anchor.pem"), (await publicly("/public/evidence/timestamp-anchor")).text);
    const verify = async (exported: ExportedFile, ...more: string[]): Promise<{ code: number | null; error: string }> => {
      await writeFile(at("shown.json"), JSON.stringify(exported));
      // In a folder of its own: no server is asked.
      const done = await program.run(
        ["evidence", "verify", at("shown.json"), "--trust", join(program.data, "ca.pem"), "--trust", at("anchor.pem"), ...more, "--json"],
        { CERCLE_DATA: at("nowhere") },
      );
      return { code: done.code, error: done.err };
    };
    assert.equal((await verify(proof, "--head", at("head.json"))).code, 0);

    const decision = proof.entries.find(({ type }) => type === "formal-notice-sent");
    assert.ok(decision?.disclosed);
    const said = JSON.stringify(decision.disclosed.payload).replace("jamais", "samais");
    const lied: ExportedEntry = { ...decision, disclosed: { salt: decision.disclosed.salt, payload: JSON.parse(said) } };
    const altered = await verify({ ...proof, entries: proof.entries.map((entry) => (entry.seq === decision.seq ? lied : entry)) });
    assert.equal(altered.code, 1);
    assert.match(altered.error, new RegExp(`entry ${decision.seq}\\b`));

    // As root: the lie, and every digest after it made again.
    let previous = "";
    const rebuilt = proof.entries.map((entry) => {
      const { digest: _, disclosed, ...part } = entry.seq === decision.seq ? lied : entry;
      const content = disclosed ? digestContent(Buffer.from(disclosed.salt, "base64"), disclosed.payload) : part.content;
      const whole = { ...part, content, previous };
      previous = digestEntry(whole);
      return { ...whole, digest: previous, ...(disclosed ? { disclosed } : {}) };
    });
    const { proofs: _, ...bare } = proof;
    assert.equal((await verify({ ...bare, entries: rebuilt })).code, 0, "within itself a rebuilt chain holds");
    const withProofs = await verify({ ...proof, entries: rebuilt });
    assert.equal(withProofs.code, 1);
    assert.match(withProofs.error, /was published over another entry/);
    // Without its proofs, it is older than a head that a party holds, and under none.
    const handed = await verify({ ...bare, entries: rebuilt }, "--head", at("head.json"));
    assert.equal(handed.code, 1);
    assert.match(handed.error, /under no published head/);
  });

  it("§7.6 [MSS-24] [LAB-23] the public sees six fields of a label, and no operator that is provisional", async () => {
    const file = await openFile("mssante-operator", "Opérateur Provisoire");
    await record(file, "domain-declared", { by: "operator", domain: "provisoire.mssante.test", title: "own" });
    await record(file, "contract-signed", { by: "operator" });
    await record(file, "contract-signed", { by: "agency" });
    for (const form of ["operators.json", "operators.csv", "operators.atom"])
      assert.doesNotMatch((await publicly(`/public/registers/${form}`)).text, /Opérateur Provisoire|provisoire\.mssante/);
    const made = await apply(program.data, { party: "Éditions des Six Champs", name: "Six Santé" });
    await examine(program.data, made, standardSet);
    await sign(program.data, made);
    await eventually(async () => (await publicly("/public/label.json")).text.includes("Six Santé"));
    const rows = JSON.parse((await publicly("/public/label.json")).text) as object[];
    assert.deepEqual([...new Set(rows.flatMap((row) => Object.keys(row)))], ["holder", "product", "version", "structures", "professions", "level"]);
  });
});
