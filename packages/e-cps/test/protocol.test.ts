// The telephone's protocol over HTTP, on both engines.
import assert from "node:assert/strict";
import { createPublicKey, verify } from "node:crypto";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, describe, it, mock } from "node:test";
import { eventually, testEngines } from "@cercle/testkit";
import { camille, openRig, type Rig, refused } from "./rig.ts";

for (const engine of testEngines) {
  describe(`the e-CPS on ${engine}`, () => {
    let rig: Rig;
    before(async () => {
      rig = await openRig(engine);
    });
    after(() => rig.close());

    it("[ECPS-04] [ECPS-06] activates from the application with both codes, terms and a PIN", async () => {
      const phone = rig.telephone();
      const started = await phone.startActivation({ nationalId: "99700427885", by: "codes" });
      assert.deepEqual(
        started.channels.map((channel) => channel.kind),
        ["telephone", "email"],
      );
      const codes = await rig.codes(camille);
      assert.equal(await refused(phone.prove({ ...codes, email_code: codes.email_code === "000000" ? "111111" : "000000" })), "e-cps.wrong-code");
      assert.equal(await refused(phone.finishActivation({ termsVersion: "2026-1", pin: "4071", replace: false })), "e-cps.not-proven");
      const proven = await phone.prove(codes);
      assert.equal(proven.identity.family_name, "LE GOFF");
      assert.ok(proven.terms.articles.length > 5);
      assert.equal(proven.replaces, undefined);
      assert.equal(await refused(phone.finishActivation({ termsVersion: "1999-1", pin: "4071", replace: false })), "e-cps.terms-not-accepted");
      for (const pin of ["1234", "0000", "1984", "7885"]) {
        assert.equal(await refused(phone.finishActivation({ termsVersion: proven.terms.version, pin, replace: false })), "e-cps.weak-pin");
      }
      const done = await phone.finishActivation({ termsVersion: proven.terms.version, pin: "4071", replace: false });
      assert.equal(done.identity.national_id, camille);
      const accepted = await rig.store.query("select answer from e_cps.terms_answer where national_id = $1 and version = $2", [camille, proven.terms.version]);
      assert.deepEqual(accepted, [{ answer: "accepted" }]);
    });

    it("a card holder's code, scanned or typed with dashes, brings a telephone in once, within ninety seconds", async () => {
      const page = await rig.eCps.cardPage({ nationalId: camille, language: "fr", wallet: "http://localhost:8082" });
      const body = String(page.body);
      const typed = /<code class="code"[^>]*>([^<]+)</.exec(body)?.[1] ?? "";
      assert.match(typed, /^\w{4}-\w{4}-\w{4}$/);
      assert.match(body, /data-link="http:\/\/localhost:8082\/app\/#\/link\/\w{12}"/);
      assert.match(body, /<svg [^>]*role="img"/);
      const phone = rig.telephone();
      await phone.startActivation({ by: "link", link: typed.toLowerCase() });
      const proven = await phone.prove({ link: typed });
      assert.equal(proven.identity.national_id, camille);
      await phone.finishActivation({ termsVersion: proven.terms.version, pin: "4071", replace: true });
      assert.equal(await refused(rig.telephone().startActivation({ by: "link", link: typed })), "e-cps.no-verification");
      const late = await rig.store.transaction((tx) => rig.eCps.linkByCard(tx, camille));
      rig.real.advance({ seconds: 91 });
      assert.equal(await refused(rig.telephone().startActivation({ by: "link", link: late.link })), "e-cps.no-verification");
    });

    it("[ECPS-09] keeps nothing of a PIN that the database alone could be asked for, and refuses weak ones over the wire", async () => {
      await rig.activated(camille, "4071");
      const dump = JSON.stringify(await rig.store.query("select * from e_cps.device"));
      assert.doesNotMatch(dump, /4071/);
      const [row] = await rig.store.query<{ pin_verifier: Uint8Array; pin_salt: Uint8Array; id: string }>(
        "select pin_verifier, pin_salt, id from e_cps.device where state = 'active' and national_id = $1",
        [camille],
      );
      const { createHash, createHmac } = await import("node:crypto");
      for (let i = 0; i < 10_000; i++) {
        const pin = String(i).padStart(4, "0");
        for (const guess of [
          createHash("sha256")
            .update(row?.pin_salt ?? "")
            .update(pin)
            .digest(),
          createHmac("sha256", row?.pin_salt ?? "")
            .update(pin)
            .digest(),
        ]) {
          assert.notDeepEqual(guess, Buffer.from(row?.pin_verifier ?? ""));
        }
      }
    });

    it("[ECPS-10] shows who asks, for what, from where; one number of three and the PIN approve it", async () => {
      const phone = await rig.activated();
      const asked = await rig.start();
      const [request] = (await phone.wait(0)).requests;
      assert.ok(request);
      assert.equal(request.service.fr, "Dossier Liaison");
      assert.equal(request.purpose.en, "read a record");
      assert.equal(request.place, "Chromium, Lorient (56)");
      assert.equal(request.choices.length, 3);
      assert.ok(request.choices.includes(asked.number));
      assert.equal(JSON.stringify(request).split(asked.number).length - 1 >= 1, true);
      assert.deepEqual(await phone.decide(request.id, { decision: "approve", number: asked.number, pin: "4071" }), { state: "approved" });
      assert.equal((await rig.eCps.approvals.find(asked.id))?.state, "approved");
      assert.equal(await refused(phone.decide(request.id, { decision: "approve", number: asked.number, pin: "4071" })), "e-cps.no-approval");
    });

    it("[ECPS-10] a wrong number ends the request, a refusal and a report too", async () => {
      const phone = await rig.activated();
      const wrong = await rig.start();
      const number = ["10", "20", "30", "40"].find((value) => value !== wrong.number) ?? "";
      assert.deepEqual(await phone.decide(wrong.id, { decision: "approve", number, pin: "4071" }), { state: "wrong-number" });
      const denied = await rig.start();
      assert.deepEqual(await phone.decide(denied.id, { decision: "refuse", report: true }), { state: "refused" });
      assert.equal((await rig.eCps.approvals.find(wrong.id))?.state, "wrong-number");
      assert.equal((await rig.eCps.approvals.find(denied.id))?.state, "refused");
    });

    it("[ECPS-09] judges three of eight parallel tries, then blocks", async () => {
      const phone = await rig.activated();
      const asked = await rig.start({ place: "Firefox, Vannes (56)" });
      const tries = await Promise.all(
        Array.from({ length: 8 }, (_, i) =>
          refused(phone.decide(asked.id, { decision: "approve", number: asked.number, pin: `50${String(i).padStart(2, "0")}` })),
        ),
      );
      const counted = await rig.store.query(
        "select result from e_cps.usage where kind = 'pin' and device_id = (select id from e_cps.device where state = 'blocked')",
      );
      assert.equal(counted.length, 3, JSON.stringify(tries));
      assert.equal(await refused(phone.decide(asked.id, { decision: "approve", number: asked.number, pin: "4071" })), "e-cps.no-approval");
      assert.equal(await refused(rig.start()), "e-cps.blocked");
      assert.equal((await rig.eCps.approvals.find(asked.id))?.state, "blocked");
    });

    it("[ECPS-09] the count and the block are one: a right PIN in time starts it anew, a block that fails takes the count with it", async () => {
      const phone = await rig.activated("899700427893");
      const decide = (number: string, id: string, pin: string): Promise<string | undefined> => refused(phone.decide(id, { decision: "approve", number, pin }));
      const asked = await rig.start({ nationalId: "899700427893" });
      assert.deepEqual([await decide(asked.number, asked.id, "5001"), await decide(asked.number, asked.id, "5002")], ["e-cps.wrong-pin", "e-cps.wrong-pin"]);
      // As a process that dies in the middle of the third: nothing of it stands, neither the count nor the block, and no answer left.
      await rig.store.run("alter table e_cps.usage rename to away");
      await assert.rejects(phone.decide(asked.id, { decision: "approve", number: asked.number, pin: "5003" }));
      await rig.store.run("alter table e_cps.away rename to usage");
      const kept = await rig.store.first("select state, pin_attempts from e_cps.device where national_id = '899700427893' and state <> 'ended'");
      assert.deepEqual(kept, { state: "active", pin_attempts: 2 });
      assert.equal(await decide(asked.number, asked.id, "5004"), "e-cps.blocked");
      assert.equal((await rig.eCps.approvals.find(asked.id))?.state, "blocked");
    });

    it("[ECPS-03] a second activation replaces the first with consent only, and the first is dead on the server", async () => {
      const first = await rig.activated("899700427893");
      const second = rig.telephone();
      await second.startActivation({ nationalId: "899700427893", by: "codes" });
      const proven = await second.prove(await rig.codes("899700427893"));
      assert.match(proven.replaces?.name ?? "", /^phone/);
      assert.equal(await refused(second.finishActivation({ termsVersion: proven.terms.version, pin: "4071", replace: false })), "e-cps.replace-consent");
      await second.finishActivation({ termsVersion: proven.terms.version, pin: "4071", replace: true });
      assert.equal(await refused(first.wait(0)), "e-cps.device-ended");
      assert.deepEqual(await second.wait(0), { requests: [], quiet: 0 });
    });

    it("[ECPS-03] eight parallel endings of one activation give one e-CPS", async () => {
      const phone = rig.telephone();
      await phone.startActivation({ nationalId: "899700427893", by: "codes" });
      const proven = await phone.prove(await rig.codes("899700427893"));
      const finish = () => refused(phone.finishActivation({ termsVersion: proven.terms.version, pin: "4071", replace: true }));
      const results = await Promise.all(Array.from({ length: 8 }, finish));
      assert.equal(results.filter((result) => result.startsWith("no refusal")).length, 1, results.join(" "));
      const standing = await rig.store.query("select id from e_cps.device where national_id = '899700427893' and state = 'active'");
      assert.equal(standing.length, 1);
    });

    it("[ECPS-22] notices a cloned telephone and stops both", async () => {
      const phone = await rig.activated();
      await phone.wait(0);
      const clone = rig.telephone(phone.keep.copy());
      await phone.wait(0);
      assert.equal(await refused(clone.wait(0)), "e-cps.cloned");
      assert.equal(await refused(phone.wait(0)), "e-cps.cloned");
      assert.equal(await refused(rig.start()), "e-cps.no-device");
    });

    it("refuses a forged signature, a replayed request and another's challenge", async () => {
      const phone = await rig.activated();
      const record = await phone.record();
      const device = record?.device ?? "";
      const { body } = await rig.post<{ challenge: string }>("/e-cps/device/challenge", { device });
      const forged = {
        device,
        challenge: body.challenge,
        counter: 99,
        payload: JSON.stringify({ app_version: "1.0.0", seconds: 0 }),
        signature: "A".repeat(86),
      };
      const reply = await rig.post<{ code: string }>("/e-cps/device/waiting", forged);
      assert.equal(reply.body.code, "e-cps.bad-signature");
      const sent: unknown[] = [];
      const spy = rig.telephone(phone.keep);
      const original = globalThis.fetch;
      globalThis.fetch = (async (url: string, init: RequestInit) => {
        if (String(url).endsWith("/waiting")) sent.push(JSON.parse(String(init.body)));
        return original(url, init);
      }) as typeof fetch;
      try {
        await spy.wait(0);
      } finally {
        globalThis.fetch = original;
      }
      const replayed = await rig.post<{ code: string }>("/e-cps/device/waiting", sent[0]);
      assert.equal(replayed.body.code, "e-cps.again");
      assert.deepEqual(await phone.wait(0), { requests: [], quiet: 0 });
    });

    it("works with many requests of one telephone at once, none taken for a clone", async () => {
      const phone = await rig.activated();
      const answers = await Promise.all(Array.from({ length: 4 }, () => phone.wait(0)));
      assert.equal(answers.length, 4);
    });

    it("[ECPS-10] stops a wave from one place, stays open for the place that the person uses", async () => {
      const phone = await rig.activated();
      const own = await rig.start({ place: "Edge, Brest (29)" });
      await phone.decide(own.id, { decision: "approve", number: own.number, pin: "4071" });
      const outcomes: string[] = [];
      for (let i = 0; i < 8; i++) outcomes.push(await refused(rig.start({ place: "curl, ailleurs", client: "other" })));
      assert.ok(outcomes.includes("e-cps.throttled"));
      for (let i = 0; i < 30; i++) await refused(rig.start({ place: `bot ${i}`, client: "other" }));
      const mine = await rig.start({ place: "Edge, Brest (29)" });
      const waiting = await phone.wait(0);
      assert.ok(waiting.requests.some((request) => request.id === mine.id));
      assert.ok(waiting.quiet > 0, "strangers’ requests fell quiet");
      assert.ok(waiting.requests.length < 10);
      await phone.decide(mine.id, { decision: "approve", number: mine.number, pin: "4071" });
    });

    it("[ECPS-10] a quiet request is still answered by typing its number", async () => {
      const phone = await rig.activated("899700427893");
      for (let i = 0; i < 3; i++) await rig.start({ nationalId: "899700427893", place: `bot ${i}` });
      const quiet = await rig.start({ nationalId: "899700427893", place: "un nouvel endroit" });
      assert.ok(!(await phone.wait(0)).requests.some((request) => request.id === quiet.id));
      const claimed = await phone.claim(quiet.number);
      assert.equal(claimed.id, quiet.id);
      assert.deepEqual(await phone.decide(quiet.id, { decision: "approve", number: quiet.number, pin: "4071" }), { state: "approved" });
    });

    it("wakes a waiting telephone at once, and says nothing waits after a cancelled sign-in", async () => {
      const phone = await rig.activated();
      const waiting = phone.wait(20);
      await new Promise((resolve) => setTimeout(resolve, 150));
      const asked = await rig.start({ place: "Edge, Brest (29)" });
      assert.ok((await waiting).requests.some((request) => request.id === asked.id));
      await rig.store.transaction((tx) => rig.eCps.approvals.cancel(tx, asked.id));
      assert.equal(await refused(phone.decide(asked.id, { decision: "approve", number: asked.number, pin: "4071" })), "e-cps.no-approval");
    });

    it("an approval expires, and no answer counts after it", async () => {
      const phone = await rig.activated();
      const asked = await rig.start();
      rig.real.advance({ seconds: 121 });
      assert.equal((await rig.eCps.approvals.find(asked.id))?.state, "expired");
      assert.equal(await refused(phone.decide(asked.id, { decision: "approve", number: asked.number, pin: "4071" })), "e-cps.no-approval");
    });

    it("[ECPS-07] an activation out of time, or with five wrong proofs, is cancelled", async () => {
      rig.real.advance({ hours: 2 });
      const late = rig.telephone();
      await late.startActivation({ nationalId: camille, by: "codes" });
      const codes = await rig.codes(camille);
      rig.real.advance({ minutes: 11 });
      assert.equal(await refused(late.prove(codes)), "e-cps.no-verification");
      const guesser = rig.telephone();
      await guesser.startActivation({ nationalId: camille, by: "codes" });
      const right = await rig.codes(camille);
      const outcomes = await Promise.all(Array.from({ length: 8 }, () => refused(guesser.prove({ telephone_code: "x", email_code: "y" }))));
      assert.equal(outcomes.filter((outcome) => outcome === "e-cps.wrong-code").length, 4);
      assert.equal(await refused(guesser.prove(right)), "e-cps.no-verification");
    });

    it("refuses the unknown, the inactive, a bad identifier, a bad key, and too many starts for one person", async () => {
      const phone = rig.telephone();
      assert.equal(await refused(phone.startActivation({ nationalId: "899700420000", by: "codes" })), "e-cps.unknown-person");
      assert.equal(await refused(phone.startActivation({ nationalId: "899700427901", by: "codes" })), "e-cps.unknown-person");
      assert.equal(await refused(phone.startActivation({ nationalId: "zz", by: "codes" })), "e-cps.bad-id");
      const key = await rig.post<{ code: string }>("/e-cps/activations", {
        national_id: camille,
        by: "codes",
        public_key: "AAAA",
        device: { name: "a", platform: "b", app_version: "1.0.0" },
      });
      assert.equal(key.body.code, "e-cps.bad-key");
      rig.real.advance({ hours: 2 });
      const starts: string[] = [];
      for (let i = 0; i < 7; i++) starts.push(await refused(rig.telephone().startActivation({ nationalId: camille, by: "codes" })));
      assert.equal(starts.filter((start) => start === "e-cps.too-many-starts").length, 2);
      rig.real.advance({ hours: 2 });
    });

    it("an enrolment officer's sealed code activates once", async () => {
      const { body } = await rig.post<{ code: string }>(`/api/e-cps/${camille}/sealed-code`, {});
      const phone = rig.telephone();
      await phone.startActivation({ nationalId: camille, by: "sealed-code" });
      const outcomes = await Promise.all(Array.from({ length: 8 }, () => refused(phone.prove({ sealed_code: body.code.toLowerCase() }))));
      assert.ok(outcomes.some((outcome) => outcome.startsWith("no refusal")));
      const again = rig.telephone();
      await again.startActivation({ nationalId: camille, by: "sealed-code" });
      assert.equal(await refused(again.prove({ sealed_code: body.code })), "e-cps.wrong-code");
    });

    it("the old telephone brings the new one in by a link that works once, and is dead then", async () => {
      const old = await rig.activated();
      assert.equal(await refused(old.ask("/e-cps/device/link", { pin: "9999" })), "e-cps.wrong-pin");
      const { link } = await old.ask<{ link: string }>("/e-cps/device/link", { pin: "4071" });
      const phone = rig.telephone();
      await phone.startActivation({ by: "link", link });
      assert.equal(await refused(rig.telephone().startActivation({ by: "link", link })), "e-cps.no-verification");
      const proven = await phone.prove({ link });
      assert.match(proven.replaces?.name ?? "", /^phone/);
      await phone.finishActivation({ termsVersion: proven.terms.version, pin: "5926", replace: true });
      assert.equal(await refused(old.wait(0)), "e-cps.device-ended");
      const asked = await rig.start();
      assert.deepEqual(await phone.decide(asked.id, { decision: "approve", number: asked.number, pin: "5926" }), { state: "approved" });
    });

    it("a closed right stops requests, and their approval", async () => {
      const phone = await rig.activated();
      const asked = await rig.start();
      rig.closed.add(camille);
      assert.equal(await refused(rig.start()), "test.closed");
      assert.equal(await refused(phone.decide(asked.id, { decision: "approve", number: asked.number, pin: "4071" })), "test.closed");
      await rig.eCps.shut([{ nationalId: camille, clause: "test" }]);
      assert.equal((await rig.eCps.approvals.find(asked.id))?.state, "expired");
      rig.closed.delete(camille);
    });

    it("[ECPS-15] refuses an outdated application and says what to do", async () => {
      const phone = await rig.activated();
      const error = await phone.ask("/e-cps/device/home", { app_version: "0.9.0" }).then(
        () => undefined,
        (caught: { code: string; message: string }) => caught,
      );
      assert.equal(error?.code, "e-cps.outdated");
      assert.match(error?.message ?? "", /reopen it to take the update/);
    });

    it("[ECPS-10] of eight parallel approvals of one request one counts", async () => {
      const phone = await rig.activated();
      const asked = await rig.start();
      const answer = { decision: "approve", number: asked.number, pin: "4071" } as const;
      const outcomes = await Promise.all(Array.from({ length: 8 }, () => phone.decide(asked.id, answer).catch((error: { code: string }) => error.code)));
      assert.equal(outcomes.filter((outcome) => typeof outcome === "object").length, 1, JSON.stringify(outcomes));
      assert.ok(outcomes.every((outcome) => typeof outcome === "object" || outcome === "e-cps.no-approval"));
      assert.equal((await rig.eCps.approvals.find(asked.id))?.state, "approved");
    });

    it("[ECPS-02] suggests the services that the person uses, with their reason", async () => {
      const phone = await rig.activated();
      for (const client of ["dlb", "dlb", "messagerie"]) {
        const asked = await rig.start({ client });
        await phone.decide(asked.id, { decision: "approve", number: asked.number, pin: "4071" });
      }
      const { suggestions } = await phone.ask<{ suggestions: { client: string; why: string; times: number }[] }>("/e-cps/device/home");
      assert.equal(suggestions[0]?.client, "dlb");
      assert.ok(suggestions[0].times >= 2);
      assert.ok(suggestions.some((one) => one.client === "messagerie"));
    });

    it("[ECPS-19] shows the identity of the register, whatever a telephone sends", async () => {
      const active = await rig.activated();
      const home = await active.ask<{ identity: { family_name: string; given_name: string } }>("/e-cps/device/home", { family_name: "FAUX" });
      assert.deepEqual([home.identity.given_name, home.identity.family_name], ["Camille", "LE GOFF"]);
    });

    it("wakes a telephone by Web Push: signed by this server's key, nothing in it; a subscription that is no more is forgotten", async () => {
      const received: { path: string; headers: IncomingHttpHeaders; body: string }[] = [];
      const service = createServer((request, reply) => {
        let body = "";
        request.on("data", (chunk) => {
          body += chunk;
        });
        request.on("end", () => {
          received.push({ path: request.url ?? "", headers: request.headers, body });
          reply.writeHead(received.length === 1 ? 201 : 410).end();
        });
      });
      await new Promise<void>((done) => service.listen(0, "127.0.0.1", done));
      const at = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
      const real = globalThis.fetch;
      // The push service of the settings, reached on this machine; nothing else is touched.
      mock.method(globalThis, "fetch", (url: string, options?: RequestInit) =>
        real(String(url).startsWith("https://push.example/") ? String(url).replace("https://push.example", at) : url, options),
      );
      try {
        const phone = await rig.activated();
        assert.equal(await refused(phone.ask("/e-cps/device/push", { endpoint: "https://elsewhere.example/x" })), "e-cps.bad-push");
        await phone.ask("/e-cps/device/push", { endpoint: "https://push.example/subscription-1" });
        const home = await phone.ask<{ push_key: string }>("/e-cps/device/home");
        await rig.start({ place: "push 1" });
        await eventually(() => received.length === 1, 20);
        const [push] = received;
        assert.equal(push?.path, "/subscription-1");
        assert.deepEqual([push?.body, push?.headers.urgency, push?.headers.ttl], ["", "high", "120"]);
        // RFC 8292 §2: a JWT for this push service, verified with the key that the telephone subscribed with.
        const [, token = "", key = ""] = /^vapid t=([^,]+), k=(.+)$/.exec(push?.headers.authorization ?? "") ?? [];
        assert.equal(key, home.push_key);
        const point = Buffer.from(key, "base64url");
        const jwk = { kty: "EC", crv: "P-256", x: point.subarray(1, 33).toString("base64url"), y: point.subarray(33).toString("base64url") };
        const [head = "", claims = "", signature = ""] = token.split(".");
        const publicKey = createPublicKey({ key: jwk, format: "jwk" });
        const good = verify("sha256", Buffer.from(`${head}.${claims}`), { key: publicKey, dsaEncoding: "ieee-p1363" }, Buffer.from(signature, "base64url"));
        assert.equal(good, true);
        assert.equal(JSON.parse(Buffer.from(claims, "base64url").toString("utf8")).aud, "https://push.example");
        await rig.start({ place: "push 2" });
        await eventually(() => received.length === 2, 20);
        await eventually(
          async () =>
            (await rig.store.query("select 1 from e_cps.device_identifier where push is not null and device_id = $1", [(await phone.keep.load())?.device]))
              .length === 0,
          20,
        );
      } finally {
        mock.restoreAll();
        service.close();
      }
    });

    it("[ECPS-18] erases device identifiers three years and traces six years after their collection, with a proof; nothing before", async () => {
      await rig.activated("899700427893");
      const count = async (table: string): Promise<number> => (await rig.store.first<{ n: number }>(`select count(*)::int as n from e_cps.${table}`))?.n ?? 0;
      const proofs = async (what: string) =>
        (
          await rig.store.query<{ payload: { count: number } }>(
            "select payload from evidence.trace where room = 'e-cps' and type = 'erased' and payload ->> 'what' = $1",
            [what],
          )
        )
          .map(({ payload }) => payload.count)
          .reduce((sum, n) => sum + n, 0);
      const before = { usages: await count("usage"), identifiers: await count("device_identifier") };
      assert.ok(before.usages > 0 && before.identifiers > 0);
      rig.governance.advance({ hours: 24 * 365 * 3 - 48 });
      await rig.eCps.tick();
      assert.deepEqual([await count("usage"), await count("device_identifier")], [before.usages, before.identifiers]);
      rig.governance.advance({ hours: 24 * 4 });
      await rig.eCps.tick();
      assert.equal(await count("device_identifier"), 0);
      assert.equal(await proofs("device-identifier"), before.identifiers);
      assert.equal(await count("usage"), before.usages);
      rig.governance.advance({ hours: 24 * 365 * 3 });
      await rig.eCps.tick();
      assert.equal(await count("usage"), 0);
      assert.equal(await proofs("usage"), before.usages);
    });
  });
}

