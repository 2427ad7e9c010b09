// Licences of use: who holds which version, and whose agreed delay runs past a change of cards.
import { newId, Temporal } from "@cercle/kernel";
import { type CountingPolicy, countForward, type DayUnit } from "@cercle/law";
import { json, type Queryable, type Tx } from "@cercle/store";
import { distributionErrors } from "./errors.ts";
import type { Delay } from "./licence-rules.ts";

export type LicenceRow = {
  readonly id: string;
  readonly file: string;
  readonly product: string;
  readonly territory: string;
  readonly delay: Delay;
  readonly signed_on: string;
  readonly version: string | null;
};
const columns = "id, file, product, territory, delay, to_char(signed_on, 'YYYY-MM-DD') as signed_on, version";

export async function addLicence(tx: Tx, licence: Omit<LicenceRow, "id" | "version">, sealed: Uint8Array): Promise<string> {
  const id = newId<"licence">();
  await tx.run("insert into distribution.licence (id, file, product, facts, territory, delay, signed_on) values ($1, $2, $3, $4, $5, $6, $7)", [
    id,
    licence.file,
    licence.product,
    sealed,
    licence.territory,
    json(licence.delay),
    licence.signed_on,
  ]);
  return id;
}

export async function getLicence(from: Queryable, id: string): Promise<LicenceRow> {
  const row = await from.first<LicenceRow>(`select ${columns} from distribution.licence where id = $1`, [id]);
  if (!row) throw distributionErrors.refuse("distribution.no-licence");
  return row;
}

export const listLicences = (from: Queryable, file: string): Promise<readonly (LicenceRow & { facts: Uint8Array })[]> =>
  from.query<LicenceRow & { facts: Uint8Array }>(`select ${columns}, facts from distribution.licence where file = $1 order by signed_on, id`, [file]);

export const allLicences = (from: Queryable): Promise<readonly LicenceRow[]> =>
  from.query<LicenceRow>(`select ${columns} from distribution.licence where ended_at is null order by file, id`);

export const install = (tx: Tx, id: string, version: string, now: Temporal.Instant): Promise<number> =>
  tx.run("update distribution.licence set version = $2, updated_at = $3 where id = $1", [id, version, now]);

export type Spread = {
  readonly licence: string;
  readonly file: string;
  readonly product: string;
  readonly version: string | null;
  readonly has_it: boolean;
  /** The last day of the delay agreed with the professional, from the day the version was available. */
  readonly agreed_day: string;
  /** Without the version, its delay runs past the change of cards. */
  readonly at_risk: boolean;
};

/** Pure. */
export function spreadOf(
  licences: readonly LicenceRow[],
  { number, available, change, policy }: { number: string; available: Temporal.PlainDate; change: Temporal.PlainDate | undefined; policy: CountingPolicy },
): readonly Spread[] {
  return licences.map(({ id, file, product, version, delay }) => {
    const agreed = countForward({ from: available, length: delay.length, unit: delay.unit as DayUnit, policy, move: false }).lastDay;
    const has_it = version === number;
    const at_risk = !has_it && change !== undefined && Temporal.PlainDate.compare(agreed, change) >= 0;
    return { licence: id, file, product, version, has_it, agreed_day: agreed.toString(), at_risk };
  });
}
