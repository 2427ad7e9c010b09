// The fictional persons of a sandbox: two officers, a controller, a vendor and an operator's contact, with the party they act for.
// They have no passkey and no address; a live space never has them.
import type { Accounts, Role } from "@cercle/accounts";
import type { Parties } from "@cercle/governance";
import type { Store } from "@cercle/store";
import type { Desk } from "../desk.ts";
import type { Persona } from "./sandbox-pages.ts";

/** The mark that tells a fictional person from a named one. */
const suffix = " (bac à sable)";

const people: readonly { name: string; role: Role; party?: string }[] = [
  { name: "Anne Kermarec", role: "officer" },
  { name: "Yann Le Bihan", role: "second-officer" },
  { name: "Solène Riou", role: "controller" },
  { name: "Marc Le Goff", role: "operator-contact", party: "Centre hospitalier de Plœmeur" },
  { name: "Inès Corre", role: "vendor", party: "Éditions Liaison" },
];

const fictionalIdentity = {
  kind: "legal-person",
  identifiers: { other: "fictif" },
  seat: "2 quai des Indes, 56100 Lorient",
  representative: "Gwenaëlle Corre",
  contact: { name: "Service informatique", email: "informatique@fictif.test" },
} as const;

/** Makes the persons the first time. */
export async function seedPersonas({ store, accounts, parties }: { store: Store; accounts: Accounts; parties: Parties }): Promise<void> {
  if ((await listFictional(accounts)).length > 0) return;
  await store.transaction(async (tx) => {
    for (const { name, role, party } of people) {
      const { account } = await accounts.invite(tx, { name: `${name}${suffix}`, roles: [role] });
      if (!party) continue;
      await parties.join(tx, await parties.create(tx, { name: party, ...fictionalIdentity }), account);
    }
  });
}

async function listFictional(accounts: Accounts) {
  return (await accounts.list()).filter((account) => account.name.endsWith(suffix) && !account.disabled);
}

/** The fictional persons with the party that each acts for. */
export async function readPersonas({ store, accounts, governance }: Pick<Desk, "store" | "accounts" | "governance">): Promise<readonly Persona[]> {
  const personas: Persona[] = [];
  for (const account of await listFictional(accounts)) {
    const [party] = await governance.parties.of(store, account.id);
    const name = party ? (await governance.parties.get(store, party)).name : undefined;
    personas.push({ account: account.id, name: account.name.slice(0, -suffix.length), role: account.roles[0] ?? "", party: name });
  }
  return personas;
}
