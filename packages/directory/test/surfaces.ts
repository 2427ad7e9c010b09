// The room with every surface open: routes and pages, FHIR, LDAP. Keys are words here; accounts have their own tests.
import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { realClock } from "@cercle/kernel";
import { createLdapServer, type LdapServer } from "@cercle/ldap";
import type { TestEngine, TestStore } from "@cercle/testkit";
import { type Actor, createListener, type Logger } from "@cercle/web";
import { loadFile } from "../src/import/load.ts";
import type { LoadReport } from "../src/import/report.ts";
import { openSources } from "../src/import/source.ts";
import type { Directory } from "../src/index.ts";
import { openDirectory } from "./open-directory.ts";

export const ldapBase = "dc=mssante,dc=example";
const actors: Readonly<Record<string, Actor>> = {
  "Bearer alpha": { kind: "account", id: "a", name: "Alpha", roles: ["operator-contact"], by: "api-key" },
  "Bearer beta": { kind: "account", id: "b", name: "Beta", roles: ["operator-contact"], by: "api-key" },
  "Bearer machine": { kind: "operator" },
};
const enough = 1_000_000;

export type Called = { readonly status: number; readonly text: string; json(): never };
export type Surfaces = {
  readonly test: TestStore;
  readonly directory: Directory;
  /** Origin of routes, pages and `/fhir/v2`. */
  readonly base: string;
  /** LDAP in the clear, without a bind. */
  readonly ldapPort: number;
  /** Every line that was logged. */
  readonly logged: readonly string[];
  call(
    method: string,
    path: string,
    options?: { key?: string; body?: unknown; raw?: string; accept?: string; headers?: Record<string, string> },
  ): Promise<Called>;
  publish(given: object, key?: string): Promise<Called>;
  /** Every resource of a search, page after page, as an operator that feeds. */
  fhirAll(query: string): Promise<readonly { [element: string]: unknown; telecom?: { value: string }[] }[]>;
  /** Loads a file of these lines, or the one that was written under this name before. */
  load(name: string, lines?: Iterable<string>): Promise<LoadReport | undefined>;
  close(): Promise<void>;
};

export async function openSurfaces(engine: TestEngine, limits?: { entriesPerDay: number; pages: number }): Promise<Surfaces> {
  const { test, directory } = await openDirectory(engine, limits);
  const logged: string[] = [];
  const write = (...line: unknown[]): void => void logged.push(JSON.stringify(line));
  const log = { debug: write, info: write, warn: write, error: write } as unknown as Logger;
  const identify = async (authorization: string | undefined): Promise<Actor> => actors[authorization ?? ""] ?? { kind: "nobody" };
  const handler = directory.fhirHandler({ base: "http://test/fhir/v2", open: true, perMinute: enough, log, identify });
  const listener = await createListener({
    name: "test",
    routes: [...directory.routes, ...directory.pages((language) => ({ space: "Test", language, sandbox: true }))].map((route) => ({
      ...route,
      perMinute: enough,
    })),
    log,
    first: handler,
    perMinute: enough,
    identify: ({ headers }) => identify(headers.authorization as string | undefined),
  });
  const base = `http://127.0.0.1:${await listener.listen({ host: "127.0.0.1", port: 0, setting: "test" })}`;
  const ldap: LdapServer = createLdapServer({
    directory: directory.ldap({ base: ldapBase, anonymous: true, identify: (key) => identify(key) }),
    tls: {},
    onError: write,
  });
  const ldapPort = await ldap.listen({ host: "127.0.0.1", port: 0, implicitTls: false });
  const call: Surfaces["call"] = async (method, path, { key = "alpha", body, raw, accept = "application/json", headers = {} } = {}) => {
    const reply = await fetch(`${base}${path}`, {
      method,
      headers: {
        accept,
        "accept-language": "en",
        ...(key ? { authorization: `Bearer ${key}` } : {}),
        ...(body ? { "content-type": "application/json" } : {}),
        ...headers,
      },
      ...(body || raw !== undefined ? { body: raw ?? JSON.stringify(body) } : {}),
    });
    const text = await reply.text();
    return { status: reply.status, text, json: () => JSON.parse(text) as never };
  };
  return {
    test,
    directory,
    base,
    ldapPort,
    logged,
    call,
    publish: (given, key = "alpha") => call("POST", "/api/directory/mailboxes", { key, body: given }),
    async fhirAll(query) {
      const found: { [element: string]: unknown }[] = [];
      let path: string | undefined = `/fhir/v2/${query}`;
      while (path) {
        const reply = await call("GET", path, { key: "machine", headers: { "cercle-purpose": "feed" } });
        if (reply.status !== 200) throw new Error(`${reply.status} ${path}`);
        const bundle = reply.json() as { entry: { resource: { [element: string]: unknown } }[]; link: { relation: string; url: string }[] };
        for (const { resource } of bundle.entry) found.push(resource);
        path = bundle.link.find(({ relation }) => relation === "next")?.url.replace("http://test", "");
      }
      return found;
    },
    async load(name, lines) {
      const path = join(test.folder, name);
      if (lines) await pipeline(Readable.from(lines), createWriteStream(path));
      const { files } = await openSources(path);
      return files[0] && loadFile({ store: test.store, clock: realClock }, files[0]);
    },
    async close() {
      await listener.close();
      await ldap.close();
      await directory.stop();
      await test.close();
    },
  };
}
