// Orders: priced on the day by the annex that binds, delivered once, invoiced after delivery.
import { newId, type Temporal } from "@cercle/kernel";
import { json, type Queryable, type Tx } from "@cercle/store";
import type { Actor } from "@cercle/web";
import { distributionErrors } from "./errors.ts";
import type { CardType, DistributionPorts } from "./ports.ts";
import { firstAnnex, firstAnnexName, knownConflict, type OrderLine, type PriceItem, priceOrder, totalOf, writeEuros } from "./prices.ts";
import type { Room } from "./room.ts";

export type AnnexRow = { readonly id: string; readonly name: string; readonly items: readonly PriceItem[] };
export type OrderRow = {
  readonly id: string;
  readonly reference: string;
  readonly file: string;
  readonly items: readonly OrderLine[];
  readonly total_cents: number;
  readonly payment: "paid" | "means-of-payment";
  readonly state: "ordered" | "delivering" | "delivered";
  readonly certificate: string | null;
  readonly ordered_at: Temporal.Instant;
  readonly delivered_at: Temporal.Instant | null;
  readonly invoice: string | null;
};
export const kitCards: readonly CardType[] = ["CPS", "CPF", "CDE", "CPE", "CPA"];
const columns = "id, reference, file, items, total_cents, payment, state, certificate, ordered_at, delivered_at, invoice";

/** The first annex is there from the first start. */
export async function seedAnnex(tx: Tx, now: Temporal.Instant): Promise<void> {
  await tx.run("insert into distribution.price_annex (id, name, items, created_at) values ($1, $2, $3, $4) on conflict do nothing", [
    newId<"annex">(),
    firstAnnexName,
    json(firstAnnex),
    now,
  ]);
}

export async function addAnnex(tx: Tx, { name, items }: { name: string; items: readonly PriceItem[] }, now: Temporal.Instant): Promise<AnnexRow> {
  const row = await tx.first<AnnexRow>(
    "insert into distribution.price_annex (id, name, items, created_at) values ($1, $2, $3, $4) on conflict do nothing returning id, name, items",
    [newId<"annex">(), name, json(items), now],
  );
  if (!row) throw distributionErrors.refuse("distribution.annex-exists", { params: { name } });
  return row;
}

export async function getAnnex(from: Queryable, id: string): Promise<AnnexRow> {
  const row = await from.first<AnnexRow>("select id, name, items from distribution.price_annex where id = $1", [id]);
  if (!row) throw distributionErrors.refuse("distribution.no-annex");
  return row;
}

/** The annex that binds this contract today (CPS 15.4), the first one until the law says another. */
export async function annexOf(from: Queryable, ports: DistributionPorts, file: string): Promise<AnnexRow> {
  const bound = await ports.files.boundAnnex(file);
  if (bound) return getAnnex(from, bound);
  const first = await from.first<AnnexRow>("select id, name, items from distribution.price_annex where name = $1", [firstAnnexName]);
  if (!first) throw distributionErrors.refuse("distribution.no-annex");
  return first;
}

export async function getOrder(from: Queryable, reference: string): Promise<OrderRow> {
  const row = await from.first<OrderRow>(`select ${columns} from distribution.purchase where reference = $1`, [reference]);
  if (!row) throw distributionErrors.refuse("distribution.no-order", { params: { reference } });
  return row;
}

export const listOrders = (from: Queryable, file: string): Promise<readonly OrderRow[]> =>
  from.query<OrderRow>(`select ${columns} from distribution.purchase where file = $1 order by ordered_at`, [file]);

export type NewOrder = {
  readonly file: string;
  readonly articles: readonly { code: string; quantity: number }[];
  readonly payment: { readonly kind: "paid" | "means-of-payment"; readonly note: string };
};

/** Prices and writes an order. Whether it is a first one, and what that one must hold, is the law's. */
export async function placeOrder(tx: Tx, order: NewOrder, annex: AnnexRow, before: readonly OrderRow[], now: Temporal.Instant): Promise<OrderRow> {
  const lines = priceOrder(annex.items, order.articles);
  const has = (code: string, all: readonly OrderLine[]): boolean => all.some((line) => line.code === code);
  if (has("CSA-TEST", lines) && ![lines, ...before.map((known) => known.items)].some((all) => has("JEUEDIT001", all)))
    throw distributionErrors.refuse("distribution.needs-cpa", { clause: "CPS annexe 1" });
  const { year } = now.toZonedDateTimeISO("UTC");
  const counted = await tx.first<{ last: number }>(
    "insert into distribution.order_counter (year, last) values ($1, 1) on conflict (year) do update set last = order_counter.last + 1 returning last",
    [year],
  );
  const made = await tx.first<OrderRow>(
    `insert into distribution.purchase (id, reference, file, annex_id, items, total_cents, payment, payment_note, state, ordered_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, 'ordered', $9) returning ${columns}`,
    [
      newId<"order">(),
      `BC-${year}-${String(counted?.last ?? 0).padStart(5, "0")}`,
      order.file,
      annex.id,
      json(lines),
      totalOf(lines),
      order.payment.kind,
      order.payment.note,
      now,
    ],
  );
  return made as OrderRow;
}

export type Asked = Omit<NewOrder, "payment"> & {
  readonly payment?: NewOrder["payment"] | undefined;
  readonly for_version?: string | undefined;
  readonly general_conditions: boolean;
};

