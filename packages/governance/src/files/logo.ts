// The logo kit of a validated operator (MSS 5.2): an image that states who holds it, served while the right is open and gone with it.
import type { Temporal } from "@cercle/kernel";
import type { Store } from "@cercle/store";
import { defineRoute, Reply, type Route } from "@cercle/web";
import { z } from "zod";
import { governanceErrors } from "../errors.ts";
import { escapeXml } from "./register-forms.ts";

const logoRight = "logo.mssante";

export function logoRoute({ store, timeZone }: { store: Store; timeZone: string }): Route {
  return defineRoute({
    method: "GET",
    path: "/public/logos/mssante/:reference",
    about: "The logo of a validated operator, by the reference of its file (MSS 5.2); 410 once the right has closed.",
    who: "anyone",
    page: true,
    params: z.object({ reference: z.string().max(40) }),
    async handle({ params }) {
      const right = await store.first<{ state: string; since: Temporal.Instant; name: string }>(
        `select r.state, r.since, p.name from governance.current_right r join governance.file f on f.id = r.file_id
           join governance.party p on p.id = f.party_id where r."right" = $1 and f.reference = $2`,
        [logoRight, params.reference],
      );
      if (!right) throw governanceErrors.refuse("governance.no-logo");
      if (right.state !== "open") throw governanceErrors.refuse("governance.logo-gone", { params: { since: dayOf(right.since, timeZone) } });
      const headers = { "cache-control": "no-store", "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'" };
      return new Reply({ body: draw(right.name, dayOf(right.since, timeZone)), type: "image/svg+xml", headers });
    },
  });
}

const dayOf = (at: Temporal.Instant, timeZone: string): string => at.toZonedDateTimeISO(timeZone).toPlainDate().toString();

/** The name is the operator's own: escaped, and cut where the image ends. */
function draw(name: string, since: string): string {
  const shown = escapeXml(name.length > 44 ? `${name.slice(0, 43)}…` : name);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 360 96" role="img" aria-labelledby="t"><title id="t">MSSanté · ${shown} · ${since}</title><rect width="360" height="96" rx="12" fill="#0a6a63"/><g fill="#fff" font-family="sans-serif"><text x="20" y="36" font-size="20" font-weight="700">Opérateur MSSanté validé</text><text x="20" y="61" font-size="14">${shown}</text><text x="20" y="81" font-size="12">depuis le ${since}</text></g></svg>`;
}
