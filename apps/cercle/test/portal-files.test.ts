// Journeys on files in a real browser, keyboard only: an officer, a second officer, an operator's contact, a vendor, a controller.
// One program for all: each journey begins where the one before has left the space.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { checkAccessibility, eventually, hasBrowser, openBrowser, overflowsSideways, startProgram, type TestBrowser, type TestProgram } from "@cercle/testkit";

type Opened = Awaited<ReturnType<TestBrowser["open"]>>;
type Page = Opened["page"];
const shots = process.env.JOURNEY_SHOTS;

describe("files in a browser", { skip: hasBrowser() ? false : "no Chromium" }, () => {
  let program: TestProgram;
  let browser: TestBrowser;
  let portal: string;
  let officer: Opened;
  let contact: Opened;
  let operatorFile: string;
  before(async () => {
    [program, browser] = await Promise.all([startProgram(), openBrowser()]);
    portal = program.ready.portal ?? "";
    [officer, contact] = await Promise.all([browser.open(), browser.open()]);
    await enter(officer.page, "Anne Kermarec");
    await enter(contact.page, "Marc Le Goff");
  });
  after(async () => {
    await browser?.close();
    await program?.stop();
  });

  /** Tab until the focus is on what bears this text, its label or its name. */
  const tabTo = async (page: Page, text: string): Promise<void> => {
    for (let i = 0; i < 160; i++) {
      await page.keyboard.press("Tab");
      const focused = (await page.evaluate(
        "(() => { const e = document.activeElement; return e === document.body ? '' : [e.textContent, e.getAttribute('aria-label'), e.name, ...[...(e.labels ?? [])].map((label) => label.textContent)].join(' ') })()",
      )) as string;
      if (focused.toLowerCase().includes(text.toLowerCase())) return;
    }
    assert.fail(`no key leads to “${text}” on ${page.url()}`);
  };
  const press = async (page: Page, text: string): Promise<void> => {
    await tabTo(page, text);
    await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
  };
  const type = async (page: Page, label: string, text: string): Promise<void> => {
    await tabTo(page, label);
    await page.keyboard.type(text);
  };
  const enter = async (page: Page, name: string): Promise<void> => {
    await page.goto(`${portal}/sandbox/enter`);
    await press(page, `Entrer comme ${name}`);
  };
  /** The form of an act, its check, its record. */
  const act = async (page: Page, name: string, fill: () => Promise<void> = async () => undefined): Promise<void> => {
    await press(page, name);
    await fill();
    await press(page, "Voir ce que cela change");
    await press(page, "Inscrire au dossier");
  };
  const sound = async (page: Page, name: string): Promise<void> => {
    for (const width of [320, 1440]) {
      await page.setViewportSize({ width, height: 900 });
      assert.equal(await overflowsSideways(page), false, `${name} at ${width}`);
      if (shots) await page.screenshot({ path: `${shots}/${name}-${width}.png`, fullPage: true });
    }
    assert.deepEqual(await checkAccessibility(page), [], name);
  };

  it("[MSS-11] [MSS-24] two parties sign after seeing what it changes; the deadline shows with its why, the clock moves, the register stays shut", async () => {
    await press(officer.page, "Dossiers");
    await type(officer.page, "Partie", "Centre");
    await press(officer.page, "Ouvrir un dossier");
    operatorFile = officer.page.url();
    assert.match(operatorFile, /\/files\/OP-/);

    await contact.page.goto(operatorFile);
    await act(contact.page, "déclaration d’un domaine", async () => {
      await type(contact.page, "le domaine", "ploemeur.mssante.test");
      await sound(contact.page, "act");
    });
    await act(contact.page, "signature du contrat");
    await officer.page.goto(operatorFile);
    await press(officer.page, "signature du contrat");
    await press(officer.page, "Voir ce que cela change");
    // Nothing is recorded yet, and everything it will change is there.
    await officer.page.getByText("Contrat non conclu →").waitFor();
    await officer.page.getByText("● s’ouvre").first().waitFor();
    await officer.page.getByText("Échanger depuis ploemeur.mssante.test").waitFor();
    await sound(officer.page, "check");
    await press(officer.page, "Inscrire au dossier");
    await officer.page.getByText("Intégration provisoire", { exact: true }).first().waitFor();

    await press(officer.page, "Bac à sable");
    await sound(officer.page, "clock");
    await press(officer.page, "Avancer de un mois");
    await officer.page.goto(operatorFile);
    const next = officer.page.getByRole("region", { name: "Prochaine échéance" });
    assert.match((await next.locator("b").textContent()) ?? "", /^1[45]\d jours$/);
    await tabTo(officer.page, "Pourquoi cette date");
    await officer.page.keyboard.press("Enter");
    assert.match((await next.textContent()) ?? "", /MSS 4\.2[\s\S]*entrée/);
    await sound(officer.page, "file");

    await officer.page.goto(`${operatorFile}?on=2020-01-01`);
    await officer.page.getByText("tel qu’il était le 1er janvier 2020").waitFor();
    await officer.page.getByText("Contrat non conclu").first().waitFor();

    const anyone = await browser.open();
    await anyone.page.goto(`${portal}/registers?q=Ploemeur`);
    await anyone.page.getByText("n’est pas au registre").waitFor();
    const hidden = await anyone.page.goto(operatorFile);
    assert.ok([401, 403, 303].includes(hidden?.status() ?? 0) || anyone.page.url().includes("sign-in"));
    await anyone.context.close();
  });

  it("[MSS-09] what the law refuses comes back on the form with its clause and what was typed; a stale page is refused whole", async () => {
    await contact.page.goto(`${operatorFile}/acts/test-mailbox-created?by=operator`);
    await type(contact.page, "adresse", "dupont@ploemeur.mssante.test");
    await press(contact.page, "Voir ce que cela change");
    assert.match((await contact.page.getByRole("alert").textContent()) ?? "", /boîte de test doit le montrer[\s\S]*MSS 4\.1/);
    assert.equal(await contact.page.getByLabel("Adresse").inputValue(), "dupont@ploemeur.mssante.test");
    await sound(contact.page, "refused");

    // Following the file: an address to call, its secret once, then what it was told.
    await contact.page.goto(`${operatorFile}/follow`);
    await type(contact.page, "Adresse à appeler", "http://127.0.0.1:9/nobody");
    await press(contact.page, "Ajouter l’appel");
    await contact.page.getByText(/whsec_/).waitFor();
    await sound(contact.page, "follow");
    await contact.page.goto(`${operatorFile}/follow`);
    assert.equal(await contact.page.getByText(/whsec_/).count(), 0);
    await press(contact.page, "Ne plus envoyer de rappel");
    await contact.page.getByText("ne reçoit pas de rappel").waitFor();

    // Two pages open on the same file: the second to be sent was read before the first was recorded.
    const stale = await officer.context.newPage();
    for (const page of [stale, officer.page]) await page.goto(`${operatorFile}/acts/certificate-issued?by=agency`);
    for (const page of [officer.page, stale]) {
      await type(page, "numéro de série", "4f2a91");
      await press(page, "Voir ce que cela change");
      await press(page, "Inscrire au dossier");
    }
    assert.ok(officer.page.url().startsWith(operatorFile));
    await stale.getByText("Le dossier a changé entre-temps").waitFor();
    await stale.close();
  });

  it("a registered letter: written by the officer, waiting for the contact, accepted to be read, its receipt in the file", async () => {
    await officer.page.goto(`${operatorFile}/letters`);
    await press(officer.page, "Écrire une lettre recommandée");
    await type(officer.page, "Objet", "Pièces attendues");
    await type(officer.page, "Texte", "Merci de joindre l’annexe 2.");
    await type(officer.page, "Adresse postale", "2 rue du Port, 56270 Ploemeur");
    await sound(officer.page, "letter-new");
    await press(officer.page, "Envoyer");
    const letter = new URL(officer.page.url()).pathname;

    await contact.page.goto(`${portal}/work`);
    await press(contact.page, "Courrier");
    await press(contact.page, letter.split("/").at(-1) ?? "");
    assert.equal(await contact.page.getByText("Merci de joindre").count(), 0);
    await press(contact.page, "Accepter et lire");
    await contact.page.getByText("Merci de joindre l’annexe 2.").waitFor();
    await sound(contact.page, "letter");
    await officer.page.goto(operatorFile);
    await officer.page.getByText("Avis de réception d’une lettre").first().waitFor();
  });

  it("a second officer confirms what the first proposed, who could not do it alone; a complaint is tied to its file", async () => {
    const reference = operatorFile.split("/").at(-1) ?? "";
    const proposed = await officer.context.request.post(`${portal}/api/decisions`, {
      data: { kind: "evidence.erase-entry", file: reference, clause: "RGPD 17", facts: { entry: 1 }, reason: "demande de la personne" },
    });
    const { reference: decision } = (await proposed.json()) as { reference: string };
    await officer.page.goto(operatorFile);
    await press(officer.page, "Voir");
    await officer.page.getByText("une autre personne doit répondre").waitFor();
    assert.equal(await officer.page.getByRole("button", { name: "Confirmer" }).count(), 0);

    const second = await browser.open();
    await enter(second.page, "Yann Le Bihan");
    await press(second.page, "Décisions à deux");
    await press(second.page, "Effacer le contenu d’une entrée");
    await sound(second.page, "decision");
    await press(second.page, "Confirmer et faire l’acte");
    await second.page.getByText("● confirmée").waitFor();
    assert.ok(second.page.url().endsWith(decision));

    // An irreversible act of the file is never one click: its form proposes it, and nothing is recorded before another confirms.
    await officer.page.goto(`${operatorFile}/acts/major-disturbance-recorded`);
    await type(officer.page, "les faits", "des milliers de messages hors liste");
    await press(officer.page, "Voir ce que cela change");
    await press(officer.page, "Inscrire au dossier");
    await officer.page.goto(`${operatorFile}/acts/exceptional-measure-taken`);
    await type(officer.page, "les raisons", "protéger les autres domaines");
    await press(officer.page, "Voir ce que cela change");
    await sound(officer.page, "by-two");
    await type(officer.page, "Motif de la décision", "vague de messages hors liste");
    await press(officer.page, "Proposer à un autre agent");
    const measure = new URL(officer.page.url()).pathname;
    assert.match(measure, /^\/decisions\/DE-/);
    const held = async (): Promise<boolean> =>
      ((await (await officer.context.request.get(`${portal}/api/files/${reference}/view`)).json()) as { holds: string[] }).holds.length > 0;
    assert.equal(await held(), false);
    await second.page.goto(portal + measure);
    await press(second.page, "Confirmer et faire l’acte");
    await second.page.getByText("● confirmée").waitFor();
    assert.equal(await held(), true);

    const anyone = await browser.open();
    await anyone.page.goto(`${portal}/complaint`);
    await type(anyone.page, "Objet", "Message abusif");
    await type(anyone.page, "Ce qui s’est passé", "Un message non sollicité de ploemeur.mssante.test.");
    await type(anyone.page, "Comment vous répondre", "02 97 00 00 00");
    await press(anyone.page, "Envoyer");
    await second.page.goto(`${portal}/work`);
    await press(second.page, "Courrier à rattacher");
    await press(second.page, "AR-");
    await type(second.page, "Référence du dossier", reference);
    await press(second.page, "Choisir");
    await sound(second.page, "intake");
    await press(second.page, `Rattacher à ${reference}`);
    assert.ok(second.page.url().startsWith(operatorFile));
    for (const one of [second, anyone]) await one.context.close();
  });

  it("[PSC-05] a vendor asks for access, is let into the sandbox, makes a client, knocks with it and reads why it was refused", async () => {
    await officer.page.goto(`${portal}/files`);
    await tabTo(officer.page, "Ouvrir un dossier");
    await officer.page.keyboard.press("Enter");
    await officer.page.getByLabel("Partie", { exact: true }).selectOption({ label: "Éditions Liaison" });
    await officer.page.locator("#of").selectOption("psc-provider");
    await press(officer.page, "Ouvrir un dossier");
    const file = officer.page.url();
    assert.match(file, /\/files\/PS-/);

    const vendor = await browser.open();
    await enter(vendor.page, "Inès Corre");
    await vendor.page.goto(file);
    await press(vendor.page, "demande d’accès");
    const choose = async (label: string, key: string): Promise<void> => {
      await tabTo(vendor.page, label);
      await vendor.page.keyboard.type(key);
    };
    await choose("rôle", "Fournisseur de service");
    await choose("personne morale", "oui");
    await choose("Union", "oui");
    await press(vendor.page, "Voir ce que cela change");
    await press(vendor.page, "Inscrire au dossier");
    await act(vendor.page, "conditions et référentiel acceptés", () => type(vendor.page, "version", "1.0"));
    await sound(vendor.page, "vendor-file");
    await officer.page.goto(file);
    await act(officer.page, "demande acceptée");

    await vendor.page.goto(`${file}/service`);
    await press(vendor.page, "Créer le client");
    await vendor.page.getByText("il n’est montré qu’une fois").waitFor();
    const secret = vendor.page.getByRole("status").filter({ hasText: "client_secret" });
    const [id, value] = await secret.locator("code").allTextContents();
    assert.ok(id && value);
    await vendor.page.goto(`${file}/service`);
    assert.equal(await vendor.page.getByText(value).count(), 0, "the secret is shown once");
    const discovery = (await vendor.page.getByRole("link", { name: /wallet-openid-configuration/ }).getAttribute("href")) ?? "";
    const { token_endpoint } = (await (await fetch(discovery)).json()) as { token_endpoint: string };
    const knock = async (password: string): Promise<string> => {
      const reply = await fetch(token_endpoint, {
        method: "POST",
        headers: { authorization: `Basic ${Buffer.from(`${id}:${password}`).toString("base64")}` },
        body: new URLSearchParams({ grant_type: "refresh_token", refresh_token: "none" }),
      });
      return ((await reply.json()) as { error: string }).error;
    };
    await eventually(async () => (await knock(value)) === "invalid_grant");
    assert.equal(await knock("wrong"), "invalid_client");
    await eventually(async () => {
      await vendor.page.reload();
      return (await vendor.page.getByText("invalid_client").count()) > 0;
    });
    await sound(vendor.page, "service");
    const other = await vendor.page.goto(operatorFile);
    assert.equal(other?.status(), 403, "another party's file stays shut");
    await vendor.context.close();
  });

  it("[PSC-11] [PSC-30] an officer announces new terms: their differences word by word, the file told, which version binds it and by which entry", async () => {
    await officer.page.goto(`${portal}/terms/psc-provider`);
    await press(officer.page, "Annoncer une version");
    await type(officer.page, "Numéro de version", "2099.1");
    await officer.page.getByLabel("Prend effet le").fill("2020-01-01");
    await tabTo(officer.page, "Article 6 ·");
    await officer.page.keyboard.press("Enter");
    await officer.page.locator('textarea[name="text_fr:6"]').press("End");
    await officer.page.keyboard.type(" Les incidents sont publiés.");
    await press(officer.page, "Annoncer cette version");
    await officer.page.getByRole("alert").getByText("doit être à venir").waitFor();
    await sound(officer.page, "terms-new");
    assert.match(await officer.page.locator('textarea[name="text_fr:6"]').inputValue(), /incidents sont publiés/, "what was typed is kept");
    await officer.page.getByLabel("Prend effet le").fill("2099-01-01");
    await press(officer.page, "Annoncer cette version");
    await officer.page.getByRole("heading", { name: "Ce qui change depuis la version 2026-1" }).waitFor();
    assert.match((await officer.page.locator("ins").allTextContents()).join(" "), /^\[\+ Les incidents sont publiés\.\]$/);
    await officer.page.getByText("Articles inchangés : 2, 3.1").waitFor();
    await sound(officer.page, "terms-differences");
    await officer.page.goto(`${portal}/terms/psc-provider/acceptances`);
    await sound(officer.page, "terms-acceptances");
    await press(officer.page, "PS-");
    const binding = officer.page.getByRole("region", { name: "Version qui lie ce dossier" });
    assert.match((await binding.textContent()) ?? "", /Version 1\.0.*entrée \d+.*La version 2099\.1 est annoncée/s);
    await officer.page.getByRole("region", { name: "Vie du dossier" }).getByText("Nouvelle version des conditions").first().waitFor();
    // A contract keeps its version until an amendment.
    await contact.page.goto(operatorFile);
    await contact.page.getByRole("region", { name: "Version qui lie ce dossier" }).getByRole("link", { name: "Version 2026-1" }).click();
    await contact.page.getByText("garde sa version jusqu’à un avenant").waitFor();
  });

  it("[MSS-34] the demonstration shows in the portal: each step in the life of the file, controls for the controller, doors shut at the end", async () => {
    const played = await program.run(["demo", "operator", "--json"], { LANG: "fr_FR.UTF-8" });
    assert.equal(played.code, 0, played.err);
    const { reference, steps } = JSON.parse(played.out) as { reference: string; steps: { step: string; refused: string | null; by: string }[] };
    const controller = await browser.open();
    await enter(controller.page, "Solène Riou");
    // Without a mandate the file is not there; an officer gives one, for this file and this month.
    await press(controller.page, "Contrôles");
    await controller.page.getByText("Aucun contrôle n’est annoncé").waitFor();
    assert.equal((await controller.page.goto(`${portal}/files/${reference}`))?.status(), 404);
    await officer.page.goto(`${portal}/files/${reference}/mandates`);
    const today = await officer.page.getByLabel("Premier jour").inputValue();
    await officer.page.getByLabel("Dernier jour").fill(`${Number(today.slice(0, 4)) + 1}${today.slice(4, 8)}01`);
    await type(officer.page, "Contrôle", "Visite de conformité");
    await press(officer.page, "Donner un mandat");
    await officer.page.getByText("● en cours").waitFor();
    await sound(officer.page, "mandates");
    await controller.page.goto(`${portal}/files`);
    await sound(controller.page, "controlled-files");
    await press(controller.page, "Contrôles");
    await controller.page.getByText("✕ écarts").first().waitFor();
    await press(controller.page, "Clinique de démonstration");
    assert.ok(controller.page.url().includes(reference));
    const life = ((await controller.page.getByRole("region", { name: "Vie du dossier" }).textContent()) ?? "").toLowerCase();
    for (const { step, refused, by } of steps)
      if (refused === null && by !== "" && !step.startsWith("letter-")) assert.ok(life.includes(step.toLowerCase()), step);
    assert.match(life, /○ fermée.*appliqué par \d+ porte/);
    // Facts of the control, and nothing that decides.
    const acts = await controller.page.locator("#acts li a").allTextContents();
    assert.deepEqual(acts, ["Données de santé vues pendant le contrôle"]);
    await controller.context.close();
  });

  it("every page of the desk, full of the demonstrations, from 320 to 1920 px without sideways scrolling and without accessibility fault", async () => {
    for (const path of ["/work", "/files", "/letters", "/calendar", "/statistics", "/controls", "/intake?which=all", "/decisions?which=all"]) {
      await officer.page.goto(portal + path);
      for (const width of [320, 768, 1920]) {
        await officer.page.setViewportSize({ width, height: 900 });
        assert.equal(await overflowsSideways(officer.page), false, `${path} at ${width}`);
      }
      await sound(officer.page, path.replace(/\W+/g, ""));
    }
    await officer.page.goto(`${portal}/work`);
    await officer.page.keyboard.press("/");
    await officer.page.keyboard.type("ploemeur");
    await Promise.all([officer.page.waitForNavigation(), officer.page.keyboard.press("Enter")]);
    assert.match(officer.page.url(), /q=ploemeur/);
  });

  it("the two demonstrations play by themselves in the portal, and real clients meet the doors", async () => {
    const played = async (button: string): Promise<string> => {
      await officer.page.goto(`${portal}/sandbox/demo`);
      await press(officer.page, button);
      // Nobody touches the page: it follows by itself to the end.
      await officer.page.getByRole("status").filter({ hasText: "terminée" }).waitFor({ timeout: 150_000 });
      return (await officer.page.getByRole("list", { name: "Étapes" }).textContent()) ?? "";
    };
    const provider = await played("Jouer un fournisseur");
    assert.match(provider, /à la porte[\s\S]*authorization ✓ sign-in page; token invalid_grant/);
    assert.match(provider, /authorization ✗[\s\S]*unauthorized_client/);
    await sound(officer.page, "demo");
    const operator = await played("Jouer un opérateur");
    assert.match(operator, /∅ Clinique de démonstration[\s\S]*✓ Clinique de démonstration/, "the latest first: out of the register, in it before");
    assert.match(operator, /refusé/);
  });
});
