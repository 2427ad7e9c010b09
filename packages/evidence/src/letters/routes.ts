// Letters over HTTP: officers and parties write, addressees accept or refuse, slips are recorded and confirmed.
import { type Clock, Temporal } from "@cercle/kernel";
import type { Store } from "@cercle/store";
import { type Actor, defineRoute, type Route } from "@cercle/web";
import { z } from "zod";
import { evidenceErrors } from "../errors.ts";
import type { Acts, Parties } from "../ports.ts";
import { actorKey, file, fileReply, instant, lookers, officers, parties as partyRoles, scan } from "../surface.ts";
import type { LetterRow, Letters } from "./letters.ts";
import { letterChannels, letterEvents } from "./rules.ts";
import { readScan, type SlipRow, type Slips } from "./slips.ts";

const reference = z.object({ reference: z.string().max(40) });
const slip = reference.extend({ seq: z.coerce.number().int().min(1).max(1000) });
const line = z.string().trim().min(1).max(120);
const newLetter = z.object({
  file,
  act: z.object({ type: z.string().max(80), payload: z.record(z.string().max(80), z.json()).default({}) }).optional(),
  clause: z.string().max(60).optional(),
  channel: z.enum(letterChannels),
  sender_name: line,
  recipient: z.object({ party: z.string().min(1).max(120), name: line, address: z.array(line).min(1).max(6) }),
  title: z.string().trim().min(3).max(160),
  paragraphs: z.array(z.string().trim().min(1).max(4000)).min(1).max(60),
  language: z.enum(["fr", "en"]).default("fr"),
});

export type LettersSurface = { store: Store; letters: Letters; slips: Slips; acts: Acts; parties: Parties; clock: Clock };

