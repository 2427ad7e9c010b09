// The package as it is published: compiled, run by Node 20 and by the pinned Node; the manual's samples exactly as printed.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { after, before, describe, it } from "node:test";
import { missingPcsc, temporaryFolder } from "@cercle/testkit";
import { type CardBench, openBench } from "./cards.ts";

const manual = readFileSync(resolve(import.meta.dirname, "../manual.md"), "utf8");
const samples = [...manual.matchAll(/^```js (\S+)\n([\s\S]*?)^```$/gm)].map(([, name = "", code = ""]) => ({ name, code }));
const expected: Readonly<Record<string, RegExp>> = {
  "identite.mjs": /CPS CPS3v3 899700000013[\s\S]*SA\d\d/,
  "lecteurs.mjs": /Virtual PCD 00 00 carte/,
  "code.mjs": /wrong-pin 2\nessais restants 3/,
  "authentifier.mjs": /réponse true\ncertificat true/,
  "signer.mjs": /true Compte rendu/,
  "courriel.mjs": /^true$/m,
};

describe("the manual", { skip: missingPcsc() ?? false }, () => {
  let bench: CardBench;
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let inserted: Awaited<ReturnType<CardBench["insert"]>>;
  before(async () => {
    execFileSync(process.execPath, [resolve(import.meta.dirname, "../../../scripts/build-api-cps.ts")], { stdio: ["ignore", "ignore", "inherit"] });
    bench = await openBench();
    folder = await temporaryFolder();
    mkdirSync(join(folder.path, "node_modules/@cercle"), { recursive: true });
    symlinkSync(resolve(import.meta.dirname, "../dist"), join(folder.path, "node_modules/@cercle/api-cps"));
    for (const { name, code } of samples) writeFileSync(join(folder.path, name), code);
    inserted = await bench.insert((await bench.create()).card);
  });
  after(async () => {
    await inserted?.remove();
    await bench?.stop();
    await folder?.remove();
  });

  const nodes = [process.execPath, "/usr/bin/node"].filter(
    (node) => spawnSync(node, ["-e", "process.exit(+process.versions.node.split('.')[0] >= 20 ? 0 : 1)"]).status === 0,
  );
  const run = (node: string, ...args: readonly string[]) => {
    const environment = { ...process.env, ...bench.stack.environment, CPS_PIN: "1234", CPS_ANCHORS: join(bench.program.data, "ca.pem") };
    const [command, words] = bench.stack.inside(node, args);
    return spawnSync(command, words, { cwd: folder.path, encoding: "utf8", timeout: 60_000, env: environment });
  };

  it("[CPS-05, CPS-43] has samples that run exactly as printed, on every Node that is supported here", () => {
    assert.deepEqual(samples.map((sample) => sample.name).toSorted(), Object.keys(expected).toSorted());
    for (const node of nodes) {
      for (const { name } of samples) {
        const { stdout, stderr, status } = run(node, name);
        assert.equal(status, 0, `${name}: ${stderr}`);
        assert.match(stdout, expected[name] ?? /$^/, name);
      }
    }
  });

  it("[CPS-02] has a doctor that says what works, and what to do when something does not", async () => {
    const doctor = resolve(import.meta.dirname, "../dist/cps-doctor.js");
    const good = run(process.execPath, doctor, "--json");
    assert.equal(good.status, 0, good.stdout + good.stderr);
    assert.deepEqual(
      (JSON.parse(good.stdout) as { step: string }[]).map((one) => one.step),
      ["driver", "reader", "card", "code", "certificates"],
    );
    await inserted.remove();
    const empty = run(process.execPath, doctor, "--json");
    assert.equal(empty.status, 1);
    assert.match((JSON.parse(empty.stdout) as { text: { en: string } }[]).at(-1)?.text.en ?? "", /No card/);
    inserted = await bench.insert((await bench.create()).card);
  });
});
