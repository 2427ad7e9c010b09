// The webmail in Chromium: signed in with Pro Santé Connect, on a telephone and a desk, with and without script.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import {
  buildXdm,
  checkAccessibility,
  eventually,
  hasBrowser,
  openBrowser,
  overflowsSideways,
  startProgram,
  type TestBrowser,
  type TestProgram,
} from "@cercle/testkit";
import { createTransport } from "nodemailer";
import { askServer } from "../src/control-socket.ts";
import { openImap } from "./mail-clients.ts";

type Page = Awaited<ReturnType<TestBrowser["open"]>>["page"];
const pin = "4071";
const marie = "marie-test@alpha.mssante.test";
const service = "secretariat-test@alpha.mssante.test";
const paul = "paul-test@beta.mssante.test";
const pictures = process.env.WEBMAIL_PICTURES;
const evil = `<html><head><style>body{display:none}</style><script>document.title="piege"</script></head><body onload="alert(1)">
<h1>Compte rendu</h1><p>Bonjour, voici <b>le résultat</b>.</p><img src="http://traceur.example/p.gif" alt="logo"><img src=x onerror="alert(2)">
<a href="javascript:alert(3)">ici</a> <a href="https://hopital.example/dossier">ailleurs</a><form action="https://vol.example"><input name="mdp"></form>
<iframe src="https://vol.example"></iframe><table><tr><td>Na</td><td>140</td></tr></table><svg onload="alert(4)"></svg><p style="background:url(http://traceur.example/b)">fin</p></body></html>`;

