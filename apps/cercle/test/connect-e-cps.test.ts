// Sign-in with the e-CPS in the real program: from the terminal, by CIBA, in Chromium with the pages' accessibility, across kill -9.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHash, X509Certificate } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { request } from "node:https";
import { join, resolve } from "node:path";
import { after, before, describe, it } from "node:test";
import {
  checkAccessibility,
  eventually,
  hasBrowser,
  openBrowser,
  overflowsSideways,
  startProgram,
  type TestBrowser,
  type TestFolder,
  type TestProgram,
  temporaryFolder,
} from "@cercle/testkit";
import * as client from "openid-client";
import { createTestBrowser } from "../../../packages/connect/test/browser.ts";
import { askServer } from "../src/control-socket.ts";
import { askControl } from "./control.ts";
import { back, bye, type, walkAsPublished, walkWithOpenIdClient } from "./relying-parties.ts";

type Added = { client_id: string; client_secret: string; issuer: string };
type Signed = {
  tokens: { access_token: string; refresh_token: string };
  id_token_claims: Record<string, unknown>;
  access_token_claims: Record<string, unknown>;
  userinfo: Record<string, unknown>;
};

/** Issuer and wallet on two host names: no cookie of one is ever sent to the other. */
const twoHosts = { CERCLE_CONNECT_BAS_WALLET_HOST: "127.0.0.1" };

