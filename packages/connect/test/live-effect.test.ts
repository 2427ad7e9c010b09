// A client stopped, a person gone: authorization, refresh, introspection, UserInfo and sessions refuse at once. Sessions: whose, how long, signing out.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, describe, it } from "node:test";
import { eventually } from "@cercle/testkit";
import * as client from "openid-client";
import { begin, configure, identify, redirect, signIn } from "./flow.ts";
import { kit, openRoom, type Room, subject } from "./harness.ts";

const closed = { state: "closed", since: "2026-11-01T00:00:00Z", reference: "SB-2026-00007", entry: 3, clause: "PSC 12.2" } as const;

describe("live effect and sessions", () => {
  let room: Room;
  before(async () => {
    room = await openRoom();
  });
  after(() => room.close());

  it("[PSC-25] a stopped client: every endpoint refuses, with right, file, entry and clause; reactivated, the same account works", async () => {
    const { id, secret } = await room.addClient("stopped");
    const config = await configure(room, id, secret);
    const { tokens, browser } = await signIn(room, config);
    const open = room.rights.get(id);
    room.rights.set(id, closed);
    const why = /client\.sign-in of stopped is closed since 2026-11-01T00:00:00Z by entry 3 of file SB-2026-00007, under PSC 12\.2/;
    await assert.rejects(client.refreshTokenGrant(config, tokens.refresh_token ?? ""), (error: client.ResponseBodyError) => {
      assert.equal(error.error, "unauthorized_client");
      assert.match(error.error_description ?? "", why);
      return true;
    });
    const userinfo = await fetch(`${room.connect.environments.bas.issuer}/protocol/openid-connect/userinfo`, {
      headers: { authorization: `Bearer ${tokens.access_token}` },
    });
    assert.equal(userinfo.status, 401);
    assert.match(userinfo.headers.get("www-authenticate") ?? "", /invalid_token/);
    assert.match(await userinfo.text(), why);
    const other = await room.addClient("watcher");
    assert.equal((await client.tokenIntrospection(await configure(room, other.id, other.secret), tokens.access_token)).active, false);
    const page = await begin(config, {}, browser);
    assert.match(page.page.body, /PSC 12\.2/);
    room.rights.set(id, open ?? closed);
    assert.ok((await client.refreshTokenGrant(config, tokens.refresh_token ?? "")).access_token);
  });

  it("[PSC-26] a person gone from the directory: tokens, refresh and session end; no new sign-in", async () => {
    const gone = { ...kit, nationalId: "899700000001", subjectId: subject("899700000001") };
    room.people.set(gone.nationalId, gone);
    const { id, secret } = await room.addClient("leaving");
    const config = await configure(room, id, secret);
    const begun = await begin(config);
    const waiting = await identify(begun, gone.nationalId);
    room.approvals.answer("approved");
    const back = (await begun.browser.go(waiting.url, redirect)).location ?? "";
    const tokens = await client.authorizationCodeGrant(config, new URL(back), {
      pkceCodeVerifier: begun.verifier,
      expectedState: begun.state,
      expectedNonce: "n-1",
    });
    room.people.set(gone.nationalId, { ...gone, active: false });
    const left = performance.now();
    await room.connect.endPerson(gone.nationalId);
    await assert.rejects(client.refreshTokenGrant(config, tokens.refresh_token ?? ""), { error: "invalid_grant" });
    assert.equal((await client.tokenIntrospection(config, tokens.access_token)).active, false);
    await assert.rejects(client.fetchUserInfo(config, tokens.access_token, gone.subjectId));
    assert.ok(performance.now() - left < 1000);
    const again = await begin(config, {}, begun.browser);
    assert.equal(again.page.location, undefined, "no silent sign-in");
    assert.match((await identify(again, gone.nationalId)).body, /Aucun professionnel en exercice/);
  });

  it("[PSC-26] without any event, the directory's answer alone stops tokens within a second", async () => {
    const person = { ...kit, nationalId: "899700000002", subjectId: subject("899700000002") };
    room.people.set(person.nationalId, person);
    const { id, secret } = await room.addClient("leaving-quietly");
    const config = await configure(room, id, secret);
    const begun = await begin(config);
    const waiting = await identify(begun, person.nationalId);
    room.approvals.answer("approved");
    const back = (await begun.browser.go(waiting.url, redirect)).location ?? "";
    const tokens = await client.authorizationCodeGrant(config, new URL(back), {
      pkceCodeVerifier: begun.verifier,
      expectedState: begun.state,
      expectedNonce: "n-1",
    });
    room.people.delete(person.nationalId);
    const left = performance.now();
    await eventually(async () => !(await client.tokenIntrospection(config, tokens.access_token)).active, 5);
    assert.ok(performance.now() - left < 1000);
  });

  it("a service new to an open session is shown whose it is; the same service is not asked again; prompt, max_age and select are honoured", async () => {
    const first = await room.addClient("first");
    const second = await room.addClient("second");
    const { browser, tokens } = await signIn(room, await configure(room, first.id, first.secret));
    const config = await configure(room, second.id, second.secret);
    const shown = await begin(config, {}, browser);
    assert.match(shown.page.body, /Une session est ouverte[\s\S]*KIT DOC0042788/);
    const on = await browser.go(`${shown.page.url}/confirm`, redirect, {});
    assert.match(on.location ?? "", /code=/);
    assert.match((await begin(config, {}, browser)).page.location ?? "", /code=/, "known to the session now");
    assert.match((await begin(config, { prompt: "none" }, browser)).page.location ?? "", /code=/);
    const login = await begin(config, { prompt: "login" }, browser);
    assert.match(login.page.body, /Au nom de <strong>KIT DOC0042788[\s\S]*Votre identifiant/);
    assert.match((await begin(config, { max_age: "0" }, browser)).page.body, /Votre identifiant/);
    const other = await begin(await configure(room, (await room.addClient("third")).id, "x").catch(() => config), { prompt: "login" }, browser);
    const fresh = await browser.go(`${other.page.url}/other`, redirect, {});
    assert.doesNotMatch(fresh.body, /KIT DOC0042788/);
    assert.equal(
      (await client.tokenIntrospection(await configure(room, first.id, first.secret), tokens.access_token)).active,
      false,
      "not you: that session is over",
    );
  });

  it("on a shared computer every service asks whose session it is, and prompt=none gets interaction_required", async () => {
    const { id, secret } = await room.addClient("ward");
    const config = await configure(room, id, secret);
    const begun = await begin(config);
    const waiting = await identify(begun, kit.nationalId, { shared: "yes" });
    room.approvals.answer("approved");
    assert.match((await begun.browser.go(waiting.url, redirect)).location ?? "", /code=/);
    assert.match((await begin(config, {}, begun.browser)).page.body, /Une session est ouverte/);
    assert.match((await begin(config, { prompt: "none" }, begun.browser)).page.location ?? "", /interaction_required/);
  });

  it("signing out everywhere ends other browsers too, and tells the services that asked (back-channel logout)", async () => {
    const told: string[] = [];
    const listener = createServer((request, response) => {
      let text = "";
      request.on("data", (chunk) => {
        text += chunk;
      });
      request.on("end", () => {
        told.push(text);
        response.end();
      });
    });
    await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", () => resolve()));
    const address = listener.address();
    const port = address && typeof address === "object" ? address.port : 0;
    const { id, secret } = await room.addClient("told", { backchannel_logout_uri: `http://127.0.0.1:${port}/out` });
    const config = await configure(room, id, secret);
    const one = await signIn(room, config);
    const two = await signIn(room, config);
    const page = await one.browser.ask(`${room.origins.bas.wallet}/`);
    assert.match(page.body, /KIT DOC0042788[\s\S]*Dernières connexions/);
    await one.browser.ask(`${room.origins.bas.wallet}/sign-out-everywhere`, {});
    assert.equal((await client.tokenIntrospection(config, two.tokens.access_token)).active, false);
    await assert.rejects(client.refreshTokenGrant(config, two.tokens.refresh_token ?? ""), { error: "invalid_grant" });
    await eventually(() => told.length >= 2);
    const jwt = new URLSearchParams(told[0]).get("logout_token") ?? "";
    const claims = JSON.parse(Buffer.from(jwt.split(".")[1] ?? "", "base64url").toString("utf8")) as Record<string, unknown>;
    assert.equal(claims.sub, kit.subjectId);
    assert.ok(claims.sid === one.tokens.claims()?.sid || claims.sid === two.tokens.claims()?.sid);
    listener.close();
  });

  it("[PSC-28] each attempt leaves a trace: means, device, service, place, result; refused and expired too", async () => {
    const { id, secret } = await room.addClient("traced");
    const config = await configure(room, id, secret);
    await signIn(room, config);
    for (const [state, says] of [
      ["refused", /Demande refusée/],
      ["expired", /Demande expirée/],
      ["wrong-number", /pas le bon nombre/],
      ["blocked", /e-CPS bloquée/],
    ] as const) {
      const begun = await begin(config);
      const waiting = await identify(begun);
      room.approvals.answer(state);
      assert.match((await begun.browser.ask(waiting.url)).body, says);
    }
    const traces = (await room.connect.traces.ofPerson(room.store, kit.nationalId)).filter((trace) => trace.client_id === id);
    assert.deepEqual(traces.map((trace) => trace.result).toSorted(), ["approved", "blocked", "expired", "refused", "wrong-number"]);
    assert.ok(traces.every((trace) => trace.means === "e-cps" && trace.device === "device-1" && trace.place.includes("127.0.0.1")));
  });

  it("[PSC-28] device identifiers go three years after their collection, sign-ins after six, by governance's clock, with a proof", async () => {
    const { id, secret } = await room.addClient("kept");
    await signIn(room, await configure(room, id, secret));
    const kept = async () => (await room.connect.traces.ofPerson(room.store, kit.nationalId)).find((trace) => trace.client_id === id);
    const proofs = (): Promise<readonly { payload: { devices: number; sign_ins: number } }[]> =>
      room.store.query("select payload from evidence.trace where room = 'connect' and type = 'erased' order by id");
    room.governance.advance({ hours: 24 * 365 * 3 - 48 });
    await room.connect.tick();
    assert.equal((await kept())?.device, "device-1");
    assert.deepEqual(await proofs(), []);
    room.governance.advance({ hours: 24 * 4 });
    await room.connect.tick();
    assert.equal((await kept())?.device, null);
    room.governance.advance({ hours: 24 * 365 * 3 });
    await room.connect.tick();
    assert.equal(await kept(), undefined);
    const [devices, signIns] = await proofs();
    assert.ok(devices && devices.payload.devices > 0 && devices.payload.sign_ins === 0);
    assert.ok(signIns && signIns.payload.sign_ins > 0);
  });
});
