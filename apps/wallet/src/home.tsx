// Home: what to do first, what waits, habits.
import type { WaitingRequest } from "@cercle/e-cps/device";
import { useState } from "react";
import { Act, Fault, Field, Screen } from "./parts.tsx";
import { type Home as HomeFacts, phone } from "./phone.ts";
import { useSpeech } from "./texts.ts";
import { useWork } from "./work.ts";

const yearMillis = 365 * 24 * 3600 * 1000;

export function Home({
  home,
  quiet,
  fresh,
  onFound,
  onTrial,
  onTerms,
  onContact,
}: {
  home: HomeFacts;
  quiet: number;
  fresh: boolean;
  onFound: (request: WaitingRequest) => void;
  onTrial: (number: string) => void;
  onTerms: () => void;
  onContact: () => void;
}) {
  const { say, language, date, moment } = useSpeech();
  const work = useWork();
  const { terms, contact } = home;
  return (
    <Screen title={fresh ? say("ready.title") : say("home.waiting")}>
      <p>{say(fresh ? "ready.lead" : "home.waiting-lead")}</p>
      {quiet > 0 ? <Quiet count={quiet} onFound={onFound} /> : null}
      {terms ? (
        <section className="notice">
          <h2>{say("home.terms")}</h2>
          <p>
            {terms.answer === "refused"
              ? say("home.terms-refused", { version: terms.document.version, date: date(terms.last_day) })
              : say("home.terms-soon", { version: terms.document.version, date: date(terms.document.in_force_on) })}
          </p>
          <Act look="plain" onPress={onTerms}>
            {say("home.terms-read")}
          </Act>
        </section>
      ) : null}
      {home.maintenance.map((notice) => (
        <section className="notice" key={notice.id}>
          <h2>{say("home.maintenance")}</h2>
          <p className="soft small">{say("home.from-to", { from: moment(notice.starts_at), to: moment(notice.ends_at) })}</p>
          <p>{notice.text[language]}</p>
        </section>
      ))}
      {contact && Date.now() - Date.parse(contact.updated_at) > yearMillis ? (
        <section className="notice">
          <p>{say("home.contact-old")}</p>
          <Act look="plain" onPress={onContact}>
            {say("settings.contact-change")}
          </Act>
        </section>
      ) : null}
      {home.suggestions.length > 0 ? (
        <section className="card">
          <h2>{say("home.suggestions")}</h2>
          <ul className="rows">
            {home.suggestions.map((suggestion) => (
              <li key={suggestion.client}>
                <span>{suggestion.url ? <a href={suggestion.url}>{suggestion.name[language]}</a> : suggestion.name[language]}</span>
                <span className="soft small">{say(`home.${suggestion.why}`, { times: suggestion.times })}</span>
              </li>
            ))}
          </ul>
        </section>
      ) : null}
      <Fault text={work.fault} />
      <Act
        look="plain"
        busy={work.busy}
        onPress={() =>
          work.run(async () => {
            const { number } = await phone.ask<{ number: string }>("/e-cps/device/trial");
            onTrial(number);
          })
        }
      >
        {say("home.trial")}
      </Act>
    </Screen>
  );
}

function Quiet({ count, onFound }: { count: number; onFound: (request: WaitingRequest) => void }) {
  const { say } = useSpeech();
  const [number, setNumber] = useState("");
  const work = useWork();
  return (
    <section className="notice bad">
      <h2>{say("home.quiet-title")}</h2>
      <p>{say("home.quiet", { count })}</p>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          work.run(async () => onFound(await phone.claim(number)));
        }}
      >
        <Field label={say("home.number")} value={number} onChange={(text) => setNumber(text.replace(/\D/g, "").slice(0, 2))} mode="numeric" length={2} code />
        <Fault text={work.fault} />
        <Act submit look="plain" busy={work.busy}>
          {say("home.find")}
        </Act>
      </form>
    </section>
  );
}
