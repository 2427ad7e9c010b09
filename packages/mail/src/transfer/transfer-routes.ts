// A transfer over the API: officers of the program only, each act named in the trace.
import { defineRoute, type Route } from "@cercle/web";
import { z } from "zod";
import type { Operator } from "../operator.ts";
import type { Transfer } from "./transfer.ts";

const operator = z.object({ domain: z.string().max(120) });
const organisation = z.string().trim().min(2).max(60);
const officers = ["officer"];

export function transferRoutes(find: (domain: string) => Operator): readonly Route[] {
  const act = (name: "close" | "cancel" | "withdraw", word: string, about: string): Route =>
    defineRoute({
      method: "POST",
      path: `/api/mail/:domain/transfer/${word}`,
      about,
      who: officers,
      params: operator,
      handle: ({ params }) => transferOf(params)[name](),
    });
  const transferOf = ({ domain }: { domain: string }): Transfer => find(domain).transfer;
  return [
    defineRoute({
      method: "GET",
      path: "/api/mail/:domain/transfer",
      about: "How far the transfer of a domain is, at this end; with the code that both officers compare.",
      who: officers,
      params: operator,
      handle: ({ params }) => transferOf(params).show(),
    }),
    defineRoute({
      method: "POST",
      path: "/api/mail/:domain/transfer",
      about: "Announces the transfer of a domain to another operator (MSS 13); answers the invitation for that operator, once.",
      who: officers,
      params: operator,
      body: z.object({ organisation }),
      handle: ({ params, body }) => transferOf(params).announce(body.organisation),
    }),
    defineRoute({
      method: "POST",
      path: "/api/mail/:domain/transfer/accept",
      about: "Takes an invitation at the operator that the domain goes to.",
      who: officers,
      params: operator,
      body: z.object({ invitation: z.string().trim().max(4000), organisation }),
      handle: ({ params, body }) => transferOf(params).accept(body),
    }),
    defineRoute({
      method: "POST",
      path: "/api/mail/:domain/transfer/confirm",
      about: "Says at the source that the other operator shows this code: copying begins.",
      who: officers,
      params: operator,
      body: z.object({ code: z.string().trim().max(40) }),
      handle: ({ params, body }) => transferOf(params).confirm(body.code),
    }),
    act("close", "switch", "Closes the domain at the source; once both copies agree, certificate, listing and file go to the target."),
    act("cancel", "cancel", "Ends a transfer before the switch; the domain stays where it was."),
    act("withdraw", "withdraw", "Ends the source's copy after the switch; partners that still come are refused for good."),
  ];
}
