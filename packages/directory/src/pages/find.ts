// What a person types → a condition. Pure.
import { foldName } from "@cercle/kernel";
import type { Condition } from "../query/compile.ts";

export type Asked = { readonly q: string; readonly profession: string; readonly place: string; readonly mailbox: boolean };

/** Shorter words would walk through the whole directory. */
export const shortest = 2;

const prefix = (field: string, value: string): Condition => ({ field, is: "prefix", value });

/** Nothing when too little was typed. */
export function findPersons({ q, profession, place, mailbox }: Asked): Condition | undefined {
  const who = findName(q);
  if (!who) return undefined;
  return {
    and: [
      who,
      { field: "active", is: "eq", value: "true" },
      ...(profession ? [{ field: "profession", is: "eq", value: profession } as const] : []),
      ...(place ? [prefix("city", place)] : []),
      ...(mailbox ? [{ field: "mailbox", is: "present" } as const] : []),
    ],
  };
}

function findName(q: string): Condition | undefined {
  if (/^[0-9 ]{9,14}$/.test(q) || /^[0-9]+\/[\w-]+$/.test(q) || /^ANS\d+$/.test(q)) {
    const bare = q.replace(/\s/g, "");
    return {
      or: [
        { field: "id", is: "eq", value: bare },
        { field: "number", is: "eq", value: bare },
      ],
    };
  }
  if (q.includes("@")) return prefix("mailbox", q);
  const words = foldName(q).split(" ").filter(Boolean).slice(0, 6);
  if (words.join("").length < shortest) return undefined;
  // Either order, any number of words in each name: `le goff anne`, `anne le goff`.
  const splits = words.slice(1).flatMap((_, i) => {
    const [left, right] = [words.slice(0, i + 1).join(" "), words.slice(i + 1).join(" ")];
    return [{ and: [prefix("family", left), prefix("given", right)] }, { and: [prefix("given", left), prefix("family", right)] }];
  });
  return { or: [prefix("family", words.join(" ")), prefix("given", words.join(" ")), ...splits] };
}

export function findStructures({ q, place }: Asked): Condition | undefined {
  const name = foldName(q);
  if (name.length < shortest) return undefined;
  const bare = q.replace(/\s/g, "");
  const named: Condition = {
    or: [
      prefix("name", q),
      ...(name.length > 3 ? [{ field: "name", is: "contains", value: q } as const] : []),
      { field: "finess", is: "eq", value: bare },
      { field: "siret", is: "eq", value: bare },
    ],
  };
  return { and: [named, { field: "active", is: "eq", value: "true" }, ...(place ? [prefix("city", place)] : [])] };
}
