// Two processes of one space on one PostgreSQL: what one of them stops is stopped in the other too.
import assert from "node:assert/strict";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { createDatabase, eventually, startProgram, type TestFolder, type TestProgram, temporaryFolder } from "@cercle/testkit";
import * as client from "openid-client";
import { createTestBrowser } from "../../../packages/connect/test/browser.ts";
import { askServer } from "../src/control-socket.ts";
import { back, type } from "./relying-parties.ts";

const pin = "4071";

describe("sign-in with two processes", () => {
  let folders: TestFolder[] = [];
  let programs: TestProgram[] = [];
  let configs: client.Configuration[] = [];
  let database: Awaited<ReturnType<typeof createDatabase>>;
  let people: string[] = [];

  const ask = async <T>(method: "GET" | "POST" | "DELETE", path: string, body?: unknown): Promise<T> => {
    const reply = await askServer(programs[0]?.data ?? "", { method, path, ...(body ? { body } : {}) }, "en");
    assert.ok(reply && reply.status < 300, JSON.stringify(reply));
    return reply.body as T;
  };
  const sandbox = async (act: string, body: Record<string, unknown>): Promise<void> => {
    const reply = await fetch(`${programs[0]?.ready.portal}/api/sandbox/e-cps/${act}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ pin, ...body }),
    });
    assert.equal(reply.status, 200, await reply.clone().text());
  };

  before(async () => {
    database = await createDatabase();
    folders = [await temporaryFolder(), await temporaryFolder()];
    const environment = { DATABASE_URL: database.url };
    const [first = "", second = ""] = folders.map((folder) => join(folder.path, "data"));
    programs.push(await startProgram({ data: first, environment }));
    // Both hold the space's keys; the store holds none of them.
    await cp(join(first, "keys"), join(second, "keys"), { recursive: true });
    programs.push(await startProgram({ data: second, environment }));
    people = (await ask<{ id: string }[]>("GET", "/api/people")).map(({ id }) => id).filter((id) => /^8\d{11}$/.test(id));
    const { client_secret: secret } = await ask<{ client_secret: string }>("POST", "/api/clients", { client_id: "two", redirect_uris: [back], ciba: true });
    for (const id of people.slice(0, 2)) await sandbox("activate", { id });
    configs = await Promise.all(
      programs.map((program) =>
        client.discovery(new URL(program.ready.connect_bas ?? ""), "two", secret, client.ClientSecretBasic(secret), {
          execute: [client.allowInsecureRequests],
        }),
      ),
    );
  });
  after(async () => {
    for (const program of programs) await program.stop();
    programs = [];
    for (const folder of folders) await folder.remove();
    await database.drop();
  });

  /** Signs in at the first process: tokens, and a browser whose session is open. */
  const signIn = async (person: string) => {
    const config = configs[0];
    assert.ok(config);
    const browser = createTestBrowser();
    const url = client.buildAuthorizationUrl(config, { redirect_uri: back, scope: "openid scope_all", state: "st", nonce: "n" });
    const waiting = await type(browser, await browser.go(url.href, back), person);
    await sandbox("approve", { id: person, wait: 20 });
    const { location } = await browser.go(waiting.url, back);
    const tokens = await client.authorizationCodeGrant(config, new URL(location ?? ""), { expectedState: "st", expectedNonce: "n" });
    return { tokens, browser };
  };
  /** What each process says of the token, and whether it lets the open session in. */
  const plain = ({ tokens, browser }: Awaited<ReturnType<typeof signIn>>) =>
    Promise.all(
      configs.map(async (config) => {
        const active = await client.tokenIntrospection(config, tokens.access_token).then(
          (answer) => String(answer.active),
          (error: unknown) => (error as { error?: string }).error ?? String(error),
        );
        const { userinfo_endpoint: at } = config.serverMetadata();
        const { status: userinfo } = await fetch(String(at), { headers: { authorization: `Bearer ${tokens.access_token}` } });
        const page = await browser.go(client.buildAuthorizationUrl(config, { redirect_uri: back, scope: "openid scope_all", state: "st" }).href, back);
        return { active, userinfo, code: Boolean(page.location && new URL(page.location).searchParams.has("code")) };
      }),
    );
  const refreshAt = (config: client.Configuration, token: string): Promise<string> =>
    client.refreshTokenGrant(config, token).then(
      () => "given",
      (error: unknown) => (error as { error?: string }).error ?? String(error),
    );

  it("[PSC-25] a client stopped is refused by both within a second, sessions and tokens too; reactivated, by neither", async () => {
    const signed = await signIn(people[0] ?? "");
    const good = { active: "true", userinfo: 200, code: true };
    assert.deepEqual(await plain(signed), [good, good]);
    await ask("POST", "/api/sandbox/withdrawals", { right: "client.sign-in", subject: "two" });
    const stopped = performance.now();
    const seen = { active: "unauthorized_client", userinfo: 401, code: false };
    const { access_token: token } = signed.tokens;
    const refused = (config: client.Configuration): Promise<boolean> =>
      client.tokenIntrospection(config, token).then(
        () => false,
        (error: unknown) => (error as { error?: string }).error === "unauthorized_client",
      );
    await eventually(async () => (await Promise.all(configs.map(refused))).every(Boolean), 5);
    assert.ok(performance.now() - stopped < 2000, "within a second, and the asking itself");
    assert.deepEqual(await plain(signed), [seen, seen]);
    for (const config of configs) assert.equal(await refreshAt(config, signed.tokens.refresh_token ?? ""), "unauthorized_client");
    await ask("POST", "/api/sandbox/grants", { right: "client.sign-in", subject: "two", holder: "vendor:demo", limits: { environment: "bas" } });
    await eventually(async () => (await plain(signed)).every((one) => one.active === "true"), 5);
    assert.deepEqual(await plain(signed), [good, good]);
  });

  it("[PSC-26] a person who leaves the registers has no token, no refresh and no session in either", async () => {
    const signed = await signIn(people[1] ?? "");
    await ask("DELETE", `/api/people/${people[1]}`);
    await eventually(async () => (await plain(signed)).every((one) => one.active === "false" && one.userinfo === 401 && !one.code), 5);
    for (const config of configs) assert.equal(await refreshAt(config, signed.tokens.refresh_token ?? ""), "invalid_grant");
  });
});
