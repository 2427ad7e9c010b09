// A trust space as data: one folder with its name, look, nomenclatures. France is the first such folder.
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { z } from "zod";
import { programErrors } from "./errors.ts";

const text = z.object({ fr: z.string().min(1), en: z.string().min(1) });
const schema = z.strictObject({
  id: z.string().regex(/^[a-z][a-z0-9-]*$/),
  name: text,
  country: z.string().length(2),
  time_zone: z.string(),
  languages: z.array(z.enum(["fr", "en"])).min(1),
});

export type Space = z.output<typeof schema> & { readonly folder: string };

/** Reads the folder of a space; a bare name is one of ours (`spaces/NAME`). Throws `program.no-space`. */
export function loadSpace(place: string): Space {
  const ours = resolve(import.meta.dirname, "../../../spaces", place);
  const folder = existsSync(ours) ? ours : resolve(place);
  try {
    return { ...schema.parse(JSON.parse(readFileSync(join(folder, "space.json"), "utf8"))), folder };
  } catch (cause) {
    throw programErrors.refuse("program.no-space", { params: { folder, problem: cause instanceof Error ? cause.message : String(cause) }, cause });
  }
}
