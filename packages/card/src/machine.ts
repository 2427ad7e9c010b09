// The card: an APDU machine of the CPS3 (ISO 7816-4, IAS/ECC 1.0.1, transmission protocol T=0). Pure but for the two private
// keys, handed in as one function each: bytes in, bytes out, no clock, no network. What outlives a power cut is `codes` and
// the updatable files, which the caller keeps before it lets the answer out.
import type { Answer, Apdu, CardImage, Inside, Session } from "./inside.ts";
import { type Instruction, instructions } from "./instructions.ts";
import type { Codes } from "./secrets.ts";
import { bytes, hex } from "./tlv.ts";

export type CardMachine = {
  /** Answers one command; never throws, whatever the bytes. */
  transmit(command: Uint8Array): Uint8Array;
  /** Power off, on or reset: everything but the codes and files is forgotten. */
  reset(): void;
  readonly answerToReset: Uint8Array;
  readonly codes: Codes;
  /** Files written since the machine was made, by identifier. */
  readonly written: ReadonlyMap<number, Uint8Array>;
};

// A cryptogram is at most a padding octet and one modulus.
const longestChain = 257;

/** Puts a card on; it is as after a reset. `written` brings back what earlier sessions wrote. */
export function createCard(image: CardImage, written: ReadonlyMap<number, Uint8Array> = new Map()): CardMachine {
  const fresh = (): Session => ({
    selected: image.root,
    pinVerified: false,
    pukVerified: false,
    environment: {},
    digest: undefined,
    chain: undefined,
    pending: undefined,
  });
  const inside: Inside = { image, session: fresh(), codes: image.codes, written: new Map(written) };
  return {
    transmit: (command) => encode(answer(inside, command)),
    reset: () => {
      inside.session = fresh();
    },
    answerToReset: hex(image.answerToReset),
    get codes() {
      return inside.codes;
    },
    written: inside.written,
  };
}

function encode({ data, status }: Answer): Uint8Array {
  return bytes(data ?? [], [status >> 8, status & 0xff]);
}

/** Splits a short APDU (ISO 7816-3 §12.1.2); extended lengths are not of this card. */
function parse(command: Uint8Array): (Apdu & { cla: number; hasData: boolean }) | undefined {
  const [cla, ins, p1, p2, p3] = command;
  if (cla === undefined || ins === undefined || p1 === undefined || p2 === undefined) return undefined;
  const head = { cla, ins, p1, p2 };
  if (command.length <= 5) return { ...head, data: new Uint8Array(), expected: p3 === undefined ? 0 : p3 || 256, hasData: false };
  const length = p3 ?? 0;
  if (length === 0 || (command.length !== 5 + length && command.length !== 6 + length)) return undefined;
  return { ...head, data: command.subarray(5, 5 + length), expected: 0, hasData: true };
}

function answer(inside: Inside, command: Uint8Array): Answer {
  const { session } = inside;
  const apdu = parse(command);
  if (!apdu) return { status: 0x6700 };
  if (apdu.ins === 0xc0 && apdu.cla === 0x00) return getResponse(session, apdu.expected);
  session.pending = undefined;
  if (apdu.cla !== 0x00 && apdu.cla !== 0x10) return drop(session, 0x6e00);
  const instruction = instructions.get(apdu.ins);
  if (!instruction) return drop(session, 0x6d00);

  const header = (apdu.ins << 16) | (apdu.p1 << 8) | apdu.p2;
  if (session.chain && session.chain.header !== header) return drop(session, 0x6883);
  const data = bytes(session.chain?.data ?? [], apdu.data);
  session.chain = undefined;
  if (apdu.cla === 0x10) {
    if (!instruction.chains || !apdu.hasData) return { status: 0x6884 };
    if (data.length > longestChain) return { status: 0x6700 };
    session.chain = { header, data };
    return { status: 0x9000 };
  }
  return carry(inside, instruction, { ...apdu, data }, apdu.hasData);
}

function drop(session: Session, status: number): Answer {
  session.chain = undefined;
  return { status };
}

/** T=0: a command that brought data gets its answer by GET RESPONSE; one that only expects gets it at once. */
function carry(inside: Inside, instruction: Instruction, apdu: Apdu, broughtData: boolean): Answer {
  const result = instruction.run(inside, apdu);
  if (!result.data || result.data.length === 0) return { status: result.status };
  if (!broughtData) return result.data.length > apdu.expected ? { data: result.data.subarray(0, apdu.expected), status: 0x9000 } : result;
  inside.session.pending = result.data;
  return { status: 0x6100 | (result.data.length & 0xff) };
}

function getResponse(session: Session, expected: number): Answer {
  const pending = session.pending;
  session.pending = undefined;
  if (!pending) return { status: 0x6985 };
  const rest = pending.subarray(expected);
  if (rest.length > 0) session.pending = rest;
  return { data: pending.subarray(0, expected), status: rest.length > 0 ? 0x6100 | (rest.length & 0xff) : 0x9000 };
}
