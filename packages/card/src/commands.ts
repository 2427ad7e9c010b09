// `cercle card create|insert|remove|list|unblock|revoke`.
import { type ApiRequest, type Command, type CommandInput, type Language, Refusal, say } from "@cercle/kernel";
import { cardTexts } from "./texts.ts";

type Listed = { card: string; id: string; type: string; family_name: string; given_name: string; state: keyof typeof states; reader: string | null };
const states = {
  active: cardTexts["card.state.active"],
  early: cardTexts["card.state.early"],
  blocked: cardTexts["card.state.blocked"],
  revoked: cardTexts["card.state.revoked"],
  expired: cardTexts["card.state.expired"],
};

const line = (card: Listed, language: Language): string =>
  `${card.card}  ${card.type}  ${card.id}  ${card.family_name} ${card.given_name}  ${say(states[card.state], language)}${card.reader ? `  ${card.reader}` : ""}`;
const path = (input: CommandInput): string => `/api/cards/${encodeURIComponent(input.words[0] ?? "")}`;
const option = (name: string, fr: string, en: string, required = false) => ({ name, kind: "text", required, about: { fr, en } }) as const;

type Context = Parameters<Command["run"]>[1];

type Begun = { readonly insertion: string; readonly card: string; readonly reader: string };

/** Inserts; where no virtual reader answers and it may, starts pcscd first, and answers how to end that one. */
async function insert({ ask }: Context, request: ApiRequest, mayStart: boolean): Promise<{ readonly begun: Begun; stop?(): Promise<void> }> {
  try {
    return { begun: (await ask(request)) as Begun };
  } catch (error) {
    if (!mayStart || !(error instanceof Refusal) || error.code !== "card.no-reader") throw error;
    const { startPcscd } = await import("./pcscd.ts");
    const { stop } = await startPcscd();
    try {
      return { begun: (await ask(request)) as Begun, stop };
    } catch (failure) {
      await stop();
      throw failure;
    }
  }
}

/** Keeps a card in its reader until it is taken out, or the person interrupts. */
async function hold({ ask, print, json, language, interrupted }: Context, begun: Begun, place: string): Promise<void> {
  print(json ? JSON.stringify(begun) : say(cardTexts["card.inserted"], language, begun));
  for (let inserted = true; inserted && !interrupted.aborted; ) {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(done, 1000);
      function done(): void {
        clearTimeout(timer);
        interrupted.removeEventListener("abort", done);
        resolve();
      }
      interrupted.addEventListener("abort", done);
    });
    ({ inserted } = (await ask({ method: "PUT", path: `/api/insertions/${begun.insertion}` })) as { inserted: boolean });
  }
  // Interrupted while it is in: it leaves; taken out by another hand: nothing is left to do.
  if (interrupted.aborted) await ask({ method: "DELETE", path: place }).catch(() => undefined);
  if (!json) print(say(cardTexts["card.taken-out"], language, begun));
}

