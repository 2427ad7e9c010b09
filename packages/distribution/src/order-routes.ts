// API of prices, orders, delivery, invoice, and what an officer may be asked to pay at most.
import { defineRoute, Reply, type Route } from "@cercle/web";
import { z } from "zod";
import { deliver } from "./delivery.ts";
import { distributionErrors } from "./errors.ts";
import { addAnnex, getAnnex, getOrder, listCards, listOrders, orderFor, takeCodes, viewOrder } from "./orders.ts";
import { feeOf, readAnnex, writeEuros } from "./prices.ts";
import { agency, enterArea, type Room, sideOf, sides } from "./room.ts";

const file = z.string().max(40);
const one = z.object({ order: z.string().regex(/^BC-\d{4}-\d{5}$/) });

export function orderRoutes(room: Room): readonly Route[] {
  const { store, ports } = room;
  return [
    defineRoute({
      method: "POST",
      path: "/api/distribution/price-annexes",
      about: "A new price annex: every article of annex 2, once, in euros with two decimals at most.",
      who: agency,
      body: z.object({
        name: z.string().trim().min(2).max(80),
        items: z.array(z.object({ code: z.string().max(20), label: z.string().trim().min(2).max(200), price: z.string().max(20) })).max(20),
      }),
      async handle({ body }) {
        const items = readAnnex(body.items);
        return store.transaction((tx) => addAnnex(tx, { name: body.name, items }, ports.now()));
      },
    }),
    defineRoute({
      method: "POST",
      path: "/api/distribution/price-annexes/:annex/notification",
      about: "Notifies it to a vendor by registered letter with receipt; fifteen days from reception for express reservations (CPS 15.4).",
      who: agency,
      params: z.object({ annex: z.uuid() }),
      body: z.object({ file, channel: z.string().max(40) }),
      async handle({ params, body, actor }) {
        const annex = await getAnnex(store, params.annex);
        return store.transaction((tx) =>
          ports.files.record(tx, body.file, { type: "price-annex-notified", actor, payload: { annex: annex.id, name: annex.name, channel: body.channel } }),
        );
      },
    }),
    defineRoute({
      method: "POST",
      path: "/api/distribution/orders",
      about: "Orders from the price list that binds the contract, with the payment or the means of payment.",
      who: sides,
      body: z.object({
        file,
        articles: z
          .array(z.object({ code: z.string().max(20), quantity: z.number().int().min(1).max(50).default(1) }))
          .min(1)
          .max(10),
        payment: z.object({ kind: z.enum(["paid", "means-of-payment"]), note: z.string().trim().min(2).max(200) }).optional(),
        for_version: z.string().max(40).optional(),
        general_conditions: z.boolean().default(false),
      }),
      async handle({ body, actor }) {
        await sideOf(room, actor, body.file);
        return viewOrder(await orderFor(room, body, actor));
      },
    }),
    defineRoute({
      method: "GET",
      path: "/api/distribution/orders",
      about: "Orders of a contract.",
      who: sides,
      query: z.object({ file }),
      async handle({ query, actor }) {
        await sideOf(room, actor, query.file);
        return (await listOrders(store, query.file)).map(viewOrder);
      },
    }),
    defineRoute({
      method: "POST",
      path: "/api/distribution/orders/:order/delivery",
      about: "Delivers: test cards are issued, the delivery stands in the contract's file, the invoice follows.",
      who: agency,
      params: one,
      body: z.object({ certificate: z.string().max(60).optional() }).default({}),
      handle: ({ params, body, actor }) => deliver(room, params.order, body, actor),
    }),
    defineRoute({
      method: "GET",
      path: "/api/distribution/orders/:order",
      about: "One order, with the numbers of its test cards.",
      who: sides,
      params: one,
      async handle({ params, actor }) {
        const order = await getOrder(store, params.order);
        await sideOf(room, actor, order.file);
        return { ...viewOrder(order), cards: (await listCards(store, order)).map(({ number, type }) => ({ number, type })) };
      },
    }),
    defineRoute({
      method: "POST",
      path: "/api/distribution/orders/:order/codes",
      about: "The codes of the test cards, once.",
      who: sides,
      params: one,
      async handle({ params, actor }) {
        const order = await getOrder(store, params.order);
        await enterArea(room, actor, order.file);
        return store.transaction((tx) => takeCodes(tx, order, ports.vault.unseal));
      },
    }),
    defineRoute({
      method: "GET",
      path: "/api/distribution/orders/:order/invoice",
      about: "The invoice, a tagged PDF; after the delivery only (annex 2).",
      who: sides,
      params: one,
      async handle({ params, actor }) {
        const order = await getOrder(store, params.order);
        await sideOf(room, actor, order.file);
        if (!order.invoice) throw distributionErrors.refuse("distribution.not-delivered", { params: { reference: order.reference }, clause: "CPS annexe 2" });
        return new Reply({ body: await ports.invoices.read(order.invoice), type: "application/pdf", headers: { "cache-control": "no-store" } });
      },
    }),
    defineRoute({
      method: "GET",
      path: "/api/distribution/contracts/:file/liability",
      about: "The ceiling of article 18.9: what was paid for distribution, with what 18.3 asks beside it.",
      who: sides,
      params: z.object({ file }),
      async handle({ params, actor }) {
        await sideOf(room, actor, params.file);
        const paid = (await listOrders(store, params.file)).reduce((sum, order) => sum + feeOf(order.items), 0);
        return {
          ceiling_cents: paid,
          ceiling: writeEuros(paid),
          clause: "CPS 18.9",
          only_if: { clause: "CPS 18.3", needs: ["serious-breach", "exclusively-the-agency"] },
          waived: { clause: "CPS 18.5", what: "indirect-loss" },
        };
      },
    }),
  ];
}
