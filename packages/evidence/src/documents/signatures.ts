// How a party signs: a passkey whose challenge is the document's hash, a card over the document's bytes, or a pen on paper.
// With each goes who signed and the power to sign for the party. One signature for each party.
import { verify as verifySignature, X509Certificate } from "node:crypto";
import type { Clock, Json, Temporal } from "@cercle/kernel";
import type { Queryable, Tx } from "@cercle/store";
import { type AuthenticationResponseJSON, verifyAuthenticationResponse } from "@simplewebauthn/server";
import type { Contents } from "../contents.ts";
import { evidenceErrors } from "../errors.ts";
import type { Evidence } from "../evidence.ts";
import type { Acts, SigningCards, SigningPasskeys } from "../ports.ts";
import type { DocumentRow, OpenDocument } from "./documents.ts";
import { digestOf, readText } from "./pades.ts";

/** In what capacity one signs for the party, and what shows it (an extract, a delegation). */
export type Power = { readonly capacity: string; readonly shown_by: string };
export type SignatureFacts = { readonly signatory: string; readonly power: Power; readonly proof: Json };
export type SignatureRow = {
  readonly party: string;
  readonly method: "passkey" | "card" | "paper";
  readonly generation: number;
  readonly facts: Uint8Array;
  readonly signed_at: Temporal.Instant;
  readonly recorded_by: string;
  readonly recorded_at: Temporal.Instant;
  readonly confirmed_by: string | null;
  readonly confirmed_at: Temporal.Instant | null;
  readonly entry: number | null;
};

type Signing = { readonly document: DocumentRow; readonly open: OpenDocument; readonly party: string; readonly power: Power; readonly by: string };

/** Records a verified signature, once for each party. */
export type RecordSignature = (tx: Tx) => Promise<void>;

export type Signatures = {
  /** What the browser asks the passkey to sign. */
  passkeyOptions(document: DocumentRow): object;
  /** Verifies first, outside any transaction (ports read their own stores); what comes back records it in one. */
  byPasskey(signing: Signing, account: string, response: unknown): Promise<RecordSignature>;
  byCard(signing: Signing, card: { certificate: Uint8Array; signature: Uint8Array }): Promise<RecordSignature>;
  /** Uploaded by one person; counts when another has compared it with the text sent. */
  onPaper(tx: Tx, signing: Signing, paper: { signatory: string; signedAt: Temporal.Instant; scan: { type: string; bytes: Uint8Array } }): Promise<void>;
  confirmPaper(tx: Tx, document: DocumentRow, party: string, by: string): Promise<void>;
  list(from: Queryable, document: DocumentRow): Promise<readonly SignatureRow[]>;
  facts(from: Queryable, document: DocumentRow, row: SignatureRow): Promise<SignatureFacts | undefined>;
};

