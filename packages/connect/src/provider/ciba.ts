// CIBA poll (OpenID CIBA Core 1.0): the request goes to the person's e-CPS; its answer is looked up when the client polls,
// so that a process killed between approval and token loses nothing.
import { type Clock, Temporal } from "@cercle/kernel";
import type { Store } from "@cercle/store";
import { errors, type KoaContextWithOIDC, type Provider } from "oidc-provider";
import type { Clients } from "../clients/clients.ts";
import type { Traces } from "../clients/traces.ts";
import type { Approvals, Environment } from "../ports.ts";
import { nationalIdOf } from "../sign-in/identifier.ts";
import { sessionTtl } from "../sign-in/session-rules.ts";
import { digestId, sidOf } from "./adapter.ts";
import { collectWrites, findNoted, insertRows, note, type PayloadRow, rowParameters, takeWrites } from "./writes.ts";

export type CibaAttempt = {
  readonly id: string;
  readonly client_id: string;
  readonly person: string;
  readonly approval_id: string;
  readonly period: number;
  readonly place: string;
  readonly polled_at: Temporal.Instant | null;
};

export type CibaDesk = {
  ask(ctx: KoaContextWithOIDC, request: { id: string; subject: string; clientId: string }): Promise<void>;
  /** The attempt behind a request, and what the person said. Counts the poll; throws `slow_down`. */
  look(requestId: string): Promise<{ attempt: CibaAttempt; state: string; device: string | undefined } | undefined>;
  /** Uses the attempt up, keeps its trace and writes what the answer gives, in one statement. One caller wins. */
  take(attempt: CibaAttempt, result: string, device: string | undefined, writes: readonly PayloadRow[]): Promise<boolean>;
};

/** As JSON of the row: its time as text. */
type AttemptRow = Omit<CibaAttempt, "polled_at"> & { readonly polled_at: string | null };

type Parts = { store: Store; real: Clock; environment: Environment; clients: Clients; approvals: Approvals; traces: Traces };

export function createCibaDesk({ store, real, environment, clients, approvals, traces }: Parts): CibaDesk {
  return {
    async ask(ctx, asked) {
      const client = await clients.get(asked.clientId);
      const profile = await clients.profileOf(asked.clientId);
      const person = nationalIdOf(asked.subject);
      const place = ctx.ip;
      if (ctx.oidc.params?.channel === "CARD")
        throw new errors.InvalidRequest("channel=CARD needs CPS-Gestion on the person's computer; only MOBILE is served here");
      // The request itself, which oidc-provider saved a moment ago: written with its attempt or not at all.
      const request = takeWrites();
      try {
        await store.transaction(async (tx) => {
          const approval = await approvals.start(tx, {
            nationalId: person,
            client: { id: client.id, name: client.name, purpose: client.purpose },
            place,
            number: String(ctx.oidc.params?.binding_message),
            kind: "ciba",
            environment,
          });
          const { id, number, expiresAt } = approval;
          await tx.run(
            `with request as (${insertRows(10)})
             insert into connect.attempt (id, environment, kind, client_id, person, approval_id, number, period, place, expires_at)
             values ($1, $2, 'ciba', $3, $4, $5, $6, $7, $8, $9)`,
            [digestId(asked.id), environment, client.id, person, id, number, profile.cibaInterval, place, expiresAt, ...rowParameters(request)],
          );
        });
      } catch (error) {
        throw toCibaError(error);
      }
    },
    async look(requestId) {
      const now = real.now();
      const read = findNoted("attempt", digestId(requestId)) as AttemptRow | "none" | undefined;
      if (read === "none") throw new TypeError("an attempt is read with its request (adapter.ts)");
      if (!read) return undefined;
      const before: CibaAttempt = { ...read, polled_at: read.polled_at === null ? null : Temporal.Instant.from(read.polled_at) };
      const found = await approvals.find(before.approval_id);
      if (found?.state === "pending") {
        await store.run("update connect.attempt set polled_at = $2 where id = $1", [before.id, now]);
        const since = before.polled_at ? now.epochMilliseconds - before.polled_at.epochMilliseconds : Number.POSITIVE_INFINITY;
        // CIBA Core §11: faster than the interval; a tenth of grace for clocks and networks.
        if (since < before.period * 900) throw new errors.SlowDown();
      }
      return { attempt: before, state: found?.state ?? "expired", device: found?.device };
    },
    take: (attempt, result, device, writes) =>
      traces.signIn(
        { environment, clientId: attempt.client_id, person: attempt.person, means: "e-cps", kind: "ciba", device, place: attempt.place, result },
        { attempt: attempt.id, answered: writes.find((row) => row.id === attempt.id), given: writes.filter((row) => row.id !== attempt.id) },
      ),
  };
}

