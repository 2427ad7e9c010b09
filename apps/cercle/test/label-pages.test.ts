// The label's pages in a real browser: a buyer on a telephone, a holder from an empty form to the logo kit, the agency between them.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { checkAccessibility, eventually, hasBrowser, openBrowser, overflowsSideways, startProgram, type TestBrowser, type TestProgram } from "@cercle/testkit";
import { advancedSet, apply, done, examine, type Made, sign, standardSet } from "./label-steps.ts";

describe("the label's pages", { skip: !hasBrowser() }, () => {
  let program: TestProgram;
  let browser: TestBrowser;
  let origin = "";
  let labelled: Made;

  before(async () => {
    program = await startProgram();
    origin = program.ready.portal ?? "";
    browser = await openBrowser();
    labelled = await apply(program.data, { party: "Éditions Bêta", name: "Bêta Centre", more: { professions: ["sage-femme"] } });
    await examine(program.data, labelled, advancedSet);
    await sign(program.data, labelled);
    await eventually(async () => ((await (await fetch(`${origin}/public/label.json`)).json()) as unknown[]).length === 1);
  });
  after(async () => {
    await browser?.close();
    await program?.stop();
  });

  type Page = Awaited<ReturnType<TestBrowser["open"]>>["page"];
  const sound = async (page: Page, name: string): Promise<void> => {
    for (const width of [360, 1280]) {
      await page.setViewportSize({ width, height: 740 });
      assert.deepEqual(await checkAccessibility(page), [], name);
      assert.equal(await overflowsSideways(page), false, `${name} at ${width}`);
      const target = process.env.CARD_SHOTS;
      if (target) await page.screenshot({ path: join(target, `${name}-${width}.png`), fullPage: true });
    }
  };
  const enter = async (page: Page, name: RegExp): Promise<void> => {
    await page.goto(`${origin}/sandbox/enter`);
    await page.getByRole("button", { name }).press("Enter");
    await page.waitForURL(/\/(?!sandbox\/enter)/);
  };

  it("a buyer finds a product by profession and level in three actions, on a telephone, with the keyboard", async () => {
    const { page } = await browser.open({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });
    await page.goto(`${origin}/label`);
    assert.equal(await overflowsSideways(page), false);
    assert.deepEqual(await checkAccessibility(page), []);
    const focus = async (selector: string): Promise<void> => {
      for (let i = 0; i < 30; i++) {
        if (await page.evaluate(`document.activeElement?.matches(${JSON.stringify(selector)})`)) return;
        await page.keyboard.press("Tab");
      }
      assert.fail(`${selector} is not reached with the keyboard`);
    };
    // One: the profession. Two: the level. Three: search.
    await focus("#profession");
    await page.keyboard.type("Sage");
    await focus("#level");
    await page.keyboard.type("Niveau A");
    await focus("form button");
    await page.keyboard.press("Enter");
    await page.waitForURL(/profession=sage-femme&level=advanced/);
    assert.deepEqual(await page.locator("main h3").allTextContents(), ["Bêta Centre"]);
    await sound(page, "label-list");
    const { mark } = await done<{ mark: string }>(program.data, "POST", `/api/label/products/${labelled.product}/kit`);
    await page.goto(`${origin}/label/logo`);
    await page.fill("#mark", mark.toLowerCase());
    await page.keyboard.press("Enter");
    await page.waitForURL(new RegExp(`/label/logo/${mark}`));
    assert.match((await page.locator("main [role=status]").first().textContent()) ?? "", /valable aujourd’hui/);
    assert.deepEqual(await checkAccessibility(page), []);
    await page.goto(`${origin}/label/logo`);
    const svg = Buffer.from(await (await fetch(`${origin}/label/logo/${mark}/logo.svg`)).arrayBuffer());
    await page.locator("#file").setInputFiles({ name: "logo.svg", mimeType: "image/svg+xml", buffer: svg });
    await page.getByText("Fichier d’origine, valable aujourd’hui.").waitFor();
    assert.deepEqual(await checkAccessibility(page), []);
    // What the agency and its holder see is closed to anybody else.
    assert.equal((await fetch(`${origin}/label/products/${labelled.product}`)).status, 401);
  });

  it("a holder fills the sheet, loses nothing to its errors, proves, signs and gets the kit; the agency says what it found", async () => {
    const parties = await done<readonly { id: string; name: string }[]>(program.data, "GET", "/api/parties");
    const party = parties.find(({ name }) => name === "Éditions Liaison")?.id;
    const { reference } = await done<{ reference: string }>(program.data, "POST", "/api/files", { instrument: "label-convention", party });
    const { page } = await browser.open({ locale: "fr-FR" });
    await enter(page, /Inès Corre/);
    await page.goto(`${origin}/label/products`);
    await page.getByRole("link", { name: "Demander le label" }).press("Enter");
    await page.getByLabel("Raison sociale").fill("Éditions Liaison");
    await page.evaluate('document.querySelector("main form").noValidate = true');
    await page.getByRole("button", { name: "Déposer la demande" }).press("Enter");
    const told = page.getByRole("alert");
    await told.getByText("Nom commercial : manque").waitFor();
    await told.getByText("Siège : manque ou ne se lit pas").waitFor();
    assert.doesNotMatch((await told.textContent()) ?? "", /_|medecin-/, "no field is told by its name in the API");
    assert.equal(await page.getByLabel("Raison sociale").inputValue(), "Éditions Liaison", "what was typed is there");
    await sound(page, "label-application");
    const texts = {
      Siège: "1 rue du Test",
      Téléphone: "0100000000",
      "Adresse électronique": "label@editeur.test",
      "Lieu d’immatriculation": "Brest",
      "Numéro d’immatriculation": "987654321",
      "Nom commercial": "Liaison Centre",
      Composants: "Agenda\nDossier",
      "Version présentée": "1.0",
      "Nombre maximum de sites (multisite)": "12",
      "Module certifié": "LAP fictif",
      "Numéro du certificat LAP": "L-1",
      "Certificat LAP valable jusqu’au": "2040-01-01",
      "Numéro d’homologation DMP": "D-1",
      "Numéro d’agrément SESAM-Vitale": "S-1",
    };
    for (const [label, text] of Object.entries(texts)) await page.getByLabel(label, { exact: true }).fill(text);
    await page.getByLabel("Déploiement").selectOption("Multisite");
    const boxes = [/détient les droits/, /déclaré sincère/, /seuls centres de santé/, "Infirmier", "Sage-femme", /module certifié est celui/];
    for (const label of boxes) await page.getByLabel(label).check();
    await page.getByRole("button", { name: "Déposer la demande" }).press("Enter");
    await page.waitForURL(/\/label\/products\/[0-9a-f-]{36}$/);
    const address = page.url();
    await page.getByText("Infirmier, Sage-femme").waitFor();

    await page.getByLabel("Numéro de version").fill("1.0");
    await page.getByLabel("Empreinte SHA-256 du binaire").fill("b".repeat(64));
    await page.getByRole("button", { name: "Déclarer la version" }).press("Enter");
    await page.getByText("b".repeat(64)).waitFor();
    await page.getByLabel(/FIC-AGD-1 : couverte/).check();
    await page.getByRole("button", { name: "Enregistrer l’auto-évaluation" }).press("Enter");
    await page.waitForURL(/#examination$/);
    assert.equal(await page.getByLabel(/FIC-AGD-1 : couverte/).isChecked(), true);
    const prove = async (requirement: string, name: string): Promise<void> => {
      await page.getByLabel("Exigence").selectOption(requirement);
      // Larger than any other request may be.
      await page.getByLabel("Fichier").setInputFiles({ name, mimeType: "text/plain", buffer: Buffer.from("preuve ".repeat(300_000)) });
      await page.getByRole("button", { name: "Envoyer la preuve" }).press("Enter");
    };
    await prove("FIC-AGD-1", "screen.pdf");
    await page.getByText("« screen.pdf » n’est pas ce que son nom dit").waitFor();
    await sound(page, "label-refused");
    await page.getByRole("link", { name: "Revenir à la page" }).press("Enter");
    await page.waitForURL(new RegExp(address));
    for (const requirement of standardSet) {
      await prove(requirement, `${requirement}.txt`);
      await page.getByRole("link", { name: `${requirement}.txt` }).waitFor();
    }
    await page.getByText("aucun niveau : rien à signer").waitFor();
    await sound(page, "label-product-holder");

    const record = (type: string, payload = {}) => done(program.data, "POST", `/api/files/${reference}/entries`, { type, payload });
    for (const piece of ["convention", "rules", "assurance-plan", "documents", "referential"])
      await record("piece-filed", { piece, signed_on: "2026-01-02", by: "holder" });
    await record("file-found-complete");
    await record("conformity-visit-held", { results: ["conforme"] });
    await enter(page, /Anne Kermarec/);
    await page.goto(address);
    for (const requirement of standardSet) await page.getByLabel(`Résultat pour ${requirement}`).selectOption("conforme");
    await page.getByRole("button", { name: "Enregistrer les résultats" }).press("Enter");
    await page.waitForURL(/#examination$/);
    await sound(page, "label-product-agency");
    await page.getByRole("button", { name: "Signer pour l’agence" }).press("Enter");
    await page.waitForURL(address);

    await enter(page, /Inès Corre/);
    await page.goto(address);
    await page.getByRole("button", { name: "Signer la convention" }).press("Enter");
    await page.waitForURL(address);
    // The door follows within a second: the button is there once the right is open.
    await eventually(async () => {
      await page.goto(address);
      return page.getByRole("button", { name: "Préparer le kit du logo" }).isVisible();
    });
    await page.getByRole("button", { name: "Préparer le kit du logo" }).press("Enter");
    await page.getByRole("link", { name: "SVG" }).waitFor();
    await sound(page, "label-kit");

    await page.getByRole("link", { name: "Modifier la fiche" }).press("Enter");
    await page.getByLabel("Nom commercial").fill("");
    await page.evaluate('document.querySelector("main form").noValidate = true');
    await page.getByRole("button", { name: "Modifier la fiche" }).press("Enter");
    await page.getByRole("alert").getByText("Nom commercial : manque").waitFor();
    await page.getByLabel("Nom commercial").fill("Liaison Centre 2");
    await page.getByRole("button", { name: "Modifier la fiche" }).press("Enter");
    await page.waitForURL(address);
    await page.getByText("ce qui est public reste ce qui est signé").waitFor();
    assert.match(await (await fetch(`${origin}/public/label.json`)).text(), /"Liaison Centre"/);
  });
});
