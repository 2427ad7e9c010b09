// What the operator tells the space.
import type { Check } from "../check.ts";
import { must, needed } from "../target.ts";

export const registerChecks: readonly Check[] = [
  {
    id: "published",
    requirement: "MSS-17",
    article: "MSS 5.1",
    severity: "must",
    about: { fr: "la boîte est dans l’annuaire", en: "the mailbox is in the directory" },
    async run({ target, said }) {
      const published = needed(target.published, "the directory");
      const address = target.ordinary ?? target.recipient;
      said(`-- directory: ${address}`);
      must(await published(address), `${address} is not published`);
    },
  },
];
