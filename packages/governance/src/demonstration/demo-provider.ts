// `cercle demo provider`: a provider from its request to sandbox, production, formal notice, deactivation, reactivation.
// Its two clients are real ones: what the authorization and token endpoints answer them is asked over OpenID Connect.
import { type Command, defineErrors } from "@cercle/kernel";
import { beginStory, type Played, type Stage, type Story } from "./demo-story.ts";

export const demoErrors = defineErrors({
  "governance.demo-needs-server": {
    status: 409,
    text: {
      fr: "Cette démonstration frappe aux vraies portes : lancez d’abord « cercle up », puis recommencez. Rien de plus n’est fait.",
      en: "This demonstration knocks at real doors: start “cercle up” first, then try again. Nothing more is done.",
    },
  },
});

type Ask = Parameters<NonNullable<Command["run"]>>[1]["ask"];
type Client = { client_id: string; client_secret: string; issuer: string; redirect_uris: string[] };
type Discovery = { issuer: string; authorization_endpoint: string; token_endpoint: string };

/** A client in the register of relying parties. The grant that `client add` signs is withdrawn: only the file will open the door. */
async function registerClient(ask: Ask, id: string, environment: "bas" | "production"): Promise<Client> {
  const client = (await ask({
    method: "POST",
    path: "/api/clients",
    body: { client_id: id, redirect_uris: ["http://localhost:9999/retour"], environment },
  })) as Client;
  await ask({ method: "POST", path: "/api/sandbox/withdrawals", body: { right: "client.sign-in", subject: id } });
  return client;
}

/** Discovery, then the two endpoints, as the client's own software would. */
async function knock(client: Client): Promise<readonly string[]> {
  const asked = await fetch(`${client.issuer}/.well-known/wallet-openid-configuration`).catch((cause: unknown) => {
    throw demoErrors.refuse("governance.demo-needs-server", { cause });
  });
  const discovery = (await asked.json()) as Discovery;
  const query = new URLSearchParams({
    client_id: client.client_id,
    redirect_uri: client.redirect_uris[0] ?? "",
    response_type: "code",
    scope: "openid scope_all",
    acr_values: "eidas1",
    state: "demo",
    nonce: "demo",
  });
  const page = await fetch(`${discovery.authorization_endpoint}?${query}`, { redirect: "manual", headers: { accept: "text/html" } });
  const token = await fetch(discovery.token_endpoint, {
    method: "POST",
    headers: { authorization: `Basic ${Buffer.from(`${client.client_id}:${client.client_secret}`).toString("base64")}` },
    body: new URLSearchParams({ grant_type: "refresh_token", refresh_token: "none" }),
  });
  const answer = (await token.json()) as { error?: string; error_description?: string };
  // `invalid_grant`: the client itself was accepted, only the token it showed is none.
  const refused = answer.error === "unauthorized_client" ? ` (${answer.error_description})` : "";
  const open = page.status === 302 || page.status === 303;
  return [`${client.client_id}: authorization ${open ? "✓ sign-in page" : `✗ ${page.status}`}; token ${answer.error ?? token.status}${refused}`];
}

type Clients = { bas: Client; production: Client };

async function connect(story: Story, { bas, production }: Clients): Promise<void> {
  await story.tries("access-requested", "provider", { role: "service-operator", legal_person: false });
  await story.act("access-requested", "provider", { role: "service-operator", legal_person: true, registered_in_union: true });
  await story.tries("request-accepted", "agency");
  await story.act("request-sent-back", "agency", { missing: ["terms"] });
  await story.act("access-requested", "provider", { role: "service-operator", legal_person: true, registered_in_union: true });
  await story.act("terms-accepted", "provider", { version: "1.0" });
  await story.act("request-accepted", "agency", {}, () => knock(bas));
  await story.act("client-registered", "agency", { client_id: bas.client_id, environment: "bas" }, () => knock(bas));
  await story.tries("client-registered", "agency", { client_id: production.client_id, environment: "production" });
  await story.waits({ by: "P2M" }, { fr: "deux mois d’intégration", en: "two months of integration" });
  await story.tries("production-opened", "agency");
  await story.act("integration-validated", "agency");
  await story.act("production-opened", "agency", {}, () => knock(production));
  await story.act("client-registered", "agency", { client_id: production.client_id, environment: "production" }, () => knock(production));
}

async function notice(story: Story, { bas, production }: Clients): Promise<void> {
  const both = async (): Promise<readonly string[]> => [...(await knock(bas)), ...(await knock(production))];
  await story.waits({ by: "P7M" }, { fr: "sept mois de service", en: "seven months of service" });
  await story.act("formal-notice-sent", "agency", { non_conformities: ["EX-12"], delay: { length: 1, unit: "months" } });
  await story.tries("deactivated", "agency");
  await story.waits({ by: "P4D" }, { fr: "la lettre voyage", en: "the letter travels" });
  await story.act("letter-received", "agency");
  await story.act("extension-of-time-asked", "provider", { reasons: "prestataire en défaut" }, both);
  const until = (await story.today()).add({ days: 60 }).toString();
  await story.act("extension-of-time-granted", "agency", { until, risk: "faible" });
  await story.waits({ by: "P1M2D" }, { fr: "plus d’un mois : le délai accordé court", en: "more than a month: the time granted runs" });
  await story.tries("deactivated", "agency");
  await story.waits(
    { clause: "PSC-12.2" },
    { fr: "fin du délai accordé : rien ne se ferme de soi-même", en: "end of the time granted: nothing closes by itself" },
  );
  await story.act("deactivated", "agency", {}, both);
  await story.tries("reactivated", "agency");
  await story.waits({ by: "P1M" }, { fr: "un mois fermé", en: "a month closed" });
  await story.act("measures-examined", "agency");
  await story.act("reactivated", "agency", {}, both);
}

export const demoProvider: Command = {
  words: ["demo", "provider"],
  about: {
    fr: "joue un fournisseur de service, de la demande à la réactivation, avec deux vrais clients ; avance l’horloge d’un an environ",
    en: "plays a service provider, from request to reactivation, with two real clients; moves the clock by about a year",
  },
  async run(_input, context) {
    const played = await playProvider(context);
    return context.json ? played : undefined;
  },
};

/** The whole story, on any stage; its two clients knock over the network. */
export async function playProvider(stage: Stage): Promise<Played> {
  const mark = Date.now().toString(36).slice(-5);
  const clients = {
    bas: await registerClient(stage.ask, `demo-${mark}-bas`, "bas"),
    production: await registerClient(stage.ask, `demo-${mark}-production`, "production"),
  };
  await knock(clients.bas);
  const story = await beginStory(stage, { instrument: "psc-provider", party: `Éditeur de démonstration ${mark}` });
  await connect(story, clients);
  await notice(story, clients);
  return { reference: story.reference, steps: story.told, clients: [clients.bas.client_id, clients.production.client_id] };
}
