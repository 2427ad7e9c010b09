// Journeys of a visitor through the portal in a real browser: every width, light and dark, by keyboard, with axe.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import {
  addPasskeyDevice,
  checkAccessibility,
  hasBrowser,
  openBrowser,
  overflowsSideways,
  startProgram,
  type TestBrowser,
  type TestProgram,
} from "@cercle/testkit";
import { whole } from "./party.ts";

const widths = [320, 360, 768, 1280, 1920];
/** Everything that opens without an account. */
const open = [
  "/",
  "/help",
  "/sign-in",
  "/sandbox/enter",
  "/directory",
  "/registers?q=nobody",
  "/verify",
  "/complaint",
  "/terms/psc-provider/2026-1",
  "/what-if",
  "/no-such-page",
];

describe("the portal in a browser", { skip: hasBrowser() ? false : "no Chromium" }, () => {
  let program: TestProgram;
  let browser: TestBrowser;
  let portal: string;
  before(async () => {
    [program, browser] = await Promise.all([startProgram(), openBrowser()]);
    portal = program.ready.portal ?? "";
  });
  after(async () => {
    await browser?.close();
    await program?.stop();
  });

  for (const path of open) {
    it(`shows ${path} from 320 to 1920 px, light and dark: no accessibility fault, no sideways scrolling`, async () => {
      const { context, page } = await browser.open({ viewport: { width: 1280, height: 900 } });
      await page.goto(portal + path);
      for (const width of widths) {
        await page.setViewportSize({ width, height: 900 });
        assert.equal(await overflowsSideways(page), false, `${path} at ${width}`);
      }
      for (const [width, colorScheme] of [
        [320, "dark"],
        [1280, "light"],
      ] as const) {
        await page.setViewportSize({ width, height: 900 });
        await page.emulateMedia({ colorScheme });
        assert.deepEqual(await checkAccessibility(page), [], `${path} at ${width}, ${colorScheme}`);
      }
      await context.close();
    });
  }

  it("leads a visitor from the home page to the help by keyboard alone, without script; the language holds from page to page", async () => {
    const { context, page } = await browser.open({ javaScriptEnabled: false });
    await page.goto(portal);
    await page.keyboard.press("Tab");
    assert.match((await page.locator(":focus").textContent()) ?? "", /Aller au contenu/);
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    assert.match((await page.locator(":focus").textContent()) ?? "", /Par où commencer/);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Comment se connecter ?" }).waitFor();
    await page.getByRole("link", { name: "English" }).click();
    await page.getByRole("heading", { name: "How do I sign in?" }).waitFor();
    await page.goto(`${portal}/verify`);
    await page.getByRole("heading", { name: "Verify, and against whom it proves" }).waitFor();
    await context.close();
  });

  it("folds its places under one button on a telephone: open, Escape, again, without script", async () => {
    const { context, page } = await browser.open({ viewport: { width: 360, height: 700 }, javaScriptEnabled: false });
    await page.goto(portal);
    const registers = page.getByRole("navigation", { name: "Pages de l’espace" }).getByRole("link", { name: "Registres" });
    assert.equal(await registers.isVisible(), false);
    await page.getByRole("button", { name: "Menu" }).press("Enter");
    await registers.waitFor();
    await page.keyboard.press("Escape");
    assert.equal(await registers.isVisible(), false);
    await page.getByRole("button", { name: "Menu" }).press("Enter");
    await registers.press("Enter");
    await page.getByRole("heading", { name: "Opérateurs intégrés" }).waitFor();
    await context.close();
  });

  it("wears the look of its space", async () => {
    const { context, page } = await browser.open();
    await page.goto(portal);
    assert.equal(await page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--accent')"), "#0a6a63");
    const mark = await page.goto(`${portal}/assets/mark.svg`);
    assert.match((await mark?.text()) ?? "", /^<svg[^>]*>.*#0a6a63/);
    await context.close();
  });

  it("[MSS-24] answers a what-if by keyboard: two signatures on 31 August give until 28 February, and why", async () => {
    const { context, page } = await browser.open();
    await page.goto(`${portal}/what-if`);
    for (const by of ["operator", "agency"]) {
      await page.getByLabel("Et si l’on ajoutait").selectOption("contract-signed");
      await page.getByRole("button", { name: "Choisir" }).press("Enter");
      await page.getByLabel("Le", { exact: true }).fill("2026-08-31");
      await page.getByLabel("Partie qui agit").selectOption(by);
      await page.getByRole("button", { name: "Ajouter" }).press("Enter");
      await page.getByRole("heading", { name: "Ce qui arrive" }).waitFor();
    }
    await page.getByText("Intégration provisoire", { exact: true }).waitFor();
    const delays = page.getByRole("region", { name: "Délais" });
    await delays.getByText("28 février 2027", { exact: true }).first().waitFor();
    await delays.getByText("Pourquoi cette date ?").first().press("Enter");
    assert.match((await delays.textContent()) ?? "", /MSS 4\.2[\s\S]*6 mois/);
    assert.deepEqual(await checkAccessibility(page), []);
    // The address is the question: another browser reads the same answer.
    const other = await browser.open();
    await other.page.goto(page.url());
    await other.page.getByText("Intégration provisoire", { exact: true }).waitFor();
    for (const one of [context, other.context]) await one.close();
  });

  it("takes a complaint of anybody, gives a receipt, and refuses an empty one", async () => {
    const { context, page } = await browser.open({ javaScriptEnabled: false });
    await page.goto(`${portal}/complaint`);
    await page.getByLabel("Objet").fill("Logo usurpé");
    await page.getByLabel("Ce qui s’est passé").fill("Un site affiche le logo sans être au registre.");
    await page.getByLabel("Comment vous répondre").fill("lea@example.org");
    await page.getByRole("button", { name: "Envoyer" }).press("Enter");
    await page.getByText(/Elle porte la référence AR-\d{4}-\d{5}/).waitFor();
    const empty = await context.request.post(`${portal}/complaint`, { form: { from: "a@b", subject: "abc", note: "" } });
    assert.equal(empty.status(), 400);
    await context.close();
  });

  it("enrols a passkey from an invitation, signs out, signs in again, signs a document", async () => {
    const invited = await program.run(["account", "invite", "--name", "Zoé Ménard", "--role", "officer", "--json"]);
    assert.equal(invited.code, 0, invited.err);
    const { context, page } = await browser.open();
    await addPasskeyDevice(context, page);
    await page.goto(JSON.parse(invited.out).link);
    assert.deepEqual(await checkAccessibility(page), []);
    await page.getByRole("button", { name: "Créer ma clé d’accès" }).click();
    await page.getByRole("link", { name: "Zoé Ménard" }).click();
    await page.getByRole("heading", { name: "Zoé Ménard" }).waitFor();
    assert.deepEqual(await checkAccessibility(page), []);
    await page.getByRole("button", { name: "Se déconnecter" }).click();
    await page.goto(`${portal}/sign-in`);
    await page.getByRole("button", { name: /clé d’accès/ }).click();
    await page.getByRole("link", { name: "Zoé Ménard" }).waitFor();

    // With that passkey, a document of a file is signed: the challenge is its hash.
    const post = async (path: string, data: object): Promise<Record<string, string>> => (await context.request.post(portal + path, { data })).json();
    const { party } = await post("/api/parties", whole("Clinique de la Rade"));
    const { reference } = await post("/api/files", { instrument: "mssante-operator", party });
    await post("/api/documents", {
      file: reference,
      title: "Convention d’essai",
      paragraphs: ["Les parties conviennent d’un essai."],
      parties: [
        { party: "agency", name: "L’agence", as: "agency" },
        { party: `party:${party}`, name: "Clinique de la Rade", as: "operator" },
      ],
    });
    await page.goto(`${portal}/files/${reference}/documents`);
    await page.getByLabel("En qualité de").fill("directrice");
    await page.getByLabel("Pouvoir établi par").fill("délégation du 3 mars 2026");
    assert.deepEqual(await checkAccessibility(page), []);
    await page.getByRole("button", { name: "Signer avec ma clé d’accès" }).press("Enter");
    await page.getByText("✓ signé").waitFor();
    await page.getByText("◐ à signer").waitFor();

    const used = await page.goto(JSON.parse(invited.out).link);
    assert.equal(used?.status(), 410);
    assert.deepEqual(await checkAccessibility(page), []);
    await context.close();
  });
});
