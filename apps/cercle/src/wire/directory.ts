// Wires the directory: registers, test people, FHIR, what other rooms ask of it.
import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { createDirectory, type Directory } from "@cercle/directory";
import { createLdapServer } from "@cercle/ldap";
import type { Queryable } from "@cercle/store";
import type { House } from "../house.ts";

export async function startDirectory(house: House): Promise<Directory> {
  const setting = <T>(key: string): T => house.configuration.get<T>(`directory.${key}`);
  const caFile = setting<string | undefined>("sources_ca_file");
  const directory = createDirectory({
    store: house.store,
    evidence: house.governance.evidence,
    mode: house.mode,
    limits: { entriesPerDay: setting("lookup_entries_per_day"), pages: setting("lookup_pages") },
    sessions: house.configuration.get("store.pool_size"),
    copy: { megabytes: setting("ldap_memory") },
    daily: {
      urls: setting("sources"),
      ca: caFile ? readFileSync(caFile, "utf8") : undefined,
      folder: join(house.configuration.dataFolder, "incoming"),
      staleHours: setting("stale_hours"),
      keepClosedDays: setting("keep_closed_days"),
      onStale: (url) => house.log.error({ url }, "a source of the registers brings nothing new"),
    },
    needs: { sealer: house.vault, mayPublish: (from, actorKey, domain) => mayPublish(house, from, actorKey, domain) },
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
  await startLdap(house, directory);
  return directory;
}

/** LDAP with StartTLS, and LDAPS; the certificate also names this machine, since OpenLDAP's client asks for that on `localhost`. */
async function startLdap(house: House, directory: Directory): Promise<void> {
  const { configuration, authority, store, space, accounts, log } = house;
  const ports = { ldap: await house.port("directory.ldap_port"), ldaps: await house.port("directory.ldaps_port") };
  const publicHost = configuration.get<string>("program.public_host");
  house.addRow({
    key: "ldap",
    label: { fr: "Annuaire LDAP", en: "LDAP directory" },
    value: `ldap://${publicHost}:${ports.ldap} ldaps://${publicHost}:${ports.ldaps}`,
  });
  if (!house.listens) return;
  const issued = await store.transaction((tx) => authority.issueServer(tx, { hosts: [publicHost, "localhost", "127.0.0.1", "::1", hostname()] }));
  const base =
    configuration.get<string>("directory.ldap_base") ||
    space.domains.shared_mail
      .split(".")
      .map((label) => `dc=${label}`)
      .join(",");
  const server = createLdapServer({
    directory: directory.ldap({
      base,
      anonymous: configuration.get<boolean>("directory.ldap_anonymous"),
      identify: (authorization) => accounts.identify({ authorization }),
    }),
    tls: { key: issued.key, cert: issued.certificate },
    onError: (error) => log.error({ error: error instanceof Error ? error.message : String(error) }, "ldap"),
  });
  const host = configuration.get<string>("program.host");
  await server.listen({ host, port: ports.ldap, implicitTls: false });
  await server.listen({ host, port: ports.ldaps, implicitTls: true });
  house.onStop(() => server.close());
}

/** The right `domain.exchange` is open; outside a sandbox its file must be the asker's own. */
async function mayPublish({ governance, mode }: House, from: Queryable, actorKey: string, domain: string): Promise<boolean> {
  const right = await governance.files.right(from, "domain.exchange", domain);
  if (right?.state !== "open") return false;
  if (mode === "sandbox" || actorKey === "operator") return true;
  return (await governance.files.get(from, right.reference)).holder === actorKey;
}
