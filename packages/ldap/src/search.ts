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
  readonly signal: AbortSignal;
  send(bytes: Buffer): Promise<void>;
};

type Search = Extract<Request, { kind: "search" }>;

/** Runs one search and sends its entries and its end. An abandoned one sends nothing more (RFC 4511 §4.11). */
export async function runSearch(request: Search, context: SearchContext): Promise<void> {
  const seconds = Math.min(request.timeLimit || context.limits.seconds, context.limits.seconds);
  const timeout = AbortSignal.timeout(seconds * 1000);
  const signal = AbortSignal.any([context.signal, timeout]);
  let done: { result: Result; controls?: readonly Buffer[] };
  try {
    done = await search(request, { ...context, signal });
  } catch (error) {
    if (context.signal.aborted) return;
    if (timeout.aborted) done = { result: { code: resultCode.timeLimitExceeded } };
    else if (error instanceof DirectoryRefusal) done = { result: { code: error.code, message: error.message } };
    else throw error;
  }
  if (!context.signal.aborted) await context.send(buildSearchDone(request.id, done.result, done.controls ?? []));
}

async function search(request: Search, context: SearchContext): Promise<{ result: Result; controls?: readonly Buffer[] }> {
  const { directory } = context;
  const own = ownEntry(request, context);
  if (own) {
    const knows = (attribute: string): boolean => lowerNames(own).has(attribute);
    if (evaluateFilter(request.filter, lowerNames(own), knows) === true) await context.send(buildSelected(request, own));
    return { result: { code: resultCode.success } };
  }
  if (!context.who && !directory.anonymous) return { result: { code: resultCode.insufficientAccessRights, message: "bind first" } };
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

async function page(request: Search, context: SearchContext): Promise<{ result: Result; controls?: readonly Buffer[] }> {
  const { directory, limits } = context;
  const control = request.controls.find(({ type }) => type === pagedResults);
  const paged = control ? readPagedControl(control) : undefined;
  const fingerprint = JSON.stringify([request.base, request.scope, request.filter]);
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
  const names = new Set([...directory.attributes.map((attribute) => attribute.name.toLowerCase()), "objectclass"]);
  const knows = (attribute: string): boolean => names.has(attribute);
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
        signal: context.signal,
        ...(after === undefined ? {} : { after }),
      }),
      context.signal,
    );
    if (!found) return { result: { code: resultCode.noSuchObject } };
    const out: Buffer[] = [];
    for (const entry of found.entries) {
      if (evaluateFilter(request.filter, lowerNames(entry), knows) !== true) continue;
      if (sent === most) {
        await context.send(Buffer.concat(out));
        return { result: { code: resultCode.sizeLimitExceeded } };
      }
      sent += 1;
      out.push(buildSelected(request, entry));
    }
    if (out.length > 0) await context.send(Buffer.concat(out));
    after = found.next;
    if (after === undefined) return { result: { code: resultCode.success }, ...(paged ? { controls: [buildPagedControl("")] } : {}) };
    if (paged && sent >= most) return { result: { code: resultCode.success }, controls: [buildPagedControl(keepCookie(context.cookies, after, fingerprint))] };
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
  const selected = Object.entries(entry.attributes).filter(([name, values]) => values.length > 0 && (all || attributes.includes(name.toLowerCase())));
  return buildEntry(request.id, entry.name, typesOnly ? selected.map(([name]) => [name, []]) : selected);
}

function lowerNames(entry: LdapEntry): ReadonlyMap<string, readonly string[]> {
  const map = new Map<string, readonly string[]>();
  for (const [name, values] of Object.entries(entry.attributes)) if (values.length > 0) map.set(name.toLowerCase(), values);
  return map;
}