export function letterRoutes({ store, letters, slips, acts, parties, clock }: LettersSurface): readonly Route[] {
  const mayRead = async (actor: Actor, letter: LetterRow): Promise<{ sender: boolean; recipient: boolean }> => {
    const controls = await parties.controls(actor, letter.file_reference, letter.reference);
    // Without a mandate the letter answers as one that does not exist.
    if (controls === false) throw evidenceErrors.refuse("evidence.no-letter", { params: { reference: letter.reference } });
    const own = controls ? ["agency"] : await parties.of(actor);
    const side = { sender: own.includes(letter.sender), recipient: own.includes(letter.recipient) };
    if (!side.sender && !side.recipient) throw evidenceErrors.refuse("evidence.not-yours");
    return side;
  };
  /** The addressee of an electronic letter learns who wrote and what only by accepting it. */
  const hides = (letter: LetterRow, side: { sender: boolean }): boolean => letter.carrier === "electronic" && !side.sender && letter.state !== "accepted";
  const answer = (event: "accepted" | "refused") =>
    defineRoute({
      method: "POST",
      path: `/api/letters/:reference/${event === "accepted" ? "accept" : "refuse"}`,
      about: event === "accepted" ? "The addressee accepts an electronic letter: it is received." : "The addressee refuses an electronic letter.",
      who: [...officers, ...partyRoles],
      params: reference,
      async handle({ params, actor }) {
        const letter = await letters.get(store, params.reference);
        await mayRead(actor, letter);
        // A mandate reads for the agency and answers for nobody.
        if (!(await parties.of(actor)).includes(letter.recipient)) throw evidenceErrors.refuse("evidence.not-yours");
        if (letter.carrier !== "electronic") throw evidenceErrors.refuse("evidence.wrong-state", { params: { state: letter.state, event } });
        const moved = await store.transaction((tx) => letters.apply(tx, letter, { event, at: clock.now(), by: actorKey(actor) }));
        return describe(moved, false);
      },
    });

  return [
    defineRoute({
      method: "GET",
      path: "/api/letters",
      about: "Letters that the actor's parties sent or are sent, newest first. An electronic one not yet accepted shows neither sender nor subject.",
      who: [...officers, ...partyRoles, ...lookers],
      query: z.object({ file: file.optional(), state: z.string().max(20).optional() }),
      async handle({ query, actor }) {
        // A controller asks file by file.
        const controls = await parties.controls(actor, query.file ?? "", "letters");
        if (controls === false) return [];
        const own = controls ? ["agency"] : await parties.of(actor);
        const rows = await store.query<LetterRow>(
          `select * from evidence.letter where (sender = any($1) or recipient = any($1)) and ($2::text is null or file_reference = $2) and ($3::text is null or state = $3)
            order by prepared_at desc limit 500`,
          [own, query.file ?? null, query.state ?? null],
        );
        return rows.map((row) => describe(row, hides(row, { sender: own.includes(row.sender) })));
      },
    }),
    defineRoute({
      method: "POST",
      path: "/api/letters",
      about:
        "Writes a letter. An electronic one leaves at once; a paper one waits to be posted. Refused on a channel that the clause of the act does not accept.",
      who: [...officers, ...partyRoles],
      body: newLetter,
      async handle({ body, actor }) {
        const own = await parties.of(actor);
        const found = await acts.find(store, body.file);
        if (!found) throw evidenceErrors.refuse("evidence.no-file");
        const sender = own.includes("agency") ? "agency" : found.holder;
        if (!own.includes(sender)) throw evidenceErrors.refuse("evidence.not-yours");
        const { sender_name, ...letter } = body;
        const row = await store.transaction((tx) => letters.prepare(tx, { ...letter, sender: { party: sender, name: sender_name }, by: actorKey(actor) }));
        return describe(row, false);
      },
    }),
    defineRoute({
      method: "GET",
      path: "/api/letters/:reference",
      about: "One letter with its events and its proofs.",
      who: [...officers, ...partyRoles, ...lookers],
      params: reference,
      async handle({ params, actor }) {
        const letter = await letters.get(store, params.reference);
        const hidden = hides(letter, await mayRead(actor, letter));
        const opened = hidden ? undefined : await letters.open(store, letter);
        const events = await slips.list(store, letter);
        return { ...describe(letter, hidden), ...(opened ? { facts: opened.facts } : {}), events: events.map((event) => describeEvent(event, hidden)) };
      },
    }),
    defineRoute({
      method: "GET",
      path: "/api/letters/:reference/document",
      about: "The letter as a tagged, print-ready PDF. The addressee of an electronic letter accepts it first.",
      who: [...officers, ...partyRoles, ...lookers],
      params: reference,
      async handle({ params, actor }) {
        const letter = await letters.get(store, params.reference);
        if (hides(letter, await mayRead(actor, letter))) throw evidenceErrors.refuse("evidence.not-opened");
        const opened = await letters.open(store, letter);
        if (!opened) throw evidenceErrors.refuse("evidence.no-document");
        return fileReply({ type: "application/pdf", bytes: opened.document }, `${letter.reference}.pdf`);
      },
    }),
    answer("accepted"),
    answer("refused"),
    defineRoute({
      method: "POST",
      path: "/api/letters/:reference/slips",
      about: "Records a scanned slip of a paper letter: what happened and when. It counts once another person has confirmed it.",
      who: officers,
      params: reference,
      body: z.object({ event: z.enum(letterEvents), at: instant, tracking: z.string().trim().min(3).max(40).optional(), scan }),
      async handle({ params, body, actor }) {
        const facts = { event: body.event, at: Temporal.Instant.from(body.at), tracking: body.tracking, scan: readScan(body.scan), by: actorKey(actor) };
        return { seq: await store.transaction((tx) => slips.record(tx, params.reference, facts)) };
      },
    }),
    defineRoute({
      method: "GET",
      path: "/api/letters/:reference/slips/:seq/scan",
      about: "The scan of a slip.",
      who: [...officers, ...lookers],
      params: slip,
      async handle({ params, actor }) {
        const letter = await letters.get(store, params.reference);
        await mayRead(actor, letter);
        return fileReply(await slips.scan(store, letter, params.seq), `${params.reference}-${params.seq}`);
      },
    }),
    defineRoute({
      method: "POST",
      path: "/api/letters/:reference/slips/:seq/confirm",
      about: "Another person confirms a slip: the letter moves, a proof and an entry are left.",
      who: officers,
      params: slip,
      handle: async ({ params, actor }) => describe(await store.transaction((tx) => slips.confirm(tx, params.reference, params.seq, actorKey(actor))), false),
    }),
    defineRoute({
      method: "POST",
      path: "/api/letters/:reference/slips/:seq/reject",
      about: "Another person rejects a slip that says something else than its scan.",
      who: officers,
      params: slip,
      handle: ({ params, actor }) => store.transaction((tx) => slips.reject(tx, params.reference, params.seq, actorKey(actor))),
    }),
  ];
}

function describe(letter: LetterRow, hidden: boolean): object {
  return {
    reference: letter.reference,
    channel: letter.channel,
    carrier: letter.carrier,
    state: letter.state,
    recipient: letter.recipient,
    prepared_at: letter.prepared_at.toString(),
    presented_at: letter.presented_at?.toString() ?? null,
    expires_at: letter.expires_at?.toString() ?? null,
    ...(hidden
      ? {}
      : {
          file: letter.file_reference,
          sender: letter.sender,
          sent_by: letter.sent_by,
          act: letter.act,
          clause: letter.clause,
          tracking: letter.tracking,
          digest: letter.digest,
          entry: letter.entry,
        }),
  };
}

function describeEvent(event: SlipRow, hidden: boolean): object {
  return {
    seq: event.seq,
    event: event.event,
    at: event.happened_at.toString(),
    recorded_at: event.recorded_at.toString(),
    confirmed_at: event.confirmed_at?.toString() ?? null,
    rejected_at: event.rejected_at?.toString() ?? null,
    ...(hidden
      ? {}
      : {
          recorded_by: event.recorded_by,
          confirmed_by: event.confirmed_by,
          tracking: event.tracking,
          scan: event.scan_digest,
          proof: event.proof,
          entry: event.entry,
        }),
  };
}