/** A refusal of the e-CPS as CIBA Core §13 says it. */
function toCibaError(error: unknown): unknown {
  const code = (error as { code?: string }).code;
  if (code === "e-cps.no-device") return Object.assign(new errors.UnknownUserId(), { error_description: "this person has no active e-CPS" });
  if (code === "e-cps.throttled" || code === "e-cps.blocked") {
    return new errors.AccessDenied(code === "e-cps.blocked" ? "the person's e-CPS is blocked" : "too many requests for this person: wait before asking again");
  }
  return error;
}

type Request = InstanceType<Provider["BackchannelAuthenticationRequest"]>;
type SessionModel = new (payload: Record<string, unknown>) => InstanceType<Provider["Session"]>;
type RequestModel = { find(value: string, options?: { ignoreExpiration?: boolean }): Promise<Request | undefined> };

/** Answers a poll with what the person said in the meantime. */
export function resolveOnPoll(provider: Provider, desk: CibaDesk): void {
  const model = provider.BackchannelAuthenticationRequest as unknown as RequestModel;
  const find = model.find;
  model.find = async function findResolved(value, options) {
    const request = await find.call(this, value, options);
    if (!request || request.grantId || request.error || request.consumed) return request;
    const seen = await desk.look(value);
    if (!seen || seen.state === "pending") return request;
    const answer = async (): Promise<void> => {
      if (seen.state === "approved") return grantRequest(provider, request);
      const why = denials[seen.state] ?? "the person refused the request";
      // oidc-provider stores the error without its description unless told here.
      Object.assign(request, { errorDescription: why });
      await provider.backchannelResult(request, seen.state === "expired" ? new errors.ExpiredToken(why) : new errors.AccessDenied(why));
    };
    const writes = await collectWrites(answer);
    if (!(await desk.take(seen.attempt, seen.state, seen.device, writes))) return find.call(this, value, options);
    for (const { model: kind, grantId, payload } of writes) if (kind.endsWith(":Grant") && grantId) note("grant", grantId, payload);
    return request;
  };
}

const denials: Readonly<Record<string, string>> = {
  refused: "the person refused the request",
  "wrong-number": "the person chose another number",
  blocked: "the person's e-CPS is blocked",
  expired: "the person did not answer in time",
};

/** A CIBA sign-in is a session like another: signed out by its `sid`, counted in four hours. No cookie opens it. */
async function grantRequest(provider: Provider, request: Request): Promise<void> {
  const authTime = Math.floor(Date.now() / 1000);
  const clientId = request.clientId ?? "";
  const grant = new provider.Grant({ clientId, accountId: request.accountId });
  grant.addOIDCScope(request.scope ?? "openid");
  const grantId = await grant.save();
  const session = new (provider.Session as unknown as SessionModel)({ accountId: request.accountId, loginTs: authTime, amr: ["e-cps"] });
  const sid = sidOf(session.uid);
  session.authorizations = { [clientId]: { grantId, sid } } as never;
  await session.save(Math.max(sessionTtl(authTime, authTime), 14_400));
  await provider.backchannelResult(request, grant, { acr: "eidas1", amr: ["e-cps"], authTime, sid, sessionUid: session.uid } as never);
}
