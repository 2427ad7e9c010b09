// The webmail in the house: mailboxes through the operators of this house, persons and addresses through the directory, sign-in with
// Pro Santé Connect as a client like any other.
import { createHash, randomBytes } from "node:crypto";
import type { Connect } from "@cercle/connect";
import { personGone } from "@cercle/directory";
import { realClock } from "@cercle/kernel";
import { buildReceipt, formPatientAddress, type IntegrationError, integrationErrors, mailErrors, type Operator } from "@cercle/mail";
import { type Box, createWebmail, type OidcClient, type WebmailPorts, webmailTexts } from "@cercle/webmail";
import type { House } from "../house.ts";
import { assetRoutes } from "../portal.ts";
import { lookOf } from "../space.ts";
import { type MailDirectory, readSecret } from "./mail-directory.ts";
import { namesOf, patientsOf } from "./mail-surface.ts";

export async function startWebmail(
  house: House,
  parts: { connect: Connect | undefined; directory: MailDirectory; operators: readonly Operator[]; agreement: string },
): Promise<void> {
  const { configuration, mode, space } = house;
  const { connect } = parts;
  // In `live`, and beside an issuer outside, it is a client that was made there, or it is not there.
  if ((mode === "live" || !connect) && configuration.get<string>("webmail.client_id") === "") return;
  const origin = await house.origin("webmail.port");
  const issuer = configuration.get<string>("webmail.issuer") || connect?.environments[mode === "live" ? "production" : "bas"].issuer;
  if (issuer === undefined) throw mailErrors.refuse("mail.alone-settings", { params: { settings: "webmail.issuer" } });
  const webmail = createWebmail({
    store: house.store,
    seal: house.vault,
    real: realClock,
    ports: portsOf(house, parts),
    client: () => findClient(house, connect, { issuer, origin }),
    origin,
    cookieName: `cercle_webmail_${space.id}`,
    timeZone: space.time_zone,
    frame: (language) => house.frame(language, { kind: "nobody" }),
  });
  const gone = await house.store.follow({ kind: personGone, handle: async ({ payload }) => void (await webmail.endPerson(payload.national_id)) });
  house.onStop(() => gone.stop());
  house.addListener({
    name: "webmail",
    setting: "webmail.port",
    identify: async () => ({ kind: "nobody" }),
    routes: [...webmail.routes, ...assetRoutes(lookOf(space))],
    // The way out leads to the provider, whose pages lead on.
    formAction: [
      new URL(issuer).origin,
      ...(connect ? [await house.origin("connect.bas.wallet_port"), await house.origin("connect.production.wallet_port")] : []),
    ],
  });
  house.addRow({ key: "webmail", label: webmailTexts["webmail.table"], value: origin });
}

/** The client of the setting; in a sandbox one made for this address, its secret in the vault. */
async function findClient(
  { configuration, vault, store, governance }: House,
  connect: Connect | undefined,
  { issuer, origin }: { issuer: string; origin: string },
): Promise<OidcClient> {
  const given = configuration.get<string>("webmail.client_id");
  const asks = { issuer, scope: configuration.get<string>("webmail.scope"), claim: configuration.get<string>("mail.identifier_claim") };
  if (given !== "" || !connect) return { ...asks, id: given, secret: readSecret(configuration, "webmail.client_secret_file") };
  const id = `webmail-${createHash("sha256").update(origin).digest("hex").slice(0, 8)}`;
  const secret = Buffer.from(await vault.secret(`client-${id}`, () => randomBytes(32))).toString("base64url");
  if (await connect.clients.find(id)) return { ...asks, id, secret };
  await store.transaction(async (tx) => {
    await connect.clients.add(
      tx,
      {
        id,
        environment: "bas",
        profile: "psc-2026",
        name: webmailTexts["webmail.welcome"],
        purpose: webmailTexts["webmail.boxes"],
        metadata: {
          redirect_uris: [`${origin}/back`],
          post_logout_redirect_uris: [`${origin}/`],
          token_endpoint_auth_method: "client_secret_basic",
          ciba: false,
        },
      },
      secret,
    );
    await governance.grants.grant(tx, { right: "client.sign-in", subject: id, limits: { environment: "bas" }, holder: "operator:webmail", actor: "operator" });
  });
  return { ...asks, id, secret };
}

function portsOf(
  house: House,
  { directory, operators, agreement }: { directory: MailDirectory; operators: readonly Operator[]; agreement: string },
): WebmailPorts {
  const { store } = house;
  const rules = patientsOf(house);
  const operatorOf = (address: string): Operator => {
    const found = operators.find(({ domain }) => address.endsWith(`@${domain}`));
    if (!found) throw new Error("no operator for this mailbox");
    return found;
  };
  const enter = async (address: string, person: string) => operatorOf(address).signIn.asPerson(address, person);
  return {
    async boxes(person) {
      const boxes: Box[] = [];
      for (const { mailboxes } of operators) {
        for (const row of await mailboxes.list(store)) {
          const user = await mailboxes.users.find(store, row.address, person);
          if (user) boxes.push({ address: row.address, kind: row.kind, maySend: user.maySend });
        }
      }
      return boxes;
    },
    async open(address, person) {
      const who = await enter(address, person);
      return who && operatorOf(address).open(who);
    },
    agreement: (address) => ({ version: operatorOf(address).agreementVersion, place: agreement }),
    agree: (address, person) =>
      store.transaction(async (tx) => {
        const { mailboxes, agreementVersion } = operatorOf(address);
        if (await mailboxes.users.find(tx, address, person)) await mailboxes.users.accept(tx, person, agreementVersion, "in the webmail");
      }),
    async submit(address, person, { recipients, raw }) {
      const who = await enter(address, person);
      if (!who) throw new Error("not a user of this mailbox");
      await operatorOf(address).submit(who, { recipients, raw, tls: "webmail" });
    },
    integrationErrors,
    patients: house.space.patients &&
      rules && { label: house.space.patients.label, domain: rules.domain, systems: rules.systems, form: (identity) => formPatientAddress(rules, identity) },
    async answerReceipt(address, person, { original, to, error }) {
      const who = await enter(address, person);
      if (!who) throw new Error("not a user of this mailbox");
      const known = error !== undefined && error in integrationErrors ? { error: error as IntegrationError } : {};
      const raw = buildReceipt({ original, from: address, to, by: "person", at: new Date(realClock.now().epochMilliseconds), ...known });
      await operatorOf(address).submit(who, { recipients: [to], raw, tls: "webmail" });
    },
    async story(address, messageId) {
      const { trail } = operatorOf(address).mailboxes;
      const digest = await trail.find(store, messageId);
      if (digest === undefined) return undefined;
      const told = await trail.of(store, digest);
      return {
        trail: told.trail.map(({ at, what, facts }) => ({ at: at.toString(), what, facts })),
        // Of this box only: what others did with their copies is theirs.
        acts: told.acts.filter((act) => act.address === address).map(({ at, holder, what }) => ({ at: at.toString(), holder, what })),
      };
    },
    acts: async (address) =>
      (await operatorOf(address).mailboxes.trail.acts(store, address, "owner")).map(({ at, holder, what, asked_by: asked, opened_by: opened, reason }) => ({
        at: at.toString(),
        holder,
        what,
        ...(asked && opened && reason ? { access: { asked, opened, reason } } : {}),
      })),
    nameOf: namesOf(house, directory),
    lookUp: directory.lookUp,
  };
}
