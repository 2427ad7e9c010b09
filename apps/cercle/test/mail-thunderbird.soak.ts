// Thunderbird itself, without a screen: signs in, brings a tree with accents to the same state as the server, both ways, over a restart of
// the server and one of its own. `npm run soak mail-thunderbird`; too heavy for every `npm test`.
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { eventually, startProgram, type TestFolder, type TestProgram, temporaryFolder } from "@cercle/testkit";
import type { ImapFlow } from "imapflow";
import { decodeName, openImap, type Place } from "./mail-clients.ts";
import { makeProfile, startThunderbird, type Thunderbird } from "./thunderbird.ts";

const address = "zoe@alpha.mssante.test";
const tree = ["INBOX", "Patients", "Patients/Été 2026", "Patients/Été 2026/Œdème", "Résultats & suites", "病歴"];
const messages = 120;
const patience = 120;
/** In every script: folders by the server's name, a folder brought up to date, the headers of a folder, and waiting for a copy. */
const tools = `
  const find = (name) => server.rootFolder.descendants.find((folder) => folder.name === name);
  const headers = (folder) => [...folder.msgDatabase.enumerateMessages()];
  const url = (act) => new Promise((resolve) => act({ QueryInterface: ChromeUtils.generateQI(["nsIUrlListener"]), OnStartRunningUrl() {}, OnStopRunningUrl() { resolve(); } }));
  const copied = (act) => new Promise((resolve, reject) => act({
    QueryInterface: ChromeUtils.generateQI(["nsIMsgCopyServiceListener"]), onStartCopy() {}, onProgress() {}, setMessageKey() {}, getMessageId() { return null; },
    onStopCopy(status) { if (Components.isSuccessCode(status)) resolve(); else reject(new Error("copy " + status.toString(16))); } }));
  const imap = (folder) => folder.QueryInterface(Ci.nsIMsgImapMailFolder);
`;

