// News of files: calls signed with a secret shown once, tried again, played again; reminders by call and by e-mail.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, describe, it } from "node:test";
import { eventually, startProgram, type TestProgram } from "@cercle/testkit";
import { SMTPServer } from "smtp-server";
import { whole } from "./party.ts";
import { invitePeople, type People } from "./people.ts";

type Call = {
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly body: { type: string; data: { file: string; entry?: number; entry_type?: string } };
};
type Delivery = { id: string; kind: string; entry: number | null; state: string; attempts: number; tried: { status: number | null; failure: string | null }[] };

/** What is there in the end. */
async function found<T>(look: () => Promise<T | undefined>): Promise<T> {
  let seen: T | undefined;
  await eventually(async () => {
    seen = await look();
    return seen !== undefined;
  });
  assert.ok(seen !== undefined);
  return seen;
}

describe("news of files", () => {
  let program: TestProgram;
  let people: People;
  let receiver: Server;
  let mailbox: SMTPServer;
  let reference: string;
  let url: string;
  const calls: Call[] = [];
  const mails: string[] = [];
  let status = 204;
  before(async () => {
    receiver = createServer((request, reply) => {
      let text = "";
      request.on("data", (chunk) => {
        text += chunk;
      });
      request.on("end", () => {
        calls.push({ headers: request.headers, text, body: JSON.parse(text) });
        reply.writeHead(status, { location: "/elsewhere" }).end("never read");
      });
    });
    mailbox = new SMTPServer({
      disabledCommands: ["AUTH", "STARTTLS"],
      onData(stream, _session, done) {
        let text = "";
        stream.on("data", (chunk) => {
          text += chunk;
        });
        stream.on("end", () => {
          mails.push(text);
          done();
        });
      },
    });
    await Promise.all([
      new Promise<void>((done) => receiver.listen(0, "127.0.0.1", done)),
      new Promise<void>((done) => void mailbox.listen(0, "127.0.0.1", done)),
    ]);
    url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook?token=planted`;
    const relay = `smtp://127.0.0.1:${(mailbox.server.address() as AddressInfo).port}`;
    program = await startProgram({ environment: { CERCLE_GOVERNANCE_SMTP_URL: relay } });
    people = await invitePeople(program, { anne: "officer", vera: "vendor", olga: "operator-contact" });
    const { party } = await people.good<{ party: string }>("anne", "POST", "/api/parties", whole("Clinique des nouvelles"));
    await people.good("anne", "PUT", `/api/parties/${party}/members/${people.accounts.olga}`);
    reference = (await people.good<{ reference: string }>("anne", "POST", "/api/files", { instrument: "mssante-operator", party })).reference;
  });
  after(async () => {
    await program?.stop();
    await new Promise((done) => mailbox?.close(() => done(undefined)));
    receiver?.closeAllConnections();
    receiver?.close();
  });
  const act = (type: string, payload: object, who = "anne") => people.good(who, "POST", `/api/files/${reference}/entries`, { type, payload });
  const verifies = ({ headers, text }: Call, secret: string): boolean => {
    const key = Buffer.from(secret.replace("whsec_", ""), "base64");
    const signed = createHmac("sha256", key).update(`${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${text}`).digest("base64");
    return headers["webhook-signature"] === `v1,${signed}`;
  };

  it("calls with a signature over time and body, naming file and entry and nothing they say; the secret is shown once", async () => {
    const made = await people.good<{ id: string; secret: string }>("olga", "POST", "/api/hooks", { url, file: reference });
    await act("domain-declared", { by: "operator", domain: "nouvelles.mssante.test", title: "own" });
    const call = await found(async () => calls.find(({ body }) => body.data.entry_type === "domain-declared"));
    assert.ok(verifies(call, made.secret));
    assert.equal(verifies({ ...call, text: call.text.replace("domain", "demain") }, made.secret), false, "another body does not verify");
    assert.ok(Math.abs(Date.now() / 1000 - Number(call.headers["webhook-timestamp"])) < 120);
    assert.deepEqual([call.body.type, call.body.data.file, call.body.data.entry], ["file.entry-recorded", reference, 1]);
    assert.doesNotMatch(call.text, /nouvelles\.mssante/);
    const listed = await people.ask("olga", "GET", "/api/hooks");
    assert.equal(listed.text.includes(made.secret), false);
    assert.match(listed.text, new RegExp(reference));
  });

  it("is its side's alone, and takes no address with a password; https and outside addresses alone are for a live space", async () => {
    const [hook] = await people.good<{ id: string }[]>("olga", "GET", "/api/hooks");
    for (const who of ["anne", "vera"]) {
      assert.equal((await people.ask(who, "GET", `/api/hooks/${hook?.id}/deliveries`)).body.code, "governance.no-hook", who);
      assert.equal((await people.ask(who, "DELETE", `/api/hooks/${hook?.id}`)).status, 404, who);
      assert.deepEqual(await people.good(who, "GET", "/api/hooks"), [], who);
    }
    assert.equal((await people.ask("vera", "POST", "/api/hooks", { url, file: reference })).body.code, "governance.not-your-file");
    assert.equal((await people.ask("vera", "POST", "/api/hooks", { url })).body.code, "governance.which-party");
    for (const [address, code] of [
      ["http://me:secret@127.0.0.1/", "governance.hook-with-password"],
      ["file:///etc/passwd", "web.invalid"],
      ["gopher://127.0.0.1/", "web.invalid"],
    ])
      assert.equal((await people.ask("olga", "POST", "/api/hooks", { url: address })).body.code, code, address);
  });

  it("tries again what failed, says why without the address, and plays it again under the same id when told", async () => {
    status = 503;
    await act("contract-signed", { by: "operator" });
    const [hook] = await people.good<{ id: string }[]>("olga", "GET", "/api/hooks");
    const deliveries = (): Promise<Delivery[]> => people.good("olga", "GET", `/api/hooks/${hook?.id}/deliveries`);
    const failed = await found(async () => (await deliveries()).find(({ entry, attempts, tried }) => entry === 2 && attempts > 0 && tried.length > 0));
    assert.deepEqual([failed.state, failed.tried[0]?.status, failed.tried[0]?.failure], ["waiting", 503, "HTTP 503"]);
    status = 302;
    await found(async () => (await deliveries()).find(({ id, tried }) => id === failed.id && tried.some((one) => one.status === 302)));
    status = 204;
    const before = calls.length;
    // By the command of the machine's operator it is not theirs; by its side it is.
    assert.equal((await program.run(["hook", "replay", hook?.id ?? "", "--delivery", failed.id])).code, 1);
    await people.good("olga", "POST", `/api/hooks/${hook?.id}/replay`, { delivery: failed.id });
    await found(async () => (await deliveries()).find(({ id, state }) => id === failed.id && state === "delivered"));
    const again = calls.slice(before).find(({ headers }) => headers["webhook-id"] === failed.id);
    assert.ok(again);
    assert.equal((await people.ask("olga", "POST", `/api/hooks/${hook?.id}/replay`, { delivery: "0190aaaa-0000-7000-8000-000000000000" })).status, 404);
  });

  it("the agency's command adds, lists, replays and ends its own; everything since an instant is told again", async () => {
    const added = await program.run(["hook", "add", url, "--json"]);
    assert.equal(added.code, 0, added.err);
    const { id, secret } = JSON.parse(added.out) as { id: string; secret: string };
    await act("contract-signed", { by: "agency" });
    await eventually(async () => calls.some((call) => call.body.data.entry_type === "contract-signed" && verifies(call, secret)));
    const before = calls.length;
    const replayed = await program.run(["hook", "replay", id, "--since", "2020-01-01T00:00:00Z"]);
    assert.ok(Number(replayed.out.trim()) > 0, replayed.err);
    await eventually(async () => calls.slice(before).some((call) => verifies(call, secret)));
    // Delivered is what was answered and written down, a moment after the call came.
    await eventually(async () => /delivered/.test((await program.run(["hook", "deliveries", id])).out));
    assert.equal((await program.run(["hook", "remove", id])).code, 0);
    assert.doesNotMatch((await program.run(["hook", "list"])).out, new RegExp(id));
  });

  it("reminds of a last day by call and by e-mail to the contact person, once for each step, until the party ends it", async () => {
    const moved = async (by: string) => people.good("anne", "PUT", "/api/clock", { by });
    await moved("P5M");
    assert.equal(mails.length, 0, "a month before, nobody is written to");
    // Conclusion + 6 months (MSS 4.2): a week before.
    await moved("P25D");
    const written = await found(async () => mails.find((mail) => mail.includes(reference)));
    assert.match(written, /To: contact@essai\.test/);
    assert.match(written.replaceAll("=\r\n", ""), /MSS 4\.2/);
    const near = await found(async () => calls.find(({ body }) => body.type === "file.deadline-near"));
    assert.match(near.text, /"owed_by":"operator"/);
    const sent = () => people.good<{ by_mail: boolean; sent: { clock: string; step: string }[] }>("olga", "GET", `/api/files/${reference}/reminders`);
    const first = (await sent()).sent.length;
    assert.ok(first > 0);
    await people.good("olga", "PUT", `/api/files/${reference}/reminders`, { by_mail: false });
    const mailsBefore = mails.length;
    await moved("P10D");
    await eventually(async () => calls.some(({ body }) => body.type === "file.deadline-passed"));
    const { sent: all } = await sent();
    assert.equal(new Set(all.map(({ clock, step }) => `${clock} ${step}`)).size, all.length, "each step once");
    assert.equal(mails.length, mailsBefore);
  });
});
