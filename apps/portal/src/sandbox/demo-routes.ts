// The two demonstrations in the portal of a sandbox: started by an officer, played by itself over the API of this process under that
// officer's roles, each step shown as it comes. One plays at a time, since it moves the clock.
import { type Played, playOperator, playProvider, type Stage, type Told } from "@cercle/governance";
import { Refusal, say } from "@cercle/kernel";
import { type Html, html } from "@cercle/pages";
import { defineRoute, Reply, type Route } from "@cercle/web";
import { z } from "zod";
import type { Desk, Reader } from "../desk.ts";
import { badge, capital, type Words } from "../words.ts";

const stories = { operator: playOperator, provider: playProvider } as const;
const which = z.object({ which: z.enum(["operator", "provider"]) });
type Which = z.infer<typeof which>["which"];

type Playing = { readonly which: Which; readonly told: Told[]; reference: string; state: "playing" | "done" | "failed"; why: string };
/** Long enough for a person to read a step. */
const pauseMillis = 350;
const refreshSeconds = "2";

export function demoPages(desk: Desk): readonly Route[] {
  let playing: Playing | undefined;

  const start = (reader: Reader, name: Which): void => {
    const show: Playing = { which: name, told: [], reference: "", state: "playing", why: "" };
    playing = show;
    const stage: Stage = {
      language: reader.language,
      json: true,
      print: () => undefined,
      ask: ({ method, path, body }) => askAs(desk, reader, method, path, body),
      async tell(line, reference) {
        show.told.push(line);
        show.reference = reference;
        await new Promise((resolve) => setTimeout(resolve, pauseMillis));
      },
    };
    stories[name](stage).then(
      (_played: Played) => {
        show.state = "done";
      },
      (error: unknown) => {
        show.state = "failed";
        show.why = error instanceof Refusal ? say(error.text, reader.language, error.params) : "";
      },
    );
  };

  return [
    defineRoute({
      method: "GET",
      path: "/sandbox/demo",
      about: "The demonstration that plays, step by step; before one, what they are.",
      who: desk.readers,
      page: true,
      query: z.object({ pause: z.literal("1").optional() }),
      async handle({ query, language, actor }) {
        const words = desk.words(language);
        const mayPlay = actor.kind === "account" && actor.roles.includes("officer");
        const main = buildDemoPage(words, playing, { mayPlay, paused: query.pause !== undefined });
        const page = await desk.page({ language, actor }, { title: words.t("portal.demo.title"), main, at: "/sandbox/demo", query });
        // The page follows by itself, without script, until the end or a pause.
        const follows = playing?.state === "playing" && query.pause === undefined;
        return follows
          ? new Reply({
              ...page,
              ...(page.type ? { type: page.type } : { type: "text/html; charset=utf-8" }),
              body: page.body ?? "",
              headers: { ...page.headers, refresh: refreshSeconds },
            })
          : page;
      },
    }),
    defineRoute({
      method: "POST",
      path: "/sandbox/demo",
      about: "Plays a demonstration; the clock of the sandbox moves forward by one to two years.",
      who: ["officer"],
      page: true,
      body: which,
      async handle({ body, language, actor }) {
        if (playing?.state !== "playing") start({ language, actor }, body.which);
        return Reply.see("/sandbox/demo");
      },
    }),
  ];
}

/** The API as a story asks it: an address with its question, an answer as JSON. */
async function askAs(desk: Desk, reader: Reader, method: string, path: string, body: unknown): Promise<unknown> {
  const [place = "", question] = path.split("?");
  const query = Object.fromEntries(new URLSearchParams(question ?? ""));
  const answer = await desk.ask<unknown>(reader, method as "GET" | "POST" | "PUT", place, { query, ...(body === undefined ? {} : { body }) });
  return answer instanceof Reply && typeof answer.body === "string" ? JSON.parse(answer.body) : answer;
}

function buildDemoPage(words: Words, playing: Playing | undefined, { mayPlay, paused }: { mayPlay: boolean; paused: boolean }): Html {
  const { t } = words;
  const button = (name: Which): Html =>
    html`<form method="post" action="/sandbox/demo"><button class="btn main" name="which" value="${name}">${t(`portal.demo.${name}`)}</button></form>`;
  const offer =
    playing?.state === "playing" || !mayPlay
      ? ""
      : html`<section class="card stack"><p>${t("portal.demo.lead")}</p><div class="actions">${button("operator")}${button("provider")}</div></section>`;
  return html`<h1>${t("portal.demo.title")}</h1>${offer}${playing ? show(words, playing, paused) : mayPlay ? "" : html`<p class="empty">${t("portal.demo.none")}</p>`}`;
}

function show(words: Words, { which: name, told, reference, state, why }: Playing, paused: boolean): Html {
  const { t } = words;
  const file = reference === "" ? "" : html` · <a href="/files/${reference}">${reference}</a>`;
  const follow =
    state !== "playing"
      ? ""
      : paused
        ? html`<a class="btn main" href="/sandbox/demo">${t("portal.demo.resume")}</a>`
        : html`<a class="btn" href="/sandbox/demo?pause=1">${t("portal.demo.pause")}</a>`;
  const failed = state === "failed" ? html`<p class="notice bad" role="alert">${why || t("portal.demo.failed")}</p>` : "";
  return html`<h2>${t(`portal.demo.${name}`)}${file}</h2><div class="actions"><p role="status">${t(`portal.demo.${state}`)} · ${words.count("step", told.length)}</p>${follow}</div>${failed}
<ol class="rows" reversed aria-label="${t("portal.demo.steps")}">${told.toReversed().map((line) => step(words, line))}</ol>`;
}

function step(words: Words, line: Told): Html {
  const { t } = words;
  const all = (mark: Html, texts: readonly string[]): Html => html`${texts.map((text) => html`<br>${mark} <span class="small">${text}</span>`)}`;
  const who = [line.by ? words.party(line.by) : "", line.clause ?? "", capital(line.phase)].filter((part) => part !== "").join(" · ");
  const refused = line.refused ? html`<br>${badge("shut", t("portal.demo.refused"))} <span class="small">${line.refused}</span>` : "";
  return html`<li><span><strong>${words.day(line.on)}</strong> — ${capital(line.step)}<br><span class="small soft">${who}</span>${refused}${all(badge("open", t("portal.check.opens")), line.opened)}${all(badge("shut", t("portal.check.closes")), line.closed)}${all(badge("still", t("portal.demo.met")), line.met)}</span></li>`;
}
