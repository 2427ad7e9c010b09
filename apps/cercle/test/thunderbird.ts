// Thunderbird without a screen, driven over Marionette (its own test protocol): a profile with one IMAP account, scripts in its chrome.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { eventually } from "@cercle/testkit";
import type { Place } from "./mail-clients.ts";

export type Thunderbird = {
  /** Runs a script in its chrome and answers what it returns; the script may await. */
  run<T>(script: string): Promise<T>;
  stop(): Promise<void>;
};

/** A profile: the account, trust in the test's authority; the password is put in its own store at the first start. */
export function makeProfile(folder: string, { port, ca, user }: Place): void {
  mkdirSync(folder, { recursive: true });
  const preferences: Record<string, string | number | boolean> = {
    "mail.accountmanager.accounts": "account1",
    "mail.accountmanager.defaultaccount": "account1",
    "mail.account.account1.identities": "id1",
    "mail.account.account1.server": "server1",
    "mail.identity.id1.useremail": user,
    "mail.identity.id1.fullName": "Zoé",
    "mail.server.server1.type": "imap",
    "mail.server.server1.hostname": "localhost",
    "mail.server.server1.port": port,
    "mail.server.server1.userName": user,
    "mail.server.server1.name": user,
    // 2: STARTTLS, always. 3: password.
    "mail.server.server1.socketType": 2,
    "mail.server.server1.authMethod": 3,
    // Before its password is stored, signing in would open a dialogue that nobody answers.
    "mail.server.server1.login_at_startup": false,
    "mail.server.server1.check_new_mail": false,
    "mail.server.server1.using_subscription": false,
    "mail.server.server1.autosync_offline_stores": false,
    // 2: removed at once, no bin.
    "mail.server.server1.delete_model": 2,
    "mail.server.server1.offline_download": true,
    "mail.shell.checkDefaultClient": false,
    "mail.spotlight.firstRunDone": true,
    "mailnews.start_page.enabled": false,
    "mail.rights.version": 1,
    "datareporting.policy.dataSubmissionEnabled": false,
    "app.update.enabled": false,
    "app.donation.eoy.version.viewed": 999,
    "network.dns.disableIPv6": true,
    "marionette.port": 0,
  };
  writeFileSync(
    join(folder, "user.js"),
    Object.entries(preferences)
      .map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`)
      .join(""),
  );
  if (existsSync(join(folder, "cert9.db"))) return;
  execFileSync("certutil", ["-N", "-d", `sql:${folder}`, "--empty-password"]);
  execFileSync("certutil", ["-A", "-d", `sql:${folder}`, "-n", "test", "-t", "C,,", "-i", ca]);
}

export async function startThunderbird(folder: string): Promise<Thunderbird> {
  const portFile = join(folder, "MarionetteActivePort");
  rmSync(portFile, { force: true });
  const child = spawn(
    "setpriv",
    [
      "--pdeathsig",
      "KILL",
      "/usr/lib/thunderbird/thunderbird",
      "--headless",
      "--profile",
      folder,
      "--marionette",
      "--remote-allow-system-access",
      "--no-remote",
    ],
    {
      env: { ...process.env, HOME: folder, MOZ_HEADLESS: "1" },
      stdio: ["ignore", "ignore", "ignore"],
    },
  );
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  await eventually(() => existsSync(portFile), 90);
  const wire = await openWire(Number(readFileSync(portFile, "utf8")));
  await wire.send("WebDriver:NewSession", { capabilities: { alwaysMatch: {} } });
  await wire.send("Marionette:SetContext", { value: "chrome" });
  await wire.send("WebDriver:SetTimeouts", { script: 120_000 });
  return {
    async run<T>(script: string): Promise<T> {
      // The answer comes back as text: it may hold anything.
      const body = `const done = arguments[arguments.length - 1];
        const { MailServices } = ChromeUtils.importESModule("resource:///modules/MailServices.sys.mjs");
        const server = MailServices.accounts.getAccount("account1").incomingServer;
        (async () => { ${script} })().then((value) => done(JSON.stringify({ value })), (error) => done(JSON.stringify({ error: String(error) + (error?.stack ?? "") })));`;
      const { value } = (await wire.send("WebDriver:ExecuteAsyncScript", { script: body, args: [] })) as { value: string };
      const answer = JSON.parse(value) as { value: T; error?: string };
      if (answer.error) throw new Error(answer.error);
      return answer.value;
    },
    stop: () => stop(wire, child, ended),
  };
}

async function stop(wire: Wire, child: ChildProcess, ended: Promise<void>): Promise<void> {
  await wire.send("Marionette:Quit", { flags: ["eAttemptQuit"] }).catch(() => undefined);
  const timer = setTimeout(() => child.kill("SIGKILL"), 20_000);
  await ended;
  clearTimeout(timer);
  wire.end();
}

type Wire = { send(command: string, parameters: object): Promise<unknown>; end(): void };

/** Messages are `length:[type, id, command or error, parameters or result]`. */
async function openWire(port: number): Promise<Wire> {
  const socket: Socket = connect(port, "127.0.0.1");
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  let buffered = Buffer.alloc(0);
  let last = 0;
  const greeted = new Promise<void>((resolve) => waiting.set(0, { resolve: () => resolve(), reject: () => undefined }));
  socket.on("data", (bytes) => {
    buffered = Buffer.concat([buffered, bytes]);
    for (let colon = buffered.indexOf(":"); colon > 0; colon = buffered.indexOf(":")) {
      const end = colon + 1 + Number(buffered.subarray(0, colon).toString());
      if (buffered.length < end) return;
      const message = JSON.parse(buffered.subarray(colon + 1, end).toString()) as unknown;
      buffered = buffered.subarray(end);
      if (!Array.isArray(message)) {
        waiting.get(0)?.resolve(undefined);
        continue;
      }
      const [, id, error, result] = message as [number, number, { message: string } | null, unknown];
      if (error) waiting.get(id)?.reject(new Error(error.message));
      else waiting.get(id)?.resolve(result);
    }
  });
  const over = (): void => {
    for (const { reject } of waiting.values()) reject(new Error("Thunderbird went away"));
  };
  socket.on("close", over).on("error", over);
  await greeted;
  return {
    send: (command, parameters) =>
      new Promise((resolve, reject) => {
        last += 1;
        waiting.set(last, { resolve, reject });
        const text = Buffer.from(JSON.stringify([0, last, command, parameters]));
        socket.write(Buffer.concat([Buffer.from(`${text.length}:`), text]));
      }),
    end: () => socket.destroy(),
  };
}
