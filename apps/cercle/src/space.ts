// A trust space as data: one folder with its name, look, domains, identifiers, nomenclatures, calendars, certificate names, terms.
// France is the first such folder; `apps/cercle/test/spaces/` has a fictional second one, so that no room leans on the first.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { type TermsDocument, termsSchema } from "@cercle/governance";
import { checkRules, type IdentifierScheme } from "@cercle/kernel";
import type { Look } from "@cercle/pages";
import { z } from "zod";
import { programErrors } from "./errors.ts";

const text = z.object({ fr: z.string().min(1), en: z.string().min(1) });
const id = z.string().regex(/^[a-z][a-z0-9-]*$/);
const colour = z.string().regex(/^#[0-9a-f]{6}$/);
const timeZone = z.string().refine((zone) => {
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}, "not a time zone of the IANA list");
const pattern = z.string().refine((source) => {
  try {
    new RegExp(source, "u");
    return source.startsWith("^") && source.endsWith("$");
  } catch {
    return false;
  }
}, "not a regular expression from ^ to $");

const oid = z.string().regex(/^[0-2](\.\d+){2,20}$/);

const spaceSchema = z.strictObject({
  id,
  name: text,
  country: z.string().regex(/^[A-Z]{2}$/),
  time_zone: timeZone,
  languages: z.array(z.enum(["fr", "en"])).min(1),
  agency: text,
  /** `logo` is an SVG of the folder; the mark of Cercle without one. */
  look: z.strictObject({
    accent: colour,
    accent_dark: colour,
    logo: z
      .string()
      .regex(/^[\w-]+\.svg$/)
      .optional(),
  }),
  domains: z.strictObject({ shared_mail: z.string().min(3), sandbox_mail: z.string().min(3) }),
  /** Addresses of patients, where the space has them: formed from a national identifier that is qualified. */
  patients: z
    .strictObject({
      label: text,
      domain: z.strictObject({ sandbox: z.string().min(3), live: z.string().min(3) }),
      pattern,
      check: z.enum(checkRules),
      /** OIDs of who may have given the identifier. */
      systems: z.strictObject({ sandbox: z.array(oid).min(1), live: z.array(oid).min(1) }),
      largest_megabytes: z.number().int().min(1),
    })
    .optional(),
  authentication: z.array(z.strictObject({ id, label: text })).min(1),
  certificates: z.strictObject({
    country: z.string().regex(/^[A-Z]{2}$/),
    organization: z.string().min(1).max(64),
    root: z.strictObject({ sandbox: z.string().min(1).max(64), live: z.string().min(1).max(64) }),
  }),
  /** Terms of an instrument; the text of their first version is `terms/ID.json`, where the space has one. */
  terms: z.array(z.strictObject({ id, instrument: id, article_prefix: z.string().min(1), label: text })),
});
const rule = z.enum(checkRules);
const identifiersSchema = z
  .array(
    z.strictObject({
      id: z.string().min(2).max(20),
      of: z.enum(["person", "structure"]),
      label: text,
      pattern,
      check: rule,
      except: z.array(z.strictObject({ starts_with: z.string().min(1), check: rule })).default([]),
      national_prefix: z.string().max(8),
    }),
  )
  .min(1);
const calendarsSchema = z.array(z.strictObject({ id, label: text, time_zone: timeZone, territories: z.array(z.string().min(2)).min(1) })).min(1);
const nomenclatureSchema = z.array(z.strictObject({ code: z.string().min(1).max(20), label: text }));

const mostLogo = 100_000;

export type Nomenclature = z.output<typeof nomenclatureSchema>;
export type Space = z.output<typeof spaceSchema> & {
  readonly folder: string;
  /** The SVG itself. */
  readonly logo?: string | undefined;
  readonly identifiers: readonly IdentifierScheme[];
  readonly calendars: z.output<typeof calendarsSchema>;
  /** By the name of the file in `nomenclatures/`. */
  readonly nomenclatures: Readonly<Record<string, Nomenclature>>;
  /** First versions of the terms, by instrument. */
  readonly termsDocuments: Readonly<Record<string, TermsDocument>>;
};

/** The look of a space, for pages. */
export function lookOf({ look, logo }: Space): Look {
  return { accent: look.accent, accentDark: look.accent_dark, logo };
}

/** Reads the folder of a space; a bare name is one of ours (`spaces/NAME`). Throws `program.no-space` naming the file at fault. */
export function loadSpace(place: string): Space {
  const ours = resolve(import.meta.dirname, "../../../spaces", place);
  const folder = existsSync(ours) ? ours : resolve(place);
  const read = <T>(name: string, schema: z.ZodType<T>): T => {
    try {
      return schema.parse(JSON.parse(readFileSync(join(folder, name), "utf8")));
    } catch (cause) {
      const problem = cause instanceof z.ZodError ? z.prettifyError(cause) : cause instanceof Error ? cause.message : String(cause);
      throw programErrors.refuse("program.no-space", { params: { folder, problem: `${name}: ${problem}` }, cause });
    }
  };
  const readLogo = (name: string): string => {
    const svg = existsSync(join(folder, name)) ? readFileSync(join(folder, name), "utf8") : "";
    if (svg.includes("<svg") && svg.length <= mostLogo) return svg;
    throw programErrors.refuse("program.no-space", { params: { folder, problem: `${name}: an SVG of at most ${mostLogo} characters` } });
  };
  const space = read("space.json", spaceSchema);
  const tables = join(folder, "nomenclatures");
  const files = existsSync(tables) ? readdirSync(tables).filter((name) => name.endsWith(".json")) : [];
  return {
    ...space,
    folder,
    identifiers: read("identifiers.json", identifiersSchema),
    calendars: read("calendars.json", calendarsSchema),
    nomenclatures: Object.fromEntries(files.map((name) => [name.slice(0, -5), read(join("nomenclatures", name), nomenclatureSchema)])),
    termsDocuments: Object.fromEntries(
      space.terms
        .filter((terms) => existsSync(join(folder, "terms", `${terms.id}.json`)))
        .map((terms) => [terms.instrument, read(join("terms", `${terms.id}.json`), termsSchema)]),
    ),
    logo: space.look.logo === undefined ? undefined : readLogo(space.look.logo),
  };
}
