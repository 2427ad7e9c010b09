// How mail programs find an operator's servers by themselves: Mozilla's `config-v1.1.xml`, by the address's domain alone (nothing is said
// about who has a mailbox).
import { defineRoute, Reply, type Route } from "@cercle/web";
import { z } from "zod";

export type MailPlace = { readonly domain: string; readonly host: string; readonly submission: number; readonly imap: number };

const paths = ["/.well-known/autoconfig/mail/config-v1.1.xml", "/mail/config-v1.1.xml"];

/** Both places that programs ask: under the domain's own address, and under `autoconfig.DOMAIN`. */
export function autoconfigurationRoutes(places: readonly MailPlace[]): readonly Route[] {
  return paths.map((path) =>
    defineRoute({
      method: "GET",
      path,
      about: "Servers of a mail domain for mail programs (Mozilla autoconfiguration 1.1).",
      who: "anyone",
      query: z.object({ emailaddress: z.string().max(320) }),
      async handle({ query }) {
        const domain = query.emailaddress.slice(query.emailaddress.lastIndexOf("@") + 1).toLowerCase();
        const place = places.find((known) => known.domain === domain);
        return place
          ? new Reply({ body: describe(place), type: "application/xml; charset=utf-8" })
          : new Reply({ status: 404, body: "", type: "application/xml; charset=utf-8" });
      },
    }),
  );
}

function describe({ domain, host, submission, imap }: MailPlace): string {
  const server = (element: string, type: string, port: number): string => `    <${element} type="${type}">
      <hostname>${host}</hostname>
      <port>${port}</port>
      <socketType>STARTTLS</socketType>
      <username>%EMAILADDRESS%</username>
      <authentication>password-cleartext</authentication>
    </${element}>`;
  return `<?xml version="1.0" encoding="UTF-8"?>
<clientConfig version="1.1">
  <emailProvider id="${domain}">
    <domain>${domain}</domain>
    <displayName>${domain}</displayName>
    <displayShortName>${domain}</displayShortName>
${server("incomingServer", "imap", imap)}
${server("outgoingServer", "smtp", submission)}
  </emailProvider>
</clientConfig>
`;
}
