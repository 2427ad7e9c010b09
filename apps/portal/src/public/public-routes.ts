// Pages for anyone: registers, verification, complaints.
import { type ExportedFile, verifyFile } from "@cercle/evidence";
import { readRegister } from "@cercle/governance";
import { defineRoute, Reply, type Route } from "@cercle/web";
import { z } from "zod";
import type { Desk, Reader } from "../desk.ts";
import { buildComplaintPage, buildRegisterPage, buildVerifyPage, type Checked, type HeadLine } from "./public-pages.ts";

const complaint = z.object({ from: z.string().trim().min(3).max(320), subject: z.string().trim().min(3).max(200), note: z.string().trim().min(10).max(4000) });
const shownHeads = 10;

export function publicPages(desk: Desk): readonly Route[] {
  return [
    defineRoute({
      method: "GET",
      path: "/registers",
      about: "The public register of operators.",
      who: "anyone",
      page: true,
      query: z.object({ q: z.string().trim().max(80).default("") }),
      async handle({ query, language, actor }) {
        const words = desk.words(language);
        const main = buildRegisterPage(words, await readRegister(desk.store, "operators"), query.q);
        return desk.page({ language, actor }, { title: words.t("portal.registers.title"), main, at: "/registers", query });
      },
    }),
    defineRoute({
      method: "GET",
      path: "/verify",
      about: "How to verify, and against whom it proves.",
      who: "anyone",
      page: true,
      handle: ({ language, actor }) => verifyPage(desk, { language, actor }, undefined),
    }),
    defineRoute({
      method: "POST",
      path: "/verify",
      about: "Checks a proof file that was pasted.",
      who: "anyone",
      page: true,
      perMinute: 20,
      body: z.object({ proof: z.string().max(1_000_000) }),
      handle: ({ body, language, actor }) => verifyPage(desk, { language, actor }, check(body.proof)),
    }),
    defineRoute({
      method: "GET",
      path: "/complaint",
      about: "A complaint to the agency.",
      who: "anyone",
      page: true,
      query: z.object({
        sent: z
          .string()
          .regex(/^[A-Z]{2}-\d{4}-\d{5}$/)
          .optional(),
      }),
      async handle({ query, language, actor }) {
        const words = desk.words(language);
        return desk.page(
          { language, actor },
          { title: words.t("portal.complaint.title"), main: buildComplaintPage(words, query.sent), at: "/complaint", narrow: true, query },
        );
      },
    }),
    defineRoute({
      method: "POST",
      path: "/complaint",
      about: "Takes it: an item of the intake list, with its time of receipt.",
      who: "anyone",
      page: true,
      perMinute: 5,
      body: complaint,
      async handle({ body }) {
        const { store, intake, governance } = desk;
        const item = { ...body, channel: "other" as const, receivedAt: governance.clock.now(), by: "anyone" };
        return Reply.see(`/complaint?sent=${await store.transaction((tx) => intake.receive(tx, item))}`);
      },
    }),
  ];
}

async function verifyPage(desk: Desk, reader: Reader, checked: Checked | undefined): Promise<Reply> {
  const words = desk.words(reader.language);
  const { heads } = await desk.ask<{ heads: readonly HeadLine[] }>(reader, "GET", "/public/evidence/heads", { query: { limit: String(shownHeads) } });
  const main = buildVerifyPage(words, heads, desk.outsideTimestamps, checked);
  return desk.page(reader, { title: words.t("portal.verify.title"), main, at: "/verify" });
}

/** What anybody pastes: anything that is not a proof file is unreadable, whatever it breaks. */
function check(text: string): Checked {
  try {
    const file = JSON.parse(text) as ExportedFile;
    if (file.format !== "cercle-evidence-1" || !Array.isArray(file.entries)) return { unreadable: true };
    return { verdict: verifyFile(file) };
  } catch {
    return { unreadable: true };
  }
}
