// One attempt at a sign-in, from the identifier to the approval: atomic, kept in the store, the same after a restart.
import { createHmac, timingSafeEqual } from "node:crypto";
import { type Clock, type Language, Temporal } from "@cercle/kernel";
import type { Store } from "@cercle/store";
import type { Provider } from "oidc-provider";
import type { Client, Clients } from "../clients/clients.ts";
import type { Traces } from "../clients/traces.ts";
import { connectErrors } from "../errors.ts";
import type { People } from "../people.ts";
import type { Approvals, Environment, Professional } from "../ports.ts";
import { digestId } from "../provider/adapter.ts";
import { collectWrites } from "../provider/writes.ts";
import { parseIdentifier } from "./identifier.ts";
import type { MeansDesk } from "./other-means.ts";
import { judgeForm, type RobotBins } from "./robots.ts";
import type { OpenSession, Sessions } from "./sessions.ts";

export type Interaction = {
  readonly uid: string;
  readonly returnTo: string;
  readonly exp: number;
  readonly prompt: { readonly name: string; readonly reasons: readonly string[] };
  readonly params: Readonly<Record<string, unknown>>;
  session?: { uid?: string; accountId?: string } | undefined;
  result?: Record<string, unknown>;
  lastSubmission?: Record<string, unknown>;
  save(ttl: number): Promise<string>;
};

export type Attempt = {
  readonly id: string;
  readonly person: string;
  readonly approval_id: string;
  readonly number: string;
  readonly shared: boolean;
  readonly place: string;
  readonly expires_at: Temporal.Instant;
  readonly used_at: Temporal.Instant | null;
};

/** An authorization request of this browser, its client, and the attempt made for it. */
export type OpenAttempt = { readonly interaction: Interaction; readonly client: Client; readonly attempt: Attempt | undefined };

export type Problem = { readonly code: "bad-identifier" | "unknown-person" | "no-device" | "throttled" | "device-blocked"; readonly typed: string };

export type SignInParts = {
  readonly environment: Environment;
  readonly mode: "sandbox" | "live";
  readonly automation: "authorised" | "refused";
  readonly store: Store;
  readonly real: Clock;
  readonly provider: () => Provider;
  readonly clients: Clients;
  readonly people: People;
  readonly approvals: Approvals;
  readonly traces: Traces;
  readonly sessions: Sessions;
  readonly robots: RobotBins;
  readonly desk: MeansDesk;
  /** Seals the moment a page was made. */
  readonly stampKey: Uint8Array;
  readonly cookiePrefix: string;
};

export type SignIn = ReturnType<typeof createSignIn>;

const columns = "id, person, approval_id, number, shared, place, expires_at, used_at";
const stampLife = 600_000;

