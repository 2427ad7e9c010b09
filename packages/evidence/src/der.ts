// The few DER shapes that the ASN.1 schemas do not give in the form that is signed (X.690 §8.1, §11.6).

/** One element: tag, definite length, content. */
export function encodeDer(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const length = content.reduce((sum, part) => sum + part.length, 0);
  const size: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) size.unshift(rest % 256);
  const header = length < 128 ? [tag, length] : [tag, 0x80 | size.length, ...size];
  return Buffer.concat([Uint8Array.from(header), ...content]);
}

/** X.690 §11.6: the members of a SET OF in DER, in ascending order of their encodings. */
export function sortSet(members: readonly Uint8Array[]): readonly Uint8Array[] {
  return [...members].sort((a, b) => Buffer.compare(a, b));
}

export const derTag = { octetString: 0x04, sequence: 0x30, set: 0x31 } as const;

/** The bytes as a buffer of their own: ASN.1 classes take `ArrayBuffer`. */
export function ownBuffer(bytes: Uint8Array): ArrayBuffer {
  const copy = new ArrayBuffer(bytes.length);
  new Uint8Array(copy).set(bytes);
  return copy;
}
