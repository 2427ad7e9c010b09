// Signing in with the card: in a real Chromium with OpenSC's module, at the TLS level with curl and openssl; refusals say why.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { after, before, describe, it } from "node:test";
import {
  type CardBrowser,
  checkAccessibility,
  type HeldCard,
  missingCardBrowser,
  missingPcsc,
  openCardBrowser,
  overflowsSideways,
  type PcscStack,
  startPcsc,
  startProgram,
  type TestProgram,
} from "@cercle/testkit";

const root = resolve(import.meta.dirname, "../../..");
const module = "/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so";
const application = "e828bd080f8025000001ff0010";
const pin = "1234";
type Made = { card: string };
/** Real certificates, real dates: a day in the future stays one. */
const inDays = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
type Page = Awaited<ReturnType<CardBrowser["open"]>>["page"];

describe("the card's page", { skip: missingPcsc() ?? missingCardBrowser() ?? false }, () => {
  let stack: PcscStack;
  let program: TestProgram;
  let browser: CardBrowser;
  let address: string;

  const json = async <T>(...words: readonly string[]): Promise<T> => {
    const { code, out, err } = await program.run([...words, "--json"]);
    assert.equal(code, 0, err);
    return JSON.parse(out) as T;
  };
  const create = async (...words: readonly string[]): Promise<string> => (await json<Made>("card", "create", "--pin", pin, ...words)).card;
  const doctor = (...words: readonly string[]): Promise<string> => create("--id", "899700000013", "--type", "CPS", ...words);
  const insert = (card: string): Promise<HeldCard> =>
    stack.holdCard({
      command: process.execPath,
      args: [join(root, "packages/api-cps/test/insert-by-socket.ts"), join(program.data, "control.sock"), card, "0"],
    });
  const withCard = async (card: string, work: () => Promise<void> | void): Promise<void> => {
    const held = await insert(card);
    try {
      await work();
    } finally {
      await held.remove();
    }
  };
  const inside = (program: string, ...args: readonly string[]): string => {
    const [command, words] = stack.inside(program, args);
    const environment = { ...process.env, ...stack.environment, PKCS11_MODULE_PATH: module };
    const { stdout, stderr } = spawnSync(command, words, { encoding: "utf8", timeout: 60_000, env: environment, input: "" });
    return stdout + stderr;
  };
  /** Asks a page with a certificate of the inserted card, by OpenSSL's engine. */
  const askWith = (key: "signature" | "authentication" | "none", language: string, place = address): string => {
    const id = `${application}${key === "signature" ? "01" : "02"}`;
    const file = join(program.data, "shown.pem");
    if (key !== "none") writeFileSync(file, inside("pkcs15-tool", "--read-certificate", id).replace(/^[\s\S]*?(?=-----BEGIN)/, ""));
    const uri = `pkcs11:id=${id.replace(/../g, "%$&")};type=private;pin-value=${pin}`;
    const card = key === "none" ? [] : ["--engine", "pkcs11", "--cert", file, "--key-type", "ENG", "--key", uri];
    return inside("curl", "-sk", "-w", "%{http_code}", "-H", "accept: text/html", "-H", `accept-language: ${language}`, ...card, place);
  };
  const clean = async (page: Page): Promise<void> => {
    assert.deepEqual(await checkAccessibility(page), []);
    assert.equal(await overflowsSideways(page), false);
    const target = process.env.CARD_SHOTS;
    if (target) await page.screenshot({ path: join(target, `${Date.now()}.png`), fullPage: true });
  };

  before(async () => {
    stack = await startPcsc();
    program = await startProgram({ inside: stack.inside });
    address = program.ready.card ?? "";
    browser = await openCardBrowser({ stack, folder: program.data, anchors: join(program.data, "ca.pem") });
  });
  after(async () => {
    await browser?.close();
    await program?.stop();
    await stack?.stop();
  });

  it("[PSC-01] signs in with card and code in Chromium: the service's identity token says CARD", async () => {
    const callback = `${program.ready.portal}/public/cb`;
    const client = await json<{ client_id: string; client_secret: string }>("client", "add", "--id", "card-journey", "--redirect-uri", callback);
    const discovery = JSON.parse(inside("curl", "-s", program.ready.connect_bas ?? "")) as { authorization_endpoint: string; token_endpoint: string };
    const query = new URLSearchParams({
      client_id: client.client_id,
      response_type: "code",
      scope: "openid scope_all",
      redirect_uri: callback,
      state: "s1",
      nonce: "n1",
      acr_values: "eidas1",
    });
    await withCard(await doctor(), async () => {
      const { page, close } = await browser.open();
      await page.goto(`${discovery.authorization_endpoint}?${query}`);
      const asked = await browser.withCode(pin, async () => {
        await page.getByRole("link", { name: "Me connecter avec ma carte CPS" }).click();
        await page.waitForURL(/\/public\/cb\?.*code=/);
      });
      assert.ok(asked > 0, "the browser asked for the card's code");
      const code = new URL(page.url()).searchParams.get("code") ?? "";
      const basic = `${client.client_id}:${client.client_secret}`;
      const body = new URLSearchParams({ grant_type: "authorization_code", code, redirect_uri: callback });
      const tokens = JSON.parse(inside("curl", "-s", "-u", basic, "-d", body.toString(), discovery.token_endpoint)) as { id_token: string };
      const claims = JSON.parse(Buffer.from(tokens.id_token.split(".")[1] ?? "", "base64url").toString()) as Record<string, unknown>;
      assert.equal(claims.authMode, "CARD");
      assert.match(String(claims.acr), /^eidas[12]$/);
      assert.match(String(claims.sub), /899700000013$/);
      await close();
    });
  });

  it("[ECPS-05] [ECPS-08] [ECPS-06] activates the e-CPS: card and code at the portal, then its code on a telephone, terms and PIN", async () => {
    await withCard(await doctor(), async () => {
      const desk = await browser.open();
      await browser.withCode(pin, async () => void (await desk.page.goto(`${address}e-cps`)));
      await desk.page.getByRole("heading", { name: "Activer l’e-CPS sur votre téléphone" }).waitFor();
      await clean(desk.page);
      const link = (await desk.page.locator("[data-link]").getAttribute("data-link")) ?? "";
      await desk.close();
      const { page, close } = await browser.open({ width: 360, height: 740 });
      await page.goto(link);
      await page.getByRole("button", { name: "Continuer" }).click();
      await page.getByText("J’ai lu les conditions").click();
      await page.getByRole("button", { name: "Continuer" }).click();
      await page.getByLabel("Code à quatre chiffres").fill("4071");
      await page.getByLabel("Le même code").fill("4071");
      await page.getByRole("button", { name: "Activer mon e-CPS" }).click();
      await page.getByRole("heading", { name: "Votre e-CPS est active" }).waitFor();
      await page.getByText("899700000013").first().waitFor();
      await clean(page);
      await close();
    });
  });

  it("[PSC-01] refuses in Chromium a revoked card, a foreign one, none, an expired one and one for signature only, on pages that say why and what to do", async () => {
    const refused = async (title: string, why: RegExp): Promise<void> => {
      const { page, close } = await browser.open();
      await browser.withCode(pin, async () => void (await page.goto(address)));
      await page.getByRole("heading", { name: title }).waitFor();
      assert.match((await page.locator("main").textContent()) ?? "", why);
      await clean(page);
      await page.setViewportSize({ width: 360, height: 740 });
      await clean(page);
      await close();
    };
    const revoked = await doctor();
    await json("card", "revoke", revoked, "--reason", "keyCompromise");
    await withCard(revoked, () => refused("Cette carte est refusée", /en opposition/));
    const [command, args] = stack.inside(process.execPath, [join(root, "packages/card/test/insert-sample.ts"), program.data, "0"]);
    const foreign = await stack.holdCard({ command, args });
    await refused("Cette carte est refusée", /pas été émise par une autorité reconnue/);
    await foreign.remove();
    await refused("Aucune carte n’a été présentée", /puce en avant/);
    // Chromium keeps what cannot open a session to itself (NSS): the page gives each reason that this may have had.
    await withCard(await doctor("--not-after", "2024-01-31"), () => refused("Aucune carte n’a été présentée", /Cette carte est périmée/));
    await withCard(await doctor("--signature-only"), () =>
      refused("Aucune carte n’a été présentée", /ne porte qu’un certificat de signature : il signe des documents, il n’ouvre pas de session/),
    );
  });

  it("[PSC-01] says each reason at the TLS level, in French and in English", async () => {
    const reasons: readonly { card: () => Promise<string>; key?: "signature"; fr: RegExp; en: RegExp; status: number; path?: string }[] = [
      { card: () => doctor(), key: "signature", fr: /certificat de signature de la carte/, en: /signature certificate: it signs documents/, status: 403 },
      { card: () => doctor("--not-after", "2024-01-31"), fr: /Cette carte est périmée/, en: /has expired/, status: 403 },
      { card: () => doctor("--not-before", inDays(30)), fr: /pas encore valable/, en: /not valid yet/, status: 403 },
      {
        card: () => create("--id", "30B0057881/CPET0007", "--type", "CPE", "--family-name", "EMP", "--given-name", "LEO"),
        fr: /son porteur n’est pas dans l’annuaire/,
        en: /its holder is not in the directory/,
        status: 404,
        path: "e-cps",
      },
    ];
    for (const { card, key = "authentication", fr, en, status, path = "" } of reasons) {
      await withCard(await card(), () => {
        const french = askWith(key, "fr", `${address}${path}`);
        assert.match(french, fr);
        assert.ok(french.endsWith(String(status)), french.slice(-3));
        assert.match(askWith(key, "en", `${address}${path}`), en);
      });
    }
    assert.match(askWith("none", "en"), /No card was shown/);
    const problem = JSON.parse(inside("curl", "-sk", address)) as { code: string };
    assert.equal(problem.code, "card.no-certificate");
  });

  it("refuses an organisation's certificate, TLS 1.3, and a session resumed without the card", async () => {
    const name = join(program.data, "organisation");
    await json("certificate", "issue", "--profile", "org-auth-cli", "--name", "SIH", "--organization", "Clinique", "--out", name);
    const own = ["--cert", `${name}.pem`, "--key", `${name}.key`];
    assert.match(inside("curl", "-sk", "-H", "accept: text/html", "-H", "accept-language: en", ...own, address), /not that of a person/);
    const place = new URL(address).host;
    assert.match(inside("openssl", "s_client", "-connect", place, "-tls1_3"), /alert protocol version/);
    const again = inside("openssl", "s_client", "-connect", place, "-tls1_2", "-cert", `${name}.pem`, "-key", `${name}.key`, "-reconnect");
    assert.match(again, /New, TLSv1\.2/);
    assert.doesNotMatch(again, /Reused, TLSv1\.2/);
    // One connection proves the card once: a second page on it is sent back for a new handshake.
    const twice = inside("curl", "-skL", "-w", "%{num_connects}\n", "-o", "/dev/null", "-o", "/dev/null", ...own, address, address);
    assert.deepEqual(twice.trim().split("\n"), ["1", "1"]);
  });
});
