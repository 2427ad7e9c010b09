// A delivery: test cards made by the card room, an entry in the contract's file, then the invoice. A failure gives the order back.
import type { Actor } from "@cercle/web";
import { claimDelivery, closeDelivery, invoiceOf, kitCards, type MadeCard, releaseDelivery } from "./orders.ts";
import type { Room } from "./room.ts";

export type Delivered = { readonly order: string; readonly cards: readonly { readonly card: string; readonly type: string }[]; readonly invoice: string };

export async function deliver(
  { store, ports }: Room,
  reference: string,
  { certificate }: { certificate?: string | undefined },
  actor: Actor,
): Promise<Delivered> {
  const order = await store.transaction((tx) => claimDelivery(tx, reference));
  try {
    const vendor = await ports.files.vendorName(order.file);
    const sets = order.items.filter((line) => line.code === "JEUEDIT001").reduce((sum, line) => sum + line.quantity, 0);
    const cards: MadeCard[] = [];
    for (let set = 0; set < sets; set++) for (const type of kitCards) cards.push({ type, ...(await ports.cards.create({ type, name: order.reference })) });
    return await store.transaction(async (tx) => {
      await ports.files.record(tx, order.file, { type: "kit-delivered", actor, payload: { order: order.reference } });
      const invoice = await ports.invoices.draft(tx, { file: order.file, ...invoiceOf(order, vendor) });
      await closeDelivery(tx, order, { cards, certificate, invoice, seal: ports.vault.seal }, ports.now());
      return { order: order.reference, cards: cards.map(({ number, type }) => ({ card: number, type })), invoice };
    });
  } catch (error) {
    await store.transaction((tx) => releaseDelivery(tx, reference));
    throw error;
  }
}
