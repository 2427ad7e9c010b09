// The portal's pages on files, and in a sandbox the fictional persons one can enter as.
import { portalFileRoutes, seedPersonas } from "@cercle/portal";
import type { House } from "../house.ts";

export async function startPortal(house: House, { cookieName }: { cookieName: string }): Promise<void> {
  const { store, governance, accounts, mode, frame, space } = house;
  if (mode === "sandbox") await seedPersonas({ store, accounts, parties: governance.parties });
  house.addRoutes(portalFileRoutes({ store, governance, accounts, timeZone: space.time_zone, mode, cookieName, frame }));
}