export const cardCommands: readonly Command[] = [
  {
    words: ["card", "create"],
    about: {
      fr: "fait une carte : clés tirées dans la carte, certificats de l’IGC ; affiche ses codes une fois",
      en: "makes a card: keys drawn in the card, certificates of the PKI; prints its codes once",
    },
    options: [
      option("id", "identifiant national du porteur", "national identifier of the holder", true),
      option("type", "CPS, CPF, CDE, CPE ou CPA", "CPS, CPF, CDE, CPE or CPA", true),
      option("not-after", "dernier jour de validité (AAAA-MM-JJ)", "last day of validity (YYYY-MM-DD)"),
      option("not-before", "premier jour de validité (AAAA-MM-JJ)", "first day of validity (YYYY-MM-DD)"),
      option("version", "version publiée : CPS3v1, CPS3v2, CPS3v3", "published version: CPS3v1, CPS3v2, CPS3v3"),
      option("pin", "code porteur choisi (quatre chiffres)", "chosen holder's code (four digits)"),
      {
        name: "signature-only",
        kind: "flag",
        about: {
          fr: "carte d’essai où seuls la clé et le certificat de signature sont inscrits",
          en: "test card that lists its signature key and certificate only",
        },
      },
      option("family-name", "nom, pour un porteur hors de l’annuaire", "family name, for a holder outside the directory"),
      option("given-name", "prénom, pour un porteur hors de l’annuaire", "given name, for a holder outside the directory"),
      option("structure-id", "identifiant de sa structure", "identifier of their structure"),
      option("structure-name", "raison sociale de sa structure", "name of their structure"),
    ],
    run(input, { ask }) {
      const [family, given] = [input.text("family-name"), input.text("given-name")];
      const structure = input.text("structure-id")
        ? { id: input.text("structure-id"), name: input.text("structure-name") ?? input.text("structure-id") }
        : undefined;
      const holder = family && given ? { family_name: family, given_name: given, structure } : undefined;
      const body = {
        id: input.text("id"),
        type: input.text("type"),
        version: input.text("version"),
        not_after: input.text("not-after"),
        not_before: input.text("not-before"),
        pin: input.text("pin"),
        signature_only: input.flag("signature-only"),
        holder,
      };
      return ask({ method: "POST", path: "/api/cards", body });
    },
    human: (result, language) => say(cardTexts["card.created"], language, result as { card: string; type: string; id: string; pin: string; puk: string }),
  },
  {
    words: ["card", "insert"],
    about: {
      fr: "met une carte dans le lecteur virtuel de pcscd et reste là tant qu’elle y est",
      en: "puts a card in pcscd’s virtual reader and stays while it is in",
    },
    positions: ["CARD"],
    options: [
      option("slot", "0 ou 1", "0 or 1"),
      option("reader", "HÔTE:PORT d’un lecteur virtuel d’une autre machine", "HOST:PORT of a virtual reader on another machine"),
      {
        name: "start-pcscd",
        kind: "flag",
        about: { fr: "démarre pcscd s’il ne tourne pas, et l’arrête avec la carte", en: "starts pcscd when it does not run, and ends it with the card" },
      },
    ],
    async run(input, context) {
      const body = { ...(input.text("slot") ? { slot: Number(input.text("slot")) } : {}), reader: input.text("reader") };
      const place = `${path(input)}/insertion`;
      const { begun, stop } = await insert(context, { method: "POST", path: place, body }, input.flag("start-pcscd") && !input.text("reader"));
      try {
        await hold(context, begun, place);
      } finally {
        await stop?.();
      }
      return undefined;
    },
  },
  {
    words: ["card", "remove"],
    about: { fr: "retire une carte de son lecteur", en: "takes a card out of its reader" },
    positions: ["CARD"],
    run: (input, { ask }) => ask({ method: "DELETE", path: `${path(input)}/insertion` }),
    human: (result, language) => line(result as Listed, language),
  },
  {
    words: ["card", "list"],
    about: { fr: "liste les cartes", en: "lists cards" },
    run: (_input, { ask }) => ask({ method: "GET", path: "/api/cards" }),
    human: (result, language) => (result as Listed[]).map((card) => line(card, language)).join("\n"),
  },
  {
    words: ["card", "unblock"],
    about: {
      fr: "débloque une carte avec son code de déblocage et lui donne un nouveau code porteur",
      en: "unblocks a card with its unblocking code and gives it a new code",
    },
    positions: ["CARD"],
    options: [
      option("puk", "code de déblocage (huit chiffres)", "unblocking code (eight digits)", true),
      option("pin", "nouveau code porteur (quatre chiffres)", "new code (four digits)", true),
    ],
    run: (input, { ask }) => ask({ method: "POST", path: `${path(input)}/unblocking`, body: { puk: input.text("puk"), pin: input.text("pin") } }),
    human: (result, language) => line(result as Listed, language),
  },
  {
    words: ["card", "revoke"],
    about: { fr: "révoque les deux certificats d’une carte", en: "revokes both certificates of a card" },
    positions: ["CARD"],
    options: [option("reason", "motif (RFC 5280) : cessationOfOperation sinon", "reason (RFC 5280): cessationOfOperation unless told")],
    run: (input, { ask }) => ask({ method: "POST", path: `${path(input)}/revocation`, body: { reason: input.text("reason") } }),
    human: (result, language) => line(result as Listed, language),
  },
];
