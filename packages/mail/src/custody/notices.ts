// What the owner of a mailbox hears of holds and of administrators' accesses, in the mailbox itself: at once, or when the hold that keeps
// it secret is lifted.
import type { Queryable, Tx } from "@cercle/store";
import { buildNotice } from "../mailboxes/notice.ts";
import type { AccessRow, CustodyParts, HoldRow } from "./parts.ts";

/** A hold whose author asked that the owner hears nothing yet. */
export async function isSecret(from: Queryable, schema: string, address: string): Promise<boolean> {
  const found = await from.first(`select 1 as found from ${schema}.legal_hold where address = $1 and lifted_at is null and not tell_owner limit 1`, [address]);
  return found !== undefined;
}

export async function holdNotice({ domain, now, nameOf }: CustodyParts, from: Queryable, hold: HoldRow): Promise<Buffer> {
  const by = await nameOf(from, hold.placed_by);
  const about = { to: hold.address, domain, at: new Date(now().epochMilliseconds) };
  if (hold.lifted_at === null)
    return buildNotice({
      ...about,
      subject: { fr: "Boîte mise sous garde", en: "Mailbox under a legal hold" },
      body: {
        fr: `Votre opérateur a mis cette boîte sous garde (référence : ${hold.reference} ; motif : ${hold.reason} ; décidé par ${by}). Vous vous en servez comme avant ; ce que vous supprimez disparaît pour vous, mais reste scellé jusqu’à la levée, que deux personnes décident.`,
        en: `Your operator has placed this mailbox under a legal hold (reference: ${hold.reference}; reason: ${hold.reason}; decided by ${by}). You use it as before; what you remove disappears for you, but stays sealed until two persons lift the hold.`,
      },
    });
  const both = [await nameOf(from, hold.lifting_by ?? ""), await nameOf(from, hold.lifted_by ?? "")].join(", ");
  const since = hold.placed_at.toString().slice(0, 10);
  return buildNotice({
    ...about,
    subject: { fr: "Garde de la boîte levée", en: "Legal hold lifted" },
    body: {
      fr: `La garde de cette boîte, placée le ${since} (référence : ${hold.reference} ; motif : ${hold.reason} ; décidée par ${by}), est levée par ${both}. Ce que vous aviez supprimé depuis est effacé.`,
      en: `The legal hold on this mailbox, placed on ${since} (reference: ${hold.reference}; reason: ${hold.reason}; decided by ${by}), is lifted by ${both}. What you had removed since is erased.`,
    },
  });
}

/** Tells the owner of every opened access that was not told yet, unless a hold keeps it secret. */
export async function tellOpened(parts: CustodyParts, tx: Tx, address: string): Promise<void> {
  const { schema } = parts.mailboxes;
  if (await isSecret(tx, schema, address)) return;
  const rows = await tx.query<AccessRow>(
    `update ${schema}.content_access set told_at = $2 where address = $1 and opened_at is not null and told_at is null returning *`,
    [address, parts.now()],
  );
  const box = await tx.first(`select 1 as found from ${schema}.mailbox where address = $1 and removed_at is null`, [address]);
  if (box) for (const row of rows) await parts.tell(tx, address, await accessNotice(parts, tx, row));
}

async function accessNotice({ domain, now, nameOf }: CustodyParts, from: Queryable, row: AccessRow): Promise<Buffer> {
  const [asked, opened] = [await nameOf(from, row.asked_by), await nameOf(from, row.opened_by ?? "")];
  const until = row.ends_at.toString().slice(0, 16);
  const fr = [
    row.message ? "un message" : undefined,
    row.folder ? `dossier ${row.folder}` : undefined,
    row.since || row.before ? "certaines dates" : undefined,
  ];
  const en = [row.message ? "one message" : undefined, row.folder ? `folder ${row.folder}` : undefined, row.since || row.before ? "certain dates" : undefined];
  const said = (scope: readonly (string | undefined)[], all: string): string => scope.filter(Boolean).join(", ") || all;
  return buildNotice({
    to: row.address,
    domain,
    at: new Date(now().epochMilliseconds),
    subject: { fr: "Accès d’administrateur", en: "Access by administrators" },
    body: {
      fr: `Deux administrateurs de votre opérateur peuvent lire cette boîte jusqu’au ${until} UTC : ${asked} (qui l’a demandé) et ${opened} (qui l’a confirmé). Étendue : ${said(fr, "toute la boîte")}. Motif : ${row.reason}. Ils ne changent rien ; chaque lecture s’inscrit sous « Qui a fait quoi ».`,
      en: `Two administrators of your operator may read this mailbox until ${until} UTC: ${asked} (who asked) and ${opened} (who confirmed). Scope: ${said(en, "the whole mailbox")}. Reason: ${row.reason}. They change nothing; each reading is listed under “Who did what”.`,
    },
  });
}
