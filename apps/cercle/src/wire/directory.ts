// Wires the directory: registers, test people, FHIR, what other rooms ask of it.
import { createDirectory, type Directory } from "@cercle/directory";
import type { House } from "../house.ts";

export async function startDirectory(house: House): Promise<Directory> {
  const setting = <T>(key: string): T => house.configuration.get<T>(`directory.${key}`);
  const directory = createDirectory({
    store: house.store,
    evidence: house.governance.evidence,
    mode: house.mode,
    limits: { entriesPerDay: setting("lookup_entries_per_day"), pages: setting("lookup_pages") },
    needs: { sealer: house.vault, mayPublish: (actorKey, domain) => mayPublish(house, actorKey, domain) },
  });
  await directory.start();
  house.onStop(() => directory.stop());
  house.addRoutes(directory.routes);
  house.addRoutes(directory.pages(house.frame));
  const base = `${await house.origin("directory.fhir_port")}/fhir/v2`;
  const handler = directory.fhirHandler({
    base,
    open: setting("fhir_open"),
    perMinute: setting("fhir_per_minute"),
    log: house.log,
    identify: (authorization) => house.accounts.identify({ authorization }),
  });
  house.addListener({ name: "directory", setting: "directory.fhir_port", routes: [], first: handler });
  house.addRow({ key: "fhir", label: { fr: "Annuaire FHIR", en: "FHIR directory" }, value: base });
  return directory;
}

/** The right `domain.exchange` is open; outside a sandbox its file must be the asker's own. */
async function mayPublish({ governance, store, mode }: House, actorKey: string, domain: string): Promise<boolean> {
  const right = await governance.files.right(store, "domain.exchange", domain);
  if (right?.state !== "open") return false;
  if (mode === "sandbox" || actorKey === "operator") return true;
  return (await governance.files.get(store, right.reference)).holder === actorKey;
}
