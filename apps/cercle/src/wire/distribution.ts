// Distribution in the house: contracts are governance's files, cards the card room's, invoices evidence's, packages really built.
import type { Cards } from "@cercle/card";
import { type ContractFiles, createDistribution, type DistributionPorts } from "@cercle/distribution";
import type { EvidenceRoom } from "@cercle/evidence";
import { actorKey, partyOf } from "@cercle/governance";
import { defaultPolicy, type Entry, type FullInstrument, findFullInstrument } from "@cercle/law";
import type { House } from "../house.ts";
import { createPackages } from "./api-cps-package.ts";
import { newsPorts } from "./distribution-news.ts";

const instrumentId = "api-cps-contract";

export async function startDistribution(house: House, { cards, evidence }: { cards: Cards; evidence: EvidenceRoom }): Promise<void> {
  const { store, governance, vault, authority } = house;
  const packages = createPackages();
  house.onStop(() => packages.close());
  const ports: DistributionPorts = {
    files: filesOf(house),
    cards: {
      async create({ type, name }) {
        // A fictional holder of a fictional structure: nobody's card.
        const id = `500000000000000/${name.replaceAll(/\W/g, "")}${type}`;
        const made = await cards.create({ id, type, holder: { familyName: "TEST", givenName: type, structure: { id: "1500000000000000", name } } });
        return { number: made.card.number, pin: made.pin, puk: made.puk };
      },
    },
    invoices: {
      async draft(tx, { file, title, paragraphs }) {
        const parties = [{ party: "agency", name: house.space.agency.fr, as: "agency" }];
        return (await evidence.documents.draft(tx, { file, title, paragraphs, language: "fr", parties, by: "distribution" })).reference;
      },
      read: async (reference) => (await evidence.documents.open(store, await evidence.documents.get(store, reference))).bytes,
    },
    packages,
    ...newsPorts(house),
    verifyReport: (report) => verifyReport(report, authority.anchors()),
    vault,
    signer: (tx) => authority.signer(tx, "packages"),
    now: () => governance.clock.now(),
    policy: defaultPolicy,
    origin: await house.origin("portal.port"),
  };
  const distribution = createDistribution({ store, ports, frame: house.frame, anchors: () => authority.anchors() });
  await store.transaction((tx) => distribution.seed(tx));
  house.addRoutes(distribution.routes);
}

/** Any tool's report is accepted; one that says it is signed by a card must be. */
async function verifyReport(report: string, anchors: string): Promise<{ signed: boolean; reason?: string }> {
  const file = readSigned(report);
  if (!file) return { signed: false };
  const { verifyCms } = await import("@cercle/api-cps");
  const signature = Buffer.from(file.signature, "base64");
  // What is no CMS at all is thrown, not judged.
  const verdict = await verifyCms(signature, { anchors, content: Buffer.from(file.report), revocation: "none" }).catch(() => ({
    valid: false as const,
    reason: "CMS",
  }));
  return verdict.valid ? { signed: true } : { signed: false, reason: verdict.reason };
}

function readSigned(text: string): { readonly report: string; readonly signature: string } | undefined {
  try {
    const file = JSON.parse(text) as { format?: unknown; report?: unknown; signature?: unknown };
    return file.format === "cercle-conformity-card-1" && typeof file.report === "string" && typeof file.signature === "string"
      ? { report: file.report, signature: file.signature }
      : undefined;
  } catch {
    return undefined;
  }
}

const words = (value: unknown): readonly string[] => (Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : []);

function filesOf({ governance, store, space }: House): ContractFiles {
  const { files, parties, evidence, clock } = governance;
  const law = findFullInstrument(instrumentId) as FullInstrument;
  const entriesOf = async (reference: string): Promise<readonly Entry[]> => evidence.list(store, (await files.get(store, reference)).id);
  const contracts = async () => (await files.list(store)).filter((file) => file.instrument === instrumentId);
  return {
    async actsFor(actor, reference) {
      const file = await files.find(store, reference);
      if (file?.instrument !== instrumentId) return undefined;
      const as = await partyOf({ store, parties }, actor, file, law);
      return as === "agency" || as === "vendor" ? as : undefined;
    },
    async vendorName(reference) {
      const file = await files.get(store, reference);
      return file.party_id ? (await parties.get(store, file.party_id)).name : "";
    },
    record: (tx, reference, { type, actor, payload }) => files.record(tx, reference, { type, actor: actorKey(actor), payload }),
    listInForce: async () => (await contracts()).filter((file) => file.phase === "in-force").map((file) => file.reference),
    listAll: async () => (await contracts()).map((file) => file.reference),
    async listOwn(actor) {
      const held = actor.kind === "account" ? await parties.of(store, actor.id) : [];
      return (await contracts()).filter((file) => file.party_id !== null && held.includes(file.party_id)).map((file) => file.reference);
    },
    async isOpen(reference, right, subject) {
      const rights = await files.rights(store, { reference });
      return rights.some((one) => one.right === right && one.state === "open" && (subject === undefined || one.subject === subject));
    },
    namedPersons: async (reference) => words((await entriesOf(reference)).findLast((entry) => entry.type === "persons-named")?.payload?.persons),
    async findEntry(reference, type, version) {
      const found = (await entriesOf(reference)).findLast((entry) => entry.type === type && entry.payload?.version === version);
      return found && { seq: found.seq, day: found.happenedAt.toZonedDateTimeISO(space.time_zone).toPlainDate() };
    },
    async mayQualify(reference, announcement) {
      const state = law.fold(await entriesOf(reference));
      return law.forbids(state, "version-qualified", { about: announcement }, clock.now()) === undefined;
    },
    async boundAnnex(reference) {
      const entries = await entriesOf(reference);
      const clocks = law.obligations(law.fold(entries), clock.now()).filter((one) => one.clause.id === "CPS-15.4");
      // Bound by silence, or agreed upon after reservations.
      const bound = clocks.filter((one) => one.state === "fired" || one.matter.entries.some((entry) => entry.type === "price-agreed"));
      const annex = bound.at(-1)?.trigger.payload?.annex;
      return typeof annex === "string" ? annex : undefined;
    },
    async compatible(reference, version) {
      const entries = await entriesOf(reference);
      const available = entries.filter((entry) => entry.type === "version-available" && entry.payload?.version === version).map((entry) => entry.seq);
      const results = entries.filter((entry) => entry.type === "test-results-sent" && available.includes(Number(entry.payload?.about)));
      return words(results.at(-1)?.payload?.compatible);
    },
  };
}
