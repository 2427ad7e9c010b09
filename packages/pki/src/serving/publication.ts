// What anyone may fetch over plain HTTP: certificates of the authorities, lists, OCSP. All of it is signed, none of it secret.
import type { IncomingMessage, ServerResponse } from "node:http";
import { createLimiter, defineRoute, Reply, type Route } from "@cercle/web";
import { z } from "zod";
import type { Authority } from "../authorities/authority.ts";
import { buildBundle } from "../encoding/bundle.ts";
import { buildError, longestRequest } from "../encoding/ocsp.ts";
import { pkiErrors } from "../errors.ts";

const ocspType = "application/ocsp-response";
/** A revocation shows within seconds: what is fetched is not kept longer by a proxy in between. */
const brief = { "cache-control": "public, max-age=5" };
const ocspPerMinute = 60_000;

export function publicationRoutes({ authority }: { authority: Authority }): readonly Route[] {
  const { authorities, lists, responder } = authority.inside;
  const find = (name: string, ending: string) => {
    const found = authorities.list.find(({ file }) => `${file}${ending}` === name);
    if (!found) throw pkiErrors.refuse("pki.no-file", { params: { name } });
    return found;
  };
  const named = z.object({ name: z.string().max(60) });
  return [
    defineRoute({
      method: "GET",
      path: "/ca/chain.p7b",
      about: "The certificates of every authority in one file (RFC 5652).",
      who: "anyone",
      handle: async () => new Reply({ type: "application/x-pkcs7-certificates", body: buildBundle(authorities.list.map(({ der }) => der)), headers: brief }),
    }),
    defineRoute({
      method: "GET",
      path: "/ca/:name",
      about: "The certificate of an authority (RFC 5280 §4.2.2.1).",
      who: "anyone",
      params: named,
      handle: async ({ params }) => new Reply({ type: "application/pkix-cert", body: find(params.name, ".cer").der, headers: brief }),
    }),
    defineRoute({
      method: "GET",
      path: "/crl/:name",
      about: "The revocation list of an authority (RFC 5280 §5).",
      who: "anyone",
      params: named,
      handle: async ({ params }) => new Reply({ type: "application/pkix-crl", body: await lists.get(find(params.name, ".crl").code), headers: brief }),
    }),
    defineRoute({
      method: "GET",
      path: "/ocsp/*",
      about: "OCSP, the request in base64 in the address (RFC 6960 appendix A.1).",
      who: "anyone",
      params: z.object({ "*": z.string().max(longestRequest * 2) }),
      perMinute: ocspPerMinute,
      handle: async ({ params }) => new Reply({ type: ocspType, body: await responder.answer(Buffer.from(params["*"], "base64")), headers: brief }),
    }),
    defineRoute({
      method: "GET",
      path: "/policy",
      about: "What certificates of this space are worth.",
      who: "anyone",
      handle: async () =>
        new Reply({
          type: "text/plain; charset=utf-8",
          body: authority.inside.test
            ? "Bac à sable : ces certificats n’attestent l’identité de personne.\nSandbox: these certificates attest nobody’s identity.\n"
            : "Politique de certification : à publier par l’autorité de cet espace.\nCertificate policy: to be published by the authority of this space.\n",
        }),
    }),
  ];
}

/** POST /ocsp (RFC 6960 appendix A.1), answered before any route: its body is DER, which the HTTP kit does not read. */
export function createOcspPost({
  authority,
  perMinute = ocspPerMinute,
}: {
  authority: Authority;
  perMinute?: number;
}): (request: IncomingMessage, response: ServerResponse) => boolean {
  const limiter = createLimiter();
  const reply = (response: ServerResponse, status: number, body: Uint8Array): void => {
    response.writeHead(status, { "content-type": ocspType, "content-length": body.length, "cache-control": "no-store", "x-content-type-options": "nosniff" });
    response.end(body);
  };
  const read = async (request: IncomingMessage): Promise<Buffer | undefined> => {
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of request as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > longestRequest) return undefined;
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  };
  return (request, response) => {
    if (request.method !== "POST" || request.url?.split("?")[0]?.replace(/\/$/, "") !== "/ocsp") return false;
    if (limiter.take(request.socket.remoteAddress ?? "", perMinute) > 0) {
      reply(response, 200, buildError("tryLater"));
      return true;
    }
    read(request)
      .then(async (body) => {
        if (!body) response.setHeader("connection", "close");
        reply(response, 200, body ? await authority.inside.responder.answer(body) : buildError("malformedRequest"));
      })
      .catch(() => {
        if (!response.headersSent) reply(response, 200, buildError("internalError"));
        else response.destroy();
      });
    return true;
  };
}
