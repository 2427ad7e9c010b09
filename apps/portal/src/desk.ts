// What every page of the portal works with: words, the frame, who reads which file, and the API of this process.
import type { Accounts } from "@cercle/accounts";
import type { Evidence, Intake } from "@cercle/evidence";
import { actsOf, buildFileView, type FileView, fileReaders, type Governance, listWork, type Reach, type SeenFile, type WorkRow } from "@cercle/governance";
import type { IdentifierScheme, Language, Temporal } from "@cercle/kernel";
import type { Entry } from "@cercle/law";
import { buildPage, type Frame, type Html } from "@cercle/pages";
import type { Store } from "@cercle/store";
import { type Actor, type AskRoutes, Reply } from "@cercle/web";
import { createWords, type Words } from "./words.ts";

export type PortalSurface = {
  readonly store: Store;
  readonly governance: Pick<Governance, "files" | "parties" | "access" | "doors" | "clock" | "policy"> & { readonly evidence: Evidence };
  readonly accounts: Accounts;
  /** The API of this process: pages ask it as scripts do. */
  readonly asks: AskRoutes;
  readonly intake: Pick<Intake, "receive">;
  /** Whether heads are stamped by an authority outside this space. */
  readonly outsideTimestamps: boolean;
  readonly timeZone: string;
  readonly mode: "sandbox" | "live";
  readonly cookieName: string;
  /** Where the portal is reached. */
  readonly origin: string;
  /** Numbers by which the space knows structures. */
  readonly schemes: readonly IdentifierScheme[];
  frame(language: Language, actor: Actor): Frame;
};

/** Who a page is for and where it stands. */
export type Reader = { readonly language: Language; readonly actor: Actor };
export type Sheet = {
  readonly title: string;
  readonly main: Html;
  readonly narrow?: boolean;
  readonly status?: number;
  /** The place of the top bar to which the page belongs. */
  readonly at?: string;
  /** What the address asks: kept when the language changes. */
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly scripts?: readonly string[];
};

/** A file as one reader sees it. */
export type Seen = SeenFile & {
  /** The other side's name. */
  readonly name: string;
};

export type Desk = PortalSurface & {
  readonly readers: readonly string[];
  words(language: Language): Words;
  page(reader: Reader, sheet: Sheet): Promise<Reply>;
  today(): Temporal.PlainDate;
  reach(actor: Actor): Promise<Reach>;
  see(actor: Actor, reference: string): Promise<Seen>;
  /** The file as it stands, or as it stood at another instant. */
  view(seen: Pick<Seen, "instrument" | "party" | "mandate">, entries: readonly Entry[], language: Language, at?: Temporal.Instant): FileView;
  work(actor: Actor, limit: number): Promise<readonly WorkRow[]>;
  /** Asks the API as the reader. */
  ask<T>(
    reader: Reader,
    method: "GET" | "POST" | "PUT" | "DELETE",
    path: string,
    more?: { query?: Readonly<Record<string, string>>; body?: unknown },
  ): Promise<T>;
};

export function createDesk(surface: PortalSurface): Desk {
  const { store, governance, timeZone, frame, asks } = surface;
  const { parties, access, clock, policy } = governance;
  const work: Desk["work"] = async (actor, limit) => listWork(store, { limit, reach: await access.reach(actor) });
  return {
    ...surface,
    readers: fileReaders,
    words: (language) => createWords(language, timeZone),
    today: () => clock.now().toZonedDateTimeISO(timeZone).toPlainDate(),
    reach: (actor) => access.reach(actor),
    work,
    async page({ language, actor }, { title, main, narrow = false, status = 200, at, query = {}, scripts }) {
      const framed = frame(language, actor);
      const late = actor.kind === "account" ? (await work(actor, 100)).filter((row) => row.state === "late").length : 0;
      const nav = (framed.nav ?? []).map((place) => ({ ...place, current: place.href === at, ...(place.href === "/work" && late > 0 ? { count: late } : {}) }));
      const asked = Object.entries(query).filter((pair): pair is [string, string] => pair[1] !== undefined && pair[0] !== "lang");
      const otherLanguage = `?${new URLSearchParams([...asked, ["lang", language === "fr" ? "en" : "fr"]])}`;
      return Reply.html(buildPage({ ...framed, nav, otherLanguage }, { title, main, wide: !narrow, ...(scripts ? { scripts } : {}) }), { status });
    },
    async see(actor, reference) {
      const seen = await access.read(actor, reference);
      return { ...seen, name: seen.file.party_id ? (await parties.get(store, seen.file.party_id)).name : seen.file.reference };
    },
    view: (seen, entries, language, at = clock.now()) => buildFileView(seen.instrument, entries, { now: at, language, ...actsOf(seen), timeZone, policy }),
    ask: <T>({ language, actor }: Reader, method: "GET" | "POST" | "PUT" | "DELETE", path: string, more = {}) =>
      asks.ask({ method, path, actor, language, ...more }) as Promise<T>,
  };
}
