// Irreversible acts of files, by two officers: one proposes, another confirms, and the entry is recorded in that transaction. Two acts
// may be done at once by one, where their clause says at once; the review that opens by itself can undo them.
import type { DecisionRow, Decisions, NewEntry } from "@cercle/evidence";
import { type Governance, governanceErrors, irreversibleActs, urgentActs } from "@cercle/governance";
import type { Json } from "@cercle/kernel";
import type { Tx } from "@cercle/store";

export function listenToDecisions({ decisions, governance }: { decisions: Decisions; governance: Governance }): void {
  const record = async (tx: Tx, row: Pick<DecisionRow, "file_reference" | "reference" | "reason">, actor: string, type: string, said: NewEntry["payload"]) => {
    if (!row.file_reference) throw governanceErrors.refuse("governance.no-file", { params: { reference: "" } });
    // The entry names the decision, where both officers and their reasons are.
    await governance.files.record(tx, row.file_reference, { type, actor, payload: { by: "agency", ...said, decision: row.reference } });
  };
  for (const type of irreversibleActs) {
    const lifting = urgentActs[type];
    decisions.on({
      kind: `governance.${type}`,
      async check(from, _facts, reference) {
        if (!reference || !(await governance.files.find(from, reference)))
          throw governanceErrors.refuse("governance.no-file", { params: { reference: reference ?? "" } });
      },
      execute: (tx, row) => record(tx, row, row.decided_by ?? row.proposed_by, type, row.facts as { [key: string]: Json }),
      ...(lifting
        ? {
            urgent: {
              async lift(tx: Tx, row: DecisionRow) {
                for (const act of lifting) await record(tx, row, row.reviewed_by ?? row.proposed_by, act, {});
              },
            },
          }
        : {}),
    });
  }
}
