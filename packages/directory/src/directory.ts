// The room, opened: what the program wires.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Evidence } from "@cercle/evidence";
import { type Clock, type Language, realClock } from "@cercle/kernel";
import type { LdapDirectory } from "@cercle/ldap";
import type { Frame } from "@cercle/pages";
import type { Store } from "@cercle/store";
import type { Actor, Logger, Route } from "@cercle/web";
import { type Accesses, type AccessLimits, accessKey, createAccesses } from "./access.ts";
import { type Changes, createChanges } from "./daily/changes.ts";
import { dailyRoutes } from "./daily/routes.ts";
import { createSources, type Sources, type SourcesOptions } from "./daily/sources.ts";
import { createFhirHandler } from "./fhir/http.ts";
import { createPatch } from "./fhir/patch.ts";
import { createFhir } from "./fhir/service.ts";
import { createLoads, type Loads, workAnnouncements } from "./import/loads.ts";
import { importRoutes } from "./import-routes.ts";
import { createLdapFace } from "./ldap/face.ts";
import { type CopyOptions, type KeptCopy, keepCopy } from "./ldap/keep-copy.ts";
import { mailboxRoutes } from "./mailbox-routes.ts";
import { createPublications, type Operator, type Publications } from "./mailboxes/publication.ts";
import { pageRoutes } from "./pages/routes.ts";
import { peopleRoutes } from "./people-routes.ts";
import type { DirectoryNeeds, DirectoryPort } from "./ports.ts";
import { findProfessional } from "./professional.ts";
import { createSearch, type Search } from "./query/search.ts";
import { createRegistry } from "./registry.ts";
import { createPeople, type People } from "./sandbox/people.ts";

export type Directory = DirectoryPort & {
  readonly people: People;
  readonly loads: Loads;
  readonly search: Search;
  readonly publications: Publications;
  readonly accesses: Accesses;
  readonly sources: Sources;
  readonly changes: Changes;
  readonly routes: readonly Route[];
  /** Search, person, structure, mailbox. */
  pages(frame: (language: Language, actor: Actor) => Frame): readonly Route[];
  /** The FHIR face, for a listener of its own. */
  fhirHandler(options: {
    base: string;
    open: boolean;
    perMinute: number;
    log: Logger;
    identify(authorization: string | undefined): Promise<Actor>;
  }): (request: IncomingMessage, response: ServerResponse) => boolean;
  /** Test people, indexes that a killed load left unbuilt, the announcing job. */
  /** The LDAP face: entries are published mailboxes. */
  ldap(options: { base: string; anonymous: boolean; identify(authorization: string): Promise<Actor> }): LdapDirectory;
  /** What the LDAP face keeps in memory. */
  readonly copy: KeptCopy;
  start(): Promise<void>;
  stop(): Promise<void>;
};

export type DirectoryOptions = {
  readonly store: Store;
  readonly evidence: Evidence;
  readonly mode: "sandbox" | "live";
  readonly limits: AccessLimits;
  /** Mailboxes in memory for LDAP: how many megabytes at most, after how many searches; 512 and 100 unless told. */
  readonly copy?: Partial<Pick<CopyOptions, "megabytes" | "after">> | undefined;
  /** Sessions that the store may have open to its server, for loads; ten unless told. */
  readonly sessions?: number;
  /** Sources of the day's files, and how long closed rows are kept. */
  readonly daily: Pick<SourcesOptions, "urls" | "ca" | "folder" | "staleHours" | "onStale"> & { readonly keepClosedDays: number };
  readonly needs: DirectoryNeeds;
  readonly clock?: Clock;
};

const hourSeconds = 3600;

/** Opens the room on a migrated store. */
export function createDirectory({ store, evidence, mode, limits, copy: memory, sessions, daily, needs, clock = realClock }: DirectoryOptions): Directory {
  const registry = createRegistry({ store, clock });
  const people = createPeople({ store, registry, mode });
  const loads = createLoads({ store, clock, ...(sessions === undefined ? {} : { sessions }) });
  const search = createSearch(store);
  const copy = keepCopy({ megabytes: 512, after: 100, ...memory, store, search });
  const accesses = createAccesses({ store, evidence, limits });
  const publications = createPublications({ store, evidence, clock });
  const fhir = createFhir({ store, search, accesses, sealer: needs.sealer });
  const sources = createSources({ ...daily, store, evidence, clock, loads });
  const changes = createChanges(store);
  const operator = (key: string): Operator => ({ key, mayPublish: (from, domain) => needs.mayPublish(from, key, domain.toLowerCase()) });
  const operatorOf = (actor: Actor): Operator => operator(accessKey({ actor, address: "" }));
  const patch = createPatch({ store, fhir: () => fhir, search, accesses, publications, operatorOf: (access) => operator(accessKey(access)) });
  return {
    findProfessional: (nationalId) => findProfessional(store, nationalId),
    people,
    loads,
    search,
    publications,
    accesses,
    sources,
    changes,
    routes: [
      ...peopleRoutes({ store, people }),
      ...importRoutes({ store, loads, search }),
      ...dailyRoutes({ sources, changes, accesses }),
      ...mailboxRoutes({ store, evidence, publications, accesses, registry, operatorOf }),
    ],
    pages: (frame) => pageRoutes({ store, search, accesses, findProfessional: (id) => findProfessional(store, id), frame }),
    ldap: (options) => createLdapFace({ ...options, search, accesses, copy }),
    copy,
    fhirHandler: (options) => createFhirHandler({ ...options, fhir, patch }),
    async start() {
      await store.run("select directory.build_indexes()");
      await people.seed();
      workAnnouncements(store, loads);
      if (daily.urls.length > 0) await store.jobs.every("directory.sources", hourSeconds, () => sources.round());
      await store.jobs.every("directory.purge", 24 * hourSeconds, async () => {
        await changes.purge(clock.now().subtract({ hours: 24 * daily.keepClosedDays }));
      });
    },
    async stop() {
      copy.stop();
      await loads.stop();
      await accesses.stop();
    },
  };
}