describe("Thunderbird", () => {
  let folder: TestFolder;
  let program: TestProgram;
  let thunderbird: Thunderbird | undefined;
  let password = "";
  const at = (name: string): string => join(folder.path, name);
  const place = (): Place => ({
    port: Number((program.ready.mail_alpha ?? "").match(/\d+/g)?.[2]),
    ca: at("data/ca.pem"),
    user: address,
    password,
  });
  const run = <T>(script: string): Promise<T> => {
    assert.ok(thunderbird);
    return thunderbird.run<T>(`${tools}${script}`);
  };
  const open = (): Promise<ImapFlow> => openImap(place());
  const content = (subject: string): string =>
    `From: <${address}>\r\nTo: <${address}>\r\nSubject: ${subject}\r\nMessage-ID: <${subject}@alpha>\r\nDate: Sat, 21 Nov 2026 10:00:00 +0100\r\n\r\nBonjour ${subject}\r\n`;
  /** `folder subject flags`, sorted, on the server. */
  const onServer = async (): Promise<string[]> => {
    const client = await open();
    const found: string[] = [];
    for (const { path } of await client.list()) {
      const lock = await client.getMailboxLock(path);
      if (client.mailbox && client.mailbox.exists > 0)
        for await (const { envelope, flags } of client.fetch("1:*", { envelope: true, flags: true }))
          found.push(`${path} ${envelope?.subject} ${flags?.has("\\Flagged") ? "F" : ""}${flags?.has("\\Seen") ? "S" : ""}`);
      lock.release();
    }
    await client.logout();
    return found.sort();
  };
  /** The same in Thunderbird, every message downloaded. */
  const inThunderbird = async (): Promise<string[]> => {
    const found = await run<string[]>(`
      const found = [];
      for (const folder of server.rootFolder.descendants) {
        if (folder.flags & Ci.nsMsgFolderFlags.Virtual) continue;
        await url((listener) => imap(folder).updateFolderWithListener(null, listener));
        if (folder.getTotalMessages(false) > 0) await url((listener) => folder.downloadAllForOffline(listener, null));
        for (const header of headers(folder))
          found.push(folder.URI.split("/").slice(3).join("/") + "\\n" + header.mime2DecodedSubject + " " + (header.isFlagged ? "F" : "") + (header.isRead ? "S" : "") + (header.flags & Ci.nsMsgMessageFlags.Offline ? "" : " not here"));
      }
      return found;`);
    const place = (line: string): string => decodeURIComponent(line.split("\n")[0] ?? "");
    return found.map((line) => `${decodeName(place(line))} ${line.split("\n")[1]}`).sort();
  };
  const same = async (count: number): Promise<void> => {
    let seen: string[] = [];
    let server: string[] = [];
    await eventually(async () => {
      server = await onServer();
      seen = await inThunderbird();
      return server.length === count && JSON.stringify(server) === JSON.stringify(seen);
    }, patience).catch(() => undefined);
    assert.deepEqual(seen, server);
    assert.equal(server.length, count);
  };
  const discover = async (): Promise<void> => {
    let names: string[] = [];
    await run("await url((listener) => MailServices.imap.discoverAllFolders(server.rootFolder, listener, null));");
    await eventually(async () => {
      names = await run<string[]>("return server.rootFolder.descendants.map((folder) => folder.URI);");
      return names.length >= tree.length;
    }, 30).catch(() => undefined);
    assert.ok(names.length >= tree.length, names.join("\n"));
  };

  before(async () => {
    folder = await temporaryFolder();
    mkdirSync(at("data"));
    program = await startProgram({ data: at("data") });
    assert.equal((await program.run(["mailbox", "add", address])).code, 0);
    password = JSON.parse((await program.run(["mailbox", "app-password", address, "--json"])).out).password;
    const client = await open();
    for (const name of tree.slice(1)) await client.mailboxCreate(name);
    for (const name of tree) await client.mailboxSubscribe(name);
    for (let i = 0; i < messages; i++) await client.append(tree[i % tree.length] ?? "INBOX", content(`m${i}`), i % 3 === 0 ? ["\\Seen"] : []);
    await client.logout();
    makeProfile(at("profile"), place());
    thunderbird = await startThunderbird(at("profile"));
  });
  after(async () => {
    await thunderbird?.stop();
    await program?.stop();
    await folder?.remove();
  });

  it("signs in over STARTTLS with the password in its own store, and brings the whole tree", async () => {
    await run(`
      const login = Cc["@mozilla.org/login-manager/loginInfo;1"].createInstance(Ci.nsILoginInfo);
      login.init("imap://localhost", null, "imap://localhost", ${JSON.stringify(address)}, ${JSON.stringify(password)}, "", "");
      await Services.logins.addLoginAsync(login);`);
    await discover();
    await same(messages);
  });

  it("what is done in it is done on the server: marks, stars, a move, a removal, a folder, a new message", async () => {
    writeFileSync(at("new.eml"), content("from-thunderbird"));
    await run(`
      const inbox = find("INBOX"), target = find("Œdème");
      const all = headers(inbox);
      inbox.markMessagesRead(all.slice(0, 4), true);
      inbox.markMessagesFlagged(all.slice(2, 6), true);
      await copied((listener) => MailServices.copy.copyMessages(inbox, all.slice(6, 9), target, true, listener, null, false));
      await copied((listener) => inbox.deleteMessages(all.slice(9, 12), null, true, false, listener, false));
      await url((listener) => inbox.compact(listener, null));
      inbox.createSubfolder("Créé ici", null);`);
    await eventually(async () => (await run<string[]>("return server.rootFolder.descendants.map((folder) => folder.name);")).includes("Créé ici"), patience);
    await run(`
      const file = Cc["@mozilla.org/file/local;1"].createInstance(Ci.nsIFile);
      file.initWithPath(${JSON.stringify(at("new.eml"))});
      await copied((listener) => MailServices.copy.copyFileMessage(file, find("Créé ici"), null, false, 0, "", listener, null));`);
    await same(messages - 3 + 1);
    const server = await onServer();
    assert.ok(
      server.some((line) => line.startsWith("INBOX/Créé ici from-thunderbird")),
      server.join("\n"),
    );
    assert.equal(server.filter((line) => line.startsWith("Patients/Été 2026/Œdème ")).length, messages / tree.length + 3);
    assert.equal(server.filter((line) => line.startsWith("INBOX ") && line.includes(" F")).length, 4);
  });

  it("over a restart of the server, what others did comes in", async () => {
    await program.stop();
    program = await startProgram({ data: at("data") });
    const client = await open();
    const lock = await client.getMailboxLock("Résultats & suites");
    await client.messageFlagsAdd("1:5", ["\\Flagged"]);
    await client.messageFlagsRemove("6:20", ["\\Seen"]);
    await client.messageMove("1:2", "病歴");
    await client.messageDelete("3:4");
    lock.release();
    for (let i = 0; i < 5; i++) await client.append("Patients", content(`later${i}`));
    await client.logout();
    await run(`server.closeCachedConnections(); server.port = ${place().port};`);
    await same(messages - 3 + 1 - 2 + 5);
  });

  it("over a restart of its own, it holds the same and needs no password again", async () => {
    await thunderbird?.stop();
    thunderbird = undefined;
    makeProfile(at("profile"), place());
    thunderbird = await startThunderbird(at("profile"));
    await same(messages - 3 + 1 - 2 + 5);
  });
});
