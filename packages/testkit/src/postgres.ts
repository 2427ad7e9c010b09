// A PostgreSQL of the tests' own: Debian's server in a temporary folder, on a Unix socket, ended with the process.
// `npm test` starts one for the whole run and names it in TEST_POSTGRES_URL; a single file started by hand starts its own.
import { execFileSync, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import pg from "pg";

export type TestPostgres = { readonly url: string; stop(): void };

let own: TestPostgres | undefined;

function binaries(): string | undefined {
  const root = "/usr/lib/postgresql";
  const versions = existsSync(root) ? readdirSync(root).sort((a, b) => Number(b) - Number(a)) : [];
  const found = versions.map((version) => join(root, version, "bin")).find((folder) => existsSync(join(folder, "initdb")));
  return found;
}

/** Whether tests on PostgreSQL can run here at all. */
export function hasPostgres(): boolean {
  return process.env.TEST_POSTGRES_URL !== undefined || binaries() !== undefined;
}

/** Starts a server; throws when Debian's `postgresql` is not installed. */
export async function startPostgres(): Promise<TestPostgres> {
  const bin = binaries();
  if (!bin) throw new Error("PostgreSQL is not installed: apt-get install postgresql");
  const folder = mkdtempSync(join(tmpdir(), "cercle-pg-"));
  const asRoot = userInfo().uid === 0;
  const identity = asRoot ? { uid: idOf("-u"), gid: idOf("-g") } : {};
  if (asRoot) chownSync(folder, identity.uid ?? 0, identity.gid ?? 0);
  const data = join(folder, "data");
  execFileSync(join(bin, "initdb"), ["-D", data, "-U", "cercle", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"], {
    ...identity,
    stdio: "ignore",
    cwd: folder,
  });
  const server = spawn(join(bin, "postgres"), ["-D", data, "-k", folder, "-c", "listen_addresses=", "-c", "max_connections=200"], {
    ...identity,
    stdio: "ignore",
    cwd: folder,
  });
  server.unref();
  const url = `postgresql://cercle@/postgres?host=${encodeURIComponent(folder)}`;
  const stop = (): void => {
    server.kill("SIGQUIT");
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  };
  process.once("exit", stop);
  for (let attempt = 0; ; attempt++) {
    const client = new pg.Client({ connectionString: url });
    try {
      await client.connect();
      await client.end();
      return { url, stop };
    } catch (error) {
      if (attempt > 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

export type TestDatabase = { readonly url: string; drop(): Promise<void> };

/** A fresh database on the tests' server; `drop` removes it. `hasty` commits do not wait for the disk: for long runs that pull no plug. */
export async function createDatabase({ hasty = false }: { hasty?: boolean } = {}): Promise<TestDatabase> {
  if (!process.env.TEST_POSTGRES_URL && !own) own = await startPostgres();
  const base = process.env.TEST_POSTGRES_URL ?? own?.url ?? "";
  const name = `t_${randomUUID().replaceAll("-", "")}`;
  const admin = async (sql: string): Promise<void> => {
    const client = new pg.Client({ connectionString: base });
    await client.connect();
    await client.query(sql);
    await client.end();
  };
  await admin(`create database ${name}`);
  if (hasty) await admin(`alter database ${name} set synchronous_commit to off`);
  return { url: base.replace("/postgres?", `/${name}?`), drop: () => admin(`drop database if exists ${name} with (force)`) };
}

function idOf(flag: "-u" | "-g"): number {
  return Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
}
