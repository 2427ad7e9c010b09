// The commands of the card, by instruction byte: one row each (ISO 7816-4 §11, IAS/ECC 1.0.1 §6).
import { authenticate, computeSignature, decipher, finishHash, setEnvironment } from "./cryptography.ts";
import { type Access, buildFci, findApplication, findFile } from "./file-system.ts";
import { type Answer, type Apdu, contentOf, findByIdentifier, findByShortIdentifier, type Inside } from "./inside.ts";
import { getData } from "./sdo.ts";
import { type CodeName, codeLength, isCode, present, replaceCode } from "./secrets.ts";

export type Instruction = {
  readonly name: string;
  /** Accepts CLA 10 (command chaining). */
  readonly chains?: boolean;
  run(inside: Inside, apdu: Apdu): Answer;
};

const done: Answer = { status: 0x9000 };
const no = (status: number): Answer => ({ status });

export const instructions: ReadonlyMap<number, Instruction> = new Map<number, Instruction>([
  [0x20, { name: "VERIFY", run: verify }],
  [0x22, { name: "MANAGE SECURITY ENVIRONMENT", run: setEnvironment }],
  [0x24, { name: "CHANGE REFERENCE DATA", run: change }],
  [0x2a, { name: "PERFORM SECURITY OPERATION", chains: true, run: operate }],
  [0x2c, { name: "RESET RETRY COUNTER", run: unblock }],
  [0x84, { name: "GET CHALLENGE", run: ({ image }, { expected }) => (expected > 0 ? { data: image.random(expected), status: 0x9000 } : no(0x6700)) }],
  [0x88, { name: "INTERNAL AUTHENTICATE", run: (inside, apdu) => (apdu.p1 === 0 && apdu.p2 === 0 ? authenticate(inside, apdu.data) : no(0x6a86)) }],
  [0xa4, { name: "SELECT", run: select }],
  [0xb0, { name: "READ BINARY", run: read }],
  [0xcb, { name: "GET DATA", run: data }],
  [0xd6, { name: "UPDATE BINARY", run: update }],
]);

function select(inside: Inside, { p1, p2, data }: Apdu): Answer {
  const { root } = inside.image;
  const ways: Readonly<Record<number, () => ReturnType<typeof findFile>>> = {
    0: () => (data.length === 2 ? findByIdentifier(inside, data) : undefined),
    2: () => (data.length === 2 ? findByIdentifier(inside, data) : undefined),
    // The real card refuses an AID with P2=00 (6A86).
    4: () => findApplication(root, data),
    8: () => (data.length >= 2 && data.length % 2 === 0 ? findFile(root, data) : undefined),
    // Absolute paths that begin with the master file: the CPx way.
    9: () => (data.length >= 2 && data.length % 2 === 0 && data[0] === 0x3f && data[1] === 0x00 ? findFile(root, data.subarray(2)) : undefined),
  };
  const way = ways[p1];
  if (!way || (p2 !== 0x00 && p2 !== 0x04 && p2 !== 0x0c) || (p1 === 4 && p2 === 0x00)) return no(0x6a86);
  const found = way();
  if (!found) return no(0x6a82);
  inside.session.selected = found;
  return p2 === 0x0c ? done : { data: buildFci(found), status: 0x9000 };
}

const allowed = (inside: Inside, access: Access): boolean => access === "always" || (access === "pin" && inside.session.pinVerified);

function target(inside: Inside, p1: number, p2: number): { file: ReturnType<typeof findFile>; offset: number } {
  // ISO 7816-4 §11.3.2: bit 8 of P1 names a short file identifier.
  if ((p1 & 0x80) !== 0) return { file: findByShortIdentifier(inside, p1 & 0x1f), offset: p2 };
  return { file: inside.session.selected, offset: (p1 << 8) | p2 };
}

function read(inside: Inside, { p1, p2, data: sent, expected }: Apdu): Answer {
  if (sent.length > 0 || expected === 0) return no(0x6700);
  const { file, offset } = target(inside, p1, p2);
  if (!file) return no(0x6a82);
  if (file.kind === "folder") return no(0x6986);
  if (!allowed(inside, file.read)) return no(0x6982);
  const content = contentOf(inside, file) ?? new Uint8Array();
  if (offset > content.length) return no(0x6b00);
  const part = content.subarray(offset, offset + expected);
  return { data: part, status: part.length < expected && expected !== 256 ? 0x6282 : 0x9000 };
}

