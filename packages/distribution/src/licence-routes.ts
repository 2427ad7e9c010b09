// API of results, licences of use, who has which version, and what leaves at the end of a contract.
import { newId, Temporal } from "@cercle/kernel";
import { defineRoute, type Route } from "@cercle/web";
import { z } from "zod";
import { distributionErrors } from "./errors.ts";
import { type Delay, listLicenceProblems } from "./licence-rules.ts";
import { addLicence, allLicences, getLicence, install, listLicences, spreadOf } from "./licences.ts";
import { compatibilityOf } from "./results.ts";
import { agency, type Room, sideOf, sides } from "./room.ts";
import { getVersion } from "./versions.ts";

const file = z.string().max(40);
const product = z.string().trim().min(1).max(120);
const one = z.object({ licence: z.uuid() });

export function licenceRoutes(room: Room): readonly Route[] {
  const { store, ports } = room;
  const { files } = ports;
  return [
    defineRoute({
      method: "POST",
      path: "/api/distribution/results",
      about: "Compatibility results of a version, from any tool; a file signed by `conformity card` is verified. Names the compatible products.",
      who: sides,
      body: z.object({ file, version: z.string().max(40), compatible: z.array(product).max(100), report: z.string().min(1).max(500_000) }),
      async handle({ body, actor }) {
        await sideOf(room, actor, body.file);
        await getVersion(store, body.version);
        const { signed, reason } = await ports.verifyReport(body.report);
        if (reason) throw distributionErrors.refuse("distribution.bad-report", { params: { reason } });
        const available = await files.findEntry(body.file, "version-available", body.version);
        if (!available) throw distributionErrors.refuse("distribution.no-version", { params: { number: body.version } });
        return store.transaction(async (tx) => {
          await files.record(tx, body.file, {
            type: "test-results-sent",
            actor,
            payload: { by: "vendor", about: available.seq, compatible: body.compatible, signed },
          });
          const id = newId<"result">();
          await tx.run("insert into distribution.result (id, version, file, report, signed, at) values ($1, $2, $3, $4, $5, $6)", [
            id,
            body.version,
            body.file,
            body.report,
            signed,
            ports.now(),
          ]);
          return { result: id, signed };
        });
      },
    }),
    defineRoute({
      method: "GET",
      path: "/api/distribution/versions/:version/compatibility",
      about: "Which products are compatible, brought to health professionals (CPS 10.2.7); no page open to all shows it.",
      who: [...agency, "auditor"],
      params: z.object({ version: z.string().max(40) }),
      handle: ({ params }) => compatibilityOf(room, params.version),
    }),
    defineRoute({
      method: "POST",
      path: "/api/distribution/licences",
      about: "A licence of use signed by a professional or another card holder: seven limits, French territory, agreed delay. A missing one refuses it.",
      who: sides,
      body: z.object({
        file,
        product,
        holder: z.object({
          kind: z.enum(["professional", "card-holder"]),
          national_id: z.string().trim().min(3).max(60),
          name: z.string().trim().min(1).max(200),
          email: z.email().max(200).optional(),
        }),
        territory: z.string().max(10),
        limits: z.array(z.string().max(40)).max(20),
        signed_on: z.iso.date().optional(),
        delay: z.object({ length: z.number(), unit: z.string().max(20) }).optional(),
      }),
      async handle({ body, actor, language }) {
        await sideOf(room, actor, body.file);
        if (!(await files.isOpen(body.file, "api-cps.distribute", body.product)))
          throw distributionErrors.refuse("distribution.no-right", { params: { product: body.product }, clause: "CPS 3, 19.1", right: "api-cps.distribute" });
        const problems = listLicenceProblems({ ...body, holder: body.holder.kind, signed_on: body.signed_on, delay: body.delay }, language);
        if (problems.length > 0)
          throw distributionErrors.refuse("distribution.bad-licence", { params: { problems: problems.join(" ; ") }, clause: "CPS 11.2" });
        const sealed = ports.vault.seal(Buffer.from(JSON.stringify(body.holder)));
        const { product: name, territory, signed_on = "" } = body;
        const id = await store.transaction((tx) =>
          addLicence(tx, { file: body.file, product: name, territory, signed_on, delay: body.delay as Delay }, sealed),
        );
        return { licence: id };
      },
    }),
    defineRoute({
      method: "POST",
      path: "/api/distribution/licences/:licence/transfer",
      about: "Always refused (CPS 11.2).",
      who: sides,
      params: one,
      async handle({ params, actor }) {
        await sideOf(room, actor, (await getLicence(store, params.licence)).file);
        throw distributionErrors.refuse("distribution.not-transferable", { clause: "CPS 11.2" });
      },
    }),
    defineRoute({
      method: "PUT",
      path: "/api/distribution/licences/:licence/version",
      about: "Says that a licensee now has this version; only once its product was declared compatible with it (CPS 10.2.8).",
      who: sides,
      params: one,
      body: z.object({ version: z.string().max(40) }),
      async handle({ params, body, actor }) {
        const licence = await getLicence(store, params.licence);
        await sideOf(room, actor, licence.file);
        const version = await getVersion(store, body.version);
        if (version.prohibition)
          throw distributionErrors.refuse("distribution.prohibited", {
            params: { number: body.version, remedy: version.prohibition.remedy },
            clause: "CPS 17.2.4",
          });
        if (!(await files.compatible(licence.file, body.version)).includes(licence.product))
          throw distributionErrors.refuse("distribution.not-compatible", { params: { product: licence.product, number: body.version }, clause: "CPS 10.2.8" });
        await store.transaction((tx) => install(tx, licence.id, body.version, ports.now()));
        return { licence: licence.id, version: body.version };
      },
    }),
    defineRoute({
      method: "GET",
      path: "/api/distribution/versions/:version/spread",
      about: "Per licence: has it or not, the agreed day, and whether its delay runs past a change of cards. Of one's own contracts for a vendor.",
      who: sides,
      params: z.object({ version: z.string().max(40) }),
      query: z.object({ card_change: z.iso.date().optional() }),
      async handle({ params, query, actor }) {
        const version = await getVersion(store, params.version);
        const available = version.published_at?.toZonedDateTimeISO(ports.policy.timeZone).toPlainDate();
        if (!available)
          throw distributionErrors.refuse("distribution.wrong-state", { params: { number: params.version, state: version.state, needs: "published" } });
        const own = await files.listOwn(actor);
        const all = actor.kind === "operator" || (actor.kind === "account" && [...agency, "auditor"].some((role) => actor.roles.includes(role)));
        const licences = (await allLicences(store)).filter((licence) => all || own.includes(licence.file));
        const change = query.card_change ? Temporal.PlainDate.from(query.card_change) : undefined;
        const rows = spreadOf(licences, { number: params.version, available, change, policy: ports.policy });
        return {
          version: params.version,
          has: rows.filter((row) => row.has_it).length,
          has_not: rows.filter((row) => !row.has_it).length,
          at_risk: rows.filter((row) => row.at_risk).length,
          licences: rows,
        };
      },
    }),
    defineRoute({
      method: "GET",
      path: "/api/distribution/contracts/:file/licences",
      about: "The whole list of licences with who holds them: what article 19.2 asks at the end.",
      who: sides,
      params: z.object({ file }),
      async handle({ params, actor }) {
        await sideOf(room, actor, params.file);
        return (await listLicences(store, params.file)).map(({ facts, ...licence }) => ({
          ...licence,
          holder: JSON.parse(Buffer.from(ports.vault.unseal(facts)).toString("utf8")),
        }));
      },
    }),
    defineRoute({
      method: "GET",
      path: "/api/distribution/contracts/:file/activity",
      about: "The last visit and the downloads of a contract, with who took what.",
      who: sides,
      params: z.object({ file }),
      async handle({ params, actor }) {
        await sideOf(room, actor, params.file);
        const visit = await store.first<{ at: Temporal.Instant }>("select at from distribution.visit where file = $1", [params.file]);
        const downloads = await store.query<{ version: string; person: string; what: string; at: Temporal.Instant }>(
          "select version, person, what, at from distribution.download where file = $1 order by at limit 1000",
          [params.file],
        );
        return { last_visit: visit?.at ?? null, downloads };
      },
    }),
  ];
}
