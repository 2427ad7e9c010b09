// A version of the terms: a dated document of numbered articles, in the product's own words.
import { createHash } from "node:crypto";
import { canonicalJson, type Json, type Text } from "@cercle/kernel";
import { z } from "zod";

const words = (most: number) => z.object({ fr: z.string().trim().min(1).max(most), en: z.string().trim().min(1).max(most) });

export const termsSchema = z
  .object({
    version: z.string().regex(/^[\w.-]{1,40}$/),
    /** First day on which it counts. */
    in_force_on: z.iso.date(),
    title: words(200),
    articles: z
      .array(z.object({ number: z.string().regex(/^[\w.-]{1,20}$/), title: words(200), text: words(6000) }))
      .min(1)
      .max(80)
      .refine((articles) => new Set(articles.map(({ number }) => number)).size === articles.length, "two articles bear one number"),
  })
  .strict();

export type TermsArticle = { readonly number: string; readonly title: Text; readonly text: Text };
export type TermsDocument = { readonly version: string; readonly in_force_on: string; readonly title: Text; readonly articles: readonly TermsArticle[] };

/** The digest that acceptances name: SHA-256 of the canonical JSON of the whole document. */
export function digestTerms({ version, in_force_on, title, articles }: TermsDocument): string {
  const whole = { version, in_force_on, title, articles } as unknown as Json;
  return createHash("sha256").update(canonicalJson(whole)).digest("hex");
}
