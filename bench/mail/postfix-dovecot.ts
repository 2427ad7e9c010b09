// Debian's Postfix with Dovecot by LMTP: the peer. Own folders and ports, ended by pid. Mutual TLS, Maildir, durable as installed.
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { chmodSync, chownSync, copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";

export type Peer = {
  readonly smtp: number;
  readonly imap: number;
  /** Resident memory of all its processes, bytes. */
  memory(): number;
  /** Their processor time so far, milliseconds. */
  processor(): number;
  stop(): Promise<void>;
};
export type PeerOptions = {
  readonly folder: string;
  readonly domain: string;
  readonly password: string;
  readonly tls: { cert: string; key: string; ca: string };
};

export const hasPeer = (): boolean => existsSync("/usr/sbin/postfix") && existsSync("/usr/sbin/dovecot");

const idOf = (flag: "-u" | "-g", name: string): number => Number(execFileSync("id", [flag, name], { encoding: "utf8" }));

export async function startPeer({ folder, domain, password, tls }: PeerOptions): Promise<Peer> {
  const [smtp, imap] = [await freePort(), await freePort()];
  chmodSync(folder, 0o755);
  const at = (name: string): string => join(folder, name);
  for (const name of ["postfix", "queue", "data", "mail", "base"]) mkdirSync(at(name), { recursive: true, mode: 0o755 });
  for (const name of ["cert", "key", "ca"] as const) writeFileSync(at(`${name}.pem`), tls[name], { mode: 0o600 });
  chownSync(at("data"), idOf("-u", "postfix"), idOf("-g", "postfix"));
  chownSync(at("mail"), idOf("-u", "mail"), idOf("-g", "mail"));
  writeFileSync(
    at("dovecot.conf"),
    `base_dir = ${at("base")}
protocols = imap lmtp
listen = 127.0.0.1
log_path = ${at("dovecot.log")}
ssl = required
ssl_cert = <${at("cert.pem")}
ssl_key = <${at("key.pem")}
mail_location = maildir:${at("mail")}/%n
first_valid_uid = 1
passdb {
  driver = static
  args = password=${password}
}
userdb {
  driver = static
  args = uid=mail gid=mail home=${at("mail")}/%n
}
service imap-login {
  inet_listener imap {
    port = ${imap}
  }
  inet_listener imaps {
    port = 0
  }
  service_count = 0
  client_limit = 4000
}
service imap {
  process_limit = 4000
}
service anvil {
  client_limit = 8200
}
service auth {
  client_limit = 8200
}
service lmtp {
  unix_listener lmtp {
    mode = 0666
  }
}
mail_max_userip_connections = 4000
protocol lmtp {
  postmaster_address = postmaster@${domain}
}
`,
  );
  writeFileSync(
    join(at("postfix"), "main.cf"),
    `compatibility_level = 3.6
queue_directory = ${at("queue")}
data_directory = ${at("data")}
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
maillog_file = ${at("postfix.log")}
maillog_file_prefixes = ${folder}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mydestination =
myhostname = ${domain}
smtpd_peername_lookup = no
virtual_mailbox_domains = ${domain}
virtual_transport = lmtp:unix:${at("base")}/lmtp
smtpd_recipient_restrictions = permit_tls_all_clientcerts, reject
smtpd_relay_restrictions = permit_tls_all_clientcerts, reject
smtpd_tls_security_level = encrypt
smtpd_tls_req_ccert = yes
smtpd_tls_CAfile = ${at("ca.pem")}
smtpd_tls_cert_file = ${at("cert.pem")}
smtpd_tls_key_file = ${at("key.pem")}
smtpd_client_connection_count_limit = 0
message_size_limit = 60000000
mailbox_size_limit = 0
virtual_mailbox_limit = 0
lmtp_destination_concurrency_limit = 20
`,
  );
  const service = (name: string, type: string, isPrivate: string, wakeup: string, limit: string, command: string): string =>
    `${name} ${type} ${isPrivate} - n ${wakeup} ${limit} ${command}`;
  writeFileSync(
    join(at("postfix"), "master.cf"),
    [
      service(`127.0.0.1:${smtp}`, "inet", "n", "-", "-", "smtpd"),
      service("pickup", "unix", "n", "60", "1", "pickup"),
      service("cleanup", "unix", "n", "-", "0", "cleanup"),
      service("qmgr", "unix", "n", "300", "1", "qmgr"),
      service("tlsmgr", "unix", "-", "1000?", "1", "tlsmgr"),
      service("rewrite", "unix", "-", "-", "-", "trivial-rewrite"),
      service("bounce", "unix", "-", "-", "0", "bounce"),
      service("defer", "unix", "-", "-", "0", "bounce"),
      service("trace", "unix", "-", "-", "0", "bounce"),
      service("verify", "unix", "-", "-", "1", "verify"),
      service("flush", "unix", "n", "1000?", "0", "flush"),
      service("proxymap", "unix", "-", "-", "-", "proxymap"),
      service("lmtp", "unix", "-", "-", "-", "lmtp"),
      service("error", "unix", "-", "-", "-", "error"),
      service("retry", "unix", "-", "-", "-", "error"),
      service("discard", "unix", "-", "-", "-", "discard"),
      service("anvil", "unix", "-", "-", "1", "anvil"),
      service("scache", "unix", "-", "-", "1", "scache"),
      service("postlog", "unix-dgram", "n", "-", "1", "postlogd"),
      "",
    ].join("\n"),
  );
  if (existsSync("/etc/postfix/dynamicmaps.cf")) copyFileSync("/etc/postfix/dynamicmaps.cf", join(at("postfix"), "dynamicmaps.cf"));
  const dovecot = spawn("/usr/sbin/dovecot", ["-F", "-c", at("dovecot.conf")], { stdio: "ignore" });
  const started = spawnSync("/usr/sbin/postfix", ["-c", at("postfix"), "start"], { encoding: "utf8" });
  if (started.status !== 0) throw new Error(`postfix: ${started.stdout}${started.stderr}`);
  const master = (): number => Number(readFileSync(join(at("queue"), "pid/master.pid"), "utf8").trim());
  await listening(smtp);
  await listening(imap);
  return {
    smtp,
    imap,
    memory: () => memoryOf([dovecot.pid ?? 0, master()]),
    processor: () => processorOf([dovecot.pid ?? 0, master()]),
    async stop() {
      const ended = new Promise((resolve) => dovecot.once("exit", resolve));
      process.kill(master(), "SIGTERM");
      dovecot.kill("SIGTERM");
      await ended;
    },
  };
}

/** Processes and all below them. */
function treeOf(roots: readonly number[]): ReadonlySet<number> {
  const rows = execFileSync("ps", ["-eo", "pid=,ppid="], { encoding: "utf8" })
    .trim()
    .split("\n")
    .map((row) => row.trim().split(/\s+/).map(Number));
  const own = new Set(roots);
  for (let grown = true; grown; ) {
    grown = false;
    for (const [pid = 0, parent = 0] of rows) if (own.has(parent) && !own.has(pid)) grown = own.add(pid).has(pid);
  }
  return own;
}

function sumOf(roots: readonly number[], read: (pid: number) => number): number {
  return [...treeOf(roots)].reduce((sum, pid) => {
    try {
      return sum + read(pid);
    } catch {
      // Gone meanwhile.
      return sum;
    }
  }, 0);
}

/** Resident memory of processes and all below them, bytes; what they share is shared out (PSS). */
export function memoryOf(roots: readonly number[]): number {
  return sumOf(roots, (pid) => Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))?.[1] ?? 0) * 1024);
}

/** Processor time taken so far, milliseconds, of those that ended too (proc(5), stat: utime, stime, cutime, cstime). */
export function processorOf(roots: readonly number[]): number {
  const ticks = 10;
  return sumOf(roots, (pid) => {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
    return fields.slice(11, 15).reduce((sum, field) => sum + Number(field) * ticks, 0);
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address ? address.port : 0;
}

async function listening(port: number): Promise<void> {
  const { connect } = await import("node:net");
  for (let attempt = 0; attempt < 150; attempt++) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, "127.0.0.1", () => resolve(true)).on("error", () => resolve(false));
      socket.on("connect", () => socket.destroy());
    });
    if (open) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`nothing listens on ${port}`);
}