export function createSignatures({
  evidence,
  contents,
  acts,
  passkeys,
  cards,
  clock,
}: {
  evidence: Evidence;
  contents: Contents;
  acts: Acts;
  passkeys: SigningPasskeys;
  cards: SigningCards;
  clock: Clock;
}): Signatures {
  type Signed = { method: SignatureRow["method"]; at: Temporal.Instant; facts: SignatureFacts; counts: boolean };

  const keep = async (tx: Tx, { document, open, party, by }: Signing, { method, at, facts, counts }: Signed): Promise<void> => {
    if (!open.facts.parties.some((known) => known.party === party)) throw evidenceErrors.refuse("evidence.not-yours");
    const box = await contents.sealBytes(tx, document.file_id, `signature ${document.reference} ${party}`, Buffer.from(JSON.stringify(facts)));
    const now = clock.now();
    const written = await tx.run(
      `insert into evidence.signature (document_id, party, method, generation, facts, signed_at, recorded_by, recorded_at, confirmed_by, confirmed_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict do nothing`,
      [document.id, party, method, box.generation, box.sealed, at, by, now, counts ? by : null, counts ? now : null],
    );
    if (written !== 1) throw evidenceErrors.refuse("evidence.signed-already", { params: { party } });
    if (counts) await leaveEntry(tx, document, open, party, { method, at, by });
  };
  const leaveEntry = async (
    tx: Tx,
    document: DocumentRow,
    open: OpenDocument,
    party: string,
    how: { method: string; at: Temporal.Instant; by: string },
  ): Promise<void> => {
    const as = open.facts.parties.find((known) => known.party === party)?.as;
    const payload = { ...(document.act_payload ?? {}), by: as, document: document.reference, digest: document.digest, method: how.method };
    const entry = { type: document.act ?? "document-signed", actor: how.by, happenedAt: how.at, payload };
    const { seq } = document.act ? await acts.record(tx, document.file_reference, entry) : await evidence.append(tx, document.file_id, entry);
    await tx.run("update evidence.signature set entry = $3 where document_id = $1 and party = $2", [document.id, party, seq]);
  };

  return {
    passkeyOptions: (document) => ({
      challenge: challengeOf(document),
      rpId: passkeys.place().id,
      userVerification: "required",
      timeout: 300_000,
      allowCredentials: [],
    }),
    async byPasskey(signing, account, response) {
      const given = response as AuthenticationResponseJSON;
      const known = await passkeys.find(String(given?.id ?? "").slice(0, 1400));
      if (!known || known.account !== account) throw evidenceErrors.refuse("evidence.bad-signature");
      const { id, origin } = passkeys.place();
      const verified = await verifyAuthenticationResponse({
        response: given,
        // The challenge is the document's hash: the signature is over this document and no other.
        expectedChallenge: challengeOf(signing.document),
        expectedOrigin: origin,
        expectedRPID: id,
        credential: { id: given.id, publicKey: new Uint8Array(known.publicKey), counter: known.counter },
        requireUserVerification: true,
      }).catch((cause: unknown) => {
        throw evidenceErrors.refuse("evidence.bad-signature", { cause });
      });
      if (!verified.verified) throw evidenceErrors.refuse("evidence.bad-signature");
      const { authenticatorData, clientDataJSON, signature } = given.response;
      const proof = { credential: given.id, public_key: Buffer.from(known.publicKey).toString("base64url"), authenticatorData, clientDataJSON, signature };
      const facts = { signatory: `account:${account}`, power: signing.power, proof };
      return (tx) => keep(tx, signing, { method: "passkey", at: clock.now(), facts, counts: true });
    },
    async byCard(signing, { certificate, signature }) {
      const verdict = await cards(certificate);
      if (!verdict.ok) throw evidenceErrors.refuse("evidence.bad-card", { params: { reason: verdict.reason } });
      const { publicKey } = new X509Certificate(certificate);
      if (!verifySignature("sha256", signing.open.bytes, publicKey, signature)) throw evidenceErrors.refuse("evidence.bad-signature");
      const proof = { certificate: Buffer.from(certificate).toString("base64"), signature: Buffer.from(signature).toString("base64"), serial: verdict.serial };
      const facts = { signatory: verdict.nationalId, power: signing.power, proof };
      return (tx) => keep(tx, signing, { method: "card", at: clock.now(), facts, counts: true });
    },
    async onPaper(tx, signing, { signatory, signedAt, scan }) {
      if (
        signedAt.epochMilliseconds > clock.now().epochMilliseconds ||
        signedAt.epochMilliseconds < signing.document.drafted_at.epochMilliseconds - 86_400_000
      ) {
        throw evidenceErrors.refuse("evidence.impossible-date");
      }
      // A PDF that carries text is compared by machine: another text is refused. A picture is compared by the second person.
      const [sent, back] = [await readText(signing.open.bytes), scan.type === "application/pdf" ? await readText(scan.bytes) : ""];
      if (back !== "" && !back.includes(sent)) throw evidenceErrors.refuse("evidence.other-text");
      const proof = {
        scan: Buffer.from(scan.bytes).toString("base64"),
        scan_type: scan.type,
        scan_digest: digestOf(scan.bytes),
        compared_by_machine: back !== "",
      };
      const facts = { signatory, power: signing.power, proof };
      await keep(tx, signing, { method: "paper", at: signedAt, facts, counts: false });
    },
    async confirmPaper(tx, document, party, by) {
      const row = await tx.first<SignatureRow>(
        `update evidence.signature set confirmed_by = $3, confirmed_at = $4
          where document_id = $1 and party = $2 and method = 'paper' and confirmed_at is null and recorded_by <> $3 returning *`,
        [document.id, party, by, clock.now()],
      );
      if (!row) {
        const known = await tx.first<SignatureRow>("select * from evidence.signature where document_id = $1 and party = $2", [document.id, party]);
        throw evidenceErrors.refuse(known?.recorded_by === by && !known.confirmed_at ? "evidence.same-person" : "evidence.already-settled");
      }
      const facts = await contents.openBytes(tx, document.file_id, `document-facts ${document.reference}`, {
        generation: document.generation,
        sealed: document.facts,
      });
      if (!facts) throw evidenceErrors.refuse("evidence.no-document");
      const open = { facts: JSON.parse(Buffer.from(facts).toString("utf8")) as OpenDocument["facts"], bytes: new Uint8Array() };
      await leaveEntry(tx, document, open, party, { method: "paper", at: row.signed_at, by });
    },
    list: (from, document) => from.query<SignatureRow>("select * from evidence.signature where document_id = $1 order by recorded_at", [document.id]),
    async facts(from, document, row) {
      const plain = await contents.openBytes(from, document.file_id, `signature ${document.reference} ${row.party}`, {
        generation: row.generation,
        sealed: row.facts,
      });
      return plain && (JSON.parse(Buffer.from(plain).toString("utf8")) as SignatureFacts);
    },
  };
}

function challengeOf(document: DocumentRow): string {
  return Buffer.from(document.digest, "hex").toString("base64url");
}
