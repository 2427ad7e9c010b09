// Letters in the store. One transaction per event: state, proof, entry of the file, or nothing of it.
import { createHash } from "node:crypto";
import { type Clock, type Id, type Json, type Language, newId, Temporal } from "@cercle/kernel";
import { json, type Queryable, type Store, type Tx } from "@cercle/store";
import type { Contents } from "../contents.ts";
import { evidenceErrors } from "../errors.ts";
import { letterWaiting } from "../events.ts";
import type { Evidence } from "../evidence.ts";
import { buildPaper } from "../letter-paper.ts";
import type { Acts, SignerPort } from "../ports.ts";
import { listHeads } from "../published.ts";
import type { NextReference } from "../references.ts";
import { signStatement } from "../signed.ts";
import { carrierOf, entryOf, isProvable, type LetterChannel, type LetterEvent, type LetterState, statesBefore, unclaimedFrom } from "./rules.ts";

export type NewLetter = {
  /** Reference of the file. */
  readonly file: string;
  /** The act of the instrument that the letter performs (a formal notice…); absent for plain correspondence. */
  readonly act?: { readonly type: string; readonly payload: { readonly [key: string]: Json } } | undefined;
  readonly clause?: string | undefined;
  readonly channel: LetterChannel;
  readonly sender: { readonly party: string; readonly name: string };
  readonly recipient: { readonly party: string; readonly name: string; readonly address: readonly string[] };
  readonly title: string;
  readonly paragraphs: readonly string[];
  readonly language: Language;
  readonly by: string;
};

export type LetterFacts = Pick<NewLetter, "title" | "paragraphs"> & {
  readonly sender: string;
  readonly recipient: { name: string; address: readonly string[] };
};

export type LetterRow = {
  readonly id: Id<"letter">;
  readonly reference: string;
  readonly file_id: Id<"file">;
  readonly file_reference: string;
  readonly act: string | null;
  readonly act_payload: { readonly [key: string]: Json } | null;
  readonly clause: string | null;
  readonly channel: LetterChannel;
  readonly carrier: "electronic" | "paper";
  readonly sender: string;
  readonly sent_by: string;
  readonly recipient: string;
  readonly state: LetterState;
  readonly tracking: string | null;
  readonly generation: number;
  readonly facts: Uint8Array;
  readonly document: Uint8Array;
  readonly digest: string;
  readonly prepared_at: Temporal.Instant;
  readonly presented_at: Temporal.Instant | null;
  readonly expires_at: Temporal.Instant | null;
  readonly entry: number | null;
};

export type Happening = { readonly event: LetterEvent; readonly at: Temporal.Instant; readonly by: string; readonly tracking?: string | undefined };

export type Letters = {
  prepare(tx: Tx, letter: NewLetter): Promise<LetterRow>;
  /** Brings an event about: the state moves once, a signed proof and an entry are left. `seq`: the confirmed slip it comes from. */
  apply(tx: Tx, letter: LetterRow, happening: Happening, seq?: number): Promise<LetterRow>;
  /** Electronic letters whose time to accept has ended become unclaimed, each in a transaction of its own; answers how many. */
  expire(): Promise<number>;
  get(from: Queryable, reference: string): Promise<LetterRow>;
  open(from: Queryable, letter: LetterRow): Promise<{ facts: LetterFacts; document: Uint8Array } | undefined>;
};

export type LettersNeeds = {
  readonly store: Store;
  readonly evidence: Evidence;
  readonly contents: Contents;
  readonly acts: Acts;
  readonly signer: SignerPort;
  readonly clock: Clock;
  readonly timeZone: string;
  readonly nextReference: NextReference;
};