describe("webmail", { skip: hasBrowser() ? false : "no Chromium" }, () => {
  let program: TestProgram;
  let browser: TestBrowser;
  let home: string;
  let people: { id: string; family_name: string }[];
  let page: Page;
  const asked: string[] = [];

  const api = async <T>(method: "GET" | "POST", path: string, body?: object): Promise<T> => {
    const reply = await askServer(program.data, { method, path, ...(body ? { body } : {}) }, "fr");
    assert.ok(reply && reply.status < 300, JSON.stringify(reply?.body));
    return reply.body as T;
  };
  const boxes = (address: string): string => `/api/mail/${address.split("@")[1]}/mailboxes/${encodeURIComponent(address)}`;
  const add = (address: string, kind: string, responsible?: string): Promise<unknown> =>
    api("POST", `/api/mail/${address.split("@")[1]}/mailboxes`, { address, kind, ...(responsible ? { responsible } : {}) });
  const send = async (subject: string, more: object = {}): Promise<void> => {
    const { password } = await api<{ password: string }>("POST", `${boxes(paul)}/passwords`, { label: "t" });
    const [, port] = (program.ready.mail_beta ?? "").match(/\d+/g)?.map(Number) ?? [];
    const auth = { user: paul, pass: password };
    await createTransport({ host: "localhost", port: port ?? 0, requireTLS: true, auth, tls: { ca: readFileSync(join(program.data, "ca.pem")) } }).sendMail({
      from: paul,
      to: [marie, service],
      subject,
      ...more,
    });
  };
  const signIn = async (on: Page, id: string): Promise<void> => {
    await on.goto(home);
    await on.getByRole("link", { name: "S’identifier avec Pro Santé Connect" }).click();
    await on.getByLabel("Identifiant").fill(id);
    await on.locator("form:has(input[name=identifier]) button").first().click();
    await on.locator(".match").waitFor();
    assert.equal((await program.run(["e-cps", "approve", "--id", id, "--pin", pin])).code, 0);
    await on.getByRole("heading", { name: "Vos boîtes" }).waitFor({ timeout: 30_000 });
  };
  const tabsOf = (on: Page) => on.getByRole("navigation", { name: "Pages de l’opérateur" });
  const picture = async (on: Page, name: string): Promise<void> => {
    if (!pictures) return;
    mkdirSync(pictures, { recursive: true });
    await on.screenshot({ path: join(pictures, `${name}.png`), fullPage: true });
  };
  const sound = async (on: Page, name: string): Promise<void> => {
    await picture(on, name);
    assert.deepEqual(await checkAccessibility(on), [], name);
    await on.setViewportSize({ width: 360, height: 740 });
    assert.equal(await overflowsSideways(on), false, `${name} at 360 px`);
    await picture(on, `${name}-360`);
    await on.setViewportSize({ width: 1280, height: 800 });
  };

  before(async () => {
    program = await startProgram();
    home = program.ready.webmail ?? "";
    people = await api("GET", "/api/people");
    const [first, second] = people;
    const activated = [first?.id, second?.id].map((id) => program.run(["e-cps", "activate", "--id", String(id), "--pin", pin]));
    for (const { code, err } of await Promise.all(activated)) assert.equal(code, 0, err);
    await add(marie, "personal", first?.id);
    await add(service, "organisational", first?.id);
    await api("POST", `${boxes(service)}/users`, { holder: second?.id, may_send: true });
    await add(paul, "organisational");
    browser = await openBrowser();
    const opened = await browser.open({ viewport: { width: 1280, height: 800 } });
    page = opened.page;
    page.on("request", (request) => asked.push(request.url()));
  });
  after(async () => {
    await browser?.close();
    await program?.stop();
  });

  it("[MSS-22] signs in with Pro Santé Connect; the evidence agreement comes before a first use", async () => {
    await page.goto(home);
    await sound(page, "welcome");
    await signIn(page, people[0]?.id ?? "");
    await sound(page, "boxes");
    await page.getByRole("link", { name: marie }).click();
    await page.getByRole("heading", { name: "Convention de preuve" }).waitFor();
    await sound(page, "agreement");
    await page.getByRole("button", { name: "J’ai lu et j’accepte" }).click();
    await page.getByRole("heading", { name: "Boîte de réception" }).waitFor();
    await sound(page, "empty");
    assert.ok(!page.url().includes("marie"), "an address in an address");
  });

  it("shows HTML without script, remote content or tracking, and says so", async () => {
    await send("Résultat d’analyse", { html: evil, attachments: [{ filename: "IHE_XDM.zip", content: "PK" }] });
    const link = page.getByRole("link", { name: "Résultat d’analyse" });
    await eventually(async () => {
      await page.reload();
      return (await link.count()) > 0;
    }, 30);
    await sound(page, "inbox");
    await link.click();
    await page.getByRole("heading", { name: "Résultat d’analyse" }).waitFor();
    await sound(page, "message");
    const body = await page.locator(".letter .body").innerHTML();
    assert.match(body, /<strong>le résultat<\/strong>/);
    assert.match(body, /image : logo/);
    assert.match(body, /href="https:\/\/hopital\.example\/dossier" rel="noopener noreferrer nofollow"/);
    assert.doesNotMatch(body, /<(script|style|img|iframe|form|input|svg)|onerror|onload|javascript:|style=/i);
    assert.match((await page.textContent("main")) ?? "", /ne sont ni montrés, ni demandés/);
    assert.match((await page.textContent("main")) ?? "", /documents de santé \(archive IHE XDM\)/);
    assert.ok(!asked.some((url) => /example/.test(url)), "something was fetched from outside");
    assert.ok(!/piege/.test(await page.title()));
  });

  it("[MSS-23] answers, and shows what became of the message: route, certificates, delivery", async () => {
    await page.getByRole("link", { name: "Répondre", exact: true }).click();
    await page.getByLabel("Message", { exact: true }).waitFor();
    assert.equal(await page.getByLabel("Destinataires").inputValue(), paul);
    await page.getByLabel("Demander un accusé de lecture").check();
    // Looking somebody up loses nothing of what is written.
    await page.getByLabel("Message", { exact: true }).fill("Bien reçu, merci.");
    await page.getByLabel("Chercher dans l’annuaire").fill(people[0]?.family_name ?? "");
    await page.getByLabel("Chercher dans l’annuaire").press("Enter");
    await page.getByText("Adresses trouvées").waitFor();
    await sound(page, "write");
    assert.equal(await page.getByLabel("Message", { exact: true }).inputValue(), "Bien reçu, merci.");
    await page.getByRole("checkbox", { name: new RegExp(marie) }).check();
    await page.getByRole("button", { name: "Ajouter aux destinataires" }).click();
    assert.equal(await page.getByLabel("Destinataires").inputValue(), `${paul}, ${marie}`);
    await page.getByLabel("Destinataires").fill(`${paul}, personne@nulle-part.example`);
    await page.getByRole("button", { name: "Envoyer", exact: true }).click();
    await page.getByRole("alert").waitFor();
    assert.match((await page.getByRole("alert").textContent()) ?? "", /n’est pas parti.*nulle-part\.example/);
    assert.equal(await page.getByLabel("Message", { exact: true }).inputValue(), "Bien reçu, merci.");
    await page.getByLabel("Destinataires").fill(paul);
    await page.getByRole("button", { name: "Envoyer", exact: true }).click();
    await page.getByText("Votre message est parti").waitFor();
    await page.getByRole("link", { name: "Envoyés" }).click();
    await page.getByRole("link", { name: "Re: Résultat d’analyse" }).click();
    await eventually(async () => {
      await page.reload();
      return /Remis à l’opérateur du destinataire/.test((await page.textContent("main")) ?? "");
    }, 30);
    await sound(page, "story");
  });

  it("attaches files that stay through look-ups and refusals, takes no program, and gives what was received to be saved, never shown", async () => {
    await page.goto(home);
    await page.getByRole("link", { name: marie }).click();
    await page.getByRole("link", { name: "Écrire" }).click();
    await page.getByLabel("Destinataires").fill(paul);
    await page.getByLabel("Objet").fill("Avec pièces");
    await page.getByLabel("Message", { exact: true }).fill("Voici.");
    const files = page.getByLabel("Joindre des fichiers");
    const pdf = Buffer.concat([Buffer.from("%PDF-1.7\n"), Buffer.alloc(300_000, "é")]);
    await files.setInputFiles([
      { name: "compte rendu é.pdf", mimeType: "text/html", buffer: pdf },
      { name: "à retirer.txt", mimeType: "text/plain", buffer: Buffer.from("x") },
    ]);
    await page.getByLabel("Chercher dans l’annuaire").fill("zzzz");
    await page.getByRole("button", { name: "Chercher", exact: true }).last().click();
    await page.getByText("Personne de ce nom").waitFor();
    await page.getByText("compte rendu é.pdf").waitFor();
    await page.getByRole("button", { name: "Retirer à retirer.txt" }).click();
    await eventually(async () => (await page.getByText("à retirer.txt").count()) === 0, 20);
    await files.setInputFiles([{ name: "virus.pdf", mimeType: "application/pdf", buffer: Buffer.from("MZ\x90\x00") }]);
    await page.getByRole("button", { name: "Envoyer", exact: true }).click();
    await page.getByRole("alert").waitFor();
    assert.match((await page.getByRole("alert").textContent()) ?? "", /« virus\.pdf » est un programme/);
    await sound(page, "attachments");
    assert.equal(await page.getByLabel("Message", { exact: true }).inputValue(), "Voici.");
    await page.getByRole("button", { name: "Envoyer", exact: true }).click();
    await page.getByText("Votre message est parti").waitFor();
    await page.getByRole("link", { name: "Brouillons" }).click();
    await page.getByText("Rien ici").waitFor();
    await page.getByRole("link", { name: "Envoyés" }).click();
    await page.getByRole("link", { name: "Avec pièces" }).click();
    const [saved] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "compte rendu é.pdf" }).click()]);
    assert.equal(saved.suggestedFilename(), "compte rendu é.pdf");
    assert.deepEqual(readFileSync(await saved.path()), pdf);
    const place = (await page.getByRole("link", { name: "compte rendu é.pdf" }).getAttribute("href")) ?? "";
    const answer = await page.request.get(`${home}${place}`);
    const { "content-type": type, "content-disposition": how, "x-content-type-options": sniff, "content-security-policy": policy } = answer.headers();
    assert.deepEqual([type, sniff, policy], ["application/octet-stream", "nosniff", "sandbox; default-src 'none'"]);
    assert.match(how ?? "", /^attachment; filename\*=UTF-8''compte%20rendu%20%C3%A9\.pdf$/);
    // More than a form may carry, and a form where none is taken.
    const cookie = { cookie: (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join("; ") };
    const form = new FormData();
    form.set("files", new File([Buffer.alloc(24_000_000)], "a.pdf"));
    const write = `${home}/b/${place.split("/")[2]}/write`;
    assert.equal((await fetch(write, { method: "POST", body: form, headers: cookie })).status, 413);
    const many = new FormData();
    for (let i = 0; i < 300; i += 1) many.append("files", new File(["x"], "a.pdf"));
    assert.equal((await fetch(write, { method: "POST", body: many, headers: cookie })).status, 400);
    assert.equal((await fetch(`${home}/sign-out`, { method: "POST", body: new FormData(), headers: cookie })).status, 415);
  });

  it("[MSS-23] sends a read receipt when its reader says so, once, refuses without a word, and reports documents not taken in", async () => {
    const asking = { headers: { "Disposition-Notification-To": paul }, text: "Lisez-moi." };
    await send("Accusé voulu", { ...asking, messageId: "<voulu@beta.mssante.test>" });
    await send("Accusé refusé", asking);
    await send("XDM/1.0/DDM+CR", { ...asking, attachments: [{ filename: "IHE_XDM.ZIP", content: buildXdm() }] });
    const receipts = async (): Promise<string[]> =>
      (await api<{ raw: string }[]>("GET", `/api/sandbox/mail/${paul}/messages?raw=true`)).flatMap(({ raw }) => /^Disposition: ([^\r]*)/m.exec(raw)?.[1] ?? []);
    const open = async (subject: string): Promise<void> => {
      await page.goto(home);
      await page.getByRole("link", { name: marie }).click();
      const link = page.getByRole("link", { name: subject });
      await eventually(async () => {
        await page.reload();
        return (await link.count()) > 0;
      }, 30);
      await link.click();
      await page.getByText("L’expéditeur demande un accusé de lecture.").waitFor();
    };
    await open("Accusé voulu");
    assert.deepEqual(await receipts(), []);
    await sound(page, "receipt");
    const here = page.url();
    // Eight at once: one receipt.
    const headers = { cookie: (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join("; ") };
    await Promise.all(
      Array.from({ length: 8 }, () => fetch(here, { method: "POST", body: new URLSearchParams({ act: "receipt" }), headers, redirect: "manual" })),
    );
    await page.reload();
    await page.getByText("a été envoyé, ou refusé").waitFor();
    await open("Accusé refusé");
    await page.getByRole("button", { name: "Ne pas en envoyer" }).click();
    await page.getByText("a été envoyé, ou refusé").waitFor();
    await open("XDM/1.0/DDM+CR");
    // What the archive holds, as its sheet says.
    const said = (await page.textContent("article")) ?? "";
    for (const words of [
      /FICTIF DOMINIQUE, 1979-03-15, 279035121518989/,
      /Compte rendu d’hospitalisation/,
      /CR hospitalier \(34112-3\) · CAMILLE FICTIVE · 2026-11-20/,
    ])
      assert.match(said, words);
    await page.getByLabel("Ce que dira l’accusé").selectOption("902");
    await sound(page, "integration");
    await page.getByRole("button", { name: "Envoyer l’accusé" }).click();
    await page.getByText("a été envoyé, ou refusé").waitFor();
    await eventually(async () => (await receipts()).length >= 2, 30);
    assert.deepEqual((await receipts()).sort(), [
      "manual-action/MDN-sent-manually; displayed",
      "manual-action/MDN-sent-manually; processed/Error: 902^patient inconnu",
    ]);
    await page.getByText("Accusé envoyé").waitFor();
    assert.match((await page.textContent("main")) ?? "", /902\^patient inconnu/);
  });

  it("writes to a patient whose identity is qualified, ends the exchange, and describes the documents it sends", async () => {
    await api("POST", "/api/mail/operators", { domain: "patient.mssante.test" });
    await page.goto(home);
    await page.getByRole("link", { name: marie }).click();
    await page.getByRole("link", { name: "Écrire" }).click();
    await page.getByLabel("Objet").fill("Vos résultats");
    await page.getByText("Écrire à un patient").click();
    await page.getByLabel("Matricule INS").fill("2 79 03 51 215 189 89");
    await page.getByLabel("Nom de naissance", { exact: true }).fill("FICTIF");
    await page.getByLabel("Premier prénom de naissance").fill("DOMINIQUE");
    await page.getByLabel("Date de naissance").fill("1979-03-15");
    await page.getByLabel("État de l’identité").selectOption("validated");
    const add = page.locator("button[value=patient]");
    await add.click();
    assert.match((await page.getByRole("alert").textContent()) ?? "", /seule une identité qualifiée/);
    await sound(page, "patient");
    await page.getByLabel("État de l’identité").selectOption("qualified");
    await add.click();
    assert.equal(await page.getByLabel("Destinataires").inputValue(), "279035121518989@patient.mssante.test");
    assert.equal(await page.getByLabel("Matricule INS").inputValue(), "", "the identity stays in the page");
    await page.getByLabel("Clore l’échange").check();
    await page.getByLabel("Joindre des fichiers").setInputFiles([{ name: "IHE_XDM.ZIP", mimeType: "application/zip", buffer: buildXdm() }]);
    await page.getByRole("button", { name: "Envoyer", exact: true }).click();
    await page.getByText("Votre message est parti").waitFor();
    const { password } = await api<{ password: string }>("POST", `${boxes(marie)}/passwords`, { label: "t" });
    const client = await openImap({
      port: Number((program.ready.mail_alpha ?? "").match(/\d+/g)?.[2]),
      ca: join(program.data, "ca.pem"),
      user: marie,
      password,
    });
    const lock = await client.getMailboxLock("Envoyés");
    const found = (await client.search({ subject: "Vos" }, { uid: true })) || [];
    const sent = await client.fetchOne(String(found.at(-1)), { headers: true }, { uid: true });
    lock.release();
    await client.logout();
    const head = (sent ? sent.headers?.toString() : "") ?? "";
    for (const line of [/^X-MSS-MES: FIN/im, /^X-MSS-INS: O/im, /^X-MSS-CODECDA: 34112-3/im]) assert.match(head, line);
  });

  it("[MSS-33] a shared mailbox says who did what, by name; a stranger’s mailbox is not there", async () => {
    await page.goto(home);
    await page.getByRole("link", { name: service }).click();
    await page.getByRole("link", { name: "Résultat d’analyse" }).click();
    await page.getByRole("button", { name: "Archiver" }).click();
    const other = await browser.open({ viewport: { width: 1280, height: 800 }, javaScriptEnabled: false });
    await signIn(other.page, people[1]?.id ?? "");
    assert.equal(await other.page.getByRole("link", { name: marie }).count(), 0);
    await other.page.getByRole("link", { name: service }).click();
    await other.page.getByRole("button", { name: "J’ai lu et j’accepte" }).click();
    await other.page.getByRole("link", { name: "Qui a fait quoi" }).click();
    await other.page.getByRole("heading", { name: "Qui a fait quoi" }).waitFor();
    await picture(other.page, "acts");
    const text = (await other.page.textContent("main")) ?? "";
    assert.match(text, new RegExp(`${people[0]?.family_name}[\\s\\S]*a déplacé`));
    // Whose a mailbox is, is not said to who has no business there.
    const strange = new URL(page.url()).pathname.split("/")[2];
    await page.goto(home);
    await page.getByRole("link", { name: marie }).click();
    const own = new URL(page.url()).pathname.split("/")[2];
    assert.notEqual(own, strange);
    const refused = await other.page.goto(`${home}/b/${own}`);
    assert.equal(refused?.status(), 404);
    await other.context.close();
  });

  it("the operator’s console shows state, mailboxes, queue, incidents, indicators, and does what administrators do; to others it is not there", async () => {
    const { context, page: desk } = await browser.open({ viewport: { width: 1280, height: 800 } });
    const portal = program.ready.portal ?? "";
    await desk.goto(`${portal}/sandbox/enter`);
    await desk.getByRole("button", { name: /Marc Le Goff/ }).click();
    await desk.getByRole("link", { name: "Messagerie", exact: true }).click();
    await desk.getByRole("link", { name: "alpha.mssante.test" }).click();
    await desk.getByText("Certificat : jours restants").waitFor();
    await sound(desk, "console-state");
    const tabs = tabsOf(desk);
    await tabs.getByRole("link", { name: "Boîtes" }).click();
    await sound(desk, "console-mailboxes");
    await desk.getByLabel("Adresse").fill("ailleurs@beta.mssante.test");
    await desk.getByRole("button", { name: "Ouvrir" }).click();
    assert.match((await desk.getByRole("alert").textContent()) ?? "", /n’est pas une adresse du domaine/);
    await desk.getByRole("link", { name: service }).click();
    await desk.getByLabel("Place accordée").fill("1");
    await desk.getByRole("button", { name: "Changer" }).click();
    await desk.getByText(/Mo sur 1/).waitFor();
    // Who read what, by name.
    assert.match((await desk.textContent("main")) ?? "", new RegExp(`${people[0]?.family_name}[\\s\\S]*a déplacé`));
    await sound(desk, "console-mailbox");
    await desk.getByLabel("Place accordée").fill("2048");
    await desk.getByRole("button", { name: "Changer" }).click();
    await desk.getByRole("button", { name: `Retirer à`, exact: false }).last().waitFor();
    // What waits for a domain without a route is tried at once, then given up with a report to its sender.
    await tabs.getByRole("link", { name: "File d’attente" }).click();
    await sound(desk, "console-queue");
    const act = async (name: RegExp): Promise<void> => {
      // The page that answers is there before it is asked again.
      await Promise.all([desk.waitForEvent("load"), desk.getByRole("button", { name }).first().click()]);
    };
    await act(/^Essayer maintenant/);
    await eventually(async () => {
      await desk.reload();
      if ((await desk.getByRole("button", { name: /^Abandonner/ }).count()) === 0) return true;
      await act(/^Abandonner/);
      return false;
    }, 30);
    await eventually(async () => {
      const found = await api<{ subject: string }[]>("GET", `/api/sandbox/mail/${marie}/messages?subject=Undelivered`);
      return found.length === 1;
    }, 30);
    await tabs.getByRole("link", { name: "Incidents" }).click();
    await desk.getByText("Aucun message en quarantaine").waitFor();
    await sound(desk, "console-incidents");
    await tabs.getByRole("link", { name: "Indicateurs" }).click();
    await desk.getByText("Disponibilité").waitFor();
    await sound(desk, "console-indicators");
    await context.close();
    // Without a role, neither pages nor API.
    for (const path of ["/mail", "/mail/alpha.mssante.test", "/api/mail/alpha.mssante.test/state"])
      assert.equal((await fetch(`${portal}${path}`)).status, 401, path);
  });

  it("two administrators open a mailbox in the console, with a reason and an end; its owner reads who read it, who confirmed and why", async () => {
    const portal = program.ready.portal ?? "";
    const { account } = await api<{ account: string }>("POST", "/api/accounts", { name: "Anne Officier", roles: ["officer"] });
    const { key } = await api<{ key: string }>("POST", "/api/keys", { role: "officer", label: "t", days: 1, account });
    const anne = async (path: string, body: object): Promise<{ decision: string; id: string }> => {
      const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
      const reply = await fetch(`${portal}/api/mail/alpha.mssante.test/${path}`, { method: "POST", headers, body: JSON.stringify(body) });
      assert.equal(reply.status, 200);
      return (await reply.json()) as { decision: string; id: string };
    };
    const { context, page: desk } = await browser.open({ viewport: { width: 1280, height: 800 } });
    await desk.goto(`${portal}/sandbox/enter`);
    await desk.getByRole("button", { name: /Marc Le Goff/ }).click();
    await desk.goto(`${portal}/mail/alpha.mssante.test/custody`);
    // Under a secret hold a removed message is read too, and the owner hears nothing yet.
    await desk.getByText("Mettre une boîte sous garde").click();
    await desk.locator("#hold-address").fill(marie);
    await desk.getByLabel("Référence de la demande").fill("RG 26/0002");
    await desk.locator("#hold-reason").fill("réquisition");
    await desk.getByLabel(/ne l’apprend qu’à la levée/).check();
    await desk.getByRole("button", { name: "Mettre sous garde" }).click();
    await desk.getByText("RG 26/0002").waitFor();
    await page.goto(home);
    await page.getByRole("link", { name: marie }).click();
    const inbox = page.url();
    await page.getByRole("link", { name: "Accusé refusé" }).click();
    await page.getByRole("button", { name: "Mettre à la corbeille" }).click();
    const { password } = await api<{ password: string }>("POST", `${boxes(marie)}/passwords`, { label: "t" });
    const imap = Number((program.ready.mail_alpha ?? "").match(/\d+/g)?.[2]);
    const client = await openImap({ port: imap, ca: join(program.data, "ca.pem"), user: marie, password });
    const lock = await client.getMailboxLock("Corbeille");
    await client.messageDelete("1:*");
    lock.release();
    await client.logout();
    await desk.reload();
    await desk.getByText("1 message(s) gardé(s)").waitFor();
    await desk.getByText("Demander un accès").click();
    await desk.locator("#address").fill(marie);
    await desk.locator("#reason").fill("plainte d’un patient");
    await desk.getByLabel("Jusqu’au (inclus)").fill(new Date(Date.now() + 86_400_000).toISOString().slice(0, 10));
    await desk.getByRole("button", { name: "Demander", exact: true }).click();
    await desk.getByText("Attend une seconde personne").waitFor();
    const [waiting] = await api<{ decision: string }[]>("GET", "/api/mail/alpha.mssante.test/accesses");
    await anne(`custody-decisions/${waiting?.decision}`, { act: "confirm" });
    const asked = await anne("accesses", { address: service, reason: "essai", ends_at: new Date(Date.now() + 3_600_000).toISOString() });
    await desk.reload();
    await sound(desk, "console-custody");
    await desk.getByRole("button", { name: `Refuser : ${service}` }).click();
    await desk.getByRole("link", { name: `Lire : ${marie}` }).click();
    await desk.getByText("supprimé, gardé").waitFor();
    await sound(desk, "console-access");
    await desk.getByRole("link", { name: "Accusé refusé" }).click();
    await desk.getByText("Lisez-moi.").waitFor();
    await sound(desk, "console-reading");
    const said = async (): Promise<string> => {
      await page.goto(inbox);
      await page.getByRole("link", { name: "Qui a fait quoi" }).click();
      return (await page.textContent("main")) ?? "";
    };
    assert.doesNotMatch(await said(), /plainte d’un patient|Marc Le Goff a lu/);
    // Lifted by two, everything that was secret is told.
    const holds = await api<{ id: string; address: string }[]>("GET", "/api/mail/alpha.mssante.test/holds");
    await anne(`holds/${holds.find(({ address }) => address === marie)?.id}/lift`, { reason: "clos" });
    await tabsOf(desk).getByRole("link", { name: "Conservation" }).click();
    await desk.getByRole("button", { name: `Confirmer : ${marie}` }).click();
    await desk.getByText(/levée le/).waitFor();
    assert.match(await said(), /Marc Le Goff[\s\S]*a lu[\s\S]*demandé par Marc Le Goff[\s\S]*, confirmé par Anne Officier. Motif : plainte d’un patient/);
    await sound(page, "acts-owner");
    await page.goto(inbox);
    for (const subject of [/Accès d’administrateur/, /Garde de la boîte levée/]) await page.getByRole("link", { name: subject }).first().waitFor();
    assert.ok(asked.id);
    await context.close();
  });

  it("searches, keeps drafts, prints the message alone, speaks English, and forgets at the sign-out", async () => {
    const inbox = page.url();
    await page.keyboard.press("/");
    await page.keyboard.type("le résultat");
    await page.keyboard.press("Enter");
    await page.getByText("1 message(s) contiennent").waitFor();
    await page.getByRole("link", { name: "Résultat d’analyse" }).click();
    await page.emulateMedia({ media: "print" });
    assert.equal(await page.getByRole("link", { name: "Répondre", exact: true }).isVisible(), false);
    await picture(page, "print");
    await page.emulateMedia({ media: "screen" });
    await page.getByRole("link", { name: "Écrire" }).click();
    await page.getByLabel("Objet").fill("À finir");
    await page.getByRole("button", { name: "Garder le brouillon" }).click();
    await page.getByText("Le brouillon est gardé").waitFor();
    await page.getByRole("link", { name: "À finir" }).click();
    await page.getByRole("link", { name: "Reprendre ce brouillon" }).click();
    assert.equal(await page.getByLabel("Objet").inputValue(), "À finir");
    await page.goto(`${inbox}?lang=en`);
    await page.getByRole("heading", { name: "Inbox" }).waitFor();
    await sound(page, "english");
    await page.goto(`${home}/?lang=fr`);
    await page.getByRole("button", { name: "Se déconnecter" }).click();
    await page.getByRole("link", { name: "S’identifier avec Pro Santé Connect" }).waitFor({ timeout: 20_000 });
    await page.goto(inbox);
    assert.ok(!page.url().startsWith(inbox), "the session still opens the mailbox");
  });
});
