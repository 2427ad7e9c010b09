// Pro Santé Connect in the real program: clients from the command line, discovery, mutual TLS, a door closed by its file.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { request } from "node:https";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { eventually, startProgram, type TestProgram } from "@cercle/testkit";
import { createTestBrowser } from "../../../packages/connect/test/browser.ts";
import { askControl } from "./control.ts";

type Added = { client_id: string; client_secret: string; certificate?: string; key?: string; environment: string; profile: string; issuer: string };
type OAuthError = { error: string; error_description: string };

describe("connect in the program", () => {
  let program: TestProgram;
  let discovery: Record<string, string & Record<string, string>>;
  before(async () => {
    program = await startProgram();
    discovery = (await (await fetch(program.ready.connect_bas ?? "")).json()) as typeof discovery;
  });
  after(() => program.stop());

  const add = async (...args: string[]): Promise<Added> => {
    const run = await program.run(["client", "add", "--json", "--redirect-uri", "http://localhost:9876/cb", ...args]);
    assert.equal(run.code, 0, run.err);
    return JSON.parse(run.out);
  };
  const token = (client: Added, form: Record<string, string>): Promise<Response> =>
    fetch(discovery.token_endpoint ?? "", {
      method: "POST",
      headers: { authorization: `Basic ${Buffer.from(`${client.client_id}:${client.client_secret}`).toString("base64")}` },
      body: new URLSearchParams(form),
    });

  it("[PSC-01] publishes discovery as the national service does, wallet and issuer on two origins", async () => {
    assert.match(String(discovery.issuer), /\/auth\/realms\/esante-wallet$/);
    assert.deepEqual(discovery.acr_values_supported as unknown, ["0", "0"]);
    assert.notEqual(new URL(discovery.authorization_endpoint ?? "").host, new URL(String(discovery.issuer)).host);
    assert.match(discovery.backchannel_authentication_endpoint ?? "", /\/protocol\/openid-connect\/ext\/ciba\/auth$/);
    const jwks = (await (await fetch(discovery.jwks_uri ?? "")).json()) as { keys: { alg: string }[] };
    assert.equal(jwks.keys[0]?.alg, "RS256");
  });

  it("adds, lists and shows clients; a secret is shown once; the other environment does not know them", async () => {
    const client = await add("--id", "vendor-1", "--profile", "psc-2024");
    assert.equal(client.profile, "psc-2024");
    assert.ok(client.client_secret.length >= 40);
    const shown = await program.run(["client", "show", "vendor-1", "--json"]);
    assert.equal(shown.out.includes(client.client_secret), false);
    assert.equal(JSON.parse(shown.out).right.state, "open");
    assert.equal((await program.run(["client", "add", "--id", "vendor-1"])).code, 1);
    const listed = JSON.parse((await program.run(["client", "list", "--json"])).out) as Added[];
    assert.deepEqual(
      listed.map((one) => one.client_id),
      ["vendor-1"],
    );
    const production = (await (await fetch(program.ready.connect_production ?? "")).json()) as { token_endpoint: string };
    const elsewhere = await fetch(production.token_endpoint, {
      method: "POST",
      body: new URLSearchParams({ grant_type: "refresh_token", refresh_token: "x", client_id: client.client_id, client_secret: client.client_secret }),
    });
    assert.equal(elsewhere.status, 401);
  });

  it("[PSC-25] a withdrawn right refuses the client within a second, with right, file, entry and clause", async () => {
    const client = await add("--id", "vendor-2");
    const form = { grant_type: "refresh_token", refresh_token: "nothing" };
    assert.equal(((await (await token(client, form)).json()) as OAuthError).error, "invalid_grant");
    const grant = async (path: string, body: object): Promise<void> => {
      assert.equal(await askControl(program.data, path, body), 200);
    };
    await grant("/api/sandbox/withdrawals", { right: "client.sign-in", subject: "vendor-2" });
    const closed = performance.now();
    await eventually(async () => ((await (await token(client, form)).json()) as OAuthError).error === "unauthorized_client", 5);
    assert.ok(performance.now() - closed < 1000, "within a second");
    const refused = (await (await token(client, form)).json()) as OAuthError;
    assert.match(refused.error_description, /client\.sign-in of vendor-2 is closed since .* by entry \d+ of file SB-\d{4}-\d{5}, under sandbox 2/);
    const page = await fetch(`${discovery.authorization_endpoint}?client_id=vendor-2&response_type=code&scope=openid&redirect_uri=http://localhost:9876/cb`, {
      headers: { accept: "text/html" },
    });
    assert.match(await page.text(), /sandbox 2/);
    // Reactivated: the same account, the same secret.
    await grant("/api/sandbox/grants", { right: "client.sign-in", subject: "vendor-2", holder: "vendor:demo", limits: { environment: "bas" } });
    await eventually(async () => ((await (await token(client, form)).json()) as OAuthError).error === "invalid_grant", 5);
  });

  it("[PSC-01] tls_client_auth on the port with mutual TLS: the certificate is the client; without it, or with another, refused", async () => {
    const client = await add("--id", "vendor-3", "--auth", "tls_client_auth");
    const other = await add("--id", "vendor-4", "--auth", "tls_client_auth");
    const ca = await readFile(join(program.data, "ca.pem"), "utf8");
    const at = discovery.mtls_endpoint_aliases?.token_endpoint ?? "";
    assert.match(at, /^https:/);
    const ask = (holder: Added | undefined): Promise<OAuthError> =>
      new Promise((resolve, reject) => {
        const asked = request(
          at,
          {
            method: "POST",
            ca,
            ...(holder ? { cert: holder.certificate, key: holder.key } : {}),
            headers: { "content-type": "application/x-www-form-urlencoded" },
          },
          (reply) => {
            let text = "";
            reply.on("data", (chunk) => {
              text += chunk;
            });
            reply.on("end", () => resolve(JSON.parse(text)));
          },
        );
        asked.on("error", reject);
        asked.end(new URLSearchParams({ grant_type: "refresh_token", refresh_token: "nothing", client_id: client.client_id }).toString());
      });
    assert.equal((await ask(client)).error, "invalid_grant");
    assert.equal((await ask(other)).error, "invalid_client");
    assert.equal((await ask(undefined)).error, "invalid_client");
  });

  it("[PSC-16] target and measured availability are public; maintenance is announced there and on the sign-in page", async () => {
    type Public = { target: number; measured: number | null; maintenance: { text: { fr: string } }[] };
    const ask = async (): Promise<Public> => (await fetch(`${program.ready.portal}/public/availability`)).json() as Promise<Public>;
    assert.equal((await ask()).target, 99.5);
    const day = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString();
    const text = { fr: "Bascule de la base", en: "Database switch" };
    assert.equal(await askControl(program.data, "/api/connect/maintenance", { starts_at: day(2), ends_at: day(1), text }), 400);
    assert.equal(await askControl(program.data, "/api/connect/maintenance", { starts_at: day(2), ends_at: day(2.1), text }), 200);
    assert.equal((await ask()).maintenance[0]?.text.fr, text.fr);
    const wallet = new URL(discovery.authorization_endpoint ?? "").origin;
    const page = await (await fetch(`${wallet}/availability`, { headers: { accept: "text/html", "accept-language": "fr" } })).text();
    assert.match(page, /99,5\s%[\s\S]*Bascule de la base/);
    await add("--id", "vendor-6");
    const browser = createTestBrowser();
    const signIn = await browser.go(
      `${discovery.authorization_endpoint}?client_id=vendor-6&response_type=code&scope=openid&redirect_uri=http://localhost:9876/cb`,
      "http://localhost:9876/cb",
    );
    assert.match(signIn.body, /Maintenance annoncée[\s\S]*Bascule de la base/);
  });

  it("[PSC-03] preview shows a person's members with their sources and what profiles change", async () => {
    await add("--id", "vendor-5");
    const people = JSON.parse((await program.run(["people", "--json"])).out) as { id: string }[];
    const run = await program.run(["preview", "--client", "vendor-5", "--person", people[0]?.id ?? "", "--profile", "psc-2023", "--json"]);
    assert.equal(run.code, 0, run.err);
    const preview = JSON.parse(run.out);
    assert.equal(preview.userinfo.SubjectNameID, people[0]?.id);
    assert.equal(preview.sources.given_name, "directory: civil given name");
    assert.ok(preview.differences["psc-2026"]["access_token.SubjectNameID"]);
    assert.equal(preview.access_token.test, true);
    const members = ["id_token", "access_token", "userinfo", "introspection", "token_response"].flatMap((document) => Object.keys(preview[document]));
    assert.deepEqual(
      members.filter((member) => !preview.sources[member]),
      [],
    );
    // The same as a page, for a vendor of the sandbox; for nobody else.
    const portal = program.ready.portal ?? "";
    const headers = { accept: "text/html", "accept-language": "fr" };
    const path = `${portal}/preview?client=vendor-5&person=${people[0]?.id}&profile=psc-2023`;
    assert.ok([401, 403].includes((await fetch(path, { headers: { accept: "application/json" }, redirect: "manual" })).status));
    const account = /value="([0-9a-f-]{36})"><button[^>]*>[^<]*Corre/.exec(await (await fetch(`${portal}/sandbox/enter`, { headers })).text())?.[1] ?? "";
    const entered = await fetch(`${portal}/sandbox/enter`, {
      method: "POST",
      redirect: "manual",
      headers: { origin: portal },
      body: new URLSearchParams({ account }),
    });
    const cookie = entered.headers.getSetCookie()[0]?.split(";")[0] ?? "";
    const page = await (await fetch(path, { headers: { ...headers, cookie } })).text();
    assert.match(page, /<code>given_name<\/code>[\s\S]*annuaire : prénom d’état civil/);
    assert.match(page, /<code>SubjectNameID<\/code><\/th><td[^>]*><span class="soft">absent<\/span>[\s\S]*psc-2026/);
    assert.doesNotMatch(page, /vendor-2/);
    assert.match(await (await fetch(path.replace(/person=\w+/, "person=1"), { headers: { ...headers, cookie } })).text(), /role="alert"/);
  });
});
