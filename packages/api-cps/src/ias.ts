// The card's own language: what each operation is in commands (IAS/ECC 1.0.1, PKCS#15, as the CPS3 speaks them).
import { type Answer, apdu, type Exchange, raw, transmit } from "./apdu.ts";
import { CpsError, wrongPin } from "./errors.ts";
import { beginSha256 } from "./sha256.ts";
import { findTlv, readTlvs, text, toHex } from "./tlv.ts";
import type { CardOperations, KeyUse } from "./transport.ts";

const application = "3f000001";
const keyReference: Readonly<Record<KeyUse, number>> = { signature: 0x81, authentication: 0x82 };
const identifierEnd: Readonly<Record<KeyUse, number>> = { signature: 0x01, authentication: 0x02 };

/** Answer to reset of a CPS3 in contact mode; the last historical bytes may vary. */
export function isCps(answerToReset: string): boolean {
  return /^3bac00402a001225006480000310/i.test(answerToReset);
}

/** The operations of one card, over one exchange function. What does not change while the card is in is read once. */
export function createOperations(exchange: Exchange): CardOperations {
  const files = new Map<string, Uint8Array>();
  const send = (command: Uint8Array): Promise<Answer> => transmit(exchange, command);
  const expect = async (command: Uint8Array, name: string): Promise<Uint8Array> => {
    const { status, data } = await send(command);
    if (status === 0x9000 || status === 0x6282) return data;
    if (status === 0x6982) throw new CpsError("pin-required");
    throw new CpsError("card-failed", { status: status.toString(16), command: name });
  };

  const readFile = async (path: string, keep = true): Promise<Uint8Array> => {
    const known = files.get(path);
    if (known) return known;
    const fci = await expect(apdu("00a40904", Buffer.from(path, "hex")), "SELECT");
    const size = Buffer.from(findTlv(fci, 0x62, 0x80) ?? []).readUIntBE(0, 2);
    const parts: Uint8Array[] = [];
    for (let at = 0; at < size; ) {
      const part = await expect(Uint8Array.of(0x00, 0xb0, at >> 8, at & 0xff, Math.min(256, size - at) & 0xff), "READ BINARY");
      if (part.length === 0) break;
      parts.push(part);
      at += part.length;
    }
    const content = Buffer.concat(parts);
    if (keep) files.set(path, content);
    return content;
  };

  /** The path written in a directory entry: in the type attributes (A1), a sequence, an octet string. */
  const pathOf = (entry: Uint8Array): string => toHex(findTlv(entry, 0xa1, 0x30, 0x30, 0x04) ?? findTlv(entry, 0xa1, 0x30, 0x04) ?? new Uint8Array());
  const directory = async (tag: number): Promise<readonly Uint8Array[]> => {
    const path = findTlv(await readFile(`${application}5031`), tag, 0x30, 0x04);
    if (!path) throw new CpsError("no-object", { label: tag.toString(16) });
    return readTlvs(await readFile(toHex(path))).map((entry) => entry.value);
  };
  const dataEntries = async (): Promise<readonly { label: string; path: string }[]> =>
    (await directory(0xa7)).map((entry) => ({ label: text(findTlv(entry, 0x30, 0x0c)), path: pathOf(entry) }));

  const present = async (command: Uint8Array): Promise<void> => {
    const { status } = await send(command);
    if (status === 0x9000) return;
    if (status >> 4 === 0x63c) throw wrongPin(status & 0x0f);
    if (status === 0x6983) throw wrongPin(0);
    throw new CpsError("card-failed", { status: status.toString(16), command: "VERIFY" });
  };

  const digits = (code: string, length: number): Uint8Array => {
    if (code.length !== length || !/^\d+$/.test(code)) throw new CpsError("bad-pin");
    return Buffer.from(code, "latin1");
  };

  return {
    async token() {
      const info = findTlv(await readFile(`${application}5032`), 0x30);
      if (!info) throw new CpsError("no-object", { label: "TokenInfo" });
      return { label: text(findTlv(info, 0x80)), manufacturer: text(findTlv(info, 0x0c)), serial: toHex(findTlv(info, 0x04) ?? new Uint8Array()) };
    },
    dataLabels: async () => (await dataEntries()).map((entry) => entry.label),
    async readData(label) {
      const entry = (await dataEntries()).find((one) => one.label === label);
      if (!entry) throw new CpsError("no-object", { label });
      // Protected and updatable data is never kept in this process.
      return readFile(entry.path, false);
    },
    async certificate(use) {
      const entry = (await directory(0xa4)).find((one) => certificateEnd(one) === identifierEnd[use]);
      if (!entry) throw new CpsError("no-object", { label: use });
      return readFile(pathOf(entry));
    },
    async triesLeft() {
      const { status } = await send(raw("0020000100"));
      if (status === 0x6983) return 0;
      if (status >> 4 === 0x63c) return status & 0x0f;
      if (status !== 0x9000) throw new CpsError("card-failed", { status: status.toString(16), command: "VERIFY" });
      // Verified already: the counter is in the code's own object.
      const object = await expect(apdu("00cb3fff", raw("4d087006bf810102a080")), "GET DATA");
      return findTlv(object, 0x70, 0xbf8101, 0xa0, 0x9b)?.[0] ?? 3;
    },
    verifyPin: (pin) => present(apdu("00200001", digits(pin, 4))),
    changePin: (pin, next) => present(apdu("00240001", Buffer.concat([digits(pin, 4), digits(next, 4)]))),
    async unblock(puk, next) {
      const code = digits(next, 4);
      await present(apdu("00200002", digits(puk, 8))).catch((error: unknown) => {
        throw error instanceof CpsError && error.code === "pin-blocked" ? new CpsError("puk-blocked") : error;
      });
      await expect(apdu("002c0201", code), "RESET RETRY COUNTER");
    },
    sign: (use, content) => (use === "signature" ? signHashed(expect, content) : authenticate(expect, content)),
    async decipher(cryptogram) {
      await expect(raw("002241b80684018280011a"), "MSE SET");
      const block = Buffer.concat([Uint8Array.of(0x81), cryptogram]);
      await expect(apdu("102a8086", block.subarray(0, 255)), "PSO DECIPHER");
      return expect(apdu("002a8086", block.subarray(255)), "PSO DECIPHER");
    },
    async random(count) {
      const parts: Uint8Array[] = [];
      for (let left = count; left > 0; left -= 8) parts.push(await expect(raw("0084000008"), "GET CHALLENGE"));
      return Buffer.concat(parts).subarray(0, count);
    },
  };
}

