// One operator alone beside the services of others: list, directory, certificates and issuer come by settings (`docs/mail-alone.md`).
import { X509Certificate } from "node:crypto";
import type { Decisions } from "@cercle/evidence";
import { realClock } from "@cercle/kernel";
import { askJson, createAgency, createIndicatorsPost, fetchBytes, followWhitelist, type MailRights, mailErrors, type Operator } from "@cercle/mail";
import type { House } from "../house.ts";
import { type MailDirectory, readSecret } from "./mail-directory.ts";
import { type OperatorParts, openOperators, type Pair, portsOf, serveOperators } from "./mail-operators.ts";
import { openMailTrust } from "./mail-trust.ts";

const name = "own";

export async function startMailAlone(
  house: House,
  { directory, decisions }: { directory: MailDirectory; decisions: Decisions },
): Promise<{ readonly operators: readonly Operator[]; readonly agreement: string }> {
  const { configuration, store } = house;
  const domain = configuration.get<string>("mail.domain").toLowerCase();
  const agency = createAgency({ store, real: realClock });
  const gateway = readPair(house, "mail.certificate_file", "mail.key_file");
  const parts: OperatorParts = {
    own: [{ name, domain, gateway, ports: await portsOf(house, name) }],
    trust: await openMailTrust(house, () => undefined),
    agency,
    directory,
    decisions,
    serverTls: await serverPair(house),
    rights: rightsAlone(domain, configuration.get<string>("mail.phase")),
    deliver: deliverTo(house),
    // Who may look after it has a local account of this program.
    administers: async (actor) =>
      actor.kind === "operator" || (actor.kind === "account" && actor.roles.some((role) => role === "officer" || role === "operator-contact")),
    identify: (of) => async (kind, facts) => void (await store.transaction((tx) => agency.openIncident(tx, { domain: of, kind, facts }))),
  };
  const operators = await openOperators(house, parts);
  if (house.listens) {
    const source = followWhitelist({
      url: configuration.get<string>("mail.whitelist_url"),
      seconds: configuration.get<number>("mail.whitelist_seconds"),
      partners: operators.map(({ partners }) => partners),
      fetchBytes,
    });
    house.onStop(() => source.stop());
  }
  await serveOperators(house, operators, parts);
  return { operators, agreement: parts.trust.agreement };
}

function deliverTo({ configuration }: House): OperatorParts["deliver"] {
  const base = configuration.get<string>("mail.indicators_url");
  return base === "" ? undefined : createIndicatorsPost({ base, key: readSecret(configuration, "mail.indicators_key_file"), ask: askJson });
}

/** The list says who may exchange; of itself the operator is told how far its integration is. */
function rightsAlone(domain: string, phase: string): MailRights {
  return { find: (wanted) => (wanted === domain ? { state: "open", clause: "MSS 4.1", phase } : undefined) };
}

function readPair({ configuration }: House, certificate: string, key: string): Pair {
  const pair = { certificate: readSecret(configuration, certificate), key: readSecret(configuration, key) };
  try {
    new X509Certificate(pair.certificate);
  } catch (cause) {
    throw mailErrors.refuse("mail.alone-file", { params: { setting: certificate, problem: (cause as Error).message }, cause });
  }
  return pair;
}

/** What mail programs see: files of its own, those of the portal, or in a sandbox the local authority's. */
async function serverPair(house: House): Promise<Pair> {
  const { configuration, store, authority } = house;
  if (configuration.get<string>("mail.server_certificate_file") !== "") return readPair(house, "mail.server_certificate_file", "mail.server_key_file");
  if (configuration.get<string>("program.tls") === "files") return readPair(house, "program.tls_certificate", "program.tls_key");
  const hosts = [configuration.get<string>("program.public_host"), "localhost", "127.0.0.1", "::1"];
  return store.transaction((tx) => authority.issueServer(tx, { hosts }));
}
