// What the API of mail needs of the rest of the house: persons and publication from the directory, the proofs' signer.
import type { Directory } from "@cercle/directory";
import { realClock } from "@cercle/kernel";
import type { MailPeople, MailSurface, Operator, PatientRules, Publication } from "@cercle/mail";
import type { Actor, Route } from "@cercle/web";
import type { House } from "../house.ts";
import type { MailAgency, MailTrust } from "./mail-agency.ts";

const kinds = { personal: "PER", organisational: "ORG", applicative: "APP" } as const;

export function surfaceOf(
  house: House,
  {
    directory,
    mailAgency,
    operators,
    trust,
    certificates,
  }: {
    directory: Directory;
    mailAgency: MailAgency;
    operators: readonly Operator[];
    trust: MailTrust;
    certificates: ReadonlyMap<string, { key: string; certificate: string }>;
  },
): MailSurface {
  const { store, authority, configuration, space } = house;
  const publication = publish(store, directory);
  return {
    store,
    operators,
    rights: { find: (wanted) => mailAgency.rights.get(wanted) },
    people: peopleOf(house, directory),
    publication,
    agency: mailAgency.agency,
    signer: () => store.transaction((tx) => authority.signer(tx, "evidence")),
    now: () => realClock.now(),
    timeZone: space.time_zone,
    administers: (actor, domain) => administers(house, actor, domain),
    patients: patientsOf(house),
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
async function administers({ governance, store, mode }: House, actor: Actor, domain: string): Promise<boolean> {
  if (actor.kind === "operator") return true;
  if (actor.kind !== "account") return false;
  if (actor.roles.includes("officer")) return true;
  const right = await governance.files.right(store, "domain.exchange", domain);
  const file = right && (await governance.files.find(store, right.reference));
  if (!file || !actor.roles.includes("operator-contact")) return false;
  if (file.party_id === null) return mode === "sandbox";
  return (await governance.parties.of(store, actor.id)).includes(file.party_id);
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

function peopleOf({ mode }: House, directory: Directory): MailPeople {
  const demo = async (): Promise<string | undefined> => {
    if (mode !== "sandbox") return undefined;
    for (const { id } of await directory.people.list()) {
      const found = await directory.findProfessional(id);
      if (found?.testPerson && found.active) return found.nationalId;
    }
    return undefined;
  };
  return {
    isActive: async (nationalId) => (await directory.findProfessional(nationalId))?.active === true,
    demo,
    isDemo: async (nationalId) => mode === "sandbox" && (await directory.findProfessional(nationalId))?.testPerson === true,
  };
}

/** The directory's API, by its own routes: mail publishes as any operator does. */
function publish(store: House["store"], directory: Directory): Publication {
  const call = (method: Route["method"], path: string, request: { params?: unknown; body?: unknown }): Promise<unknown> => {
    const route = directory.routes.find((known) => known.method === method && known.path === path);
    if (!route) throw new Error(`the directory has no ${method} ${path}`);
    return route.handle({
      params: route.params.parse(request.params ?? {}),
      query: {},
      body: route.body.parse(request.body ?? {}),
      actor: { kind: "operator" },
      language: "fr",
      requestId: "mail",
      address: "127.0.0.1",
      headers: {},
      cookies: {},
    });
  };
  return {
    async publish({ address, kind, responsible, structure, service, redList }) {
      const of = kind === "personal" ? { national_id: responsible } : { structure_id: structure, responsible };
      await call("POST", "/api/directory/mailboxes", { body: { address, kind: kinds[kind], service, red_list: redList, ...of } });
    },
    async remove(address) {
      await call("DELETE", "/api/directory/mailboxes/:address", { params: { address } }).catch((error: { code?: string }) => {
        if (error.code !== "directory.no-mailbox") throw error;
      });
    },
    find: async (address) => (await directory.publications.find(store, address)) !== undefined,
  };
}