export function createLetters({ store, evidence, contents, acts, signer, clock, timeZone, nextReference }: LettersNeeds): Letters {
  const get: Letters["get"] = async (from, reference) => {
    const row = await from.first<LetterRow>("select * from evidence.letter where reference = $1", [reference]);
    if (!row) throw evidenceErrors.refuse("evidence.no-letter", { params: { reference } });
    return row;
  };

  const apply: Letters["apply"] = async (tx, letter, happening, seq) => {
    const { event, at } = happening;
    checkDate(letter, at, clock.now());
    const presentedAt = letter.presented_at ?? (event === "notified" || event === "accepted" || event === "refused" ? at : null);
    const moved = await tx.first<LetterRow>(
      `update evidence.letter set state = $2, presented_at = $3, expires_at = coalesce($4, expires_at), tracking = coalesce($5, tracking)
        where id = $1 and state = any($6) returning *`,
      [
        letter.id,
        event,
        presentedAt,
        event === "notified" ? unclaimedFrom(at, timeZone) : null,
        happening.tracking ?? null,
        statesBefore(letter.carrier, event),
      ],
    );
    if (!moved) throw evidenceErrors.refuse("evidence.wrong-state", { params: { state: (await get(tx, letter.reference)).state, event } });
    const entry = await leaveEntry(tx, moved, happening);
    if (event === "deposited") await tx.run("update evidence.letter set entry = $2 where id = $1", [letter.id, entry]);
    const proof = signStatement(await describeEvent(tx, moved, happening, entry), await signer(tx));
    if (seq === undefined) await insertEvent(tx, moved.id, happening, clock.now(), { proof, entry });
    else await tx.run("update evidence.letter_event set proof = $3, entry = $4 where letter_id = $1 and seq = $2", [letter.id, seq, proof, entry]);
    return { ...moved, entry: event === "deposited" ? entry : moved.entry };
  };

  /** The entry in the file: the act itself when the letter leaves, a proof about it afterwards. */
  const leaveEntry = async (tx: Tx, letter: LetterRow, { event, at, by }: Happening): Promise<number> => {
    const facts = { letter: letter.reference, channel: letter.channel, document: letter.digest };
    const kind = entryOf(event);
    const entry = kind
      ? {
          type: kind.type,
          actor: by,
          happenedAt: at,
          payload: {
            ...facts,
            about: letter.entry ?? undefined,
            by: "post",
            reason: kind.reason,
            presented_on: kind.reason && letter.presented_at ? letter.presented_at.toZonedDateTimeISO(timeZone).toPlainDate().toString() : undefined,
          },
        }
      : {
          type: letter.act ?? "letter-sent",
          actor: by,
          happenedAt: at,
          payload: { ...(letter.act_payload ?? {}), ...facts, clause: letter.clause ?? undefined },
        };
    // Plain correspondence is no act of the instrument: it is kept in the file and gives nothing.
    const recorded = letter.act ? await acts.record(tx, letter.file_reference, entry) : await evidence.append(tx, letter.file_id, entry);
    return recorded.seq;
  };

  const describeEvent = async (tx: Tx, letter: LetterRow, { event, at }: Happening, entry: number): Promise<Json> => {
    const [head] = await listHeads(tx, { limit: 1 });
    return {
      format: "cercle-letter-proof-1",
      letter: letter.reference,
      file: letter.file_reference,
      event,
      at: at.toString(),
      recorded_at: clock.now().toString(),
      channel: letter.channel,
      carrier: letter.carrier,
      document: letter.digest,
      entry,
      ...(letter.tracking ? { tracking: letter.tracking } : {}),
      ...(head ? { head: { size: head.size, root: head.root } } : {}),
    };
  };

  return {
    get,
    apply,
    async prepare(tx, letter) {
      const file = await acts.find(tx, letter.file);
      if (!file) throw evidenceErrors.refuse("evidence.no-file");
      await checkChannel(tx, acts, letter);
      const reference = await nextReference(tx, "RL");
      const [head] = await listHeads(tx, { limit: 1 });
      const now = clock.now();
      const document = await buildPaper(
        {
          title: letter.title,
          language: letter.language,
          sender: letter.sender.name,
          reference,
          file: letter.file,
          recipient: letter.recipient,
          channel: letter.channel,
          date: now.toZonedDateTimeISO(timeZone).toPlainDate().toLocaleString(letter.language, { dateStyle: "long" }),
          clause: letter.clause,
          paragraphs: letter.paragraphs,
          head,
        },
        new Date(now.epochMilliseconds),
      );
      const facts: LetterFacts = {
        title: letter.title,
        paragraphs: letter.paragraphs,
        sender: letter.sender.name,
        recipient: { name: letter.recipient.name, address: letter.recipient.address },
      };
      const sealedFacts = await contents.sealBytes(tx, file.id, `letter-facts ${reference}`, Buffer.from(JSON.stringify(facts)));
      const sealed = await contents.sealBytes(tx, file.id, `letter ${reference}`, document);
      const row = await tx.first<LetterRow>(
        `insert into evidence.letter (id, reference, file_id, file_reference, act, act_payload, clause, channel, carrier, sender, sent_by, recipient, state,
           generation, facts, document, digest, prepared_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'prepared', $13, $14, $15, $16, $17) returning *`,
        [
          newId<"letter">(),
          reference,
          file.id,
          letter.file,
          letter.act?.type ?? null,
          letter.act ? json(letter.act.payload) : null,
          letter.clause ?? null,
          letter.channel,
          carrierOf(letter.channel),
          letter.sender.party,
          letter.by,
          letter.recipient.party,
          sealed.generation,
          sealedFacts.sealed,
          sealed.sealed,
          createHash("sha256").update(document).digest("hex"),
          now,
        ],
      );
      if (!row) throw new TypeError("the letter was not written");
      if (row.carrier === "paper") return row;
      // Nothing stands between an electronic letter and its deposit, nor between deposit and notice.
      const deposited = await apply(tx, row, { event: "deposited", at: now, by: letter.by });
      const notified = await apply(tx, deposited, { event: "notified", at: now, by: "carrier:electronic" });
      store.emit(tx, { kind: letterWaiting, subject: row.recipient, payload: { reference, recipient: row.recipient } });
      return notified;
    },
    async expire() {
      const due = await store.query<LetterRow>(
        "select * from evidence.letter where state = 'notified' and carrier = 'electronic' and expires_at <= $1 order by expires_at limit 500",
        [clock.now()],
      );
      for (const letter of due) {
        await store
          .transaction((tx) => apply(tx, letter, { event: "unclaimed", at: letter.expires_at ?? clock.now(), by: "carrier:electronic" }))
          .catch((error: { code?: string }) => {
            // Accepted or refused in between: nothing is left to do.
            if (error.code !== "evidence.wrong-state") throw error;
          });
      }
      return due.length;
    },
    async open(from, letter) {
      const box = (sealed: Uint8Array) => ({ generation: letter.generation, sealed });
      const facts = await contents.openBytes(from, letter.file_id, `letter-facts ${letter.reference}`, box(letter.facts));
      const document = await contents.openBytes(from, letter.file_id, `letter ${letter.reference}`, box(letter.document));
      return facts && document && { facts: JSON.parse(Buffer.from(facts).toString("utf8")) as LetterFacts, document };
    },
  };
}

