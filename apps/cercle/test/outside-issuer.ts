// An OpenID issuer that is not ours: oidc-provider as its authors ship it, development pages included.
import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import Provider, { type Configuration } from "oidc-provider";

export type OutsideIssuer = {
  readonly url: string;
  /** Registers the one client; from then on it answers. */
  open(client: { id: string; secret: string; back: string; leave: string }): void;
  /** An access token of this person, given to that client. */
  token(person: string, client: string): Promise<string>;
  stop(): Promise<void>;
};

export async function openOutsideIssuer(names: Readonly<Record<string, { given: string; family: string }>>): Promise<OutsideIssuer> {
  let provider: Provider | undefined;
  const server = createServer((request, response) => {
    if (provider) void provider.callback()(request, response);
    else response.writeHead(503).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://localhost:${(server.address() as AddressInfo).port}`;
  return {
    url,
    open({ id, secret, back, leave }) {
      const configuration: Configuration = {
        clients: [
          {
            client_id: id,
            client_secret: secret,
            redirect_uris: [back],
            post_logout_redirect_uris: [leave],
            response_types: ["code"],
            grant_types: ["authorization_code"],
          },
          {
            client_id: "other",
            client_secret: secret,
            redirect_uris: ["http://localhost/other"],
            response_types: ["code"],
            grant_types: ["authorization_code"],
          },
        ],
        cookies: { keys: [randomBytes(16).toString("hex")] },
        claims: { openid: ["sub", "SubjectNameID", "given_name", "family_name"] },
        features: { introspection: { enabled: true, allowedPolicy: async () => true } },
        findAccount: (_context, person) => ({
          accountId: person,
          claims: async () => ({ sub: person, SubjectNameID: person, given_name: names[person]?.given, family_name: names[person]?.family }),
        }),
      };
      provider = new Provider(url, configuration);
    },
    async token(person, clientId) {
      const client = await provider?.Client.find(clientId);
      if (!provider || !client) throw new Error("no such client");
      const grant = new provider.Grant({ accountId: person, clientId });
      grant.addOIDCScope("openid");
      const grantId = await grant.save();
      return new provider.AccessToken({ accountId: person, client, grantId, scope: "openid", gty: "authorization_code" } as never).save();
    },
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
