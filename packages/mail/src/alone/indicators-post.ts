// Indicators of a month to an agency that is not ours, over its API; the national form of the deposit is not public (mssante.md §6).
import { mailErrors } from "../errors.ts";
import type { DeliverIndicators } from "../watching/monthly.ts";
import type { AskJson } from "./http.ts";

export function createIndicatorsPost({ base, key, ask }: { base: string; key: string; ask: AskJson }): DeliverIndicators {
  return async ({ domain, month, report }) => {
    const { status, body } = await ask(`${base.replace(/\/$/, "")}/api/mail-indicators/${month}`, {
      method: "POST",
      headers: { authorization: `Bearer ${key}` },
      body: { domain, report },
    }).catch((cause: unknown) => {
      throw mailErrors.refuse("mail.not-sent", { params: { reason: "unreachable" }, cause });
    });
    if (status < 300) return;
    const { title, code } = (body ?? {}) as { title?: string; code?: string };
    throw mailErrors.refuse("mail.not-sent", { params: { reason: String(title ?? code ?? status).slice(0, 300) } });
  };
}
