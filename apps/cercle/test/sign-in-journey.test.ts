// The journey of a sign-in: a relying party's page, the sign-in page, and the e-CPS application in a second window of
// telephone size; and browser and application on one telephone.
import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, describe, it } from "node:test";
import { checkAccessibility, hasBrowser, openBrowser, overflowsSideways, startProgram, type TestBrowser, type TestProgram } from "@cercle/testkit";

type Page = Awaited<ReturnType<TestBrowser["open"]>>["page"];
type Client = { client_id: string; client_secret: string };
type Discovery = { authorization_endpoint: string; token_endpoint: string; userinfo_endpoint: string };

const pin = "4071";
const telephoneSize = { viewport: { width: 360, height: 740 } } as const;

describe("a sign-in with the e-CPS", { skip: hasBrowser() ? false : "no Chromium" }, () => {
  let program: TestProgram;
  let browser: TestBrowser;
  let party: Server;
  let home: string;
  let ids: readonly string[];

  const json = async <T>(...words: readonly string[]): Promise<T> => {
    const { code, out, err } = await program.run([...words, "--json"]);
    assert.equal(code, 0, err);
    return JSON.parse(out) as T;
  };
  /** A service of a few lines: its page, and the code it receives turned into an identity. */
  const startParty = async (): Promise<void> => {
    let client: Client;
    let discovery: Discovery;
    party = createServer(async (request, reply) => {
      const url = new URL(request.url ?? "/", home);
      reply.setHeader("content-type", "text/html; charset=utf-8");
      if (url.pathname !== "/cb") {
        const query = new URLSearchParams({
          client_id: client.client_id,
          response_type: "code",
          scope: "openid scope_all",
          redirect_uri: `${home}/cb`,
          state: "s1",
          nonce: "n1",
          acr_values: "eidas1",
          prompt: "login",
        });
        reply.end(
          `<!doctype html><html lang="fr"><title>Service</title><h1>Mon service</h1><a href="${discovery.authorization_endpoint}?${query}">S’identifier</a>`,
        );
        return;
      }
      const tokens = (await (
        await fetch(discovery.token_endpoint, {
          method: "POST",
          headers: { authorization: `Basic ${Buffer.from(`${client.client_id}:${client.client_secret}`).toString("base64")}` },
          body: new URLSearchParams({ grant_type: "authorization_code", code: url.searchParams.get("code") ?? "", redirect_uri: `${home}/cb` }),
        })
      ).json()) as { access_token: string };
      const person = (await (await fetch(discovery.userinfo_endpoint, { headers: { authorization: `Bearer ${tokens.access_token}` } })).json()) as {
        SubjectNameID?: string;
        preferred_username?: string;
      };
      reply.end(`<!doctype html><html lang="fr"><title>Service</title><h1>Bonjour ${person.SubjectNameID ?? person.preferred_username}</h1>`);
    });
    await new Promise<void>((done) => party.listen(0, "127.0.0.1", done));
    home = `http://localhost:${(party.address() as AddressInfo).port}`;
    client = await json<Client>("client", "add", "--id", "journey", "--redirect-uri", `${home}/cb`);
    discovery = (await (await fetch(program.ready.connect_bas ?? "")).json()) as Discovery;
  };
  const heading = (page: Page, name: string) => page.getByRole("heading", { name }).waitFor({ timeout: 30_000 });
  const press = (page: Page, name: string) => page.getByRole("button", { name, exact: true }).click();
  const activate = async (page: Page, id: string): Promise<void> => {
    await page.goto(program.ready.wallet ?? "");
    await page.getByLabel("Identifiant national").fill(id);
    await press(page, "Demander l’activation de l’e-CPS");
    await heading(page, "Les deux codes reçus");
    const sent = (await (await fetch(`${program.ready.portal}/api/sandbox/e-cps/outbox?id=${id}`)).json()) as { channel: string; text: string }[];
    const code = (channel: string): string => sent.find((message) => message.channel === channel)?.text.match(/\d{6}/)?.[0] ?? "";
    await page.getByLabel("Code reçu par téléphone").fill(code("telephone"));
    await page.getByLabel("Code reçu par courriel").fill(code("email"));
    await press(page, "Continuer");
    await page.getByText("J’ai lu les conditions").click();
    await press(page, "Continuer");
    await page.getByLabel("Code à quatre chiffres").fill(pin);
    await page.getByLabel("Le même code").fill(pin);
    await press(page, "Activer mon e-CPS");
    await heading(page, "Votre e-CPS est active");
  };
  const begin = async (page: Page, id: string): Promise<string> => {
    await page.goto(home);
    await page.getByRole("link", { name: "S’identifier" }).click();
    await page.getByLabel("Votre identifiant").fill(id);
    await press(page, "Continuer");
    await heading(page, "Choisissez ce nombre sur votre téléphone");
    return (await page.locator(".match").textContent())?.trim() ?? "";
  };
  const answer = async (page: Page, number: string): Promise<void> => {
    await heading(page, "Est-ce bien vous ?");
    await page.getByRole("group").getByRole("button", { name: number, exact: true }).click();
    await page.getByLabel("Code à quatre chiffres").fill(pin);
    await press(page, "Valider la connexion");
  };
  const clean = async (page: Page): Promise<void> => {
    assert.deepEqual(await checkAccessibility(page), []);
    assert.equal(await overflowsSideways(page), false);
  };

  const open = async (environment: Record<string, string> = {}): Promise<void> => {
    program = await startProgram({ environment });
    ids = (await json<{ id: string }[]>("people")).map((person) => person.id).filter((id) => /^8\d{11}$/.test(id));
    await startParty();
  };
  before(async () => {
    browser = await openBrowser();
    await open();
  });
  after(async () => {
    party?.closeAllConnections();
    party?.close();
    await browser?.close();
    await program?.stop();
  });

  it("[ECPS-01] [ECPS-10] signs in at the service's page with the application in a second window; the history names the service", async () => {
    const id = ids[0] ?? "";
    const telephone = await browser.open(telephoneSize);
    await activate(telephone.page, id);
    const desk = await browser.open();
    const number = await begin(desk.page, id);
    await clean(desk.page);
    await heading(telephone.page, "Est-ce bien vous ?");
    await telephone.page.getByText("journey").first().waitFor();
    await clean(telephone.page);
    await answer(telephone.page, number);
    await heading(telephone.page, "Connexion validée");
    await heading(desk.page, `Bonjour ${id}`);
    await telephone.page.getByRole("button", { name: "Historique" }).click();
    await telephone.page.getByText("A reçu : identité, profession, situations d’exercice").waitFor();
    await desk.context.close();

    const again = await browser.open();
    await begin(again.page, id);
    await heading(telephone.page, "Est-ce bien vous ?");
    await press(telephone.page, "Refuser");
    await again.page.getByText("Demande refusée", { exact: true }).first().waitFor({ timeout: 30_000 });
    await clean(again.page);
    await again.context.close();

    const wrong = await browser.open();
    const shown = await begin(wrong.page, id);
    await heading(telephone.page, "Est-ce bien vous ?");
    const choices = await telephone.page.getByRole("group").getByRole("button").allTextContents();
    await answer(telephone.page, choices.find((choice) => choice !== shown) ?? "");
    await heading(telephone.page, "Ce n’était pas le bon nombre");
    await wrong.page.getByText("Ce n’était pas le bon nombre").first().waitFor({ timeout: 30_000 });
    await wrong.context.close();
    await telephone.context.close();
  });

  it("[ECPS-09] [ECPS-23] the sign-in page says that the PIN is blocked, and asking again says what to do", async () => {
    const id = ids[2] ?? "";
    const telephone = await browser.open(telephoneSize);
    await activate(telephone.page, id);
    const desk = await browser.open();
    const number = await begin(desk.page, id);
    await heading(telephone.page, "Est-ce bien vous ?");
    await telephone.page.getByRole("group").getByRole("button", { name: number, exact: true }).click();
    for (const [code, says] of [
      ["9051", "reste 2"],
      ["9052", "reste 1"],
      ["9053", undefined],
    ] as const) {
      await telephone.page.getByLabel("Code à quatre chiffres").fill(code);
      await press(telephone.page, "Valider la connexion");
      if (says) await telephone.page.getByRole("alert").getByText(says).waitFor();
    }
    await heading(telephone.page, "Votre e-CPS est bloquée");
    await clean(telephone.page);
    await heading(desk.page, "e-CPS bloquée");
    await clean(desk.page);
    await desk.page.getByRole("link", { name: "Recommencer" }).click();
    await desk.page.getByLabel("Votre identifiant").fill(id);
    await press(desk.page, "Continuer");
    await desk.page.getByRole("alert").getByText("bloquée").waitFor();
    await clean(desk.page);
    await desk.context.close();
    await telephone.context.close();
  });

  it("[ECPS-10] signs in with browser and application on one telephone: a link there, and a way back that survives a reload", async () => {
    const id = ids[1] ?? "";
    const { page, context } = await browser.open(telephoneSize);
    await activate(page, id);
    const number = await begin(page, id);
    await clean(page);
    await page.getByRole("link", { name: "Ouvrir l’application e-CPS sur ce téléphone" }).click();
    const app = context.pages().at(-1) ?? page;
    await answer(app, number);
    await heading(app, "Connexion validée");
    await app.reload();
    await heading(app, "Connexion validée");
    await clean(app);
    await app.getByRole("link", { name: "Revenir à la connexion" }).click();
    await heading(app, `Bonjour ${id}`);
    await context.close();
  });

  it("[ECPS-10] nobody answers in time: the sign-in page and the application both say so, and it starts again", async () => {
    party.closeAllConnections();
    party.close();
    await program.stop();
    await open({ CERCLE_E_CPS_APPROVAL_SECONDS: "15" });
    const id = ids[0] ?? "";
    const telephone = await browser.open(telephoneSize);
    await activate(telephone.page, id);
    const desk = await browser.open();
    const number = await begin(desk.page, id);
    await heading(telephone.page, "Est-ce bien vous ?");
    await heading(desk.page, "Demande expirée");
    await clean(desk.page);
    // A telephone that was put aside with the request on its screen.
    if (await telephone.page.getByRole("heading", { name: "Est-ce bien vous ?" }).isVisible()) {
      await answer(telephone.page, number).catch(() => undefined);
    }
    await heading(telephone.page, "La demande a expiré");
    await clean(telephone.page);
    await desk.page.getByRole("link", { name: "Recommencer" }).click();
    await desk.page.getByLabel("Votre identifiant").waitFor();
    await desk.context.close();
    await telephone.context.close();
  });
});
