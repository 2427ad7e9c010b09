// Whom the operators of this house trust, where the others are, and whose tokens open a mailbox.
import { resolveMx } from "node:dns/promises";
import { readFileSync } from "node:fs";
import { realClock } from "@cercle/kernel";
import {
  agreementPath,
  askJson,
  createBearers,
  createOutsidePeers,
  createRevocation,
  fetchBytes,
  guidePath,
  type PeerVerdict,
  rememberVerdicts,
  type VerifyBearer,
} from "@cercle/mail";
import { certificateRevoked } from "@cercle/pki";
import type { House } from "../house.ts";
import { readSecret } from "./mail-directory.ts";

export type MailTrust = {
  /** Anchors of the space and those of the setting, PEM. */
  anchors(): string;
  verifyPeer(der: Uint8Array): Promise<PeerVerdict>;
  /** A component's certificate: an organisation's of this space, or one of the trust file. */
  verifyComponent(der: Uint8Array): Promise<PeerVerdict>;
  readonly guide: string;
  /** Where the evidence agreement is read. */
  readonly agreement: string;
  readonly verifyBearer: VerifyBearer;
  /** Next hop: the demo's own operators, the setting, else the domain's MX. */
  route(domain: string): Promise<{ host: string; port: number } | undefined>;
};

/** Whom the operators of this house trust, and where the others are. */
export async function openMailTrust(house: House, own: (domain: string) => { host: string; port: number } | undefined): Promise<MailTrust> {
  const { authority, configuration, alone } = house;
  const file = configuration.get<string>("mail.trust_file");
  const outside = file === "" ? "" : readFileSync(file, "utf8");
  // The authority of an operator alone signs its proofs: it says nothing of partners.
  const ownAnchors = (): string => (alone ? "" : authority.anchors());
  const askOutside =
    outside === ""
      ? undefined
      : createOutsidePeers({
          anchors: outside,
          revocation: createRevocation({ fetchBytes, real: realClock }),
          unreachable: configuration.get<"refuse" | "accept">("mail.revocation_unreachable"),
          real: realClock,
        });
  const routes = configuration.get<Record<string, string>>("mail.routes");
  const verdicts = rememberVerdicts(async (der) => {
    const verdict = alone ? ({ ok: false, reason: "unknown-issuer" } as const) : await authority.verifyMailCertificate(der);
    if (verdict.ok) return { ok: true };
    return verdict.reason === "unknown-issuer" && askOutside ? askOutside(der) : { ok: false, reason: verdict.reason };
  }, realClock);
  const revocations = await house.store.follow({ kind: certificateRevoked, handle: verdicts.forget });
  house.onStop(() => revocations.stop());
  return {
    anchors: () => [ownAnchors(), outside].join(""),
    verifyPeer: verdicts.verify,
    async verifyComponent(der) {
      const verdict = alone ? ({ ok: false, reason: "unknown-issuer" } as const) : await authority.verifyClientCertificate(der);
      // A card is a person's: persons sign in with Pro Santé Connect.
      if (verdict.ok) return verdict.kind === "organisation" ? { ok: true } : { ok: false, reason: "wrong-purpose" };
      return verdict.reason === "unknown-issuer" && askOutside ? askOutside(der) : { ok: false, reason: verdict.reason };
    },
    guide: `${await house.origin("portal.port")}${guidePath}`,
    agreement: `${await house.origin("portal.port")}${agreementPath}`,
    verifyBearer: createBearers({
      issuers: await issuersOf(house),
      claim: configuration.get<string>("mail.identifier_claim"),
      accepts: acceptsClient(house),
      client: clientOf(house),
      ask: askJson,
      real: realClock,
    }),
    async route(domain) {
      const [host, given] = (routes[domain] ?? "").split(":");
      if (host && given) return { host, port: Number(given) };
      const here = own(domain);
      if (here) return here;
      const servers = await resolveMx(domain).catch(() => []);
      const [first] = servers.sort((a, b) => a.priority - b.priority);
      return first && { host: first.exchange, port: 25 };
    },
  };
}

/** Those of the settings when the operator is alone, else the space's own. */
async function issuersOf({ configuration, alone, origin }: House): Promise<readonly string[]> {
  if (!alone) {
    const realm = "/auth/realms/esante-wallet";
    return [`${await origin("connect.bas.issuer_port")}${realm}`, `${await origin("connect.production.issuer_port")}${realm}`];
  }
  const named = configuration.get<readonly string[]>("mail.issuers");
  return named.length > 0 ? named : [configuration.get<string>("webmail.issuer")].filter(Boolean);
}

/** A token given to another service is no key to mail: a live space names the services whose tokens are. */
function acceptsClient({ configuration, mode }: House): (client: string) => boolean {
  const clients = configuration.get<readonly string[]>("mail.bearer_clients");
  return (client) => (clients.length === 0 ? mode === "sandbox" : clients.includes(client));
}

function clientOf({ configuration, alone }: House): { id: string; secret: string } | undefined {
  const id = configuration.get<string>("webmail.client_id");
  return alone && id !== "" ? { id, secret: readSecret(configuration, "webmail.client_secret_file") } : undefined;
}
