// The room, put together: two environments over one set of clients, people and traces.
import type { Evidence } from "@cercle/evidence";
import type { Clock, Language } from "@cercle/kernel";
import type { Frame } from "@cercle/pages";
import type { Store } from "@cercle/store";
import type { Logger } from "@cercle/web";
import { type Availability, createAvailability } from "./availability/availability.ts";
import { type Clients, createClients, type Seal } from "./clients/clients.ts";
import { createTraces, type Traces } from "./clients/traces.ts";
import { type OpenEnvironment, type Origins, openEnvironment, type Secrets } from "./environment.ts";
import { createPeople, type People } from "./people.ts";
import { type Approvals, type ClientDoor, type Directory, type Environment, environments, type VerifyClientCertificate } from "./ports.ts";
import { sweepPayloads } from "./provider/adapter.ts";

export type ConnectParts = {
  readonly store: Store;
  readonly evidence: Evidence;
  readonly real: Clock;
  /** Governance's: what retention counts by. */
  readonly governance: Clock;
  readonly log: Logger;
  readonly vault: Seal & Secrets;
  readonly mode: "sandbox" | "live";
  readonly automation: "authorised" | "refused";
  /** Percent. */
  readonly availabilityTarget: number;
  readonly space: string;
  readonly origins: Readonly<Record<Environment, Origins>>;
  readonly directory: Directory;
  readonly approvals: Approvals;
  readonly door: ClientDoor;
  readonly verifyClientCertificate: VerifyClientCertificate;
  frame(language: Language): Frame;
};

export type Connect = {
  readonly clients: Clients;
  readonly people: People;
  readonly traces: Traces;
  readonly availability: Availability;
  readonly environments: Readonly<Record<Environment, OpenEnvironment>>;
  /** The person left the directory (PSC-26): every session ends, in every process by what is stored. */
  endPerson(nationalId: string): Promise<void>;
  /** Retention looks at governance's clock again. */
  tick(): Promise<void>;
  stop(): Promise<void>;
};

export async function createConnect(parts: ConnectParts): Promise<Connect> {
  const { store, real } = parts;
  const clients = createClients({ store, seal: parts.vault, real });
  const people = createPeople(parts.directory);
  const traces = createTraces({ store, evidence: parts.evidence, real, governance: parts.governance });
  const availability = createAvailability({ store, real, target: parts.availabilityTarget });
  const opened = await Promise.all(
    environments.map((environment) =>
      openEnvironment({ ...parts, environment, origins: parts.origins[environment], secrets: parts.vault, clients, people, traces, availability }),
    ),
  );
  const [bas, production] = opened as [OpenEnvironment, OpenEnvironment];
  await store.jobs.every("connect.sweep", 60, async () => void (await sweepPayloads(store)));
  await availability.beat();
  await store.jobs.every("connect.beat", 30, () => availability.beat());
  await store.jobs.every("connect.seal", 5, async () => {
    while ((await traces.seal()) === 500);
  });
  await store.jobs.every("connect.erase", 3600, async () => void (await traces.erase()));
  return {
    clients,
    people,
    traces,
    availability,
    environments: { bas, production },
    tick: async () => void (await traces.erase()),
    stop: () => traces.stop(),
    async endPerson(nationalId) {
      people.forget(nationalId);
      const found = await parts.directory.findProfessional(nationalId);
      for (const { sessions } of opened) {
        for (const session of found ? await sessions.ofSubject(found.subjectId) : []) await sessions.end(session);
      }
    },
  };
}