describe("the message gateway", () => {
  it("gets codes for telephone and e-mail with its token, and is asked again after it failed", async () => {
    const received: { authorization: string; body: { id: string; channel: string; to: string; text: string } }[] = [];
    let failures = 1;
    const gateway = createServer((request, reply) => {
      let text = "";
      request.on("data", (chunk) => {
        text += chunk;
      });
      request.on("end", () => {
        if (failures-- > 0) return reply.writeHead(503).end();
        received.push({ authorization: request.headers.authorization ?? "", body: JSON.parse(text) });
        return reply.end();
      });
    });
    await new Promise<void>((done) => gateway.listen(0, "127.0.0.1", done));
    const url = `http://127.0.0.1:${(gateway.address() as AddressInfo).port}/messages`;
    const rig = await openRig("embedded", { gateway: { url, token: "gateway-token" } });
    try {
      const phone = rig.telephone();
      await phone.startActivation({ nationalId: camille, by: "codes" });
      await eventually(() => received.length === 2, 60);
      assert.deepEqual(received.map(({ body }) => body.channel).toSorted(), ["email", "telephone"]);
      assert.ok(received.every(({ authorization, body }) => authorization === "Bearer gateway-token" && /\d{6}/.test(body.text)));
      assert.match(received.find(({ body }) => body.channel === "telephone")?.body.to ?? "", /^\+\d{8,15}$/);
      await phone.prove(await rig.codes(camille));
    } finally {
      await rig.close();
      gateway.close();
    }
  });
});
