// The portal's pages, over the API of this same process; in a sandbox the fictional persons one can enter as.
import type { Intake } from "@cercle/evidence";
import { portalPages, seedPersonas } from "@cercle/portal";
import type { AskRoutes } from "@cercle/web";
import type { House } from "../house.ts";

export async function startPortal(house: House, { cookieName, intake, asks }: { cookieName: string; intake: Intake; asks: AskRoutes }): Promise<void> {
  const { store, governance, accounts, mode, frame, space } = house;
  if (mode === "sandbox") await seedPersonas({ store, accounts, parties: governance.parties });
  const schemes = space.identifiers.filter(({ of }) => of === "structure");
  const outsideTimestamps = house.configuration.get<string | undefined>("evidence.timestamp_url") !== undefined;
  house.addRoutes(
    portalPages({
      store,
      governance,
      accounts,
      asks,
      intake,
      outsideTimestamps,
      timeZone: space.time_zone,
      mode,
      cookieName,
      origin: await house.origin("portal.port"),
      frame,
      schemes,
    }),
  );
}
