// Means of authentication, a table. The identity always comes from the directory; a means only proves who is there.

export type Means = "e-cps" | "card" | "passkey" | "provider";

export type MeansRow = {
  readonly id: Means;
  /** Value of the claim `authMode` ([C] CARD, [I] MOBILE; the other two are ours). */
  readonly authMode: string;
  /** Value of the CIBA parameter `channel` that asks for it; none when a client cannot. */
  readonly channel: "MOBILE" | "CARD" | undefined;
  /** Which `acr` of the client's profile it is worth: the national service names two. */
  readonly acrAs: "e-cps" | "card";
  /** Proven on a page of its own, whose address the wiring gives (`offer`); the e-CPS is asked by the sign-in page itself. */
  readonly elsewhere: boolean;
};

export const means: readonly [MeansRow, ...MeansRow[]] = [
  { id: "e-cps", authMode: "MOBILE", channel: "MOBILE", acrAs: "e-cps", elsewhere: false },
  { id: "card", authMode: "CARD", channel: "CARD", acrAs: "card", elsewhere: true },
  { id: "passkey", authMode: "PASSKEY", channel: undefined, acrAs: "e-cps", elsewhere: true },
  { id: "provider", authMode: "PROVIDER", channel: undefined, acrAs: "e-cps", elsewhere: true },
];

/** The means that a stored `amr` names; the e-CPS when it names none. */
export function meansOf(amr: readonly string[] | undefined): MeansRow {
  return means.find((row) => amr?.includes(row.id)) ?? means[0];
}

/** The means behind a claim `authMode`; the e-CPS when there is none. */
export function meansOfMode(authMode: unknown): MeansRow {
  return means.find((row) => row.authMode === authMode) ?? means[0];
}
