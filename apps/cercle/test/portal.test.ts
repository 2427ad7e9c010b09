// Journeys through the portal in a real browser: every width, light and dark, by keyboard, with axe.
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

describe("the portal in a browser", { skip: hasBrowser() ? false : "no Chromium" }, () => {
  let program: TestProgram;
  let browser: TestBrowser;
  let portal: string;
  before(async () => {
    [program, browser] = await Promise.all([startProgram(), openBrowser()]);
    portal = program.ready.portal ?? "";
  });
  after(async () => {
    await browser.close();
    await program.stop();
  });

  for (const path of ["/", "/help", "/sign-in"]) {
    for (const [width, colorScheme] of [
      [320, "dark"],
      [768, "light"],
      [1360, "dark"],
      [1920, "light"],
    ] as const) {
      it(`shows ${path} at ${width} px, ${colorScheme}: no accessibility fault, no sideways scrolling`, async () => {
        const { context, page } = await browser.open({ viewport: { width, height: 900 }, colorScheme });
        await page.goto(portal + path);
        assert.deepEqual(await checkAccessibility(page), []);
        assert.equal(await overflowsSideways(page), false);
        await context.close();
      });
    }
  }

  it("leads a visitor from the home page to the help by keyboard alone, in both languages, without script", async () => {
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
    await context.close();
  });

  it("enrols a passkey from an invitation, signs out, signs in again", async () => {
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
    const used = await page.goto(JSON.parse(invited.out).link);
    assert.equal(used?.status(), 410);
    assert.deepEqual(await checkAccessibility(page), []);
    await context.close();
  });
});
