// System packages that tests need. On Debian as root the missing ones are installed; elsewhere what cannot run is listed
// with the command that enables it.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

export type Need = { readonly packages: string; readonly what: string; readonly has: () => boolean };

const command = (name: string): boolean => spawnSync("sh", ["-c", `command -v ${name}`]).status === 0;

export const needs: readonly Need[] = [
  { packages: "postgresql", what: "tests on PostgreSQL", has: () => existsSync("/usr/lib/postgresql") },
  { packages: "chromium", what: "journeys in a browser", has: () => command("chromium") },
  { packages: "openssl", what: "certificates checked by openssl", has: () => command("openssl") },
  { packages: "softhsm2", what: "authority keys in a PKCS#11 token", has: () => command("softhsm2-util") },
  { packages: "gnutls-bin", what: "certificates checked by certtool", has: () => command("certtool") },
  { packages: "ldap-utils", what: "the directory asked by ldapsearch", has: () => command("ldapsearch") },
  { packages: "xmlsec1", what: "the whitelist checked by xmlsec1", has: () => command("xmlsec1") },
  {
    packages: "pcscd vsmartcard-vpcd opensc opensc-pkcs11 pcsc-tools libnss3-tools",
    what: "the card through PC/SC",
    has: () => command("pcscd") && command("opensc-tool") && command("certutil"),
  },
  {
    packages: "libengine-pkcs11-openssl",
    what: "TLS with a card from Node",
    has: () => existsSync("/usr/lib/x86_64-linux-gnu/engines-3/pkcs11.so") || existsSync("/usr/lib/aarch64-linux-gnu/engines-3/pkcs11.so"),
  },
  { packages: "libpcsclite-dev build-essential python3", what: "the card library's native transports", has: () => existsSync("/usr/include/PCSC/winscard.h") },
  { packages: "xvfb xdotool openbox", what: "the card in a browser", has: () => command("Xvfb") && command("xdotool") && command("openbox") },
  { packages: "poppler-utils", what: "documents checked by pdfsig", has: () => command("pdfsig") },
  {
    packages: "isync offlineimap3 mutt python3 curl",
    what: "mail read by mbsync, offlineimap, mutt, imaplib and curl",
    has: () => ["mbsync", "offlineimap", "mutt", "python3", "curl"].every(command),
  },
  { packages: "clamav-daemon", what: "messages scanned by clamd", has: () => command("clamd") },
  {
    packages: "dovecot-lmtpd",
    what: "gateway mode before Dovecot",
    has: () => existsSync("/usr/lib/dovecot/lmtp"),
  },
  { packages: "postfix", what: "an inner server by SMTP under TLS, and somebody else's operator examined", has: () => existsSync("/usr/sbin/postfix") },
  { packages: "swaks libnet-ssleay-perl", what: "mail sent by swaks", has: () => command("swaks") && existsSync("/usr/share/doc/libnet-ssleay-perl") },
];

/** Installs what is missing where it can; answers what is still missing. */
export function ensureSystemPackages(): readonly Need[] {
  const missing = needs.filter((need) => !need.has());
  if (missing.length === 0) return [];
  const canInstall = process.getuid?.() === 0 && command("apt-get");
  if (canInstall) {
    const packages = missing.flatMap((need) => need.packages.split(" "));
    console.log(`Installing system packages: ${packages.join(" ")}`);
    const environment = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    spawnSync("apt-get", ["update", "-qq"], { stdio: ["ignore", "ignore", "inherit"], env: environment });
    spawnSync("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...packages], { stdio: ["ignore", "ignore", "inherit"], env: environment });
  }
  return needs.filter((need) => !need.has());
}
