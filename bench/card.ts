// `npm run bench card`: signatures a second in process, through PC/SC and through PKCS#11 (each with the code presented), on a
// simulated card. The last two need the PC/SC stack.
import { spawn } from "node:child_process";
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
const results: Record<string, number | string> = {
  in_process: await rate(() => {
    card.transmit(send("002241aa03800140"));
    card.transmit(send("002241b606840181800142"));
    card.transmit(send(hash));
    if (card.transmit(send("002a9e9a00")).length !== 258) throw new Error("no signature");
  }),
};

const missing = missingPcsc();
if (missing) results.pcsc = results.pkcs11 = missing;
else {
  const stack = await startPcsc();
  Object.assign(process.env, stack.environment);
  const folder = await temporaryFolder();
  const inserted = spawn(...stack.inside(process.execPath, [resolve(root, "packages/card/test/insert-sample.ts"), folder.path, "0"]), {
    stdio: ["pipe", "pipe", "inherit"],
  });
  await new Promise((done) => inserted.stdout.once("data", done));
  for (const transport of ["pcsc", "pkcs11"] as const) {
    if (transport === "pkcs11" && !existsSync(resolve(root, "packages/api-cps/native/node_modules/pkcs11js"))) {
      results.pkcs11 = "npm run setup:card";
      continue;
    }
    const cps = openCps({ transport });
    const held = await cps.waitForCard();
    results[transport] = await rate(() => held.sign(Buffer.from("ordonnance"), { pin: "1234" }));
    await held.close();
    await cps.close();
  }
  const ended = new Promise((done) => inserted.once("exit", done));
  inserted.stdin.end();
  await ended;
  await stack.stop();
  await folder.remove();
}
console.log(JSON.stringify({ bench: "card", unit: "signatures a second, RSA-2048", ...results }));
