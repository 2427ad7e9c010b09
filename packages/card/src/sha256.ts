// SHA-256 (FIPS 180-4) whose state can be taken over in the middle: the card ends a hash that the terminal began
// (PSO HASH with an intermediate state), which node:crypto does not offer.

const fraction = (x: number): number => Math.floor((x - Math.floor(x)) * 2 ** 32) >>> 0;
const primes: number[] = [];
for (let n = 2; primes.length < 64; n++) if (primes.every((p) => n % p !== 0)) primes.push(n);
const constants = Uint32Array.from(primes, (p) => fraction(Math.cbrt(p)));
const initial = Uint32Array.from(primes.slice(0, 8), (p) => fraction(Math.sqrt(p)));

const rotate = (x: number, n: number): number => (x >>> n) | (x << (32 - n));

function compress(state: Uint32Array, block: Uint8Array): void {
  const w = new Uint32Array(64);
  const view = new DataView(block.buffer, block.byteOffset, 64);
  for (let i = 0; i < 16; i++) w[i] = view.getUint32(i * 4);
  const at = (i: number): number => w[i] ?? 0;
  for (let i = 16; i < 64; i++) {
    const s0 = rotate(at(i - 15), 7) ^ rotate(at(i - 15), 18) ^ (at(i - 15) >>> 3);
    const s1 = rotate(at(i - 2), 17) ^ rotate(at(i - 2), 19) ^ (at(i - 2) >>> 10);
    w[i] = (at(i - 16) + s0 + at(i - 7) + s1) >>> 0;
  }
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
  for (let i = 0; i < 64; i++) {
    const t1 = (h + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + ((e & f) ^ (~e & g)) + (constants[i] ?? 0) + at(i)) >>> 0;
    const t2 = ((rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) >>> 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) >>> 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) >>> 0;
  }
  [a, b, c, d, e, f, g, h].forEach((word, i) => {
    state[i] = ((state[i] ?? 0) + word) >>> 0;
  });
}

/** Ends a hash: `state` is what is known after `done` bytes (a multiple of 64), `last` what remains (any length). */
export function finishSha256(last: Uint8Array, begun?: { readonly state: Uint8Array; readonly done: number }): Uint8Array {
  const words = begun
    ? Uint32Array.from({ length: 8 }, (_, i) => new DataView(begun.state.buffer, begun.state.byteOffset, 32).getUint32(i * 4))
    : initial.slice();
  const total = (begun?.done ?? 0) + last.length;
  const padded = new Uint8Array(Math.ceil((last.length + 9) / 64) * 64);
  padded.set(last);
  padded[last.length] = 0x80;
  new DataView(padded.buffer).setBigUint64(padded.length - 8, BigInt(total) * 8n);
  for (let at = 0; at < padded.length; at += 64) compress(words, padded.subarray(at, at + 64));
  const digest = new Uint8Array(32);
  words.forEach((word, i) => {
    new DataView(digest.buffer).setUint32(i * 4, word);
  });
  return digest;
}
