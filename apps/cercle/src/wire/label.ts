// The label in the house: its files are governance's, its seal the authority's, its door the public list and the logo kit.
import { type Clamd, createClamd } from "@cercle/antivirus";
import { actorKey, type FileRow, partyOf } from "@cercle/governance";
import { Refusal } from "@cercle/kernel";
import { createLabel, importReferential, type Label, type LabelFiles, labelErrors, listRight, logoRight, sampleReferential } from "@cercle/label";
import { findFullInstrument } from "@cercle/law";
import type { Actor } from "@cercle/web";
import type { House } from "../house.ts";

const instrumentId = "label-convention";

export async function startLabel(house: House): Promise<void> {
  const { store, governance, vault, authority, mode, configuration } = house;
  const clamd = configuration.get<string | undefined>("label.clamd");
  const label = createLabel({
    store,
    ports: {
      files: filesOf(house),
      vault,
      ...(clamd ? { scan: scanBy(createClamd({ place: clamd })) } : {}),
      signer: (tx) => authority.signer(tx, "logos"),
      now: () => governance.clock.now(),
      today: () => governance.clock.now().toZonedDateTimeISO(house.space.time_zone).toPlainDate(),
      origin: await house.origin("portal.port"),
    },
    frame: house.frame,
  });
  house.addRoutes(label.routes);
  if (mode === "sandbox") await store.transaction((tx) => importReferential(tx, { ...sampleReferential, fictional: true }, governance.clock.now()));
  await registerDoor(house, label);
}

/** What was found, undefined for nothing; whatever could not be judged is not kept. */
function scanBy(clamd: Clamd): (bytes: Uint8Array) => Promise<string | undefined> {
  return async (bytes) => {
    const verdict = await clamd.scan(bytes);
    if (verdict.kind === "unscanned") throw labelErrors.refuse("label.scan-unavailable", { cause: new Error(verdict.reason) });
    return verdict.kind === "infected" ? verdict.found : undefined;
  };
}

/** Without contact for five seconds nothing is listed: a list that cannot be kept up to date says nothing (LAB 6.8, 9.3). */
async function registerDoor({ governance }: House, label: Label): Promise<void> {
  await governance.doors.register({
    name: "label.public",
    rights: [listRight, logoRight],
    apply(rights, whole) {
      if (whole) label.forget();
      for (const right of [listRight, logoRight]) {
        const own = rights.filter((one) => one.right === right);
        const open = own
          .filter((one) => one.state === "open")
          .map(({ subject, limits }) => ({ subject, level: typeof limits.level === "string" ? limits.level : undefined }));
        label.apply(
          right,
          open,
          own.filter((one) => one.state !== "open").map((one) => one.subject),
        );
      }
    },
    lost: () => label.forget(),
  });
}

function filesOf({ governance, store, space }: House): LabelFiles {
  const { files, parties, evidence, access } = governance;
  const instrument = findFullInstrument(instrumentId);
  const sideOf = async (actor: Actor, file: FileRow | undefined): Promise<"agency" | "holder" | undefined> => {
    if (!instrument || file?.instrument !== instrumentId) return undefined;
    const as = await partyOf({ store, parties }, actor, file, instrument);
    return as === "agency" || as === "holder" ? as : undefined;
  };
  const reads: LabelFiles["reads"] = async (actor, reference) => {
    const seen = await access.read(actor, reference).catch((error: unknown) => {
      if (error instanceof Refusal) return undefined;
      throw error;
    });
    return seen?.file.instrument === instrumentId;
  };
  return {
    actsFor: async (actor, reference) => sideOf(actor, await files.find(store, reference)),
    reads,
    async listOwn(actor) {
      const own: string[] = [];
      for (const file of await files.list(store)) if ((await sideOf(actor, file)) || (await reads(actor, file.reference))) own.push(file.reference);
      return own;
    },
    async holderName(reference) {
      const file = await files.get(store, reference);
      return file.party_id ? (await parties.get(store, file.party_id)).name : "";
    },
    record: (tx, reference, { type, actor, payload }) => files.record(tx, reference, { type, actor: actorKey(actor), payload }),
    async history(reference) {
      const file = await files.get(store, reference);
      const day = (at: { toZonedDateTimeISO(zone: string): { toPlainDate(): { toString(): string } } }): string =>
        at.toZonedDateTimeISO(space.time_zone).toPlainDate().toString();
      return (await evidence.list(store, file.id)).map((entry) => ({
        on: day(entry.happenedAt),
        type: entry.type,
        clause: instrument?.definition.kinds[entry.type]?.article ?? null,
      }));
    },
    phaseOf: async (reference) => (await files.get(store, reference)).phase,
    async listLabelled() {
      return (await files.list(store)).filter((file) => file.instrument === instrumentId && file.phase === "labelled").map((file) => file.reference);
    },
  };
}
