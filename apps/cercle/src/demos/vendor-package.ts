// What a vendor's own machine does with a version: the package downloaded and verified, installed by npm, the manual's first sample run
// as printed with a test card of the kit in the simulated reader.
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { startPcscd } from "@cercle/card";
import { checkPackage } from "@cercle/distribution";
import { Refusal } from "@cercle/kernel";
import type { Ask } from "./attempt.ts";

const run = promisify(execFile);
const clone = resolve(import.meta.dirname, "../../../..");

export type KitCard = { readonly card: string; readonly type: string; readonly pin: string };
type Bundle = Readonly<Record<"package" | "signature" | "manual", { readonly name: string; readonly content: string }>>;

/** Answers a line for each thing that really happened; throws when one did not. */
export async function tryPackage(ask: Ask, { file, number, card }: { file: string; number: string; card: KitCard }): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), "cercle-vendor-"));
  try {
    const bundle = (await ask({ method: "GET", path: `/api/distribution/versions/${number}/bundle?file=${file}` })) as Bundle;
    const bytes = (piece: keyof Bundle): Buffer => Buffer.from(bundle[piece].content, "base64");
    const { name, version } = checkPackage(bytes("package"), bytes("signature").toString("utf8"));
    await writeFile(join(folder, name), bytes("package"));
    const how = await install(folder, name);
    const sample = /^```js identite\.mjs\n([\s\S]*?)^```$/m.exec(bytes("manual").toString("utf8"))?.[1];
    if (!sample) throw new Error("the manual holds no identite.mjs");
    await writeFile(join(folder, "identite.mjs"), sample);
    const said = await withCard(ask, card.card, () =>
      run(process.execPath, ["identite.mjs"], { cwd: folder, timeout: 60_000, env: { ...process.env, CPS_PIN: card.pin } }),
    );
    return [`${name}: sha256 ✓, ${version}`, how, ...said.stdout.trim().split("\n")];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** By npm; without a registry the dependencies come from this clone, and the line says so. */
async function install(folder: string, name: string): Promise<string> {
  await writeFile(join(folder, "package.json"), '{"private":true,"type":"module"}\n');
  try {
    await run("npm", ["install", "--prefer-offline", "--fetch-retries=0", "--no-audit", "--no-fund", "--loglevel=error", `./${name}`], {
      cwd: folder,
      timeout: 90_000,
    });
    return `npm install ${name}`;
  } catch {
    const place = join(folder, "node_modules/@cercle/api-cps");
    await mkdir(place, { recursive: true });
    await run("tar", ["-xzf", join(folder, name), "-C", place, "--strip-components=1"]);
    await symlink(join(clone, "node_modules"), join(place, "node_modules"));
    return `tar -xzf ${name} (npm ∅)`;
  }
}

/** With the card in the first reader; pcscd is started where none runs, and that one ended afterwards. */
async function withCard<T>(ask: Ask, card: string, work: () => Promise<T>): Promise<T> {
  const insert = (): Promise<unknown> => ask({ method: "POST", path: `/api/cards/${card}/insertion`, body: {} });
  let stop: (() => Promise<void>) | undefined;
  const begun = (await insert().catch(async (error: unknown) => {
    if (!(error instanceof Refusal) || error.code !== "card.no-reader") throw error;
    stop = (await startPcscd()).stop;
    return insert();
  })) as { insertion: string };
  const wanted = setInterval(() => ask({ method: "PUT", path: `/api/insertions/${begun.insertion}` }).catch(() => undefined), 2000);
  try {
    // pcscd looks for a card every 400 ms, and names it only then.
    for (let left = 20; ; left -= 1) {
      try {
        return await work();
      } catch (error) {
        if (left === 0 || !/no-card|no-reader|CARD_ABSENT/i.test(String((error as { stderr?: string }).stderr))) throw error;
        await new Promise((again) => setTimeout(again, 500));
      }
    }
  } finally {
    clearInterval(wanted);
    await ask({ method: "DELETE", path: `/api/cards/${card}/insertion` }).catch(() => undefined);
    await stop?.();
  }
}
