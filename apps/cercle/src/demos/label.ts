// `cercle demo label`: a product from a sheet with holes to the public list, the logo, a formal notice and the withdrawal.
import { createHash } from "node:crypto";
import type { Story } from "@cercle/governance";
import type { Command } from "@cercle/kernel";
import { type Ask, mustRefuse } from "./attempt.ts";

/** A small real picture, base64. */
export const picture = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";

/** A whole sheet of article 3.1, fictional. */
export const sheetOf = (name: string) => ({
  commercial_name: name,
  components: ["Agenda", "Dossier"],
  version: "4.2.1",
  health_centres_only: true,
  deployment: { kind: "multi-site", max_sites: 12 },
  professions: ["sage-femme", "infirmier"],
  hosting: { hosted: true, host: "Hébergeur fictif", perimeter: "hébergement infogéré", valid_until: "2040-01-01" },
  lap: { name: "LAP fictif", number: "LAP-1", embedded: true, valid_until: "2040-01-01" },
  dmp: { number: "DMP-1" },
  sesam_vitale: { number: "SV-1" },
  specialities: [],
});

/** Who asks, fictional. */
export const application = {
  motive: "first",
  company: "Éditions du Chêne fictif",
  seat: "1 rue du Test, 75000 Paris",
  phone: "0100000000",
  email: "label@editeur.test",
  registration_place: "Paris",
  registration_number: "987654321",
  owner: true,
  sincere: true,
};

type Product = { readonly id: string; readonly name: string; readonly referential: string };

async function file(story: Story, ask: Ask, name: string, company: string): Promise<Product> {
  const post = (sheet: object) =>
    ({ method: "POST", path: "/api/label/applications", body: { file: story.reference, application: { ...application, company }, sheet } }) as const;
  const holes = await mustRefuse(ask, post({ ...sheetOf(name), deployment: { kind: "multi-site" }, professions: ["astrologue"], lap: {} }));
  await story.notes({ fr: "dossier avec une fiche à trous", en: "application with holes in its sheet" }, "holder", undefined, holes);
  const { product: id } = (await ask(post(sheetOf(name)))) as { product: string };
  await story.notes({ fr: "dossier déposé, fiche entière", en: "application filed, whole sheet" }, "holder");
  const builds = { method: "POST", path: `/api/label/products/${id}/builds` } as const;
  const fingerprint = (text: string): string => createHash("sha256").update(text).digest("hex");
  await ask({ ...builds, body: { number: "4.2.1", fingerprint: fingerprint(name) } });
  const twice = await mustRefuse(ask, { ...builds, body: { number: "4.2.1", fingerprint: fingerprint("patched") } });
  await story.notes({ fr: "un second binaire sous le même numéro", en: "a second build under the same number" }, "holder", undefined, twice);
  for (const piece of ["convention", "rules", "assurance-plan", "documents"]) await story.act("piece-filed", "holder", { piece });
  await story.tries("file-found-complete", "agency");
  await story.act("piece-filed", "holder", { piece: "referential", signed_on: (await story.today()).toString() });
  await story.act("file-found-complete", "agency");
  const all = (await ask({ method: "GET", path: "/api/label/referentials" })) as readonly { id: string; fictional: boolean }[];
  const referential = all.find((one) => one.fictional);
  return { id, name, referential: referential?.id ?? "" };
}

