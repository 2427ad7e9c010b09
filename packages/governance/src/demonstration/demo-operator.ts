// `cercle demo operator`: an operator from its request to its end, through a control that finds faults twice.
import type { Command } from "@cercle/kernel";
import { beginStory, type Played, type Stage, type Story } from "./demo-story.ts";

type Ask = Parameters<NonNullable<Command["run"]>>[1]["ask"];

/** What the public sees: the register, as anyone reads it. */
async function register(ask: Ask, party: string): Promise<readonly string[]> {
  const rows = (await ask({ method: "GET", path: "/public/registers/operators.json" })) as { name: string }[];
  return [`/public/registers/operators.json: ${rows.some((row) => row.name === party) ? "✓" : "∅"} ${party}`];
}

async function integrate(story: Story, domain: string, looks: () => Promise<readonly string[]>): Promise<void> {
  await story.act("domain-declared", "operator", { domain, title: "own" });
  await story.act("contract-signed", "operator");
  await story.act("contract-signed", "agency", {}, looks);
  await story.act("test-mailbox-created", "operator", { address: `test1@${domain}` });
  await story.tries("test-mailbox-created", "operator", { address: `dupont@${domain}` });
  await story.tries("validation-notified", "agency", { channel: "registered" });
  await story.waits({ by: "P5M" }, { fr: "cinq mois d’essais", en: "five months of tests" });
  await story.act("commitment-sent", "operator", { channel: "registered-receipt" });
  await story.waits({ by: "P4D" }, { fr: "la poste", en: "the post" });
  await story.act("commitment-received", "agency");
  await story.act("complements-requested", "agency", { missing: ["hébergement"] });
  await story.act("commitment-found-complete", "agency");
  await story.tries("validation-notified", "agency", { channel: "email" });
  await story.act("validation-notified", "agency", { channel: "registered" }, looks);
}

async function control(story: Story): Promise<void> {
  await story.waits({ by: "P3M" }, { fr: "trois mois de service", en: "three months of service" });
  const soon = (await story.today()).add({ days: 7 }).toString();
  await story.tries("control-announced", "agency", { channel: "registered", control_date: soon, plan: "annexe 3", kind: "visit" });
  const day = (await story.today()).add({ days: 35 }).toString();
  await story.act("control-announced", "agency", { channel: "registered", control_date: day, plan: "annexe 3", kind: "visit" });
  await story.waits({ day }, { fr: "jour du contrôle", en: "day of the control" });
  await story.act("control-held", "agency");
  await story.waits({ by: "P1M" }, { fr: "rédaction du rapport", en: "the report is written" });
  await story.act("control-report-sent", "agency", { channel: "registered", compliant: false, remedy: { length: 2, unit: "months" } });
  await story.tries("suspension-pronounced", "agency");
  await story.waits({ by: "P3D" }, { fr: "la lettre arrive", en: "the letter arrives" });
  await story.act("letter-received", "agency");
  await story.waits({ clause: "MSS-7.2-remedy" }, { fr: "fin du délai de mise en conformité", en: "end of the delay to conform" });
  const second = (await story.today()).add({ days: 35 }).toString();
  await story.act("second-visit-announced", "agency", { channel: "registered", control_date: second, plan: "annexe 3" });
  await story.waits({ day: second }, { fr: "jour de la nouvelle visite", en: "day of the new visit" });
  await story.act("second-visit-held", "agency");
  await story.act("second-visit-report-sent", "agency", { channel: "registered", compliant: false });
}

async function end(story: Story, looks: () => Promise<readonly string[]>): Promise<void> {
  await story.act("suspension-pronounced", "agency", {}, looks);
  await story.tries("formal-notice-sent", "agency", { channel: "registered", for: "control" });
  await story.act("formal-notice-sent", "agency", { channel: "registered-receipt", for: "control" });
  await story.tries("fruitless-recorded", "agency");
  await story.waits({ clause: "MSS-12.2" }, { fr: "un mois après l’envoi", en: "one month after sending" });
  await story.tries("termination-pronounced", "agency");
  await story.act("fruitless-recorded", "agency");
  await story.act("termination-pronounced", "agency", {}, looks);
  await story.act("documents-withdrawn", "operator");
}

export const demoOperator: Command = {
  words: ["demo", "operator"],
  about: {
    fr: "joue un opérateur, de la demande à la résiliation ; avance l’horloge du bac à sable d’environ deux ans",
    en: "plays an operator, from request to termination; moves the sandbox clock by about two years",
  },
  async run(_input, context) {
    const played = await playOperator(context);
    return context.json ? played : undefined;
  },
};

/** The whole story, on any stage. */
export async function playOperator(stage: Stage): Promise<Played> {
  const mark = Date.now().toString(36).slice(-5);
  const party = `Clinique de démonstration ${mark}`;
  const looks = (): Promise<readonly string[]> => register(stage.ask, party);
  const story = await beginStory(stage, { instrument: "mssante-operator", party });
  await integrate(story, `demo-${mark}.mssante.test`, looks);
  await control(story);
  await end(story, looks);
  return { reference: story.reference, steps: story.told };
}
