// Activation from start to e-CPS (art. 3.1), and the links that bring a new telephone in.
import { createHash, randomBytes } from "node:crypto";
import { type Language, newId, say, type Temporal } from "@cercle/kernel";
import type { Store, Tx } from "@cercle/store";
import type { Usages } from "../approval/usage.ts";
import type { IdentityView, Proof, ProvenVerification, StartedVerification } from "../device/index.ts";
import { buildActivationText } from "../device/signed-text.ts";
import type { Devices } from "../devices/devices.ts";
import { findPinWeakness } from "../devices/pin-rules.ts";
import { isDeviceKey, makeTypedCode, type Secrets, verifySignature } from "../devices/secrets.ts";
import { eCpsErrors } from "../errors.ts";
import { activationEntries } from "../own-file.ts";
import type { Clocks, Directory, Identity, UseRight } from "../ports.ts";
import { pinWeaknesses } from "../reasons.ts";
import { eCpsTexts } from "../texts.ts";
import { buildTestDetails, type Correspondence, type Details, maskDetails } from "./correspondence.ts";
import type { Messages } from "./messages.ts";
import type { Terms } from "./terms.ts";
import type { ProvenBy, Verifications } from "./verifications.ts";

export type TelephoneFacts = { readonly name: string; readonly platform: string; readonly appVersion: string };
type ActivationFacts = { publicKey: string; telephone: TelephoneFacts };

export type Start = {
  readonly nationalId?: string | undefined;
  readonly by: "codes" | "sealed-code" | "link";
  readonly link?: string | undefined;
  readonly publicKey: string;
  readonly telephone: TelephoneFacts;
  readonly language: Language;
};
export type Finish = {
  readonly termsVersion: string;
  readonly accepted: boolean;
  readonly pin: string;
  readonly replace: boolean;
  readonly signature: string;
  readonly language: Language;
};

export type Activations = {
  start(start: Start): Promise<StartedVerification & { national_id: string }>;
  prove(id: string, proof: Proof): Promise<ProvenVerification>;
  finish(id: string, finish: Finish): Promise<{ device: string; identity: IdentityView }>;
  /** A link for a new telephone, 90 seconds, once: from the old one, or after a sign-in with the card at the portal. */
  makeLink(tx: Tx, nationalId: string, by: "old-device" | "card"): Promise<{ link: string; expiresAt: Temporal.Instant }>;
  /** The active professional, from the register. */
  identify(nationalId: string): Promise<Identity>;
  /** Details on file; the sandbox makes test ones. */
  detailsOf(nationalId: string): Promise<Details | undefined>;
};

const linkSeconds = 90;