describe("sign-in with the e-CPS", () => {
  let folder: TestFolder;
  let program: TestProgram;
  let person: string;
  const json = async <T>(...words: string[]): Promise<T> => {
    const run = await program.run([...words, "--json"]);
    assert.equal(run.code, 0, run.err);
    return JSON.parse(run.out) as T;
  };
  /** As the operator of the machine: what `cercle client add` asks, without a process for each. */
  const operate = async <T>(method: "GET" | "POST" | "DELETE", path: string, body?: unknown): Promise<T> => {
    const reply = await askServer(program.data, { method, path, ...(body ? { body } : {}) }, "en");
    assert.ok(reply && reply.status < 300, JSON.stringify(reply));
    return reply.body as T;
  };
  const add = (id: string, more: Record<string, unknown> = {}): Promise<Added> =>
    operate("POST", "/api/clients", { client_id: id, redirect_uris: [back], ...more });
  const configure = (of: Added): Promise<client.Configuration> =>
    client.discovery(new URL(`${of.issuer}/.well-known/wallet-openid-configuration`), of.client_id, of.client_secret, undefined, {
      execute: [client.allowInsecureRequests],
    });
  const approve = async (pin = "4071"): Promise<void> => {
    const reply = await fetch(`${program.ready.portal}/api/sandbox/e-cps/approve`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ id: person, pin, wait: 20 }),
    });
    assert.equal(reply.status, 200, await reply.clone().text());
  };

  before(async () => {
    folder = await temporaryFolder();
    program = await startProgram({ data: folder.path, environment: twoHosts });
    person = (await json<{ id: string }[]>("people"))[0]?.id ?? "";
    await json("e-cps", "activate", "--id", person, "--pin", "4071");
  });
  after(async () => {
    await program.stop();
    await folder.remove();
  });

  it("[PSC-01] [PSC-02] `cercle login` signs in from the terminal in both environments and prints tokens and userinfo", async () => {
    for (const environment of ["bas", "production"]) {
      await add(`terminal-${environment}`, { environment });
      const [signed] = await Promise.all([json<Signed>("login", "--client", `terminal-${environment}`, "--id", person, "--with", "e-cps"), approve()]);
      assert.equal(signed.userinfo.SubjectNameID, person);
      assert.equal(signed.access_token_claims.azp, `terminal-${environment}`);
      assert.equal(signed.id_token_claims.sub, signed.userinfo.sub);
    }
  });

  for (const environment of ["bas", "production"] as const) {
    it(`[PSC-01] [PSC-02] openid-client, and a client of the published examples, do everything against ${environment} with only host, client and secret changed`, async () => {
      const of = await add(`everything-${environment}`, { environment, ciba: true, post_logout_redirect_uris: [bye] });
      const { authorization_endpoint: at } = (await (await fetch(`${of.issuer}/.well-known/wallet-openid-configuration`)).json()) as Record<string, string>;
      const party = { issuer: of.issuer, wallet: new URL(at ?? "").origin, id: of.client_id, secret: of.client_secret, person, approve };
      await walkWithOpenIdClient(party);
      await walkAsPublished(party);
    });
  }

  it("[PSC-01] a client known by its certificate gets tokens bound to it; private_key_jwt works in the profile that takes it", async () => {
    const of = (await add("bound", { token_endpoint_auth_method: "tls_client_auth", ciba: true, profile: "psc-2024" })) as Added & {
      certificate: string;
      key: string;
    };
    const discovery = (await (await fetch(program.ready.connect_bas ?? "")).json()) as {
      mtls_endpoint_aliases: Record<string, string>;
      userinfo_endpoint: string;
    };
    const ca = await readFile(join(folder.path, "ca.pem"), "utf8");
    const ask = (at: string, form?: Record<string, string>, bearer?: string): Promise<Record<string, unknown>> =>
      new Promise((answered, failed) => {
        const headers = { "content-type": "application/x-www-form-urlencoded", ...(bearer ? { authorization: `Bearer ${bearer}` } : {}) };
        const asked = request(
          at,
          { method: form ? "POST" : "GET", ca, cert: of.certificate, key: of.key, headers: form ? headers : { authorization: headers.authorization ?? "" } },
          (reply) => {
            let text = "";
            reply.on("data", (chunk) => {
              text += chunk;
            });
            reply.on("end", () => answered(JSON.parse(text)));
          },
        );
        asked.on("error", failed);
        asked.end(form ? new URLSearchParams({ client_id: "bound", ...form }).toString() : undefined);
      });
    const at = discovery.mtls_endpoint_aliases;
    const begun = await ask(at.backchannel_authentication_endpoint ?? "", { scope: "openid scope_all", login_hint: person, binding_message: "33" });
    await approve();
    const tokens = await ask(at.token_endpoint ?? "", { grant_type: "urn:openid:params:grant-type:ciba", auth_req_id: String(begun.auth_req_id) });
    const access = String(tokens.access_token);
    const claims = JSON.parse(Buffer.from(access.split(".")[1] ?? "", "base64url").toString("utf8")) as { cnf: { "x5t#S256": string } };
    const hex = createHash("sha256").update(new X509Certificate(of.certificate).raw).digest("hex");
    assert.equal(Buffer.from(claims.cnf["x5t#S256"], "base64").toString("utf8"), hex);
    assert.equal((await ask(at.userinfo_endpoint ?? "", undefined, access)).SubjectNameID, person);
    const unbound = await fetch(discovery.userinfo_endpoint, { headers: { authorization: `Bearer ${access}` } });
    assert.equal(unbound.status, 401);

    const { publicKey, privateKey } = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"]);
    const jwks = join(folder.path, "jwks.json");
    await writeFile(jwks, JSON.stringify({ keys: [{ ...(await crypto.subtle.exportKey("jwk", publicKey)), kid: "k", use: "sig", alg: "ES256" }] }));
    const refused = await program.run(["client", "add", "--id", "keyed-2024", "--auth", "private_key_jwt", "--jwks", jwks, "--profile", "psc-2024"]);
    assert.equal(refused.code, 1);
    assert.match(refused.err, /psc-2024/);
    const keyed = await add("keyed", { token_endpoint_auth_method: "private_key_jwt", jwks: JSON.parse(await readFile(jwks, "utf8")), ciba: true });
    const config = await client.discovery(
      new URL(program.ready.connect_bas ?? ""),
      keyed.client_id,
      undefined,
      client.PrivateKeyJwt({ key: privateKey, kid: "k" }),
      {
        execute: [client.allowInsecureRequests],
      },
    );
    const second = await client.initiateBackchannelAuthentication(config, { scope: "openid scope_all", login_hint: person, binding_message: "34" });
    const [signed] = await Promise.all([client.pollBackchannelAuthenticationGrant(config, second), approve()]);
    assert.ok(signed.access_token);
  });

  it("the samples of the documentation sign in as they are: CIBA from a terminal, a web application up to the sign-in page", async () => {
    const of = await add("sample", { ciba: true });
    const environment = { ...process.env, CLIENT_ID: of.client_id, CLIENT_SECRET: of.client_secret, ISSUER: of.issuer };
    const samples = resolve(import.meta.dirname, "../../../docs/samples");
    const terminal = spawn(process.execPath, [join(samples, "ciba-terminal/sign-in.js"), person], { env: environment, stdio: ["ignore", "pipe", "inherit"] });
    let out = "";
    terminal.stdout.on("data", (chunk) => {
      out += chunk;
    });
    const ended = new Promise<number | null>((done) => terminal.on("close", done));
    await eventually(() => /telephone: \d\d/.test(out), 30);
    await approve();
    assert.equal(await ended, 0);
    assert.match(out, new RegExp(`"SubjectNameID": "${person}"`));

    const port = await freePort();
    const web = spawn(process.execPath, [join(samples, "web-app/server.js")], {
      env: { ...environment, PORT: String(port) },
      stdio: ["ignore", "pipe", "inherit"],
    });
    try {
      await new Promise((ready) => web.stdout.once("data", ready));
      assert.match(await (await fetch(`http://localhost:${port}/`)).text(), /Pro Santé Connect/);
      const asked = await fetch(`http://localhost:${port}/sign-in`, { redirect: "manual" });
      // This client registered another port: the page says what is wrong with the address, to the character.
      assert.match(await (await fetch(asked.headers.get("location") ?? "", { headers: { accept: "text/html" } })).text(), /invalid_redirect_uri/);
    } finally {
      web.kill();
    }
  });

  it("[PSC-11] terms are announced with their date; the first use after it is the acceptance, with its date; none before, none without use", async () => {
    const announce = (version: string, effective_at: string): Promise<number> =>
      askControl(program.data, "/api/connect/terms", { version, digest: "ab".repeat(32), effective_at });
    assert.equal(await announce("2026-1", "2026-01-01T00:00:00Z"), 200);
    assert.equal(await announce("2099-1", "2099-01-01T00:00:00Z"), 200);
    assert.equal(await announce("2026-1", "2026-02-01T00:00:00Z"), 409);
    type Shown = { terms: { version: string; by: string | null; at: string | null }[] };
    await add("bound-by-use");
    const before = await operate<Shown>("GET", "/api/clients/bound-by-use");
    assert.deepEqual(
      before.terms.map((one) => one.by),
      [null, null],
    );
    const [run] = await Promise.all([program.run(["login", "--client", "bound-by-use", "--id", person]), approve()]);
    assert.equal(run.code, 0, run.err);
    const used = await operate<Shown>("GET", "/api/clients/bound-by-use");
    assert.deepEqual(
      used.terms.map((one) => [one.version, one.by]),
      [
        ["2026-1", "use"],
        ["2099-1", null],
      ],
    );
    assert.ok(used.terms[0]?.at);
  });

  it("[PSC-28] what was signed in shows to an investigator: means, device, service, time", async () => {
    await add("shown");
    const [run] = await Promise.all([program.run(["login", "--client", "shown", "--id", person]), approve()]);
    assert.equal(run.code, 0, run.err);
    const traces = await operate<{ client_id: string; means: string; device: string; at: string; result: string }[]>("GET", `/api/sign-ins?person=${person}`);
    const trace = traces.find((one) => one.client_id === "shown");
    assert.deepEqual([trace?.means, trace?.result], ["e-cps", "approved"]);
    assert.ok(trace?.device && trace.at);
    // A service let in by a session that is open already asks no telephone, and leaves a trace of its own.
    const config = await configure(await add("shown-again"));
    const browser = createTestBrowser();
    const authorize = (): string => client.buildAuthorizationUrl(config, { redirect_uri: back, scope: "openid scope_all", state: "st" }).href;
    const page = await type(browser, await browser.go(authorize(), back), person);
    await approve();
    assert.ok((await browser.go(page.url, back)).location);
    assert.match((await browser.go(authorize(), back)).location ?? "", /[?&]code=/);
    const all = await operate<{ client_id: string; means: string; kind: string; device: string | null }[]>("GET", `/api/sign-ins?person=${person}`);
    const own = all.filter((one) => one.client_id === "shown-again").map(({ means, kind, device }) => [means, kind, device !== null]);
    assert.deepEqual(own, [
      ["e-cps", "session", false],
      ["e-cps", "sign-in", true],
    ]);
  });

  /** Tokens of a sign-in by CIBA, and whether they still count. */
  const signInByCiba = async (id: string, number: string, pin = "4071") => {
    const config = await configure(await add(id, { ciba: true }));
    const begun = await client.initiateBackchannelAuthentication(config, { scope: "openid scope_all", login_hint: person, binding_message: number });
    const [tokens] = await Promise.all([client.pollBackchannelAuthenticationGrant(config, begun), approve(pin)]);
    return {
      active: async () => (await client.tokenIntrospection(config, tokens.access_token)).active,
      refresh: () => client.refreshTokenGrant(config, tokens.refresh_token ?? ""),
      again: () => client.initiateBackchannelAuthentication(config, { scope: "openid scope_all", login_hint: person, binding_message: number }),
    };
  };

  it("[ECPS-11] a telephone declared lost: the e-CPS is dead at once, and every session opened with it ends", async () => {
    const signed = await signInByCiba("lost-phone", "21");
    assert.equal(await signed.active(), true);
    const wallet = program.ready.wallet?.replace(/\/app$/, "") ?? "";
    const post = async <T>(path: string, body: unknown): Promise<T> => {
      const reply = await fetch(`${wallet}${path}`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
      assert.ok(reply.ok, await reply.clone().text());
      return (reply.headers.get("content-length") === "0" || reply.status === 204 ? undefined : await reply.json().catch(() => undefined)) as T;
    };
    const { verification } = await post<{ verification: string }>("/e-cps/removals", { national_id: person });
    const sent = (await (await fetch(`${program.ready.portal}/api/sandbox/e-cps/outbox?id=${person}`)).json()) as { channel: string; text: string }[];
    const code = (channel: string): string => sent.find((message) => message.channel === channel && /\d{6}/.test(message.text))?.text.match(/\d{6}/)?.[0] ?? "";
    await post(`/e-cps/removals/${verification}/finish`, { telephone_code: code("telephone"), email_code: code("email"), reason: "lost" });
    const since = performance.now();
    await assert.rejects(signed.again(), { error: "unknown_user_id" });
    await eventually(async () => !(await signed.active()), 5);
    assert.ok(performance.now() - since < 2000);
    await assert.rejects(signed.refresh(), { error: "invalid_grant" });
    await json("e-cps", "activate", "--id", person, "--pin", "4071");
  });

  it("[PSC-26] a person who leaves the registers: tokens, refresh and sessions end, and no sign-in begins", async () => {
    const gone =
      (await operate<{ id: string; active?: boolean }[]>("GET", "/api/people")).map(({ id }) => id).find((id) => id !== person && /^8\d{11}$/.test(id)) ?? "";
    await json("e-cps", "activate", "--id", gone, "--pin", "4071");
    const stays = person;
    person = gone;
    try {
      const signed = await signInByCiba("person-gone", "22");
      assert.equal(await signed.active(), true);
      await operate("DELETE", `/api/people/${gone}`);
      await eventually(async () => !(await signed.active()), 5);
      await assert.rejects(signed.refresh(), { error: "invalid_grant" });
      await assert.rejects(signed.again(), { error: "unknown_user_id" });
    } finally {
      person = stays;
    }
  });

  it("[PSC-27] killed between approval and token, page and CIBA alike: the client finishes after the restart, and nobody is signed in twice", async () => {
    const of = await add("killed", { ciba: true });
    const config = await configure(of);
    const begun = await client.initiateBackchannelAuthentication(config, { scope: "openid scope_all", login_hint: person, binding_message: "11" });
    await approve();
    const authorize = (): string => client.buildAuthorizationUrl(config, { redirect_uri: back, scope: "openid scope_all", state: "st", prompt: "login" }).href;
    // One browser waits with its number when the program dies; another has its code, not yet exchanged.
    const [waiting, coded] = [createTestBrowser(), createTestBrowser()];
    const page = await type(waiting, await waiting.go(authorize(), back), person);
    await approve();
    const other = await type(coded, await coded.go(authorize(), back), person);
    await approve();
    const code = new URL((await coded.go(other.url, back)).location ?? "").searchParams.get("code") ?? "";
    process.kill(program.pid, "SIGKILL");
    await program.stop().catch(() => undefined);
    program = await startProgram({ data: folder.path, environment: twoHosts });
    const issuer = program.ready.connect_bas?.replace("/.well-known/wallet-openid-configuration", "") ?? "";
    const fresh = await configure({ ...of, issuer });
    const token = (form: Record<string, string>): Promise<Response> =>
      fetch(String(fresh.serverMetadata().token_endpoint), {
        method: "POST",
        headers: { authorization: `Basic ${Buffer.from(`${of.client_id}:${of.client_secret}`).toString("base64")}` },
        body: new URLSearchParams(form),
      });
    const once = async (form: Record<string, string>): Promise<void> => {
      const all = await Promise.all(Array.from({ length: 8 }, () => token(form)));
      assert.equal(all.filter((reply) => reply.status === 200).length, 1);
    };
    await once({ grant_type: "urn:openid:params:grant-type:ciba", auth_req_id: begun.auth_req_id });
    await once({ grant_type: "authorization_code", code, redirect_uri: back });
    // The page asks again where it was; the other tab that asks too gets no second code.
    const wallet = new URL(String(fresh.serverMetadata().authorization_endpoint)).origin;
    const at = new URL(new URL(page.url).pathname, wallet).href;
    const all = await Promise.all(Array.from({ length: 8 }, () => waiting.go(at, back).catch(() => undefined)));
    const codes = new Set(all.flatMap((one) => (one?.location ? [new URL(one.location).searchParams.get("code")] : [])));
    assert.equal(codes.size, 1);
    await once({ grant_type: "authorization_code", code: [...codes][0] ?? "", redirect_uri: back });
    const traces = await operate<{ client_id: string; result: string }[]>("GET", `/api/sign-ins?person=${person}`);
    assert.equal(traces.filter((one) => one.client_id === "killed" && one.result === "approved").length, 3);
  });

  it("[PSC-01] a person signs in in Chromium; every page passes axe and fits 320 pixels", { skip: !hasBrowser() }, async () => {
    const browser: TestBrowser = await openBrowser();
    const service = createServer((_request, response) => response.setHeader("content-type", "text/html").end("<title>back</title>"));
    await new Promise<void>((resolve) => service.listen(0, "127.0.0.1", () => resolve()));
    const address = service.address();
    const back = `http://localhost:${address && typeof address === "object" ? address.port : 0}/cb`;
    try {
      const of = await add("browser-app", { redirect_uris: [back], name: "Dossier Liaison Bretagne", purpose: "consultation du dossier de liaison" });
      const config = await configure({ ...of, issuer: program.ready.connect_bas?.replace("/.well-known/wallet-openid-configuration", "") ?? "" });
      const { page } = await browser.open({ viewport: { width: 320, height: 700 } });
      const verifier = client.randomPKCECodeVerifier();
      const url = client.buildAuthorizationUrl(config, {
        redirect_uri: back,
        scope: "openid scope_all",
        code_challenge: await client.calculatePKCECodeChallenge(verifier),
        code_challenge_method: "S256",
        state: "st",
      });
      const sound = async (): Promise<void> => {
        assert.deepEqual(await checkAccessibility(page), []);
        assert.equal(await overflowsSideways(page), false);
      };
      await page.goto(url.href);
      await sound();
      await page.getByLabel("Votre identifiant").fill("123");
      await page.getByRole("button", { name: "Continuer" }).click();
      await page.getByRole("alert").waitFor();
      await sound();
      await page.getByLabel("Votre identifiant").fill(person.slice(1));
      await page.getByRole("button", { name: "Continuer" }).click();
      await page.locator(".match").waitFor();
      await sound();
      await approve();
      await page.waitForURL(`${back}**`);
      const tokens = await client.authorizationCodeGrant(config, new URL(page.url()), { pkceCodeVerifier: verifier, expectedState: "st" });
      assert.equal((await client.fetchUserInfo(config, tokens.access_token, tokens.claims()?.sub ?? "")).SubjectNameID, person);

      const second = await add("second-app", { redirect_uris: [back] });
      await page.goto(
        `${config.serverMetadata().authorization_endpoint}?${new URLSearchParams({ client_id: second.client_id, response_type: "code", scope: "openid", redirect_uri: back })}`,
      );
      await page.getByText("Une session est ouverte sur cet ordinateur").waitFor();
      await sound();
      await page.getByRole("button", { name: /Continuer en tant que/ }).click();
      await page.waitForURL(`${back}**`);

      await page.goto(new URL(String(config.serverMetadata().authorization_endpoint)).origin);
      await page.getByText("Dernières connexions").waitFor();
      await sound();
      await page.setViewportSize({ width: 1920, height: 1000 });
      await sound();
      await page.getByRole("button", { name: "Me déconnecter partout" }).click();
      await page.getByText("Vous êtes déconnecté").waitFor();
      await sound();
      await eventually(async () => !(await client.tokenIntrospection(config, tokens.access_token)).active);
      await page.goto(
        `${config.serverMetadata().authorization_endpoint}?${new URLSearchParams({ client_id: second.client_id, response_type: "code", scope: "openid", redirect_uri: `${back}x` })}`,
      );
      await page.getByText("invalid_redirect_uri").waitFor();
      await sound();
    } finally {
      await browser.close();
      service.close();
    }
  });
});

function freePort(): Promise<number> {
  return new Promise((found) => {
    const probe = createServer();
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => found(address && typeof address === "object" ? address.port : 0));
    });
  });
}
