// The cards of the space: made with keys of their own, certified by the PKI, kept sealed, revoked.
import { randomBytes, randomInt, X509Certificate } from "node:crypto";
import { type Clock, Temporal } from "@cercle/kernel";
import type { Store, Tx } from "@cercle/store";
import type { CardFacts, CardType, Holder } from "./card-data.ts";
import { cardErrors } from "./errors.ts";
import { generateCardKey, openKey } from "./keys.ts";
import { type CardMachine, createCard } from "./machine.ts";
import { buildFileSystem } from "./pkcs15.ts";
import type { CardIssuer, Holders, Seal, Trace } from "./ports.ts";
import { maximumTries } from "./secrets.ts";
import { hex, toHex } from "./tlv.ts";
import { type CardVersion, currentVersion, versionProfiles } from "./versions.ts";

export type CardState = "active" | "early" | "blocked" | "revoked" | "expired";

/** A card as people see it: no secret. */
export type CardView = {
  readonly number: string;
  readonly nationalId: string;
  readonly type: CardType;
  readonly version: CardVersion;
  readonly holder: Holder;
  readonly state: CardState;
  readonly pinTries: number;
  readonly pukTries: number;
  readonly validFrom: Temporal.Instant;
  readonly validUntil: Temporal.Instant;
  readonly revokedAt: Temporal.Instant | undefined;
  readonly reader: string | undefined;
  /** Only the signature key and certificate are listed in the card. */
  readonly signatureOnly: boolean;
  readonly certificates: { readonly authentication: Uint8Array; readonly signature: Uint8Array };
  readonly serials: { readonly authentication: string; readonly signature: string };
};

export type NewCard = {
  readonly id: string;
  readonly type: CardType;
  readonly version?: CardVersion | undefined;
  readonly notAfter?: Temporal.Instant | undefined;
  readonly notBefore?: Temporal.Instant | undefined;
  readonly pin?: string | undefined;
  /** A test card that lists its signature key and certificate only: every sign-in must refuse it. */
  readonly signatureOnly?: boolean | undefined;
  /** For a holder outside the directory. */
  readonly holder?:
    | { readonly familyName: string; readonly givenName: string; readonly structure?: { readonly id: string; readonly name: string } | undefined }
    | undefined;
};

export type Cards = {
  /** Draws keys and codes, has the certificates issued, seals. The codes are answered once. */
  create(card: NewCard): Promise<{ readonly card: CardView; readonly pin: string; readonly puk: string }>;
  find(number: string): Promise<CardView>;
  list(limit?: number): Promise<readonly CardView[]>;
  /** Ends both certificates. A card revoked already stays so. */
  revoke(number: string, reason: string): Promise<CardView>;
  /** The machine of a card as it was kept, and how to keep it again; `lease` is the insertion that owns it, if any. */
  open(number: string): Promise<{ readonly card: CardMachine; keep(lease?: string): Promise<void> }>;
};

type Row = {
  number: string;
  national_id: string;
  type: CardType;
  version: CardVersion;
  holder: Holder;
  authentication: Uint8Array;
  signature: Uint8Array;
  authentication_serial: string;
  signature_serial: string;
  sealed: Uint8Array;
  pin_tries: number;
  puk_tries: number;
  written: Record<string, string>;
  valid_from: Temporal.Instant;
  valid_until: Temporal.Instant;
  revoked_at: Temporal.Instant | null;
  reader: string | null;
  lease_until: Temporal.Instant | null;
  signature_only: boolean;
};

type Secrets = { readonly authentication: string; readonly signature: string; readonly pin: string; readonly puk: string };

const digits = (count: number): string => Array.from({ length: count }, () => randomInt(10)).join("");
/** RPPS alone is accepted. */
const nationalIdOf = (id: string): string => (/^\d{11}$/.test(id) ? `8${id}` : id);

