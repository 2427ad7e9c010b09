// `cercle demo vendor`: a vendor from its contract to the kit, a version, licences, a prohibition, the end.
import type { Story } from "@cercle/governance";
import type { Command } from "@cercle/kernel";
import { type Ask, mustRefuse } from "./attempt.ts";
import type { KitCard } from "./vendor-package.ts";

const limits = ["card-use-only", "no-copy-but-backup", "no-disclosure", "no-transfer", "agency-property", "no-change-but-update", "agency-not-liable"];
async function orderKit(story: Story, ask: Ask): Promise<KitCard> {
  const order = (articles: readonly string[], payment?: object) =>
    ({
      method: "POST",
      path: "/api/distribution/orders",
      body: { file: story.reference, articles: articles.map((code) => ({ code })), ...(payment ? { payment } : {}) },
    }) as const;
  const paid = { kind: "means-of-payment", note: "mandat de démonstration" };
  await story.notes(
    { fr: "commande sans les cartes", en: "an order without the cards" },
    "vendor",
    undefined,
    await mustRefuse(ask, order(["APICPS0001"], paid)),
  );
  const made = (await ask(order(["APICPS0001", "JEUEDIT001", "CSA-TEST"], paid))) as { reference: string; total: string; conflicts: { prevails: string }[] };
  await story.notes({ fr: "kit commandé, avec le mode de règlement", en: "kit ordered, with the means of payment" }, "vendor", async () => [
    `${made.reference}: ${made.total}`,
    ...made.conflicts.map(({ prevails }) => `⚠ ${prevails}`),
  ]);
  await story.waits({ by: "P10D" }, { fr: "dix jours", en: "ten days" });
  const delivery = { method: "POST", path: `/api/distribution/orders/${made.reference}/delivery`, body: {} } as const;
  const { cards, invoice } = (await ask(delivery)) as { cards: { card: string; type: string }[]; invoice: string };
  await story.notes(
    { fr: "kit livré : cinq cartes certifiées, puis la facture", en: "kit delivered: five certified cards, then the invoice" },
    "agency",
    async () => [cards.map(({ type, card }) => `${type} ${card}`).join(", "), invoice],
  );
  const today = (await story.today()).toString();
  const record = { order_date: today, access_code_date: today, cards_date: today, read_and_approved: true };
  await story.act("defect-found", "vendor", { defect: "une carte muette" });
  await story.tries("delivery-record-signed", "vendor", record);
  await story.act("defect-remedied", "agency");
  await story.act("delivery-record-signed", "vendor", record);
  await story.act("delivery-record-signed", "agency", record);
  const codes = (await ask({ method: "POST", path: `/api/distribution/orders/${made.reference}/codes` })) as KitCard[];
  const card = codes.find(({ type }) => type === "CPA");
  if (!card) throw new Error("the kit holds no CPA card");
  return card;
}

async function publish(story: Story, ask: Ask, number: string): Promise<void> {
  const version = (act: string, body: object = {}) => ({ method: "POST", path: `/api/distribution/versions/${number}/${act}`, body }) as const;
  await ask({ method: "POST", path: "/api/distribution/versions", body: { number, continuity: true } });
  await ask(version("announcement"));
  // What the law asks a qualification to record.
  const { qualificationTests } = await import("@cercle/law");
  const tests = qualificationTests.map((name) => ({ name, platform: "plate-forme de démonstration", passed: true }));
  const soon = await mustRefuse(ask, version("qualification", { tests }));
  await story.notes({ fr: `version ${number} : qualifier aussitôt`, en: `version ${number}: qualifying at once` }, "agency", undefined, soon);
  await story.waits({ clause: "CPS-12.1" }, { fr: "six mois après l’annonce", en: "six months after the announcement" });
  const bare = await mustRefuse(ask, version("qualification", { tests: tests.slice(1) }));
  await story.notes({ fr: "qualifier sans l’essai national", en: "qualifying without the national test" }, "agency", undefined, bare);
  await ask(version("qualification", { tests }));
  await ask(version("publication"));
  const public_ = (await ask({ method: "GET", path: "/public/api-cps/versions.json" })) as { number: string; state: string }[];
  await story.notes({ fr: `version ${number} qualifiée et publiée`, en: `version ${number} qualified and published` }, "agency", async () => [
    `/public/api-cps/versions.json: ${public_.find((one) => one.number === number)?.state ?? "∅"}`,
  ]);
}

