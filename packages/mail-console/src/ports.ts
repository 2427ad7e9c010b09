// What the console asks: the API of this process under the reader's own roles, and nothing else.
import type { Language } from "@cercle/kernel";
import type { Frame } from "@cercle/pages";
import type { Actor } from "@cercle/web";

export type Reader = { readonly actor: Actor; readonly language: Language };

export type ConsolePorts = {
  /** Throws what the route refuses. */
  ask<T>(reader: Reader, method: "GET" | "POST" | "PUT" | "DELETE", path: string, body?: unknown): Promise<T>;
  frame(language: Language, actor: Actor): Frame;
  /** Words for who uses a mailbox: a person's name, else the identifier. */
  nameOf(holder: string): Promise<string>;
  readonly timeZone: string;
};

export type State = {
  readonly domain: string;
  readonly mailboxes: number;
  readonly full: number;
  readonly waiting: number;
  readonly failed: number;
  readonly quarantined: number;
  readonly partners: { readonly domains: number; readonly generatedAt?: string; readonly alarm?: string };
  readonly certificate: { readonly until: string; readonly days: number; readonly serial: string };
};
export type Mailbox = {
  readonly address: string;
  readonly kind: "personal" | "organisational" | "applicative";
  readonly used_bytes: number;
  readonly quota_bytes: number;
};
export type User = { readonly holder: string; readonly kind: string; readonly may_send: boolean };
export type Act = { readonly at: string; readonly holder: string; readonly what: string };
export type Queued = {
  readonly id: string;
  readonly sender: string;
  readonly recipient: string;
  readonly state: "waiting" | "sent" | "failed";
  readonly attempts: number;
  readonly last_reply: string | null;
  readonly next_at: string;
};
export type Incident = {
  readonly id: string;
  readonly kind: string;
  readonly identified_at: string;
  readonly due_at: string;
  readonly reported_at: string | null;
};
export type Quarantined = {
  readonly digest: string;
  readonly at: string;
  readonly sender: string;
  readonly recipients: readonly string[];
  readonly found: string;
};
export type Indicators = {
  readonly availability: number;
  readonly messages: Readonly<Record<string, number>>;
  readonly receipts: number;
  readonly sign_ins: number;
  readonly with_documents: number;
  readonly delivery_seconds_median: number | null;
};