export function createCards({
  store,
  issuer,
  holders,
  vault,
  real,
  trace,
  mode,
}: {
  store: Store;
  issuer: CardIssuer;
  holders: Holders;
  vault: Seal;
  real: Clock;
  trace: Trace;
  mode: "sandbox" | "live";
}): Cards {
  const row = async (number: string): Promise<Row> => {
    const found = await store.first<Row>("select * from card.card where number = $1", [number]);
    if (!found) throw cardErrors.refuse("card.unknown-card", { params: { card: number } });
    return found;
  };
  const view = (found: Row): CardView => toView(found, real.now());

  const holderOf = async ({ id, holder }: NewCard): Promise<Holder> => {
    const nationalId = nationalIdOf(id);
    const known = await holders.findHolder(nationalId);
    if (known) return known;
    if (!holder) throw cardErrors.refuse("card.unknown-person", { params: { id } });
    const situations = holder.structure ? [{ index: 1, name: holder.structure.name, structure: holder.structure.id, sector: "SA01" }] : [];
    return { nationalId, familyName: holder.familyName, givenName: holder.givenName, situations };
  };

  return {
    async create(asked) {
      // A simulated card proves nobody's identity outside a sandbox.
      if (mode !== "sandbox") throw cardErrors.refuse("card.sandbox-only");
      const holder = await holderOf(asked);
      const [authentication, signature] = await Promise.all([generateCardKey(), generateCardKey()]);
      const pin = asked.pin ?? digits(4);
      const puk = digits(8);
      const sealed = vault.seal(
        Buffer.from(JSON.stringify({ authentication: toHex(authentication.pkcs8), signature: toHex(signature.pkcs8), pin, puk } satisfies Secrets)),
      );
      const number = String(randomInt(10 ** 9, 10 ** 10));
      const first = holder.situations[0];
      const made = await store.transaction(async (tx) => {
        const issued = await issuer.issueCardCertificates(tx, {
          type: asked.type,
          holder: {
            nationalId: holder.nationalId,
            familyName: holder.familyName,
            givenName: holder.givenName,
            ...(holder.profession ? { profession: holder.profession } : {}),
            ...(first ? { structure: { id: first.structure, name: first.name } } : {}),
          },
          publicKeys: { authentication: authentication.publicKey, signature: signature.publicKey },
          cardNumber: number,
          ...(asked.notAfter ? { notAfter: asked.notAfter } : {}),
          ...(asked.notBefore ? { notBefore: asked.notBefore } : {}),
        });
        const { validFrom, validTo } = new X509Certificate(issued.authentication);
        const inserted = await tx.first<Row>(
          `insert into card.card (number, national_id, type, version, holder, authentication, signature, authentication_serial, signature_serial,
             sealed, pin_tries, puk_tries, valid_from, valid_until, created_at, signature_only)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) returning *`,
          [
            number,
            holder.nationalId,
            asked.type,
            asked.version ?? currentVersion,
            holder,
            issued.authentication,
            issued.signature,
            issued.serials.authentication,
            issued.serials.signature,
            sealed,
            maximumTries.pin,
            maximumTries.puk,
            instantOf(validFrom),
            instantOf(validTo),
            real.now(),
            asked.signatureOnly ?? false,
          ],
        );
        await trace(tx, { type: "card-created", subject: number, payload: { type: asked.type, version: asked.version ?? currentVersion } });
        return inserted as Row;
      });
      return { card: view(made), pin, puk };
    },
    find: async (number) => view(await row(number)),
    list: async (limit = 500) => (await store.query<Row>("select * from card.card order by created_at, number limit $1", [limit])).map(view),
    revoke: (number, reason) =>
      store.transaction(async (tx) => {
        const revoked = await tx.first<Row>("update card.card set revoked_at = $2 where number = $1 and revoked_at is null returning *", [number, real.now()]);
        if (revoked) await endCertificates(tx, { issuer, trace }, revoked, reason);
        const current = revoked ?? (await tx.first<Row>("select * from card.card where number = $1", [number]));
        if (!current) throw cardErrors.refuse("card.unknown-card", { params: { card: number } });
        return view(current);
      }),
    async open(number) {
      const kept = await row(number);
      const secrets = JSON.parse(Buffer.from(vault.unseal(kept.sealed)).toString("utf8")) as Secrets;
      const card = openMachine(kept, secrets);
      return {
        card,
        async keep(lease) {
          const { pin, puk } = card.codes;
          const changed = await store.run(
            `update card.card set sealed = $2, pin_tries = $3, puk_tries = $4, written = $5
              where number = $1 and (($6::uuid is not null and lease = $6) or ($6::uuid is null and (lease is null or lease_until < $7)))`,
            [
              number,
              vault.seal(Buffer.from(JSON.stringify({ ...secrets, pin: pin.value, puk: puk.value } satisfies Secrets))),
              pin.tries,
              puk.tries,
              Object.fromEntries([...card.written].map(([fid, content]) => [fid, toHex(content)])),
              lease ?? null,
              real.now(),
            ],
          );
          // Another process holds the card now: what this one computed must not count.
          if (changed !== 1) throw cardErrors.refuse("card.already-inserted", { params: { card: number } });
        },
      };
    },
  };
}

