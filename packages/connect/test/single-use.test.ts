// Codes and refresh tokens under eight parallel redemptions: one success, a revoked family. On both engines.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { testEngines } from "@cercle/testkit";
import { begin, configure, identify, redirect, signIn } from "./flow.ts";
import { openRoom, type Room } from "./harness.ts";

for (const engine of testEngines) {
  describe(`single use on ${engine}`, () => {
    let room: Room;
    let issuer: string;
    before(async () => {
      room = await openRoom({ engine });
      issuer = room.connect.environments.bas.issuer;
    });
    after(() => room.close());

    const eight = async (id: string, secret: string, form: Record<string, string>) => {
      const headers = { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}` };
      const ask = async () => {
        const reply = await fetch(`${issuer}/protocol/openid-connect/token`, { method: "POST", headers, body: new URLSearchParams(form) });
        return { status: reply.status, body: (await reply.json()) as Record<string, string> };
      };
      const all = await Promise.all(Array.from({ length: 8 }, ask));
      return { won: all.filter((one) => one.status === 200), lost: all.filter((one) => one.status === 400), headers };
    };

    it("[PSC-27] a code redeemed by eight at once gives one success, and the family is revoked", async () => {
      const { id, secret } = await room.addClient(`codes-${engine}`);
      const config = await configure(room, id, secret);
      const begun = await begin(config);
      const waiting = await identify(begun);
      room.approvals.answer("approved");
      const code = new URL((await begun.browser.go(waiting.url, redirect)).location ?? "").searchParams.get("code") ?? "";
      const { won, lost, headers } = await eight(id, secret, { grant_type: "authorization_code", code, code_verifier: begun.verifier, redirect_uri: redirect });
      assert.equal(won.length, 1);
      assert.equal(lost.length, 7);
      assert.ok(lost.every((one) => one.body.error === "invalid_grant"));
      const userinfo = await fetch(`${issuer}/protocol/openid-connect/userinfo`, { headers: { authorization: `Bearer ${won[0]?.body.access_token}` } });
      assert.equal(userinfo.status, 401);
      const refresh = new URLSearchParams({ grant_type: "refresh_token", refresh_token: won[0]?.body.refresh_token ?? "" });
      assert.equal((await fetch(`${issuer}/protocol/openid-connect/token`, { method: "POST", headers, body: refresh })).status, 400);
    });

    it("[PSC-27] a refresh token redeemed by eight at once gives one success, and the family is revoked", async () => {
      const { id, secret } = await room.addClient(`refreshes-${engine}`);
      const config = await configure(room, id, secret);
      const { tokens } = await signIn(room, config);
      const { won, lost, headers } = await eight(id, secret, { grant_type: "refresh_token", refresh_token: tokens.refresh_token ?? "" });
      assert.equal(won.length, 1);
      assert.equal(lost.length, 7);
      const refresh = new URLSearchParams({ grant_type: "refresh_token", refresh_token: won[0]?.body.refresh_token ?? "" });
      assert.equal((await fetch(`${issuer}/protocol/openid-connect/token`, { method: "POST", headers, body: refresh })).status, 400);
    });

    it("[PSC-27] an approved sign-in that eight requests resume gives one code", async () => {
      const { id, secret } = await room.addClient(`resumes-${engine}`);
      const config = await configure(room, id, secret);
      const begun = await begin(config);
      const waiting = await identify(begun);
      room.approvals.answer("approved");
      const led = await Promise.all(Array.from({ length: 8 }, () => begun.browser.go(waiting.url, redirect).catch(() => undefined)));
      const codes = new Set(led.flatMap((page) => (page?.location ? [new URL(page.location).searchParams.get("code")] : [])));
      assert.equal(codes.size, 1);
      const traces = await room.connect.traces.ofPerson(room.store, "899700427885");
      assert.equal(traces.filter((trace) => trace.client_id === id && trace.result === "approved").length, 1);
    });
  });
}
