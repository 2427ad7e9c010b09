// A zip archive made by hand (APPNOTE 4.3), so that tests can make one that lies.
import { crc32, deflateRawSync } from "node:zlib";

export type ZipMember = {
  readonly name: string;
  readonly content: Uint8Array | string;
  /** The size it says it has, whatever it holds. */
  readonly claims?: number;
  readonly encrypted?: boolean;
};

export function buildZip(members: readonly ZipMember[]): Buffer {
  const heads: Buffer[] = [];
  const entries: Buffer[] = [];
  let at = 0;
  for (const { name, content, claims, encrypted } of members) {
    const plain = Buffer.from(content);
    const packed = deflateRawSync(plain);
    const title = Buffer.from(name);
    const facts = Buffer.alloc(26);
    facts.writeUInt16LE(20, 0);
    facts.writeUInt16LE(encrypted ? 1 : 0, 2);
    facts.writeUInt16LE(8, 4);
    facts.writeUInt32LE(crc32(plain), 10);
    facts.writeUInt32LE(packed.length, 14);
    facts.writeUInt32LE(claims ?? plain.length, 18);
    facts.writeUInt16LE(title.length, 22);
    heads.push(Buffer.from("504b0304", "hex"), facts, title, packed);
    const end = Buffer.alloc(14);
    end.writeUInt32LE(at, 10);
    entries.push(Buffer.from("504b01021400", "hex"), facts, end, title);
    at += 4 + facts.length + title.length + packed.length;
  }
  const directory = Buffer.concat(entries);
  const last = Buffer.alloc(22);
  last.writeUInt32LE(0x06054b50, 0);
  last.writeUInt16LE(members.length, 8);
  last.writeUInt16LE(members.length, 10);
  last.writeUInt32LE(directory.length, 12);
  last.writeUInt32LE(at, 16);
  return Buffer.concat([...heads, directory, last]);
}
