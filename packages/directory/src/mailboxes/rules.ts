// Which mailbox may be published, and what may change: ordered rules, pure. Facts are looked up before (`publication.ts`).
import { directoryErrors } from "../errors.ts";
import { listCodes } from "../france/nomenclatures.ts";

export const mailboxKinds = ["PER", "ORG", "APP", "CAB"] as const;
export type MailboxKind = (typeof mailboxKinds)[number];

export type Publication = {
  readonly address: string;
  readonly kind: MailboxKind;
  readonly nationalId?: string | undefined;
  readonly structureId?: string | undefined;
  readonly service: string;
  readonly description: string;
  readonly responsible?: string | undefined;
  readonly redList: boolean;
};

/** What the registers say of those a publication names. */
export type Facts = {
  readonly domainOpen: boolean;
  readonly holder: "absent" | "unknown" | "inactive" | "active";
  readonly structure: "absent" | "unknown" | "inactive" | "active";
  readonly responsible: "absent" | "unknown" | "inactive" | "active";
};

type Rule = {
  readonly about: string;
  readonly clause: string;
  readonly broken: (publication: Publication, facts: Facts) => Parameters<typeof directoryErrors.refuse>[0] | undefined;
};

export const publicationRules: readonly Rule[] = [
  {
    about: "an operator publishes under its own domains",
    clause: "MSS 5.1",
    broken: (_, { domainOpen }) => (domainOpen ? undefined : "directory.not-your-domain"),
  },
  {
    about: "a personal mailbox, or one of a practice, names its holder by national identifier",
    clause: "MSS 6.2",
    broken: ({ kind }, { holder }) => ((kind === "PER" || kind === "CAB") && holder === "absent" ? "directory.identifier-needed" : undefined),
  },
  {
    about: "the holder's identity is certified: the registers know the person, who has not left",
    clause: "MSS 6.2",
    broken: (_, { holder }) => (holder === "unknown" || holder === "inactive" ? "directory.unknown-holder" : undefined),
  },
  {
    about: "a mailbox of a team or of software names its structure",
    clause: "MSS 6.1",
    broken: ({ kind }, { structure }) => ((kind === "ORG" || kind === "APP") && structure === "absent" ? "directory.structure-needed" : undefined),
  },
  {
    about: "the structure is in the registers",
    clause: "MSS 6.1",
    broken: (_, { structure }) => (structure === "unknown" || structure === "inactive" ? "directory.unknown-structure" : undefined),
  },
  {
    about: "the responsible professional is in the registers",
    clause: "MSS 6.1",
    broken: (_, { responsible }) => (responsible === "unknown" || responsible === "inactive" ? "directory.unknown-responsible" : undefined),
  },
];

/** Throws the refusal of the first rule that a publication breaks. */
export function admitPublication(publication: Publication, facts: Facts): void {
  for (const rule of publicationRules) {
    const code = rule.broken(publication, facts);
    if (code) throw directoryErrors.refuse(code, { params: { address: publication.address }, clause: rule.clause });
  }
}

/** What may change after creation; address and kind never do (openapi-balmss). */
export const changeable: Readonly<Record<MailboxKind, readonly string[]>> = {
  PER: ["redList", "rank"],
  CAB: ["redList", "rank", "description"],
  ORG: ["redList", "rank", "description", "service", "responsible"],
  APP: ["redList", "rank", "description", "service", "responsible"],
};

/** Professions whose identity a registration authority certifies: for them no local identifier (MSS 6.2, the special rule). */
export function hasRegistrationAuthority(profession: string): boolean {
  return listCodes("profession").some(([code]) => code === profession);
}
