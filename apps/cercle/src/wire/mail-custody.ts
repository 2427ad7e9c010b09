// Custody of mailboxes in the house: acts of two administrators through the decisions that evidence keeps, terms by the space's clock.
import type { DecisionRow, Decisions } from "@cercle/evidence";
import { clockMoved } from "@cercle/governance";
import { type CustodyDecisions, mailErrors, type Operator } from "@cercle/mail";
import type { Queryable, Tx } from "@cercle/store";
import type { Actor } from "@cercle/web";
import type { House } from "../house.ts";

export type Administers = (actor: Actor, domain: string, from: Queryable) => Promise<boolean>;

/** Both persons are administrators of the operator: the one who asks by the route, the one who confirms here, wherever that was done. */
export function custodyDecisions(
  { accounts }: House,
  { decisions, operators, administers }: { decisions: Decisions; operators: readonly Operator[]; administers: Administers },
): CustodyDecisions {
  const second = async (tx: Tx, { facts, decided_by }: DecisionRow): Promise<{ own: Operator; id: string; by: string }> => {
    const own = operators.find(({ domain }) => domain === facts.domain);
    const by = decided_by ?? "";
    const account = await accounts.find(tx, by.replace("account:", ""));
    const actor = account && ({ kind: "account", id: account.id, name: account.name, roles: account.roles, by: "passkey" } as const);
    if (!own || !actor || !(await administers(actor, own.domain, tx))) throw mailErrors.refuse("mail.not-administrator");
    return { own, by, id: String(facts.id) };
  };
  decisions.on({
    kind: "mail.access-open",
    async execute(tx, row) {
      const { own, id, by } = await second(tx, row);
      await own.custody.accesses.open(tx, id, { decision: row.reference, by });
    },
  });
  decisions.on({
    kind: "mail.hold-lift",
    async execute(tx, row) {
      const { own, id, by } = await second(tx, row);
      await own.custody.holds.lift(tx, id, { decision: row.reference, by });
    },
  });
  return {
    by: (actor, domain) => ({
      // Which mailbox and why stays with the operator: the agency's board shows a number.
      propose: async (tx, { kind, id }) => (await decisions.propose(tx, { kind, clause, facts: { domain, id }, reason }, actor)).reference,
    }),
    confirm: async (tx, reference, actor) => void (await decisions.confirm(tx, reference, actor)),
    refuse: async (tx, reference, actor, why) => void (await decisions.refuse(tx, reference, actor, why)),
  };
}

/** Senders and recipients are entitled, acts are traced. */
const clause = "MSS 5.1";
const reason = "Motif dans la console de l’opérateur / reason in the operator’s console";
const roundSeconds = 600;

/** What is past its term goes every ten minutes, and at once when the clock of a sandbox leaps. */
export async function keepTerms({ store, listens, onStop }: House, operators: readonly Operator[]): Promise<void> {
  if (!listens) return;
  for (const { name, custody } of operators) await store.jobs.every(`mail.custody-${name}`, roundSeconds, async () => void (await custody.eraser.round()));
  const leaps = await store.follow({
    kind: clockMoved,
    async handle() {
      for (const { erase } of operators) erase();
    },
  });
  onStop(() => leaps.stop());
}
