// LDAP messages (RFC 4511 §4): requests from bytes, replies to bytes.
import { BerError, BerReader, integer, tag, value } from "./ber.ts";
import { encodeEntry } from "./entry.ts";
import { type Filter, type FilterLimits, readFilter } from "./filter.ts";

/** RFC 4511 §4.1.9 and appendix A: the codes this server answers with. */
export const resultCode = {
  success: 0,
  operationsError: 1,
  protocolError: 2,
  timeLimitExceeded: 3,
  sizeLimitExceeded: 4,
  compareFalse: 5,
  compareTrue: 6,
  authMethodNotSupported: 7,
  strongerAuthRequired: 8,
  adminLimitExceeded: 11,
  unavailableCriticalExtension: 12,
  confidentialityRequired: 13,
  noSuchObject: 32,
  invalidDNSyntax: 34,
  invalidCredentials: 49,
  insufficientAccessRights: 50,
  busy: 51,
  unavailable: 52,
  unwillingToPerform: 53,
} as const;
export type ResultCode = (typeof resultCode)[keyof typeof resultCode];

export type Control = { readonly type: string; readonly critical: boolean; readonly value: Buffer | undefined };

export type SearchRequest = {
  readonly kind: "search";
  readonly base: string;
  readonly scope: "base" | "one" | "sub";
  readonly sizeLimit: number;
  readonly timeLimit: number;
  readonly typesOnly: boolean;
  readonly filter: Filter;
  readonly attributes: readonly string[];
};

export type Request = { readonly id: number; readonly controls: readonly Control[] } & (
  | { readonly kind: "bind"; readonly version: number; readonly name: string; readonly password: Buffer | undefined }
  | { readonly kind: "unbind" }
  | SearchRequest
  | { readonly kind: "compare"; readonly name: string; readonly attribute: string; readonly value: string }
  | { readonly kind: "abandon"; readonly target: number }
  | { readonly kind: "extended"; readonly name: string; readonly value: Buffer | undefined }
  /** Modify, add, delete, rename: a read-only server refuses each with its own reply. */
  | { readonly kind: "write"; readonly replyTag: number }
);

const application = { bind: 0x60, unbind: 0x42, search: 0x63, compare: 0x6e, abandon: 0x50, extended: 0x77 } as const;
const reply = { bind: 0x61, searchDone: 0x65, compare: 0x6f, extended: 0x78 } as const;
/** RFC 4511 §4.6–4.9: request tag → reply tag. */
const writes: ReadonlyMap<number, number> = new Map([
  [0x66, 0x67],
  [0x68, 0x69],
  [0x4a, 0x6b],
  [0x6c, 0x6d],
]);
const scopes = ["base", "one", "sub"] as const;

/** The id alone, for a refusal of a message whose rest cannot be read. */
export function readMessageId(bytes: Buffer): number {
  try {
    return new BerReader(bytes).enter(tag.sequence).integer();
  } catch {
    return 0;
  }
}

/** One whole message. Throws `BerError` on anything malformed, `FilterLimitError` on a filter beyond the limits. */
export function readRequest(bytes: Buffer, limits?: FilterLimits): Request {
  const message = new BerReader(bytes).enter(tag.sequence);
  const id = message.integer();
  if (id < 0) throw new BerError("a negative message id");
  const operation = message.readAny();
  const controls = message.is(0xa0) ? readControls(message.enter(0xa0)) : [];
  const inner = new BerReader(operation.content);
  const head = { id, controls };
  switch (operation.tag) {
    case application.bind: {
      const version = inner.integer();
      const name = inner.text();
      return { ...head, kind: "bind", version, name, password: inner.is(0x80) ? inner.read(0x80) : undefined };
    }
    case application.unbind:
      return { ...head, kind: "unbind" };
    case application.search:
      return { ...head, ...readSearch(inner, limits) };
    case application.compare: {
      const name = inner.text();
      const assertion = inner.enter(tag.sequence);
      return { ...head, kind: "compare", name, attribute: assertion.text().toLowerCase(), value: assertion.text() };
    }
    case application.abandon:
      return {
        ...head,
        kind: "abandon",
        target: operation.content.length > 0 && operation.content.length < 6 ? operation.content.readIntBE(0, operation.content.length) : 0,
      };
    case application.extended:
      return { ...head, kind: "extended", name: inner.text(0x80), value: inner.is(0x81) ? inner.read(0x81) : undefined };
    default: {
      const replyTag = writes.get(operation.tag);
      if (replyTag === undefined) throw new BerError("an unknown operation");
      return { ...head, kind: "write", replyTag };
    }
  }
}

