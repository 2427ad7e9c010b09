// Dovecot as a hospital has it: LMTP on a free port, one Maildir a user, in a folder of its own.
import { spawn, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createConnection, createServer } from "node:net";
import { join } from "node:path";
import { eventually, temporaryFolder } from "@cercle/testkit";

export type Dovecot = {
  readonly port: number;
  /** Messages of a user, as they lie on disk. */
  messages(user: string): readonly string[];
  /** Stops listening until it is started again. */
  stop(): Promise<void>;
  start(): Promise<void>;
  end(): Promise<void>;
};

export const hasDovecot = (): boolean => spawnSync("sh", ["-c", "command -v dovecot && test -e /usr/lib/dovecot/lmtp"]).status === 0;

export async function openDovecot(users: readonly string[]): Promise<Dovecot> {
  const folder = await temporaryFolder();
  const at = (name: string): string => join(folder.path, name);
  const port = await freePort();
  chmodSync(folder.path, 0o755);
  mkdirSync(at("mail"), { mode: 0o777 });
  chmodSync(at("mail"), 0o777);
  writeFileSync(at("users"), users.map((user) => `${user}:{PLAIN}x:nobody:nogroup::${at("mail")}/${user}::\n`).join(""));
  const settings = `base_dir = ${at("run")}
log_path = ${at("log")}
protocols = lmtp
listen = 127.0.0.1
ssl = no
first_valid_uid = 1
mail_location = maildir:~/Maildir
postmaster_address = postmaster@inner.test
auth_username_format = %Lu
userdb {
  driver = passwd-file
  args = ${at("users")}
}
passdb {
  driver = passwd-file
  args = ${at("users")}
}
service lmtp {
  inet_listener lmtp {
    address = 127.0.0.1
    port = ${port}
  }
}
`;
  writeFileSync(at("dovecot.conf"), settings);
  let running: ReturnType<typeof spawn> | undefined;
  const start = async (): Promise<void> => {
    running = spawn("dovecot", ["-F", "-c", at("dovecot.conf")], { stdio: "ignore" });
    await eventually(() => answers(port), 60);
  };
  const stop = async (): Promise<void> => {
    const child = running;
    running = undefined;
    if (!child) return;
    const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    child.kill("SIGTERM");
    await ended;
  };
  await start();
  return {
    port,
    messages(user) {
      try {
        return readdirSync(at(`mail/${user}/Maildir/new`)).map((name) => readFileSync(at(`mail/${user}/Maildir/new/${name}`), "utf8"));
      } catch {
        // No message came yet.
        return [];
      }
    },
    start,
    stop,
    async end() {
      await stop();
      await folder.remove();
    },
  };
}

/** Whether something greets on this port. */
export function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: "127.0.0.1", port, timeout: 5000 });
    socket.on("data", () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("timeout", () => socket.destroy());
    socket.on("error", () => resolve(false));
    socket.on("close", () => resolve(false));
  });
}

/** A port nobody uses now. */
export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const place = server.address();
      server.close(() => resolve(typeof place === "object" && place ? place.port : 0));
    });
  });
}
