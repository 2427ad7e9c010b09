// How news of versions leave the space: e-mail through the relay that was set, webhooks to addresses that vendors gave.

import { lookup } from "node:dns";
import { request as requestPlain } from "node:http";
import { request } from "node:https";
import { BlockList, isIP, type LookupFunction } from "node:net";
import type { DistributionPorts } from "@cercle/distribution";
import type { House } from "../house.ts";

const patience = 10_000;

export function newsPorts({ configuration, mode }: House): Pick<DistributionPorts, "mail" | "post" | "hooksOverTlsOnly"> {
  const relay = configuration.get<string | undefined>("distribution.smtp_url");
  const from = configuration.get<string>("distribution.mail_from");
  return {
    hooksOverTlsOnly: mode === "live",
    ...(relay ? { mail: (message) => sendMail(relay, { from, ...message }) } : {}),
    post: (url, message) => post(url, message, mode === "live"),
  };
}

async function sendMail(relay: string, message: { from: string; to: string; subject: string; text: string }): Promise<void> {
  const { createTransport } = await import("nodemailer");
  const transport = createTransport(relay, { connectionTimeout: patience, socketTimeout: patience, disableFileAccess: true, disableUrlAccess: true } as object);
  try {
    await transport.sendMail(message);
  } finally {
    transport.close();
  }
}

/** No redirect is followed, no answer read: an address that a vendor gave must not make this server fetch for them. */
function post(url: string, { body, headers }: { body: string; headers: Readonly<Record<string, string>> }, guarded: boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const ask = url.startsWith("https:") ? request : requestPlain;
    const host = new URL(url).hostname.replace(/^\[|\]$/g, "");
    if (guarded && isIP(host) !== 0 && isInside(host)) return reject(new Error("a private address"));
    const options = {
      method: "POST",
      headers: { ...headers, "content-length": Buffer.byteLength(body) },
      timeout: patience,
      ...(guarded ? { lookup: lookUpOutside } : {}),
    };
    const asked = ask(url, options, (reply) => {
      reply.resume();
      const { statusCode = 0 } = reply;
      if (statusCode >= 200 && statusCode < 300) resolve();
      else reject(new Error(`HTTP ${statusCode}`));
    });
    asked.on("timeout", () => asked.destroy(new Error("no answer in ten seconds")));
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
  ["fc00::", 7],
  ["fe80::", 10],
  ["ff00::", 8],
] as const)
  inside.addSubnet(net, bits, "ipv6");
const isInside = (address: string): boolean => inside.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");

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
