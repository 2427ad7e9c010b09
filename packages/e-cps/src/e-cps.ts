// The room, put together.
import type { Evidence } from "@cercle/evidence";
import type { Language } from "@cercle/kernel";
import type { Frame } from "@cercle/pages";
import type { Store, Tx } from "@cercle/store";
import { type Actor, createListener, defineRoute, type Logger, type Reply, type Route } from "@cercle/web";
import { createActivations } from "./activation/activations.ts";
import { type CardHolder, createCardPage } from "./activation/card-page.ts";
import { createCorrespondence } from "./activation/correspondence.ts";
import { createMessages } from "./activation/messages.ts";
import { outboxRoute } from "./activation/outbox-page.ts";
import { removalRoutes } from "./activation/removal-routes.ts";
import { createTerms, handOverTerms } from "./activation/terms.ts";
import { createVerifications } from "./activation/verifications.ts";
import { createApprovals } from "./approval/approvals.ts";
import { createCalls } from "./approval/calls.ts";
import { createPush } from "./approval/push.ts";
import { createUsages } from "./approval/usage.ts";
import type { Transport } from "./device/index.ts";
import { deviceRoutes } from "./devices/device-routes.ts";
import { createDevices } from "./devices/devices.ts";
import { headlessRoutes } from "./devices/headless.ts";
import { openSecrets } from "./devices/secrets.ts";
import { officerRoutes } from "./officer-routes.ts";
import { createPerson, type Person } from "./person.ts";
import type { Approvals, Clocks, Directory, TermsVersions, UseRight, Vault } from "./ports.ts";
import type { EndReason } from "./reasons.ts";

export type ECps = {
  /** For the sign-in service. */
  readonly approvals: Approvals;
  /** The telephone's protocol, and in a sandbox the outbox: for the wallet's origin. */
  readonly walletRoutes: readonly Route[];
  /** Officers' routes, and in a sandbox the door for test suites: for the portal, the API and commands. */
  readonly apiRoutes: readonly Route[];
  /** A link for a new telephone after a sign-in with the card at the portal (art. 3.1, second way). */
  linkByCard(tx: Tx, nationalId: string): Promise<{ link: string; expiresAt: { toString(): string } }>;
  /** The page with that link as a QR code and a code to type, for the holder of a verified card. Throws `e-cps.unknown-person`. */
  cardPage(holder: CardHolder): Promise<Reply>;
  /** Where a card is shown at the portal: the application names it from then on. */
  offerCard(address: string): void;
  /** Ends a person's e-CPS: gone from the directory, or by another room's decision. */
  end(tx: Tx, nationalId: string, reason: EndReason): Promise<boolean>;
  /** A person's telephones, newest first: the standing one and those that ended. */
  devicesOf(
    nationalId: string,
  ): Promise<readonly { readonly name: string | null; readonly state: "active" | "blocked" | "ended"; readonly activated_at: string }[]>;
  /** The door shut for these persons: what waits on their telephones stops, and the e-CPS ends for the reason of the clause. */
  shut(closed: readonly { nationalId: string; clause: string }[]): Promise<void>;
  /** Retention looks at the governance clock again. */
  tick(): Promise<void>;
  stop(): Promise<void>;
};

