// What mail, its console and the webmail need of a directory: that of this space, or one outside.
import { readFileSync } from "node:fs";
import type { Directory } from "@cercle/directory";
import { realClock } from "@cercle/kernel";
import { askJson, createFhirDirectory, createOutsidePublication, type MailPeople, mailErrors, type Publication } from "@cercle/mail";
import type { Route } from "@cercle/web";
import type { WebmailPorts } from "@cercle/webmail";
import type { Configuration } from "../configuration.ts";
import type { House } from "../house.ts";

export type MailDirectory = {
  readonly people: MailPeople;
  readonly publication: Publication;
  /** A person's name, else the identifier. */
  nameOf(holder: string): Promise<string>;
  readonly lookUp: WebmailPorts["lookUp"];
};

const kinds = { personal: "PER", organisational: "ORG", applicative: "APP" } as const;
const mostFound = 12;

export function useOwnDirectory(house: House, directory: Directory): MailDirectory {
  return {
    people: peopleOf(house, directory),
    publication: publish(house.store, directory),
    async nameOf(holder) {
      const found = await directory.findProfessional(holder);
      return found ? `${found.givenName} ${found.familyName}` : holder;
    },
    lookUp: (text, facts) => lookUp(directory, text, facts),
  };
}

/** The directory of the settings, by its FHIR API; publications go over the API that outside operators use, when there is one. */
export function useOutsideDirectory({ configuration, log }: Pick<House, "configuration" | "log">): MailDirectory {
  const base = configuration.get<string>("mail.directory_url");
  const outside = createFhirDirectory({ base, key: readSecret(configuration, "mail.directory_key_file"), ask: askJson, real: realClock });
  const place = configuration.get<string>("mail.publication_url");
  const publication: Publication =
    place === ""
      ? { publish: async () => undefined, remove: async () => undefined, find: outside.isPublished }
      : createOutsidePublication({ base: place, key: readSecret(configuration, "mail.publication_key_file"), ask: askJson, find: outside.isPublished });
  return {
    people: {
      isActive: async (nationalId) => (await outside.person(nationalId))?.active === true,
      demo: async () => undefined,
      isDemo: async () => false,
    },
    publication,
    // A page shows an identifier rather than nothing while the directory is away.
    nameOf: async (holder) => (await outside.person(holder).catch(() => undefined))?.name ?? holder,
    lookUp: (text) =>
      outside.lookUp(text).catch((error: Error) => {
        log.warn({ error: error.message }, "mail directory");
        return [];
      }),
  };
}

/** The content of the file that a setting names; "" when it names none. */
export function readSecret(configuration: Configuration, setting: string): string {
  const place = configuration.get<string | undefined>(setting);
  if (!place) return "";
  try {
    return readFileSync(place, "utf8").trim();
  } catch (cause) {
    throw mailErrors.refuse("mail.alone-file", { params: { setting, problem: (cause as Error).message }, cause });
  }
}

function peopleOf({ mode }: House, directory: Directory): MailPeople {
  const demo = async (): Promise<string | undefined> => {
    if (mode !== "sandbox") return undefined;
    for (const { id } of await directory.people.list()) {
      const found = await directory.findProfessional(id);
      if (found?.testPerson && found.active) return found.nationalId;
    }
    return undefined;
  };
  return {
    isActive: async (nationalId) => (await directory.findProfessional(nationalId))?.active === true,
    demo,
    isDemo: async (nationalId) => mode === "sandbox" && (await directory.findProfessional(nationalId))?.testPerson === true,
  };
}

/** The directory's API, by its own routes: mail publishes as any operator does. */
function publish(store: House["store"], directory: Directory): Publication {
  const call = (method: Route["method"], path: string, request: { params?: unknown; body?: unknown }): Promise<unknown> => {
    const route = directory.routes.find((known) => known.method === method && known.path === path);
    if (!route) throw new Error(`the directory has no ${method} ${path}`);
    return route.handle({
      params: route.params.parse(request.params ?? {}),
      query: {},
      body: route.body.parse(request.body ?? {}),
      actor: { kind: "operator" },
      language: "fr",
      requestId: "mail",
      address: "127.0.0.1",
      headers: {},
      cookies: {},
    });
  };
  return {
    async publish({ address, kind, responsible, structure, service, redList }) {
      const of = kind === "personal" ? { national_id: responsible } : { structure_id: structure, responsible };
      await call("POST", "/api/directory/mailboxes", { body: { address, kind: kinds[kind], service, red_list: redList, ...of } });
    },
    async remove(address) {
      await call("DELETE", "/api/directory/mailboxes/:address", { params: { address } }).catch((error: { code?: string }) => {
        if (error.code !== "directory.no-mailbox") throw error;
      });
    },
    find: async (address) => (await directory.publications.find(store, address)) !== undefined,
  };
}

/** As any end user of the directory: one purpose, limited and traced by it (MSS 5.1). */
async function lookUp(directory: Directory, text: string, { person }: { person: string }): ReturnType<WebmailPorts["lookUp"]> {
  const access = { surface: "page", actor: { kind: "nobody" }, address: `person:${person}`, purpose: "look-up" } as const;
  const shape = { what: "search", prefix: text.toLowerCase() };
  directory.accesses.admit(access, shape);
  const prefix = (field: string, value: string) => ({ field, is: "prefix", value }) as const;
  const words = text.split(/\s+/).filter(Boolean).slice(0, 2);
  const [first = "", second] = words;
  const names = second
    ? [{ and: [prefix("family", first), prefix("given", second)] }, { and: [prefix("given", first), prefix("family", second)] }]
    : [prefix("family", first), prefix("given", first)];
  const { rows } = await directory.search.search({ entity: "address", where: text.includes("@") ? prefix("address", text) : { or: names }, limit: mostFound });
  directory.accesses.record(access, shape, rows.length);
  return rows.map(({ address, holder, service, description }) => {
    const [family = "", given = ""] = (holder ?? "").split("\u001f");
    return { address, name: [given, family].filter(Boolean).join(" ") || description || service, about: service };
  });
}