async function examine(story: Story, ask: Ask, { id, referential }: Product): Promise<void> {
  const bomb = { referential, requirement: "FIC-AGD-1", name: "screen.pdf", content: picture };
  const liar = await mustRefuse(ask, { method: "POST", path: `/api/label/products/${id}/evidence`, body: bomb });
  await story.notes({ fr: "une preuve qui n’est pas ce que dit son nom", en: "evidence that is not what its name says" }, "holder", undefined, liar);
  await story.act("conformity-visit-held", "agency", { results: ["scénarios joués : conformes"] });
  for (const requirement of ["FIC-AGD-1", "FIC-DOS-1", "FIC-DOS-2"]) {
    await ask({ method: "POST", path: `/api/label/products/${id}/evidence`, body: { referential, requirement, name: `${requirement}.png`, content: picture } });
    await ask({ method: "PUT", path: `/api/label/products/${id}/results`, body: { referential, results: [{ requirement, result: "met" }] } });
  }
  const { level, missing } = (await ask({ method: "GET", path: `/api/label/products/${id}/assessment?referential=${referential}` })) as {
    level: string;
    missing: { advanced: string[] };
  };
  await story.notes({ fr: "examen : le niveau est calculé", en: "examination: the level is computed" }, "agency", async () => [
    `${level} (${missing.advanced.join(", ")} ∅)`,
  ]);
}

/** What the public sees at this moment. */
async function look(ask: Ask, { id, name }: Product): Promise<readonly string[]> {
  const started = performance.now();
  const rows = (await ask({ method: "GET", path: "/public/label.json" })) as { product: string; level: string }[];
  const row = rows.find((one) => one.product === name);
  const kit = await ask({ method: "POST", path: `/api/label/products/${id}/kit` }).then(
    (made) => `✓ ${(made as { page: string }).page}`,
    (error: { code?: string }) => `✗ ${error.code}`,
  );
  return [`/public/label.json: ${row ? `✓ ${row.level}` : "∅"}`, `kit: ${kit}`, `${Math.round(performance.now() - started)} ms`];
}

async function withdraw(story: Story, looks: () => Promise<readonly string[]>): Promise<void> {
  await story.waits({ clause: "LAB-4.1" }, { fr: "deux mois calendaires", en: "two calendar months" });
  await story.act("version-offered", "holder");
  await story.waits({ by: "P3M" }, { fr: "trois mois de service", en: "three months of service" });
  await story.act("complementary-visit-held", "agency", { compliant: false, place: "customer-site", customer_agreed: true });
  await story.tries("audit-held", "agency", { functions: ["Agenda"], environment: "production", compliant: false });
  await story.act("audit-held", "agency", { functions: ["Agenda"], environment: "demonstration", compliant: false });
  await story.tries("formal-notice-sent", "agency", { channel: "email", under: "9.2.1", ground: "agenda" });
  await story.act("formal-notice-sent", "agency", { channel: "registered-receipt", under: "9.2.1", ground: "agenda" });
  await story.tries("withdrawal-pronounced", "agency");
  await story.waits({ clause: "LAB-9.2.1" }, { fr: "un mois après l’envoi", en: "one month after sending" });
  await story.act("fruitless-recorded", "agency");
  await story.act("withdrawal-pronounced", "agency", {}, looks);
  await story.act("customers-told", "holder");
  await story.act("documents-withdrawn", "holder");
}

export const demoLabel: Command = {
  words: ["demo", "label"],
  about: {
    fr: "joue une solution labellisée, du dossier au retrait ; avance l’horloge du bac à sable d’environ sept mois",
    en: "plays a labelled product, from application to withdrawal; moves the sandbox clock by about seven months",
  },
  async run(_input, context) {
    const { ask } = context;
    const mark = Date.now().toString(36).slice(-5);
    const party = `Éditions de démonstration ${mark}`;
    const { beginStory } = await import("@cercle/governance");
    const story = await beginStory(context, { instrument: "label-convention", party });
    const product = await file(story, ask, `Logiciel ${mark}`, party);
    await examine(story, ask, product);
    const looks = (): Promise<readonly string[]> => look(ask, product);
    for (const by of ["holder", "agency"]) {
      await ask({ method: "POST", path: `/api/label/products/${product.id}/signature`, body: { referential: product.referential, by } });
      await story.notes({ fr: "convention signée sur le niveau calculé", en: "convention signed on the computed level" }, by, looks);
    }
    await withdraw(story, looks);
    return context.json ? { reference: story.reference, product: product.id, steps: story.told } : undefined;
  },
};
