// The card as a means: its page brings a verdict, the browser that began brings the word back, once.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import * as client from "openid-client";
import { createTestBrowser } from "./browser.ts";
import { begin, configure, exchange, redirect } from "./flow.ts";
import { kit, openRoom, type Room } from "./harness.ts";

const card = { ok: true, kind: "card-authentication", nationalId: kit.nationalId, serial: "0A1B2C" } as const;

describe("the card", () => {
  let room: Room;
  let config: client.Configuration;
  const uidOf = (url: string): string => /\/login\/([\w-]+)/.exec(url)?.[1] ?? "";
  before(async () => {
    room = await openRoom();
    room.connect.environments.bas.means.offer("card", (uid) => `https://card.test/sign-in/${uid}`);
    const { id, secret } = await room.addClient("card");
    config = await configure(room, id, secret);
  });
  after(() => room.close());

  it("[PSC-01] [PSC-28] signs in by the card: its claims, and a trace that names the means and the card", async () => {
    const begun = await begin(config);
    const uid = uidOf(begun.page.url);
    assert.match(begun.page.body, new RegExp(`href="https://card.test/sign-in/${uid}"`));
    const back = await room.connect.environments.bas.means.signInByCard(uid, card);
    const callback = (await begun.browser.go(back, redirect)).location ?? "";
    const tokens = await exchange(config, begun, callback);
    assert.equal(tokens.claims()?.acr, "eidas2");
    assert.equal(tokens.claims()?.authMode, "CARD");
    assert.equal((await client.fetchUserInfo(config, tokens.access_token, kit.subjectId)).authMode, "CARD");
    const again = await client.refreshTokenGrant(config, tokens.refresh_token ?? "");
    assert.equal(again.claims()?.acr, "eidas2");
    const [trace] = await room.connect.traces.ofPerson(room.store, kit.nationalId);
    assert.deepEqual([trace?.means, trace?.device, trace?.client_id, trace?.result], ["card", "card 0A1B2C", "card", "approved"]);
  });

  it("[PSC-27] a card shown on a stranger's link signs nobody in, and its word is good once", async () => {
    const begun = await begin(config);
    const back = await room.connect.environments.bas.means.signInByCard(uidOf(begun.page.url), card);
    const victim = await createTestBrowser().ask(back);
    assert.equal(victim.status, 410);
    assert.equal(victim.location, undefined);

    const first = await begin(config);
    const second = await begin(config);
    const word = (await room.connect.environments.bas.means.signInByCard(uidOf(first.page.url), card)).split("/").at(-1);
    const wallet = room.origins.bas.wallet;
    const wrongAttempt = await second.browser.ask(`${wallet}/login/${uidOf(second.page.url)}/proven/${word}`);
    assert.equal(wrongAttempt.status, 410);

    const third = await begin(config);
    const address = await room.connect.environments.bas.means.signInByCard(uidOf(third.page.url), card);
    const eight = await Promise.all(Array.from({ length: 8 }, () => third.browser.ask(address)));
    assert.equal(eight.filter((page) => page.location).length, 1);
  });

  it("refuses a revoked card, an organisation's certificate and a person out of the directory, with the reason and a trace", async () => {
    const begun = await begin(config);
    const uid = uidOf(begun.page.url);
    const { means } = room.connect.environments.bas;
    await assert.rejects(means.signInByCard(uid, { ok: false, reason: "revoked" }), { code: "connect.card-refused" });
    await assert.rejects(means.signInByCard(uid, { ok: true, kind: "organisation", subject: "CN=x", serial: "1" }), { code: "connect.card-refused" });
    await assert.rejects(means.signInByCard(uid, { ...card, nationalId: "810000000000" }), { code: "connect.no-person" });
    await assert.rejects(means.signInByCard("nothing-of-the-kind", card), { code: "connect.attempt-over" });
    const traced = await room.store.query<{ payload: { reason: string } }>(
      "select payload from evidence.trace where type = 'means-refused' and room = 'connect' order by id",
    );
    assert.deepEqual(
      traced.map(({ payload }) => payload.reason),
      ["revoked", "wrong-purpose", "unknown-person"],
    );
  });
});
