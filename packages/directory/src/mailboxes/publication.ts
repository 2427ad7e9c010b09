// Publishing mailboxes: each act is a revision of its own, seen with its commit. Deleting closes; nothing is erased from history.
import type { Evidence } from "@cercle/evidence";
import type { Clock } from "@cercle/kernel";
import { json, type Queryable, type Store, type Tx } from "@cercle/store";
import { digest64, digestHex } from "../digest.ts";
import { directoryErrors } from "../errors.ts";
import { toNationalId } from "../france/identifiers.ts";
import { open, startEdit } from "../revisions.ts";
import { admitPublication, changeable, type Facts, type MailboxKind, type Publication } from "./rules.ts";

export type MailboxChanges = { redList?: boolean; rank?: number; description?: string; service?: string; responsible?: string };
export type Operator = {
  /** Key of who acts; never a name. */ readonly key: string /** Whether this domain is this operator's, by its right. */;
  mayPublish(from: Queryable, domain: string): Promise<boolean>;
};
export type PublishedMailbox = {
  readonly address: string;
  readonly kind: MailboxKind;
  readonly national_id: string | null;
  readonly structure_id: string | null;
  readonly service: string;
  readonly description: string;
  readonly responsible: string | null;
  readonly red_list: boolean;
  readonly rank: number;
};

export type Publications = {
  publish(tx: Tx, operator: Operator, publication: Publication): Promise<void>;
  change(tx: Tx, operator: Operator, address: string, changes: MailboxChanges): Promise<void>;
  remove(tx: Tx, operator: Operator, address: string): Promise<void>;
  /** What an operator has published, red list included: its own. */
  list(operator: string, after: string, limit: number): Promise<readonly PublishedMailbox[]>;
  /** A published mailbox, for the house itself. */
  find(from: Queryable, address: string): Promise<Owned | undefined>;
  /** A published mailbox as this operator may know of it. */
  findFor(from: Queryable, operator: Operator, address: string): Promise<Owned | undefined>;
};
type Owned = PublishedMailbox & { readonly operator: string };

const isOf = (operator: Operator, found: Owned): boolean => found.operator === operator.key || operator.key === "operator";

const columns = "address, kind, national_id, structure_id, service, description, responsible, red_list, rank, operator";

