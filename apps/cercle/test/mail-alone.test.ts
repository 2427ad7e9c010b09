// An operator alone (`up --rooms mail`). The nation is another process: list, certificates, directory, Pro Santé Connect and two operators;
// a second issuer is nobody's of here.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cp } from "node:fs/promises";
import { type AddressInfo, connect, createServer, type Server } from "node:net";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import {
  addPasskeyDevice,
  checkAccessibility,
  eventually,
  hasBrowser,
  openBrowser,
  overflowsSideways,
  runCommand,
  startProgram,
  type TestBrowser,
  type TestFolder,
  type TestProgram,
  temporaryFolder,
} from "@cercle/testkit";
import { ImapFlow } from "imapflow";
import { createTransport } from "nodemailer";
import { askServer } from "../src/control-socket.ts";
import { type OutsideIssuer, openOutsideIssuer } from "./outside-issuer.ts";

type Page = Awaited<ReturnType<TestBrowser["open"]>>["page"];
const domain = "hopital.mssante.test";
const claire = `claire-test@${domain}`;
const paul = "paul-test@alpha.mssante.test";
const pictures = process.env.WEBMAIL_PICTURES;
const prepared = process.env.TEST_PREPARED_DATA;

describe("an operator alone", { skip: hasBrowser() ? false : "no Chromium" }, () => {
  let folder: TestFolder;
  let nation: TestProgram;
  let alone: TestProgram;
  let issuer: OutsideIssuer;
  let browser: TestBrowser;
  let gate: Server;
  let gatePort = 0;
  let person: { id: string; family_name: string; given_name: string };
  let key: string;
  const issued: Record<string, string> = {};

  const ask = async <T>(data: string, method: "GET" | "POST" | "PUT" | "DELETE", path: string, body?: object): Promise<T> => {
    const reply = await askServer(data, { method, path, ...(body ? { body } : {}) }, "en");
    assert.ok(reply && reply.status < 300, JSON.stringify(reply?.body));
    return reply.body as T;
  };
  const refusal = async (mailbox: object): Promise<string | undefined> => {
    const reply = await askServer(alone.data, { method: "POST", path: `/api/mail/${domain}/mailboxes`, body: mailbox }, "en");
    return (reply?.body as { code?: string } | undefined)?.code;
  };
  const at = (name: string): string => join(folder.path, name);
  const portsOf = (value: string | undefined): number[] => (value ?? "").match(/\d+/g)?.map(Number).slice(-3) ?? [];
  const settings = (): string => {
    writeFileSync(at("publication.key"), key);
    writeFileSync(at("client.secret"), "a secret of the webmail, of some length");
    const place = at("cercle.json");
    writeFileSync(
      place,
      JSON.stringify({
        mail: {
          domain,
          phase: "provisional",
          certificate_file: issued.certificate,
          key_file: issued.key,
          trust_file: issued.trust,
          whitelist_url: `${nation.ready.portal}/public/whitelist.xml`,
          whitelist_seconds: 1,
          directory_url: nation.ready.fhir,
          publication_url: nation.ready.portal,
          publication_key_file: at("publication.key"),
          indicators_url: nation.ready.portal,
          indicators_key_file: at("publication.key"),
          // A space that was prepared has certificates of operators that name the addresses of then: nobody answers there now.
          revocation_unreachable: prepared ? "accept" : "refuse",
          routes: { "alpha.mssante.test": `localhost:${portsOf(nation.ready.mail_alpha)[0]}` },
          issuers: [issuer.url, `${nation.ready.issuer_bas ?? ""}`].filter(Boolean),
          bearer_clients: ["webmail", "lps"],
        },
        webmail: { issuer: issuer.url, client_id: "webmail", client_secret_file: at("client.secret"), scope: "openid" },
      }),
    );
    return place;
  };
  const sound = async (page: Page, name: string): Promise<void> => {
    for (const [width, height] of [
      [360, 740],
      [1280, 800],
    ] as const) {
      await page.setViewportSize({ width, height });
      assert.equal(await overflowsSideways(page), false, `${name} at ${width} px`);
      if (pictures) await page.screenshot({ path: join(pictures, `${name}-${width}.png`), fullPage: true });
    }
    assert.deepEqual(await checkAccessibility(page), [], name);
  };

  before(async () => {
    folder = await temporaryFolder();
    if (pictures) mkdirSync(pictures, { recursive: true });
    // The nation knows the hospital by an address that leads to it once it is there.
    gate = createServer((socket) => {
      const [port = 0] = portsOf(alone?.ready.mail_own);
      const inside = connect(port, "127.0.0.1");
      socket.pipe(inside).pipe(socket);
      for (const one of [socket, inside]) one.on("error", () => [socket, inside].map((side) => side.destroy()));
    });
    await new Promise<void>((resolve) => gate.listen(0, "127.0.0.1", resolve));
    gatePort = (gate.address() as AddressInfo).port;
    if (prepared) await cp(prepared, at("nation"), { recursive: true });
    else mkdirSync(at("nation"));
    nation = await startProgram({ data: at("nation"), environment: { CERCLE_MAIL_ROUTES: JSON.stringify({ [domain]: `localhost:${gatePort}` }) } });
    const made = await nation.run(["operator", "add", "--domain", domain, "--organization", "CH DE LA RADE", "--out", at("hopital"), "--json"]);
    assert.equal(made.code, 0, made.err);
    Object.assign(issued, JSON.parse(made.out));
    [person = person] = await ask<(typeof person)[]>(nation.data, "GET", "/api/people");
    const { account } = await ask<{ account: string }>(nation.data, "POST", "/api/accounts", { name: "Rade", roles: ["operator-contact"] });
    ({ key } = await ask<{ key: string }>(nation.data, "POST", "/api/keys", { account, role: "operator-contact", label: "hopital", days: 1 }));
    issuer = await openOutsideIssuer({ [person.id]: { given: person.given_name, family: person.family_name } });
    mkdirSync(at("alone"));
    alone = await startProgram({ data: at("alone"), args: ["--rooms", "mail", "--config", settings()] });
    const webmail = alone.ready.webmail ?? "";
    issuer.open({ id: "webmail", secret: readFileSync(at("client.secret"), "utf8"), back: `${webmail}/back`, leave: `${webmail}/` });
    browser = await openBrowser();
  });
  after(async () => {
    await browser?.close();
    await alone?.stop();
    await nation?.stop();
    await issuer?.stop();
    gate?.close();
    await folder?.remove();
  });

  it("opens what an operator needs and nothing else, and says what it lacks all at once", async () => {
    assert.deepEqual(Object.keys(alone.ready).sort(), ["anchors", "data", "health", "mail_own", "pid", "portal", "webmail"]);
    const { paths } = (await (await fetch(`${alone.ready.portal}/openapi.json`)).json()) as { paths: Record<string, unknown> };
    assert.ok(paths["/api/mail/{domain}/mailboxes"]);
    for (const foreign of ["/api/files", "/api/mail/operators", "/public/whitelist.xml", "/api/people", "/directory"])
      assert.equal(paths[foreign], undefined, foreign);
    await eventually(async () => (await ask<{ domains: number }>(alone.data, "GET", `/api/mail/${domain}/partners`)).domains === 3, 30);
    mkdirSync(at("bare"));
    const bare = await runCommand(at("bare"), ["up", "--rooms", "mail", "--ports", "auto"]);
    assert.equal(bare.code, 1);
    assert.match(bare.err, /mail\.domain, mail\.certificate_file, mail\.key_file, mail\.whitelist_url, mail\.trust_file, mail\.directory_url/);
    assert.equal(readFileSync(join(alone.data, "rooms"), "utf8"), "mail\n", "later starts open the same rooms");
    const whole = await runCommand(nation.data, ["up", "--rooms", "mail", "--ports", "auto"]);
    assert.match(whole.err, /holds a whole space/);
  });

  it("asks the directory outside who a professional is, and publishes mailboxes there", async () => {
    const path = `/api/mail/${domain}/mailboxes`;
    const unknown = await refusal({ address: claire, kind: "personal", responsible: "899999999999" });
    assert.equal(unknown, "mail.unknown-person");
    assert.equal((await ask<{ published: boolean }>(alone.data, "POST", path, { address: claire, kind: "personal", responsible: person.id })).published, true);
    const shown = (await (await fetch(`${nation.ready.fhir}/Practitioner?identifier=${person.id}`)).json()) as {
      entry: { resource: { telecom?: { value: string }[] } }[];
    };
    assert.ok(shown.entry[0]?.resource.telecom?.some(({ value }) => value === claire));
    const foreign = await refusal({ address: `b-test@${domain}`, kind: "organisational", responsible: person.id, structure: "nowhere" });
    assert.equal(foreign, "mail.not-published");
    await ask(alone.data, "POST", path, { address: `brouillon-test@${domain}`, kind: "personal", responsible: person.id });
    await ask(alone.data, "DELETE", `${path}/brouillon-test@${domain}`);
    const after = JSON.stringify(await (await fetch(`${nation.ready.fhir}/Practitioner?identifier=${person.id}`)).json());
    assert.ok(!after.includes("brouillon-test@"));
  });

  it("[MSS-08] lets test mailboxes exchange only, while the setting says that its integration is provisional", async () => {
    assert.equal(await refusal({ address: `a@${domain}`, kind: "personal", responsible: person.id }), "mail.not-a-test-mailbox");
    // In from a partner's ordinary mailbox, by what the nation's own operator is told.
    const said = await ask<{ steps: { step: string; said: string }[] }>(nation.data, "GET", `/api/mail/check/accueil@${domain}`);
    assert.match(said.steps.at(-1)?.said ?? "", /550 5\.7\.1 .*provisional integration, test mailboxes only/);
  });

  it("[MSS-04] [MSS-22] exchanges with the nation's operators, both ways, read and written in the webmail after sign-in at the outside issuer", async () => {
    await ask(nation.data, "POST", "/api/mail/alpha.mssante.test/mailboxes", { address: paul, kind: "organisational" });
    const { password } = await ask<{ password: string }>(nation.data, "POST", `/api/mail/alpha.mssante.test/mailboxes/${paul}/passwords`, { label: "t" });
    const ca = readFileSync(join(nation.data, "ca.pem"));
    await createTransport({
      host: "localhost",
      port: portsOf(nation.ready.mail_alpha)[1] ?? 0,
      requireTLS: true,
      auth: { user: paul, pass: password },
      tls: { ca },
    }).sendMail({ from: paul, to: claire, subject: "De la nation", text: "Bonjour" });

    const { page } = await browser.open({ viewport: { width: 1280, height: 800 } });
    await page.goto(alone.ready.portal ?? "");
    await sound(page, "alone-home");
    await page.getByRole("link", { name: "Lire et écrire" }).click();
    await page.getByRole("link", { name: "S’identifier avec Pro Santé Connect" }).click();
    await page.locator("input[name=login]").fill(person.id);
    await page.locator("input[name=password]").fill("any");
    await page.getByRole("button", { name: "Sign-in" }).click();
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByRole("heading", { name: "Vos boîtes" }).waitFor();
    await sound(page, "alone-boxes");
    await page.getByRole("link", { name: claire }).click();
    await page.getByRole("button", { name: "J’ai lu et j’accepte" }).click();
    const link = page.getByRole("link", { name: "De la nation" });
    await eventually(async () => {
      await page.reload();
      return (await link.count()) > 0;
    }, 40);
    await link.click();
    await page.getByRole("link", { name: "Répondre", exact: true }).click();
    await page.getByLabel("Message", { exact: true }).fill("Bien reçu à l’hôpital.");
    await page.getByLabel("Chercher dans l’annuaire").fill(person.family_name);
    await page.getByLabel("Chercher dans l’annuaire").press("Enter");
    await page.getByRole("checkbox", { name: new RegExp(claire) }).waitFor();
    await sound(page, "alone-write");
    await page.getByRole("button", { name: "Envoyer", exact: true }).click();
    await page.getByText("Votre message est parti").waitFor();
    await eventually(
      async () =>
        (await ask<{ subject: string }[]>(nation.data, "GET", `/api/sandbox/mail/${paul}/messages`)).some(({ subject }) => subject === "Re: De la nation"),
      40,
    );
    await page.goto(alone.ready.webmail ?? "");
    await page.getByRole("button", { name: "Se déconnecter" }).click();
    await page.getByRole("button", { name: /Yes, sign me out|Sign out/i }).click();
    await page.getByRole("link", { name: "S’identifier avec Pro Santé Connect" }).waitFor();
    await page.close();
  });

  it("opens mailboxes to tokens of the issuers named, given to the clients named, and to no others", async () => {
    const [, , imap = 0] = portsOf(alone.ready.mail_own);
    const signIn = async (accessToken: string): Promise<string[]> => {
      const client = new ImapFlow({
        host: "localhost",
        port: imap,
        secure: false,
        auth: { user: claire, accessToken },
        tls: { ca: readFileSync(join(alone.data, "ca.pem")) },
        logger: false,
      });
      client.on("error", () => undefined);
      await client.connect();
      const names = (await client.list()).map(({ path }) => path);
      await client.logout();
      return names;
    };
    assert.ok((await signIn(await issuer.token(person.id, "webmail"))).includes("INBOX"));
    await assert.rejects(signIn(await issuer.token(person.id, "other")));
    await assert.rejects(signIn(await issuer.token("899700000001", "webmail")));
    await assert.rejects(signIn("not-a-token-at-all"));
  });

  it("walks an address from the directory to its recipient", async () => {
    const check = await alone.run(["mail", "check", paul, "--json"]);
    const { ok, steps } = JSON.parse(check.out) as { ok: boolean; steps: { step: string; said: string }[] };
    assert.equal(ok, true, check.out);
    assert.deepEqual(
      steps.map(({ step }) => step),
      ["directory", "whitelist", "route", "tls", "certificate", "recipient"],
    );
    const lost = JSON.parse((await alone.run(["mail", "check", "nobody@alpha.mssante.test", "--json"])).out) as { fails: string };
    assert.equal(lost.fails, "recipient");
    const foreign = JSON.parse((await alone.run(["mail", "check", "a@ailleurs.example", "--json"])).out) as { fails: string };
    assert.equal(foreign.fails, "whitelist");
    const found = await fetch(`${alone.ready.portal}/.well-known/autoconfig/mail/config-v1.1.xml?emailaddress=${claire}`);
    const told = await found.text();
    const [, submission, imap] = portsOf(alone.ready.mail_own);
    assert.match(told, new RegExp(`<domain>${domain}</domain>[\\s\\S]*<port>${imap}</port>[\\s\\S]*<port>${submission}</port>`));
    assert.equal((await fetch(`${alone.ready.portal}/.well-known/autoconfig/mail/config-v1.1.xml?emailaddress=a@alpha.mssante.test`)).status, 404);
  });

  it("[MSS-19] sends its indicators to the agency outside, which takes them from who speaks for the domain", async () => {
    const month = new Date().toISOString().slice(0, 7);
    const sent = await alone.run(["mail", "indicators", domain, month, "--send", "--json"]);
    assert.equal(sent.code, 0, sent.err);
    const { received } = await ask<{ received: { domain: string; report: { sign_ins: number } }[] }>(nation.data, "GET", `/api/mail-indicators/${month}`);
    assert.ok((received.find((one) => one.domain === domain)?.report.sign_ins ?? 0) > 0, JSON.stringify(received));
    const post = (authorization: string): Promise<Response> =>
      fetch(`${nation.ready.portal}/api/mail-indicators/${month}`, {
        method: "POST",
        headers: { authorization, "content-type": "application/json" },
        body: JSON.stringify({ domain: "nulle-part.mssante.test", report: received[0]?.report }),
      });
    assert.deepEqual([(await post("Bearer nothing")).status, (await post(`Bearer ${key}`)).status], [401, 404]);
  });

  it("is looked after by who has a local account, in the console", async () => {
    const invited = await alone.run(["account", "invite", "--name", "Zoé Ménard", "--role", "operator-contact", "--json"]);
    assert.equal(invited.code, 0, invited.err);
    const { context, page } = await browser.open({ viewport: { width: 1280, height: 800 } });
    assert.equal((await page.request.get(`${alone.ready.portal}/api/mail/${domain}/state`)).status(), 401);
    await addPasskeyDevice(context, page);
    await page.goto(JSON.parse(invited.out).link);
    await page.getByRole("button", { name: "Créer ma clé d’accès" }).click();
    await page.getByRole("link", { name: "Zoé Ménard" }).waitFor();
    await page.goto(`${alone.ready.portal}/mail/${domain}`);
    await sound(page, "alone-console");
    assert.match((await page.textContent("main")) ?? "", /Domaines de la liste blanche/);
    await page.goto(`${alone.ready.portal}/mail/${domain}/mailboxes/${claire}`);
    await page.getByText(person.family_name).first().waitFor();
    await sound(page, "alone-mailbox");
    await context.close();
  });

  it("[MSS-07] is refused by the nation once its certificate is revoked, and says so", async () => {
    assert.equal((await nation.run(["certificate", "revoke", issued.serial ?? "", "--reason", "keyCompromise"])).code, 0);
    const { fails, steps } = await ask<{ fails?: string; steps: { said: string }[] }>(alone.data, "GET", `/api/mail/check/${encodeURIComponent(paul)}`);
    assert.equal(fails, "recipient");
    assert.match(steps.at(-1)?.said ?? "", /revoked/);
  });
});
