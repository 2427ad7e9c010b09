// The room, put together.

import { createEvidence, type Evidence, type Keys } from "@cercle/evidence";
import { type Clock, type IdentifierScheme, realClock } from "@cercle/kernel";
import type { CountingPolicy } from "@cercle/law";
import type { Store } from "@cercle/store";
import type { Route } from "@cercle/web";
import { type Access, createAccess } from "./access.ts";
import { createGovernanceClock, type GovernanceClock } from "./clock.ts";
import { clockMoved } from "./events.ts";
import { fileRoutes } from "./files/file-routes.ts";
import { createFiles, type Files } from "./files/files.ts";
import { logoRoute } from "./files/logo.ts";
import { createTicker } from "./files/ticker.ts";
import { mandateRoutes } from "./parties/mandate-routes.ts";
import { createMandates, type FindAccount } from "./parties/mandates.ts";
import { createParties, type Parties } from "./parties/parties.ts";
import { createDoors, type Doors } from "./rights/doors.ts";
import { createGrants, type Grants } from "./rights/grants.ts";
import { governanceRoutes } from "./routes.ts";
import { termsRoutes } from "./terms/routes.ts";
import { createTerms, type Terms } from "./terms/terms.ts";

export type Governance = {
  readonly policy: CountingPolicy;
  readonly clock: GovernanceClock;
  readonly evidence: Evidence;
  readonly files: Files;
  readonly parties: Parties;
  readonly access: Access;
  readonly doors: Doors;
  readonly grants: Grants;
  readonly terms: Terms;
  readonly routes: readonly Route[];
  stop(): Promise<void>;
};

/** `policy` is the space's: legal days and years are counted by it, in its time zone. */
export async function createGovernance({
  store,
  mode,
  policy,
  real = realClock,
  keys,
  identifiers = [],
  findAccount = async () => undefined,
}: {
  store: Store;
  mode: "sandbox" | "live";
  policy: CountingPolicy;
  real?: Clock;
  /** Seal the contents of entries; the program always gives them. */
  keys?: Pick<Keys, "seal" | "unseal">;
  /** Identifier schemes of the space, by which the numbers of parties are verified. */
  identifiers?: readonly IdentifierScheme[];
  /** Accounts in use: a mandate is given to one of them. */
  findAccount?: FindAccount;
}): Promise<Governance> {
  const { timeZone } = policy;
  const clock = await createGovernanceClock({ store, real, mode, timeZone });
  const evidence = createEvidence({ store, clock, real, keys });
  const files = createFiles({ store, evidence, clock, real, policy });
  const parties = createParties({ clock });
  const mandates = createMandates({ evidence, parties, clock, policy, findAccount });
  const access = createAccess({ store, files, parties, mandates });
  const doors = createDoors({ store, evidence, files, real });
  const grants = createGrants({ files, mode });
  await store.jobs.every("evidence.seal", 60, async () => {
    await store.transaction((tx) => evidence.sealTraces(tx));
  });
  const terms = createTerms({ store, files, clock, policy });
  await store.jobs.every("governance.tell-terms", 60, () => terms.tellFiles());
  const ticker = createTicker({ store, files });
  // The clock of a sandbox may leap months: what falls due on the way is looked at at once, in legal order.
  const follower = await store.follow({ kind: clockMoved, handle: () => ticker.run() });
  return {
    policy,
    clock,
    evidence,
    files,
    parties,
    access,
    doors,
    grants,
    terms,
    routes: [
      ...governanceRoutes({ store, clock, files, doors, grants, evidence, timeZone }),
      logoRoute({ store, timeZone }),
      ...termsRoutes({ store, evidence, files, access, terms, policy }),
      ...mandateRoutes({ store, evidence, access, mandates, findAccount }),
      ...fileRoutes({ store, evidence, clock, files, parties, access, doors, policy, mode, identifiers }),
    ],
    async stop() {
      await follower.stop();
      await ticker.stop();
      await doors.stop();
      await clock.stop();
    },
  };
}
