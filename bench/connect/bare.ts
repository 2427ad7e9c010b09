// Bare oidc-provider with a minimal adapter on the same store, opaque tokens, a page of one field that believes what is typed.
import { createPrivateKey, generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";
import { openTestStore } from "@cercle/testkit";
import { type Adapter, type AdapterPayload, type Configuration, errors, interactionPolicy, Provider } from "oidc-provider";

const { store, close } = await openTestStore({ engine: "postgres" });
await store.run(
  `create table bare (model text, id text, payload json not null, grant_id text, uid text, expires_at bigint, consumed_at bigint, primary key (model, id))`,
);
await store.run("create index on bare (grant_id) where grant_id is not null");
await store.run("create index on bare (uid) where uid is not null");
await store.run("create index on bare (expires_at)");

type Row = { payload: AdapterPayload; consumed_at: number | null };
const adapter = (model: string): Adapter => {
  const read = (row: Row | undefined): AdapterPayload | undefined => row && { ...row.payload, ...(row.consumed_at ? { consumed: row.consumed_at } : {}) };
  const now = (): number => Math.floor(Date.now() / 1000);
  return {
    async upsert(id, payload, ttl) {
      await store.run(
        `insert into bare (model, id, payload, grant_id, uid, expires_at) values ($1, $2, $3, $4, $5, $6)
         on conflict (model, id) do update set payload = excluded.payload, grant_id = excluded.grant_id, expires_at = excluded.expires_at`,
        [model, id, JSON.stringify(payload), payload.grantId ?? null, payload.uid ?? null, ttl ? now() + ttl : null],
      );
    },
    find: async (id) => read(await store.first<Row>("select payload, consumed_at from bare where model = $1 and id = $2", [model, id])),
    findByUid: async (uid) => read(await store.first<Row>("select payload, consumed_at from bare where model = $1 and uid = $2", [model, uid])),
    findByUserCode: async () => undefined,
    async consume(id) {
      if ((await store.run("update bare set consumed_at = $3 where model = $1 and id = $2 and consumed_at is null", [model, id, now()])) !== 1)
        throw new errors.InvalidGrant("used");
    },
    async destroy(id) {
      await store.run("delete from bare where model = $1 and id = $2", [model, id]);
    },
    async revokeByGrantId(grantId) {
      await store.run("delete from bare where model = $1 and grant_id = $2", [model, grantId]);
    },
  };
};

const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const jwk = { ...createPrivateKey(privateKey.export({ type: "pkcs8", format: "pem" })).export({ format: "jwk" }), kid: "bench", use: "sig", alg: "RS256" };
const policy = interactionPolicy.base();
policy.remove("consent");
const server = createServer();
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
const address = server.address();
const origin = `http://localhost:${address && typeof address === "object" ? address.port : 0}`;
const id = "bench";
const secret = "s".repeat(43);
const provider = new Provider(origin, {
  adapter,
  jwks: { keys: [jwk] },
  cookies: { keys: ["k"] },
  scopes: ["openid", "offline_access", "scope_all"],
  claims: { openid: ["sub"], scope_all: ["SubjectNameID"] },
  issueRefreshToken: async () => true,
  rotateRefreshToken: true,
  interactions: { policy, url: (_ctx, interaction) => `/login/${interaction.uid}` },
  findAccount: async (_ctx, sub) => ({ accountId: sub, claims: async () => ({ sub, SubjectNameID: sub }) }),
  async loadExistingGrant(ctx) {
    const known = ctx.oidc.session?.grantIdFor(id);
    const old = known && (await ctx.oidc.provider.Grant.find(known));
    if (old) return old;
    const grant = new ctx.oidc.provider.Grant({ clientId: id, accountId: ctx.oidc.session?.accountId ?? "" });
    grant.addOIDCScope("openid scope_all");
    await grant.save();
    return grant;
  },
  features: {
    devInteractions: { enabled: false },
    introspection: { enabled: true, allowedPolicy: async () => true },
    ciba: {
      enabled: true,
      deliveryModes: ["poll"],
      processLoginHint: async (_ctx, hint) => hint,
      validateBindingMessage: async () => undefined,
      validateRequestContext: async () => undefined,
      verifyUserCode: async () => undefined,
      triggerAuthenticationDevice: async (ctx, request, account) => {
        const grant = new ctx.oidc.provider.Grant({ clientId: id, accountId: account.accountId });
        grant.addOIDCScope("openid scope_all");
        await grant.save();
        await ctx.oidc.provider.backchannelResult(request, grant, { acr: "eidas1" });
      },
    },
  },
  routes: { token: "/token", introspection: "/token/introspect", userinfo: "/userinfo", backchannel_authentication: "/ext/ciba/auth" },
} as Configuration);
await adapter("Client").upsert(
  id,
  {
    client_id: id,
    client_secret: secret,
    redirect_uris: ["http://localhost:9/cb"],
    grant_types: ["authorization_code", "refresh_token", "urn:openid:params:grant-type:ciba"],
    response_types: ["code"],
    backchannel_token_delivery_mode: "poll",
  } as AdapterPayload,
  0,
);
const handle = provider.callback();
/** The least a sign-in by a person needs: a page to type an identifier on, and its answer. */
server.on("request", async (request, response) => {
  if (!request.url?.startsWith("/login/")) return handle(request, response);
  if (request.method === "GET") {
    const { uid, params } = await provider.interactionDetails(request, response);
    response.setHeader("content-type", "text/html; charset=utf-8");
    return response.end(`<!doctype html><title>${params.client_id}</title><form method="post" action="/login/${uid}/e-cps"><input name="identifier"></form>`);
  }
  let form = "";
  for await (const chunk of request) form += chunk;
  return provider.interactionFinished(request, response, { login: { accountId: new URLSearchParams(form).get("identifier") ?? "" } });
});
process.stdout.write(`${JSON.stringify({ issuer: origin, wallet: origin, id, secret })}\n`);
process.once("SIGTERM", () => void close().then(() => process.exit(0)));
