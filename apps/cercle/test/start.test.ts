// The program as its user starts it: a process of its own, its addresses from the ready file, its API over HTTP.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { startProgram, type TestProgram } from "@cercle/testkit";

describe("the program", () => {
  let program: TestProgram;
  let ready: { portal: string; health: string };
  before(async () => {
    program = await startProgram();
    ready = program.ready as typeof ready;
  });
  after(async () => {
    assert.equal(await program.stop("SIGINT"), 0, "a clean stop");
  });

  it("serves its pages and its health", async () => {
    assert.deepEqual(await (await fetch(ready.health)).json(), { status: "ok" });
    const home = await fetch(ready.portal, { headers: { "accept-language": "fr" } });
    assert.match(await home.text(), /Bac à sable/);
    assert.match(home.headers.get("content-security-policy") ?? "", /default-src 'none'/);
    assert.equal(home.headers.get("x-powered-by"), null);
  });

  it("measures itself in the Prometheus text format, and says when it can serve", async () => {
    const base = new URL(ready.health).origin;
    const metrics = await (await fetch(`${base}/metrics`)).text();
    for (const line of metrics.trim().split("\n")) assert.match(line, /^(# (HELP|TYPE) cercle_\w+ .+|cercle_\w+(\{[^}]+\})? [\d.e+-]+)$/);
    assert.match(metrics, /^cercle_http_requests_total\{listener="portal",status="2xx"\} [1-9]/m);
    assert.match(metrics, /^cercle_doors_silent 0$/m);
    assert.equal(((await (await fetch(`${base}/ready`)).json()) as { status: string }).status, "ready");
  });

  it("answers commands through its socket, and refuses a clock that goes back", async () => {
    const forward = await program.run(["clock", "set", "+P1M", "--json"]);
    assert.equal(forward.code, 0, forward.err);
    assert.equal(JSON.parse(forward.out).moved, true);
    const back = await program.run(["clock", "set", "2020-01-01", "--json"]);
    assert.equal(back.code, 1);
    assert.equal(JSON.parse(back.err).error, "governance.clock-backwards");
  });

  it("loads no server for a command that asks one", async () => {
    const loaded = new URL("loaded.ts", import.meta.url).pathname;
    const asked = await program.run(["clock", "show", "--json"], { NODE_OPTIONS: `--import ${loaded}` });
    assert.equal(asked.code, 0, asked.err);
    const packages = JSON.parse(asked.err.trim().split("\n").at(-1) ?? "") as string[];
    assert.ok(packages.includes("zod"), "what is loaded was seen");
    assert.deepEqual(
      packages.filter((name) => !["zod", "temporal-polyfill", "temporal-utils"].includes(name)),
      [],
    );
  });

  it("names the process that has the data when a second one starts", async () => {
    const second = await program.run(["up", "--ports", "auto"]);
    assert.equal(second.code, 1);
    assert.match(second.err, new RegExp(`already in use by process ${program.pid}`));
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
    const bad = await program.run(["config", "check"], { CERCLE_STORE_POOL_SIZE: "many", CERCLE_NOT_A_SETTING: "1" });
    assert.equal(bad.code, 1);
    assert.match(bad.err, /CERCLE_NOT_A_SETTING: unknown setting/);
    assert.match(bad.err, /store\.pool_size/);
    assert.equal((await program.run(["no-such-command"])).code, 2);
  });
});
