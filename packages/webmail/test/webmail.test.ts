// The pure parts, and what the store keeps once.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { realClock } from "@cercle/kernel";
import { renderHtml } from "@cercle/pages";
import { openTestStore, type TestStore, testEngines } from "@cercle/testkit";
import { cleanName, judgeFiles, kindOf } from "../src/attachments.ts";
import { gatherConversations, type Listed } from "../src/conversations.ts";
import { webmailMigrations } from "../src/index.ts";
import { answerTo, buildLetter, emptyLetter, readAddresses } from "../src/letter.ts";
import { readMessage } from "../src/reading.ts";
import { showHtml } from "../src/safe-html.ts";
import { createSessions } from "../src/sessions.ts";

const shown = (text: string): string => renderHtml(showHtml(text, { picture: (alt) => alt }).body);

describe("HTML of a message", () => {
  it("keeps words and drops whatever runs, loads or leads astray", () => {
    for (const hostile of [
      "<script>alert(1)</script>",
      "<img src=x onerror=alert(1)>",
      "<svg><script>alert(1)</script></svg>",
      '<a href="javascript:alert(1)">x</a>',
      '<a href="  java\tscript:alert(1)">x</a>',
      '<a href="data:text/html,<script>alert(1)</script>">x</a>',
      '<a href="http://clair.example">x</a>',
      '<p onclick="alert(1)" style="background:url(http://t.example)" id="main" class="btn">x</p>',
      "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
      "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
      '<form action="https://t.example"><input name="a"><button>ok</button></form>',
      '<iframe srcdoc="<script>alert(1)</script>"></iframe><object data="x"></object><embed src="x">',
      '<base href="https://t.example"><meta http-equiv="refresh" content="0;url=https://t.example"><link rel="stylesheet" href="https://t.example">',
      "<xmp><img src=x onerror=alert(1)></xmp><plaintext><script>alert(1)</script>",
      "<a href='//t.example'>x</a>",
    ]) {
      const html = shown(`avant ${hostile} après`);
      // Tags that stand in the result, and their attributes: those of the table alone.
      for (const [tag] of html.matchAll(/<[^>]*>/g))
        assert.match(tag, /^<\/?(p|div|br|hr|strong|em|u|s|sub|sup|code|pre|blockquote|ul|ol|li|dl|dt|dd|span|span class="soft( small)?")>$/, hostile);
    }
    assert.match(
      shown('<a href="https://h.example/a?b=1&c=2">x</a>'),
      /^<a href="https:\/\/h\.example\/a\?b=1&#38;c=2" rel="noopener noreferrer nofollow" target="_blank">x<\/a>/,
    );
    assert.equal(shown("<p>a<b>b</b></p>"), "<p>a<strong>b</strong></p>");
  });
  it("is bounded, whatever the depth and number of elements", () => {
    assert.ok(shown("<div>".repeat(30_000)).length < 100_000);
    assert.ok(shown("<p>x".repeat(100_000)).length < 3_000_000);
  });
});

describe("attachments", () => {
  const file = (name: string, start = "x"): { name: string; type: string; bytes: Uint8Array } => ({
    name,
    type: "image/png",
    bytes: Buffer.from(start, "latin1"),
  });
  it("are told by the end of their name and their first bytes, not by what anybody says they are", () => {
    for (const [name, start, kind] of [
      ["ihe_xdm.ZIP", "PK", "xdm"],
      ["a.pdf", "%PDF", "pdf"],
      ["a.pdf", "MZ\x90\x00", "program"],
      ["photo.jpg.exe", "x", "program"],
      ["image.png", "\x7fELF", "program"],
      ["script.txt", "#!/bin/sh", "program"],
      ["page.html", "<", "program"],
      ["logo.SVG", "<", "program"],
      ["a.docx", "PK", "office"],
      ["sans", "x", "other"],
    ] as const)
      assert.equal(kindOf(file(name, start)), kind, name);
    assert.equal(cleanName("../../etc/passwd", 1), "passwd");
    assert.equal(cleanName("C:\\x\\a\u202Efdp.exe", 1), "a_fdp.exe");
    assert.equal(cleanName("", 3), "piece-3");
    assert.equal(cleanName('a\r\nb"c.pdf', 1), "a__b_c.pdf");
  });
  it("are refused when too many, too large together, empty, or a program", () => {
    assert.equal(judgeFiles([file("a.pdf")]), undefined);
    assert.equal(judgeFiles(Array.from({ length: 21 }, () => file("a.pdf")))?.problem, "too-many");
    assert.equal(judgeFiles([0, 1].map(() => ({ ...file("a.pdf"), bytes: new Uint8Array(11 * 1024 * 1024) })))?.problem, "too-large");
    assert.deepEqual(judgeFiles([file("a.pdf"), file("b.exe")]), { problem: "program", name: "b.exe" });
    assert.equal(judgeFiles([file("a.pdf", "")])?.problem, "empty");
  });
});