async function endCertificates(tx: Tx, { issuer, trace }: { issuer: CardIssuer; trace: Trace }, card: Row, reason: string): Promise<void> {
  await issuer.revoke(tx, card.authentication_serial, reason);
  await issuer.revoke(tx, card.signature_serial, reason);
  await trace(tx, { type: "card-revoked", subject: card.number, payload: { reason } });
}

/** Node writes certificate dates as `Nov 22 00:00:00 2029 GMT`. */
function instantOf(text: string): Temporal.Instant {
  return Temporal.Instant.fromEpochMilliseconds(Date.parse(text));
}

const day = (instant: Temporal.Instant): string => instant.toString().slice(0, 10);

function openMachine(kept: Row, secrets: Secrets): CardMachine {
  const facts: CardFacts = {
    number: kept.number,
    type: kept.type,
    version: kept.version,
    validFrom: day(kept.valid_from),
    validUntil: day(kept.valid_until),
    holder: kept.holder,
  };
  return createCard(
    {
      answerToReset: versionProfiles[kept.version].answerToReset,
      root: buildFileSystem({ facts, certificates: { authentication: kept.signature_only ? undefined : kept.authentication, signature: kept.signature } }),
      keys: { authentication: openKey(hex(secrets.authentication)), signature: openKey(hex(secrets.signature)) },
      codes: { pin: { value: secrets.pin, tries: kept.pin_tries }, puk: { value: secrets.puk, tries: kept.puk_tries } },
      random: (count) => randomBytes(count),
    },
    new Map(Object.entries(kept.written).map(([fid, content]) => [Number(fid), hex(content)])),
  );
}

function toView(found: Row, now: Temporal.Instant): CardView {
  const state: readonly (readonly [boolean, CardState])[] = [
    [found.revoked_at !== null, "revoked"],
    [Temporal.Instant.compare(found.valid_until, now) < 0, "expired"],
    [Temporal.Instant.compare(found.valid_from, now) > 0, "early"],
    [found.pin_tries === 0, "blocked"],
  ];
  const inReader = found.lease_until !== null && Temporal.Instant.compare(found.lease_until, now) > 0;
  return {
    number: found.number,
    nationalId: found.national_id,
    type: found.type,
    version: found.version,
    holder: found.holder,
    state: state.find(([holds]) => holds)?.[1] ?? "active",
    pinTries: found.pin_tries,
    pukTries: found.puk_tries,
    validFrom: found.valid_from,
    validUntil: found.valid_until,
    revokedAt: found.revoked_at ?? undefined,
    reader: inReader ? (found.reader ?? undefined) : undefined,
    signatureOnly: found.signature_only,
    certificates: { authentication: found.authentication, signature: found.signature },
    serials: { authentication: found.authentication_serial, signature: found.signature_serial },
  };
}
