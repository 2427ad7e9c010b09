// The shapes that go over the wire, snake_case as they are. Described in docs/e-cps.md.

export type Words = { readonly fr: string; readonly en: string };

export type StartedVerification = {
  readonly verification: string;
  readonly expires_at: string;
  /** Where codes went, masked; empty when proof comes by sealed code or link. */
  readonly channels: readonly { readonly kind: "telephone" | "email"; readonly masked: string }[];
  /** Sandbox only: where the messages can be read. */
  readonly outbox?: string;
};

export type Proof = { telephone_code: string; email_code: string } | { sealed_code: string } | { link: string };

export type TermsDocument = { readonly version: string; readonly in_force_on: string; readonly title: Words; readonly articles: readonly TermsArticle[] };
export type TermsArticle = { readonly number: string; readonly title: Words; readonly text: Words };

export type IdentityView = {
  readonly national_id: string;
  readonly family_name: string;
  readonly given_name: string;
  readonly civility?: string;
  readonly profession?: string;
};

export type ProvenVerification = {
  readonly identity: IdentityView;
  readonly terms: TermsDocument;
  /** The e-CPS that would be replaced. */
  readonly replaces?: { readonly name: string; readonly activated_at: string };
};

export type WaitingRequest = {
  readonly id: string;
  readonly service: Words;
  readonly purpose: Words;
  readonly place: string;
  readonly kind: "sign-in" | "ciba";
  readonly environment: "bas" | "production";
  readonly choices: readonly string[];
  readonly created_at: string;
  readonly expires_at: string;
  /** What will be handed to the service on approval. */
  readonly data: readonly string[];
};

export type Waiting = { readonly requests: readonly WaitingRequest[] /** Requests held back without a notice. */; readonly quiet: number };

export type Decision = { decision: "approve"; number: string; pin: string } | { decision: "refuse"; report: boolean };
export type Decided = { readonly state: "approved" | "refused" | "wrong-number" };

export type ProblemBody = { readonly code: string; readonly title: string; readonly status: number };
