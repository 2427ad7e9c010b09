// Means of authentication, a table. The identity always comes from the directory; a means only proves who is there.

export type Means = "e-cps" | "card";

export type MeansRow = {
  readonly id: Means;
  /** Value of the claim `authMode` ([C] CARD, [I] MOBILE). */
  readonly authMode: string;
  /** Value of the CIBA parameter `channel` that asks for it. */
  readonly channel: "MOBILE" | "CARD";
};

export const means: readonly MeansRow[] = [
  { id: "e-cps", authMode: "MOBILE", channel: "MOBILE" },
  { id: "card", authMode: "CARD", channel: "CARD" },
];

/** The means that a stored `amr` names; the e-CPS when it names none. */
export function meansOf(amr: readonly string[] | undefined): MeansRow {
  return means.find((row) => amr?.includes(row.id)) ?? (means[0] as MeansRow);
}
