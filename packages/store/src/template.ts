// The starting state on PostgreSQL: a template database beside the real one, from which the real one is made again.
import pg from "pg";
import { storeErrors } from "./errors.ts";

type Place = { readonly admin: string; readonly name: string; readonly template: string };

function placeOf(url: string): Place {
  const parsed = new URL(url.replace(/^(\w+:\/\/[^/?]*@)(\/|\?|$)/, "$1localhost$2"));
  const name = decodeURIComponent(parsed.pathname.slice(1));
  const admin = url.replace(/^(\w+:\/\/[^/?]*)\/[^?]*/, "$1/postgres");
  return { admin, name, template: `${name.slice(0, 50)}_cercle_seed` };
}

async function asAdmin(url: string, work: (run: (sql: string) => Promise<pg.QueryResult>, place: Place) => Promise<void>): Promise<void> {
  const place = placeOf(url);
  const client = new pg.Client({ connectionString: place.admin, application_name: "cercle-template" });
  try {
    await client.connect();
    await work((sql) => client.query(sql), place);
  } catch (cause) {
    throw storeErrors.refuse("store.no-template", { cause, detail: cause instanceof Error ? cause.message : String(cause) });
  } finally {
    await client.end().catch(() => undefined);
  }
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** Copies the database into its template. Nobody may be connected to it. */
export function saveTemplate(url: string): Promise<void> {
  return asAdmin(url, async (run, { name, template }) => {
    await run(`drop database if exists ${quoted(template)}`);
    await run(`create database ${quoted(template)} template ${quoted(name)}`);
  });
}

/** Makes the database again from its template, or empty. Whoever is connected is thrown out. */
export function restoreTemplate(url: string, { empty = false }: { empty?: boolean } = {}): Promise<void> {
  return asAdmin(url, async (run, { name, template }) => {
    await run(`drop database if exists ${quoted(name)} with (force)`);
    await run(`create database ${quoted(name)} template ${empty ? "template0" : quoted(template)}`);
  });
}

/** Removes the template. */
export function dropTemplate(url: string): Promise<void> {
  return asAdmin(url, async (run, { template }) => {
    await run(`drop database if exists ${quoted(template)}`);
  });
}
