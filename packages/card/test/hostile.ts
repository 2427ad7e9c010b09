// Commands that no honest program sends: random bytes, real commands cut or altered, in random order. Short in the tests,
// a million in `npm run soak card`.
import assert from "node:assert/strict";
import { createPrivateKey } from "node:crypto";
import fc from "fast-check";
import { createCard } from "../src/machine.ts";
import { hex } from "../src/tlv.ts";
import type { makeSample } from "./sample.ts";

const honest = [
  "00A40904063F0000015031",
  "00A4090C063F000001D006",
  "00A404040DE828BD080F8025000001FF0010",
  "00B0000000",
  "00B09C00C0",
  "00C0000000",
  "00CB3FFF0A4D087006BF810102A080",
  "00CB3FFF0A4D087006BF9002027F48",
  "0020000100",
  "002000010430303030",
  "00200001043132333500",
  "0024000108313233353132333",
  "002C02010434333231",
  "002C00010C303030303030303035353535",
  "002241A406840182800102",
  "002241B606840181800142",
  "002241AA03800140",
  "002241B80684018280011A",
  "0088000004DEADBEEF",
  "002A90A00490008000",
  "002A9E9A00",
  "102A808605810102030405",
  "002A808605810102030405",
  "0084000008",
  "00D6000003616263",
].map((text) => hex(text.length % 2 === 0 ? text : `${text}0`));

const command: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.uint8Array({ maxLength: 280 }),
  fc.constantFrom(...honest),
  fc.tuple(fc.constantFrom(...honest), fc.nat({ max: 20 })).map(([whole, keep]) => whole.subarray(0, keep)),
  fc.tuple(fc.constantFrom(...honest), fc.nat({ max: 20 }), fc.integer({ min: 0, max: 255 })).map(([whole, at, byte]) => {
    const altered = Uint8Array.from(whole);
    if (at < altered.length) altered[at] = byte;
    return altered;
  }),
  fc
    .tuple(fc.constantFrom(0x00, 0x10), fc.constantFrom(0x20, 0x24, 0x2a, 0x2c, 0x88, 0xa4, 0xb0, 0xcb, 0xd6), fc.uint8Array({ maxLength: 40 }))
    .map(([cla, ins, rest]) => Uint8Array.from([cla, ins, ...rest])),
);

const right = Buffer.from("1234");
const rightPuk = Buffer.from("12345678");

/** Runs `count` commands over sessions of 50 and asserts what must hold after each. */
export function checkManyCommands(sample: Awaited<ReturnType<typeof makeSample>>, count: number): void {
  const secrets = Object.values(sample.keys).flatMap(({ pkcs8 }) => {
    const jwk = createPrivateKey({ key: Buffer.from(pkcs8), format: "der", type: "pkcs8" }).export({ format: "jwk" });
    return [jwk.d, jwk.p, jwk.q, jwk.dp, jwk.dq, jwk.qi].map((part) => Buffer.from(part ?? "", "base64url").subarray(0, 16));
  });
  const guesses = (bytes: Uint8Array): boolean => Buffer.from(bytes).includes(right) || Buffer.from(bytes).includes(rightPuk);
  const session = fc.array(
    command.filter((bytes) => !guesses(bytes)),
    { minLength: 50, maxLength: 50 },
  );
  let privateUses = 0;
  const counted = (operation: (block: Uint8Array) => Uint8Array | undefined) => (block: Uint8Array) => {
    privateUses += 1;
    return operation(block);
  };
  const image = { ...sample.image, keys: { authentication: counted(sample.image.keys.authentication), signature: counted(sample.image.keys.signature) } };
  fc.assert(
    fc.property(session, (commands) => {
      const card = createCard(image);
      for (const bytes of commands) {
        const before = card.codes;
        const answer = Buffer.from(card.transmit(bytes));
        assert.ok(answer.length >= 2 && answer.length <= 258, `answer of ${answer.length} bytes`);
        assert.ok((answer.at(-2) ?? 0) >> 4 === 6 || (answer.at(-2) ?? 0) >> 4 === 9, "a status word");
        assert.ok(!secrets.some((secret) => answer.includes(secret)), "a part of a private key left the card");
        assert.equal(card.codes.pin.value, "1234", "the code was changed without being known");
        assert.ok(card.codes.pin.tries <= before.pin.tries && card.codes.puk.tries <= before.puk.tries, "tries came back");
      }
    }),
    { numRuns: Math.ceil(count / 50) },
  );
  assert.equal(privateUses, 0, "a private key was used without the code");
}
