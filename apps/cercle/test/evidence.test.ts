// Evidence through the program: heads over HTTP, the proof file by command, a watcher, tampering found with no server.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { access, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join, resolve } from "node:path";
import { after, before, describe, it } from "node:test";
import type { ExportedFile, PublishedHead } from "@cercle/evidence";
import { eventually, temporaryFolder } from "@cercle/testkit";

const main = resolve(import.meta.dirname, "../src/main.ts");

function cercle(data: string, args: readonly string[]): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, [main, ...args], { env: { ...process.env, CERCLE_DATA: data, LANG: "en_US.UTF-8", LC_ALL: "" } });
  let out = "";
  let err = "";
  child.stdout.on("data", (chunk) => {
    out += chunk;
  });
  child.stderr.on("data", (chunk) => {
    err += chunk;
  });
  return new Promise((done) => child.on("close", (code) => done({ code, out, err })));
}

const there = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

describe("evidence through the program", () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let ready: { pid: number; portal: string };
  const path = (name: string): string => join(folder.path, name);
  before(async () => {
    folder = await temporaryFolder();
    const child = spawn(process.execPath, [main, "up", "--ports", "auto", "--ready-file", path("ready.json")], {
      env: { ...process.env, CERCLE_DATA: path("data"), CERCLE_EVIDENCE_HEAD_SECONDS: "1" },
      stdio: ["ignore", "ignore", "inherit"],
    });
    child.unref();
    await eventually(() => there(path("ready.json")), 60);
    ready = JSON.parse(await readFile(path("ready.json"), "utf8"));
  });
  after(async () => {
    process.kill(ready.pid, "SIGTERM");
    await eventually(async () => !(await there(path("data/lock"))), 30);
    await folder.remove();
  });

  const ask = async (method: string, url: string, body: unknown): Promise<{ reference: string }> => {
    const { request } = await import("node:http");
    return new Promise((done, failed) => {
      const asked = request({ socketPath: path("data/control.sock"), method, path: url, headers: { "content-type": "application/json" } }, (reply) => {
        let text = "";
        reply.on("data", (chunk) => {
          text += chunk;
        });
        reply.on("end", () => ((reply.statusCode ?? 500) < 400 ? done(JSON.parse(text || "{}")) : failed(new Error(text))));
      });
      asked.on("error", failed);
      asked.end(JSON.stringify(body));
    });
  };
  const grant = (subject: string) => ask("POST", "/api/sandbox/grants", { right: "client.sign-in", subject, holder: "vendor:demo" });
  const heads = async (): Promise<readonly PublishedHead[]> =>
    ((await (await fetch(`${ready.portal}/public/evidence/heads`)).json()) as { heads: PublishedHead[] }).heads;

  it("publishes heads whose timestamps openssl accepts, as JSON and Atom", async () => {
    await grant("evidence-1");
    await eventually(async () => (await heads())[0]?.token !== undefined, 30);
    const [head] = await heads();
    for (const [name, url] of [
      ["signed", `heads/${head?.size}/signed`],
      ["reply", `heads/${head?.size}/timestamp`],
      ["anchor.pem", "timestamp-anchor"],
    ] as const) {
      await writeFile(path(name), Buffer.from(await (await fetch(`${ready.portal}/public/evidence/${url}`)).arrayBuffer()));
    }
    const out = execFileSync("openssl", ["ts", "-verify", "-in", path("reply"), "-data", path("signed"), "-CAfile", path("anchor.pem")], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    assert.match(out.toString(), /Verification: OK/);
    const feed = await fetch(`${ready.portal}/public/evidence/heads.atom`);
    assert.match(feed.headers.get("content-type") ?? "", /atom\+xml/);
    assert.match(await feed.text(), new RegExp(`<title>${head?.size} ${head?.root}</title>`));
  });

  it("names the first altered entry offline, with signature and timestamp checked", async () => {
    const { reference } = await grant("evidence-2");
    const exported = async (): Promise<ExportedFile> => {
      const run = await cercle(path("data"), ["evidence", "export", "--file", reference, "--out", path("proof.json")]);
      assert.equal(run.code, 0, run.err);
      return JSON.parse(await readFile(path("proof.json"), "utf8"));
    };
    await eventually(async () => (await exported()).proofs?.[0]?.head.token !== undefined, 30);
    const proof = await exported();
    const trust = ["--trust", path("data/ca.pem"), "--trust", path("anchor.pem")];
    const good = await cercle(path("nowhere"), ["evidence", "verify", path("proof.json"), ...trust, "--json"]);
    assert.equal(good.code, 0, good.err);
    const verdict = JSON.parse(good.out);
    assert.equal(verdict.verdict, "intact");
    assert.equal(verdict.heads[0].trusted, true);
    assert.equal(verdict.heads[0].timestamp.trusted, true);
    const [first] = proof.entries;
    assert.ok(first);
    await writeFile(path("forged.json"), JSON.stringify({ ...proof, entries: [{ ...first, actor: "somebody" }, ...proof.entries.slice(1)] }));
    const bad = await cercle(path("nowhere"), ["evidence", "verify", path("forged.json"), "--json"]);
    assert.equal(bad.code, 1);
    assert.equal(JSON.parse(bad.err).error, "evidence.altered");
    assert.match(JSON.parse(bad.err).reason ?? bad.err, /entry 1/);
  });

  it("watches: quiet while the log grows, an alarm when another history is shown", async () => {
    const watch = (url: string) => cercle(path("nowhere"), ["evidence", "watch", url, "--state", path("watch.json"), "--once", "--json"]);
    const first = await watch(ready.portal);
    assert.equal(first.code, 0, first.err);
    const size = JSON.parse(first.out).head.size as number;
    await grant("evidence-3");
    await eventually(async () => ((await heads())[0]?.size ?? 0) > size, 30);
    assert.equal((await watch(ready.portal)).code, 0);
    // A server that shows an older head of the same log, signed and all.
    const old = (await heads()).at(-1);
    const liar = createServer((_request, response) => response.setHeader("content-type", "application/json").end(JSON.stringify({ heads: [old] })));
    await new Promise<void>((done) => liar.listen(0, "127.0.0.1", done));
    const address = liar.address();
    const alarm = await watch(`http://127.0.0.1:${address && typeof address === "object" ? address.port : 0}`);
    await new Promise((done) => liar.close(done));
    assert.equal(alarm.code, 1);
    assert.equal(JSON.parse(alarm.err).error, "evidence.alarm");
    assert.ok(await there(path("watch.json.alarm.json")));
  });
});
