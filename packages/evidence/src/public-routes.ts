// What anybody may fetch without an account: heads, their exact signed text, their timestamp, proofs of growth, the anchors.
import type { Store } from "@cercle/store";
import { defineRoute, Reply, type Route } from "@cercle/web";
import { z } from "zod";
import { evidenceErrors } from "./errors.ts";
import type { PublishedHead } from "./heads.ts";
import { getHead, listHeads, readConsistency } from "./published.ts";

const count = z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER);
const size = z.object({ size: count });
const page = z.object({ before: count.optional(), limit: z.coerce.number().int().min(1).max(200).optional() });

export function publicEvidenceRoutes({
  store,
  origin,
  spaceName,
  anchor,
}: {
  store: Store;
  origin(): string;
  spaceName: string;
  anchor: string;
}): readonly Route[] {
  return [
    defineRoute({
      method: "GET",
      path: "/public/evidence/heads",
      about: "Published heads over all files, newest first: size, root, date, the exact signed text, the timestamp reply (base64).",
      who: "anyone",
      query: page,
      handle: async ({ query }) => ({ heads: await listHeads(store, query) }),
    }),
    defineRoute({
      method: "GET",
      path: "/public/evidence/heads.atom",
      about: "The same as an Atom feed (RFC 4287).",
      who: "anyone",
      handle: async () =>
        new Reply({ body: buildFeed(await listHeads(store, { limit: 50 }), origin(), spaceName), type: "application/atom+xml; charset=utf-8" }),
    }),
    defineRoute({
      method: "GET",
      path: "/public/evidence/heads/:size",
      about: "One head.",
      who: "anyone",
      params: size,
      handle: ({ params }) => getHead(store, params.size),
    }),
    defineRoute({
      method: "GET",
      path: "/public/evidence/heads/:size/signed",
      about: "The exact bytes that the timestamp of a head is about.",
      who: "anyone",
      params: size,
      handle: async ({ params }) => new Reply({ body: (await getHead(store, params.size)).signed, type: "application/octet-stream" }),
    }),
    defineRoute({
      method: "GET",
      path: "/public/evidence/heads/:size/timestamp",
      about: "The timestamp reply of a head (RFC 3161, DER): `openssl ts -verify -in timestamp -data signed -CAfile timestamp-anchor`.",
      who: "anyone",
      params: size,
      async handle({ params }) {
        const { token } = await getHead(store, params.size);
        if (!token) throw evidenceErrors.refuse("evidence.no-timestamp", { params: { size: params.size } });
        return new Reply({ body: Buffer.from(token, "base64"), type: "application/timestamp-reply" });
      },
    }),
    defineRoute({
      method: "GET",
      path: "/public/evidence/consistency",
      about: "Proof that the log of size `to` begins with the log of size `from` (RFC 6962 §2.1.2), hexadecimal.",
      who: "anyone",
      query: z.object({ from: count, to: count }),
      async handle({ query }) {
        if (query.from > query.to) throw evidenceErrors.refuse("evidence.bad-sizes");
        await Promise.all([getHead(store, query.from), getHead(store, query.to)]);
        return { from: query.from, to: query.to, path: await readConsistency(store, query.from, query.to) };
      },
    }),
    defineRoute({
      method: "GET",
      path: "/public/evidence/timestamp-anchor",
      about: "The anchor of the space's own timestamp authority, PEM.",
      who: "anyone",
      handle: async () => new Reply({ body: anchor, type: "application/x-pem-file" }),
    }),
  ];
}

/** RFC 4287. Every value is ours and plain, the space's name excepted. */
function buildFeed(heads: readonly PublishedHead[], origin: string, spaceName: string): string {
  const at = `${origin}/public/evidence/heads`;
  const title = spaceName.replace(/[<>&"']/g, " ");
  const entries = heads.map(
    (head) =>
      `<entry><id>urn:uuid:${head.log}:${head.size}</id><title>${head.size} ${head.root}</title><updated>${head.at}</updated><link href="${at}/${head.size}"/><summary>${head.root}</summary></entry>`,
  );
  return `<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom"><id>${at}</id><title>${title}</title><author><name>${title}</name></author><updated>${heads[0]?.at ?? "1970-01-01T00:00:00Z"}</updated><link rel="self" href="${at}.atom"/>${entries.join("")}</feed>\n`;
}
