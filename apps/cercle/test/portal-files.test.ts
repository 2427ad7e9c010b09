// Journeys on files in a real browser, keyboard only: an officer, an operator's contact, the public.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { checkAccessibility, hasBrowser, openBrowser, overflowsSideways, startProgram, type TestBrowser, type TestProgram } from "@cercle/testkit";

type Page = Awaited<ReturnType<TestBrowser["open"]>>["page"];
const shots = process.env.JOURNEY_SHOTS;

describe("files in a browser", { skip: hasBrowser() ? false : "no Chromium" }, () => {
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

  /** Tab until the focus is on what bears this text, its label or its name. */
  const tabTo = async (page: Page, text: string): Promise<void> => {
    for (let i = 0; i < 120; i++) {
      await page.keyboard.press("Tab");
      const focused = (await page.evaluate(
        "(() => { const e = document.activeElement; return [e.textContent, e.getAttribute('aria-label'), e.name, ...[...(e.labels ?? [])].map((label) => label.textContent)].join(' ') })()",
      )) as string;
      if (focused.toLowerCase().includes(text.toLowerCase())) return;
    }
    assert.fail(`no key leads to “${text}” on ${page.url()}`);
  };
  const press = async (page: Page, text: string): Promise<void> => {
    await tabTo(page, text);
    await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
  };
  const choose = async (page: Page, label: string, option: string): Promise<void> => {
    await tabTo(page, label);
    await page.keyboard.type(option);
  };
  const enter = async (page: Page, name: string): Promise<void> => {
    await page.goto(`${portal}/sandbox/enter`);
    await press(page, `Entrer comme ${name}`);
  };
  const sound = async (page: Page, name: string): Promise<void> => {
    for (const width of [360, 1440]) {
      await page.setViewportSize({ width, height: 900 });
      assert.deepEqual(await checkAccessibility(page), [], `${name} at ${width}`);
      assert.equal(await overflowsSideways(page), false, `${name} at ${width}`);
      if (shots) await page.screenshot({ path: `${shots}/${name}-${width}.png`, fullPage: true });
    }
  };

  it("[MSS-11] [MSS-24] two parties sign, the deadline shows with its why, the clock moves, the register stays shut, a stale page is refused", async () => {
    const officer = await browser.open();
    const contact = await browser.open();
    await enter(officer.page, "Anne Kermarec");
    await sound(officer.page, "work-empty");
    await press(officer.page, "Dossiers");
    await choose(officer.page, "Partie", "Centre");
    await press(officer.page, "Ouvrir un dossier");
    const address = officer.page.url();
    assert.match(address, /\/files\/OP-/);

    await enter(contact.page, "Marc Le Goff");
    await contact.page.goto(address);
    await press(contact.page, "déclaration d’un domaine");
    await tabTo(contact.page, "le domaine");
    await contact.page.keyboard.type("ploemeur.mssante.test");
    await sound(contact.page, "act");
    await press(contact.page, "Inscrire au dossier");
    await press(contact.page, "signature du contrat");
    await press(contact.page, "Inscrire au dossier");

    await officer.page.goto(address);
    await press(officer.page, "signature du contrat");
    await press(officer.page, "Inscrire au dossier");
    await officer.page.getByText("intégration provisoire").first().waitFor();

    await press(officer.page, "Horloge");
    await sound(officer.page, "clock");
    await press(officer.page, "Avancer de un mois");
    await officer.page.goto(address);
    const next = officer.page.getByRole("region", { name: "Prochaine échéance" });
    assert.match((await next.locator("b").textContent()) ?? "", /^1[45]\d jours$/);
    await tabTo(officer.page, "Pourquoi cette date");
    await officer.page.keyboard.press("Enter");
    assert.match((await next.textContent()) ?? "", /MSS 4\.2[\s\S]*entrée/);
    await sound(officer.page, "file");

    const before = officer.page;
    await before.goto(`${address}?on=2020-01-01`);
    await before.getByText("tel qu’il était le 1 janvier 2020").waitFor();
    await before.getByText("contrat non conclu").first().waitFor();
    await sound(before, "file-then");

    // Two pages open on the same file: the second to be sent was read before the first was recorded.
    const stale = await officer.context.newPage();
    await stale.goto(`${address}/acts/certificate-issued?by=agency`);
    await officer.page.goto(`${address}/acts/certificate-issued?by=agency`);
    for (const page of [officer.page, stale]) {
      await tabTo(page, "numéro de série");
      await page.keyboard.type("4f2a91");
      await press(page, "Inscrire au dossier");
    }
    assert.equal(officer.page.url(), address);
    await stale.getByText("Le dossier a changé entre-temps").waitFor();
    await sound(stale, "stale");

    await officer.page.goto(`${portal}/work`);
    await officer.page.getByRole("link", { name: "Centre hospitalier de Plœmeur" }).first().waitFor();
    await sound(officer.page, "work");
    await officer.page.goto(`${portal}/files`);
    await sound(officer.page, "files");

    const anyone = await browser.open();
    await anyone.page.goto(`${portal}/registers`);
    await anyone.page.getByText("Aucun opérateur n’est validé").waitFor();
    await sound(anyone.page, "registers");
    const hidden = await anyone.page.goto(address);
    assert.ok([401, 403, 303].includes(hidden?.status() ?? 0) || anyone.page.url().includes("sign-in"));
    for (const { context } of [officer, contact, anyone]) await context.close();
  });
});
