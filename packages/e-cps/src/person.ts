// What a person does with an e-CPS besides approving: sees who received which data, gets news, moves to a new telephone,
// deactivates. And what the agency does to one.
import { type Language, newId, say, type Temporal } from "@cercle/kernel";
import type { Store, Tx } from "@cercle/store";
import { type Activations, viewIdentity } from "./activation/activations.ts";
import { type Correspondence, type Details, maskDetails, parseDetails } from "./activation/correspondence.ts";
import type { Messages } from "./activation/messages.ts";
import type { Terms } from "./activation/terms.ts";
import type { Verifications } from "./activation/verifications.ts";
import type { Push } from "./approval/push.ts";
import { suggestServices } from "./approval/suggestions.ts";
import type { Usages } from "./approval/usage.ts";
import type { Proof } from "./device/index.ts";
import type { DeviceRow, Devices } from "./devices/devices.ts";
import type { Secrets } from "./devices/secrets.ts";
import { eCpsErrors } from "./errors.ts";
import { findClosing, measureEntries } from "./own-file.ts";
import type { Clocks, Directory, UseRight, Words } from "./ports.ts";
import { type EndReason, endReasons } from "./reasons.ts";
import { eCpsTexts } from "./texts.ts";

export type Person = {
  home(device: DeviceRow): Promise<object>;
  history(device: DeviceRow, before: string | undefined): Promise<object>;
  /** Ends the e-CPS by its person's will; `lost` and `reported` end the sessions too. */
  deactivate(device: DeviceRow, reason: "removed" | "reported", language: Language): Promise<void>;
  linkNewTelephone(device: DeviceRow): Promise<{ link: string; expires_at: string }>;
  /** New details: codes go to the new telephone and address; kept only once both were given back. */
  startDetails(device: DeviceRow, details: { telephone: string; email: string }, language: Language): Promise<{ verification: string; expires_at: string }>;
  confirmDetails(device: DeviceRow, verification: string, proof: Proof, language: Language): Promise<void>;
  answerTerms(device: DeviceRow, version: string, answer: "accepted" | "refused"): Promise<{ last_day?: string }>;
  /** Their right has closed: what stands on their telephones ends, for the reason of the clause, and each is told. */
  endClosed(closed: readonly { nationalId: string; clause: string }[]): Promise<void>;
  /** Any use of the e-CPS after the date of new terms is acceptance, unless they were refused (art. 5). */
  noteUse(device: DeviceRow): Promise<void>;
  /** Deletes the standing e-CPS without its telephone: forgotten PIN or loss, proven by codes. */
  removeProven(verification: string, reason: "forgotten-pin" | "lost", language: Language): Promise<void>;
  /** By national identifier, for officers, events and commands. Answers whether there was one. */
  end(tx: Tx, nationalId: string, reason: EndReason): Promise<boolean>;
  takeMeasure(measure: { nationalId: string; ground: "breach" | "general-interest"; reason: string; actor: string }): Promise<void>;
  liftMeasure(nationalId: string): Promise<void>;
  barred(nationalId: string): Promise<void>;
  announceMaintenance(notice: { startsAt: Temporal.Instant; endsAt: Temporal.Instant; text: Words }): Promise<void>;
  list(): Promise<readonly object[]>;
};

type SignInFacts = { client?: string; name?: Words; purpose?: Words; place?: string; environment?: string; data?: string[]; url?: string };

