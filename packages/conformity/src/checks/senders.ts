// Who may write to whom.
import type { Bench, Check } from "../check.ts";
import { deliver, type Outcome, senderOf, writeLetter } from "../smtp.ts";
import { must, needed } from "../target.ts";
import { goodPartner, goodSender } from "./certificates.ts";

async function send(bench: Bench, letter: { to?: string; from?: string; header?: string; headerFrom?: string }): Promise<Outcome> {
  const from = letter.from ?? goodSender(bench);
  const to = letter.to ?? bench.target.recipient;
  return deliver(bench.target, goodPartner(bench), { from, to, content: writeLetter({ from: from || goodSender(bench), to }, letter) }, bench.said);
}

export const senderChecks: readonly Check[] = [
  {
    id: "header-sender",
    requirement: "MSS-23",
    article: "MSS 5.1",
    severity: "must",
    about: { fr: "l’expéditeur montré est celui de l’enveloppe", en: "the sender shown is the envelope’s" },
    async run(bench) {
      const { accepted, said } = await send(bench, { headerFrom: `directeur@${bench.target.domain}` });
      must(!accepted, `a message that shows another sender is accepted: ${said}`);
    },
  },
  {
    id: "header-single-sender",
    requirement: "MSS-23",
    article: "MSS 5.1",
    severity: "must",
    about: { fr: "un seul en-tête From", en: "one From header" },
    async run(bench) {
      const { accepted, said } = await send(bench, { header: `From: <directeur@${bench.target.domain}>\r\n` });
      must(!accepted, `a message with two From headers is accepted: ${said}`);
    },
  },
  {
    id: "no-relay",
    requirement: "MSS-04",
    article: "MSS 3",
    severity: "must",
    about: { fr: "aucun relais vers un autre domaine", en: "no relay to another domain" },
    async run(bench) {
      const { accepted, said } = await send(bench, { to: "quelquun@relay.example" });
      must(!accepted, `a message for relay.example is accepted: ${said}`);
    },
  },
  {
    id: "recipient-unknown",
    requirement: "MSS-23",
    article: "MSS 5.1",
    severity: "must",
    about: { fr: "un destinataire inconnu est refusé dans la session", en: "an unknown recipient is refused in the session" },
    async run(bench) {
      const { accepted, said } = await send(bench, { to: `personne-${Date.now()}-test@${bench.target.domain}` });
      must(!accepted, `a message for nobody is accepted: ${said}`);
    },
  },
  {
    id: "provisional-refused",
    requirement: "MSS-08",
    article: "MSS 4.1",
    severity: "must",
    about: {
      fr: "d’un domaine provisoire, rien vers une boîte qui n’est pas de test",
      en: "from a provisional domain, nothing to a mailbox that is no test one",
    },
    async run({ target, said }) {
      const partner = needed(target.partners.provisional, "a partner certificate (provisional)");
      const to = needed(target.ordinary, "an ordinary mailbox");
      const { accepted, said: reply } = await deliver(target, partner, { from: senderOf(partner), to }, said);
      must(!accepted, `accepted: ${reply}`);
    },
  },
  {
    id: "provisional-test",
    requirement: "MSS-08",
    article: "MSS 4.1",
    severity: "must",
    about: {
      fr: "d’un domaine provisoire, un message de test entre boîtes de test passe",
      en: "from a provisional domain, a test message between test mailboxes passes",
    },
    async run({ target, said }) {
      const partner = needed(target.partners.provisional, "a partner certificate (provisional)");
      const { accepted, stage, said: reply } = await deliver(target, partner, { from: senderOf(partner), to: target.recipient }, said);
      must(accepted, `refused at ${stage}: ${reply}`);
    },
  },
  {
    id: "report-taken",
    requirement: "MSS-23",
    article: "MSS 5.1",
    severity: "must",
    about: { fr: "un avis de non-remise (expéditeur vide) d’un partenaire est reçu", en: "a partner’s report (null sender, RFC 5321 §4.5.5) is received" },
    async run(bench) {
      const { accepted, stage, said } = await send(bench, { from: "" });
      must(accepted, `refused at ${stage}: ${said}`);
    },
  },
];
