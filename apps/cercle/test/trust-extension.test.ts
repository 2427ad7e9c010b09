// The trust extension in the real program: a person signed in through the e-health proxy, data of a real server behind the guard,
// and everyone who may not pass a token on.
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { type RequestOptions, request } from "node:https";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { eventually, startProgram, type TestFolder, type TestProgram, temporaryFolder } from "@cercle/testkit";
import { askServer } from "../src/control-socket.ts";

type Client = { readonly id: string; readonly certificate: string; readonly key: string };
type Reply = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  readonly json: Record<string, unknown>;
};
type Seen = { readonly method: string; readonly url: string; readonly headers: Readonly<Record<string, string | string[] | undefined>>; readonly body: string };

const exchangeGrant = "urn:ietf:params:oauth:grant-type:token-exchange";
const back = "http://localhost:9876/cb";
const accessType = "urn:ietf:params:oauth:token-type:access_token";

describe("the trust extension", () => {
  let folder: TestFolder;
  let program: TestProgram;
  let person: string;
  let ca: string;
  let data: Server;
  let upstream: string;
  const seen: Seen[] = [];
  const apis = new Map<string, Client>();

  const operate = async <T>(method: "GET" | "POST" | "DELETE", path: string, body?: unknown): Promise<T> => {
    const reply = await askServer(program.data, { method, path, ...(body ? { body } : {}) }, "en");
    assert.ok(reply && reply.status < 300, JSON.stringify(reply));
    return reply.body as T;
  };
  const run = async <T>(...words: string[]): Promise<T> => {
    const done = await program.run([...words, "--json"]);
    assert.equal(done.code, 0, done.err);
    return JSON.parse(done.out) as T;
  };
  /** A request to one of our listeners, over its own TLS connection with this client's certificate. */
  const ask = (address: string, options: { method?: string; as?: Client; headers?: Record<string, string>; body?: string } = {}): Promise<Reply> =>
    new Promise((resolve, reject) => {
      const more: RequestOptions = { method: options.method ?? "GET", headers: options.headers ?? {}, agent: false };
      const secure = { ca, ...(options.as ? { cert: options.as.certificate, key: options.as.key } : {}) };
      const asked = request(address, { ...more, ...secure }, (reply) => {
        let text = "";
        reply.on("data", (chunk) => {
          text += chunk;
        });
        reply.on("end", () => resolve({ status: reply.statusCode ?? 0, headers: reply.headers, text, json: parse(text) }));
      });
      asked.on("error", reject);
      asked.end(options.body);
    });
  const form = (address: string, as: Client | undefined, fields: Record<string, string>): Promise<Reply> =>
    ask(address, {
      method: "POST",
      ...(as ? { as } : {}),
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams(fields).toString(),
    });
  const proxy = async (method: string, path: string, options: { cookie?: string; body?: unknown; headers?: Record<string, string> } = {}): Promise<Reply> => {
    const reply = await fetch(`${program.ready.proxy}${path}`, {
      method,
      headers: {
        ...(options.cookie ? { cookie: `proxy_session_id=${options.cookie}` } : {}),
        ...(options.body === undefined ? {} : { "content-type": "application/json" }),
        ...options.headers,
      },
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
    });
    const text = await reply.text();
    return { status: reply.status, headers: Object.fromEntries(reply.headers), text, json: parse(text) };
  };
  const approve = async (pin = "4071"): Promise<void> => {
    const reply = await fetch(`${program.ready.portal}/api/sandbox/e-cps/approve`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ id: person, pin, wait: 20 }),
    });
    assert.equal(reply.status, 200, await reply.clone().text());
  };
  const addClient = async (id: string): Promise<Client> => {
    const of = await operate<{ certificate: string; key: string }>("POST", "/api/clients", {
      client_id: id,
      redirect_uris: [back],
      token_endpoint_auth_method: "tls_client_auth",
      ciba: true,
    });
    return { id, certificate: of.certificate, key: of.key };
  };
  const addApi = async (name: string): Promise<Client> => {
    const of = await operate<{ client_id: string; certificate: string; key: string }>("POST", "/api/trust-extension/apis", { name, upstream });
    const client = { id: of.client_id, certificate: of.certificate, key: of.key };
    apis.set(name, client);
    return client;
  };
  const addSoftware = async (client: Client, reached: readonly string[]): Promise<void> => {
    await operate("POST", "/api/trust-extension/softwares", { client_id: client.id, certificate: client.certificate, key: client.key, apis: reached });
  };
  const connect = async (client: Client): Promise<{ cookie: string; state: string }> => {
    const body = { nationalId: person, bindingMessage: "42", clientId: client.id, channel: "MOBILE" };
    const approved = approve();
    approved.catch(() => undefined);
    const reply = await proxy("POST", "/connect", { body });
    assert.equal(reply.status, 200, reply.text);
    await approved;
    return { cookie: String(reply.json.proxy_session_id), state: String(reply.json.session_state) };
  };
  /** A token of the provider, got by the client itself over mutual TLS: what a proxy of one's own would hold. */
  const signIn = async (client: Client): Promise<string> => {
    const discovery = (await (await fetch(program.ready.connect_bas ?? "")).json()) as { mtls_endpoint_aliases: Record<string, string> };
    const at = discovery.mtls_endpoint_aliases;
    const begun = await form(at.backchannel_authentication_endpoint ?? "", client, {
      client_id: client.id,
      scope: "openid scope_all",
      login_hint: person,
      binding_message: "33",
    });
    assert.equal(begun.status, 200, begun.text);
    await approve();
    const answer = await form(at.token_endpoint ?? "", client, {
      client_id: client.id,
      grant_type: "urn:openid:params:grant-type:ciba",
      auth_req_id: String(begun.json.auth_req_id),
    });
    assert.equal(answer.status, 200, answer.text);
    return String(answer.json.access_token);
  };
  const exchange = (api: string, as: Client | undefined, token: string, more: Record<string, string> = {}): Promise<Reply> =>
    form(`${program.ready.apis}/as/${api}/token`, as, { grant_type: exchangeGrant, subject_token: token, subject_token_type: accessType, ...more });
  const give = (api: string, as: Client | undefined, token: string | undefined, path = "patients"): Promise<Reply> =>
    ask(`${program.ready.apis}/apis/${api}/${path}`, { ...(as ? { as } : {}), headers: token ? { authorization: `Bearer ${token}` } : {} });

  before(async () => {
    data = createServer((asked, reply) => {
      let body = "";
      asked.on("data", (chunk) => {
        body += chunk;
      });
      asked.on("end", () => {
        seen.push({ method: asked.method ?? "", url: asked.url ?? "", headers: asked.headers, body });
        if (asked.url?.includes("page")) return reply.writeHead(200, { "content-type": "text/html" }).end("<p>hello</p>");
        if (asked.url?.includes("slow")) return reply.writeHead(200, { "content-type": "text/plain" }).write("begun");
        return reply
          .writeHead(200, { "content-type": "application/json", "set-cookie": "a=b" })
          .end(JSON.stringify({ person: asked.headers["cercle-person"], body }));
      });
    });
    await new Promise<void>((done) => data.listen(0, "127.0.0.1", () => done()));
    const address = data.address();
    upstream = `http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}/base`;
    folder = await temporaryFolder();
    program = await startProgram({ data: folder.path });
    person = (await run<{ id: string }[]>("people"))[0]?.id ?? "";
    await run("e-cps", "activate", "--id", person, "--pin", "4071");
    ca = await readFile(join(folder.path, "ca.pem"), "utf8");
  });
  after(async () => {
    data.closeAllConnections();
    data.close();
    await program?.stop();
    await folder?.remove();
  });

  it("from the command line: a guarded API, a software in the proxy, sign-in, data, traces, sign-out", async () => {
    const api = await run<{ certificate: string; key: string; client_id: string }>("api", "add", "--name", "dossier", "--upstream", upstream);
    apis.set("dossier", { id: api.client_id, certificate: api.certificate, key: api.key });
    const of = await addClient("cabinet");
    await writeFile(join(folder.path, "cabinet.pem"), of.certificate);
    await writeFile(join(folder.path, "cabinet.key"), of.key);
    const files = ["--certificate", join(folder.path, "cabinet.pem"), "--key", join(folder.path, "cabinet.key")];
    const added = await run<{ proxy: string; software_key: string }>("proxy", "add", "--id", "cabinet", ...files, "--api", "dossier");
    assert.equal(added.proxy, program.ready.proxy);
    const start = new Date().toISOString();
    const { cookie, state } = await connect(of);
    assert.ok(state);
    const again = await proxy("POST", "/connect", { cookie, body: { nationalId: person, bindingMessage: "43", clientId: "cabinet", channel: "MOBILE" } });
    assert.deepEqual([again.status, again.text], [304, ""]);

    const sent = await proxy("POST", "/send/dossier/patients/12?full=1", { cookie, body: { note: "é" }, headers: { "cercle-person": "forged" } });
    assert.deepEqual([sent.status, sent.json], [200, { person, body: '{"note":"é"}' }]);
    assert.equal(sent.headers["set-cookie"], undefined);
    const last = seen.at(-1);
    assert.deepEqual(
      [last?.method, last?.url, last?.headers["cercle-client"], last?.headers.cookie],
      ["POST", "/base/patients/12?full=1", "cabinet", undefined],
    );
    for (const path of ["../../", "%2e%2e/x", "a%2f..%2fb", "//evil.example", "a/..%5c.."]) {
      const strange = await rawSend(program.ready.proxy ?? "", cookie, `/send/dossier/${path}`);
      assert.ok([400, 404].includes(strange), `${path}: ${strange}`);
    }
    assert.equal((await proxy("GET", "/send/other/x", { cookie })).status, 404);
    // An API token that was revoked: the API says so once, then the provider's token is refreshed and passed anew.
    const before = String(last?.headers.authorization).slice(7);
    assert.equal((await form(`${program.ready.apis}/as/dossier/revoke`, of, { token: before })).status, 200);
    assert.equal((await proxy("GET", "/send/dossier/patients", { cookie })).status, 401);
    const anew = await proxy("GET", "/send/dossier/patients", { cookie });
    assert.equal(anew.status, 200, anew.text);
    assert.notEqual(seen.at(-1)?.headers.authorization, `Bearer ${before}`);

    assert.equal((await proxy("DELETE", "/disconnect", { cookie })).status, 200);
    assert.deepEqual((await proxy("GET", "/send/dossier/patients", { cookie })).json.message, "No session found.");
    assert.deepEqual((await proxy("DELETE", "/disconnect", { cookie })).json, { code: "401", message: "Session ID not found.", metadata: {} });
    const token = String(seen.at(-1)?.headers.authorization).slice(7);
    assert.equal((await give("dossier", of, token)).status, 401);

    const traces = JSON.parse((await proxy("GET", `/traces?start=${start}`)).text) as Record<string, unknown>[];
    assert.deepEqual(
      traces.map((trace) => trace.type),
      ["CONNECT_SUCCESS", "CONNECT_REPLAY", "SEND", "SEND", "SEND", "DISCONNECT"],
    );
    for (const trace of traces) {
      for (const member of ["IdRPPS", "ipAddress", "ports", "timestamp", "clientId", "proxy_id_session", "session_state", "dn"])
        assert.ok(trace[member], member);
      assert.equal(trace.proxy_id_session, cookie);
      assert.equal(trace.apiRequest !== undefined, trace.type === "SEND");
    }
    assert.deepEqual(traces[2]?.apiRequest, { nomApiPsc: "dossier", methode: "POST", path: "/patients/12" });
  });

  describe("who may pass a token on", () => {
    let cabinet: Client;
    let other: Client;
    let session: string;
    /** A token of the provider, and an API token made of it: they live two minutes, so each test has its own. */
    const pass = async (): Promise<{ psc: string; dossier: string }> => {
      const psc = await signIn(cabinet);
      const dossier = await exchange("dossier", cabinet, psc, { scope: "dossier" });
      assert.equal(dossier.status, 200, dossier.text);
      return { psc, dossier: String(dossier.json.access_token) };
    };
    const standing = async (id: string): Promise<string | undefined> =>
      (await operate<{ client_id: string; standing: { level: string } }[]>("GET", "/api/trust-extension/softwares")).find((one) => one.client_id === id)
        ?.standing.level;

    before(async () => {
      cabinet = await addClient("cabinet-2");
      other = await addClient("community");
      await addApi("imagerie");
      await addApi("labo");
      await addSoftware(cabinet, ["dossier", "imagerie"]);
      session = (await connect(cabinet)).cookie;
    });

    it("[PSC-08] a client of the community level, certificate and all, passes no token: refused by the exchange, by the API and by the proxy", async () => {
      const passed = await pass();
      const psc = await signIn(other);
      for (const api of ["dossier", "imagerie"]) {
        const refused = await exchange(api, other, psc);
        assert.deepEqual([refused.status, refused.json.error, refused.json.clause], [403, "unauthorized_client", "PSC definitions (Proxy PSC)"], refused.text);
      }
      // Its own token at the API, and the tokens of a proxy that is in the extension, anywhere.
      for (const token of [psc, passed.psc, passed.dossier]) assert.equal((await give("dossier", other, token)).status, 401);
      assert.match((await exchange("imagerie", other, passed.psc)).text, /bound to another certificate/);
      assert.match((await exchange("imagerie", other, passed.dossier)).text, /bound to another certificate/);
      // A proxy that serves a client of the community level does not exist: withdrawn, it is refused before anyone is asked.
      await addSoftware(other, ["dossier"]);
      await operate("POST", "/api/sandbox/withdrawals", { right: "trust-extension.use", subject: other.id });
      const body = { nationalId: person, bindingMessage: "42", clientId: other.id, channel: "MOBILE" };
      await eventually(async () => (await standing(other.id)) === "community");
      const refused = await proxy("POST", "/connect", { body });
      assert.deepEqual([refused.status, (refused.json.metadata as Record<string, unknown>).clause], [403, "sandbox 2"], refused.text);
    });

    it("[PSC-09] no path of the proxy answers a page, whatever is asked and whatever the API answers", async () => {
      const paths = [
        "/",
        "/connect",
        "/connect/code",
        "/connect/code/callback",
        "/disconnect",
        "/send/dossier/patients",
        "/send/dossier/page",
        "/send/x",
        "/traces?start=2026-01-01T00:00:00Z",
        "/traces",
        "/check/alive",
        "/index.html",
        "/assets/style.css",
        "/login",
        "/%00",
        "/favicon.ico",
      ];
      for (const path of paths) {
        for (const method of ["GET", "POST"]) {
          const reply = await proxy(method, path, { cookie: session, headers: { accept: "text/html" } });
          assert.doesNotMatch(String(reply.headers["content-type"] ?? ""), /html/, `${method} ${path}`);
          assert.doesNotMatch(reply.text, /<(!doctype|html|p|body|form)/i, `${method} ${path}`);
        }
      }
      const page = await proxy("GET", "/send/dossier/page", { cookie: session, headers: { accept: "text/html" } });
      assert.equal(page.status, 502, page.text);
    });

    it("[PSC-10] a connected API takes only tokens of its own, verified with the provider, over the holder's certificate, for its audience", async () => {
      const passed = await pass();
      assert.equal((await give("dossier", cabinet, passed.dossier)).status, 200);
      const refused = async (what: string, reply: Promise<Reply>, say: RegExp): Promise<void> => {
        const { status, text } = await reply;
        assert.equal(status, 401, `${what}: ${text}`);
        assert.match(text, say, what);
      };
      await refused("no certificate", give("dossier", undefined, passed.dossier), /certificate is needed/);
      await refused("another's certificate", give("dossier", other, passed.dossier), /bound to another certificate/);
      await refused("no token", give("dossier", cabinet, undefined), /bearer token is needed/);
      await refused("the provider's token", give("dossier", cabinet, passed.psc), /not a token of this API/);
      await refused("another audience", give("imagerie", cabinet, passed.dossier), /not a token of this API/);
      const [header = "", payload = "", signature = ""] = passed.dossier.split(".");
      const claims = JSON.parse(Buffer.from(payload, "base64url").toString("utf8")) as Record<string, unknown>;
      const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
      await refused(
        "an altered token",
        give("dossier", cabinet, [header, encode({ ...claims, exp: Number(claims.exp) + 9999 }), signature].join(".")),
        /not a token/,
      );
      await refused("an unsigned token", give("dossier", cabinet, `${encode({ alg: "none", typ: "at+jwt" })}.${payload}.`), /not a token|bearer/);
      assert.equal((await exchange("dossier", undefined, passed.psc)).status, 401);
      const foreign = await exchange("dossier", cabinet, `${header}.${payload}.AAAA`);
      assert.match(foreign.text, /provider does not know/);
      assert.equal((await exchange("imagerie", cabinet, passed.psc, { cnf: "AAAA" })).status, 400);
      assert.equal((await exchange("imagerie", cabinet, passed.psc, { scope: "everything" })).json.error, "invalid_scope");

      const own = await form(`${program.ready.apis}/as/dossier/introspect`, apis.get("dossier"), { token: passed.dossier });
      assert.deepEqual([own.json.active, own.json.SubjectNameID], [true, person]);
      assert.equal((await form(`${program.ready.apis}/as/dossier/introspect`, cabinet, { token: passed.dossier })).status, 401);
      // A revoked token, then one whose sign-in the provider ended.
      const second = await signIn(cabinet);
      const [first, last] = await Promise.all(["dossier", "imagerie"].map(async (api) => String((await exchange(api, cabinet, second)).json.access_token)));
      assert.equal((await give("dossier", cabinet, first)).status, 200);
      assert.equal((await form(`${program.ready.apis}/as/dossier/revoke`, cabinet, { token: first ?? "" })).status, 200);
      await refused("a revoked token", give("dossier", cabinet, first), /revoked/);
      assert.equal((await give("imagerie", cabinet, last)).status, 200);
      const issuer = (program.ready.connect_bas ?? "").split("/.well-known")[0] ?? "";
      const { mtls_endpoint_aliases: at } = (await (await fetch(program.ready.connect_bas ?? "")).json()) as { mtls_endpoint_aliases: Record<string, string> };
      assert.ok(issuer);
      assert.equal((await form(at.revocation_endpoint ?? "", cabinet, { client_id: cabinet.id, token: second })).status, 200);
      await eventually(async () => (await give("imagerie", cabinet, last)).status === 401);
    });

    it("[PSC-14] a token goes from data provider to data provider, once, by its audience only; the chain is read afterwards", async () => {
      const [dossier, imagerie] = [apis.get("dossier"), apis.get("imagerie")];
      const passed = await pass();
      for (const [who, client] of [
        ["the service provider", cabinet],
        ["another data provider", imagerie],
      ] as const) {
        const refused = await exchange("labo", client, passed.dossier);
        assert.deepEqual([refused.status, refused.json.clause], [403, "PSC 5"], `${who}: ${refused.text}`);
      }
      assert.match((await exchange("labo", other, passed.dossier)).text, /another certificate/);
      const eight = await Promise.all(Array.from({ length: 8 }, () => exchange("labo", dossier, passed.dossier)));
      assert.deepEqual(eight.map((reply) => reply.status).toSorted(), [200, 400, 400, 400, 400, 400, 400, 400]);
      const onward = String(eight.find((reply) => reply.status === 200)?.json.access_token);
      const claims = JSON.parse(Buffer.from(onward.split(".")[1] ?? "", "base64url").toString("utf8")) as Record<string, unknown>;
      assert.deepEqual([claims.client_id, claims.SubjectNameID, claims.act], ["api-dossier", person, { sub: cabinet.id }]);
      assert.equal((await give("labo", dossier, onward, "results/7?name=secret")).status, 200);
      assert.equal((await give("labo", cabinet, onward)).status, 401);
      // Eight at once with the provider's own token: one.
      const psc = await signIn(cabinet);
      const first = await Promise.all(Array.from({ length: 8 }, () => exchange("imagerie", cabinet, psc)));
      assert.equal(first.filter((reply) => reply.status === 200).length, 1);

      // A data provider signs nobody in with the token.
      const refused = await program.run(["proxy", "add", "--id", "api-dossier", "--secret", "not-a-secret", "--json"]);
      assert.equal(refused.code, 1);
      assert.match(refused.err, /PSC 5/);

      const chain = await run<{ passes: Record<string, unknown>[]; services: Record<string, unknown>[]; person: string }>(
        "chain",
        "show",
        String(claims.chain),
      );
      assert.equal(chain.person, person);
      assert.deepEqual(
        chain.passes.map((pass) => [pass.from_client, pass.to_client, pass.api]),
        [
          [cabinet.id, "api-dossier", "dossier"],
          ["api-dossier", "api-labo", "labo"],
        ],
      );
      assert.equal(chain.passes[1]?.parent, chain.passes[0]?.id);
      const service = chain.services.find((one) => one.api === "labo");
      assert.deepEqual([service?.client_id, service?.method, service?.path, service?.status], ["api-dossier", "GET", "/results/7", 200]);
      assert.equal((await fetch(`${program.ready.portal}/api/trust-extension/chains/${claims.chain}`)).status, 401);
    });

    it("[PSC-08] [PSC-14] killed and started again, sessions and traces are there; a closed right ends them, with a request under way, and every token of the chain", async () => {
      process.kill(program.pid, "SIGKILL");
      await program.stop();
      program = await startProgram({ data: folder.path });
      await eventually(async () => (await proxy("GET", "/send/dossier/patients", { cookie: session })).status === 200);
      const traces = JSON.parse((await proxy("GET", "/traces?start=2026-01-01T00:00:00Z")).text) as Record<string, unknown>[];
      assert.ok(traces.some((trace) => trace.type === "CONNECT_SUCCESS" && trace.proxy_id_session === session));

      const { psc, dossier: token } = await pass();
      assert.equal((await give("dossier", cabinet, token)).status, 200);
      const underWay = fetch(`${program.ready.proxy}/send/dossier/slow`, { headers: { cookie: `proxy_session_id=${session}` } });
      const reply = await underWay;
      assert.equal(reply.status, 200);
      const cut = reply.text().then(
        () => "whole",
        () => "cut",
      );
      await operate("POST", "/api/sandbox/withdrawals", { right: "trust-extension.use", subject: cabinet.id });
      await eventually(async () => (await standing(cabinet.id)) === "community");
      const refused = await proxy("GET", "/send/dossier/patients", { cookie: session });
      assert.deepEqual([refused.status, (refused.json.metadata as Record<string, unknown>).clause], [403, "sandbox 2"]);
      assert.equal(await cut, "cut");
      const guarded = await give("dossier", cabinet, token);
      assert.deepEqual([guarded.status, guarded.json.clause], [403, "sandbox 2"]);
      assert.equal((await exchange("imagerie", cabinet, psc)).status, 403);
    });
  });
});

function parse(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}

/** A path as it is written, which `fetch` would tidy up first. */
async function rawSend(origin: string, cookie: string, path: string): Promise<number> {
  const { request: plain } = await import("node:http");
  const { hostname, port } = new URL(origin);
  return new Promise((resolve, reject) => {
    const asked = plain({ hostname, port, path, headers: { cookie: `proxy_session_id=${cookie}` }, agent: false }, (reply) => {
      reply.resume();
      resolve(reply.statusCode ?? 0);
    });
    asked.on("error", reject);
    asked.end();
  });
}