export function createPerson({
  store,
  secrets,
  clocks,
  directory,
  correspondence,
  messages,
  devices,
  verifications,
  activations,
  terms,
  usages,
  push,
  right,
}: {
  store: Store;
  secrets: Secrets;
  clocks: Clocks;
  directory: Directory | undefined;
  correspondence: Correspondence;
  messages: Messages;
  devices: Devices;
  verifications: Verifications;
  activations: () => Activations;
  terms: Terms;
  usages: Usages;
  push: Push;
  right: UseRight;
}): Person {
  const now = (): Temporal.Instant => clocks.real.now();
  const inform = async (tx: Tx, nationalId: string, kind: "ended" | "measure" | "cloned", language: Language, reason = ""): Promise<void> => {
    const details = await correspondence.find(tx, nationalId);
    if (!details || !messages.reach) return;
    await messages.sendBoth(tx, nationalId, details, kind, say(eCpsTexts[`e-cps.message.${kind}`], language, { reason }));
  };
  const end: Person["end"] = async (tx, nationalId, reason) => {
    const standing = await devices.standing(tx, nationalId);
    return standing ? devices.end(tx, standing, reason) : false;
  };
  const signIns = (rows: Awaited<ReturnType<Usages["list"]>>) => rows.filter((row) => row.kind === "sign-in" && row.result === "approved");

  return {
    end,
    async home(device) {
      const identity = await directory?.findProfessional(device.national_id);
      const news = await terms.news(store, device.national_id);
      const details = await correspondence.find(store, device.national_id);
      const rows = await usages.list(store, device.national_id, { limit: 200 });
      const notices = await store.query<{ id: string; starts_at: Temporal.Instant; ends_at: Temporal.Instant; content: Words }>(
        "select id, starts_at, ends_at, content from e_cps.maintenance where ends_at > $1 order by starts_at limit 5",
        [now()],
      );
      return {
        device: { id: device.id, name: device.name, state: device.state, activated_at: device.activated_at.toString() },
        identity: identity ? viewIdentity(identity) : { national_id: device.national_id, family_name: "", given_name: "" },
        contact: details ? { ...maskDetails(details), updated_at: details.updatedAt.toString() } : null,
        push_key: push.publicKey,
        terms: news ? { document: news.terms, in_force: news.inForce, answer: news.answer ?? null, last_day: news.lastDay } : null,
        maintenance: notices.map((notice) => ({
          id: notice.id,
          starts_at: notice.starts_at.toString(),
          ends_at: notice.ends_at.toString(),
          text: notice.content,
        })),
        suggestions: suggestServices(
          signIns(rows).map((row) => {
            const { client = "", name, url } = row.facts as SignInFacts;
            return { client, name: name ?? { fr: client, en: client }, ...(url ? { url } : {}), at: row.real_at };
          }),
          { now: now(), timeZone: clocks.timeZone },
        ),
      };
    },
    async history(device, before) {
      const rows = await usages.list(store, device.national_id, before ? { before } : {});
      return { entries: rows.map(({ id, kind, result, facts, real_at }) => ({ id, kind, result, facts, at: real_at.toString() })) };
    },
    async deactivate(device, reason, language) {
      await store.transaction(async (tx) => {
        await devices.end(tx, device, reason);
        await inform(tx, device.national_id, "ended", language, endReasons[reason][language]);
      });
    },
    async linkNewTelephone(device) {
      const { link, expiresAt } = await store.transaction((tx) => activations().makeLink(tx, device.national_id, "old-device"));
      return { link, expires_at: expiresAt.toString() };
    },
    async startDetails(device, given, language) {
      const known = await correspondence.find(store, device.national_id);
      const details = parseDetails({ ...given, birthDate: known?.birthDate });
      if (!details) throw eCpsErrors.refuse("e-cps.bad-details", { params: { line: 1 } });
      const started = await store.transaction((tx) =>
        verifications.start(tx, { purpose: "details", nationalId: device.national_id, facts: details, details, language }),
      );
      return { verification: started.id, expires_at: started.expiresAt.toString() };
    },
    async confirmDetails(device, verification, proof, language) {
      const proven = await verifications.prove(verification, "details", proof);
      if (proven.nationalId !== device.national_id) throw eCpsErrors.refuse("e-cps.no-verification");
      await store.transaction(async (tx) => {
        await verifications.take(tx, verification);
        const old = await correspondence.find(tx, device.national_id);
        await correspondence.put(tx, device.national_id, proven.facts as Details, "person");
        await usages.record(tx, { nationalId: device.national_id, device: device.id, kind: "details", result: "done" });
        // The old address learns of it: a thief who changes it does so in the open (ECPS-13).
        if (old) await messages.sendBoth(tx, device.national_id, old, "details-changed", say(eCpsTexts["e-cps.message.details-changed"], language));
      });
    },
    async answerTerms(device, version, answer) {
      const news = await terms.news(store, device.national_id);
      if (!news || news.terms.version !== version) throw eCpsErrors.refuse("e-cps.no-terms", { params: { version } });
      await store.transaction(async (tx) => {
        await terms.answer(tx, { nationalId: device.national_id, device: device.id, terms: news.terms, answer });
        await usages.record(tx, { nationalId: device.national_id, device: device.id, kind: "terms", result: answer, facts: { version } });
        // e-CPS 5: refused when the date is already there, it ends at once; before it, when the right closes at the date.
        if (answer === "refused" && news.inForce) await devices.end(tx, device, "terms-refused");
      });
      return answer === "refused" ? { last_day: news.lastDay } : {};
    },
    async endClosed(closed) {
      const reasons = new Map(closed.flatMap(({ nationalId, clause }) => [[nationalId, findClosing(clause)?.reason] as const]));
      for (const device of await devices.standingOf(store, [...reasons.keys()])) {
        const reason = reasons.get(device.national_id);
        if (!reason) continue;
        await store.transaction(async (tx) => {
          if (await devices.end(tx, device, reason)) await inform(tx, device.national_id, "ended", "fr", endReasons[reason].fr);
        });
      }
    },
    async noteUse(device) {
      const news = await terms.news(store, device.national_id);
      if (!news?.inForce || news.answer) return;
      await store.transaction(async (tx) => {
        await terms.answer(tx, { nationalId: device.national_id, device: device.id, terms: news.terms, answer: "used" });
        await usages.record(tx, { nationalId: device.national_id, device: device.id, kind: "terms", result: "used", facts: { version: news.terms.version } });
      });
    },
    async removeProven(verification, reason, language) {
      const { nationalId } = await verifications.proven(verification, "removal");
      await store.transaction(async (tx) => {
        await verifications.take(tx, verification);
        if (!(await end(tx, nationalId, reason))) throw eCpsErrors.refuse("e-cps.no-device");
        await inform(tx, nationalId, "ended", language, endReasons[reason][language]);
      });
    },
    async takeMeasure({ nationalId, ground, reason, actor }) {
      await store.transaction(async (tx) => {
        await tx.run("insert into e_cps.measure (id, national_id, ground, reason, actor, taken_at) values ($1, $2, $3, $4, $5, $6)", [
          newId<"measure">(),
          nationalId,
          ground,
          secrets.sealJson(reason),
          actor,
          clocks.governance.now(),
        ]);
        await usages.record(tx, { nationalId, kind: "measure", result: ground });
        const informed = messages.reach && (await correspondence.find(tx, nationalId)) !== undefined;
        await right.end(tx, nationalId, measureEntries(ground, reason, informed));
        await end(tx, nationalId, ground);
        // e-CPS 12.2: the person is informed as soon as possible.
        await inform(tx, nationalId, "measure", "fr", reason);
      });
    },
    async liftMeasure(nationalId) {
      await store.transaction(async (tx) => {
        // e-CPS 6: a breach is "définitivement"; only a reason of general interest can be lifted.
        await tx.run("update e_cps.measure set lifted_at = $2 where national_id = $1 and lifted_at is null and ground = 'general-interest'", [
          nationalId,
          clocks.governance.now(),
        ]);
        await usages.record(tx, { nationalId, kind: "measure", result: "lifted" });
      });
    },
    async barred(nationalId) {
      const measure = await store.first<{ ground: string }>("select ground from e_cps.measure where national_id = $1 and lifted_at is null limit 1", [
        nationalId,
      ]);
      if (measure) throw eCpsErrors.refuse("e-cps.barred", { clause: measure.ground === "breach" ? "e-CPS 6" : "e-CPS 12.2" });
    },
    async announceMaintenance({ startsAt, endsAt, text }) {
      await store.run("insert into e_cps.maintenance (id, starts_at, ends_at, content) values ($1, $2, $3, $4)", [
        newId<"maintenance">(),
        startsAt,
        endsAt,
        text,
      ]);
    },
    async list() {
      const rows = await store.query<DeviceRow & { name: string | null }>(
        `select d.id, d.national_id, d.state, d.activated_by, d.activated_at, d.seen_at, d.end_reason, i.name
           from e_cps.device d left join e_cps.device_identifier i on i.device_id = d.id order by d.activated_at desc limit 500`,
      );
      return rows.map((row) => ({
        id: row.national_id,
        device: row.id,
        name: row.name,
        state: row.state,
        activated_by: row.activated_by,
        activated_at: row.activated_at.toString(),
        seen_at: row.seen_at?.toString() ?? null,
        end_reason: row.end_reason,
      }));
    },
  };
}