export function createPublications({ store, evidence, clock }: { store: Store; evidence: Evidence; clock: Clock }): Publications {
  const trace = (tx: Tx, type: string, operator: Operator, address: string, extra: Record<string, string> = {}): Promise<void> =>
    evidence.trace(tx, { room: "directory", type, subject: digestHex(address), payload: { by: operator.key, purpose: "feed", ...extra } });
  const own = async (tx: Tx, operator: Operator, address: string): Promise<Owned> => {
    const found = await findFor(tx, operator, address);
    if (!found) throw directoryErrors.refuse("directory.no-mailbox", { params: { address } });
    if (!isOf(operator, found)) throw directoryErrors.refuse("directory.not-your-domain", { params: { address }, clause: "MSS 5.1" });
    return found;
  };
  const find: Publications["find"] = (from, address) =>
    from.first(`select ${columns} from directory.mailbox where address = $1 and source = 1 and rev_to = ${open}`, [address.toLowerCase()]);

  // Another's red list is not there for whoever asks: not even a refusal tells.
  const findFor: Publications["findFor"] = async (from, operator, address) => {
    const found = await find(from, address);
    return found?.red_list && !isOf(operator, found) ? undefined : found;
  };

  return {
    find,
    findFor,
    async publish(tx, operator, given) {
      const publication = normalise(given);
      admitPublication(publication, await gather(tx, operator, publication));
      const revision = await startEdit(tx, clock);
      const { address, kind, nationalId = null, structureId = null, service, description, responsible = null, redList } = publication;
      const id = digestHex([address, kind, nationalId ?? "", structureId ?? ""].join("|"));
      const inserted = await tx.run(
        `insert into directory.mailbox (mailbox_id, rev_from, source, digest, address, kind, national_id, structure_id, operator, service, description, responsible, red_list)
         values ($1, $2, 1, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) on conflict (address) where source = 1 and rev_to = ${open} do nothing`,
        [
          id,
          revision,
          digest64(json(publication)).toString(),
          address,
          kind,
          nationalId,
          structureId,
          operator.key,
          service,
          description,
          responsible,
          redList,
        ],
      );
      if (inserted === 0) throw directoryErrors.refuse("directory.mailbox-exists", { params: { address } });
      await trace(tx, "mailbox-published", operator, address, { kind });
    },
    async change(tx, operator, address, changes) {
      const found = await own(tx, operator, address);
      const refused = Object.keys(changes).find((name) => !changeable[found.kind].includes(name));
      if (refused) throw directoryErrors.refuse("directory.not-changeable", { params: { field: refused, kind: found.kind } });
      if (changes.responsible && (await personState(tx, changes.responsible)) !== "active")
        throw directoryErrors.refuse("directory.unknown-responsible", { params: { address } });
      const revision = await startEdit(tx, clock);
      await tx.run(
        `with closed as (update directory.mailbox set rev_to = $2 where address = $1 and source = 1 and rev_to = ${open} returning *)
         insert into directory.mailbox (mailbox_id, rev_from, source, digest, address, kind, national_id, structure_id, operator, paperless, service, description, responsible, red_list, rank)
         select mailbox_id, $2, 1, digest, address, kind, national_id, structure_id, operator, paperless,
                coalesce($3, service), coalesce($4, description), coalesce($5, responsible), coalesce($6::boolean, red_list), coalesce($7::smallint, rank) from closed`,
        [found.address, revision, changes.service, changes.description, changes.responsible, changes.redList, changes.rank],
      );
      await trace(tx, "mailbox-changed", operator, found.address, { fields: Object.keys(changes).join(" ") });
    },
    async remove(tx, operator, address) {
      const found = await own(tx, operator, address);
      const revision = await startEdit(tx, clock);
      await tx.run(`update directory.mailbox set rev_to = $2 where address = $1 and source = 1 and rev_to = ${open}`, [found.address, revision]);
      await trace(tx, "mailbox-removed", operator, found.address);
    },
    list: (operator, after, limit) =>
      store.query<PublishedMailbox>(
        `select ${columns} from directory.mailbox where ($1 = 'operator' or operator = $1) and source = 1 and rev_to = ${open} and address > $2 order by address limit $3`,
        [operator, after, limit],
      ),
  };
}

function normalise(publication: Publication): Publication {
  const nationalId = publication.nationalId ? toNationalId(publication.nationalId) : undefined;
  const responsible = publication.responsible ? toNationalId(publication.responsible) : undefined;
  const { service, description, structureId } = publication;
  return {
    ...publication,
    address: publication.address.trim().toLowerCase(),
    nationalId,
    responsible,
    structureId: structureId || undefined,
    service: oneLine(service),
    description: oneLine(description),
  };
}

/** Texts of operators go into files of lines and lists of parts: no control character. */
function oneLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, " ").trim();
}

async function gather(tx: Tx, operator: Operator, publication: Publication): Promise<Facts> {
  const domain = publication.address.split("@")[1] ?? "";
  return {
    domainOpen: await operator.mayPublish(tx, domain),
    holder: publication.nationalId ? await personState(tx, publication.nationalId) : "absent",
    structure: publication.structureId ? await structureState(tx, publication.structureId) : "absent",
    responsible: publication.responsible ? await personState(tx, publication.responsible) : "absent",
  };
}

async function personState(tx: Tx, id: string): Promise<"unknown" | "inactive" | "active"> {
  const row = await tx.first<{ active: boolean }>(`select active from directory.person where national_id = $1 and rev_to = ${open}`, [toNationalId(id)]);
  return row ? (row.active ? "active" : "inactive") : "unknown";
}

async function structureState(tx: Tx, id: string): Promise<"unknown" | "inactive" | "active"> {
  const row = await tx.first<{ active: boolean }>(`select active from directory.structure where structure_id = $1 and rev_to = ${open}`, [id]);
  return row ? (row.active ? "active" : "inactive") : "unknown";
}
