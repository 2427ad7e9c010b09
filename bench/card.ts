// `npm run bench card`: signatures a second in process, through PC/SC and through PKCS#11 (each with the code presented), on a
// simulated card. The last two need Debian's pcscd, started here for the time of the measure and ended by its own pid.
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { openCps } from "@cercle/api-cps";
import { missingPcsc, startPcsc, temporaryFolder } from "@cercle/testkit";
import { makeSample } from "../packages/card/test/sample.ts";

const seconds = 5;
const root = resolve(import.meta.dirname, "..");

async function rate(work: () => unknown): Promise<number> {
  await work();
  const started = performance.now();
  let count = 0;
  while (performance.now() - started < seconds * 1000) {
    await work();
    count += 1;
  }
  return Math.round((count / (performance.now() - started)) * 10_000) / 10;
}

const send = (hex: string): Uint8Array => Buffer.from(hex, "hex");
const { card } = await makeSample();
card.transmit(send("002000010431323334"));
const hash = `002a90a0${(4 + 32).toString(16)}90008020${"ab".repeat(32)}`;
const line = (what: string, value: number | string): void => console.log(`${what.padEnd(46)} ${typeof value === "number" ? `${value} a second` : value}`);
console.log("Signatures, RSA-2048, one after the other");
line(
  "in process, the card's commands alone",
  await rate(() => {
    card.transmit(send("002241aa03800140"));
    card.transmit(send("002241b606840181800142"));
    card.transmit(send(hash));
    if (card.transmit(send("002a9e9a00")).length !== 258) throw new Error("no signature");
  }),
);

const ways = { pcsc: "through PC/SC, code and check included", pkcs11: "through PKCS#11, code and check included" } as const;
const missing = missingPcsc();
if (missing) for (const way of Object.values(ways)) line(way, missing);
else await measureReader();

/** Starts pcscd in a namespace of its own with a card in its reader, and ends both. */
async function measureReader(): Promise<void> {
  const stack = await startPcsc();
  const folder = await temporaryFolder();
  try {
    Object.assign(process.env, stack.environment);
    const [command, args] = stack.inside(process.execPath, [resolve(root, "packages/card/test/insert-sample.ts"), folder.path, "0"]);
    const held = await stack.holdCard({ command, args });
    for (const [transport, what] of [
      ["pcsc", ways.pcsc],
      ["pkcs11", ways.pkcs11],
    ] as const) {
      line(what, await measureTransport(transport));
    }
    await held.remove();
  } finally {
    await stack.stop();
    await folder.remove();
  }
}

async function measureTransport(transport: "pcsc" | "pkcs11"): Promise<number | string> {
  if (transport === "pkcs11" && !existsSync(resolve(root, "packages/api-cps/native/node_modules/pkcs11js"))) return "needs npm run setup:card";
  const cps = openCps({ transport });
  try {
    const held = await cps.waitForCard();
    const found = await rate(() => held.sign(Buffer.from("ordonnance"), { pin: "1234" }));
    await held.close();
    return found;
  } finally {
    await cps.close();
  }
}