export function createActivations({
  store,
  secrets,
  clocks,
  directory,
  right,
  correspondence,
  messages,
  verifications,
  devices,
  terms,
  usages,
  mode,
  barred,
}: {
  store: Store;
  secrets: Secrets;
  clocks: Clocks;
  directory: Directory | undefined;
  right: UseRight;
  correspondence: Correspondence;
  messages: Messages;
  verifications: Verifications;
  devices: Devices;
  terms: Terms;
  usages: Usages;
  mode: "sandbox" | "live";
  /** Throws when the agency has barred this person for good (art. 6). */
  barred(nationalId: string): Promise<void>;
}): Activations {
  const now = (): Temporal.Instant => clocks.real.now();
  // Typed by hand as well as scanned: spaces, dashes and case do not count.
  const digestLink = (link: string): string => createHash("sha256").update(link.replace(/[\s-]/g, "").toUpperCase()).digest("base64url");

  const identify = async (nationalId: string): Promise<Identity> => {
    if (!directory) throw eCpsErrors.refuse("e-cps.no-directory");
    const found = await directory.findProfessional(nationalId);
    if (!found?.active) throw eCpsErrors.refuse("e-cps.unknown-person");
    return found;
  };
  const detailsOf = async (nationalId: string): Promise<Details | undefined> => {
    const known = await correspondence.find(store, nationalId);
    if (known || mode === "live") return known;
    const made = buildTestDetails(nationalId);
    await store.transaction((tx) => correspondence.put(tx, nationalId, made, "sandbox"));
    return made;
  };
  const takeLink = async (link: string): Promise<{ nationalId: string; by: ProvenBy }> => {
    const row = await store.first<{ national_id: string; made_by: ProvenBy }>(
      "update e_cps.link set used_at = $2 where digest = $1 and used_at is null and expires_at > $2 returning national_id, made_by",
      [digestLink(link), now()],
    );
    if (!row) throw eCpsErrors.refuse("e-cps.no-verification", { clause: "e-CPS 3.1" });
    return { nationalId: row.national_id, by: row.made_by };
  };

  return {
    identify,
    detailsOf,
    async makeLink(tx, nationalId, by) {
      const link = makeTypedCode(12);
      const expiresAt = now().add({ seconds: linkSeconds });
      await tx.run("insert into e_cps.link (digest, national_id, made_by, created_at, expires_at) values ($1, $2, $3, $4, $5)", [
        digestLink(link),
        nationalId,
        by,
        now(),
        expiresAt,
      ]);
      return { link, expiresAt };
    },
    async start({ nationalId: given, by, link, publicKey, telephone, language }) {
      if (!isDeviceKey(Buffer.from(publicKey, "base64url"))) throw eCpsErrors.refuse("e-cps.bad-key");
      const linked = by === "link" ? await takeLink(link ?? "") : undefined;
      // The register's own identifier: a person may type another of theirs.
      const { nationalId } = await identify(linked?.nationalId ?? given ?? "");
      await barred(nationalId);
      const details = by === "codes" ? await detailsOf(nationalId) : undefined;
      if (by === "codes" && !details) throw eCpsErrors.refuse("e-cps.no-details");
      const facts: ActivationFacts = { publicKey, telephone };
      const started = await store.transaction((tx) =>
        verifications.start(tx, { purpose: "activation", nationalId, facts, details, ...(linked ? { provenBy: linked.by } : {}), language }),
      );
      const masked = details && maskDetails(details);
      return {
        verification: started.id,
        national_id: nationalId,
        expires_at: started.expiresAt.toString(),
        channels: masked ? (["telephone", "email"] as const).map((kind) => ({ kind, masked: masked[kind] })) : [],
        ...(mode === "sandbox" && masked ? { outbox: "/outbox" } : {}),
      };
    },
    async prove(id, proof) {
      const { nationalId } = await verifications.prove(id, "activation", proof);
      const identity = await identify(nationalId);
      const old = await devices.standing(store, nationalId);
      return {
        identity: viewIdentity(identity),
        terms: await terms.current(store),
        ...(old ? { replaces: { name: old.name ?? "e-CPS", activated_at: old.activated_at.toString() } } : {}),
      };
    },
    async finish(id, { termsVersion, accepted, pin, replace, signature, language }) {
      const { nationalId, facts, provenBy } = await verifications.proven<ActivationFacts>(id, "activation");
      const identity = await identify(nationalId);
      await barred(nationalId);
      const publicKey = Buffer.from(facts.publicKey, "base64url");
      if (!verifySignature(publicKey, buildActivationText({ verification: id, termsVersion }), signature)) throw eCpsErrors.refuse("e-cps.bad-proof");
      const current = await terms.current(store);
      // e-CPS 3.1: the terms are accepted, whatever the procedure.
      if (!accepted || termsVersion !== current.version) throw eCpsErrors.refuse("e-cps.terms-not-accepted", { params: { version: current.version } });
      const details = await correspondence.find(store, nationalId);
      const weakness = findPinWeakness(pin, { nationalId, birthDate: details?.birthDate });
      if (weakness) throw eCpsErrors.refuse("e-cps.weak-pin", { params: pinWeaknesses[weakness] });

      const device = newId<"device">();
      await store.transaction(async (tx) => {
        await verifications.take(tx, id);
        await tx.run("select pg_advisory_xact_lock(hashtextextended($1, 30))", [nationalId]);
        const old = await devices.standing(tx, nationalId);
        if (old) {
          // e-CPS 3.1: one only. The old one is dead on the server before the new one lives.
          if (!replace) throw eCpsErrors.refuse("e-cps.replace-consent", { params: { name: old.name ?? "e-CPS" }, clause: "e-CPS 3.1" });
          await devices.end(tx, old, "replaced");
        }
        const salt = randomBytes(16);
        await tx.run(
          `insert into e_cps.device (id, national_id, state, public_key, pin_salt, pin_verifier, activated_by, activated_at)
           values ($1, $2, 'active', $3, $4, $5, $6, $7)`,
          [device, nationalId, publicKey, salt, secrets.pinVerifier({ pin, salt, device }), provenBy ?? "codes", now()],
        );
        await tx.run("insert into e_cps.device_identifier (device_id, name, platform, app_version, collected_at) values ($1, $2, $3, $4, $5)", [
          device,
          facts.telephone.name,
          facts.telephone.platform,
          facts.telephone.appVersion,
          clocks.governance.now(),
        ]);
        await terms.accept(tx, { nationalId, device, version: termsVersion });
        await usages.record(tx, { nationalId, device, kind: "activation", result: "done", facts: { by: provenBy ?? "codes", terms: termsVersion } });
        const way = provenBy === "card" ? "card" : "application";
        await right.activate(tx, nationalId, activationEntries({ nationalId, version: termsVersion, way, replaces: old !== undefined }));
        if (details && messages.reach) {
          const text = say(eCpsTexts["e-cps.message.activated"], language, { name: facts.telephone.name });
          await messages.send(tx, { nationalId, channel: "email", kind: "activated", to: details.email, text });
        }
      });
      return { device, identity: viewIdentity(identity) };
    },
  };
}

export function viewIdentity({ nationalId, familyName, givenName, civility, profession }: Identity): IdentityView {
  return {
    national_id: nationalId,
    family_name: familyName,
    given_name: givenName,
    ...(civility ? { civility } : {}),
    ...(profession ? { profession } : {}),
  };
}
