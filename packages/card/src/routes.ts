// API of cards. Keys and codes leave by no route but the answer to a creation, once.
import { Temporal } from "@cercle/kernel";
import { defineRoute, type Route } from "@cercle/web";
import { z } from "zod";
import { cardTypes } from "./card-data.ts";
import type { Cards, CardView } from "./cards.ts";
import { cardErrors } from "./errors.ts";
import type { Insertions } from "./insertions.ts";
import { unblockCard } from "./unblock.ts";
import { cardVersions } from "./versions.ts";
import { slotPort } from "./vpcd.ts";

const one = z.object({ card: z.string().regex(/^\d{10}$/) });
const name = z.string().trim().min(1).max(80);
const pin = z.string().regex(/^\d{4}$/);
const officers = ["officer", "auditor"];

/** A card in JSON. */
export function describeCard(card: CardView): Record<string, unknown> {
  return {
    card: card.number,
    id: card.nationalId,
    type: card.type,
    version: card.version,
    family_name: card.holder.familyName,
    given_name: card.holder.givenName,
    state: card.state,
    pin_tries: card.pinTries,
    puk_tries: card.pukTries,
    valid_from: card.validFrom.toString(),
    valid_until: card.validUntil.toString(),
    revoked_at: card.revokedAt?.toString() ?? null,
    reader: card.reader ?? null,
    signature_only: card.signatureOnly,
    serials: card.serials,
  };
}

export function cardRoutes({ cards, insertions }: { cards: Cards; insertions: Insertions }): readonly Route[] {
  return [
    defineRoute({ method: "GET", path: "/api/cards", about: "Cards of the space.", who: officers, handle: async () => (await cards.list()).map(describeCard) }),
    defineRoute({
      method: "GET",
      path: "/api/cards/:card",
      about: "One card.",
      who: officers,
      params: one,
      handle: async ({ params }) => describeCard(await cards.find(params.card)),
    }),
    defineRoute({
      method: "POST",
      path: "/api/cards",
      about: "Makes a card: keys made in it, certificates by the PKI. The codes are answered once.",
      who: "operator",
      body: z.object({
        id: z.string().trim().min(3).max(60),
        type: z.enum(cardTypes),
        version: z.enum(cardVersions).optional(),
        not_after: z.iso.date().optional(),
        not_before: z.iso.date().optional(),
        pin: pin.optional(),
        signature_only: z.boolean().optional(),
        holder: z.object({ family_name: name, given_name: name, structure: z.object({ id: name, name }).optional() }).optional(),
      }),
      async handle({ body }) {
        const made = await cards.create({
          id: body.id,
          type: body.type,
          version: body.version,
          pin: body.pin,
          signatureOnly: body.signature_only,
          notAfter: body.not_after ? Temporal.Instant.from(`${body.not_after}T23:59:59Z`) : undefined,
          notBefore: body.not_before ? Temporal.Instant.from(`${body.not_before}T00:00:00Z`) : undefined,
          holder: body.holder ? { familyName: body.holder.family_name, givenName: body.holder.given_name, structure: body.holder.structure } : undefined,
        });
        return { card: made.card.number, id: made.card.nationalId, type: made.card.type, pin: made.pin, puk: made.puk };
      },
    }),
    defineRoute({
      method: "POST",
      path: "/api/cards/:card/revocation",
      about: "Revokes both certificates of a card.",
      who: ["officer"],
      params: one,
      body: z.object({
        reason: z.enum(["unspecified", "keyCompromise", "affiliationChanged", "superseded", "cessationOfOperation"]).default("cessationOfOperation"),
      }),
      handle: async ({ params, body }) => describeCard(await cards.revoke(params.card, body.reason)),
    }),
    defineRoute({
      method: "POST",
      path: "/api/cards/:card/unblocking",
      about: "Gives a card a new code, with its unblocking code.",
      who: "operator",
      params: one,
      body: z.object({ puk: z.string().regex(/^\d{8}$/), pin }),
      async handle({ params, body }) {
        await unblockCard({ cards, insertions }, { number: params.card, ...body });
        return describeCard(await cards.find(params.card));
      },
    }),
    defineRoute({
      method: "POST",
      path: "/api/cards/:card/insertion",
      about: "Puts a card in a virtual reader; it leaves when nobody has asked for it in ten seconds.",
      who: "operator",
      params: one,
      body: z.object({ slot: z.number().int().min(0).max(1).default(0), reader: z.string().max(260).optional() }),
      async handle({ params, body }) {
        const reader = body.reader === undefined ? { host: "127.0.0.1", port: slotPort(body.slot) } : parseReader(body.reader);
        return { insertion: await insertions.insert(params.card, reader), card: params.card, reader: `${reader.host}:${reader.port}` };
      },
    }),
    defineRoute({
      method: "PUT",
      path: "/api/insertions/:insertion",
      about: "Keeps an inserted card in; says whether it still is.",
      who: "operator",
      params: z.object({ insertion: z.uuid() }),
      handle: async ({ params }) => ({ inserted: insertions.keepAlive(params.insertion) }),
    }),
    defineRoute({
      method: "DELETE",
      path: "/api/cards/:card/insertion",
      about: "Takes a card out of its reader.",
      who: "operator",
      params: one,
      async handle({ params }) {
        await insertions.remove(params.card);
        return describeCard(await cards.find(params.card));
      },
    }),
  ];
}

/** `host:port`, `[::1]:35963`. */
function parseReader(text: string): { host: string; port: number } {
  const match = /^(?:\[([0-9a-fA-F:]+)\]|([\w.-]+)):(\d{1,5})$/.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  if (!host || port < 1 || port > 65_535) throw cardErrors.refuse("card.bad-reader");
  return { host, port };
}
