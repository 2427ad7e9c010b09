// A whole file out of a space and into another. What another operator attests is read here and never carried on.
import type { Evidence, Papers, Signer } from "@cercle/evidence";
import { type Clock, type Id, isId } from "@cercle/kernel";
import { findFullInstrument } from "@cercle/law";
import { json, type Queryable, type Store, type Tx } from "@cercle/store";
import { governanceErrors } from "../errors.ts";
import type { Files } from "../files/files.ts";
import { findHandOver, handedOverType, importedType } from "../files/hand-over.ts";
import type { Parties } from "../parties/parties.ts";
import { type Examined, examineWhole, signWhole, type WholeFile } from "./whole-file.ts";

export type TransferNeeds = {
  readonly store: Store;
  readonly evidence: Evidence;
  readonly files: Files;
  readonly parties: Parties;
  readonly clock: Clock;
  readonly papers: Papers;
  readonly signer: (tx: Tx) => Promise<Signer>;
  /** Certificates of this space, PEM. */
  readonly anchors: () => string;
  /** Publishes a head now, so that what leaves is attested to its last entry. */
  readonly publish: () => Promise<void>;
  readonly space: { readonly id: string; readonly name: string };
};
export type Imported = Extract<Examined, { ok: true }> & { readonly reference: string; readonly from: Origin; readonly read_only: boolean };
export type Origin = { readonly space: string; readonly name: string; readonly reference: string; readonly at: string; readonly by: string };

export type Transfer = {
  take(reference: string): Promise<WholeFile>;
  /** Ends the file here in favour of another space: its rights close, nothing more is recorded. What is taken afterwards says so. */
  handOver(reference: string, to: string, by: string): Promise<{ readonly entry: number }>;
  /** Refuses what was altered, naming the first altered entry. */
  bring(whole: WholeFile, by: string): Promise<Imported>;
  origin(from: Queryable, reference: string): Promise<(Origin & { read_only: boolean }) | undefined>;
};

export function createTransfer(needs: TransferNeeds): Transfer {
  const { store, evidence, files, parties, clock, papers, signer, anchors, publish, space } = needs;

  const openParty = async (tx: Tx, party: WholeFile["party"]): Promise<string | null> => {
    if (!party) return null;
    const { id, ...identity } = party;
    // The same party may be here already, from another file.
    await parties.keep(tx, id, identity);
    return id;
  };

  return {
    async take(reference) {
      await publish();
      const file = await files.get(store, reference);
      const exported = await evidence.export(store, file.id);
      const whole = {
        format: "cercle-file-1" as const,
        space,
        reference: file.reference,
        instrument: file.instrument,
        opened_at: file.opened_at.toString(),
        holder: file.holder,
        party: file.party_id ? await parties.get(store, file.party_id) : null,
        evidence: exported,
        papers: await papers.collect(store, file.id, exported),
      };
      return signWhole(whole, await store.transaction((tx) => signer(tx)));
    },
    async handOver(reference, to, by) {
      return store.transaction(async (tx) => {
        const file = await files.get(tx, reference);
        await evidence.lock(tx, file.id);
        if (findHandOver(await evidence.list(tx, file.id))) throw governanceErrors.refuse("governance.handed-over", { params: { reference } });
        const entry = await evidence.append(tx, file.id, { type: handedOverType, actor: by, payload: { to } });
        await files.refresh(tx, reference);
        return { entry: entry.seq };
      });
    },
    async bring(whole, by) {
      const examined = examineWhole(whole, anchors());
      if (!examined.ok)
        throw examined.first === undefined
          ? governanceErrors.refuse("governance.altered-envelope", { params: { reason: examined.reason } })
          : governanceErrors.refuse("governance.altered-import", { params: { seq: examined.first, reason: examined.reason } });
      const instrument = findFullInstrument(whole.instrument);
      if (!instrument) throw governanceErrors.refuse("governance.no-instrument", { params: { instrument: whole.instrument } });
      const id = whole.evidence.file;
      if (!isId<"file">(id)) throw governanceErrors.refuse("governance.altered-envelope", { params: { reason: "no file" } });
      const from: Origin = { space: whole.space.id, name: whole.space.name, reference: whole.reference, at: clock.now().toString(), by };
      const readOnly = !examined.shared;
      return store.transaction(async (tx) => {
        if (await evidence.knows(tx, id)) throw governanceErrors.refuse("governance.already-here");
        await evidence.adopt(tx, whole.evidence, { readOnly });
        await papers.keep(tx, id, whole.papers);
        const party = await openParty(tx, whole.party);
        // A reference of another operator is that operator's: here the file has one of its own.
        const taken = readOnly || (await files.find(tx, whole.reference)) !== undefined;
        const reference = taken ? await files.nextReference(tx, readOnly ? "IM" : instrument.prefix) : whole.reference;
        await insertFile(tx, { id, reference, whole, party, readOnly, from });
        if (!readOnly) {
          const payload = { from: from.space, reference: whole.reference, entries: whole.evidence.entries.length };
          await evidence.append(tx, id, { type: importedType, actor: by, payload });
          await files.refresh(tx, reference);
        }
        return { ...examined, reference, from, read_only: readOnly };
      });
    },
    async origin(from, reference) {
      const row = await from.first<{ came_from: Origin | null; read_only: boolean }>("select came_from, read_only from governance.file where reference = $1", [
        reference,
      ]);
      return row?.came_from ? { ...row.came_from, read_only: row.read_only } : undefined;
    },
  };
}

async function insertFile(
  tx: Tx,
  file: { id: Id<"file">; reference: string; whole: WholeFile; party: string | null; readOnly: boolean; from: Origin },
): Promise<void> {
  const { id, reference, whole, party, readOnly, from } = file;
  await tx.run(
    `insert into governance.file (id, reference, instrument, holder, opened_at, party_id, phase, read_only, came_from, reminders_by_mail)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [id, reference, whole.instrument, whole.holder, whole.opened_at, party, readOnly ? "imported" : "", readOnly, json(from), !readOnly],
  );
}
