// Malware: a message is judged by the scanner before anything of it is kept. Infected, it is refused to who sends it (who hears what was
// found), kept sealed in quarantine, and whom it was for is told; without a verdict the operator's policy decides.
import type { Clamd } from "@cercle/antivirus";
import type { Clock, Temporal, Text } from "@cercle/kernel";
import type { Queryable, Store, Tx } from "@cercle/store";
import type { Content, IntakeOptions } from "../bodies/bodies.ts";
import type { Mailboxes } from "../mailboxes/mailboxes.ts";
import { buildNotice } from "../mailboxes/notice.ts";
import type { MailboxKey } from "../mailboxes/sealing.ts";
import type { TraceMail } from "../ports.ts";
import { messageReference } from "../watching/trail.ts";
import { gatewayReplies as no } from "./smtp-refusal.ts";

export type Passing = {
  readonly direction: "submitted" | "received";
  readonly sender: string;
  readonly recipients: readonly string[];
  /** Those of them whose mailbox is here. */
  readonly here: readonly string[];
  /** What the message's fingerprint is of. */
  readonly signs: IntakeOptions["signs"];
};
export type Quarantined = {
  readonly digest: string;
  readonly at: Temporal.Instant;
  readonly direction: string;
  readonly sender: string;
  readonly recipients: readonly string[];
  readonly found: string;
  readonly size: number;
};

export type Screening = {
  /** The message, marked when it could not be judged and the policy lets it through. Throws an SMTP refusal. */
  screen(content: Content, passing: Passing): Promise<Content>;
  list(from: Queryable): Promise<readonly Quarantined[]>;
  /** Whether it was there. */
  discard(digest: string): Promise<boolean>;
};

export type ScreeningOptions = {
  readonly domain: string;
  readonly store: Store;
  readonly mailboxes: Mailboxes;
  /** Absent: nothing is scanned; programs are refused by their names all the same. */
  readonly scanner: Pick<Clamd, "scan"> | undefined;
  readonly unscanned: "refuse" | "mark";
  readonly key: MailboxKey;
  /** Brings a notice to a mailbox of the domain. */
  tell(tx: Tx, recipient: string, notice: Buffer): Promise<unknown>;
  readonly trace: TraceMail;
  readonly real: Clock;
};

const mostKept = 1000;

export function createScreening({ domain, store, mailboxes, scanner, unscanned, key, tell, trace, real }: ScreeningOptions): Screening {
  const { schema, trail, bodies } = mailboxes;
  const isolate = (content: Content, { direction, sender, recipients, here }: Passing, found: string): Promise<void> =>
    store.transaction(async (tx) => {
      const { digest, size, head } = content;
      const kept = bodies.keep(key, content);
      const now = real.now();
      const fresh = await tx.run(
        `insert into ${schema}.quarantine (digest, at, direction, sender, recipients, found, size, sealed, content)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing`,
        [digest, now, direction, sender, [...recipients], found, size, Buffer.concat(kept.sealed), kept.content],
      );
      // The same bytes tried again tell nobody twice.
      if (fresh !== 1) return;
      await tx.run(`delete from ${schema}.quarantine where digest in (select digest from ${schema}.quarantine order by at desc offset ${mostKept})`);
      for (const recipient of here) {
        const notice = buildNotice({ domain, to: recipient, at: new Date(now.epochMilliseconds), subject, body: stopped(sender, found) });
        await tell(tx, recipient, notice);
      }
      await trail.note(tx, { digest, reference: messageReference(head), what: "refused", facts: { reason: "infected", found, sender, recipients } });
      await trace(tx, "quarantined", { digest, found, bytes: size });
    });
  return {
    async screen(content, passing) {
      const verdict = scanner && (await scanner.scan(bodies.read(content).read()));
      if (verdict === undefined || verdict.kind === "clean") return content;
      if (verdict.kind === "infected") {
        await isolate(content, passing, verdict.found);
        throw no.infected(verdict.found);
      }
      if (unscanned === "refuse") throw verdict.reason === "too-large" ? no.tooLargeToScan() : no.notScanned();
      return bodies.insert(content, Buffer.from(`X-Cercle-Antivirus: not scanned (${verdict.reason})\r\n`), passing.signs);
    },
    list: (from) => from.query(`select digest, at, direction, sender, recipients, found, size from ${schema}.quarantine order by at desc limit ${mostKept}`),
    discard: async (digest) => (await store.run(`delete from ${schema}.quarantine where digest = $1`, [digest])) === 1,
  };
}

const subject = { fr: "Message arrêté par l’antivirus", en: "Message stopped: malware found" };
const stopped = (sender: string, found: string): Text => ({
  fr: `Un message de ${sender || "(rapport)"} qui vous était destiné n’a pas été remis : un programme malveillant y a été trouvé (${found}). Son expéditeur en est averti. Le message est en quarantaine chez votre opérateur.`,
  en: `A message from ${sender || "(report)"} to you was not delivered: malware was found in it (${found}). Its sender has been told. The message is in quarantine at your operator.`,
});
