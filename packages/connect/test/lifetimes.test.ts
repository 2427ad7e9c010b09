// How long things live, with the clock moved (the whole room runs in this process): requests, codes, sessions idle and in all.
import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, it, mock } from "node:test";
import { eventually } from "@cercle/testkit";
import * as client from "openid-client";
import { begin, configure, exchange, identify, redirect, signIn } from "./flow.ts";
import { openRoom, type Room } from "./harness.ts";

describe("lifetimes", () => {
  let room: Room;
  before(async () => {
    room = await openRoom();
  });
  after(() => room.close());
  beforeEach(() => mock.timers.enable({ apis: ["Date"], now: Date.now() }));
  afterEach(() => mock.timers.reset());
  const pass = (minutes: number): void => mock.timers.setTime(Date.now() + minutes * 60_000);
  const logged = (id: string, error: string, says: RegExp): Promise<unknown> =>
    eventually(async () => (await room.connect.traces.faultsOf(room.store, id)).some((fault) => fault.error === error && says.test(fault.description)));

  it("[PSC-27] an expired request, pushed request, code and CIBA request: the standard's error, and a line in the client's log", async () => {
    const { id, secret } = await room.addClient("late", { ciba: true });
    const config = await configure(room, id, secret);
    const begun = await begin(config);
    pass(11);
    const page = await identify(begun);
    assert.equal(page.status, 410);
    assert.match(page.body, /terminée ou a expiré/);
    await logged(id, "access_denied", /ten minutes/);

    const pushed = await client.buildAuthorizationUrlWithPAR(config, { redirect_uri: redirect, scope: "openid scope_all" });
    pass(2);
    const late = await fetch(pushed, { redirect: "manual", headers: { accept: "text/html" } });
    assert.match(await late.text(), /invalid_request_uri/);
    await logged(id, "invalid_request_uri", /expired|invalid/);

    const again = await begin(config);
    const waiting = await identify(again);
    room.approvals.answer("approved");
    const callback = (await again.browser.go(waiting.url, redirect)).location ?? "";
    pass(2);
    await assert.rejects(exchange(config, again, callback), { error: "invalid_grant" });
    await logged(id, "invalid_grant", /expired/);

    const asked = await client.initiateBackchannelAuthentication(config, {
      scope: "openid scope_all",
      login_hint: "899700427885",
      binding_message: "12",
    });
    pass(3);
    await assert.rejects(
      client.genericGrantRequest(config, "urn:openid:params:grant-type:ciba", { auth_req_id: asked.auth_req_id }),
      (error: client.ResponseBodyError) => error.error === "expired_token" || error.error === "invalid_grant",
    );
  });

  it("[PSC-16] measures the minutes in which the service worked, of all since the first, and says so to anyone", async () => {
    await room.store.run("delete from connect.minute");
    for (let minute = 0; minute < 40; minute++) {
      // Ten minutes of forty without the service.
      if (minute < 20 || minute >= 30) await room.connect.availability.beat();
      pass(1);
    }
    const page = await fetch(`${room.origins.bas.wallet}/availability`, { headers: { accept: "text/html", "accept-language": "fr" } });
    assert.match(await page.text(), /visée<\/dt><dd>99,5\s%[\s\S]*<dd>75\s%/);
  });

  it("a session ends after thirty minutes without use, and after four hours whatever its use", async () => {
    const { id, secret } = await room.addClient("lives");
    const config = await configure(room, id, secret);
    const silent = async (browser: Awaited<ReturnType<typeof signIn>>["browser"]): Promise<boolean> =>
      /[?&]code=/.test((await begin(config, { prompt: "none" }, browser)).page.location ?? "");
    const idle = await signIn(room, config);
    pass(29);
    assert.equal(await silent(idle.browser), true);
    pass(31);
    assert.equal(await silent(idle.browser), false, "idle");

    const busy = await signIn(room, config);
    let tokens: { refresh_token?: string } = busy.tokens;
    for (let minutes = 20; minutes < 240; minutes += 20) {
      pass(20);
      assert.equal(await silent(busy.browser), true, `after ${minutes} minutes`);
      tokens = await client.refreshTokenGrant(config, tokens.refresh_token ?? "");
    }
    pass(21);
    assert.equal(await silent(busy.browser), false, "four hours");
    await assert.rejects(client.refreshTokenGrant(config, tokens.refresh_token ?? ""), { error: "invalid_grant" });
  });
});
