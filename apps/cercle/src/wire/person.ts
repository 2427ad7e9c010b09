// A professional's own space on the portal: an ordinary client of Pro Santé Connect, and what the rooms know of who signed in.
import { createHash, randomBytes } from "node:crypto";
import type { Cards } from "@cercle/card";
import type { Connect } from "@cercle/connect";
import type { Directory } from "@cercle/directory";
import type { ECps } from "@cercle/e-cps";
import type { Intake } from "@cercle/evidence";
import { realClock, say } from "@cercle/kernel";
import type { Operator } from "@cercle/mail";
import { type PersonSpace, type PersonView, personPages, portalTexts } from "@cercle/portal";
import type { AskRoutes } from "@cercle/web";
import { createSessions, createSignIn, type OidcClient, sessionHours } from "@cercle/webmail";
import type { House } from "../house.ts";
import { useRightName } from "./e-cps-file.ts";

type Parts = {
  readonly connect: Connect;
  readonly directory: Directory;
  readonly eCps: ECps;
  readonly cards: Cards;
  readonly operators: readonly Operator[];
  readonly intake: Intake;
  readonly asks: AskRoutes;
};

/** In a sandbox only: in `live` the portal's client comes by a file of its own, which no setting names yet. */
export async function startPerson(house: House, parts: Parts): Promise<void> {
  if (house.mode !== "sandbox") return;
  const { store, vault, space } = house;
  const origin = `${await house.origin("portal.port")}/me`;
  const sessions = createSessions({ store, seal: vault, real: realClock });
  const signIn = createSignIn({ client: () => findClient(house, parts.connect, origin), origin, sessions });
  const own: PersonSpace = {
    begin: () => signIn.begin(),
    finish: (query, browser) => signIn.finish(query, browser),
    find: (secret) => sessions.find(secret),
    end: (secret) => sessions.end(secret),
    read: await reader(house, parts),
    async endECps(person) {
      await store.transaction((tx) => parts.eCps.end(tx, person, "removed"));
    },
    ask(person, name, { right, text }) {
      const subject = say(portalTexts[`portal.me.right.${right}` as keyof typeof portalTexts], "fr");
      const item = {
        channel: "other" as const,
        receivedAt: house.governance.clock.now(),
        from: `${name} (${person})`,
        subject,
        note: text,
        by: "professional",
      };
      return store.transaction((tx) => parts.intake.receive(tx, item));
    },
  };
  house.addRoutes(
    personPages({
      space: own,
      cookieName: `cercle_me_${space.id}`,
      sessionSeconds: sessionHours * 3600,
      timeZone: space.time_zone,
      frame: (language) => house.frame(language, { kind: "nobody" }),
    }),
  );
}

async function findClient({ store, vault, governance }: House, connect: Connect, origin: string): Promise<OidcClient> {
  const { issuer } = connect.environments.bas;
  const id = `portal-${createHash("sha256").update(origin).digest("hex").slice(0, 8)}`;
  const secret = Buffer.from(await vault.secret(`client-${id}`, () => randomBytes(32))).toString("base64url");
  const client = { issuer, id, secret, scope: "openid scope_all", claim: "SubjectNameID" };
  if (await connect.clients.find(id)) return client;
  await store.transaction(async (tx) => {
    const metadata = {
      redirect_uris: [`${origin}/back`],
      post_logout_redirect_uris: [],
      token_endpoint_auth_method: "client_secret_basic" as const,
      ciba: false,
    };
    const names = { name: portalTexts["portal.me.title"], purpose: portalTexts["portal.me.rights"] };
    await connect.clients.add(tx, { id, environment: "bas", profile: "psc-2026", ...names, metadata }, secret);
    await governance.grants.grant(tx, { right: "client.sign-in", subject: id, limits: { environment: "bas" }, holder: "operator:portal", actor: "operator" });
  });
  return client;
}

async function reader(house: House, { connect, directory, eCps, cards, operators, asks }: Parts): Promise<PersonSpace["read"]> {
  const { store, governance } = house;
  const application = `${await house.origin("connect.bas.wallet_port")}/app`;
  const webmail = await house.origin("webmail.port");
  const nameOf = async (holder: string): Promise<string> => {
    const found = await directory.findProfessional(holder);
    return found ? `${found.givenName} ${found.familyName}` : holder;
  };
  type SignIn = { at: string; client_id: string; means: string; kind: string; place: string | null; result: string };
  return async (person, language): Promise<PersonView> => {
    const found = await directory.findProfessional(person);
    const signIns = (await asks.ask({ method: "GET", path: "/api/sign-ins", actor: { kind: "operator" }, language, query: { person } })) as readonly SignIn[];
    const names = new Map<string, string>();
    for (const { client_id } of signIns) {
      if (names.has(client_id)) continue;
      const client = await connect.clients.find(client_id);
      names.set(client_id, client ? say(client.name, language) : client_id);
    }
    const right = await governance.files.right(store, useRightName, person);
    const accepted =
      right && (await governance.files.entries(store, right.reference)).findLast(({ type }) => type === "terms-accepted" || type === "terms-agreed");
    return {
      name: found ? `${found.givenName} ${found.familyName}` : person,
      nationalId: person,
      profession: found?.exercises[0]?.profession.label,
      received: signIns
        .filter(({ result }) => result === "approved")
        .map(({ at, client_id, means, kind, place }) => ({
          at,
          service: names.get(client_id) ?? client_id,
          means: kind === "session" ? "session" : means,
          place: place ?? "",
        })),
      eCps: {
        devices: await eCps.devicesOf(person),
        closed: right?.state === "closed" ? { clause: right.clause, reference: right.reference } : undefined,
        terms: typeof accepted?.payload?.version === "string" ? accepted.payload.version : undefined,
      },
      cards: (await cards.list())
        .filter(({ nationalId }) => nationalId === person)
        .map(({ number, type, state, validUntil }) => ({ number, type, state, until: validUntil.toString() })),
      boxes: (await Promise.all(operators.map((operator) => boxesOf(house, operator, person, nameOf)))).flat(),
      application,
      webmail,
    };
  };
}

/** Mailboxes that this person uses or answers for; of the latter, who else has access and what they did (MSS 3, 6.2). */
async function boxesOf({ store }: House, { mailboxes }: Operator, person: string, nameOf: (holder: string) => Promise<string>): Promise<PersonView["boxes"]> {
  const own: PersonView["boxes"][number][] = [];
  for (const { address, kind, responsible } of await mailboxes.list(store)) {
    const user = await mailboxes.users.find(store, address, person);
    const answers = responsible === person && kind !== "personal";
    if (!user && !answers) continue;
    const others = answers ? (await mailboxes.users.list(store, address)).filter(({ holder }) => holder !== person) : [];
    const acts = answers ? (await mailboxes.trail.acts(store, address, "owner")).filter(({ holder }) => holder !== person) : [];
    own.push({
      address,
      kind,
      responsible: answers,
      maySend: user?.maySend ?? true,
      users: await Promise.all(others.map(({ holder }) => nameOf(holder))),
      acts: await Promise.all(acts.slice(0, 50).map(async ({ at, holder, what }) => ({ at: at.toString(), who: await nameOf(holder), what }))),
    });
  }
  return own;
}
