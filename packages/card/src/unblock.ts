// Unblocking as the card itself does it: RESET RETRY COUNTER with the unblocking code and the new code.
import type { Cards } from "./cards.ts";
import { cardErrors } from "./errors.ts";
import type { Insertions } from "./insertions.ts";
import { bytes, hex, utf8 } from "./tlv.ts";

/** Throws `card.wrong-puk` with the tries left, `card.puk-blocked`. */
export async function unblockCard(
  { cards, insertions }: { cards: Cards; insertions: Insertions },
  { number, puk, pin }: { number: string; puk: string; pin: string },
): Promise<void> {
  const { card, keep } = insertions.findLive(number) ?? (await cards.open(number));
  const answer = card.transmit(bytes(hex("002C00010C"), utf8(puk), utf8(pin)));
  await keep();
  const status = ((answer.at(-2) ?? 0) << 8) | (answer.at(-1) ?? 0);
  if (status === 0x9000) return;
  if (status === 0x6983) throw cardErrors.refuse("card.puk-blocked", { params: { card: number } });
  throw cardErrors.refuse("card.wrong-puk", { params: { tries: card.codes.puk.tries } });
}
