import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { extractSection, type Part, parseAddresses, parseSection, parseStructure } from "../src/index.ts";

const parts = (part: Part): Part[] => [part, ...(part.parts ?? []).flatMap(parts), ...(part.message ? parts(part.message.part) : [])];

describe("structure of a message", () => {
  it("never throws, and every part lies inside its parent, whatever the bytes", () => {
    const piece = fc.constantFrom(
      "--b",
      "--b--",
      "--b\r\n",
      "Content-Type: multipart/mixed; boundary=b\r\n",
      "Content-Type: message/rfc822\r\n",
      "\r\n",
      "\r\n\r\n",
      "\n",
      "x",
      "é",
      "\0",
      "Subject: a\r\n b\r\n",
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 400 }).map(Buffer.from),
          fc.array(piece, { maxLength: 60 }).map((list) => Buffer.from(list.join(""))),
        ),
        (raw) => {
          const { part } = parseStructure(raw);
          for (const one of parts(part)) assert.ok(0 <= one.start && one.start <= one.body && one.body <= one.end && one.end <= raw.length);
          assert.deepEqual(extractSection(raw, part, parseSection("", undefined)), raw);
        },
      ),
      { numRuns: 500 },
    );
  });

  it("bounds ten thousand parts and deep nesting, in linear time", () => {
    const many = Buffer.from(`Content-Type: multipart/mixed; boundary=b\r\n\r\n${"--b\r\n\r\nx\r\n".repeat(10_000)}--b--\r\n`);
    assert.ok(parts(parseStructure(many).part).length <= 1001);
    const deep = Buffer.from(Array.from({ length: 500 }, (_, i) => `Content-Type: multipart/mixed; boundary=b${i}\r\n\r\n--b${i}\r\n`).join(""));
    assert.ok(parts(parseStructure(deep).part).length <= 30);
  });

  it("reads addresses as people write them", () => {
    assert.deepEqual(parseAddresses('"Durand, Paul" <p@a.example>, b@b.example (Bob), <c@c.example>, Équipe: d@d.example, e@e.example;'), [
      { name: "Durand, Paul", mailbox: "p", host: "a.example" },
      { name: "Bob", mailbox: "b", host: "b.example" },
      { mailbox: "c", host: "c.example" },
      { mailbox: "Équipe" },
      { mailbox: "d", host: "d.example" },
      { mailbox: "e", host: "e.example" },
      {},
    ]);
    fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => parseAddresses(text).length <= 1000));
  });
});
