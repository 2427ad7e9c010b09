// What the card's instructions share: the image, the session, and how files are found.
import { type CardFile, type DedicatedFile, findFile } from "./file-system.ts";
import type { KeyName } from "./pkcs15.ts";
import type { Codes } from "./secrets.ts";

/** The RSA private operation on one block as long as the modulus; undefined when the block is not below the modulus. */
export type PrivateOperation = (block: Uint8Array) => Uint8Array | undefined;

export type CardImage = {
  readonly answerToReset: string;
  readonly root: DedicatedFile;
  readonly keys: Readonly<Record<KeyName, PrivateOperation>>;
  readonly codes: Codes;
  /** Fresh random bytes. */
  readonly random: (count: number) => Uint8Array;
};

/** What a power cut erases. */
export type Session = {
  selected: CardFile;
  pinVerified: boolean;
  pukVerified: boolean;
  /** Security environment: the algorithm each use was set to, and its key. */
  environment: { authentication?: KeyName; signature?: KeyName; hash?: boolean; decipher?: KeyName };
  digest: Uint8Array | undefined;
  chain: { readonly header: number; readonly data: Uint8Array } | undefined;
  pending: Uint8Array | undefined;
};

export type Answer = { readonly data?: Uint8Array; readonly status: number };
export type Apdu = { readonly ins: number; readonly p1: number; readonly p2: number; readonly data: Uint8Array; readonly expected: number };

export type Inside = { readonly image: CardImage; session: Session; codes: Codes; readonly written: Map<number, Uint8Array> };

/** What a file holds now: what was written, else what it was made with. */
export function contentOf(inside: Inside, file: CardFile): Uint8Array | undefined {
  return file.kind === "file" ? (inside.written.get(file.fid) ?? file.content) : undefined;
}

export function findByShortIdentifier(inside: Inside, sfi: number): CardFile | undefined {
  const folder = inside.session.selected.kind === "folder" ? inside.session.selected : inside.image.root;
  return [...folder.files, ...inside.image.root.files].find((file) => file.kind === "file" && file.sfi === sfi);
}

/** The file with this identifier in the selected folder, in the master file, or the master file itself. */
export function findByIdentifier(inside: Inside, id: Uint8Array): CardFile | undefined {
  const { root } = inside.image;
  if (id[0] === 0x3f && id[1] === 0x00) return root;
  const { selected } = inside.session;
  const ias = root.files.find((file) => file.kind === "folder");
  const places = [selected, root, ...(ias ? [ias] : [])].filter((file) => file.kind === "folder");
  for (const place of places) {
    const found = findFile(place, id);
    if (found) return found;
  }
  return undefined;
}
