// Files of a card as data: what is under the master file, what each holds, and who may read it.
import { bytes, hex, tlv } from "./tlv.ts";

export type Access = "always" | "pin" | "never";

export type ElementaryFile = {
  readonly kind: "file";
  readonly fid: number;
  readonly content: Uint8Array;
  readonly read: Access;
  readonly update: Access;
  /** Short file identifier. */
  readonly sfi?: number;
};
export type DedicatedFile = { readonly kind: "folder"; readonly fid: number; readonly aid: Uint8Array; readonly files: readonly CardFile[] };
export type CardFile = ElementaryFile | DedicatedFile;

export const masterAid = hex("8025000001FF0100");
export const iasAid = hex("E828BD080F8025000001FF0010");

// Security condition bytes of IAS/ECC: 00 always, FF never, 1x user authentication under security environment x.
const condition: Readonly<Record<Access, number>> = { always: 0x00, pin: 0x11, never: 0xff };

const word = (value: number): readonly number[] => [value >> 8, value & 0xff];

/** File control information. OpenSC refuses a file without the access rule `8C`. */
export function buildFci(file: CardFile): Uint8Array {
  if (file.kind === "folder") {
    return tlv(0x62, tlv(0x82, [0x38]), tlv(0x83, word(file.fid)), tlv(0x84, file.aid), tlv(0x8a, [0x05]), tlv(0xa1, tlv(0x8c, hex("0200"))));
  }
  const rule = tlv(0x8c, [0x03, condition[file.update], condition[file.read]]);
  return tlv(0x62, tlv(0x80, word(file.content.length)), tlv(0x82, [0x01]), tlv(0x83, word(file.fid)), tlv(0x8a, [0x05]), tlv(0xa1, rule));
}

/** The file at this path under the master file; the path does not name the master itself. */
export function findFile(root: DedicatedFile, path: Uint8Array): CardFile | undefined {
  let here: CardFile = root;
  for (let i = 0; i < path.length; i += 2) {
    const fid: number = ((path[i] ?? 0) << 8) | (path[i + 1] ?? 0);
    const next: CardFile | undefined = here.kind === "folder" ? here.files.find((file) => file.fid === fid) : undefined;
    if (!next) return undefined;
    here = next;
  }
  return here;
}

/** The application with this AID, or whose AID begins so (ISO 7816-4 §8.2.2). */
export function findApplication(root: DedicatedFile, aid: Uint8Array): DedicatedFile | undefined {
  const folders = [root, ...root.files.filter((file) => file.kind === "folder")];
  return folders.find((folder) => aid.length >= 5 && aid.length <= folder.aid.length && aid.every((byte, i) => folder.aid[i] === byte));
}

export function file(fid: number, content: Uint8Array, rule: { read?: Access; update?: Access; sfi?: number } = {}): ElementaryFile {
  return { kind: "file", fid, content, read: rule.read ?? "always", update: rule.update ?? "never", ...(rule.sfi === undefined ? {} : { sfi: rule.sfi }) };
}

/** Ten digits as five bytes. */
export function packDigits(digits: string): Uint8Array {
  return bytes(hex(digits));
}
