// The rooms of an operator alone: its mail, its console, its webmail. What the others would give comes by settings (`docs/mail-alone.md`).
import { createAskRoutes, type Route } from "@cercle/web";
import type { House } from "../house.ts";
import { startEvidence } from "./evidence.ts";
import { startMailAlone } from "./mail-alone.ts";
import { startMailConsole } from "./mail-console.ts";
import { useOutsideDirectory } from "./mail-directory.ts";
import { startWebmail } from "./webmail.ts";

export async function startOperatorAlone(house: House, { routes }: { routes: readonly Route[] }): Promise<void> {
  // Its traces are sealed as those of a space are; files, letters and registers are the agency's.
  const { decisions } = await startEvidence(house);
  const directory = useOutsideDirectory(house);
  const mail = await startMailAlone(house, { directory, decisions });
  startMailConsole(house, { asks: createAskRoutes(() => routes), directory });
  await startWebmail(house, { connect: undefined, directory, ...mail });
}