export function createSignIn(parts: SignInParts) {
  const { store, real, environment, approvals, clients, people, traces } = parts;
  const seal = (uid: string, at: string): string => createHmac("sha256", parts.stampKey).update(`${uid} ${at}`).digest("base64url");

  /** The authorization request and its attempt, by one statement: both have the same key. */
  const readAttempt = async (uid: string): Promise<{ interaction: Interaction; attempt: Attempt | undefined } | undefined> => {
    const row = await store.first<{ request: Record<string, unknown> } & { [K in keyof Attempt]: Attempt[K] | null }>(
      `select request.payload as request, ${columns
        .split(", ")
        .map((column) => `attempt.${column}`)
        .join(", ")}
         from connect.payload request left join connect.attempt attempt on attempt.id = request.id where request.model = $1 and request.id = $2`,
      [`${environment}:Interaction`, digestId(uid)],
    );
    if (!row) return undefined;
    const { request, ...attempt } = row;
    const model = parts.provider().Interaction as unknown as new (uid: string, payload: unknown) => Interaction;
    return { interaction: new model(uid, request), attempt: attempt.id === null ? undefined : (attempt as Attempt) };
  };
  /** The interaction of this browser, or a clean refusal. */
  const open = async (uid: string, cookies: Readonly<Record<string, string | undefined>>): Promise<OpenAttempt> => {
    const row = cookies[`${parts.cookiePrefix}_interaction`] === uid ? await readAttempt(uid) : undefined;
    const found = row?.interaction;
    const client = found && (await clients.find(String(found.params.client_id)));
    if (!found || !client) throw connectErrors.refuse("connect.attempt-over");
    if (found.exp <= Math.floor(Date.now() / 1000)) {
      await traces.fault({ clientId: client.id, route: "authorization", error: "access_denied", description: "the person did not finish within ten minutes" });
      throw connectErrors.refuse("connect.attempt-over");
    }
    return { interaction: found, client, attempt: row?.attempt };
  };
  const save = (interaction: Interaction): Promise<string> => interaction.save(Math.max(1, interaction.exp - Math.floor(Date.now() / 1000)));
  // Its path alone: the wallet's own, wherever it listens after a restart.
  const wayOn = (interaction: Interaction): string => new URL(interaction.returnTo).pathname;
  const finish = async (interaction: Interaction, result: Record<string, unknown>): Promise<string> => {
    interaction.result = { ...interaction.lastSubmission, ...result };
    await save(interaction);
    return wayOn(interaction);
  };
  /** Sends a request to the person's e-CPS; a former one of the same attempt is cancelled. */
  const ask = async (uid: string, client: Client, person: string, place: string, shared: boolean): Promise<void> => {
    await store.transaction(async (tx) => {
      const approval = await approvals.start(tx, {
        nationalId: person,
        client: { id: client.id, name: client.name, purpose: client.purpose },
        place,
        kind: "sign-in",
        environment,
      });
      const former = await tx.first<{ approval_id: string | null }>(
        `with former as (select approval_id from connect.attempt where id = $1 and used_at is null)
         insert into connect.attempt (id, environment, kind, client_id, person, approval_id, number, place, shared, expires_at)
         values ($1, $2, 'sign-in', $3, $4, $5, $6, $7, $8, $9)
         on conflict (id) do update set person = excluded.person, approval_id = excluded.approval_id, number = excluded.number,
           shared = excluded.shared, expires_at = excluded.expires_at, used_at = null
         returning (select approval_id from former)`,
        [digestId(uid), environment, client.id, person, approval.id, approval.number, place, shared, approval.expiresAt],
      );
      if (former?.approval_id) await approvals.cancel(tx, former.approval_id);
    });
  };

  const watchRobots = async (facts: {
    uid: string;
    identifier: string;
    known: boolean;
    stamp: string;
    browser: string;
    software: string;
    place: string;
  }): Promise<void> => {
    const bins = { browser: facts.browser, software: facts.software, address: facts.place };
    const seen = parts.robots.see(bins, facts.identifier, facts.known);
    const judged = judgeForm({ ...seen, pageMadeAt: readStamp(facts.uid, facts.stamp), now: Date.now() });
    if (judged.signals.length === 0) return;
    parts.robots.mark(bins);
    const authorised = parts.mode === "sandbox" && parts.automation === "authorised";
    await traces.robot({
      environment,
      bin: digestId(facts.browser).slice(0, 16),
      signals: judged.signals,
      verdict: authorised ? "authorised" : judged.verdict,
    });
    if (authorised) return;
    if (judged.verdict === "refused") throw connectErrors.refuse("connect.too-fast", { params: { seconds: judged.waitSeconds }, clause: "PSC 5" });
    await new Promise((resolve) => setTimeout(resolve, Math.min(8, judged.waitSeconds) * 1000));
  };

  const readStamp = (uid: string, stamp: string): number | undefined => {
    const [at = "", mac = ""] = stamp.split(".");
    const expected = Buffer.from(seal(uid, at));
    const given = Buffer.from(mac);
    if (expected.length !== given.length || !timingSafeEqual(expected, given)) return undefined;
    const made = Number.parseInt(at, 36);
    return Date.now() - made > stampLife ? undefined : made;
  };

  const endOther = async (interaction: Interaction, subject: string): Promise<void> => {
    const uid = interaction.session?.uid;
    if (!uid || interaction.session?.accountId === subject) return;
    const session = await parts.sessions.ofUid(uid);
    if (session) await parts.sessions.end(session);
    delete interaction.session;
  };

  return {
    open,
    /** Tells one browser from another behind the same address, for an hour; says nothing of the person. */
    browserCookie: `${parts.cookiePrefix}_browser`,
    makeStamp(uid: string): string {
      const at = Date.now().toString(36);
      return `${at}.${seal(uid, at)}`;
    },
    openSessionOf: async (interaction: Interaction): Promise<{ session: OpenSession; person: Professional } | undefined> => {
      const session = interaction.session?.uid ? await parts.sessions.ofUid(interaction.session.uid) : undefined;
      const person = session && (await people.findSubject(session.subject));
      return session && person ? { session, person } : undefined;
    },

    /** The identifier was typed: the problem to show, or nothing and the telephone is asked. */
    async start(given: {
      uid: string;
      client: Client;
      typed: string;
      stamp: string;
      shared: boolean;
      place: string;
      browser: string;
      software: string;
    }): Promise<Problem | undefined> {
      const identifier = parseIdentifier(given.typed);
      const person = identifier ? await people.find(identifier) : undefined;
      await watchRobots({ ...given, identifier: identifier ?? given.typed, known: Boolean(person) });
      if (!identifier) return { code: "bad-identifier", typed: given.typed };
      if (!person) return { code: "unknown-person", typed: identifier };
      try {
        await ask(given.uid, given.client, person.nationalId, given.place, given.shared);
        return undefined;
      } catch (error) {
        const code = problems[(error as { code?: string }).code ?? ""];
        if (!code) throw error;
        await traces.signIn({
          environment,
          clientId: given.client.id,
          person: person.nationalId,
          means: "e-cps",
          kind: "sign-in",
          device: undefined,
          place: given.place,
          result: code,
        });
        return { code, typed: given.typed };
      }
    },
    async again({ interaction, client, attempt: before }: OpenAttempt, place: string): Promise<void> {
      if (!before || before.used_at) throw connectErrors.refuse("connect.attempt-over");
      await ask(interaction.uid, client, before.person, place, before.shared);
    },
    /** How the request stands; `done` with the way on when the person approved it. */
    async look({ interaction, client, attempt }: OpenAttempt): Promise<{ state: string; attempt?: Attempt; returnTo?: string }> {
      if (!attempt) return { state: "none" };
      const found = await approvals.find(attempt.approval_id);
      const over = Temporal.Instant.compare(attempt.expires_at, real.now()) < 0;
      const state = found?.state === "pending" && over ? "expired" : (found?.state ?? "expired");
      if (state === "pending") return { state, attempt };
      const person = state === "approved" ? await people.find(attempt.person) : undefined;
      if (state === "approved" && !person) throw connectErrors.refuse("connect.no-person", { params: { id: attempt.person }, clause: "PSC, définitions" });
      const facts = { environment, clientId: client.id, person: attempt.person, means: "e-cps", kind: "sign-in", place: attempt.place } as const;
      const trace = { ...facts, device: found?.device, result: state };
      if (!person) {
        await traces.signIn(trace, { attempt: attempt.id });
        return { state, attempt };
      }
      await endOther(interaction, person.subjectId);
      const login = { accountId: person.subjectId, acr: "eidas1", amr: ["e-cps"], remember: !attempt.shared };
      interaction.result = { ...interaction.lastSubmission, login };
      const [answered] = await collectWrites(() => save(interaction));
      await traces.signIn(trace, { attempt: attempt.id, ...(answered ? { answered } : {}) });
      return { state, attempt, returnTo: wayOn(interaction) };
    },
    /** Back from the page of another means: the way on, or a refusal when the word is not good in this browser. */
    async finishProven({ interaction, client, attempt: asked }: OpenAttempt, ticket: string, place: string): Promise<string> {
      const proof = await parts.desk.take(interaction.uid, ticket);
      const person = proof && (await people.find(proof.person));
      if (!proof || !person) throw connectErrors.refuse("connect.attempt-over");
      if (asked && !asked.used_at) await store.transaction((tx) => approvals.cancel(tx, asked.approval_id));
      const { means, device } = proof;
      await traces.signIn({ environment, clientId: client.id, person: person.nationalId, means, kind: "sign-in", device, place, result: "approved" });
      await endOther(interaction, person.subjectId);
      return finish(interaction, { login: { accountId: person.subjectId, acr: "eidas1", amr: [means], remember: true } });
    },
    /** The state alone, changing nothing: what the waiting page asks. */
    async peek({ attempt }: OpenAttempt): Promise<string> {
      if (!attempt || attempt.used_at || Temporal.Instant.compare(attempt.expires_at, real.now()) < 0) return "over";
      return (await approvals.find(attempt.approval_id))?.state ?? "over";
    },
    confirm: (interaction: Interaction) => finish(interaction, { confirm: {} }),
    cancel: (interaction: Interaction) => finish(interaction, { error: "access_denied", error_description: "the person cancelled the sign-in" }),
    /** "Not you?": the open session ends, the request goes on. */
    async other(interaction: Interaction): Promise<void> {
      await endOther(interaction, "");
      await save(interaction);
    },
    /** Language the client asked for (`ui_locales`), if it is one of ours. */
    languageOf: (interaction: Interaction): Language | undefined => {
      const asked = String(interaction.params.ui_locales ?? "").slice(0, 2);
      return asked === "fr" || asked === "en" ? asked : undefined;
    },
  };
}

const problems: Readonly<Record<string, Problem["code"]>> = {
  "e-cps.no-device": "no-device",
  "e-cps.throttled": "throttled",
  "e-cps.blocked": "device-blocked",
};
