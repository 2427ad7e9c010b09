// What the API of mail needs of the rest of the house: persons and publication from the directory, the proofs' signer.
import { X509Certificate } from "node:crypto";
import { realClock } from "@cercle/kernel";
import type { Agency, MailRights, MailSurface, Operator, PatientRules } from "@cercle/mail";
import type { Queryable } from "@cercle/store";
import type { Actor } from "@cercle/web";
import type { House } from "../house.ts";
import type { Administers } from "./mail-custody.ts";
import type { MailDirectory } from "./mail-directory.ts";
import type { MailTrust } from "./mail-trust.ts";

export function surfaceOf(
  house: House,
  {
    directory,
    agency,
    rights,
    operators,
    trust,
    certificates,
    administers,
    deliver,
    decisions,
  }: {
    directory: MailDirectory;
    agency: Agency;
    rights: MailRights;
    operators: readonly Operator[];
    trust: MailTrust;
    certificates: { get(domain: string): { key: string; certificate: string } | undefined };
    deliver: MailSurface["deliver"];
    administers: Administers;
    decisions: MailSurface["decisions"];
  },
): MailSurface {
  const { store, authority, configuration, space } = house;
  const { publication } = directory;
  return {
    store,
    operators,
    rights,
    people: directory.people,
    publication,
    agency,
    signer: () => store.transaction((tx) => authority.signer(tx, "evidence")),
    now: () => realClock.now(),
    timeZone: space.time_zone,
    deliver,
    administers: (actor, domain) => administers(actor, domain, store),
    decisions,
    clock: () => house.governance.clock.now(),
    patients: patientsOf(house),
    verifyComponent: async (certificate) => {
      const der = derOf(certificate);
      return der ? trust.verifyComponent(der) : { ok: false, reason: "unreadable" };
    },
    indicatorsDay: configuration.get<number>("mail.indicators_day"),
    check: {
      publication,
      route: trust.route,
      verifyPeer: trust.verifyPeer,
      gatewayOf({ domain }) {
        const own = certificates.get(domain);
        return { key: own?.key ?? "", cert: own?.certificate ?? "", ca: trust.anchors() };
      },
    },
  };
}

/** Officers of this program; and the contacts of the party whose file the domain's right comes from (in a sandbox, of any grant). */
export async function administersByFile(house: House, actor: Actor, domain: string, from: Queryable = house.store): Promise<boolean> {
  const { governance, mode } = house;
  if (actor.kind === "operator") return true;
  if (actor.kind !== "account") return false;
  if (actor.roles.includes("officer")) return true;
  const right = await governance.files.right(from, "domain.exchange", domain);
  const file = right && (await governance.files.find(from, right.reference));
  if (!file || !actor.roles.includes("operator-contact")) return false;
  if (file.party_id === null) return mode === "sandbox";
  return (await governance.parties.of(from, actor.id)).includes(file.party_id);
}

/** Of who did something in a mailbox: an administrator by account, a person as the directory knows it, else what was written down. */
export function namesOf({ accounts, store }: House, { nameOf }: MailDirectory): (holder: string) => Promise<string> {
  return async (holder) => {
    const [kind, id = ""] = holder.split(":");
    return kind === "account" ? ((await accounts.find(store, id))?.name ?? holder) : nameOf(holder);
  };
}

function derOf(certificate: string): Uint8Array | undefined {
  try {
    return new X509Certificate(certificate).raw;
  } catch {
    // Anything may be sent: what cannot be read is refused as such.
    return undefined;
  }
}

/** What the space says of patients' addresses, for the mode it runs in. */
export function patientsOf({ space: { patients }, mode }: House): PatientRules | undefined {
  return (
    patients && {
      domain: patients.domain[mode],
      pattern: patients.pattern,
      check: patients.check,
      systems: patients.systems[mode],
      largestBytes: patients.largest_megabytes * 1024 * 1024,
    }
  );
}
