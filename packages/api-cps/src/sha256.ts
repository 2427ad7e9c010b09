// SHA-256 (FIPS 180-4) up to its last block: a CPS ends the hash itself (PSO HASH), from a state that node:crypto cannot give.

const fraction = (x: number): number => Math.floor((x - Math.floor(x)) * 2 ** 32) >>> 0;
const primes: number[] = [];
for (let n = 2; primes.length < 64; n++) if (primes.every((p) => n % p !== 0)) primes.push(n);
const constants = Uint32Array.from(primes, (p) => fraction(Math.cbrt(p)));
const initial = Uint32Array.from(primes.slice(0, 8), (p) => fraction(Math.sqrt(p)));
const rotate = (x: number, n: number): number => (x >>> n) | (x << (32 - n));

function compress(state: Uint32Array, w: Uint32Array, block: DataView): void {
  const at = (i: number): number => w[i] as number;
  for (let i = 0; i < 16; i++) w[i] = block.getUint32(i * 4);
  for (let i = 16; i < 64; i++) {
    const s0 = rotate(at(i - 15), 7) ^ rotate(at(i - 15), 18) ^ (at(i - 15) >>> 3);
    const s1 = rotate(at(i - 2), 17) ^ rotate(at(i - 2), 19) ^ (at(i - 2) >>> 10);
    w[i] = (at(i - 16) + s0 + at(i - 7) + s1) >>> 0;
  }
  let [a, b, c, d, e, f, g, h] = state as unknown as [number, number, number, number, number, number, number, number];
  for (let i = 0; i < 64; i++) {
    const t1 = (h + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + ((e & f) ^ (~e & g)) + (constants[i] as number) + at(i)) >>> 0;
    const t2 = ((rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) >>> 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + t1) >>> 0, c, b, a, (t1 + t2) >>> 0];
  }
  [a, b, c, d, e, f, g, h].forEach((word, i) => {
    state[i] = ((state[i] as number) + word) >>> 0;
  });
}

/** All whole blocks but what the card hashes last: the state after them (absent when there are none) and the rest, 1 to 64 bytes (0 for nothing). */
export function beginSha256(content: Uint8Array): { readonly begun?: { readonly state: Uint8Array; readonly bits: bigint }; readonly last: Uint8Array } {
  const blocks = Math.max(0, Math.ceil(content.length / 64) - 1);
  if (blocks === 0) return { last: content };
  const state = initial.slice();
  const w = new Uint32Array(64);
  for (let i = 0; i < blocks; i++) compress(state, w, new DataView(content.buffer, content.byteOffset + i * 64, 64));
  const bytes = new Uint8Array(32);
  state.forEach((word, i) => {
    new DataView(bytes.buffer).setUint32(i * 4, word);
  });
  return { begun: { state: bytes, bits: BigInt(blocks) * 512n }, last: content.subarray(blocks * 64) };
}
