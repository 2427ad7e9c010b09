// How news of versions leave the space: e-mail through the relay that was set, webhooks to addresses that vendors gave.
import type { DistributionPorts } from "@cercle/distribution";
import type { House } from "../house.ts";
import { postOutside, sendMail } from "./outgoing.ts";

export function newsPorts({ configuration, mode }: House): Pick<DistributionPorts, "mail" | "post" | "hooksOverTlsOnly"> {
  const relay = configuration.get<string | undefined>("distribution.smtp_url");
  const from = configuration.get<string>("distribution.mail_from");
  return {
    hooksOverTlsOnly: mode === "live",
    ...(relay ? { mail: (message) => sendMail(relay, { from, ...message }) } : {}),
    async post(url, message) {
      const status = await postOutside(url, message, mode === "live");
      if (status < 200 || status >= 300) throw new Error(`HTTP ${status}`);
    },
  };
}
