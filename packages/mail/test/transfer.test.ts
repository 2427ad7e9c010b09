// The pure parts of a transfer: its table of steps, the frames on the wire, the code that officers compare.
import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { describe, it } from "node:test";
import { codeOf, fingerprintOf, makeStreamKey } from "../src/transfer/keys.ts";
import { isOver, type Role, ruleOf, type Step, standingOf } from "../src/transfer/steps.ts";
import { parseInvitation, readFrames, writeFrame, writeInvitation } from "../src/transfer/wire.ts";

const steps: readonly Step[] = ["accept", "confirm", "close", "freeze", "switch", "receive", "withdraw", "cancel"];
const roles: readonly Role[] = ["source", "target"];

describe("a transfer", () => {
  it("never leads back after the switch, and at no moment leaves both ends open once the source closes", () => {
    for (const role of roles)
      for (const step of steps) {
        const rule = ruleOf(role, step);
        assert.ok(!rule?.from.some(isOver), `${role} ${step}`);
        if (rule?.from.includes("switched")) assert.equal(rule.to, "withdrawn");
      }
    for (const state of ["closing", "closed", "switched", "withdrawn"] as const) assert.notEqual(standingOf({ role: "source", state }), "open");
    for (const state of ["announced", "accepted", "copying"] as const) {
      assert.equal(standingOf({ role: "source", state }), "open");
      assert.equal(standingOf({ role: "target", state }), "moving");
    }
    assert.equal(standingOf({ role: "target", state: "received" }), "open");
  });

  it("reads frames however they are cut, and refuses an answer that ends before its end or is too long", async () => {
    const whole = Buffer.concat([...writeFrame({ n: 1 }, Buffer.alloc(3000, 7)), ...writeFrame({ é: "à" })]);
    for (const size of [1, 7, 1000, whole.length]) {
      const chunks = Array.from({ length: Math.ceil(whole.length / size) }, (_, i) => whole.subarray(i * size, (i + 1) * size));
      const frames: unknown[] = [];
      for await (const { head, bytes } of readFrames(Readable.from(chunks))) frames.push([head, bytes.length]);
      assert.deepEqual(frames, [
        [{ n: 1 }, 3000],
        [{ é: "à" }, 0],
      ]);
    }
    const read = async (bytes: Buffer): Promise<void> => {
      for await (const _ of readFrames(Readable.from([bytes])));
    };
    await assert.rejects(read(whole.subarray(0, whole.length - 1)), /cut/);
    await assert.rejects(read(Buffer.alloc(8, 255)), /longer/);
  });

  it("shows another code for any other key, and takes no other text for an invitation", async () => {
    const [one, other] = await Promise.all([makeStreamKey("a", Date.now()), makeStreamKey("a", Date.now())]);
    const [a, b] = [fingerprintOf(one.certificate), fingerprintOf(other.certificate)];
    assert.match(codeOf("t", a, b), /^[A-Z2-9]{4}(-[A-Z2-9]{4}){3}$/);
    assert.equal(new Set([codeOf("t", a, b), codeOf("t", b, a), codeOf("u", a, b), codeOf("t", a, a)]).size, 4);
    const invitation = { id: "01a203a5-ef88-73a4-a4ab-1774eadfee9e", domain: "a.test", place: "h:1", fingerprint: a, secret: "s".repeat(43) };
    assert.deepEqual(parseInvitation(`${writeInvitation(invitation)}\n`), { format: "cercle-transfer-1", ...invitation });
    for (const text of ["", "x", writeInvitation({ ...invitation, place: "http://h" }), writeInvitation({ ...invitation, secret: "" })])
      assert.equal(parseInvitation(text), undefined);
  });
});
