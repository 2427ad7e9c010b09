// `cercle demo vendor`, with a real reader and the real package.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { missingPcsc, type PcscStack, startPcsc, startProgram, type TestProgram } from "@cercle/testkit";

describe("cercle demo vendor", { skip: missingPcsc() ?? false }, () => {
  let stack: PcscStack;
  let program: TestProgram;
  before(async () => {
    stack = await startPcsc();
    program = await startProgram({ inside: stack.inside });
  });
  after(async () => {
    await program?.stop();
    await stack?.stop();
  });

  // A package is compiled and npm fetches what it needs: a long story on a busy machine.
  it("plays the kit, a version whose package installs and runs its sample with a test card, a licence, a prohibition, the end", {
    timeout: 240_000,
  }, async () => {
    const run = await program.run(["demo", "vendor", "--json"], stack.environment);
    assert.equal(run.code, 0, run.err);
    const { steps } = JSON.parse(run.out) as {
      steps: { on: string; clause: string | null; refused: string | null; met: string[]; opened: string[]; closed: string[] }[];
    };
    assert.deepEqual(
      steps.filter(({ refused }) => refused).map(({ clause }) => clause),
      ["CPS annexe 2", "CPS annexe 4", "CPS 12.1", "CPS 10.2.4", "CPS 11.2", "CPS 10.2.8", "CPS 22", "CPS 21"],
    );
    const said = steps.flatMap((step) => step.met).join("\n");
    assert.match(said, /427,00 €/);
    assert.match(said, /CPS \d{10}, CPF \d{10}, CDE \d{10}, CPE \d{10}, CPA \d{10}/);
    assert.match(said, /✗ distribution\.prohibited/);
    assert.ok(steps.at(-3)?.closed.some((right) => right.startsWith("api-cps.distribute")));
    assert.match(said, /sha256 ✓/);
    assert.match(said, /npm install cercle-api-cps-|tar -xzf cercle-api-cps-/);
    assert.match(said, /^CPA CPS3v3 500000000000000/m);
  });
});
