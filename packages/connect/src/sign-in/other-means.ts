// A sign-in finished by another means than the e-CPS. Its page lives elsewhere (the card's needs TLS with a client certificate) and
// may not be trusted with the browser: it gives out an address that is good once, for a minute, and only in the browser that
// began the sign-in. Whoever shows a card on a stranger's link signs nobody in.
import { randomBytes } from "node:crypto";
import type { Store } from "@cercle/store";
import type { Provider } from "oidc-provider";
import type { Clients } from "../clients/clients.ts";
import type { Traces } from "../clients/traces.ts";
import { connectErrors } from "../errors.ts";
import type { People } from "../people.ts";
import type { CertificateVerdict, Environment } from "../ports.ts";
import { digestId } from "../provider/adapter.ts";
import { sayCardReason } from "./card-reasons.ts";
import type { Means } from "./means.ts";

export type OtherMeans = Exclude<Means, "e-cps">;
/** Who was proven to be there, and by what: a card's serial number, a passkey's public identifier. */
export type Proof = { readonly means: OtherMeans; readonly person: string; readonly device: string };

export type MeansDesk = {
  /** Shows this means on the sign-in page: `address` is its page for one attempt. */
  offer(means: OtherMeans, address: (uid: string) => string): void;
  offered(uid: string): readonly { readonly means: OtherMeans; readonly address: string }[];
  /** Where to send the browser now. Throws `connect.attempt-over`, `connect.no-person`. */
  signInBy(uid: string, proof: Proof): Promise<string>;
  /** The same for the answer of pki's `verifyClientCertificate`. Throws `connect.card-refused` too; each refusal is traced. */
  signInByCard(uid: string, verdict: CertificateVerdict): Promise<string>;
  /** The proof behind a ticket of this very attempt: once. */
  take(uid: string, ticket: string): Promise<Proof | undefined>;
};

type Parts = {
  readonly environment: Environment;
  readonly store: Store;
  readonly wallet: string;
  readonly provider: () => Provider;
  readonly clients: Clients;
  readonly people: People;
  readonly traces: Traces;
};

const ticketSeconds = 60;

export function createMeansDesk({ environment, store, wallet, provider, clients, people, traces }: Parts): MeansDesk {
  const pages = new Map<OtherMeans, (uid: string) => string>();
  const model = `${environment}:Proof`;
  const seconds = (): number => Math.floor(Date.now() / 1000);

  const clientOf = async (uid: string): Promise<string> => {
    const interaction = /^[\w-]{10,80}$/.test(uid) ? await provider().Interaction.find(uid) : undefined;
    const client = interaction && (await clients.find(String(interaction.params.client_id)));
    if (!client) throw connectErrors.refuse("connect.attempt-over");
    return client.id;
  };
  const signInBy: MeansDesk["signInBy"] = async (uid, proof) => {
    const clientId = await clientOf(uid);
    const person = await people.find(proof.person);
    if (!person) {
      await traces.meansRefused({ environment, means: proof.means, clientId, reason: "unknown-person" });
      throw connectErrors.refuse("connect.no-person", { params: { id: proof.person }, clause: "PSC, définitions" });
    }
    const ticket = randomBytes(24).toString("base64url");
    const kept = { attempt: digestId(uid), means: proof.means, person: person.nationalId, device: proof.device.slice(0, 200) };
    await store.run("insert into connect.payload (model, id, payload, expires_at) values ($1, $2, $3, $4)", [
      model,
      digestId(ticket),
      JSON.stringify(kept),
      seconds() + ticketSeconds,
    ]);
    return `${wallet}/login/${uid}/proven/${ticket}`;
  };

  return {
    offer: (means, address) => void pages.set(means, address),
    offered: (uid) => [...pages].map(([means, address]) => ({ means, address: address(uid) })),
    signInBy,
    async signInByCard(uid, verdict) {
      if (verdict.ok && verdict.kind === "card-authentication")
        return signInBy(uid, { means: "card", person: verdict.nationalId, device: `card ${verdict.serial}` });
      const reason = verdict.ok ? "wrong-purpose" : verdict.reason;
      await traces.meansRefused({ environment, means: "card", clientId: await clientOf(uid), reason });
      throw connectErrors.refuse("connect.card-refused", { params: sayCardReason(reason) });
    },
    async take(uid, ticket) {
      const row = await store.first<{ payload: { attempt: string } & Proof }>(
        "delete from connect.payload where model = $1 and id = $2 and expires_at >= $3 returning payload",
        [model, digestId(ticket), seconds()],
      );
      return row?.payload.attempt === digestId(uid) ? row.payload : undefined;
    },
  };
}
