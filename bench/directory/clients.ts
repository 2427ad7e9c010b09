// The asking side of the bench, in a process of its own so that its work is not the server's: requests over sixteen
// connections, each waiting for its reply. `node clients.ts http BASE FILE` and `ldap PORT FILE`; FILE is a JSON array of paths,
// or of `{ base, filter: [[attribute, value], …], size }` where a value ended by `*` is a prefix. Prints one line of JSON.
import { readFileSync } from "node:fs";
import { Agent, get } from "node:http";
import { connect } from "node:net";
import { frameLength, integer, tag, value } from "../../packages/ldap/src/ber.ts";

const connections = 16;

export type Measured = { readonly p50: number; readonly p99: number; readonly perSecond: number; readonly entries: number };

type LdapAsk = { readonly base: string; readonly filter: readonly (readonly [string, string])[]; readonly size: number };

async function run(asks: readonly unknown[], open: () => Promise<(ask: never) => Promise<number>>): Promise<Measured> {
  const times: number[] = [];
  let next = 0;
  let entries = 0;
  const lanes = await Promise.all(Array.from({ length: connections }, open));
  const started = performance.now();
  await Promise.all(
    lanes.map(async (lane) => {
      while (next < asks.length) {
        const ask = asks[next++];
        const began = performance.now();
        // Not `entries += await …`: the lanes would write over each other's sums.
        const found = await lane(ask as never);
        entries += found;
        times.push(performance.now() - began);
      }
    }),
  );
  const seconds = (performance.now() - started) / 1000;
  times.sort((a, b) => a - b);
  const at = (part: number): number => times[Math.floor(times.length * part)] ?? 0;
  return { p50: at(0.5), p99: at(0.99), perSecond: Math.round(asks.length / seconds), entries };
}

/** One keep-alive connection to the FHIR face. */
async function openHttp(base: string): Promise<(path: string) => Promise<number>> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  return (path) =>
    new Promise((resolve, reject) => {
      get(`${base}/${path}`, { agent }, (reply) => {
        reply.resume();
        reply.on("end", () => (reply.statusCode === 200 ? resolve(1) : reject(new Error(`${reply.statusCode} ${path}`))));
      }).on("error", reject);
    });
}

/** One connection to an LDAP server; answers how many entries came (RFC 4511 §4.5). */
async function openLdap(port: number): Promise<(ask: LdapAsk) => Promise<number>> {
  const socket = connect(port, "127.0.0.1");
  socket.setNoDelay(true);
  let pending: Buffer = Buffer.alloc(0);
  let entries = 0;
  let finish: ((code: number) => void) | undefined;
  socket.on("data", (bytes: Buffer) => {
    pending = pending.length === 0 ? bytes : Buffer.concat([pending, bytes]);
    for (let length = frameLength(pending); length !== undefined && length <= pending.length; length = frameLength(pending)) {
      const operation = pending.subarray(0, length);
      pending = pending.subarray(length);
      const at = 2 + ((operation[1] ?? 0) < 0x80 ? 0 : (operation[1] ?? 0) & 0x7f);
      const kind = operation[at + 2 + (operation[at + 1] ?? 0)];
      if (kind === 0x64) entries += 1;
      else if (kind === 0x65) finish?.(operation[at + 4 + (operation[at + 1] ?? 0) + 2] ?? 0);
    }
  });
  await new Promise((resolve, reject) => socket.once("connect", resolve).once("error", reject));
  let id = 0;
  return async ({ base, filter, size }) => {
    id = (id % 30_000) + 1;
    const terms = filter.map(([name, text]) =>
      text.endsWith("*")
        ? value(0xa4, value(tag.octetString, name), value(tag.sequence, value(0x80, text.slice(0, -1))))
        : value(0xa3, value(tag.octetString, name), value(tag.octetString, text)),
    );
    const search = value(
      0x63,
      value(tag.octetString, base),
      integer(2, 0x0a),
      integer(0, 0x0a),
      integer(size),
      integer(0),
      value(0x01, Uint8Array.of(0)),
      terms.length === 1 ? (terms[0] ?? Buffer.alloc(0)) : value(0xa0, ...terms),
      value(tag.sequence),
    );
    const before = entries;
    const done = new Promise<number>((resolve) => {
      finish = resolve;
    });
    socket.write(value(tag.sequence, integer(id), search));
    await done;
    return entries - before;
  };
}

const [protocol, place = "", file = ""] = process.argv.slice(2);
if (protocol) {
  const asks = JSON.parse(readFileSync(file, "utf8")) as unknown[];
  const open = protocol === "http" ? () => openHttp(place) : () => openLdap(Number(place));
  await run(asks.slice(0, 300), open as never);
  console.log(JSON.stringify(await run(asks, open as never)));
  process.exit(0);
}
