// What each certificate of a partner deserves: the probes of the national audit domains, and two more.
import type { Bench, Check } from "../check.ts";
import { deliver, type Outcome, senderOf } from "../smtp.ts";
import { must, needed, type PartnerName } from "../target.ts";

const defaultPatience = 15;
const againMillis = 500;

/** Tries again for as long as an operator may take to apply a list (MSS 5.3: seconds); answers the last outcome. */
async function until(wanted: (outcome: Outcome) => boolean, bench: Bench, attempt: () => Promise<Outcome>): Promise<Outcome> {
  const end = performance.now() + (bench.target.patience ?? defaultPatience) * 1000;
  for (;;) {
    const outcome = await attempt();
    if (wanted(outcome) || performance.now() >= end) return outcome;
    await new Promise((resolve) => setTimeout(resolve, againMillis));
  }
}

async function sendAs({ target, said }: Bench, name: PartnerName | "none", domainOf: PartnerName): Promise<Outcome> {
  const partner = name === "none" ? undefined : needed(target.partners[name], `a partner certificate (${name})`);
  const { domain } = needed(target.partners[domainOf], `a partner (${domainOf})`);
  return deliver(target, partner, { from: `conformite-test@${domain}`, to: target.recipient }, said);
}

type Refused = { id: string; shown: PartnerName | "none"; as?: PartnerName; probe?: string; fr: string; en: string; article?: string; requirement?: string };

/** One message that must be refused, whatever the server says before. */
const refused = ({ id, shown, as, probe, fr, en, article = "MSS 4.1, 12.3", requirement = "MSS-07" }: Refused): Check => ({
  id,
  requirement,
  article,
  severity: "must",
  ...(probe ? { probe } : {}),
  about: { fr, en },
  async run(bench) {
    const { accepted, said } = await sendAs(bench, shown, as ?? (shown === "none" ? "good" : shown));
    must(!accepted, `the message is accepted: ${said}`);
  },
});

export const certificateChecks: readonly Check[] = [
  {
    id: "certificate-good",
    requirement: "MSS-27",
    article: "MSS 4.1, 5.3",
    severity: "must",
    probe: "cert-valide-audit",
    about: { fr: "un partenaire de la liste, au bon certificat, est reçu", en: "a partner of the list with a good certificate is received" },
    async run(bench) {
      const { accepted, stage, said } = await until(
        (outcome) => outcome.accepted,
        bench,
        () => sendAs(bench, "good", "good"),
      );
      must(accepted, `refused at ${stage}: ${said}`);
    },
  },
  refused({ id: "certificate-missing", shown: "none", fr: "sans certificat client : refus", en: "no client certificate: refused" }),
  refused({ id: "certificate-expired", shown: "expired", probe: "cert-expire-audit", fr: "certificat expiré : refus", en: "expired certificate: refused" }),
  refused({ id: "certificate-revoked", shown: "revoked", probe: "cert-revoque-audit", fr: "certificat révoqué : refus", en: "revoked certificate: refused" }),
  {
    id: "certificate-revoked-ocsp",
    requirement: "MSS-07",
    article: "MSS 4.1, 12.3",
    severity: "must",
    about: {
      fr: "certificat dont seul l’OCSP dit l’état : reçu s’il est bon, refusé s’il est révoqué",
      en: "certificate whose state OCSP alone tells: received when good, refused when revoked",
    },
    async run(bench) {
      needed(bench.target.partners.ocsp_revoked, "a partner certificate (ocsp_revoked)");
      const before = await until(
        (outcome) => outcome.accepted,
        bench,
        () => sendAs(bench, "ocsp", "ocsp"),
      );
      must(before.accepted, `the good one is refused at ${before.stage}: ${before.said}`);
      const { accepted, said } = await sendAs(bench, "ocsp_revoked", "ocsp");
      must(!accepted, `the message is accepted: ${said}`);
    },
  },
  refused({ id: "certificate-foreign", shown: "foreign", probe: "cert-non-igc-audit", fr: "autorité étrangère : refus", en: "foreign authority: refused" }),
  refused({
    id: "certificate-other-domain",
    shown: "other",
    as: "good",
    probe: "cert-no-match-audit",
    requirement: "MSS-04",
    article: "MSS 3",
    fr: "bon certificat d’un autre domaine : refus",
    en: "good certificate of another domain: refused",
  }),
  refused({
    id: "certificate-other-name",
    shown: "renamed",
    probe: "cert-cn-diff-dn-audit",
    requirement: "MSS-04",
    article: "MSS 3",
    fr: "nom du certificat différent de celui de la liste : refus",
    en: "certificate’s name other than the list’s: refused",
  }),
  refused({
    id: "domain-unlisted",
    shown: "good",
    as: "unlisted",
    requirement: "MSS-04",
    article: "MSS 3",
    fr: "domaine hors de la liste blanche : refus",
    en: "domain outside the whitelist: refused",
  }),
  {
    id: "domain-cut",
    requirement: "MSS-27",
    article: "MSS 5.3",
    severity: "must",
    about: { fr: "un domaine retiré de la liste est refusé en quelques secondes", en: "a domain taken off the list is refused within seconds" },
    async run(bench) {
      const cut = needed(bench.target.cut, "a way to take a domain off the list");
      const before = await until(
        (outcome) => outcome.accepted,
        bench,
        () => sendAs(bench, "cut", "cut"),
      );
      must(before.accepted, `refused before it was cut, at ${before.stage}: ${before.said}`);
      bench.said("-- the domain is taken off the list");
      await cut();
      const after = await until(
        (outcome) => !outcome.accepted,
        bench,
        () => sendAs(bench, "cut", "cut"),
      );
      must(!after.accepted, `the message is still accepted: ${after.said}`);
    },
  },
  {
    id: "refusals-explained",
    requirement: "MSS-07",
    article: "MSS 4.1",
    severity: "should",
    about: { fr: "un refus dit sa cause (code étendu, RFC 3463)", en: "a refusal names its cause (enhanced code, RFC 3463)" },
    async run(bench) {
      const { said } = await sendAs(bench, "expired", "expired");
      // Whatever step it came at: some refuse the session itself.
      must(/(?:^|: )[45]\d\d[ -][45]\.\d{1,3}\.\d{1,3} .*(expir|certificat)/i.test(said), `the reply to an expired certificate is: ${said}`);
    },
  },
];

/** As whom ordinary messages are sent. */
export const goodPartner = ({ target }: Bench) => needed(target.partners.good, "a partner certificate (good)");
export const goodSender = (bench: Bench): string => senderOf(goodPartner(bench));