describe("conversations", () => {
  const one = (uid: number, messageId: string, inReplyTo?: string): Listed => ({
    uid,
    seen: uid % 2 === 0,
    flagged: false,
    answered: false,
    receiptSettled: false,
    subject: "s",
    who: "w",
    at: uid,
    size: 1,
    messageId,
    inReplyTo,
  });
  it("follow answers, to what is not there too, and circles end", () => {
    const groups = gatherConversations([
      one(1, "<a>"),
      one(2, "<b>", "<a>"),
      one(3, "<c>"),
      one(4, "<d>", "<gone>"),
      one(5, "<e>", "<gone>"),
      one(6, "<f>", "<b>"),
    ]);
    assert.deepEqual(
      groups.map(({ messages }) => messages.map(({ uid }) => uid)),
      [[6, 2, 1], [5, 4], [3]],
    );
    assert.deepEqual(groups[0]?.unseen, 1);
    assert.equal(gatherConversations([one(1, "<a>", "<b>"), one(2, "<b>", "<a>")]).length, 1);
    assert.equal(gatherConversations([one(1, "<a>", "<a>")]).length, 1);
  });
});

describe("a letter", () => {
  it("reads addresses, answers with the text quoted, and never takes a header from the form", async () => {
    assert.deepEqual(readAddresses("a@b.fr, c@d.fr;\n a@b.fr"), ["a@b.fr", "c@d.fr"]);
    assert.equal(readAddresses("a@b.fr, pas une adresse"), undefined);
    const original = await buildLetter(
      { ...emptyLetter, to: "b@b.fr", subject: "Épreuve", text: "un\ndeux", receipt: "1" },
      { address: "a@a.fr", name: "Zoé" },
    );
    const reading = await readMessage(original);
    assert.equal(reading.receiptTo, "a@a.fr");
    const answer = answerTo(reading, { all: true, own: "b@b.fr", wrote: "Zoé :" });
    assert.deepEqual([answer.to, answer.cc, answer.subject, answer.in_reply_to], ["a@a.fr", "", "Re: Épreuve", reading.messageId]);
    assert.match(answer.text, /> un\n> deux\n$/);
    const raw = (
      await buildLetter({ ...answer, subject: "x\r\nBcc: voleur@t.fr", in_reply_to: "<x>\r\nBcc: v@t.fr" }, { address: "b@b.fr", name: "x\r\nBcc: v@t.fr" })
    ).toString();
    assert.doesNotMatch(raw.split("\r\n\r\n")[0] ?? "", /^Bcc:/im);
  });
});

for (const engine of testEngines)
  describe(`sessions of the webmail (${engine})`, () => {
    let store: TestStore;
    const seal = { seal: (plain: Uint8Array) => plain, unseal: (sealed: Uint8Array) => sealed };
    before(async () => {
      store = await openTestStore({ engine, rooms: [webmailMigrations] });
    });
    after(() => store?.close());
    it("a request is taken once, in the browser that began it, also by eight at once; a session ends when it is ended", async () => {
      const sessions = createSessions({ store: store.store, seal, real: realClock });
      const browser = await sessions.begin("state", { nonce: "n", verifier: "v" });
      assert.equal(await sessions.take("state", "another"), undefined);
      const taken = await Promise.all(Array.from({ length: 8 }, () => sessions.take("state", browser)));
      assert.equal(taken.filter(Boolean).length, 1);
      const secret = await sessions.open({ person: "1", name: "n", idToken: "t" });
      assert.equal((await sessions.find(secret))?.person, "1");
      assert.equal(await sessions.find("another"), undefined);
      await sessions.end(secret);
      assert.equal(await sessions.find(secret), undefined);
      const other = await sessions.open({ person: "1", name: "n", idToken: "t" });
      await sessions.endPerson("1");
      assert.equal(await sessions.find(other), undefined);
    });
  });
