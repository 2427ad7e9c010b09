// Every room of a trust space, opened in order and handed what it needs of the others.
import { createAskRoutes, type Route } from "@cercle/web";
import type { House } from "../house.ts";
import { startCard } from "./card.ts";
import { startCardSignIn } from "./card-sign-in.ts";
import { startConformity } from "./conformity.ts";
import { startConnect } from "./connect.ts";
import { startDirectory } from "./directory.ts";
import { startDistribution } from "./distribution.ts";
import { endSessionsWithECps, startECps } from "./e-cps.ts";
import { startEvidence } from "./evidence.ts";
import { startHooks } from "./hooks.ts";
import { startLabel } from "./label.ts";
import { lawRoutes } from "./law.ts";
import { startMail } from "./mail.ts";
import { startMailConsole } from "./mail-console.ts";
import { useOwnDirectory } from "./mail-directory.ts";
import { startPerson } from "./person.ts";
import { startPki } from "./pki.ts";
import { startPortal } from "./portal.ts";
import { startTrustExtension } from "./trust-extension.ts";
import { startWebmail } from "./webmail.ts";

export async function startSpace(house: House, { routes, cookieName }: { routes: readonly Route[]; cookieName: string }): Promise<void> {
  house.addRoutes(lawRoutes);
  await startHooks(house);
  const evidence = await startEvidence(house);
  const asks = createAskRoutes(() => routes);
  await startPortal(house, { cookieName, intake: evidence.intake, asks });
  await startPki(house);
  const directory = await startDirectory(house);
  const cards = await startCard(house, directory);
  const eCps = await startECps(house, { directory });
  const connect = await startConnect(house, { directory, eCps });
  await endSessionsWithECps(house, connect);
  await startCardSignIn(house, { connect, eCps });
  await startTrustExtension(house, { connect });
  const persons = useOwnDirectory(house, directory);
  const mail = await startMail(house, { directory: persons, decisions: evidence.decisions });
  startMailConsole(house, { asks, directory: persons });
  await startWebmail(house, { connect, directory: persons, ...mail });
  await startPerson(house, { connect, directory, eCps, cards, intake: evidence.intake, asks, ...mail });
  await startConformity(house, { directory });
  await startDistribution(house, { cards, evidence });
  await startLabel(house);
  // Rooms of the other issues are wired here, each by one call (docs/architecture.md).
}
