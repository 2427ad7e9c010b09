// CIBA poll: request, pending, slow_down, approval, refusal, single use; and PAR. openid-client where it knows the flow.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import * as client from "openid-client";
import { configure } from "./flow.ts";
import { kit, openRoom, type Room } from "./harness.ts";

describe("CIBA", () => {
  let room: Room;
  let issuer: string;
  before(async () => {
    room = await openRoom();
    issuer = room.connect.environments.bas.issuer;
  });
  after(() => room.close());

  type Answer = { status: number; body: Record<string, unknown> };
  const post = async (of: { id: string; secret: string }, path: string, form: Record<string, string>): Promise<Answer> => {
    const headers = { authorization: `Basic ${Buffer.from(`${of.id}:${of.secret}`).toString("base64")}` };
    const reply = await fetch(`${issuer}/protocol/openid-connect${path}`, { method: "POST", headers, body: new URLSearchParams(form) });
    return { status: reply.status, body: (await reply.json()) as Record<string, unknown> };
  };
  const request = { scope: "openid scope_all", acr_values: "eidas1", login_hint: kit.nationalId, binding_message: "07", channel: "MOBILE" };
  const poll = (of: { id: string; secret: string }, id: unknown): Promise<Answer> =>
    post(of, "/token", { grant_type: "urn:openid:params:grant-type:ciba", auth_req_id: String(id) });

  it("[PSC-01] openid-client signs in by CIBA, the number on the telephone is the binding message", async () => {
    const of = await room.addClient("ciba-1", { ciba: true });
    const config = await configure(room, of.id, of.secret);
    const begun = await client.initiateBackchannelAuthentication(config, request);
    assert.equal(begun.interval, 1);
    assert.equal(room.approvals.asked.at(-1)?.number, "07");
    const waiting = client.pollBackchannelAuthenticationGrant(config, begun);
    room.approvals.answer("approved");
    const tokens = await waiting;
    assert.equal(tokens.claims()?.sub, kit.subjectId);
    assert.equal((await client.fetchUserInfo(config, tokens.access_token, kit.subjectId)).SubjectNameID, kit.nationalId);
    const again = await client.refreshTokenGrant(config, tokens.refresh_token ?? "");
    assert.ok(again.access_token);
  });

  it("[PSC-01] says pending, slow_down when polled faster than the interval, then tokens once", async () => {
    const of = await room.addClient("ciba-2", { ciba: true, profile: "psc-2023" });
    const begun = await post(of, "/ext/ciba/auth", request);
    assert.deepEqual([begun.status, begun.body.expires_in, begun.body.interval], [200, 120, 5]);
    assert.equal((await poll(of, begun.body.auth_req_id)).body.error, "authorization_pending");
    assert.equal((await poll(of, begun.body.auth_req_id)).body.error, "slow_down");
    room.approvals.answer("approved");
    const eight = await Promise.all(Array.from({ length: 8 }, () => poll(of, begun.body.auth_req_id)));
    assert.equal(eight.filter((one) => one.status === 200).length, 1);
    assert.equal((await poll(of, begun.body.auth_req_id)).body.error, "invalid_grant");
    const traces = await room.connect.traces.ofPerson(room.store, kit.nationalId);
    assert.equal(traces.filter((trace) => trace.client_id === of.id).length, 1);
  });

  it("[PSC-27] refusal, wrong number, unknown person, bad binding message, a client without CIBA: the standard's errors", async () => {
    const of = await room.addClient("ciba-3", { ciba: true });
    for (const [state, error] of [
      ["refused", "access_denied"],
      ["wrong-number", "access_denied"],
      ["blocked", "access_denied"],
      ["expired", "expired_token"],
    ] as const) {
      const begun = await post(of, "/ext/ciba/auth", request);
      room.approvals.answer(state);
      const answer = await poll(of, begun.body.auth_req_id);
      assert.equal(answer.body.error, error, state);
    }
    assert.equal((await post(of, "/ext/ciba/auth", { ...request, login_hint: "899900000000" })).body.error, "unknown_user_id");
    assert.equal((await post(of, "/ext/ciba/auth", { ...request, binding_message: "7" })).body.error, "invalid_binding_message");
    assert.equal((await post(of, "/ext/ciba/auth", { ...request, scope: "openid nonsense" })).body.error, "invalid_scope");
    room.approvals.refuse("e-cps.no-device");
    assert.equal((await post(of, "/ext/ciba/auth", request)).body.error, "unknown_user_id");
    room.approvals.refuse("e-cps.throttled");
    assert.equal((await post(of, "/ext/ciba/auth", request)).body.error, "access_denied");
    room.approvals.refuse(undefined);
    const without = await room.addClient("ciba-4");
    assert.equal((await post(without, "/ext/ciba/auth", request)).status, 400);
  });

  it("[PSC-14] a client without a return address signs in by CIBA alone; without CIBA either it only verifies tokens (PSC 5)", async () => {
    const terminal = await room.addClient("ciba-5", { ciba: true, redirect_uris: [] });
    const begun = await post(terminal, "/ext/ciba/auth", request);
    room.approvals.answer("approved");
    const token = String((await poll(terminal, begun.body.auth_req_id)).body.access_token);
    const provider = await room.addClient("data-provider", { redirect_uris: [] });
    assert.equal((await post(provider, "/token/introspect", { token })).body.active, true);
    assert.equal((await post(provider, "/ext/ciba/auth", request)).status, 400);
    for (const one of [terminal, provider]) {
      const pushed = await post(one, "/ext/par/request", {
        response_type: "code",
        redirect_uri: "http://localhost:9/cb",
        scope: "openid scope_all",
        client_id: one.id,
      });
      assert.equal(pushed.status, 400, JSON.stringify(pushed.body));
    }
  });

  it("[PSC-01] PAR: a pushed request is used once", async () => {
    const of = await room.addClient("par-1");
    const pushed = await post(of, "/ext/par/request", {
      response_type: "code",
      redirect_uri: "http://localhost:9/cb",
      scope: "openid scope_all",
      client_id: of.id,
    });
    assert.equal(pushed.status, 201);
    const at = `${room.origins.bas.wallet}/auth?client_id=${of.id}&request_uri=${encodeURIComponent(String(pushed.body.request_uri))}`;
    const first = await fetch(at, { redirect: "manual" });
    assert.match(first.headers.get("location") ?? "", /\/login\//);
  });
});
