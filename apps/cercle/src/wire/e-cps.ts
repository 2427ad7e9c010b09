// Wiring of the e-CPS: the directory's people, the right `e-cps.use` and its door, the wallet's routes.

import { type DirectoryPort, personGone } from "@cercle/directory";
import { createECps, type Directory, deviceEnded, type ECps, eCpsErrors } from "@cercle/e-cps";
import { clockMoved } from "@cercle/governance";
import { realClock } from "@cercle/kernel";
import { listAppFiles } from "@cercle/wallet";
import { defineRoute, Reply, type Route } from "@cercle/web";
import type { House } from "../house.ts";
import { createPersonFiles, createTermsVersions, useRightName } from "./e-cps-file.ts";

export type ECpsPorts = {
  readonly directory: DirectoryPort;
};

/** Opens the room. `approvals` is connect's; `walletRoutes` go on the wallet's listener. */
export async function startECps(house: House, { directory }: ECpsPorts): Promise<ECps> {
  const { store, governance, mode, configuration, space } = house;
  const gatewayUrl = configuration.get<string | undefined>("e-cps.gateway_url");
  const eCps = await createECps({
    store,
    vault: house.vault,
    evidence: governance.evidence,
    clocks: { real: realClock, governance: governance.clock, timeZone: space.time_zone },
    directory: readPeople(directory),
    right: createPersonFiles(house),
    versions: createTermsVersions(house),
    mode,
    log: house.log,
    frame: house.frame,
    approvalSeconds: configuration.get<number>("e-cps.approval_seconds"),
    minimumAppVersion: configuration.get<string>("e-cps.minimum_app_version"),
    pushHosts: configuration.get<readonly string[]>("e-cps.push_hosts"),
    contact: `https://${configuration.get<string>("program.public_host")}`,
    ...(gatewayUrl ? { gateway: { url: gatewayUrl, token: configuration.get<string | undefined>("e-cps.gateway_token") } } : {}),
  });
  house.onStop(() => eCps.stop());
  house.addRoutes(eCps.apiRoutes);
  const door = await governance.doors.register({
    name: "e-cps.approvals",
    rights: [useRightName],
    async apply(rights) {
      const closed = rights.filter((right) => right.state === "closed").map(({ subject, clause }) => ({ nationalId: subject, clause }));
      if (closed.length > 0) await eCps.shut(closed);
    },
  });
  house.onStop(() => door.close());
  const clock = await store.follow({ kind: clockMoved, handle: () => eCps.tick() });
  house.onStop(() => clock.stop());
  store.consume({
    name: "e-cps.person-gone",
    kind: personGone,
    async handle(tx, event) {
      await eCps.end(tx, event.payload.national_id, "gone");
    },
  });
  const walletRoutes = [...eCps.walletRoutes, ...appRoutes()];
  return { ...eCps, walletRoutes };
}

/** Whoever ends an e-CPS for one of these reasons does not want its sessions to live on. */
const endsSessions: ReadonlySet<string> = new Set(["lost", "reported", "cloned", "breach", "general-interest", "gone"]);

/** Sessions end with the e-CPS, in every process (ECPS-11). */
export async function endSessionsWithECps(house: House, { endPerson }: { endPerson(nationalId: string): Promise<void> }): Promise<void> {
  const follower = await house.store.follow({
    kind: deviceEnded,
    async handle({ payload }) {
      if (endsSessions.has(payload.reason)) await endPerson(payload.national_id);
    },
  });
  house.onStop(() => follower.stop());
}

/** The application's files; what it is built of is `apps/wallet`. */
function appRoutes(): readonly Route[] {
  const files = listAppFiles();
  const page = (path: string, about: string, handle: () => Promise<Reply>): Route =>
    defineRoute({ method: "GET", path, about, who: "anyone", page: true, perMinute: 6000, handle });
  const entry = page("/app", "The e-CPS application.", async () => Reply.see("/app/"));
  if (!files) {
    return [
      entry,
      page("/app/", "The e-CPS application, not built.", async () => {
        throw eCpsErrors.refuse("e-cps.not-built");
      }),
    ];
  }
  return [
    entry,
    ...files.map(({ path, type, body, immutable }) =>
      page(
        path,
        "A file of the e-CPS application.",
        async () => new Reply({ body, type, headers: { "cache-control": immutable ? "public, max-age=31536000, immutable" : "no-cache" } }),
      ),
    ),
  ];
}

/** What the application shows of a person comes from the registers (e-CPS 9). */
function readPeople({ findProfessional }: DirectoryPort): Directory {
  return {
    async findProfessional(nationalId) {
      const found = await findProfessional(nationalId);
      if (!found) return undefined;
      const { familyName, givenName, active, testPerson, exercises } = found;
      return {
        nationalId: found.nationalId,
        familyName,
        givenName,
        active,
        testPerson,
        civility: found.civility?.label,
        profession: exercises[0]?.profession.label,
      };
    },
  };
}
