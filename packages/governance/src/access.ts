// Who reads which file, in one place for the API, the pages and what other rooms keep beside a file.
import { type FullInstrument, findFullInstrument } from "@cercle/law";
import type { Store } from "@cercle/store";
import type { Actor } from "@cercle/web";
import { governanceErrors } from "./errors.ts";
import type { FileRow, Files } from "./files/files.ts";
import { controllerActs, type Mandates } from "./parties/mandates.ts";
import type { Parties } from "./parties/parties.ts";
import type { Reach } from "./parties/reach.ts";

/** Who reads every file. */
export const agencyRoles: readonly string[] = ["officer", "second-officer", "auditor"];
/** Who may stand before a file at all. */
export const fileReaders: readonly string[] = [...agencyRoles, "controller", "vendor", "operator-contact"];

const holds = (actor: Actor, roles: readonly string[]): boolean => actor.kind === "account" && actor.roles.some((role) => roles.includes(role));

export function isAgency(actor: Actor): boolean {
  return actor.kind === "operator" || holds(actor, agencyRoles);
}

/** A controller from outside: reads what a mandate opens, and nothing else of the agency's. */
export function isController(actor: Actor): boolean {
  return holds(actor, ["controller"]) && !isAgency(actor);
}

/** A file as one reader sees it. */
export type SeenFile = {
  readonly file: FileRow;
  readonly instrument: FullInstrument;
  /** For whom the reader acts here; undefined for one who only reads. */
  readonly party: string | undefined;
  /** The mandate under which a controller reads, and acts for the agency within `controllerActs`. */
  readonly mandate?: string;
};

export type Access = {
  reach(actor: Actor): Promise<Reach>;
  /**
   * The file, if this actor may read it. Another party's file is refused as not theirs; to a controller without a mandate running
   * now every file answers as one that does not exist.
   */
  read(actor: Actor, reference: string): Promise<SeenFile>;
};

/** For whom a reader acts in a file, and the only acts they may do when a mandate says so. */
export function actsOf({ party, mandate }: Pick<SeenFile, "party" | "mandate">): { party: string | undefined; only?: ReadonlySet<string> } {
  return mandate ? { party: "agency", only: controllerActs } : { party };
}

/** For whom an actor acts in a file: the agency, the other party of the instrument, or nobody. */
export async function partyOf(
  { store, parties }: { store: Store; parties: Parties },
  actor: Actor,
  file: FileRow,
  instrument: FullInstrument,
): Promise<string | undefined> {
  if (actor.kind === "operator") return "agency";
  if (actor.kind !== "account") return undefined;
  if (holds(actor, ["officer", "second-officer"])) return "agency";
  const own = file.party_id !== null && (await parties.of(store, actor.id)).includes(file.party_id);
  return own ? instrument.definition.parties.find((party) => party !== "agency") : undefined;
}

export function createAccess({ store, files, parties, mandates }: { store: Store; files: Files; parties: Parties; mandates: Mandates }): Access {
  return {
    async reach(actor) {
      if (isAgency(actor)) return "all";
      if (actor.kind !== "account") return { parties: [], files: [] };
      return { parties: await parties.of(store, actor.id), files: isController(actor) ? await mandates.files(store, actor.id) : [] };
    },
    async read(actor, reference) {
      const file = await files.get(store, reference);
      const unknown = () => governanceErrors.refuse("governance.no-file", { params: { reference } });
      const instrument = findFullInstrument(file.instrument);
      if (!instrument) throw isController(actor) ? unknown() : governanceErrors.refuse("governance.no-instrument", { params: { instrument: file.instrument } });
      const party = await partyOf({ store, parties }, actor, file, instrument);
      if (party !== undefined || isAgency(actor)) return { file, instrument, party };
      if (!isController(actor) || actor.kind !== "account") throw governanceErrors.refuse("governance.not-your-file");
      const mandate = await mandates.running(store, actor.id, file.id);
      if (!mandate) throw unknown();
      return { file, instrument, party: undefined, mandate };
    },
  };
}
