// One search: entries of the directory in batches, the filter evaluated again in three values, attributes selected, limits kept.
import { randomBytes } from "node:crypto";
import { parseName, rdnKey } from "@cercle/kernel";
import { type Bound, DirectoryRefusal, type LdapDirectory, type LdapEntry } from "./directory.ts";
import { evaluateFilter } from "./filter.ts";
import {
  buildEntry,
  buildPagedControl,
  buildSearchDone,
  pagedResults,
  type Request,
  type Result,
  readPagedControl,
  resultCode,
  type SearchRequest,
} from "./message.ts";
import { buildRootDse, buildSubschema, subschemaName } from "./schema.ts";

export type SearchLimits = { readonly entries: number; readonly seconds: number; readonly batch: number };

/** Where pages of a connection ended: a cookie is good once, on the connection that received it, for the same search. */
export type PageCookies = Map<string, { readonly next: string; readonly search: string }>;
const maximumCookies = 16;

export type SearchContext = {
  readonly directory: LdapDirectory;
  readonly limits: SearchLimits;
  readonly who: Bound | undefined;
  readonly offersStartTls: boolean;
  readonly cookies: PageCookies;
  /** Aborted when nobody waits for the search any more. */
  readonly controller: AbortController;
  send(bytes: Buffer): Promise<void>;
};

type Search = Extract<Request, { kind: "search" }>;
/** How a search ends, with the entries that were not sent before. */
type Done = { readonly result: Result; readonly controls?: readonly Buffer[]; readonly entries?: readonly Buffer[] };
const timeOut = Symbol("time limit");

/** Runs one search and sends its entries and its end. An abandoned one sends nothing more (RFC 4511 §4.11). */
export async function runSearch(request: Search, context: SearchContext): Promise<void> {
  const seconds = Math.min(request.timeLimit || context.limits.seconds, context.limits.seconds);
  const { signal } = context.controller;
  const timer = setTimeout(() => context.controller.abort(timeOut), seconds * 1000);
  let done: Done;
  try {
    done = await search(request, context);
  } catch (error) {
    if (signal.aborted && signal.reason !== timeOut) return;
    if (signal.aborted) done = { result: { code: resultCode.timeLimitExceeded } };
    else if (error instanceof DirectoryRefusal) done = { result: { code: error.code, message: error.message } };
    else throw error;
  } finally {
    clearTimeout(timer);
  }
  if (signal.aborted && signal.reason !== timeOut) return;
  // The last entries and the end go out together.
  const end = buildSearchDone(request.id, done.result, done.controls ?? []);
  await context.send(done.entries ? Buffer.concat([...done.entries, end]) : end);
}

async function search(request: Search, context: SearchContext): Promise<Done> {
  const { directory } = context;
  const own = ownEntry(request, context);
  if (own) {
    const values = lowerNames(own);
    const selected = evaluateFilter(request.filter, values, (attribute) => values.has(attribute)) === true;
    return { result: { code: resultCode.success }, entries: selected ? [buildSelected(request, own)] : [] };
  }
  if (!context.who && !directory.anonymous) return { result: { code: resultCode.insufficientAccessRights, message: "bind first" } };
  if (request.base === directory.base) return page(request, context);
  const name = parseName(request.base);
  if (!name) return { result: { code: request.base === "" ? resultCode.noSuchObject : resultCode.invalidDNSyntax } };
  const base = parseName(directory.base) ?? [];
  const below = base.every((rdn, i) => {
    const own = name[name.length - base.length + i];
    return own !== undefined && rdnKey(own) === rdnKey(rdn);
  });
  if (!below) return { result: { code: resultCode.noSuchObject } };
  return page(request, context);
}

/** The entries that the server itself has: root DSE and subschema. */
function ownEntry(request: SearchRequest, { directory, offersStartTls }: SearchContext): LdapEntry | undefined {
  if (request.base === "" && request.scope === "base") return buildRootDse(directory, offersStartTls);
  if (request.base.toLowerCase().replaceAll(" ", "") === subschemaName && request.scope !== "one") return buildSubschema(directory);
  return undefined;
}

