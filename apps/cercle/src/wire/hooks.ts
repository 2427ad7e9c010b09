// News of files: webhooks and reminders, through the relay of the space.
import { openHooks } from "@cercle/governance";
import { realClock } from "@cercle/kernel";
import type { House } from "../house.ts";
import { isInside, postOutside, sendMail } from "./outgoing.ts";

export async function startHooks(house: House): Promise<void> {
  const { store, governance, vault, configuration, mode } = house;
  const relay = configuration.get<string | undefined>("governance.smtp_url") ?? configuration.get<string | undefined>("distribution.smtp_url");
  const from = configuration.get<string>("governance.mail_from");
  const guarded = mode === "live";
  const room = await openHooks({
    store,
    governance,
    keys: vault,
    real: realClock,
    outgoing: {
      guarded,
      isInside,
      origin: await house.origin("portal.port"),
      post: (url, message) => postOutside(url, message, guarded),
      ...(relay ? { mail: (message) => sendMail(relay, { from, ...message }) } : {}),
    },
  });
  house.onStop(() => room.stop());
  house.addRoutes(room.routes);
}