function readSearch(inner: BerReader, limits: FilterLimits | undefined): SearchRequest {
  const base = inner.text();
  const scope = scopes[inner.integer(tag.enumerated)];
  if (!scope) throw new BerError("an unknown scope");
  inner.integer(tag.enumerated);
  const sizeLimit = inner.integer();
  const timeLimit = inner.integer();
  const typesOnly = inner.boolean();
  const filter = readFilter(inner, limits);
  const list = inner.enter(tag.sequence);
  const attributes: string[] = [];
  while (!list.done && attributes.length < 200) attributes.push(list.text().toLowerCase());
  return { kind: "search", base, scope, sizeLimit: Math.max(0, sizeLimit), timeLimit: Math.max(0, timeLimit), typesOnly, filter, attributes };
}

function readControls(list: BerReader): readonly Control[] {
  const controls: Control[] = [];
  while (!list.done && controls.length < 20) {
    const control = list.enter(tag.sequence);
    const type = control.text();
    const critical = control.is(tag.boolean) ? control.boolean() : false;
    controls.push({ type, critical, value: control.is(tag.octetString) ? control.read(tag.octetString) : undefined });
  }
  return controls;
}

export type Result = { readonly code: ResultCode; readonly matched?: string; readonly message?: string };

function message(id: number, operation: Buffer, controls: readonly Buffer[] = []): Buffer {
  return value(tag.sequence, integer(id), operation, ...(controls.length > 0 ? [value(0xa0, ...controls)] : []));
}

function resultParts(result: Result): readonly Buffer[] {
  return [integer(result.code, tag.enumerated), value(tag.octetString, result.matched ?? ""), value(tag.octetString, result.message ?? "")];
}

export function buildBindReply(id: number, result: Result): Buffer {
  return message(id, value(reply.bind, ...resultParts(result)));
}

export function buildSearchDone(id: number, result: Result, controls: readonly Buffer[] = []): Buffer {
  return message(id, value(reply.searchDone, ...resultParts(result)), controls);
}

export function buildCompareReply(id: number, result: Result): Buffer {
  return message(id, value(reply.compare, ...resultParts(result)));
}

export function buildWriteReply(id: number, replyTag: number, result: Result): Buffer {
  return message(id, value(replyTag, ...resultParts(result)));
}

export function buildExtendedReply(id: number, result: Result, facts: { name?: string; value?: string } = {}): Buffer {
  const name = facts.name === undefined ? [] : [value(0x8a, facts.name)];
  const content = facts.value === undefined ? [] : [value(0x8b, facts.value)];
  return message(id, value(reply.extended, ...resultParts(result), ...name, ...content));
}

export function buildEntry(id: number, name: string, attributes: readonly (readonly [string, readonly string[]])[]): Buffer {
  return encodeEntry(integer(id), name, attributes);
}

/** RFC 2696: size and cookie. */
export const pagedResults = "1.2.840.113556.1.4.319";

export function readPagedControl(control: Control): { size: number; cookie: string } {
  const inner = new BerReader(control.value ?? Buffer.alloc(0)).enter(tag.sequence);
  const size = inner.integer();
  return { size: Math.max(0, size), cookie: inner.read(tag.octetString).toString("latin1") };
}

export function buildPagedControl(cookie: string): Buffer {
  const content = value(tag.sequence, integer(0), value(tag.octetString, Buffer.from(cookie, "latin1")));
  return value(tag.sequence, value(tag.octetString, pagedResults), value(tag.octetString, content));
}

/** RFC 4511 §4.4.1: the server is about to close the connection. */
export function buildDisconnection(result: Result): Buffer {
  return message(0, value(reply.extended, ...resultParts(result), value(0x8a, "1.3.6.1.4.1.1466.20036")));
}
