// Opening a file: a party that is known, or a new one with what the instrument asks of it (MSS, head).
import type { PartyRow } from "@cercle/governance";
import { type IdentifierScheme, say } from "@cercle/kernel";
import { choice, field, type Html, html } from "@cercle/pages";
import { z } from "zod";
import type { Words } from "../words.ts";

const line = (most: number) => z.string().trim().max(most).default("");

/** What the form sends; empty is not said. */
export const openFields = z.object({
  name: line(200),
  party: z.union([z.uuid(), z.literal("")]).default(""),
  instrument: z.string().max(60),
  kind: z.enum(["legal-person", "natural-person"]).default("legal-person"),
  scheme: line(20),
  number: line(80),
  seat: line(400),
  representative: line(200),
  contact: line(200),
  email: line(200),
});
export type OpenValues = z.infer<typeof openFields>;

/** The party as the API takes it: what is known, with what was typed now. */
export function readParty(values: OpenValues, known: PartyRow | undefined): Record<string, unknown> {
  const { name, kind, scheme, number, seat, representative, contact, email } = values;
  const said = {
    ...(known ? {} : { name, kind }),
    ...(number ? { identifiers: { ...known?.identifiers, [scheme || "other"]: number } } : {}),
    ...(seat ? { seat } : {}),
    ...(representative ? { representative } : {}),
    ...(contact || email ? { contact: { name: contact, email } } : {}),
  };
  const { id: _, ...before } = known ?? { id: "" };
  return { ...before, ...said };
}

/** Whether anything was typed about who the party is. */
export const saysIdentity = ({ number, seat, representative, contact, email }: OpenValues): boolean =>
  [number, seat, representative, contact, email].some((value) => value !== "");

export type OpenForm = {
  readonly parties: readonly PartyRow[];
  readonly instruments: readonly (readonly [string, string])[];
  readonly schemes: readonly Pick<IdentifierScheme, "id" | "label">[];
  /** Nothing is open yet, or it was refused: the form shows at once. */
  readonly shown: boolean;
  readonly values?: OpenValues;
  readonly refused?: { readonly text: string; readonly clause: string | undefined };
};

export function buildOpenForm(words: Words, { parties, instruments, schemes, shown, values, refused }: OpenForm): Html {
  const { t, language } = words;
  const known = parties.map(({ id, name }) => [id, name] as const);
  const numbers = [...schemes.map(({ id, label }) => [id, `${id} · ${say(label, language)}`] as const), ["other", t("portal.files.other-register")] as const];
  const kinds = (["legal-person", "natural-person"] as const).map((kind) => [kind, t(`portal.files.${kind}`)] as const);
  const row = (name: "number" | "seat" | "representative" | "contact" | "email", more: { type?: string; autocomplete?: string } = {}): Html =>
    field({ name, label: t(`portal.files.party-${name}`), value: values?.[name] ?? "", ...more });
  const why = refused
    ? html`<div class="notice bad" role="alert"><p><strong>${t("portal.act.refused")}</strong> ${refused.text}${refused.clause ? html` <span class="soft">(${refused.clause})</span>` : ""}</p></div>`
    : "";
  return html`<details class="card"${shown ? html` open` : ""}><summary class="why">${t("portal.files.open")}</summary>${why}<form method="post" action="/files" class="stack">${known.length === 0 ? "" : choice({ name: "party", label: t("portal.files.known"), options: [["", t("portal.files.new")], ...known], value: values?.party })}${field({ name: "name", label: t("portal.files.name"), value: values?.name ?? "" })}${choice({ id: "of", name: "instrument", label: t("portal.files.instrument"), options: instruments, value: values?.instrument ?? instruments[0]?.[0] })}
<details${refused ? html` open` : ""}><summary class="why">${t("portal.files.identity")}</summary><fieldset class="stack"><legend class="soft small">${t("portal.files.identity-hint")}</legend>${choice({ name: "kind", label: t("portal.files.party-kind"), options: kinds, value: values?.kind })}${choice({ name: "scheme", label: t("portal.files.party-scheme"), options: numbers, value: values?.scheme || numbers[0]?.[0] })}${row("number")}${row("seat")}${row("representative")}${row("contact")}${row("email", { type: "email", autocomplete: "off" })}</fieldset></details><button class="btn main">${t("portal.files.open")}</button></form></details>`;
}
