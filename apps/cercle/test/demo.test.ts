// The two demonstrations, played through the program: what each step opens and closes, and what a real client meets at the door.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { startProgram, type TestProgram } from "@cercle/testkit";

type Step = { on: string; step: string; clause: string | null; opened: string[]; closed: string[]; phase: string; refused: string | null; met: string[] };
type Played = { reference: string; steps: Step[]; clients?: string[] };

describe("demonstrations", () => {
  let program: TestProgram;
  before(async () => {
    program = await startProgram();
  });
  after(() => program?.stop());

  const play = async (name: string): Promise<Played> => {
    const run = await program.run(["demo", name, "--json"]);
    assert.equal(run.code, 0, run.err);
    return JSON.parse(run.out);
  };
  const all = (steps: readonly Step[], pick: (step: Step) => readonly string[]): string => steps.flatMap(pick).join("\n");

  it("[MSS-06] [MSS-24] [MSS-38] [MSS-42] [MSS-43] an operator walks from request to validation, control, suspension, termination", async () => {
    const { steps } = await play("operator");
    const find = (text: RegExp): Step => steps.find((step) => step.refused === null && text.test(step.step)) ?? assert.fail(String(text));
    const validated = find(/^validated integration notified/);
    assert.match(validated.opened.join(), /register\.operators \(MSS 5\.1\)/);
    assert.match(validated.met.join(), /✓ Clinique/);
    const suspended = find(/^suspension of the service/);
    assert.match(suspended.closed.join(), /domain\.exchange .*\[validated\] \(MSS 7\.2\)/);
    assert.match(suspended.met.join(), /✓ Clinique/, "a suspension leaves the register");
    const ended = find(/^termination pronounced/);
    assert.match(ended.closed.join(), /register\.operators/);
    assert.match(ended.met.join(), /∅ Clinique/);
    assert.equal(ended.phase, "contract ended");
    const refusals = steps.filter((step) => step.refused);
    assert.deepEqual(
      refusals.map((step) => [step.step, step.clause]),
      [
        ["test-mailbox-created", "MSS 4.1"],
        ["validation-notified", "MSS 4.2"],
        ["validation-notified", "MSS 4.2"],
        ["control-announced", "MSS 7.1"],
        ["suspension-pronounced", "MSS 7.2"],
        ["formal-notice-sent", "MSS 12.2"],
        ["fruitless-recorded", "MSS 12.2"],
        ["termination-pronounced", "MSS 12.2"],
      ],
    );
    assert.ok(steps.every((step, i) => i === 0 || step.on >= (steps[i - 1]?.on ?? "")));
  });

  it("[PSC-04] [PSC-05] [PSC-06] [PSC-23] [PSC-25] a provider and its clients meet the doors that its file opens and closes", async () => {
    const { steps, clients } = await play("provider");
    const find = (text: RegExp): Step => steps.find((step) => step.refused === null && text.test(step.step)) ?? assert.fail(String(text));
    const [bas = "", production = ""] = clients ?? [];
    assert.match(
      find(/^request accepted/).met.join(),
      new RegExp(`${bas}: authorization ✗ .*unauthorized_client`),
      "a phase is no door: no client is registered yet",
    );
    const registered = steps.filter((step) => step.refused === null && step.step === "OpenID Connect client registered");
    assert.deepEqual(
      registered.map((step) => step.met),
      [[`${bas}: authorization ✓ sign-in page; token invalid_grant`], [`${production}: authorization ✓ sign-in page; token invalid_grant`]],
    );
    const deactivated = find(/^access deactivated/);
    assert.equal(deactivated.closed.length, 2);
    assert.equal(deactivated.met.length, 2);
    for (const met of deactivated.met) assert.match(met, /authorization ✗ .*token unauthorized_client .*under PSC 12\.2/);
    const reactivated = find(/^access reactivated/);
    assert.equal(reactivated.opened.length, 2, "reactivation gives the same clients back");
    for (const met of reactivated.met) assert.match(met, /authorization ✓ sign-in page; token invalid_grant/);
    assert.match(
      all(steps, (step) => (step.refused ? [`${step.step} ${step.clause}`] : [])),
      /deactivated PSC 12\.2/,
    );
  });

  it("without a server the provider's demonstration says what it needs", async () => {
    const { temporaryFolder, runCommand } = await import("@cercle/testkit");
    const folder = await temporaryFolder();
    const run = await runCommand(folder.path, ["demo", "provider"]);
    assert.equal(run.code, 1);
    assert.match(run.err, /cercle up/);
    await folder.remove();
  });
});
