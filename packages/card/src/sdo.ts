// GET DATA of the security data objects (IAS/ECC 1.0.1 §7): the requests OpenSC's CPx driver makes, and their answers.
// A request is `4D { 70 { BFxxyy { tags } } }`; the answer repeats the object with what was asked.
import type { Codes } from "./secrets.ts";
import { maximumTries } from "./secrets.ts";
import { hex, readTlv, tlv } from "./tlv.ts";

type Object = { readonly parameters: Uint8Array; readonly payload?: Uint8Array };

// Access rules: which security condition each command needs. 12: user authentication under environment 2 (the unblocking code).
const pinRule = tlv(0xa1, tlv(0x8c, hex("73 11 00 12 FF 00")));
const keyRule = tlv(0xa1, tlv(0x8c, hex("73 11 11 11 FF FF")));

/** DOCP (A0) and payload of each object, by tag. Undefined: not on the card. */
function describe(tag: number, codes: Codes): Object | undefined {
  const pin = (name: "pin" | "puk", length: number): Object => ({
    parameters: tlv(0xa0, tlv(0x9a, [maximumTries[name]]), tlv(0x9b, [codes[name].tries]), tlv(0x80, [0x00, length]), pinRule),
    payload: tlv(0x7f41, tlv(0x80, [length]), tlv(0x81, [length])),
  });
  const key: Object = { parameters: tlv(0xa0, tlv(0x80, hex("0100")), tlv(0x9e, [0x00]), keyRule) };
  const objects: Readonly<Record<number, () => Object>> = {
    12550401: () => pin("pin", 4),
    12550402: () => pin("puk", 8),
    12554241: () => key,
    12554242: () => key,
  };
  return objects[tag]?.();
}

/** The answer, or the status word of a refusal: 6A88 not found, 6A80 asked wrongly or never given (a private key). */
export function getData(request: Uint8Array, codes: Codes): Uint8Array | number {
  const list = readTlv(request);
  const wrapper = list?.tag === 0x4d ? readTlv(list.value) : undefined;
  if (wrapper?.tag !== 0x70) return 0x6a80;
  const asked = readTlv(wrapper.value);
  if (!asked) return 0x6a80;
  const object = describe(asked.tag, codes);
  if (!object) return 0x6a88;
  const inner = asked.value;
  if (inner[0] === 0xa0) return tlv(0x70, tlv(asked.tag, object.parameters));
  if (inner[0] === 0x7f && inner[1] === 0x41 && object.payload) return tlv(0x70, tlv(asked.tag, object.payload));
  return 0x6a80;
}
