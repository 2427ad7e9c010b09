// The key of one large message, made for it alone, and how its pieces are sealed: AES-256-GCM in the STREAM construction (Hoang, Reyhanitabar,
// Rogaway, Vizár: Online Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance, 2015). The nonce is the place of the piece and
// whether it is the last: a piece that is moved, left out, exchanged or cut off does not open.
import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject, randomBytes } from "node:crypto";

/** Bytes of the message, of a piece, and pieces that are stored one behind the other. */
export type Layout = { readonly size: number; readonly pieceBytes: number; readonly together: number };

export type ContentKey = {
  sealPiece(n: number, last: boolean, plain: readonly Buffer[]): readonly Buffer[];
  /** Throws when it is not the piece that was sealed for this place. */
  openPiece(n: number, last: boolean, sealed: Uint8Array): Buffer;
  /** What is sealed for whoever has the message: the key, with the length that says how many pieces there are. */
  ticket(layout: Layout): Buffer;
};

/** What sealing adds to a piece. */
export const tagBytes = 16;
const keyBytes = 32;
const numberBytes = 12;
/** No message that is sealed whole begins so: a ticket cannot be made by sending one. */
const mark = Buffer.from("\0cercle content 1\0");

function nonceOf(n: number, last: boolean): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeUIntBE(n, 5, 6);
  nonce[11] = last ? 1 : 0;
  return nonce;
}

export function makeContentKey(): ContentKey {
  return contentKey(randomBytes(keyBytes));
}

function contentKey(bytes: Buffer): ContentKey {
  const key: KeyObject = createSecretKey(bytes);
  return {
    sealPiece(n, last, plain) {
      const cipher = createCipheriv("aes-256-gcm", key, nonceOf(n, last));
      const sealed = plain.map((part) => cipher.update(part));
      cipher.final();
      return [...sealed, cipher.getAuthTag()];
    },
    openPiece(n, last, sealed) {
      const decipher = createDecipheriv("aes-256-gcm", key, nonceOf(n, last));
      decipher.setAuthTag(sealed.subarray(sealed.length - tagBytes));
      const plain = decipher.update(sealed.subarray(0, sealed.length - tagBytes));
      decipher.final();
      return plain;
    },
    ticket({ size, pieceBytes, together }) {
      const numbers = Buffer.alloc(numberBytes);
      numbers.writeUIntBE(size, 0, 6);
      numbers.writeUInt32BE(pieceBytes, 6);
      numbers.writeUInt16BE(together, 10);
      return Buffer.concat([mark, bytes, numbers]);
    },
  };
}

/** What a ticket holds; throws when it is none. */
export function readTicket(ticket: Buffer): Layout & { key: ContentKey } {
  const at = mark.length + keyBytes;
  if (ticket.length !== at + numberBytes || !ticket.subarray(0, mark.length).equals(mark)) throw new Error("not the key of a message in pieces");
  // The copy does not keep the buffer that the ticket lies in.
  const key = contentKey(Buffer.from(ticket.subarray(mark.length, at)));
  return { key, size: ticket.readUIntBE(at, 6), pieceBytes: ticket.readUInt32BE(at + 6), together: ticket.readUInt16BE(at + 10) };
}
