// A userinfo reply of Pro Santé Connect → a test person with the same identity and situations.
import { z } from "zod";
import { directoryErrors } from "../errors.ts";
import { activityKeys } from "../france/layouts.ts";
import { situationFields } from "./person-input.ts";

const word = z
  .string()
  .nullish()
  .transform((value) => value ?? "");
const userinfo = z.object({
  SubjectNameID: z.string().min(3),
  family_name: z.string().min(1),
  given_name: z.string().min(1),
  SubjectRefPro: z
    .object({
      codeCivilite: word,
      exercices: z
        .array(
          z.looseObject({
            codeProfession: word,
            codeCategorieProfessionnelle: word,
            codeCiviliteDexercice: word,
            nomDexercice: word,
            prenomDexercice: word,
            codeTypeSavoirFaire: word,
            codeSavoirFaire: word,
            activities: z.array(z.record(z.string(), z.unknown())).default([]),
          }),
        )
        .default([]),
    })
    .optional(),
});

const columnFields = new Map([...situationFields].map(([field, position]) => [position, field]));
const fieldOfKey = new Map(activityKeys.flatMap(([key, position]) => (columnFields.has(position) ? [[key, columnFields.get(position) ?? ""] as const] : [])));

/** Throws `directory.bad-userinfo`. */
export function parseUserinfo(content: unknown): Record<string, unknown> {
  const parsed = userinfo.safeParse(content);
  if (!parsed.success) throw directoryErrors.refuse("directory.bad-userinfo", { params: { file: "userinfo" }, cause: parsed.error });
  const { SubjectNameID: id, SubjectRefPro: profile, family_name, given_name } = parsed.data;
  const [first] = profile?.exercices ?? [];
  return {
    id,
    family_name: first?.nomDexercice || family_name,
    given_name: first?.prenomDexercice || given_name,
    civility: profile?.codeCivilite ?? "",
    exercise_civility: first?.codeCiviliteDexercice ?? "",
    profession: first?.codeProfession ?? "",
    category: first?.codeCategorieProfessionnelle ?? "",
    know_how_type: first?.codeTypeSavoirFaire ?? "",
    know_how: first?.codeSavoirFaire ?? "",
    // Each situation says its own profession and know-how, so that several exercises stay several.
    situations: (profile?.exercices ?? []).flatMap((exercise) =>
      exercise.activities.map((activity) => ({
        profession: exercise.codeProfession,
        category: exercise.codeCategorieProfessionnelle,
        know_how_type: exercise.codeTypeSavoirFaire,
        know_how: exercise.codeSavoirFaire,
        ...Object.fromEntries(
          Object.entries(activity).flatMap(([key, value]) => (typeof value === "string" && value && fieldOfKey.has(key) ? [[fieldOfKey.get(key), value]] : [])),
        ),
      })),
    ),
  };
}