async function page(request: Search, context: SearchContext): Promise<Done> {
  const { directory, limits } = context;
  const control = request.controls.find(({ type }) => type === pagedResults);
  const paged = control ? readPagedControl(control) : undefined;
  const fingerprint = paged ? JSON.stringify([request.base, request.scope, request.filter]) : "";
  let after: string | undefined;
  if (paged && paged.cookie !== "") {
    const known = context.cookies.get(paged.cookie);
    context.cookies.delete(paged.cookie);
    // RFC 2696 §3: a cookie that is not (or no longer) known.
    if (known?.search !== fingerprint) return { result: { code: resultCode.unwillingToPerform, message: "unknown cookie: start again" } };
    after = known.next;
  }
  const asked = request.sizeLimit === 0 ? limits.entries : Math.min(request.sizeLimit, limits.entries);
  const most = paged && paged.size > 0 ? Math.min(paged.size, limits.entries) : asked;
  const written = writtenNames(directory);
  const knows = (attribute: string): boolean => written.has(attribute);
  let entry: LdapEntry | undefined;
  const values = { get: (attribute: string) => entry?.attributes[written.get(attribute) ?? ""] };
  let sent = 0;
  for (;;) {
    // Without paging one more is looked for, to know whether the limit cut something off.
    const limit = Math.min(limits.batch, paged ? most - sent : most - sent + 1);
    const found = await untilAborted(
      directory.search({
        base: request.base,
        scope: request.scope,
        filter: request.filter,
        limit,
        who: context.who,
        signal: context.controller.signal,
        ...(after === undefined ? {} : { after }),
      }),
      context.controller.signal,
    );
    if (!found) return { result: { code: resultCode.noSuchObject } };
    const out: Buffer[] = [];
    for (entry of found.entries) {
      if (evaluateFilter(request.filter, values, knows) !== true) continue;
      if (sent === most) return { result: { code: resultCode.sizeLimitExceeded }, entries: out };
      sent += 1;
      out.push(buildSelected(request, entry));
    }
    after = found.next;
    if (after === undefined) return { result: { code: resultCode.success }, entries: out, ...(paged ? { controls: [buildPagedControl("")] } : {}) };
    if (paged && sent >= most)
      return { result: { code: resultCode.success }, entries: out, controls: [buildPagedControl(keepCookie(context.cookies, after, fingerprint))] };
    if (out.length > 0) await context.send(Buffer.concat(out));
  }
}

function keepCookie(cookies: PageCookies, next: string, search: string): string {
  const cookie = randomBytes(16).toString("latin1");
  if (cookies.size >= maximumCookies) cookies.delete(cookies.keys().next().value ?? "");
  cookies.set(cookie, { next, search });
  return cookie;
}

/** A directory that does not hear the signal is left behind; its answer is nobody's. */
function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(new Error("aborted"));
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

/** An entry with the attributes asked for (RFC 4511 §4.5.1.8): none named or `*` is all, `1.1` is none. */
function buildSelected(request: Search, entry: LdapEntry): Buffer {
  const { attributes, typesOnly } = request;
  const all = attributes.length === 0 || attributes.includes("*");
  const selected: (readonly [string, readonly string[]])[] = [];
  for (const name in entry.attributes) {
    const values = entry.attributes[name] ?? [];
    if (values.length > 0 && (all || attributes.includes(name.toLowerCase()))) selected.push([name, typesOnly ? [] : values]);
  }
  return buildEntry(request.id, entry.name, selected);
}

/** The names that a directory's entries may have, as it writes them, by their lower case. */
function writtenNames(directory: LdapDirectory): ReadonlyMap<string, string> {
  const known = schemas.get(directory);
  if (known) return known;
  const made = new Map([...directory.attributes.map(({ name }) => [name.toLowerCase(), name] as const), ["objectclass", "objectClass"]]);
  schemas.set(directory, made);
  return made;
}

const schemas = new WeakMap<LdapDirectory, ReadonlyMap<string, string>>();

function lowerNames(entry: LdapEntry): ReadonlyMap<string, readonly string[]> {
  const map = new Map<string, readonly string[]>();
  for (const [name, values] of Object.entries(entry.attributes)) if (values.length > 0) map.set(name.toLowerCase(), values);
  return map;
}
