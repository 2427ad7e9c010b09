// Who follows versions by e-mail or webhook, and how each is told: a durable job for each, written with the act that is the news.
import { randomBytes } from "node:crypto";
import { newId, Temporal } from "@cercle/kernel";
import type { Jobs, Queryable, Tx } from "@cercle/store";
import { distributionErrors } from "./errors.ts";
import { listLicences } from "./licences.ts";
import { type News, writeHook, writeMail } from "./news.ts";
import type { DistributionPorts } from "./ports.ts";
import type { Room } from "./room.ts";

export type FollowerKind = "email" | "webhook";
type Row = { readonly id: string; readonly file: string; readonly kind: FollowerKind; readonly address: Uint8Array; readonly secret: Uint8Array | null };

const jobName = "distribution.news";
const mostOfAContract = 20;

async function addFollower(
  tx: Tx,
  { file, kind, address }: { file: string; kind: FollowerKind; address: string },
  { vault, now }: Pick<DistributionPorts, "vault" | "now">,
): Promise<{ readonly follower: string; readonly secret?: string }> {
  await tx.run("select pg_advisory_xact_lock(hashtextextended($1, 7206530))", [file]);
  const count = await tx.first<{ count: number }>("select count(*) as count from distribution.follower where file = $1", [file]);
  if ((count?.count ?? 0) >= mostOfAContract) throw distributionErrors.refuse("distribution.too-many-followers", { params: { most: mostOfAContract } });
  const id = newId<"follower">();
  const secret = kind === "webhook" ? randomBytes(32) : undefined;
  await tx.run("insert into distribution.follower (id, file, kind, address, secret, created_at) values ($1, $2, $3, $4, $5, $6)", [
    id,
    file,
    kind,
    vault.seal(Buffer.from(address)),
    secret ? vault.seal(secret) : null,
    now(),
  ]);
  return { follower: id, ...(secret ? { secret: `whsec_${secret.toString("base64")}` } : {}) };
}

/** What a space cannot send is not promised. */
export function addFollowerChecked({ store, ports }: Room, file: string, wanted: { kind: FollowerKind; address: string }): ReturnType<typeof addFollower> {
  if (wanted.kind === "email" && !ports.mail) throw distributionErrors.refuse("distribution.no-relay");
  if (wanted.kind === "webhook" && ports.hooksOverTlsOnly && !wanted.address.startsWith("https:")) throw distributionErrors.refuse("distribution.plain-hook");
  return store.transaction((tx) => addFollower(tx, { file, ...wanted }, ports));
}

export const removeFollower = (from: Queryable, file: string, id: string): Promise<number> =>
  from.run("delete from distribution.follower where id = $1 and file = $2", [id, file]);

export async function listFollowers(from: Queryable, file: string, { vault }: Pick<DistributionPorts, "vault">) {
  const rows = await from.query<Row & { last_sent_at: Temporal.Instant | null; last_failure: string | null }>(
    "select id, kind, address, last_sent_at, last_failure from distribution.follower where file = $1 order by created_at",
    [file],
  );
  return rows.map(({ id, kind, address, last_sent_at, last_failure }) => ({
    follower: id,
    kind,
    address: Buffer.from(vault.unseal(address)).toString("utf8"),
    last_sent_at,
    last_failure,
  }));
}

/** Writes one job for each follower of these contracts; answers how many. */
export async function tellFollowers(tx: Tx, jobs: Jobs, files: readonly string[], news: News): Promise<number> {
  const rows = await tx.query<{ id: string }>("select id from distribution.follower where file = any($1)", [files]);
  for (const { id } of rows) await jobs.add(tx, { name: jobName, payload: { follower: id, news } });
  return rows.length;
}

/** The same for licensees who left an address; those who did not are their vendor's to tell. */
export async function tellLicensees(
  tx: Tx,
  jobs: Jobs,
  licences: readonly { readonly id: string; readonly email: string | undefined }[],
  news: News,
): Promise<{ readonly by_mail: number; readonly by_vendor: number }> {
  const reached = licences.filter(({ email }) => email);
  for (const { id } of reached) await jobs.add(tx, { name: jobName, payload: { licence: id, news } });
  return { by_mail: reached.length, by_vendor: licences.length - reached.length };
}

type Holder = { readonly kind: string; readonly email?: string };
export const holderOf = (vault: DistributionPorts["vault"], facts: Uint8Array): Holder =>
  JSON.parse(Buffer.from(vault.unseal(facts)).toString("utf8")) as Holder;

type Payload = { readonly follower?: string; readonly licence?: string; readonly news: News };

/** Sends what waits; a failure is kept with the follower and tried again by the job. */
export function workOnNews({ store, ports }: Room): void {
  const page = `${ports.origin}/vendors`;
  const deliver = async ({ kind, id, address, secret }: { kind: FollowerKind; id: string; address: string; secret: Uint8Array | undefined }, news: News) => {
    if (kind === "email") {
      if (!ports.mail) throw distributionErrors.refuse("distribution.no-relay");
      return ports.mail({ to: address, ...writeMail(news, page) });
    }
    const seconds = Math.floor(Temporal.Now.instant().epochMilliseconds / 1000);
    const { body, headers } = writeHook(news, { id: `${id}-${news.kind}-${news.version}`, seconds, secret: secret ?? new Uint8Array(), page });
    return ports.post(address, { body, headers });
  };
  const text = (sealed: Uint8Array): string => Buffer.from(ports.vault.unseal(sealed)).toString("utf8");
  store.jobs.work({
    name: jobName,
    async handle(payload) {
      const { follower, licence, news } = payload as Payload;
      if (licence) {
        const row = await store.first<{ facts: Uint8Array }>("select facts from distribution.licence where id = $1 and ended_at is null", [licence]);
        const email = row && holderOf(ports.vault, row.facts).email;
        if (email) await deliver({ kind: "email", id: licence, address: email, secret: undefined }, news);
        return;
      }
      const row = await store.first<Row>("select id, file, kind, address, secret from distribution.follower where id = $1", [follower]);
      // Unfollowed since: nothing is owed.
      if (!row) return;
      const mark = (failure: string | null): Promise<number> =>
        store.run("update distribution.follower set last_sent_at = case when $2::text is null then $3 else last_sent_at end, last_failure = $2 where id = $1", [
          row.id,
          failure,
          Temporal.Now.instant(),
        ]);
      try {
        await deliver({ kind: row.kind, id: row.id, address: text(row.address), secret: row.secret ? ports.vault.unseal(row.secret) : undefined }, news);
        await mark(null);
      } catch (error) {
        // The reason without the address: it is shown, and a job keeps its own copy.
        const reason = (error instanceof Error ? error.message : String(error)).replaceAll(text(row.address), "…").slice(0, 200);
        await mark(reason);
        throw new Error(reason);
      }
    },
  });
}

/** Licences of a version, or of every contract, with the address that each left. */
export async function licenseesOf(from: Queryable, files: readonly string[], { vault }: Pick<DistributionPorts, "vault">, version?: string) {
  const found: { id: string; kind: string; email: string | undefined }[] = [];
  for (const file of files)
    for (const licence of await listLicences(from, file)) {
      if (version !== undefined && licence.version !== version) continue;
      const { kind, email } = holderOf(vault, licence.facts);
      found.push({ id: licence.id, kind, email });
    }
  return found;
}
