// A second reading of the three texts, written from the articles without the engine: it looks at the entries only and says which
// rights are open. It shares no code with what it checks, not even the counting.
import type { Entry } from "../src/entry.ts";

const paris = new Intl.DateTimeFormat("en-CA", { timeZone: "Europe/Paris", year: "numeric", month: "2-digit", day: "2-digit" });
const dayOf = (millis: number): string => paris.format(new Date(millis));
const plusDays = (day: string, days: number): string => {
  const date = new Date(`${day}T12:00:00Z`);
  date.setUTCDate(date.getUTCDate() + days);
  return date.toISOString().slice(0, 10);
};
const text = (value: unknown): string => (typeof value === "string" ? value : "");
const at = (entry: Entry): number => entry.happenedAt.epochMilliseconds;

/** MSS 4.1, 4.2, 5.1, 5.2, 7.1, 7.2, 11, 12. */
export function readMssante(entries: readonly Entry[], now: number): Set<string> {
  const today = dayOf(now);
  const open = new Set<string>();
  const here = entries.filter((entry) => at(entry) <= now);
  const list = (type: string): Entry[] => here.filter((entry) => entry.type === type);
  const signers = new Set(list("contract-signed").flatMap((entry) => (entry.payload?.by === "both" ? ["agency", "operator"] : [text(entry.payload?.by)])));
  if (!signers.has("agency") || !signers.has("operator")) return open;
  if (list("termination-pronounced").length > 0 || list("contract-replaced").length > 0) return open;
  // 12.1: thirty days after the letter, its day excluded; over from the thirty-first.
  for (const letter of list("termination-notified")) {
    const lastDay = plusDays(dayOf(at(letter)), 30);
    const withdrawn = list("termination-withdrawn").some((entry) => {
      const open = list("termination-notified").filter((other) => other.seq < entry.seq);
      const target = typeof entry.payload?.about === "number" ? entry.payload.about : open.at(-1)?.seq;
      return target === letter.seq && dayOf(at(entry)) <= lastDay;
    });
    if (!withdrawn && today > lastDay) return open;
  }
  const validated = list("validation-notified").length > 0;
  const operator = text(list("contract-signed").find((entry) => entry.payload?.operator)?.payload?.operator);
  if (operator) {
    open.add(`process.announce ${operator}`);
    if (validated) open.add(`register.operators ${operator}`).add(`logo.mssante ${operator}`);
  }
  const serials = new Set(list("certificate-issued").map((entry) => text(entry.payload?.serial)));
  for (const serial of serials) {
    const latest = here.findLast((entry) => ["certificate-issued", "certificate-revoked"].includes(entry.type) && entry.payload?.serial === serial);
    if (latest?.type === "certificate-issued") open.add(`certificate.hold ${serial}`);
  }
  const suspended = stands(here, "control-announced", "suspension-pronounced", ["suspension-lifted"]);
  const cut = stands(here, "major-disturbance-recorded", "exceptional-measure-taken", ["exceptional-measure-lifted", "major-disturbance-ended"]);
  if (suspended || cut) return open;
  const domains = new Set(list("domain-declared").map((entry) => text(entry.payload?.domain)));
  for (const domain of domains) {
    const latest = here.findLast((entry) => ["domain-declared", "domain-withdrawn"].includes(entry.type) && entry.payload?.domain === domain);
    if (latest?.type === "domain-declared") open.add(`domain.exchange ${domain} ${validated ? "validated" : "provisional"}`);
  }
  return open;
}

/** Whether a measure stands in any of the affairs that `opener` opens: taken there, and not ended there since. */
function stands(entries: readonly Entry[], opener: string, taken: string, ended: readonly string[]): boolean {
  const standing = new Set<number>();
  for (const entry of entries) {
    const about = entry.payload?.about;
    const affair =
      typeof about === "number" ? about : (entries.findLast((other) => other.type === opener && at(other) <= at(entry) && other.seq < entry.seq)?.seq ?? 0);
    if (entry.type === taken) standing.add(affair);
    if (ended.includes(entry.type)) standing.delete(affair);
  }
  return standing.size > 0;
}