/** An order is first an entry of its contract's file, which refuses it or not; then it is priced by the annex that binds today. */
export async function orderFor({ store, ports }: Room, asked: Asked, actor: Actor): Promise<OrderRow> {
  const { file, articles, payment, for_version: version } = asked;
  const before = await listOrders(store, file);
  const annex = await annexOf(store, ports, file);
  return store.transaction(async (tx) => {
    const payload = {
      by: "vendor",
      articles: articles.map(({ code }) => code),
      ...(payment ? { payment: payment.kind } : {}),
      ...(version ? { version } : {}),
    };
    await ports.files.record(tx, file, { type: before.length === 0 ? "kit-ordered" : "cards-ordered", actor, payload });
    // CPS 27.2: kept, without contractual effect.
    if (asked.general_conditions)
      await ports.files.record(tx, file, { type: "general-conditions-attached", actor, payload: { by: "vendor", attached_to: "order" } });
    return placeOrder(tx, { file, articles, payment: payment ?? { kind: "means-of-payment", note: "—" } }, annex, before, ports.now());
  });
}

/** One delivery for an order, however many ask at once. Cards are made by the card room, whose certificates the PKI issues. */
export async function claimDelivery(tx: Tx, reference: string): Promise<OrderRow> {
  const claimed = await tx.first<OrderRow>(
    `update distribution.purchase set state = 'delivering' where reference = $1 and state = 'ordered' returning ${columns}`,
    [reference],
  );
  if (claimed) return claimed;
  await getOrder(tx, reference);
  throw distributionErrors.refuse("distribution.delivered-already", { params: { reference } });
}

export const releaseDelivery = (tx: Tx, reference: string): Promise<number> =>
  tx.run("update distribution.purchase set state = 'ordered' where reference = $1 and state = 'delivering'", [reference]);

export type MadeCard = { readonly number: string; readonly type: CardType; readonly pin: string; readonly puk: string };

export async function closeDelivery(
  tx: Tx,
  order: OrderRow,
  {
    cards,
    certificate,
    invoice,
    seal,
  }: { cards: readonly MadeCard[]; certificate: string | undefined; invoice: string; seal: (plain: Uint8Array) => Uint8Array },
  now: Temporal.Instant,
): Promise<void> {
  for (const { number, type, pin, puk } of cards)
    await tx.run("insert into distribution.test_card (number, purchase_id, type, codes) values ($1, $2, $3, $4)", [
      number,
      order.id,
      type,
      seal(Buffer.from(JSON.stringify({ pin, puk }))),
    ]);
  await tx.run("update distribution.purchase set state = 'delivered', delivered_at = $2, certificate = $3, invoice = $4 where id = $1", [
    order.id,
    now,
    certificate ?? null,
    invoice,
  ]);
}

/** Codes are handed over once, to one asker. */
export async function takeCodes(
  tx: Tx,
  order: OrderRow,
  unseal: (sealed: Uint8Array) => Uint8Array,
): Promise<readonly { card: string; type: string; pin: string; puk: string }[]> {
  const rows = await tx.query<{ number: string; type: string; codes: Uint8Array | null }>(
    "select number, type, codes from distribution.test_card where purchase_id = $1 order by number for update",
    [order.id],
  );
  if (rows.length === 0 || rows.some((row) => row.codes === null)) throw distributionErrors.refuse("distribution.codes-given");
  await tx.run("update distribution.test_card set codes = null where purchase_id = $1", [order.id]);
  return rows.map(({ number, type, codes }) => ({
    card: number,
    type,
    ...(JSON.parse(Buffer.from(unseal(codes ?? new Uint8Array())).toString("utf8")) as { pin: string; puk: string }),
  }));
}

/** `held` while the codes were not handed over. */
export const listCards = (from: Queryable, order: OrderRow): Promise<readonly { number: string; type: string; held: boolean }[]> =>
  from.query("select number, type, codes is not null as held from distribution.test_card where purchase_id = $1 order by type, number", [order.id]);

/** An order as its two sides see it. */
export function viewOrder(order: OrderRow) {
  const { items, total_cents, ...rest } = order;
  const overlap = items.some((line) => line.code === "APICPS0001") && items.some((line) => line.code === "JEUEDIT001");
  return {
    ...rest,
    items: items.map((line) => ({ ...line, price: writeEuros(line.cents) })),
    total: writeEuros(total_cents),
    total_cents,
    conflicts: overlap ? [knownConflict] : [],
  };
}

/** The words of an invoice. */
export const invoiceOf = (order: OrderRow, vendor: string): { readonly title: string; readonly paragraphs: readonly string[] } => ({
  title: `Facture de la commande ${order.reference}`,
  paragraphs: [
    `Client : ${vendor}. Contrat ${order.file}.`,
    ...order.items.map((line) => `${line.code} — ${line.label} : ${line.quantity} × ${writeEuros(line.cents)} = ${writeEuros(line.cents * line.quantity)}`),
    `Total net : ${writeEuros(order.total_cents)}.`,
    order.payment === "paid" ? "Réglée à la commande." : "Règlement selon le mode indiqué à la commande.",
    "Facture établie après la livraison (annexe 2).",
  ],
});
