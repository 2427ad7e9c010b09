// The e-CPS application in a real Chromium at 360 pixels, against the real program; axe on every screen.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { checkAccessibility, eventually, hasBrowser, openBrowser, overflowsSideways, startProgram, type TestBrowser, type TestProgram } from "@cercle/testkit";
import { askServer } from "../src/control-socket.ts";

type Page = Awaited<ReturnType<TestBrowser["open"]>>["page"];
type Asked = { approval: string; number: string };
const small = { viewport: { width: 360, height: 740 }, locale: "fr-FR" } as const;
const pin = "4071";

describe("the e-CPS application", { skip: hasBrowser() ? false : "no Chromium" }, () => {
  let program: TestProgram;
  let browser: TestBrowser;
  let ids: readonly string[];
  let wallet: string;

  const heading = (page: Page, name: string | RegExp) => page.getByRole("heading", { level: 1, name }).waitFor();
  const press = (page: Page, name: string) => page.getByRole("button", { name, exact: true }).click();
  const clean = async (page: Page): Promise<void> => {
    assert.deepEqual(await checkAccessibility(page), []);
    assert.equal(await overflowsSideways(page), false);
    const target = process.env.WALLET_SHOTS;
    if (target) await page.screenshot({ path: `${target}/${Date.now()}.png`, fullPage: true });
  };
  const operate = async (method: "GET" | "POST" | "PUT" | "DELETE", path: string, body?: unknown): Promise<unknown> => {
    const reply = await askServer(program.data, { method, path, body }, "fr");
    assert.ok(reply && reply.status < 300, JSON.stringify(reply));
    return reply.body;
  };
  const ask = async (id: string, place = "Chromium, Lorient (56)"): Promise<Asked> =>
    (await operate("POST", "/api/sandbox/e-cps/request", { id, place })) as Asked;
  const stateOf = async (asked: Asked): Promise<string> =>
    ((await (await fetch(`${program.ready.portal}/api/sandbox/e-cps/requests/${asked.approval}`)).json()) as { state: string }).state;
  const codesOf = async (id: string): Promise<{ telephone: string; email: string }> => {
    const sent = (await (await fetch(`${program.ready.portal}/api/sandbox/e-cps/outbox?id=${id}`)).json()) as { channel: string; kind: string; text: string }[];
    const code = (channel: string): string => sent.find((message) => message.channel === channel && /\d{6}/.test(message.text))?.text.match(/\d{6}/)?.[0] ?? "";
    return { telephone: code("telephone"), email: code("email") };
  };
  const fillCodes = async (page: Page, id: string): Promise<void> => {
    const codes = await codesOf(id);
    await page.getByLabel("Code reçu par téléphone").fill(codes.telephone);
    await page.getByLabel("Code reçu par courriel").fill(codes.email);
  };
  const choosePin = async (page: Page, code: string): Promise<void> => {
    await page.getByLabel("Code à quatre chiffres").fill(code);
    await page.getByLabel("Le même code").fill(code);
    await press(page, "Activer mon e-CPS");
  };
  const activate = async (page: Page, id: string, replaces = false): Promise<void> => {
    await heading(page, "Votre e-CPS sur ce téléphone");
    await page.getByLabel("Identifiant national").fill(id);
    await press(page, "Demander l’activation de l’e-CPS");
    await heading(page, "Les deux codes reçus");
    await fillCodes(page, id);
    await press(page, "Continuer");
    await heading(page, "Conditions générales");
    await page.getByText("J’ai lu les conditions").click();
    if (replaces) await page.getByText("Je remplace l’e-CPS").click();
    await press(page, "Continuer");
    await heading(page, "Choisissez votre code");
    await choosePin(page, pin);
    await heading(page, "Votre e-CPS est active");
  };
  const telephone = async (): Promise<{ page: Page; close(): Promise<void> }> => {
    const { page, context } = await browser.open(small);
    await page.goto(wallet);
    return { page, close: () => context.close() };
  };
  const give = async (page: Page, number: string, code: string): Promise<void> => {
    await page.getByRole("group").getByRole("button", { name: number, exact: true }).click();
    await page.getByLabel("Code à quatre chiffres").fill(code);
    await press(page, "Valider la connexion");
  };

  before(async () => {
    program = await startProgram();
    browser = await openBrowser();
    wallet = program.ready.wallet ?? "";
    ids = (JSON.parse((await program.run(["people", "--json"])).out) as { id: string }[]).map((person) => person.id).filter((id) => /^8\d{11}$/.test(id));
  });
  after(async () => {
    await browser?.close();
    await program?.stop();
  });

  it("[ECPS-01] [ECPS-06] [ECPS-08] is installable, activates with codes, terms and PIN, and shows the identifier as on the card", async () => {
    const id = ids[0] ?? "";
    const { page, close } = await telephone();
    const manifest = (await (await fetch(`${wallet}/manifest.webmanifest`)).json()) as { display: string; icons: { src: string }[] };
    assert.equal(manifest.display, "standalone");
    for (const icon of manifest.icons) assert.equal((await fetch(new URL(icon.src, wallet))).headers.get("content-type"), "image/png");
    await heading(page, "Votre e-CPS sur ce téléphone");
    await clean(page);
    await page.getByLabel("Identifiant national").fill("12");
    await press(page, "Demander l’activation de l’e-CPS");
    await page.getByRole("alert").getByText("12 chiffres").waitFor();
    await clean(page);
    await page.getByLabel("Identifiant national").fill(id);
    await press(page, "Demander l’activation de l’e-CPS");
    await heading(page, "Les deux codes reçus");
    await clean(page);
    await fillCodes(page, id);
    await press(page, "Continuer");
    await heading(page, "Conditions générales");
    assert.equal(await page.getByRole("button", { name: "Continuer" }).count(), 0, "no way on without acceptance");
    await clean(page);
    await page.getByText("J’ai lu les conditions").click();
    await press(page, "Continuer");
    await heading(page, "Choisissez votre code");
    await choosePin(page, "1234");
    await page.getByRole("alert").getByText("se devine trop facilement").waitFor();
    await clean(page);
    await choosePin(page, pin);
    await heading(page, "Votre e-CPS est active");
    await page.getByText(id).first().waitFor();
    await clean(page);
    const key = (await page.evaluate(
      `new Promise((resolve, reject) => { const open = indexedDB.open("e-cps"); open.onsuccess = () => { const get = open.result.transaction("keep").objectStore("keep").get("record");
        get.onsuccess = () => { const { privateKey } = get.result.keys; crypto.subtle.exportKey("pkcs8", privateKey).then(() => resolve("exported"), () => resolve("kept:" + privateKey.extractable)); }; get.onerror = reject; }; })`,
    )) as string;
    assert.equal(key, "kept:false");
    await close();
  });

  it("[ECPS-10] [ECPS-20] approves by number and PIN, refuses, reports, and shows who received what", async () => {
    const id = ids[1] ?? "";
    const { page, close } = await telephone();
    await activate(page, id);
    const approved = await ask(id);
    await heading(page, "Est-ce bien vous ?");
    await page.getByText("Chromium, Lorient (56)").waitFor();
    await clean(page);
    await page.getByRole("group").getByRole("button", { name: approved.number, exact: true }).click();
    await heading(page, "Votre code");
    await clean(page);
    await page.getByLabel("Code à quatre chiffres").fill("9052");
    await press(page, "Valider la connexion");
    await page.getByRole("alert").getByText("Il vous reste 2 essai").waitFor();
    await page.getByLabel("Code à quatre chiffres").fill(pin);
    await press(page, "Valider la connexion");
    await heading(page, "Connexion validée");
    await clean(page);
    assert.equal(await stateOf(approved), "approved");
    await page.reload();
    await heading(page, "Connexion validée");
    await press(page, "Terminé");

    const wrong = await ask(id);
    await heading(page, "Est-ce bien vous ?");
    const choices = await page.getByRole("group").getByRole("button").allTextContents();
    await give(page, choices.find((choice) => choice !== wrong.number) ?? "", pin);
    await heading(page, "Ce n’était pas le bon nombre");
    await clean(page);
    assert.equal(await stateOf(wrong), "wrong-number");
    await press(page, "Terminé");

    const refused = await ask(id);
    await heading(page, "Est-ce bien vous ?");
    await press(page, "Refuser");
    await heading(page, "Demande refusée");
    await clean(page);
    assert.equal(await stateOf(refused), "refused");

    const reported = await ask(id, "curl, ailleurs");
    await heading(page, "Est-ce bien vous ?");
    await press(page, "Non, refuser et signaler");
    await heading(page, "Demande refusée et signalée");
    await clean(page);
    assert.equal(await stateOf(reported), "refused");
    await press(page, "Historique");
    await heading(page, "Qui a reçu quoi");
    await page.getByText("A reçu : identité, profession, situations d’exercice").waitFor();
    assert.equal(await page.getByText("N’a rien reçu").count(), 3);
    await clean(page);
    await press(page, "Accueil");
    await page.getByText("D’après vos habitudes").waitFor();
    await close();
  });

  it("[ECPS-09] [ECPS-12] three wrong PINs block it; the forgotten PIN deletes it by codes, then a new activation", async () => {
    const id = ids[2] ?? "";
    const { page, close } = await telephone();
    await activate(page, id);
    const asked = await ask(id);
    await heading(page, "Est-ce bien vous ?");
    await page.getByRole("group").getByRole("button", { name: asked.number, exact: true }).click();
    for (const code of ["9051", "9052", "9053"]) {
      await page.getByLabel("Code à quatre chiffres").fill(code);
      await press(page, "Valider la connexion");
      if (code !== "9053") await page.getByRole("alert").getByText("Ce n’est pas votre code").waitFor();
      if (code === "9051") await page.getByRole("alert").getByText("reste 2").waitFor();
    }
    await heading(page, "Votre e-CPS est bloquée");
    await page.getByText("activez de nouveau depuis l’application").waitFor();
    await clean(page);
    assert.equal(await stateOf(asked), "blocked");
    await press(page, "Code oublié ou téléphone perdu");
    await heading(page, "Supprimer l’e-CPS sans le téléphone");
    await clean(page);
    await page.getByLabel("Identifiant national").fill(id);
    await press(page, "Recevoir les codes");
    await page.getByLabel("Code reçu par téléphone").waitFor();
    await fillCodes(page, id);
    await press(page, "Supprimer l’e-CPS");
    await heading(page, "L’e-CPS est supprimée");
    await clean(page);
    await press(page, "Activer une nouvelle e-CPS");
    await activate(page, id);
    await close();
  });

  it("[ECPS-03] [ECPS-23] a second telephone replaces the first with consent; the first says so; evicted storage is explained and activates anew", async () => {
    const id = ids[3] ?? "";
    const first = await telephone();
    await activate(first.page, id);
    const second = await telephone();
    await activate(second.page, id, true);
    await first.page.reload();
    await heading(first.page, "Cette e-CPS n’est plus active");
    await clean(first.page);
    await first.close();
    // The browser evicts the telephone's storage: the key is lost with it, and the application says so and what to do.
    await second.page.goto(new URL("/outbox", wallet).href);
    await second.page.evaluate(
      `new Promise((done, failed) => { const gone = indexedDB.deleteDatabase("e-cps"); gone.onsuccess = done; gone.onerror = failed; gone.onblocked = failed; })`,
    );
    await second.page.goto(wallet);
    await second.page.getByText("Le navigateur a effacé l’e-CPS de ce téléphone").waitFor();
    await clean(second.page);
    await activate(second.page, id, true);
    await second.close();
  });

  it("[ECPS-10] a request stopped by its door is over on the screen too, and a wave falls quiet and is answered by its number", async () => {
    const id = ids[4] ?? "";
    const { page, close } = await telephone();
    await activate(page, id);
    const asked = await ask(id);
    await heading(page, "Est-ce bien vous ?");
    const { reference } = (await operate("GET", `/api/rights/e-cps.use/${id}`)) as { reference: string };
    await operate("POST", `/api/files/${reference}/entries`, {
      type: "deactivated-for-public-interest",
      payload: { ground: "general-interest", reasons: "contrôle en cours" },
    });
    await eventually(async () => (await stateOf(asked)) === "expired");
    await heading(page, "Cette e-CPS n’est plus active");
    await page.getByText("motif d’intérêt général, e-CPS 12.2").waitFor();
    await clean(page);
    await press(page, "Activer une nouvelle e-CPS");
    await activate(page, id);
    for (const place of ["bot 1", "bot 2", "bot 3"]) await ask(id, place);
    for (let i = 0; i < 3; i++) {
      await heading(page, "Est-ce bien vous ?");
      await press(page, "Non, refuser et signaler");
      await heading(page, "Demande refusée et signalée");
    }
    await press(page, "Terminé");
    const quiet = await ask(id, "un nouvel endroit");
    await page.getByText("Des demandes ont été mises en sourdine").waitFor({ timeout: 40_000 });
    await clean(page);
    await page.getByLabel("Nombre affiché").fill(quiet.number);
    await press(page, "Trouver ma demande");
    await heading(page, "Est-ce bien vous ?");
    await give(page, quiet.number, pin);
    await heading(page, "Connexion validée");
    await close();
  });

  it("[ECPS-17] [ECPS-14] shows maintenance beforehand and new terms; refused, the e-CPS ends before they come into force", async () => {
    const id = ids[5] ?? "";
    const { page, close } = await telephone();
    await activate(page, id);
    const soon = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString();
    await operate("POST", "/api/e-cps/maintenance", { starts_at: soon(2), ends_at: soon(2.1), text: { fr: "Coupure de nuit", en: "Night stop" } });
    await operate("POST", "/api/terms/e-cps-terms", {
      version: "2027-1",
      in_force_on: soon(30).slice(0, 10),
      title: { fr: "Nouvelles conditions", en: "New terms" },
      articles: [{ number: "1", title: { fr: "Objet", en: "Object" }, text: { fr: "Un texte nouveau.", en: "A new text." } }],
    });
    await page.reload();
    await page.getByText("Coupure de nuit").waitFor();
    await clean(page);
    await press(page, "Lire et répondre");
    await heading(page, "Nouvelles conditions générales");
    await page.getByText("dernier jour d’utilisation le").waitFor();
    await clean(page);
    await press(page, "Refuser");
    await page.getByText("Vous avez refusé la version 2027-1").waitFor();
    await clean(page);
    await program.run(["clock", "set", "+P29D"]);
    const before = await ask(id);
    assert.equal(await stateOf(before), "pending");
    await program.run(["clock", "set", "+P2D"]);
    await heading(page, "Cette e-CPS n’est plus active");
    await page.getByText("conditions refusées, e-CPS 5").waitFor();
    await clean(page);
    await close();
  });

  it("[ECPS-21] [ECPS-13] [ECPS-20] settings: details changed by codes to the new ones, a new telephone by link, deactivation, rights; in English and in the dark", async () => {
    const id = ids[6] ?? "";
    const { page, close } = await telephone();
    await activate(page, id);
    await press(page, "Réglages");
    await heading(page, "Réglages");
    await page.getByText("Mes données et mes droits").click();
    await page.getByText("saisissez la CNIL").waitFor();
    await clean(page);
    await press(page, "Modifier mes coordonnées");
    await page.getByLabel("Téléphone personnel").fill("06 39 98 11 22");
    await page.getByLabel("Adresse électronique").fill("nouvelle@personne.test");
    await page.getByLabel("Code à quatre chiffres").fill(pin);
    await clean(page);
    await press(page, "Continuer");
    await page.getByLabel("Code reçu par téléphone").waitFor();
    await fillCodes(page, id);
    await press(page, "Continuer");
    await page.getByText("Les anciennes ont été prévenues").waitFor();
    await clean(page);
    await press(page, "Retour");
    await page.getByText("n•••@personne.test").waitFor();

    await press(page, "Changer de téléphone");
    await page.getByLabel("Code à quatre chiffres").fill(pin);
    await press(page, "Continuer");
    await page.getByRole("img", { name: "Code QR" }).waitFor();
    await clean(page);
    const link = (await page.locator("[data-link]").textContent()) ?? "";
    const next = await browser.open({ ...small, colorScheme: "dark" });
    await next.page.goto(link);
    await heading(next.page, "Nouveau téléphone");
    await clean(next.page);
    await press(next.page, "Continuer");
    await heading(next.page, "Conditions générales");
    await next.page.getByText("J’ai lu les conditions").click();
    await next.page.getByText("Je remplace l’e-CPS").click();
    await clean(next.page);
    await press(next.page, "Continuer");
    await choosePin(next.page, "5926");
    await heading(next.page, "Votre e-CPS est active");
    await heading(page, "Cette e-CPS n’est plus active");

    await press(next.page, "English");
    await press(next.page, "Settings");
    await heading(next.page, "Settings");
    await clean(next.page);
    await press(next.page, "Deactivate my e-CPS");
    await clean(next.page);
    await press(next.page, "Yes, deactivate");
    await heading(next.page, "Your e-CPS on this telephone");
    assert.equal(
      (
        await fetch(`${program.ready.portal}/api/sandbox/e-cps/request`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ id }),
        })
      ).status,
      409,
    );
    await next.context.close();
    await close();
  });

  it("[ECPS-20] [ECPS-21] [ECPS-25] the portal shows a professional what concerns them, takes a request, deletes the e-CPS; nothing without their session", async () => {
    const id = ids[7] ?? "";
    assert.equal((await program.run(["e-cps", "activate", "--id", id, "--pin", pin])).code, 0);
    assert.equal((await program.run(["mailbox", "add", "equipe@alpha.mssante.test", "--kind", "organisational", "--responsible", id])).code, 0);
    await operate("POST", "/api/mail/alpha.mssante.test/mailboxes/equipe@alpha.mssante.test/users", { holder: ids[0] });
    const portal = program.ready.portal ?? "";
    const { page, context } = await browser.open({ viewport: { width: 360, height: 800 } });
    await page.goto(`${portal}/me`);
    await clean(page);
    await page.getByRole("link", { name: "Se connecter avec Pro Santé Connect" }).press("Enter");
    await page.getByLabel("Identifiant").fill(id);
    await page.locator("form:has(input[name=identifier]) button").first().press("Enter");
    await page.locator(".match").waitFor();
    assert.equal((await program.run(["e-cps", "approve", "--id", id, "--pin", pin])).code, 0);
    await page.getByRole("heading", { name: "Qui a reçu mes données" }).waitFor({ timeout: 30_000 });
    await clean(page);
    await page.setViewportSize({ width: 1280, height: 900 });
    await clean(page);
    const row = page.getByRole("table", { name: "Qui a reçu mes données" }).getByRole("row").nth(1);
    assert.match((await row.textContent()) ?? "", /Mon espace professionnel.*identité, profession, situations d’exercice.*e-CPS/);
    const boxes = page.getByRole("region", { name: "Mes boîtes aux lettres" });
    assert.match((await boxes.textContent()) ?? "", /equipe@alpha.*sous votre responsabilité.*Qui y a accès/);
    await page.getByLabel("Ma demande").selectOption("access");
    await page.getByLabel("Précisions").fill("Une copie de mes traces.");
    await page.getByRole("button", { name: "Envoyer à l’agence" }).press("Enter");
    await page.getByRole("status").getByText("Reçu par l’agence sous la référence").waitFor();
    const items = (await operate("GET", "/api/intake")) as { recorded_by: string }[];
    assert.ok(items.some(({ recorded_by }) => recorded_by === "professional"));
    await page.locator("summary", { hasText: "Supprimer mon e-CPS" }).press("Enter");
    await page.getByRole("button", { name: "Oui, la supprimer" }).press("Enter");
    await page.getByText("Votre e-CPS est supprimée").waitFor();
    await page.getByText("Son usage est fermé (ECPS 12.1").waitFor();
    await clean(page);
    await page.getByRole("button", { name: "Quitter mon espace" }).press("Enter");
    await page.getByText("Vous avez quitté votre espace").waitFor();
    await page.goto(`${portal}/me`);
    assert.equal(await page.getByRole("heading", { name: "Mes droits" }).count(), 0);
    await context.close();
    const asked = new URLSearchParams({ right: "access", text: "abc" });
    const stranger = await fetch(`${portal}/me/requests`, { method: "POST", body: asked, redirect: "manual" });
    assert.match(stranger.headers.get("location") ?? "", /\/me\/sign-in$/);
  });
});
