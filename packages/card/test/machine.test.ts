import assert from "node:assert/strict";
import { constants, createHash, createPrivateKey, createPublicKey, publicEncrypt, verify, X509Certificate } from "node:crypto";
import { before, describe, it } from "node:test";
import fc from "fast-check";
import { createCard } from "../src/machine.ts";
import { finishSha256 } from "../src/sha256.ts";
import { bytes, hex, toHex, utf8 } from "../src/tlv.ts";
import { checkManyCommands } from "./hostile.ts";
import { makeSample } from "./sample.ts";

type Sample = Awaited<ReturnType<typeof makeSample>>;

/** The state of SHA-256 after whole blocks, by a plain second implementation: node's own on the padded rest cannot give it. */
const ok = "9000";

describe("the card machine", () => {
  let sample: Sample;
  before(async () => {
    sample = await makeSample();
  });
  const open = () => {
    const card = createCard(sample.image);
    const send = (text: string, data: Uint8Array = new Uint8Array()): { status: string; data: Uint8Array } => {
      let answer = card.transmit(bytes(hex(text), data));
      let all = answer.subarray(0, -2);
      while (answer.at(-2) === 0x61) {
        answer = card.transmit(hex(`00C00000${toHex(answer.subarray(-1))}`));
        all = bytes(all, answer.subarray(0, -2));
      }
      return { status: toHex(answer.subarray(-2)), data: all };
    };
    const pin = (code = "1234") => send("0020000104", utf8(code)).status;
    return { card, send, pin };
  };

  it("hashes as FIPS 180-4, whole or from a state", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (data) => {
        assert.equal(toHex(finishSha256(data)), createHash("sha256").update(data).digest("hex"));
      }),
    );
  });

  it("asks for the code before each key and each protected file, and forgets it at reset", () => {
    const { card, send, pin } = open();
    assert.equal(send("002241A406840182800102").status, ok);
    assert.equal(send("0088000004", utf8("abcd")).status, "6982");
    assert.equal(send("00A4090408", hex("3F000001D0063F00").subarray(0, 8)).status, "6a82");
    assert.equal(send("00A4090C06", hex("3F000001D006")).status, ok);
    assert.equal(send("00B0000010").status, "6982");
    assert.equal(pin(), ok);
    assert.equal(send("00B0000010").status, ok);
    assert.equal(send("0088000004", utf8("abcd")).data.length, 256);
    card.reset();
    assert.equal(send("00A4090C06", hex("3F000001D006")).status, ok);
    assert.equal(send("00B0000010").status, "6982");
  });

  it("counts tries across resets, blocks at three, unblocks with the unblocking code, which blocks at five", () => {
    const { card, send, pin } = open();
    assert.equal(pin("0000"), "63c2");
    card.reset();
    assert.equal(pin("0001"), "63c1");
    assert.equal(pin("1234"), ok);
    for (const expected of ["63c2", "63c1", "6983", "6983"]) assert.equal(pin("9999"), expected);
    assert.equal(pin("1234"), "6983");
    assert.equal(send("002C020104", utf8("5555")).status, "6982");
    assert.equal(send("002C00010C", utf8("000000005555")).status, "63c4");
    assert.equal(send("0020000208", utf8("12345678")).status, ok);
    assert.equal(send("002C020104", utf8("5555")).status, ok);
    assert.equal(send("002C020104", utf8("6666")).status, "6982", "one presentation unblocks once");
    assert.equal(pin("5555"), ok);
    assert.equal(send("0024000108", utf8("55557777")).status, ok);
    assert.equal(pin("5555"), "63c2");
    assert.equal(pin("7777"), ok);
    for (const expected of ["63c4", "63c3", "63c2", "63c1", "6983"]) assert.equal(send("0020000208", utf8("00000000")).status, expected);
    assert.equal(send("0020000208", utf8("12345678")).status, "6983");
  });

  it("refuses a badly shaped change without a try, and a code that is no code", () => {
    const { card, send, pin } = open();
    assert.equal(send("0024000108", utf8("1234abcd")).status, "6a80");
    assert.equal(send("0020000103", utf8("123")).status, "6a80");
    assert.equal(card.codes.pin.tries, 3);
    assert.equal(pin(), ok);
  });

  it("signs what it hashed itself, once a hash, and only with the signature key", () => {
    const { send, pin } = open();
    const message = utf8("ordonnance");
    pin();
    assert.equal(send("002241AA03800140").status, ok);
    assert.equal(send("002241B606840181800142").status, ok);
    assert.equal(send("002241B606840182800142").status, "6985", "the authentication key signs no hash");
    const block = bytes([0x90, 0x00, 0x80, message.length], message);
    assert.equal(send(`002A90A0${toHex(Uint8Array.of(block.length))}`, block).status, ok);
    const signed = send("002A9E9A00");
    assert.equal(signed.status, ok);
    const key = new X509Certificate(sample.certificates.signature).publicKey;
    assert.ok(verify("sha256", message, key, signed.data));
    assert.equal(send("002A9E9A00").status, "6985");
  });

  it("deciphers with the authentication key, by command chaining", () => {
    const { send, pin } = open();
    const key = createPublicKey({ key: Buffer.from(sample.keys.authentication.publicKey), format: "der", type: "spki" });
    const cipher = publicEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, Buffer.from("clé"));
    pin();
    assert.equal(send("002241B80684018180011A").status, "6985", "the signature key deciphers nothing");
    assert.equal(send("002241B80684018280011A").status, ok);
    const whole = bytes([0x81], cipher);
    assert.equal(send("102A8086FF", whole.subarray(0, 255)).status, ok);
    const opened = send("002A808602", whole.subarray(255));
    assert.equal(Buffer.from(opened.data).toString(), "clé");
    assert.equal(send("102A8086FF", whole.subarray(0, 255)).status, ok);
    assert.equal(send("0084000008").status, "6883", "a chain broken by another command is told");
  });

  it("updates CPS_DATA alone, after the code", () => {
    const { send, pin } = open();
    assert.equal(send("00A4090C06", hex("3F000001D005")).status, ok);
    assert.equal(send("00D6000003", utf8("abc")).status, "6982");
    pin();
    assert.equal(send("00D6000003", utf8("abc")).status, ok);
    assert.equal(Buffer.from(send("00B0000003").data).toString(), "abc");
    assert.equal(send("00D600FF03", utf8("abc")).status, "6b00");
    assert.equal(send("00A4090C06", hex("3F000001A001")).status, ok);
    assert.equal(send("00D6000003", utf8("abc")).status, "6982");
  });

  it("never crashes, passes a code or leaks a key on random, truncated and altered commands", () => {
    const jwk = createPrivateKey({ key: Buffer.from(sample.keys.signature.pkcs8), format: "der", type: "pkcs8" }).export({ format: "jwk" });
    assert.equal(typeof jwk.d, "string");
    checkManyCommands(sample, Number(process.env.SOAK_COMMANDS ?? 5000));
  });
});
