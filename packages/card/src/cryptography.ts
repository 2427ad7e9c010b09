// What the card does with its two keys. Both need the holder's code; the authentication key authenticates and deciphers,
// the signature key only signs. (OpenSC signs with either by INTERNAL AUTHENTICATE: reference §2.4.)
import type { Answer, Apdu, Inside } from "./inside.ts";
import type { KeyName } from "./pkcs15.ts";
import { finishSha256 } from "./sha256.ts";
import { bytes, hex, readTlv } from "./tlv.ts";

const modulusBytes = 256;
const no = (status: number): Answer => ({ status });
const keyNames: Readonly<Record<number, KeyName>> = { 129: "signature", 130: "authentication" };
const digestInfo = hex("3031300D060960864801650304020105000420");

/** MSE SET, use by use: control reference template, algorithm, and the keys it may name. */
const uses: Readonly<Record<number, { readonly use: "authentication" | "hash" | "signature" | "decipher"; readonly algorithms: readonly number[] }>> = {
  164: { use: "authentication", algorithms: [0x02] },
  170: { use: "hash", algorithms: [0x40] },
  182: { use: "signature", algorithms: [0x42] },
  184: { use: "decipher", algorithms: [0x1a] },
};

export function setEnvironment({ session }: Inside, { p1, p2, data }: Apdu): Answer {
  // MSE RESTORE: one environment, nothing to bring back.
  if (p1 === 0xf3) {
    session.environment = {};
    return { status: 0x9000 };
  }
  const known = uses[p2];
  if (p1 !== 0x41 || !known) return no(0x6a86);
  let key: number | undefined;
  let algorithm: number | undefined;
  for (let at = 0; at < data.length; ) {
    const field = readTlv(data, at);
    if (field?.value.length !== 1) return no(0x6a80);
    if (field.tag === 0x84) key = field.value[0];
    else if (field.tag === 0x80) algorithm = field.value[0];
    else return no(0x6a80);
    at = field.end;
  }
  if (algorithm === undefined || !known.algorithms.includes(algorithm)) return no(0x6a80);
  if (known.use === "hash") {
    session.environment.hash = true;
    session.digest = undefined;
    return { status: 0x9000 };
  }
  const name = key === undefined ? undefined : keyNames[key];
  if (!name) return no(0x6a88);
  // Deciphering belongs to the authentication key, hashed signature to the signature key.
  if ((known.use === "decipher" && name !== "authentication") || (known.use === "signature" && name !== "signature")) return no(0x6985);
  session.environment[known.use] = name;
  return { status: 0x9000 };
}

function sign(inside: Inside, key: KeyName, content: Uint8Array): Answer {
  const filler = new Uint8Array(modulusBytes - content.length - 3).fill(0xff);
  const signature = inside.image.keys[key](bytes([0x00, 0x01], filler, [0x00], content));
  return signature ? { data: signature, status: 0x9000 } : no(0x6f00);
}

/** INTERNAL AUTHENTICATE: PKCS#1 v1.5 over what is given, at most 40 % of the key (IAS/ECC §6.11). */
export function authenticate(inside: Inside, content: Uint8Array): Answer {
  const key = inside.session.environment.authentication;
  if (!key) return no(0x6985);
  if (!inside.session.pinVerified) return no(0x6982);
  if (content.length === 0 || content.length > Math.floor(modulusBytes * 0.4)) return no(0x6700);
  return sign(inside, key, content);
}

/** PSO HASH: `90` an intermediate state and a bit count (or empty), `80` the last block; the card ends the hash. */
export function finishHash({ session }: Inside, data: Uint8Array): Answer {
  if (!session.environment.hash) return no(0x6985);
  const begun = readTlv(data);
  const last = begun ? readTlv(data, begun.end) : undefined;
  if (begun?.tag !== 0x90 || last?.tag !== 0x80 || last.end !== data.length || last.value.length > 64) return no(0x6a80);
  if (begun.value.length === 0) session.digest = finishSha256(last.value);
  else {
    if (begun.value.length !== 40) return no(0x6a80);
    const bits = new DataView(begun.value.buffer, begun.value.byteOffset + 32, 8).getBigUint64(0);
    if (bits % 512n !== 0n || bits > 1n << 40n) return no(0x6a80);
    session.digest = finishSha256(last.value, { state: begun.value.slice(0, 32), done: Number(bits / 8n) });
  }
  return { status: 0x9000 };
}

/** PSO COMPUTE DIGITAL SIGNATURE over the hash just ended; one signature a hash. */
export function computeSignature(inside: Inside, data: Uint8Array): Answer {
  const key = inside.session.environment.signature;
  const { digest } = inside.session;
  if (data.length > 0) return no(0x6700);
  if (!key || !digest) return no(0x6985);
  if (!inside.session.pinVerified) return no(0x6982);
  inside.session.digest = undefined;
  return sign(inside, key, bytes(digestInfo, digest));
}

/** PSO DECIPHER: padding octet 81, one block; PKCS#1 v1.5 type 2 is taken off by the card. */
export function decipher(inside: Inside, data: Uint8Array): Answer {
  const key = inside.session.environment.decipher;
  if (!key) return no(0x6985);
  if (!inside.session.pinVerified) return no(0x6982);
  if (data.length !== modulusBytes + 1 || data[0] !== 0x81) return no(0x6a80);
  const block = inside.image.keys[key](data.subarray(1));
  const end = block && block[0] === 0x00 && block[1] === 0x02 ? block.indexOf(0x00, 2) : -1;
  // RFC 8017 §7.2.2: at least eight octets of padding.
  if (!block || end < 10) return no(0x6a80);
  return { data: block.slice(end + 1), status: 0x9000 };
}
