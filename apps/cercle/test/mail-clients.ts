// The mail programs that other people wrote, set up against one server: mbsync, offlineimap, mutt, curl, imaplib.
import { execFile } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ImapFlow } from "imapflow";

export type Place = { readonly port: number; readonly ca: string; readonly user: string; readonly password: string };
/** Of a folder: subject → flags that both sides keep (`F` flagged, `S` seen). */
export type FolderState = ReadonlyMap<string, string>;

/** A connection of imapflow, signed in under TLS. */
export async function openImap({ port, ca, user, password }: Place): Promise<ImapFlow> {
  const client = new ImapFlow({
    host: "localhost",
    port,
    secure: false,
    doSTARTTLS: true,
    auth: { user, pass: password },
    logger: false,
    tls: { ca: readFileSync(ca) },
  });
  await client.connect();
  return client;
}

export function run(command: string, args: readonly string[], seconds = 60, environment: Record<string, string> = {}): Promise<{ code: number; out: string }> {
  return new Promise((resolve) => {
    const child = execFile(
      command,
      args,
      { timeout: seconds * 1000, maxBuffer: 256 * 1024 * 1024, env: { ...process.env, ...environment } },
      (error, out, err) => resolve({ code: error ? ((error.code as unknown as number) ?? 1) : 0, out: `${out}${err}` }),
    );
    child.stdin?.end();
  });
}

export function mbsync(folder: string, { port, ca, user, password }: Place, seconds: number): Promise<{ code: number; out: string }> {
  mkdirSync(join(folder, "mail"), { recursive: true });
  writeFileSync(
    join(folder, "mbsyncrc"),
    // Its own twenty seconds without a byte are short on a machine that does much else.
    // Sections end with an empty line, else the next keyword is refused.
    `IMAPAccount a
Host localhost
Port ${port}
User ${user}
Pass "${password}"
SSLType STARTTLS
CertificateFile ${ca}
Timeout 120

IMAPStore remote
Account a

MaildirStore local
Path ${folder}/mail/
Inbox ${folder}/mail/INBOX
SubFolders Verbatim

Channel c
Far :remote:
Near :local:
Patterns *
Create Both
Remove Both
Expunge Both
SyncState *
`,
  );
  return run("mbsync", ["-c", join(folder, "mbsyncrc"), "c"], seconds);
}

/**
 * One synchronisation, over TLS 1.2. imaplib2 reads and writes one TLS object from two threads without a lock, which OpenSSL forbids; the
 * session tickets that TLS 1.3 sends behind the handshake make both happen at once, and 1 sign-in in 40 hangs or is cut, against Dovecot
 * too (docs/imap.md has the figures). TLS 1.2 sends its ticket inside the handshake.
 */
export function offlineimap(folder: string, { port, ca, user, password }: Place, seconds: number): Promise<{ code: number; out: string }> {
  mkdirSync(join(folder, "mail"), { recursive: true });
  writeFileSync(
    join(folder, "rc"),
    `[general]
accounts = a
metadata = ${folder}/meta
ui = quiet
[Account a]
localrepository = l
remoterepository = r
[Repository l]
type = Maildir
localfolders = ${folder}/mail
sep = /
[Repository r]
type = IMAP
remotehost = localhost
remoteport = ${port}
remoteuser = ${user}
remotepass = ${password}
ssl = no
starttls = yes
sslcacertfile = ${ca}
expunge = yes
`,
  );
  const tls = join(folder, "openssl.cnf");
  writeFileSync(tls, "openssl_conf = main\n[main]\nssl_conf = ssl\n[ssl]\nsystem_default = all\n[all]\nMaxProtocol = TLSv1.2\n");
  return run("offlineimap", ["-c", join(folder, "rc"), "-o", "-u", "quiet"], seconds, { OPENSSL_CONF: tls });
}

/** mutt has no batch mode: it is given a terminal and keys. */
export function mutt(folder: string, { port, ca, user, password }: Place, mailbox: string, keys: string): Promise<{ code: number; out: string }> {
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, "muttrc"),
    `set folder="imap://localhost:${port}/"
set imap_user="${user}"
set imap_pass="${password}"
set ssl_starttls=yes
set ssl_force_tls=yes
set certificate_file="${ca}"
set confirmappend=no
set confirmcreate=no
set delete=yes
set move=no
set mark_old=no
set quit=yes
set sort=mailbox-order
`,
  );
  const quoted = `mutt -n -F ${join(folder, "muttrc")} -f '${mailbox}' -e 'push "${keys}"'`;
  return run("script", ["-qec", quoted, "/dev/null"], 40, { TERM: "xterm", LC_ALL: "C.UTF-8" });
}

export function curl({ port, ca, user, password }: Place, path: string, ...more: readonly string[]): Promise<{ code: number; out: string }> {
  return run("curl", ["-sS", "--ssl-reqd", "--cacert", ca, "-u", `${user}:${password}`, `imap://localhost:${port}/${path}`, ...more]);
}

export function imaplib({ port, ca, user, password }: Place, body: string): Promise<{ code: number; out: string }> {
  const script = `import imaplib, ssl
m = imaplib.IMAP4('localhost', ${port})
m.starttls(ssl.create_default_context(cafile='${ca}'))
m.login('${user}', '${password}')
def ok(answer):
    assert answer[0] == 'OK', answer
    return answer[1]
${body}
m.logout()
`;
  return run("python3", ["-c", script]);
}

/** What a Maildir tree holds, by folder name as the server says it. */
export function readMaildir(root: string, inbox = "INBOX"): Map<string, FolderState> {
  const found = new Map<string, FolderState>();
  const visit = (folder: string, name: string): void => {
    const entries = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    if (entries.some((entry) => entry.name === "cur")) found.set(decodeName(name === inbox ? "INBOX" : name), readFolder(folder));
    for (const entry of entries)
      if (!["cur", "new", "tmp"].includes(entry.name) && !entry.name.startsWith("."))
        visit(join(folder, entry.name), name === "" ? entry.name : `${name}/${entry.name}`);
  };
  visit(root, "");
  return found;
}

function readFolder(folder: string): FolderState {
  const state = new Map<string, string>();
  for (const part of ["cur", "new"])
    for (const file of readdirSync(join(folder, part))) {
      const subject = /^Subject: (.*)$/m.exec(readFileSync(join(folder, part, file), "utf8"))?.[1]?.trim() ?? "";
      const flags = (/:2,([A-Z]*)/.exec(file)?.[1] ?? "").replace(/[^FS]/g, "");
      state.set(subject, (state.has(subject) ? "twice " : "") + [...flags].sort().join(""));
    }
  return state;
}

/** Modified UTF-7 (RFC 3501 §5.1.3), which both programs keep as it came. */
export function decodeName(name: string): string {
  return name.replace(/&([^-]*)-/g, (_whole, coded: string) => {
    if (coded === "") return "&";
    const bytes = Buffer.from(coded.replaceAll(",", "/"), "base64");
    return bytes.swap16().toString("utf16le");
  });
}
