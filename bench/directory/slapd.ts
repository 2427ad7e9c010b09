// Debian's slapd with its mdb backend on the same entries: the peer of the LDAP face. `SLAPD` names another binary than the one
// in the path; its modules lie beside it as Debian lays them out.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { dirname, join } from "node:path";

const attributeTypes = ["TypeBAL", "IdentifiantPP", "TypeIdentifiantPP", "profession", "IdentifiantPM"];

/** The path of slapd, or undefined. */
export function findSlapd(): string | undefined {
  return [process.env.SLAPD, "/usr/sbin/slapd", "/usr/lib/openldap/slapd"].find((path) => path !== undefined && existsSync(path));
}

/** Loads an LDIF and serves it; answers the port and the seconds that loading took. */
export async function startSlapd(binary: string, folder: string, ldif: string, base: string): Promise<{ port: number; seconds: number; stop(): void }> {
  const data = join(folder, "slapd");
  mkdirSync(data);
  const root = dirname(dirname(binary)) === "/usr" ? "/" : dirname(dirname(dirname(binary)));
  const schema = join(root, "etc/ldap/schema");
  const configuration = join(folder, "slapd.conf");
  writeFileSync(
    configuration,
    [
      `modulepath ${join(dirname(binary), "../lib/ldap")}`,
      "moduleload back_mdb",
      ...["core", "cosine", "inetorgperson"].map((name) => `include ${join(schema, `${name}.schema`)}`),
      ...attributeTypes.map(
        (name, i) =>
          `attributetype ( 1.3.6.1.4.1.55555.1.${i + 1} NAME '${name}' EQUALITY caseIgnoreMatch SUBSTR caseIgnoreSubstringsMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 )`,
      ),
      `objectclass ( 1.3.6.1.4.1.55555.2.1 NAME 'mailboxEntry' SUP top AUXILIARY MAY ( ${attributeTypes.join(" $ ")} ) )`,
      "database mdb",
      `suffix "${base}"`,
      `directory ${data}`,
      "maxsize 17179869184",
      "sizelimit unlimited",
      "index objectClass,mail,IdentifiantPP eq",
      "index sn,givenName eq,sub",
      "",
    ].join("\n"),
  );
  const started = performance.now();
  const loaded = spawnSync(binary, ["-T", "add", "-q", "-f", configuration, "-l", ldif], { stdio: ["ignore", "ignore", "inherit"] });
  if (loaded.status !== 0) throw new Error("slapadd failed");
  const seconds = (performance.now() - started) / 1000;
  const port = await freePort();
  const server = spawn(binary, ["-f", configuration, "-h", `ldap://127.0.0.1:${port}`, "-d", "0"], { stdio: "ignore" });
  await answering(port, server);
  return { port, seconds, stop: () => server.kill("SIGKILL") };
}

/** Until it takes connections; throws when it ended instead. */
async function answering(port: number, server: ChildProcess): Promise<void> {
  for (;;) {
    if (server.exitCode !== null) throw new Error(`slapd ended with ${server.exitCode}`);
    const taken = await new Promise<boolean>((resolve) => {
      const socket = connect(port, "127.0.0.1", () => resolve(true)).once("error", () => resolve(false));
      socket.once("connect", () => socket.end());
    });
    if (taken) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}
