// Bad input everywhere: the standard's error, a description that names the fault, a line in the client's log that says how to mend it.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { eventually } from "@cercle/testkit";
import { begin, configure, exchange, identify, redirect, signIn } from "./flow.ts";
import { kit, openRoom, type Room } from "./harness.ts";

describe("bad input", () => {
  let room: Room;
  let wallet: string;
  let issuer: string;
  let of: { id: string; secret: string };
  before(async () => {
    room = await openRoom();
    issuer = room.connect.environments.bas.issuer;
    wallet = room.origins.bas.wallet;
    of = await room.addClient("careless");
  });
  after(() => room.close());

  const authorize = (query: Record<string, string>): Promise<Response> =>
    fetch(`${wallet}/auth?${new URLSearchParams({ client_id: of.id, response_type: "code", scope: "openid scope_all", redirect_uri: redirect, ...query })}`, {
      redirect: "manual",
      headers: { accept: "text/html", "accept-language": "fr" },
    });
  const logged = async (error: string, says: RegExp): Promise<void> => {
    await eventually(async () =>
      (await room.connect.traces.faultsOf(room.store, of.id)).some((fault) => fault.error === error && says.test(fault.description)),
    );
    const fault = (await room.connect.traces.faultsOf(room.store, of.id)).find((one) => one.error === error);
    assert.ok(fault && fault.expected.fr.length > 20 && fault.expected.en.length > 20);
  };
  const token = async (form: Record<string, string>, secret = of.secret) => {
    const headers = { authorization: `Basic ${Buffer.from(`${of.id}:${secret}`).toString("base64")}` };
    const reply = await fetch(`${issuer}/protocol/openid-connect/token`, { method: "POST", headers, body: new URLSearchParams(form) });
    return { status: reply.status, body: (await reply.json()) as { error: string; error_description: string } };
  };

  it("[PSC-27] a redirect URI wrong by one character is a page, never a redirection", async () => {
    const reply = await authorize({ redirect_uri: `${redirect}/` });
    assert.equal(reply.status, 400);
    assert.equal(reply.headers.get("location"), null);
    assert.match(await reply.text(), /invalid_redirect_uri[\s\S]*au caractère près/);
    await logged("invalid_redirect_uri", /redirect_uri/);
  });

  it("[PSC-27] an unknown scope goes back to the client as invalid_scope", async () => {
    const reply = await authorize({ scope: "openid scope_al", state: "s" });
    const back = new URL(reply.headers.get("location") ?? "");
    assert.equal(back.searchParams.get("error"), "invalid_scope");
    assert.equal(back.searchParams.get("state"), "s");
    await logged("invalid_scope", /scope_al/);
  });

  it("[PSC-27] unknown client, unsupported response type, a bad channel", async () => {
    const nobody = await authorize({ client_id: "nobody" });
    assert.match(await nobody.text(), /invalid_client/);
    await eventually(async () => (await room.connect.traces.faultsOf(room.store, "nobody")).some((fault) => fault.error === "invalid_client"));
    assert.equal(new URL((await authorize({ response_type: "token" })).headers.get("location") ?? "").hash.includes("unsupported_response_type"), true);
    assert.equal(new URL((await authorize({ channel: "PIGEON" })).headers.get("location") ?? "").searchParams.get("error"), "invalid_request");
  });

  it("[PSC-27] replayed code, wrong PKCE, wrong secret, forged token, unknown refresh token", async () => {
    const config = await configure(room, of.id, of.secret);
    const { tokens, callback, verifier } = await signIn(room, config);
    const code = new URL(callback).searchParams.get("code") ?? "";
    const replay = await token({ grant_type: "authorization_code", code, code_verifier: verifier, redirect_uri: redirect });
    assert.deepEqual([replay.status, replay.body.error], [400, "invalid_grant"]);
    assert.match(replay.body.error_description, /consumed|not found|already/);
    await logged("invalid_grant", /consumed|not found|already/);

    const begun = await begin(config);
    const waiting = await identify(begun);
    room.approvals.answer("approved");
    const back = (await begun.browser.go(waiting.url, redirect)).location ?? "";
    await assert.rejects(exchange(config, { ...begun, verifier: "wrong-wrong-wrong-wrong-wrong-wrong-wrong-wrong" }, back), { error: "invalid_grant" });
    await logged("invalid_grant", /code_verifier does not match/);

    assert.equal((await token({ grant_type: "refresh_token", refresh_token: "x" }, "wrong")).status, 401);
    await logged("invalid_client", /secret/);
    assert.equal((await token({ grant_type: "refresh_token", refresh_token: "x" })).body.error, "invalid_grant");
    assert.equal((await token({ grant_type: "password", username: "x" })).body.error, "unsupported_grant_type");

    const [head = "", , signature = ""] = tokens.access_token.split(".");
    const forged = `${head}.${Buffer.from(JSON.stringify({ sub: kit.subjectId, jti: "x", azp: of.id })).toString("base64url")}.${signature}`;
    const claims = JSON.parse(Buffer.from(tokens.access_token.split(".")[1] ?? "", "base64url").toString("utf8")) as { jti: string };
    for (const bearer of [forged, claims.jti, "x".repeat(20_000), `${Buffer.from('{"alg":"none"}').toString("base64url")}.e30.`]) {
      const reply = await fetch(`${issuer}/protocol/openid-connect/userinfo`, { headers: { authorization: `Bearer ${bearer}` } });
      assert.ok(reply.status === 401 || reply.status === 431, String(reply.status));
      if (reply.status === 401) assert.match(reply.headers.get("www-authenticate") ?? "", /invalid_token/);
    }
    await logged("invalid_token", /./);
  });

  it("[PSC-27] a body of ten megabytes is refused, and the service goes on", async () => {
    const headers = { authorization: `Basic ${Buffer.from(`${of.id}:${of.secret}`).toString("base64")}`, "content-type": "application/x-www-form-urlencoded" };
    const big = await fetch(`${issuer}/protocol/openid-connect/token`, { method: "POST", headers, body: `grant_type=${"x".repeat(10_000_000)}` }).catch(
      () => undefined,
    );
    if (big) assert.equal(((await big.json()) as { error: string }).error, "invalid_request");
    await logged("invalid_request", /body|large|size/i);
    assert.equal((await fetch(`${issuer}/.well-known/openid-configuration`)).status, 200);
  });

  it("[PSC-27] a stranger's Host header changes no address; a page of another browser is refused", async () => {
    const config = await configure(room, of.id, of.secret);
    const begun = await begin(config);
    const elsewhere = await fetch(begun.page.url, { headers: { accept: "application/json" } });
    assert.equal(elsewhere.status, 410);
    const { request } = await import("node:http");
    const location = await new Promise<string | undefined>((resolve) => {
      const at = new URL(`${wallet}/auth?client_id=${of.id}&response_type=code&scope=openid&redirect_uri=${encodeURIComponent(redirect)}`);
      request(at, { headers: { host: "evil.example", "x-forwarded-host": "evil.example" } }, (reply) => resolve(reply.headers.location)).end();
    });
    assert.doesNotMatch(location ?? "", /evil/);
    // Nor does it write the place that the person is shown.
    const forwarded = await room.addClient("forwarded", { ciba: true });
    const asked = await fetch(`${issuer}/protocol/openid-connect/ext/ciba/auth`, {
      method: "POST",
      headers: { authorization: `Basic ${Buffer.from(`forwarded:${forwarded.secret}`).toString("base64")}`, "x-forwarded-for": "203.0.113.9" },
      body: new URLSearchParams({ scope: "openid scope_all", login_hint: kit.nationalId, binding_message: "12" }),
    });
    assert.equal(asked.status, 200);
    const kept = await room.store.first<{ place: string }>("select place from connect.attempt where client_id = 'forwarded'");
    assert.match(kept?.place ?? "", /127\.0\.0\.1|::1/);
  });

  it("the identifier page says what is wrong, and how many digits were typed", async () => {
    const config = await configure(room, of.id, of.secret);
    const begun = await begin(config);
    const short = await identify(begun, "12345");
    assert.equal(short.status, 422);
    assert.match(short.body, /le vôtre en compte 5/);
    const unknown = await identify({ ...begun, page: short }, "10000000000");
    assert.match(unknown.body, /Aucun professionnel en exercice n’a l’identifiant 810000000000/);
    room.approvals.refuse("e-cps.no-device");
    assert.match((await identify({ ...begun, page: short })).body, /Aucune e-CPS n’est active/);
    room.approvals.refuse(undefined);
  });
});
