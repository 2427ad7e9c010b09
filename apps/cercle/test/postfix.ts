// Debian's Postfix on free ports, in a folder of its own: a server that was there before, or somebody else's operator.
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, chownSync, copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { eventually, temporaryFolder } from "@cercle/testkit";
import { answers, freePort } from "./dovecot.ts";

export type Postfix = {
  readonly port: number;
  readonly folder: string;
  /** Messages of a user, as they lie on disk. */
  messages(user: string): readonly string[];
  /** What its log says. */
  log(): string;
  end(): Promise<void>;
};
export type PostfixOptions = {
  readonly domain: string;
  readonly users: readonly string[];
  readonly tls: { readonly cert: string; readonly key: string; readonly ca: string };
  /** Lines of main.cf; `FOLDER` is its folder. */
  readonly more?: string;
  /** Files beside them, by name; with a map type (`hash`), compiled for Postfix. */
  readonly maps?: Readonly<Record<string, string>>;
};

export const hasPostfix = (): boolean => existsSync("/usr/sbin/postfix") && process.getuid?.() === 0;
const idOf = (flag: "-u" | "-g", name: string): number => Number(execFileSync("id", [flag, name], { encoding: "utf8" }));

export async function openPostfix({ domain, users, tls, more = "", maps = {} }: PostfixOptions): Promise<Postfix> {
  const folder = await temporaryFolder();
  const at = (name: string): string => join(folder.path, name);
  const port = await freePort();
  chmodSync(folder.path, 0o755);
  for (const name of ["conf", "queue", "data", "mail"]) mkdirSync(at(name), { recursive: true, mode: 0o755 });
  for (const name of ["cert", "key", "ca"] as const) writeFileSync(at(`${name}.pem`), tls[name], { mode: 0o600 });
  chownSync(at("data"), idOf("-u", "postfix"), idOf("-g", "postfix"));
  chownSync(at("mail"), idOf("-u", "mail"), idOf("-g", "mail"));
  const boxes = users.map((user) => `${user} ${user}/`).join("\n");
  for (const [name, content] of Object.entries({ boxes, ...maps })) {
    writeFileSync(at(name), `${content}\n`);
    execFileSync("/usr/sbin/postmap", [`hash:${at(name)}`]);
  }
  writeFileSync(
    at("conf/main.cf"),
    `compatibility_level = 3.6
queue_directory = ${at("queue")}
data_directory = ${at("data")}
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
maillog_file = ${at("log")}
maillog_file_prefixes = ${folder.path}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mydestination =
mynetworks =
myhostname = ${domain}
smtpd_peername_lookup = no
virtual_mailbox_domains = ${domain}
virtual_mailbox_maps = hash:${at("boxes")}
virtual_mailbox_base = ${at("mail")}
virtual_uid_maps = static:${idOf("-u", "mail")}
virtual_gid_maps = static:${idOf("-g", "mail")}
virtual_minimum_uid = 1
smtpd_tls_cert_file = ${at("cert.pem")}
smtpd_tls_key_file = ${at("key.pem")}
smtpd_tls_CAfile = ${at("ca.pem")}
smtpd_tls_security_level = encrypt
smtpd_relay_restrictions = reject_unauth_destination
${more.replaceAll("FOLDER", folder.path)}
`,
  );
  const services = [
    `127.0.0.1:${port} inet n - n - - smtpd`,
    "pickup unix n - n 60 1 pickup",
    "cleanup unix n - n - 0 cleanup",
    "qmgr unix n - n 300 1 qmgr",
    "tlsmgr unix - - n 1000? 1 tlsmgr",
    "rewrite unix - - n - - trivial-rewrite",
    ...["bounce", "defer", "trace"].map((name) => `${name} unix - - n - 0 bounce`),
    "verify unix - - n - 1 verify",
    "proxymap unix - - n - - proxymap",
    "virtual unix - n n - - virtual",
    ...["error", "retry"].map((name) => `${name} unix - - n - - error`),
    "anvil unix - - n - 1 anvil",
    "postlog unix-dgram n - n - 1 postlogd",
  ];
  writeFileSync(at("conf/master.cf"), `${services.join("\n")}\n`);
  if (existsSync("/etc/postfix/dynamicmaps.cf")) copyFileSync("/etc/postfix/dynamicmaps.cf", at("conf/dynamicmaps.cf"));
  const started = spawnSync("/usr/sbin/postfix", ["-c", at("conf"), "start"], { encoding: "utf8" });
  const log = (): string => (existsSync(at("log")) ? readFileSync(at("log"), "utf8") : "");
  if (started.status !== 0) throw new Error(`postfix: ${started.stdout}${started.stderr}${log()}`);
  await eventually(() => answers(port), 60);
  return {
    port,
    folder: folder.path,
    log,
    messages(user) {
      const place = at(`mail/${user}/new`);
      return existsSync(place) ? readdirSync(place).map((name) => readFileSync(join(place, name), "utf8")) : [];
    },
    async end() {
      spawnSync("/usr/sbin/postfix", ["-c", at("conf"), "stop"]);
      await folder.remove();
    },
  };
}