function update(inside: Inside, { p1, p2, data: sent }: Apdu): Answer {
  const { file, offset } = target(inside, p1, p2);
  if (!file) return no(0x6a82);
  if (file.kind === "folder") return no(0x6986);
  if (!allowed(inside, file.update)) return no(0x6982);
  const content = contentOf(inside, file) ?? new Uint8Array();
  if (sent.length === 0 || offset + sent.length > content.length) return no(0x6b00);
  const next = Uint8Array.from(content);
  next.set(sent, offset);
  inside.written.set(file.fid, next);
  return done;
}

function data(inside: Inside, { p1, p2, data: request }: Apdu): Answer {
  if (p1 !== 0x3f || p2 !== 0xff) return no(0x6a86);
  const found = getData(request, inside.codes);
  return typeof found === "number" ? no(found) : { data: found, status: 0x9000 };
}

const codeNames: Readonly<Record<number, CodeName>> = { 1: "pin", 2: "puk" };

const refused = (tries: number): Answer => no(tries > 0 ? 0x63c0 | tries : 0x6983);

function setVerified(inside: Inside, name: CodeName, verified: boolean): void {
  if (name === "pin") inside.session.pinVerified = verified;
  else inside.session.pukVerified = verified;
}

/** Presents a code and answers whether it was right; a wrong one withdraws what was verified. */
function check(inside: Inside, name: CodeName, presented: Uint8Array): Answer | undefined {
  if (inside.codes[name].tries <= 0) {
    setVerified(inside, name, false);
    return no(0x6983);
  }
  if (!isCode(name, presented)) return no(0x6a80);
  const { codes, right } = present(inside.codes, name, presented);
  inside.codes = codes;
  setVerified(inside, name, right);
  return right ? undefined : refused(codes[name].tries);
}

function verify(inside: Inside, { p1, p2, data: presented }: Apdu): Answer {
  const name = p1 === 0 ? codeNames[p2] : undefined;
  if (!name) return no(p1 === 0 ? 0x6a88 : 0x6a86);
  if (presented.length === 0) {
    const verified = name === "pin" ? inside.session.pinVerified : inside.session.pukVerified;
    return verified ? done : refused(inside.codes[name].tries);
  }
  return check(inside, name, presented) ?? done;
}

function change(inside: Inside, { p1, p2, data: sent }: Apdu): Answer {
  const name = p1 === 0 ? codeNames[p2] : undefined;
  if (name !== "pin") return no(p1 === 0 ? 0x6a88 : 0x6a86);
  const length = codeLength[name];
  const next = sent.subarray(length);
  // The new code's shape is looked at first: a badly shaped change costs no try.
  if (sent.length !== 2 * length || !isCode(name, next)) return no(0x6a80);
  const wrong = check(inside, name, sent.subarray(0, length));
  if (wrong) return wrong;
  inside.codes = replaceCode(inside.codes, name, next);
  // The new code is presented anew: OpenSC would otherwise take a login with the old one for verified.
  setVerified(inside, name, false);
  return done;
}

/** P1=02: new code, the unblocking code having been verified. P1=00: both together. */
function unblock(inside: Inside, { p1, p2, data: sent }: Apdu): Answer {
  if (p2 !== 0x01 || (p1 !== 0x00 && p1 !== 0x02)) return no(0x6a86);
  const next = p1 === 0x02 ? sent : sent.subarray(codeLength.puk);
  if (!isCode("pin", next)) return no(0x6a80);
  if (p1 === 0x00) {
    const wrong = check(inside, "puk", sent.subarray(0, codeLength.puk));
    if (wrong) return wrong;
  } else if (!inside.session.pukVerified) return no(0x6982);
  inside.codes = replaceCode(inside.codes, "pin", next);
  // One presentation of the unblocking code unblocks once.
  setVerified(inside, "puk", false);
  setVerified(inside, "pin", false);
  return done;
}

function operate(inside: Inside, { p1, p2, data: sent }: Apdu): Answer {
  const operations: Readonly<Record<number, () => Answer>> = {
    37024: () => finishHash(inside, sent),
    40602: () => computeSignature(inside, sent),
    32902: () => decipher(inside, sent),
  };
  return operations[(p1 << 8) | p2]?.() ?? no(0x6a86);
}
