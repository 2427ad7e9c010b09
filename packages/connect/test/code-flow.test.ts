// Code flow over HTTP as openid-client 6 does it, on both engines: sign-in page, tokens, refresh, introspection, UserInfo, revocation, logout.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { testEngines } from "@cercle/testkit";
import * as client from "openid-client";
import { configure, signIn } from "./flow.ts";
import { kit, openRoom, type Room } from "./harness.ts";

for (const engine of testEngines) {
  describe(`code flow on ${engine}`, () => {
    let room: Room;
    before(async () => {
      room = await openRoom({ engine });
    });
    after(() => room.close());

    it("[PSC-01] [PSC-02] signs a professional in: tokens, claims, UserInfo, introspection, refresh, revocation, logout", async () => {
      const { id, secret } = await room.addClient("flow");
      const config = await configure(room, id, secret);
      const { tokens } = await signIn(room, config);
      assert.equal(tokens.expires_in, 120);
      const idToken = tokens.claims();
      assert.equal(idToken?.sub, kit.subjectId);
      assert.equal(idToken?.acr, "eidas1");
      assert.equal(idToken?.sid, idToken?.session_state);

      const userinfo = await client.fetchUserInfo(config, tokens.access_token, kit.subjectId);
      assert.equal(userinfo.SubjectNameID, kit.nationalId);
      assert.deepEqual(userinfo.SubjectRole, ["10^1.2.250.1.213.1.1.5.5"]);

      const introspected = await client.tokenIntrospection(config, tokens.access_token);
      assert.equal(introspected.active, true);
      assert.equal(introspected.SubjectNameID, kit.nationalId);
      assert.equal(introspected.username, kit.nationalId);

      const again = await client.refreshTokenGrant(config, tokens.refresh_token ?? "");
      assert.notEqual(again.refresh_token, tokens.refresh_token);
      assert.equal(again.claims()?.auth_time, idToken?.auth_time);

      await client.tokenRevocation(config, again.access_token);
      assert.equal((await client.tokenIntrospection(config, again.access_token)).active, false);
      await assert.rejects(client.fetchUserInfo(config, again.access_token, kit.subjectId));

      const { tokens: second, browser } = await signIn(room, config);
      const bye = "http://localhost:9/bye";
      const out = await browser.go(
        client.buildEndSessionUrl(config, { id_token_hint: second.id_token ?? "", post_logout_redirect_uri: bye, state: "s" }).href,
        bye,
      );
      assert.equal(out.location, `${bye}?state=s`);
      assert.equal((await client.tokenIntrospection(config, second.access_token)).active, false);
      await assert.rejects(client.refreshTokenGrant(config, second.refresh_token ?? ""), { error: "invalid_grant" });
    });
  });
}
