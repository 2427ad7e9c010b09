// The agency's documents in a label file, and what article 10 lets a candidate or holder do with them. Pure.
// Not an access rule: the agency owns them; use and reproduction are for obtaining and keeping the label, while the convention is valid.

type Document = { readonly document: string; readonly version?: string; readonly at?: string };
export type Use = {
  readonly owner: "agency";
  readonly only_for: readonly ["obtain-the-label", "keep-the-label"];
  readonly allowed: boolean;
  readonly because: "under-examination" | "convention-valid" | "convention-ended";
  readonly clause: "LAB 10";
};

/** Annexes 1 to 3 of the convention, and the convention itself. */
const fixed: readonly Document[] = [{ document: "convention" }, { document: "rules-of-the-label" }, { document: "security-assurance-plan" }];

export function useIn(phase: string): Use {
  const because = phase === "labelled" ? "convention-valid" : phase === "examination" ? "under-examination" : "convention-ended";
  return { owner: "agency", only_for: ["obtain-the-label", "keep-the-label"], allowed: because !== "convention-ended", because, clause: "LAB 10" };
}

export const describeDocuments = (
  referentials: readonly { readonly id: string; readonly name: string; readonly version: string }[],
  phase: string,
): { readonly use: Use; readonly documents: readonly Document[] } => ({
  use: useIn(phase),
  documents: [...fixed, ...referentials.map(({ id, name, version }) => ({ document: name, version, at: `/api/label/referentials/${id}` }))],
});
