// glewlwyd of Debian (`apt-get install glewlwyd`) on a PostgreSQL database of its own: OIDC plugin, RS256, one client, one person
// with a password. Prints its addresses as one line of JSON; ends with this process.
import { spawn } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createDatabase } from "@cercle/testkit";
import pg from "pg";

const tables = "/usr/share/dbconfig-common/data/glewlwyd/install";
if (!existsSync("/usr/bin/glewlwyd")) {
  process.stdout.write("{}\n");
  process.exit(0);
}

const database = await createDatabase();
const client = new pg.Client({ connectionString: database.url });
await client.connect();
await client.query("create extension if not exists pgcrypto");
await client.query(readFileSync(join(tables, "pgsql"), "utf8"));
await client.query(readFileSync(join(tables, "postgre.default.sql"), "utf8"));
await client.end();

const port = await new Promise<number>((found) => {
  const probe = createServer();
  probe.listen(0, "127.0.0.1", () => {
    const address = probe.address();
    probe.close(() => found(address && typeof address === "object" ? address.port : 0));
  });
});
const origin = `http://localhost:${port}`;
const folder = await mkdtemp(join(tmpdir(), "glewlwyd-"));
const at = new URL(database.url.replace("@/", "@localhost/"));
const settings = `
port=${port}
bind_address="127.0.0.1"
external_url="${origin}/"
login_url="login.html"
api_prefix="api"
log_mode="file"
log_level="ERROR"
log_file="${folder}/log"
cookie_secure=0
session_expiration=14400
session_key="GLEWLWYD2_SESSION_ID"
login_api_enabled=true
max_post_size=16777216
admin_scope="g_admin"
profile_scope="g_profile"
user_module_path="/usr/lib/glewlwyd/user"
client_module_path="/usr/lib/glewlwyd/client"
user_auth_scheme_module_path="/usr/lib/glewlwyd/scheme"
plugin_module_path="/usr/lib/glewlwyd/plugin"
hash_algorithm="SHA512"
database = { type = "postgre" conninfo = "host=${at.searchParams.get("host")} dbname=${at.pathname.slice(1)} user=${at.username}" }
`;
await writeFile(join(folder, "conf"), settings);
const server = spawn("/usr/bin/glewlwyd", ["-c", join(folder, "conf")], { stdio: "ignore" });
const stop = async (): Promise<void> => {
  server.kill("SIGTERM");
  await rm(folder, { recursive: true, force: true });
  process.exit(0);
};
process.once("SIGTERM", () => void stop());
process.once("exit", () => server.kill("SIGKILL"));

let cookie = "";
const ask = async (method: string, path: string, body: unknown): Promise<void> => {
  const reply = await fetch(`${origin}/api/${path}`, { method, headers: { "content-type": "application/json", cookie }, body: JSON.stringify(body) });
  if (!reply.ok) throw new Error(`glewlwyd ${method} ${path} ${reply.status} ${await reply.text()}`);
  cookie = reply.headers.getSetCookie()[0]?.split(";")[0] ?? cookie;
};
for (let tries = 0; ; tries++) {
  try {
    await ask("POST", "auth/", { username: "admin", password: "password" });
    break;
  } catch (error) {
    if (tries > 50) throw error;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const [id, secret, person] = ["bench", "s".repeat(43), "899700427885"];
await ask("POST", "mod/plugin/", {
  module: "oidc",
  name: "oidc",
  display_name: "oidc",
  parameters: {
    iss: origin,
    "jwt-type": "rsa",
    "jwt-key-size": "256",
    key: privateKey.export({ type: "pkcs8", format: "pem" }),
    cert: publicKey.export({ type: "spki", format: "pem" }),
    "access-token-duration": 120,
    "refresh-token-duration": 1800,
    "code-duration": 60,
    "refresh-token-rolling": true,
    "allow-non-oidc": true,
    "auth-type-code-enabled": true,
    "auth-type-token-enabled": true,
    "auth-type-id-token-enabled": true,
    "auth-type-refresh-enabled": true,
    "pkce-allowed": true,
    "introspection-revocation-allowed": true,
    "introspection-revocation-allow-target-client": true,
  },
});
await ask("POST", "user/", { username: person, name: "KIT DOC", password: "a-password-4071", scope: ["g_profile", "openid"], enabled: true });
await ask("POST", "client/", {
  client_id: id,
  name: id,
  client_secret: secret,
  confidential: true,
  enabled: true,
  redirect_uri: ["http://localhost:9/cb"],
  authorization_type: ["code", "refresh_token", "id_token", "token"],
  token_endpoint_auth_method: ["client_secret_basic"],
});
// The person's consent, given once and kept.
cookie = "";
await ask("POST", "auth/", { username: person, password: "a-password-4071" });
await ask("PUT", `auth/grant/${id}`, { scope: "openid" });
process.stdout.write(`${JSON.stringify({ issuer: `${origin}/api/oidc`, wallet: `${origin}/api/oidc`, id, secret, server: server.pid })}\n`);
