// Other people's clients keep a mailbox identical on both sides: a folder tree with accents, changes on either side, a restart between.
// Small here; 10,000 messages and 5,000 changes in `npm run soak mail-sync`.
import assert from "node:assert/strict";
import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { startProgram, type TestFolder, type TestProgram, temporaryFolder } from "@cercle/testkit";
import type { ImapFlow } from "imapflow";
import { curl, type FolderState, imaplib, mbsync, mutt, offlineimap, openImap, type Place, readMaildir } from "./mail-clients.ts";

const messages = Number(process.env.SOAK_MESSAGES ?? 120);
const changes = Number(process.env.SOAK_CHANGES ?? 60);
const seconds = 60 + Math.ceil(messages / 4);
const address = "zoe@alpha.mssante.test";
const tree = ["INBOX", "Patients", "Patients/Été 2026", "Patients/Été 2026/Œdème", "Résultats & suites", "病歴"];

describe("other people's mail clients", () => {
  let folder: TestFolder;
  let program: TestProgram;
  let password = "";
  const at = (name: string): string => join(folder.path, name);
  const place = (): Place => ({
    port: Number((program.ready.mail_alpha ?? "").match(/\d+/g)?.[2]),
    ca: join(folder.path, "data", "ca.pem"),
    user: address,
    password,
  });
  const open = (): Promise<ImapFlow> => openImap(place());
  const content = (subject: string): string =>
    `From: <${address}>\r\nTo: <${address}>\r\nSubject: ${subject}\r\nMessage-ID: <${subject}@alpha>\r\n\r\nBonjour ${subject}\r\n`;
  const onServer = async (): Promise<Map<string, FolderState>> => {
    const client = await open();
    const found = new Map<string, FolderState>();
    for (const { path } of await client.list()) {
      const lock = await client.getMailboxLock(path);
      const state = new Map<string, string>();
      if (client.mailbox && client.mailbox.exists > 0)
        for await (const { envelope, flags } of client.fetch("1:*", { envelope: true, flags: true }))
          state.set(envelope?.subject ?? "", `${flags?.has("\\Flagged") ? "F" : ""}${flags?.has("\\Seen") ? "S" : ""}`);
      lock.release();
      found.set(path, state);
    }
    await client.logout();
    return found;
  };
  const flat = (state: ReadonlyMap<string, FolderState>): string[] =>
    [...state].flatMap(([name, messages]) => [...messages].map(([subject, flags]) => `${name} ${subject} ${flags}`)).sort();
  const sameEverywhere = async (count: number): Promise<void> => {
    // Twice: what one client brought, the other fetches.
    for (let round = 0; round < 2; round++) {
      const first = await mbsync(at("mbsync"), place(), seconds);
      assert.equal(first.code, 0, first.out.slice(-2000));
      const second = await offlineimap(at("offlineimap"), place(), seconds * 4);
      assert.equal(second.code, 0, second.out.slice(-2000));
    }
    const server = flat(await onServer());
    assert.equal(server.length, count);
    assert.deepEqual(flat(readMaildir(at("mbsync/mail"))), server);
    assert.deepEqual(flat(readMaildir(at("offlineimap/mail"))), server);
  };

  before(async () => {
    folder = await temporaryFolder();
    mkdirSync(at("data"));
    program = await startProgram({ data: at("data") });
    assert.equal((await program.run(["mailbox", "add", address])).code, 0);
    password = JSON.parse((await program.run(["mailbox", "app-password", address, "--json"])).out).password;
  });
  after(async () => {
    await program?.stop();
    await folder?.remove();
  });

  it(`mbsync and offlineimap bring ${messages} messages in a tree with accents to the same state as the server`, async () => {
    const client = await open();
    for (const name of tree.slice(1)) await client.mailboxCreate(name);
    for (let i = 0; i < messages; i++) await client.append(tree[i % tree.length] ?? "INBOX", content(`m${i}`), i % 3 === 0 ? ["\\Seen"] : []);
    await client.logout();
    await sameEverywhere(messages);
  });

  it(`${changes} changes on the server and in both clients' folders come out identical, over a restart of the server`, async () => {
    const client = await open();
    let count = messages;
    // On the server: flags, moves, removals, new messages.
    for (const [n, name] of tree.entries()) {
      const lock = await client.getMailboxLock(name);
      const all = (await client.search({ all: true }, { uid: true })) || [];
      const share = Math.floor(changes / 3 / tree.length);
      const some = all.slice(0, share);
      const [flagged, moved, removed] = [some.slice(0, share / 2), some.slice(share / 2, (share * 3) / 4), some.slice((share * 3) / 4)];
      if (flagged.length > 0) await client.messageFlagsAdd(flagged, ["\\Flagged", "\\Seen"], { uid: true });
      if (moved.length > 0) await client.messageMove(moved, tree[(n + 1) % tree.length] ?? "INBOX", { uid: true });
      if (removed.length > 0) await client.messageDelete(removed, { uid: true });
      count -= removed.length;
      lock.release();
    }
    await client.logout();
    // In mbsync's folder: new messages, flags by file name, removals.
    const near = at("mbsync/mail/Patients/cur");
    const files = readdirSync(near);
    for (let i = 0; i < changes / 3; i++) {
      const file = files[i];
      if (i % 3 === 0 || !file) {
        writeFileSync(join(near, `9${i}.new.local:2,S`), content(`local${i}`).replaceAll("\r\n", "\n"));
        count += 1;
      } else if (i % 3 === 1) renameSync(join(near, file), join(near, file.replace(/:2,.*$/, ":2,FS")));
    }
    await program.stop();
    program = await startProgram({ data: at("data") });
    const sync = await mbsync(at("mbsync"), place(), seconds);
    assert.equal(sync.code, 0, sync.out.slice(-2000));
    // In offlineimap's: the same way.
    const other = await offlineimap(at("offlineimap"), place(), seconds * 4);
    assert.equal(other.code, 0, other.out.slice(-2000));
    const far = at("offlineimap/mail/INBOX/cur");
    const inbox = readdirSync(far);
    for (let i = 0; i < changes / 3; i++) {
      const file = inbox[i];
      if (!file) continue;
      if (i % 4 === 0) {
        rmSync(join(far, file));
        count -= 1;
      } else if (i % 2 === 0) renameSync(join(far, file), join(far, file.replace(/:2,.*$/, ":2,FS")));
    }
    await sameEverywhere(count);
  });

  it("imaplib, curl and mutt sign in, read and write; what they did is seen by the others, accents and all", async () => {
    const python = await imaplib(
      place(),
      `ok(m.create('Python'))
ok(m.append('Python', '(\\\\Flagged)', None, ${JSON.stringify(content("from-python"))}.encode()))
ok(m.select('Python'))
uid = ok(m.uid('search', None, 'SUBJECT', '"from-python"'))[0].split()[0]
assert b'Bonjour from-python' in ok(m.uid('fetch', uid, '(FLAGS BODY.PEEK[])'))[0][1]
ok(m.uid('store', uid, '+FLAGS', '(\\\\Answered)'))
ok(m.uid('copy', uid, 'INBOX'))
ok(m.store('1', '+FLAGS', '(\\\\Deleted)'))
ok(m.expunge())`,
    );
    assert.equal(python.code, 0, python.out);
    writeFileSync(at("upload.eml"), content("from-curl"));
    const upload = await curl(place(), "Python", "-T", at("upload.eml"));
    assert.equal(upload.code, 0, upload.out);
    assert.match((await curl(place(), "Python", "-X", 'SEARCH SUBJECT "from-curl"')).out, /SEARCH 1/);
    assert.match((await curl(place(), "Python;MAILINDEX=1")).out, /Bonjour from-curl/);
    assert.match((await curl(place(), "", "-X", 'LIST "" "Patients/*"')).out, /&AMk-t&AOk- 2026/);
    const seen = await mutt(at("mutt"), place(), "=Python", "<first-entry><flag-message><copy-message><kill-line>=Python/Réponse<enter><sync-mailbox><quit>");
    assert.equal(seen.code, 0, seen.out.slice(-2000));
    const state = await onServer();
    assert.equal(state.get("Python")?.get("from-curl"), "FS");
    assert.ok(state.get("Python/Réponse")?.has("from-curl"), seen.out.slice(-1000));
    assert.equal(state.get("INBOX")?.get("from-python"), "F");
  });
});