async function distribute(story: Story, ask: Ask, number: string, product: string): Promise<string> {
  const file = story.reference;
  const licence = (more: object = {}) =>
    ({
      method: "POST",
      path: "/api/distribution/licences",
      body: {
        file,
        product,
        holder: { kind: "professional", national_id: "899700000013", name: "Professionnelle de démonstration" },
        territory: "RE",
        limits,
        signed_on: "2026-01-15",
        delay: { length: 3, unit: "months" },
        ...more,
      },
    }) as const;
  const foreign = await mustRefuse(ask, licence({ territory: "BE", limits: limits.slice(1) }));
  await story.notes({ fr: "licence hors de France, une limite manquante", en: "licence outside France, a limit missing" }, "vendor", undefined, foreign);
  const given = (await ask(licence())) as { licence: string };
  const install = { method: "PUT", path: `/api/distribution/licences/${given.licence}/version`, body: { version: number } } as const;
  const early = await mustRefuse(ask, install);
  await story.notes({ fr: "diffuser avant la compatibilité", en: "distributing before compatibility" }, "vendor", undefined, early);
  await ask({
    method: "POST",
    path: "/api/distribution/results",
    body: { file, version: number, compatible: [product], report: "essais de notre propre outil" },
  });
  await ask(install);
  const spread = (await ask({ method: "GET", path: `/api/distribution/versions/${number}/spread` })) as {
    licences: { licence: string; has_it: boolean; agreed_day: string }[];
  };
  const own = spread.licences.find((one) => one.licence === given.licence);
  await story.notes({ fr: "résultats fournis, version diffusée", en: "results given, version distributed" }, "vendor", async () => [
    `${own?.has_it ? "✓" : "∅"} ${number}, ${own?.agreed_day}`,
  ]);
  return given.licence;
}

/** What a professional's copy and a new licence meet at this moment. */
async function look(ask: Ask, file: string, number: string, licence: string): Promise<readonly string[]> {
  const tried = (request: Parameters<Ask>[0]): Promise<string> =>
    ask(request).then(
      () => "✓",
      (error: { code?: string }) => `✗ ${error.code}`,
    );
  const install = await tried({ method: "PUT", path: `/api/distribution/licences/${licence}/version`, body: { version: number } });
  const liability = (await ask({ method: "GET", path: `/api/distribution/contracts/${file}/liability` })) as { ceiling: string };
  return [`${number}: ${install}`, `CPS 18.9: ${liability.ceiling}`];
}

async function end(story: Story, ask: Ask, number: string, licence: string): Promise<void> {
  const looks = (): Promise<readonly string[]> => look(ask, story.reference, number, licence);
  await story.act("infringement-claim-received", "vendor");
  await story.act("infringement-claim-reported", "vendor", { writing: "courrier" });
  const prohibition = { basis: "settlement", reference: "transaction de démonstration", remedy: "replace" };
  const told = (await ask({ method: "POST", path: `/api/distribution/versions/${number}/prohibition`, body: prohibition })) as {
    told: number;
    licensees: number;
  };
  await story.notes({ fr: "utilisation interdite par une transaction", en: "use prohibited by a settlement" }, "agency", async () => [
    `${told.told}, ${told.licensees}`,
    ...(await looks()),
  ]);
  await story.tries("assigned", "vendor");
  await story.act("formal-notice-sent", "agency", { channel: "registered-receipt", ground: "licences" });
  await story.tries("termination-pronounced", "agency");
  await story.waits({ clause: "CPS-21" }, { fr: "quinze jours après l’envoi", en: "fifteen days after sending" });
  await story.act("termination-pronounced", "agency", {}, looks);
  await story.act("licence-lists-sent", "vendor");
  await story.act("destruction-certificate-received", "agency", { signed_by: "la gérante" });
}

export const demoVendor: Command = {
  words: ["demo", "vendor"],
  about: {
    fr: "joue un éditeur d’API-CPS, du contrat à la fin ; avance l’horloge du bac à sable d’environ sept mois",
    en: "plays an API-CPS vendor, from contract to end; moves the sandbox clock by about seven months",
  },
  async run(_input, context) {
    const { ask } = context;
    const mark = Date.now().toString(36).slice(-5);
    const product = `Logiciel ${mark}`;
    const { beginStory } = await import("@cercle/governance");
    const story = await beginStory(context, { instrument: "api-cps-contract", party: `Éditions de démonstration ${mark}` });
    await story.act("contract-signed", "vendor", { sincere: true, initialled: true });
    await story.act("contract-signed", "agency");
    await story.act("product-approved", "agency", { product });
    await story.act("persons-named", "vendor", { persons: ["00000000-0000-7000-8000-000000000000"] });
    const card = await orderKit(story, ask);
    // A number that no earlier demonstration took.
    const number = `${Math.floor(Date.now() / 86_400_000) % 100_000}.${Math.floor(Date.now() / 1000) % 86_400}.0`;
    await publish(story, ask, number);
    const { tryPackage } = await import("./vendor-package.ts");
    const lines = await tryPackage(ask, { file: story.reference, number, card });
    const step = { fr: "paquet téléchargé, installé, exemple joué avec la carte CPA", en: "package downloaded, installed, its sample run with the CPA card" };
    await story.notes(step, "vendor", async () => lines);
    const licence = await distribute(story, ask, number, product);
    await end(story, ask, number, licence);
    return context.json ? { reference: story.reference, version: number, steps: story.told } : undefined;
  },
};
