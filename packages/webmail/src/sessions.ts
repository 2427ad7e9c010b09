// Sign-ins under way and sessions: only digests and sealed facts are in the database; each is used by one statement.
import { createHash, randomBytes } from "node:crypto";
import type { Clock } from "@cercle/kernel";
import type { Store } from "@cercle/store";
import type { Seal } from "./ports.ts";

export type Session = { readonly person: string; readonly name: string; readonly idToken: string };
export type Begun = { readonly nonce: string; readonly verifier: string };

const signInMinutes = 10;
/** As the national provider's own session: four hours, thirty minutes idle. */
export const sessionHours = 4;
const idleMinutes = 30;

const digest = (secret: string): string => createHash("sha256").update(secret).digest("base64url");
const draw = (): string => randomBytes(32).toString("base64url");

export type Sessions = ReturnType<typeof createSessions>;

export function createSessions({ store, seal, real }: { store: Store; seal: Seal; real: Clock }) {
  return {
    /** Keeps a request; answers the browser's half. */
    async begin(state: string, { nonce, verifier }: Begun): Promise<string> {
      const browser = draw();
      const now = real.now();
      await store.run("delete from webmail.sign_in where created_at < $1", [now.subtract({ minutes: signInMinutes })]);
      await store.run("insert into webmail.sign_in (state_digest, browser_digest, nonce, sealed_verifier, created_at) values ($1, $2, $3, $4, $5)", [
        digest(state),
        digest(browser),
        nonce,
        seal.seal(Buffer.from(verifier)),
        now,
      ]);
      return browser;
    },
    /** Once, in the browser that began. */
    async take(state: string, browser: string): Promise<Begun | undefined> {
      const row = await store.first<{ nonce: string; sealed_verifier: Uint8Array }>(
        "delete from webmail.sign_in where state_digest = $1 and browser_digest = $2 and created_at > $3 returning nonce, sealed_verifier",
        [digest(state), digest(browser), real.now().subtract({ minutes: signInMinutes })],
      );
      return row && { nonce: row.nonce, verifier: Buffer.from(seal.unseal(row.sealed_verifier)).toString("utf8") };
    },
    async open(session: Session): Promise<string> {
      const secret = draw();
      const now = real.now();
      await store.run("delete from webmail.session where created_at < $1", [now.subtract({ hours: sessionHours })]);
      await store.run("insert into webmail.session (digest, national_id, sealed_facts, created_at, used_at) values ($1, $2, $3, $4, $4)", [
        digest(secret),
        session.person,
        seal.seal(Buffer.from(JSON.stringify({ name: session.name, idToken: session.idToken }))),
        now,
      ]);
      return secret;
    },
    async find(secret: string | undefined): Promise<Session | undefined> {
      if (!secret) return undefined;
      const now = real.now();
      const row = await store.first<{ national_id: string; sealed_facts: Uint8Array }>(
        "update webmail.session set used_at = $2 where digest = $1 and created_at > $3 and used_at > $4 returning national_id, sealed_facts",
        [digest(secret), now, now.subtract({ hours: sessionHours }), now.subtract({ minutes: idleMinutes })],
      );
      return row && { person: row.national_id, ...(JSON.parse(Buffer.from(seal.unseal(row.sealed_facts)).toString("utf8")) as Omit<Session, "person">) };
    },
    end: (secret: string) => store.run("delete from webmail.session where digest = $1", [digest(secret)]),
    /** Everything of one person who left the registers. */
    endPerson: (person: string) => store.run("delete from webmail.session where national_id = $1", [person]),
  };
}