/** The last byte of a certificate entry's identifier: the class attributes are its second sequence. */
function certificateEnd(entry: Uint8Array): number | undefined {
  const classAttributes = readTlvs(entry).filter((one) => one.tag === 0x30)[1];
  return classAttributes && findTlv(classAttributes.value, 0x04)?.at(-1);
}

type Expect = (command: Uint8Array, name: string) => Promise<Uint8Array>;

/** The signature key signs a hash that the card ended itself. */
async function signHashed(expect: Expect, content: Uint8Array): Promise<Uint8Array> {
  const { begun, last } = beginSha256(content);
  await expect(raw("002241aa03800140"), "MSE SET");
  await expect(raw("002241b606840181800142"), "MSE SET");
  const count = Buffer.alloc(8);
  count.writeBigUInt64BE(begun?.bits ?? 0n);
  const state = begun ? Buffer.concat([raw("9028"), begun.state, count]) : raw("9000");
  await expect(apdu("002a90a0", Buffer.concat([state, Uint8Array.of(0x80, last.length), last])), "PSO HASH");
  return expect(raw("002a9e9a00"), "PSO CDS");
}

const digestInfo = raw("3031300d060960864801650304020105000420");

/** The authentication key signs a digest made here. */
async function authenticate(expect: Expect, content: Uint8Array): Promise<Uint8Array> {
  const { createHash } = await import("node:crypto");
  await expect(apdu("002241a4", Uint8Array.of(0x84, 0x01, keyReference.authentication, 0x80, 0x01, 0x02)), "MSE SET");
  return expect(apdu("00880000", Buffer.concat([digestInfo, createHash("sha256").update(content).digest()])), "INTERNAL AUTHENTICATE");
}
