// What leaves to anyone as data: the list in three forms, the logo files, and the answer to "is this logo genuine and valid today?".
import { defineRoute, Reply, type Route } from "@cercle/web";
import { z } from "zod";
import { labelErrors } from "../errors.ts";
import { base64, bytesOf } from "../examination/evidence-body.ts";
import { findByDigest, findLogo, pageOf, readLogo } from "../logo/kit.ts";
import { checkMarkedFile } from "../logo/logo-mark.ts";
import { lookUp, markShape } from "../logo/look-up.ts";
import type { Room } from "../room.ts";
import { writeAtom, writeCsv } from "./public-list.ts";

export function publicRoutes(room: Room): readonly Route[] {
  const { store, ports } = room;
  const form = (extension: string, type: string, write: (rows: Awaited<ReturnType<Room["readList"]>>) => string): Route =>
    defineRoute({
      method: "GET",
      path: `/public/label.${extension}`,
      about: "Labelled products, with exactly the six fields of article 6.9.",
      who: "anyone",
      page: true,
      handle: async () => new Reply({ body: write(await room.readList()), type, headers: { "cache-control": "no-store" } }),
    });
  const file = (extension: "svg" | "png"): Route =>
    defineRoute({
      method: "GET",
      path: `/label/logo/:mark/logo.${extension}`,
      about: "A logo file, while its right is open.",
      who: "anyone",
      page: true,
      params: z.object({ mark: markShape }),
      async handle({ params }) {
        const logo = await findLogo(store, params.mark);
        if (!logo) throw labelErrors.refuse("label.no-mark");
        const found = await readLogo(store, params.mark, extension);
        if (!found || !(await lookUp(room, logo)).valid) throw labelErrors.refuse("label.logo-ended");
        return new Reply({ body: found.bytes, type: found.type, headers: { "cache-control": "no-store" } });
      },
    });
  return [
    form("json", "application/json", (rows) => JSON.stringify(rows)),
    form("csv", "text/csv; charset=utf-8", writeCsv),
    form("atom", "application/atom+xml; charset=utf-8", (rows) => writeAtom(rows, ports.now().toString({ smallestUnit: "second" }))),
    file("svg"),
    file("png"),
    defineRoute({
      method: "POST",
      path: "/api/label/logo-check",
      about: "Is this logo file genuine, unaltered and valid today? The file as base64.",
      who: "anyone",
      perMinute: 60,
      body: z.object({
        content: base64,
      }),
      async handle({ body }) {
        const bytes = bytesOf(body.content);
        const exact = await findByDigest(store, bytes);
        const verdict = checkMarkedFile(bytes);
        // A file is genuine when it is byte for byte one that was issued; anything else that carries a mark was changed on the way.
        const file = exact ? "genuine" : verdict.is === "unmarked" ? "unknown" : "altered";
        const mark = exact?.mark ?? (verdict.is === "intact" ? verdict.statement.mark : verdict.is === "altered" ? verdict.mark : undefined);
        const logo = exact ?? (mark ? await findLogo(store, mark) : undefined);
        const looked = await lookUp(room, logo);
        return {
          file,
          mark: logo?.mark ?? null,
          valid_today: looked.valid,
          page: logo ? pageOf(ports.origin, logo.mark) : null,
          ...(looked.valid ? { product: looked.product } : {}),
        };
      },
    }),
  ];
}
