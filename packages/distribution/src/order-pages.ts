// Orders on the page of a contract: what is ordered and delivered, an order from the price list that binds, test cards and their codes.
import type { Language } from "@cercle/kernel";
import { choice, field, type Html, html } from "@cercle/pages";
import { type Actor, defineRoute, Reply, type Route } from "@cercle/web";
import { z } from "zod";
import { deliver } from "./delivery.ts";
import { distributionErrors } from "./errors.ts";
import { annexOf, getOrder, listCards, listOrders, type OrderRow, orderFor, takeCodes, viewOrder } from "./orders.ts";
import { writeEuros } from "./prices.ts";
import { agency, enterArea, type Room, sideOf, sides } from "./room.ts";
import type { Words } from "./texts.ts";

export type Codes = readonly { readonly card: string; readonly type: string; readonly pin: string; readonly puk: string }[];
/** The page of a contract, with what is shown this time only. */
export type Show = (asked: { language: Language; actor: Actor; file: string; secret?: string | undefined; codes?: Codes }) => Promise<Reply>;

const one = z.object({ file: z.string().max(40) });
const oneOrder = one.extend({ order: z.string().regex(/^BC-\d{4}-\d{5}$/) });
const quantity = z.coerce.number().int().min(0).max(50);

export function orderActs(room: Room, show: Show): readonly Route[] {
  const { store, ports } = room;
  /** An order of this very contract. */
  const orderOf = async ({ file, order }: z.output<typeof oneOrder>): Promise<OrderRow> => {
    const found = await getOrder(store, order);
    if (found.file !== file) throw distributionErrors.refuse("distribution.no-order", { params: { reference: order } });
    return found;
  };
  return [
    defineRoute({
      method: "POST",
      path: "/vendors/:file/orders",
      about: "Places an order from the page.",
      who: sides,
      page: true,
      params: one,
      body: z.object({ payment: z.enum(["paid", "means-of-payment"]), note: z.string().trim().min(2).max(200) }).loose(),
      async handle({ params, body, actor }) {
        await sideOf(room, actor, params.file);
        const { items } = await annexOf(store, ports, params.file);
        const articles = items
          .map(({ code }) => ({ code, quantity: quantity.catch(0).parse(body[`quantity:${code}`] ?? 0) }))
          .filter((article) => article.quantity > 0);
        if (articles.length === 0) throw distributionErrors.refuse("distribution.nothing-ordered");
        const payment = { kind: body.payment, note: body.note };
        await orderFor(room, { file: params.file, articles, payment, general_conditions: false }, actor);
        return Reply.see(`/vendors/${params.file}#orders`);
      },
    }),
    defineRoute({
      method: "POST",
      path: "/vendors/:file/orders/:order/delivery",
      about: "Delivers an order from the page.",
      who: agency,
      page: true,
      params: oneOrder,
      async handle({ params, actor }) {
        await deliver(room, (await orderOf(params)).reference, {}, actor);
        return Reply.see(`/vendors/${params.file}#orders`);
      },
    }),
    defineRoute({
      method: "POST",
      path: "/vendors/:file/orders/:order/codes",
      about: "Shows the codes of the test cards, once.",
      who: sides,
      page: true,
      params: oneOrder,
      async handle({ params, language, actor }) {
        const order = await orderOf(params);
        await enterArea(room, actor, order.file);
        const codes = await store.transaction((tx) => takeCodes(tx, order, ports.vault.unseal));
        return show({ language, actor, file: params.file, codes });
      },
    }),
  ];
}

export async function buildOrders(room: Room, t: Words, file: string, actor: Actor): Promise<Html> {
  const { store, ports } = room;
  const side = await sideOf(room, actor, file);
  const rows: Html[] = [];
  for (const order of await listOrders(store, file)) rows.push(buildOrder(t, order, { side, cards: await listCards(store, order) }));
  const { items } = await annexOf(store, ports, file);
  const open = await ports.files.isOpen(file, "vendor-area.open");
  const form = html`<form class="stack" method="post" action="/vendors/${file}/orders"><h3>${t("distribution.order.new")}</h3>
${items.map(({ code, label, cents }) => field({ name: `quantity:${code}`, label: t("distribution.order.quantity", { label, price: writeEuros(cents) }), value: "0", type: "number", inputmode: "numeric" }))}
${choice({
  name: "payment",
  label: t("distribution.order.payment"),
  options: [
    ["means-of-payment", t("distribution.order.means")],
    ["paid", t("distribution.order.paid")],
  ],
})}${field({ name: "note", label: t("distribution.order.note"), required: true, autocomplete: "off" })}<button class="btn main">${t("distribution.order.send")}</button></form>`;
  return html`<section class="card stack" aria-labelledby="orders"><h2 id="orders">${t("distribution.contract.orders")}</h2>
${rows.length === 0 ? html`<p class="soft">${t("distribution.contract.no-order")}</p>` : html`<ul class="stack">${rows}</ul>`}${open ? form : ""}</section>`;
}

function buildOrder(
  t: Words,
  row: OrderRow,
  { side, cards }: { side: "agency" | "vendor"; cards: readonly { readonly number: string; readonly type: string; readonly held: boolean }[] },
): Html {
  const order = viewOrder(row);
  const act = (name: string, words: string): Html =>
    html`<form method="post" action="/vendors/${order.file}/orders/${order.reference}/${name}"><button class="btn" aria-label="${words} ${order.reference}">${words}</button></form>`;
  const invoice = html` · <a href="/api/distribution/orders/${order.reference}/invoice">${t("distribution.contract.invoice")}</a>`;
  const kit =
    cards.length > 0
      ? html`<p>${t("distribution.order.cards")} : ${cards.map(({ number, type }, i) => html`${i > 0 ? ", " : ""}${type} <code>${number}</code>`)}</p>${side === "vendor" && cards.some(({ held }) => held) ? act("codes", t("distribution.order.codes")) : ""}`
      : "";
  return html`<li class="stack"><p><b>${order.reference}</b> ${order.total} · ${t(`distribution.order.${order.state}`)}${order.state === "delivered" ? invoice : ""}</p>${kit}${order.state === "ordered" && side === "agency" ? act("delivery", t("distribution.order.deliver")) : ""}</li>`;
}

export function buildCodes(t: Words, codes: Codes): Html {
  const heads = (["card", "card-type", "pin", "puk"] as const).map((name) => html`<th scope="col">${t(`distribution.order.${name}`)}</th>`);
  return html`<section class="card stack" aria-labelledby="codes"><h2 id="codes">${t("distribution.order.cards")}</h2><p class="notice" role="status">${t("distribution.order.codes-once")}</p>
<table><thead><tr>${heads}</tr></thead><tbody>${codes.map(({ card, type, pin, puk }) => html`<tr><th scope="row"><code>${card}</code></th><td>${type}</td><td><code>${pin}</code></td><td><code>${puk}</code></td></tr>`)}</tbody></table></section>`;
}