export async function createECps({
  store,
  vault,
  evidence,
  clocks,
  directory,
  right,
  versions,
  mode,
  log,
  frame,
  approvalSeconds,
  minimumAppVersion,
  gateway,
  pushHosts,
  contact,
}: {
  store: Store;
  vault: Vault;
  evidence: Evidence;
  clocks: Clocks;
  directory: Directory | undefined;
  right: UseRight;
  versions: TermsVersions;
  mode: "sandbox" | "live";
  log: Logger;
  frame(language: Language, actor: Actor): Frame;
  approvalSeconds: number;
  minimumAppVersion: string;
  pushHosts: readonly string[];
  /** Address of who runs the space, for push services. */
  contact: string;
  gateway?: { url: string; token?: string | undefined } | undefined;
}): Promise<ECps> {
  const secrets = await openSecrets(vault);
  const usages = createUsages({ evidence, clocks });
  await handOverTerms(store, versions);
  const terms = createTerms({ clocks, versions, right });
  const correspondence = createCorrespondence({ secrets, clocks });
  const messages = createMessages({ store, secrets, clocks, gateway, mode });
  const devices = createDevices({ store, secrets, clocks, usages, right });
  const verifications = createVerifications({ store, secrets, clocks, messages, usages });
  const push = await createPush({ store, vault, secrets, clocks, hosts: pushHosts, subject: contact });
  const approvals = createApprovals({ store, clocks, devices, usages, right, push, seconds: approvalSeconds });
  const person: Person = createPerson({
    store,
    secrets,
    clocks,
    directory,
    correspondence,
    messages,
    devices,
    verifications,
    activations: () => activations,
    terms,
    usages,
    push,
    right,
  });
  const activations = createActivations({
    store,
    secrets,
    clocks,
    directory,
    right,
    correspondence,
    messages,
    verifications,
    devices,
    terms,
    usages,
    mode,
    barred: (nationalId) => person.barred(nationalId),
  });
  const calls = await createCalls(store);
  const ways: { card?: string } = {};
  const protocol = [
    defineRoute({
      method: "GET",
      path: "/e-cps/ways",
      about: "Other ways in than the application alone: where a card is shown.",
      who: "anyone",
      handle: async () => ways,
    }),
    ...deviceRoutes({ store, devices, activations, approvals, person, calls, push, minimumAppVersion }),
    ...removalRoutes({ activations, verifications, person, store, mode }),
  ];

  const tick = async (): Promise<void> => {
    await store.transaction((tx) => usages.erase(tx));
  };
  await store.jobs.every("e-cps.expire", 5, async () => {
    await approvals.expire();
    await verifications.expire();
  });
  await store.jobs.every("e-cps.tick", 60, tick);

  const sandbox: Route[] = [];
  const stops: (() => Promise<void>)[] = [() => calls.stop()];
  if (mode === "sandbox") {
    // The devices without a screen speak the protocol's own HTTP, injected: the same whether anything listens or not.
    const inside = await createListener({ name: "e-cps-headless", routes: protocol, log, identify: async () => ({ kind: "nobody" }), perMinute: 1_000_000 });
    stops.push(() => inside.close());
    const send =
      (language: Language): Transport =>
      async ({ path, body }) => {
        const reply = await inside.app.inject({ method: "POST", url: path, payload: body as object, headers: { "accept-language": language } });
        return { status: reply.statusCode, body: reply.body === "" ? undefined : JSON.parse(reply.body) };
      };
    sandbox.push(...headlessRoutes({ store, secrets, messages, approvals, send }));
  }
  return {
    approvals,
    walletRoutes: [...protocol, ...(mode === "sandbox" ? [outboxRoute({ store, messages, frame, timeZone: clocks.timeZone })] : [])],
    apiRoutes: [...officerRoutes({ store, correspondence, activations, person, usages }), ...sandbox],
    cardPage: createCardPage({ store, activations, frame }),
    offerCard(address) {
      ways.card = address;
    },
    linkByCard: (tx, nationalId) => activations.makeLink(tx, nationalId, "card"),
    end: (tx, nationalId, reason) => person.end(tx, nationalId, reason),
    devicesOf: async (nationalId) => {
      const rows = await devices.all(store, nationalId);
      return rows.map(({ name, state, activated_at }) => ({ name, state, activated_at: activated_at.toString() }));
    },
    async shut(closed) {
      await approvals.stop(closed.map(({ nationalId }) => nationalId));
      await person.endClosed(closed);
    },
    tick,
    async stop() {
      for (const stop of stops) await stop();
    },
  };
}
