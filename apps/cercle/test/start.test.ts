// The program as its user starts it: a process of its own, its addresses from the ready file, its API over HTTP.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { access, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { after, before, describe, it } from "node:test";
import { eventually, temporaryFolder } from "@cercle/testkit";

const main = resolve(import.meta.dirname, "../src/main.ts");

type Run = { code: number | null; out: string; err: string };

function cercle(data: string, args: readonly string[], environment: Record<string, string> = {}): Promise<Run> {
  const child = spawn(process.execPath, [main, ...args], { env: { ...process.env, CERCLE_DATA: data, LANG: "en_US.UTF-8", LC_ALL: "", ...environment } });
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

describe("the program", () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let ready: { pid: number; portal: string; health: string };
  before(async () => {
    folder = await temporaryFolder();
    const file = join(folder.path, "ready.json");
    const child = spawn(process.execPath, [main, "up", "--ports", "auto", "--ready-file", file], {
      env: { ...process.env, CERCLE_DATA: folder.path },
      stdio: ["ignore", "ignore", "inherit"],
    });
    child.unref();
    await eventually(
      () =>
        access(file).then(
          () => true,
          () => false,
        ),
      60,
    );
    ready = JSON.parse(await readFile(file, "utf8"));
  });
  after(async () => {
    process.kill(ready.pid, "SIGTERM");
    await eventually(
      () =>
        access(join(folder.path, "lock")).then(
          () => false,
          () => true,
        ),
      30,
    );
    await folder.remove();
  });

  it("serves its pages and its health", async () => {
    assert.deepEqual(await (await fetch(ready.health)).json(), { status: "ok" });
    const home = await fetch(ready.portal, { headers: { "accept-language": "fr" } });
    assert.match(await home.text(), /Bac à sable/);
    assert.match(home.headers.get("content-security-policy") ?? "", /default-src 'none'/);
    assert.equal(home.headers.get("x-powered-by"), null);
  });

  it("answers commands through its socket, and refuses a clock that goes back", async () => {
    const forward = await cercle(folder.path, ["clock", "set", "+P1M", "--json"]);
    assert.equal(forward.code, 0, forward.err);
    assert.equal(JSON.parse(forward.out).moved, true);
    const back = await cercle(folder.path, ["clock", "set", "2020-01-01", "--json"]);
    assert.equal(back.code, 1);
    assert.equal(JSON.parse(back.err).error, "governance.clock-backwards");
  });

  it("names the process that has the data when a second one starts", async () => {
    const second = await cercle(folder.path, ["up", "--ports", "auto"]);
    assert.equal(second.code, 1);
    assert.match(second.err, new RegExp(`already in use by process ${ready.pid}`));
  });

  it("refuses the API to nobody, in the reader's language, and says what is wrong", async () => {
    const reply = await fetch(`${ready.portal}/api/files`, { headers: { "accept-language": "en" } });
    assert.equal(reply.status, 401);
    assert.match(reply.headers.get("content-type") ?? "", /^application\/problem\+json/);
    const problem = (await reply.json()) as { code: string; title: string };
    assert.equal(problem.code, "web.unauthenticated");
    assert.match(problem.title, /Sign in/);
  });

  it("stops at an unknown setting, listing every problem, with exit code 1; wrong use is 2", async () => {
    const bad = await cercle(folder.path, ["config", "check"], { CERCLE_STORE_POOL_SIZE: "many", CERCLE_NOT_A_SETTING: "1" });
    assert.equal(bad.code, 1);
    assert.match(bad.err, /CERCLE_NOT_A_SETTING: unknown setting/);
    assert.match(bad.err, /store\.pool_size/);
    assert.equal((await cercle(folder.path, ["no-such-command"])).code, 2);
  });
});
