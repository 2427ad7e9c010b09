// Wiring of the e-CPS: the directory's people, the right `e-cps.use` and its door, the wallet's routes.

import { type DirectoryPort, personGone } from "@cercle/directory";
import { createECps, type Directory, type ECps, eCpsErrors, eCpsTexts, type UseRight } from "@cercle/e-cps";
import { clockMoved } from "@cercle/governance";
import { realClock } from "@cercle/kernel";
import type { House } from "../house.ts";
import { assetRoutes } from "../portal.ts";

export type ECpsPorts = {
  readonly directory: DirectoryPort;
  /** Another room serves `walletRoutes` on the wallet's origin; else a listener of our own does. */
  readonly served?: boolean;
};

const rightName = "e-cps.use";

/** Opens the room. `approvals` is connect's; `walletRoutes` go on the wallet's listener. */
export async function startECps(house: House, { directory, served = false }: ECpsPorts): Promise<ECps> {
  const { store, governance, mode, configuration, space } = house;
  const gatewayUrl = configuration.get<string | undefined>("e-cps.gateway_url");
  const eCps = await createECps({
    store,
    vault: house.vault,
    evidence: governance.evidence,
    clocks: { real: realClock, governance: governance.clock, timeZone: space.time_zone },
    directory: readPeople(directory),
    right: createUseRight(house),
    mode,
    log: house.log,
    frame: house.frame,
    approvalSeconds: configuration.get<number>("e-cps.approval_seconds"),
    minimumAppVersion: configuration.get<string>("e-cps.minimum_app_version"),
    ...(gatewayUrl ? { gateway: { url: gatewayUrl, token: configuration.get<string | undefined>("e-cps.gateway_token") } } : {}),
  });
  house.onStop(() => eCps.stop());
  house.addRoutes(eCps.apiRoutes);
  const door = await governance.doors.register({
    name: "e-cps.approvals",
    rights: [rightName],
    async apply(rights) {
      const closed = rights.filter((right) => right.state === "closed").map((right) => right.subject);
      if (closed.length > 0) await eCps.stopWaiting(closed);
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
  if (!served) {
    house.addListener({ name: "wallet", setting: "e-cps.port", routes: [...eCps.walletRoutes, ...assetRoutes()] });
    house.addRow({ key: "wallet", label: eCpsTexts["e-cps.table.app"], value: `${await house.origin("e-cps.port")}/app` });
  }
  return eCps;
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

/** In a sandbox the demo parties sign a grant at activation; the table of current rights is asked each time, in the transaction. */
function createUseRight({ governance, mode }: House): UseRight {
  return {
    async open(tx, nationalId) {
      if (mode !== "sandbox") return;
      await governance.grants.grant(tx, { right: rightName, subject: nationalId, holder: "professional", actor: "e-cps" });
    },
    async close(tx, nationalId) {
      if (mode !== "sandbox") return;
      const current = await governance.files.right(tx, rightName, nationalId);
      if (current?.state === "open") await governance.grants.withdraw(tx, { right: rightName, subject: nationalId, actor: "e-cps" });
    },
    async refusal(from, nationalId) {
      const current = await governance.files.right(from, rightName, nationalId);
      if (!current || current.state === "open") return undefined;
      return eCpsErrors.refuse("e-cps.right-closed", {
        params: { since: current.since.toString({ smallestUnit: "minute" }), reference: current.reference },
        right: rightName,
        clause: current.clause,
        entry: current.entry,
        since: current.since.toString(),
      });
    },
  };
}