/** ECPS 3.1, 5, 6, 12. */
export function readECps(entries: readonly Entry[], now: number): Set<string> {
  const events: { at: number; seq: number; type: string }[] = [];
  const here = entries.filter((entry) => at(entry) <= now);
  let reached = Number.NEGATIVE_INFINITY;
  const terms = here.filter((entry) => entry.type === "terms-published");
  const termsOf = (entry: Entry): Entry | undefined => {
    const about = entry.payload?.about;
    return typeof about === "number" ? terms.find((known) => known.seq === about) : terms.findLast((known) => known.seq < entry.seq);
  };
  for (const refusal of here.filter((entry) => entry.type === "terms-refused")) {
    const published = termsOf(refusal);
    const effective = text(published?.payload?.effective_on);
    if (!published || !effective) continue;
    const same = (type: string): Entry[] => here.filter((entry) => entry.type === type && termsOf(entry) === published);
    if (same("used").some((entry) => dayOf(at(entry)) >= effective)) continue;
    // Agreeing before the date undoes the refusal.
    if (same("terms-agreed").some((entry) => dayOf(at(entry)) < effective)) continue;
    if (dayOf(now) >= effective) events.push({ at: Math.max(startOf(effective), at(refusal)), seq: refusal.seq, type: "refused-terms" });
  }
  const timed = events.sort((a, b) => a.at - b.at || a.seq - b.seq);
  let state = "none";
  const apply = (type: string): void => {
    if (state === "for-good") return;
    if (type === "activated") state = "active";
    else if (type === "deactivated-for-breach" && (state === "active" || state === "deactivated")) state = "for-good";
    else if (type === "deleted-by-user" && (state === "active" || state === "deactivated")) state = "deleted";
    else if (
      ["refused-terms", "deactivated-by-user", "compromise-reported", "deactivated-for-public-interest", "copy-found", "register-left"].includes(type) &&
      state === "active"
    )
      state = "deactivated";
  };
  for (const entry of here) {
    while (timed[0] && timed[0].at <= at(entry)) apply(timed.shift()?.type ?? "");
    apply(entry.type);
    reached = Math.max(reached, at(entry));
  }
  for (const event of timed) apply(event.type);
  const holder = text(here.findLast((entry) => entry.type === "activated")?.payload?.national_id);
  return new Set(state === "active" && holder ? [`e-cps.use ${holder}`] : []);
}

/** PSC 3.1, 3.2, 4, 12, without refused terms (the caller leaves those out). */
export function readPsc(entries: readonly Entry[], now: number): Set<string> {
  // A proof that names no letter is about the last one sent.
  const letterOf = (proof: Entry): unknown =>
    proof.payload?.about ?? entries.findLast((entry) => entry.seq < proof.seq && ["termination-notified", "formal-notice-sent"].includes(entry.type))?.seq;
  const ends: { at: number; seq: number }[] = [];
  for (const notice of entries.filter((entry) => entry.type === "termination-notified" && at(entry) <= now)) {
    const stated = text(notice.payload?.end_date);
    if (stated) {
      ends.push({ at: Math.max(startOf(stated), at(notice)), seq: notice.seq });
      continue;
    }
    const proof = entries.findLast((entry) => entry.type === "letter-received" && letterOf(entry) === notice.seq && at(entry) <= now);
    if (proof) ends.push({ at: startOf(plusDays(dayOf(at(proof)), 16)), seq: notice.seq });
  }
  ends.sort((a, b) => a.at - b.at);
  let phase = "none";
  let wasInProduction = false;
  let extension = false;
  const clients = new Map<string, string>();
  let provider = "";
  const end = (until: number): void => {
    while (ends[0] && ends[0].at <= until) {
      ends.shift();
      if (["sandbox", "production", "deactivated"].includes(phase)) phase = "ended";
    }
  };
  for (const entry of entries.filter((known) => at(known) <= now)) {
    end(at(entry));
    const { type, payload } = entry;
    const live = phase === "sandbox" || phase === "production";
    const removes = type === "removed" || (type === "cut-for-public-interest" && payload?.kind === "removal");
    if (type === "access-requested") {
      phase = "requested";
      // The whole path again: neither the production of before nor an exit announced then.
      wasInProduction = false;
      ends.splice(0, ends.length, ...ends.filter((known) => known.seq > entry.seq));
      provider = text(payload?.provider) || provider;
      clients.clear();
    } else if (type === "request-accepted") phase = "sandbox";
    else if (type === "request-refused") phase = "refused";
    else if (type === "request-sent-back") phase = "sent-back";
    else if (type === "production-opened") {
      phase = "production";
      wasInProduction = true;
    } else if (removes && (live || phase === "deactivated")) phase = "removed";
    else if ((type === "deactivated" || type === "cut-for-public-interest") && live) phase = "deactivated";
    else if (type === "reactivated") phase = wasInProduction ? "production" : "sandbox";
    else if (type === "client-registered") clients.set(text(payload?.client_id), text(payload?.environment));
    else if (type === "client-removed") clients.delete(text(payload?.client_id));
    else if (type === "extension-opened") extension = true;
    if (type === "extension-closed" || removes) extension = false;
    if (type === "removed") clients.clear();
  }
  end(now);
  const open = new Set<string>();
  for (const [client, environment] of clients) {
    if (phase === "production" || (phase === "sandbox" && environment === "bas")) open.add(`client.sign-in ${client}`);
  }
  if (phase === "production" && extension) open.add(`trust-extension.use ${provider}`);
  return open;
}

/** The instant at which a day begins in Paris, found by trying both offsets. */
function startOf(day: string): number {
  for (const offset of ["+02:00", "+01:00"]) {
    const millis = Date.parse(`${day}T00:00:00${offset}`);
    if (dayOf(millis) === day && dayOf(millis - 1) !== day) return millis;
  }
  throw new Error(`no beginning of ${day}`);
}
