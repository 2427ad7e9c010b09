// An evaluator of its own for the doors' agreement: it reads only the entries of a file and says which rights are open at an instant.
// Written from the articles, not from the instruments: no line of the law engine is used here.
export type PlainEntry = { seq: number; type: string; happened_at: string; payload: Record<string, unknown> | null };

const paris = new Intl.DateTimeFormat("sv-SE", { timeZone: "Europe/Paris" });
const dayOf = (at: string): string => paris.format(new Date(at));
const addDays = (day: string, days: number): string => new Date(Date.parse(`${day}T12:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
const isDay = (value: unknown): value is string => typeof value === "string" && /^\d{4}-\d\d-\d\d$/.test(value);

/** In each affair its own: the entry that opened the one to which an act belongs (`about` names any entry of it, else the last opened). */
function readAffairs(entries: readonly PlainEntry[], openers: readonly string[]): (entry: PlainEntry) => number {
  const of = new Map<number, number>();
  let last = 0;
  for (const { seq, type, payload } of entries) {
    if (openers.includes(type)) last = seq;
    const about = payload?.about;
    of.set(seq, openers.includes(type) ? seq : typeof about === "number" ? (of.get(about) ?? about) : last);
  }
  return ({ seq }) => of.get(seq) ?? 0;
}

/** MSS 4.1, 4.2, 5.1, 5.2, 7.1, 7.2, 11, 12, 13. */
export function operatorRights(entries: readonly PlainEntry[], today: string): ReadonlySet<string> {
  const domains = new Set<string>();
  const certificates = new Set<string>();
  const signed = new Set<unknown>();
  const cuts = new Set<number>();
  const suspensions = new Set<number>();
  const disturbanceOf = readAffairs(entries, ["major-disturbance-recorded"]);
  const controlOf = readAffairs(entries, ["control-announced"]);
  const leaving = new Map<number, string>();
  let [concluded, validated, ended] = [false, false, false];
  let holder = "";
  const hasLeft = (day: string): boolean => [...leaving.values()].some((from) => day >= from);
  for (const entry of entries) {
    const { type, payload, happened_at, seq } = entry;
    ended ||= hasLeft(dayOf(happened_at));
    const said = payload ?? {};
    if (type === "domain-declared") domains.add(String(said.domain));
    if (type === "domain-withdrawn") domains.delete(String(said.domain));
    if (type === "certificate-issued") certificates.add(String(said.serial));
    if (type === "certificate-revoked") certificates.delete(String(said.serial));
    if (type === "contract-signed") {
      signed.add(said.by);
      holder = String(said.operator);
      concluded ||= signed.has("agency") && signed.has("operator");
    }
    if (type === "validation-notified" && concluded) validated = true;
    if (type === "suspension-pronounced") suspensions.add(controlOf(entry));
    if (type === "suspension-lifted") suspensions.delete(controlOf(entry));
    if (type === "exceptional-measure-taken") cuts.add(disturbanceOf(entry));
    if (type === "exceptional-measure-lifted" || type === "major-disturbance-ended") cuts.delete(disturbanceOf(entry));
    // Thirty whole days from sending: the end comes with the thirty-first.
    if (type === "termination-notified") leaving.set(seq, addDays(dayOf(happened_at), 31));
    if (type === "termination-withdrawn" && !ended) leaving.delete(Number(said.about));
    if (type === "termination-pronounced" || type === "contract-replaced") ended = true;
  }
  ended ||= hasLeft(today);
  const open = new Set<string>();
  if (!concluded || ended) return open;
  open.add(`process.announce ${holder}`);
  for (const serial of certificates) open.add(`certificate.hold ${serial}`);
  if (suspensions.size === 0 && cuts.size === 0) for (const domain of domains) open.add(`domain.exchange ${domain}`);
  if (validated) open.add(`register.operators ${holder}`).add(`logo.mssante ${holder}`);
  return open;
}

/** PSC 3.1, 3.2, 4, 12.1, 12.2. */
export function providerRights(entries: readonly PlainEntry[], today: string): ReadonlySet<string> {
  let clients = new Map<string, string>();
  let state: "none" | "sandbox" | "production" | "off" | "gone" = "none";
  let [wasProduction, extension] = [false, false];
  let holder = "";
  /** Notices of termination, each with the day on which it takes effect: without a stated one, none before reception is proved. */
  const leaving = new Map<number, string | undefined>();
  const stated = new Map<number, boolean>();
  const starts = new Map<number, string>();
  const agreed = new Set<number>();
  const refused = new Map<number, string>();
  const stopped = new Set<number>();
  const termsOf = readAffairs(entries, ["terms-published"]);
  // PSC 4: use after the date is acceptance, whatever was said before it.
  const used = new Map<number, string>();
  for (const entry of entries) if (entry.type === "used") used.set(termsOf(entry), dayOf(entry.happened_at));
  const passDay = (day: string): void => {
    for (const [terms, date] of refused) {
      if (date > day) continue;
      refused.delete(terms);
      if (!((used.get(terms) ?? "") >= date)) stopped.add(terms);
    }
    if ([...leaving.values()].some((from) => from !== undefined && day >= from) && ["sandbox", "production", "off"].includes(state)) state = "gone";
    if (state === "gone") leaving.clear();
  };
  for (const entry of entries) {
    const { type, payload, happened_at, seq } = entry;
    passDay(dayOf(happened_at));
    const said = payload ?? {};
    const terms = termsOf(entry);
    switch (type) {
      case "access-requested":
        holder = String(said.provider);
        clients = new Map();
        stopped.clear();
        state = "none";
        // Removed means the whole path again: nothing of the former relation comes back.
        wasProduction = false;
        leaving.clear();
        refused.clear();
        break;
      case "request-accepted":
        state = "sandbox";
        break;
      case "client-registered":
        clients.set(String(said.client_id), String(said.environment));
        break;
      case "client-removed":
        clients.delete(String(said.client_id));
        break;
      case "production-opened":
        state = "production";
        wasProduction = true;
        break;
      case "extension-opened":
        extension = true;
        break;
      case "extension-closed":
        extension = false;
        break;
      case "deactivated":
        state = "off";
        break;
      case "removed":
        state = "gone";
        extension = false;
        clients = new Map();
        break;
      case "cut-for-public-interest":
        state = said.kind === "removal" ? "gone" : state === "gone" ? "gone" : "off";
        if (said.kind === "removal") extension = false;
        break;
      case "reactivated":
        state = wasProduction ? "production" : "sandbox";
        break;
      case "terms-published":
        starts.set(seq, String(said.effective_on));
        break;
      case "terms-refused":
        if (!agreed.has(terms)) refused.set(terms, starts.get(terms) ?? "");
        break;
      case "terms-agreed":
        agreed.add(terms);
        refused.delete(terms);
        // A version replaces all earlier ones.
        for (const other of stopped) if (other <= terms) stopped.delete(other);
        break;
      case "termination-notified":
        leaving.set(seq, isDay(said.end_date) ? said.end_date : undefined);
        stated.set(seq, isDay(said.end_date));
        break;
      case "letter-received":
        // Fifteen days after reception: out with the sixteenth.
        if (leaving.has(Number(said.about)) && stated.get(Number(said.about)) === false) leaving.set(Number(said.about), addDays(dayOf(happened_at), 16));
        break;
    }
    passDay(dayOf(happened_at));
  }
  passDay(today);
  const open = new Set<string>();
  if (stopped.size > 0 || (state !== "sandbox" && state !== "production")) return open;
  for (const [client, environment] of clients) if (environment === "bas" || state === "production") open.add(`client.sign-in ${client}`);
  if (extension && state === "production") open.add(`trust-extension.use ${holder}`);
  return open;
}
