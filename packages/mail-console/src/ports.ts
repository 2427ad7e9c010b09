// What the console asks: the API of this process under the reader's own roles, and nothing else.
import type { Language } from "@cercle/kernel";
import type { Frame } from "@cercle/pages";
import type { Actor } from "@cercle/web";

export type Reader = { readonly actor: Actor; readonly language: Language };

export type ConsolePorts = {
  /** Throws what the route refuses. */
  ask<T>(reader: Reader, method: "GET" | "POST" | "PUT" | "DELETE", path: string, body?: unknown, query?: Readonly<Record<string, string>>): Promise<T>;
  frame(language: Language, actor: Actor): Frame;
  /** Words for who uses a mailbox: a person's name, else the identifier. */
  nameOf(holder: string): Promise<string>;
  readonly timeZone: string;
  /** The instant at which a day begins (`2026-11-22`), so many days later; "" of "". */
  dayStart(day: string, later?: number): string;
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
export type Access = {
  readonly id: string;
  readonly state: "waiting" | "open" | "ended";
  readonly address: string;
  readonly folder: string | null;
  readonly since: string | null;
  readonly before: string | null;
  readonly message: string | null;
  readonly reason: string;
  readonly asked_by: string;
  readonly opened_by: string | null;
  readonly ends_at: string;
  readonly decision: string;
};
export type Hold = {
  readonly id: string;
  readonly address: string;
  readonly reference: string;
  readonly reason: string;
  readonly tell_owner: boolean;
  readonly placed_by: string;
  readonly placed_at: string;
  readonly decision: string | null;
  readonly lift_reason: string | null;
  readonly lifting_by: string | null;
  readonly lifted_at: string | null;
  readonly kept: number;
  readonly kept_bytes: number;
};
export type Retention = {
  readonly days: Readonly<Record<"trash" | "junk" | "removed" | "traces", number>>;
  readonly erased: readonly { readonly at: string; readonly rule: string; readonly address: string | null; readonly count: number }[];
};
export type Custody = { readonly accesses: readonly Access[]; readonly holds: readonly Hold[]; readonly retention: Retention };
export type SeenMessage = {
  readonly folder_id: string;
  readonly uid: number;
  readonly folder: string;
  readonly held: boolean;
  readonly at: string;
  readonly from: string;
  readonly subject: string;
};
export type Reading = {
  readonly subject: string;
  readonly from: string;
  readonly to: string;
  readonly at: string;
  readonly text: string;
  readonly files: readonly string[];
};