/** A notice has effect only by a channel that its clause accepts, and at the address it names (MSS 15). */
async function checkChannel(from: Queryable, acts: Acts, { file, act, channel, recipient }: NewLetter): Promise<void> {
  const rule = act ? await acts.accepted(from, file, act.type) : undefined;
  if (!rule) return;
  if (!rule.accepts.includes(channel)) {
    throw evidenceErrors.refuse("evidence.wrong-channel", { params: { channel, accepted: rule.accepts.join(", ") }, clause: rule.article });
  }
  if (rule.address && recipient.address.join(" ").toLowerCase() !== rule.address.toLowerCase()) {
    throw evidenceErrors.refuse("evidence.wrong-address", { params: { address: rule.address }, clause: rule.article });
  }
}

/** A letter does not arrive before it left, nor tomorrow. */
function checkDate(letter: LetterRow, at: Temporal.Instant, now: Temporal.Instant): void {
  const floor = letter.presented_at ?? letter.prepared_at.subtract({ hours: 24 });
  if (Temporal.Instant.compare(at, now) > 0 || Temporal.Instant.compare(at, floor) < 0) throw evidenceErrors.refuse("evidence.impossible-date");
}

/** Refuses an event that a plain registered letter cannot prove. */
export function checkProvable(letter: LetterRow, event: LetterEvent): void {
  if (!isProvable(letter.channel, event)) throw evidenceErrors.refuse("evidence.not-provable", { params: { channel: letter.channel, event } });
}

async function insertEvent(
  tx: Tx,
  letter: Id<"letter">,
  { event, at, by, tracking }: Happening,
  now: Temporal.Instant,
  left: { proof: string; entry: number },
): Promise<void> {
  await tx.run(
    `insert into evidence.letter_event (letter_id, seq, event, happened_at, recorded_at, recorded_by, tracking, confirmed_at, confirmed_by, proof, entry)
     values ($1, (select coalesce(max(seq), 0) + 1 from evidence.letter_event where letter_id = $1), $2, $3, $4, $5, $6, $4, $5, $7, $8)`,
    [letter, event, at, now, by, tracking ?? null, left.proof, left.entry],
  );
}
