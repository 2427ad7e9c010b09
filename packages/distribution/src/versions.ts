// Versions of the software: the real package, signed, and its life. What each contract owes about one is in its own file.
import { createHash } from "node:crypto";
import { type Signer, signStatement, verifyStatement } from "@cercle/evidence";
import type { Json, Temporal } from "@cercle/kernel";
import { json, type Queryable, type Tx } from "@cercle/store";
import { distributionErrors } from "./errors.ts";
import type { BuiltPackage } from "./ports.ts";
import { listMissingTests, move, parseVersion, type Test, type VersionAct, type VersionState } from "./version-life.ts";

export type Prohibition = { readonly basis: string; readonly reference: string; readonly remedy: string };
export type VersionRow = {
  readonly number: string;
  readonly continuity: boolean;
  readonly state: VersionState;
  readonly announced_at: Temporal.Instant | null;
  readonly tests: readonly Test[];
  readonly package_name: string;
  readonly digest: string;
  readonly manual_from: string;
  readonly sources: string;
  readonly deposit: Json;
  readonly prohibition: Prohibition | null;
  readonly published_at: Temporal.Instant | null;
};
const columns = "number, continuity, state, announced_at, tests, package_name, digest, manual_from, sources, deposit, prohibition, published_at";

const digestOf = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
type PackageStatement = { readonly format: "cercle-package-1"; readonly name: string; readonly version: string; readonly digest: string };

export async function getVersion(from: Queryable, number: string): Promise<VersionRow> {
  const row = await from.first<VersionRow>(`select ${columns} from distribution.version where number = $1`, [number]);
  if (!row) throw distributionErrors.refuse("distribution.no-version", { params: { number: number.slice(0, 40) } });
  return row;
}

export const listVersions = (from: Queryable): Promise<readonly VersionRow[]> =>
  from.query<VersionRow>(`select ${columns} from distribution.version order by rank desc`);

/** Keeps the package under its number. `manualFrom` names an earlier version whose manual is carried over by decision. */
export async function addVersion(
  tx: Tx,
  {
    number,
    continuity,
    built,
    manualFrom,
    signer,
  }: { number: string; continuity: boolean; built: BuiltPackage; manualFrom: string | undefined; signer: Signer },
  now: Temporal.Instant,
): Promise<VersionRow> {
  const digest = digestOf(built.bytes);
  const signature = signStatement({ format: "cercle-package-1", name: built.name, version: number, digest } satisfies PackageStatement, signer);
  const carried = manualFrom ? await tx.first<{ manual: Uint8Array }>("select manual from distribution.version where number = $1", [manualFrom]) : undefined;
  if (manualFrom && !carried) throw distributionErrors.refuse("distribution.no-version", { params: { number: manualFrom } });
  const made = await tx.first<VersionRow>(
    `insert into distribution.version (number, rank, continuity, state, package, package_name, digest, signature, manual, manual_from, sources, created_at)
     values ($1, $2, $3, 'draft', $4, $5, $6, $7, $8, $9, $10, $11) on conflict do nothing returning ${columns}`,
    [
      number,
      parseVersion(number),
      continuity,
      built.bytes,
      built.name,
      digest,
      signature,
      carried?.manual ?? built.manual,
      manualFrom ?? number,
      built.sources,
      now,
    ],
  );
  if (!made) throw distributionErrors.refuse("distribution.version-exists", { params: { number } });
  return made;
}

/** The act, judged and written under the version's lock. */
export async function act(
  tx: Tx,
  number: string,
  name: VersionAct,
  facts: { tests?: readonly Test[]; prohibition?: Prohibition },
  now: Temporal.Instant,
): Promise<VersionRow> {
  const version = await tx.first<VersionRow>(`select ${columns} from distribution.version where number = $1 for update`, [number]);
  if (!version) throw distributionErrors.refuse("distribution.no-version", { params: { number: number.slice(0, 40) } });
  const state = move(name, version);
  if (name === "qualify") {
    const missing = listMissingTests(facts.tests ?? []);
    if (missing.length > 0) throw distributionErrors.refuse("distribution.tests-missing", { params: { missing: missing.join(", ") }, clause: "CPS 10.2.4" });
  }
  const dated = { announce: "announced_at", qualify: "qualified_at", publish: "published_at", prohibit: "ended_at", retire: "ended_at" }[name];
  await tx.run(`update distribution.version set state = $2, ${dated} = $3, tests = $4, prohibition = $5 where number = $1`, [
    number,
    state,
    now,
    json(facts.tests ?? version.tests),
    facts.prohibition ? json(facts.prohibition) : version.prohibition && json(version.prohibition),
  ]);
  return getVersion(tx, number);
}

export type Piece = "package" | "signature" | "manual";

/** A piece as it is downloaded. Throws on a version whose use is prohibited. */
export async function readPiece(
  from: Queryable,
  number: string,
  piece: Piece,
): Promise<{ readonly bytes: Uint8Array; readonly name: string; readonly type: string }> {
  const version = await getVersion(from, number);
  if (version.prohibition)
    throw distributionErrors.refuse("distribution.prohibited", { params: { number, remedy: version.prohibition.remedy }, clause: "CPS 17.2.4" });
  const row = await from.first<{ package: Uint8Array; signature: string; manual: Uint8Array }>(
    "select package, signature, manual from distribution.version where number = $1",
    [number],
  );
  if (!row) throw distributionErrors.refuse("distribution.no-version", { params: { number } });
  const pieces = {
    package: { bytes: row.package, name: version.package_name, type: "application/gzip" },
    signature: { bytes: Buffer.from(row.signature), name: `${version.package_name}.signature.json`, type: "application/json" },
    manual: { bytes: row.manual, name: `manuel-${version.manual_from}.md`, type: "text/markdown; charset=utf-8" },
  } as const;
  return pieces[piece];
}

/** Whether a copy is still what the agency signed (CPS 9.2, 13): content and marks. No server is needed. */
export function checkPackage(
  bytes: Uint8Array,
  signature: string,
  anchors?: string,
): { readonly name: string; readonly version: string; readonly trusted: boolean | undefined } {
  const check = verifyStatement(signature.trim(), anchors);
  const fail = (reason: string) => distributionErrors.refuse("distribution.altered", { params: { reason }, clause: "CPS 9.2" });
  if (!check.ok) throw fail(check.reason);
  if (check.trusted === false) throw fail("signature: unknown authority");
  const { format, name, version, digest } = check.statement as unknown as PackageStatement;
  if (format !== "cercle-package-1") throw fail("signature: another kind of statement");
  if (digest !== digestOf(bytes)) throw fail("sha256");
  return { name, version, trusted: check.trusted };
}

/** What anyone may see of a version: an allow-list. Tests, reasons, deposits, results are for those in contract. */
export const publicVersion = ({
  number,
  state,
  published_at,
}: VersionRow): { readonly number: string; readonly state: string; readonly published_on: string } => ({
  number,
  state,
  published_on: published_at?.toString().slice(0, 10) ?? "",
});
export const isShown = ({ state }: VersionRow): boolean => state === "published" || state === "prohibited" || state === "retired";
