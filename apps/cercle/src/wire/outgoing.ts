// What leaves the space towards addresses that others gave: e-mail through the relay that was set, calls to webhooks.
import { lookup } from "node:dns";
import { request as requestPlain } from "node:http";
import { request } from "node:https";
import { BlockList, isIP, type LookupFunction } from "node:net";

const patience = 10_000;

export async function sendMail(relay: string, message: { from: string; to: string; subject: string; text: string }): Promise<void> {
  const { createTransport } = await import("nodemailer");
  const transport = createTransport(relay, { connectionTimeout: patience, socketTimeout: patience, disableFileAccess: true, disableUrlAccess: true } as object);
  try {
    await transport.sendMail(message);
  } finally {
    transport.close();
  }
}

/**
 * Answers the status. No redirect is followed, no answer read: an address that somebody gave must not make this server fetch for them.
 * `guarded` refuses addresses inside the network, on the very address that is connected to.
 */
export function postOutside(url: string, { body, headers }: { body: string; headers: Readonly<Record<string, string>> }, guarded: boolean): Promise<number> {
  return new Promise((resolve, reject) => {
    const ask = url.startsWith("https:") ? request : requestPlain;
    if (guarded && isInside(new URL(url).hostname)) return reject(new Error("a private address"));
    const options = {
      method: "POST",
      headers: { ...headers, "content-length": Buffer.byteLength(body) },
      timeout: patience,
      ...(guarded ? { lookup: lookUpOutside } : {}),
    };
    const asked = ask(url, options, (reply) => {
      reply.resume();
      // What the answer says is of no use to us: it is not waited for.
      reply.on("error", () => undefined);
      resolve(reply.statusCode ?? 0);
      asked.destroy();
    });
    const slow = setTimeout(() => asked.destroy(new Error("no answer in ten seconds")), patience);
    asked.on("close", () => clearTimeout(slow));
    asked.on("error", reject);
    asked.end(body);
  });
}

const inside = new BlockList();
for (const [net, bits] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
  ["224.0.0.0", 3],
] as const)
  inside.addSubnet(net, bits, "ipv4");
for (const [net, bits] of [
  ["::", 127],
  ["::ffff:0:0", 96],
  ["64:ff9b::", 96],
  ["fc00::", 7],
  ["fe80::", 10],
  ["ff00::", 8],
] as const)
  inside.addSubnet(net, bits, "ipv6");

/** Whether this is an address (brackets allowed) inside the network; false for a name. */
export function isInside(host: string): boolean {
  const address = host.replace(/^\[|\]$/g, "");
  const family = isIP(address);
  return family !== 0 && inside.check(address, family === 6 ? "ipv6" : "ipv4");
}

/** Judges the very address that is connected to, so that a name cannot change in between. */
const lookUpOutside: LookupFunction = (hostname, options, done) =>
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return done(error, "", 4);
    const outside = addresses.filter(({ address }) => !isInside(address));
    const [first] = outside;
    if (!first) return done(new Error("a private address"), "", 4);
    // Node asks for all when it tries families in turn.
    if (options.all) (done as unknown as (error: null, found: typeof outside) => void)(null, outside);
    else done(null, first.address, first.family);
  });
