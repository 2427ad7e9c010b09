// A directory that is not ours, read over its FHIR R4 API (Annuaire Santé, IG 1.1.0): who is active, what is published, who may be meant.
// What was found is good for a minute: the national API takes seventeen calls a second.
import type { Clock } from "@cercle/kernel";
import { z } from "zod";
import { mailErrors } from "../errors.ts";
import type { AskJson } from "./http.ts";

export type FoundAddress = { readonly address: string; readonly name: string; readonly about: string };
export type OutsidePerson = { readonly active: boolean; readonly name: string };
export type FhirDirectory = {
  person(nationalId: string): Promise<OutsidePerson | undefined>;
  isPublished(address: string): Promise<boolean>;
  lookUp(text: string): Promise<readonly FoundAddress[]>;
};

const identifierSystem = "urn:oid:1.2.250.1.71.4.2.1";
const keptMillis = 60_000;
const mostKept = 5000;
const mostFound = 12;
const carriers = ["Practitioner", "PractitionerRole", "Organization"] as const;

const extension: z.ZodType<Extension> = z.lazy(() =>
  z.looseObject({ url: z.string(), valueString: z.string().optional(), extension: z.array(extension).optional() }),
);
type Extension = { readonly url: string; readonly valueString?: string | undefined; readonly extension?: readonly Extension[] | undefined };
const resource = z.looseObject({
  resourceType: z.string(),
  id: z.string().optional(),
  active: z.boolean().optional(),
  name: z.union([z.string(), z.array(z.looseObject({ family: z.string().optional(), given: z.array(z.string()).optional() }))]).optional(),
  practitioner: z.looseObject({ reference: z.string().optional() }).optional(),
  telecom: z.array(z.looseObject({ system: z.string().optional(), value: z.string().optional(), extension: z.array(extension).optional() })).optional(),
});
type Resource = z.output<typeof resource>;
const bundle = z.looseObject({ entry: z.array(z.looseObject({ resource })).optional() });

export function createFhirDirectory({ base, key, ask: askJson, real }: { base: string; key: string; ask: AskJson; real: Clock }): FhirDirectory {
  const kept = new Map<string, { readonly found: Promise<readonly Resource[]>; readonly until: number }>();
  const headers = { accept: "application/fhir+json", ...(key ? { "ESANTE-API-KEY": key } : {}) };

  const ask = async (path: string): Promise<readonly Resource[]> => {
    const reply = await askJson(`${base.replace(/\/$/, "")}/${path}`, { headers }).catch((cause: unknown) => {
      throw mailErrors.refuse("mail.directory-away", { params: { reason: "unreachable" }, cause });
    });
    if (reply.status !== 200) throw mailErrors.refuse("mail.directory-away", { params: { reason: String(reply.status) } });
    const read = bundle.safeParse(reply.body);
    if (!read.success) throw mailErrors.refuse("mail.directory-away", { params: { reason: "unreadable" }, cause: read.error });
    return (read.data.entry ?? []).map((entry) => entry.resource);
  };
  const search = (of: string, query: Readonly<Record<string, string>>): Promise<readonly Resource[]> => {
    const path = `${of}?${new URLSearchParams(query)}`;
    const now = real.now().epochMilliseconds;
    const known = kept.get(path);
    if (known && known.until > now) return known.found;
    if (kept.size >= mostKept) kept.clear();
    const found = ask(path);
    kept.set(path, { found, until: now + keptMillis });
    // A directory that was away is asked again at once.
    found.catch(() => kept.delete(path));
    return found;
  };

  return {
    async person(nationalId) {
      const [found] = await search("Practitioner", { identifier: `${identifierSystem}|${nationalId}` });
      return found && { active: found.active !== false, name: nameOf(found) || nationalId };
    },
    async isPublished(address) {
      const hits = await Promise.all(carriers.map((of) => search(of, { "mailbox-mss:exact": address })));
      return hits.flat().some((found) => boxesOf(found).some((box) => box.address === address.toLowerCase()));
    },
    async lookUp(text) {
      const wanted = text.trim().slice(0, 80);
      if (wanted.includes("@")) {
        const hits = await Promise.all(carriers.map((of) => search(of, { "mailbox-mss": wanted })));
        return hits
          .flat()
          .flatMap(boxesOf)
          .filter((box) => box.address.startsWith(wanted.toLowerCase()))
          .slice(0, mostFound);
      }
      const [first = "", second] = wanted.split(/\s+/).filter(Boolean);
      const named = second
        ? await Promise.all([search("Practitioner", { family: first, given: second }), search("Practitioner", { family: second, given: first })])
        : [await search("Practitioner", { name: first })];
      const people = named.flat().slice(0, mostFound);
      const ids = people.flatMap(({ id }) => (id ? [id] : []));
      // A mailbox under a structure is carried by the situation alone (mssante.md §3.2).
      const [roles, services] = await Promise.all([
        ids.length === 0 ? [] : search("PractitionerRole", { practitioner: ids.join(",") }),
        search("Organization", { name: wanted }),
      ]);
      const names = new Map(people.map((one) => [`Practitioner/${one.id}`, nameOf(one)]));
      const boxes = [
        ...people.flatMap(boxesOf),
        ...roles.flatMap((role) => boxesOf(role, names.get(role.practitioner?.reference ?? ""))),
        ...services.flatMap(boxesOf),
      ];
      return [...new Map(boxes.map((box) => [box.address, box])).values()].slice(0, mostFound);
    },
  };
}

function nameOf({ name }: Resource): string {
  if (typeof name === "string") return name;
  const [first] = name ?? [];
  return [...(first?.given ?? []), first?.family ?? ""].filter(Boolean).join(" ");
}

function boxesOf(found: Resource, name?: string | number): readonly FoundAddress[] {
  const shown = typeof name === "string" ? name : nameOf(found);
  return (found.telecom ?? []).flatMap(({ system, value, extension: given = [] }) => {
    // Other addresses of a person are no mailbox of the trust space: only these carry what describes one.
    const about = given.find(({ url }) => url.endsWith("/as-ext-mailbox-mss-metadata"));
    if (system !== "email" || value === undefined || !about) return [];
    const said = (what: string): string => about.extension?.find(({ url }) => url === what)?.valueString ?? "";
    return [{ address: value.toLowerCase(), name: shown || said("description") || said("service"), about: said("service") }];
  });
}
