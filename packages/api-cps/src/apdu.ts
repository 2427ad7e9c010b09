// One exchange with the card, T=0 taken care of: 61xx is fetched by GET RESPONSE, 6Cxx is asked again with the right length.
import { CpsError } from "./errors.ts";

export type Exchange = (command: Uint8Array) => Promise<Uint8Array>;
export type Answer = { readonly status: number; readonly data: Uint8Array };

/** Sends one command and gathers its whole answer. */
export async function transmit(exchange: Exchange, command: Uint8Array): Promise<Answer> {
  let answer = await exchange(command);
  const parts: Uint8Array[] = [];
  for (let rounds = 0; rounds < 300; rounds++) {
    const [sw1, sw2] = [answer.at(-2), answer.at(-1)];
    // A reader whose card just left answers with nothing.
    if (sw1 === undefined || sw2 === undefined) throw new CpsError("card-removed");
    if (sw1 === 0x6c) answer = await exchange(Uint8Array.from([...command.subarray(0, 4), sw2]));
    else {
      parts.push(answer.subarray(0, -2));
      if (sw1 !== 0x61) return { status: (sw1 << 8) | sw2, data: Buffer.concat(parts) };
      answer = await exchange(Uint8Array.of(0x00, 0xc0, 0x00, 0x00, sw2));
    }
  }
  throw new CpsError("card-failed", { status: "61", command: "GET RESPONSE" });
}

/** `apdu("00A4090C", data)` : header, length and data. */
export function apdu(header: string, data: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from(header, "hex"), Uint8Array.of(data.length), data]);
}

export const raw = (hex: string): Uint8Array => Buffer.from(hex.replaceAll(" ", ""), "hex");
