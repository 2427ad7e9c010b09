// The terms as text, and the answer to a new version.
import type { TermsDocument } from "@cercle/e-cps/device";
import { Act, Fault, Screen } from "./parts.tsx";
import { type Home, phone } from "./phone.ts";
import { useSpeech } from "./texts.ts";
import { useWork } from "./work.ts";

export function TermsText({ terms }: { terms: TermsDocument }) {
  const { say, date, language } = useSpeech();
  return (
    // A scrolling text must be reachable from the keyboard (WCAG 2.1.1).
    // biome-ignore lint/a11y/noNoninteractiveTabindex: see above
    <section className="card terms" tabIndex={0} aria-label={terms.title[language]}>
      <p className="soft small">{say("terms.version", { version: terms.version, date: date(terms.in_force_on) })}</p>
      {terms.articles.map((article) => (
        <section key={article.number}>
          <h2>
            {say("terms.article", { number: article.number })} — {article.title[language]}
          </h2>
          <p>{article.text[language]}</p>
        </section>
      ))}
    </section>
  );
}

export function NewTerms({ news, onAnswered, onBack }: { news: NonNullable<Home["terms"]>; onAnswered: () => void; onBack: () => void }) {
  const { say, date } = useSpeech();
  const work = useWork();
  const answer = (word: "accepted" | "refused"): void =>
    work.run(async () => {
      await phone.ask("/e-cps/device/terms", { version: news.document.version, answer: word });
      onAnswered();
    });
  return (
    <Screen title={say("home.terms")}>
      <TermsText terms={news.document} />
      <Fault text={work.fault} />
      <Act busy={work.busy} onPress={() => answer("accepted")}>
        {say("newterms.accept")}
      </Act>
      {news.answer === "refused" ? null : (
        <section className="notice">
          <p>{say("newterms.refuse-warning", { date: date(news.last_day) })}</p>
          <Act look="bad" busy={work.busy} onPress={() => answer("refused")}>
            {say("newterms.refuse")}
          </Act>
        </section>
      )}
      <Act look="quiet" onPress={onBack}>
        {say("app.back")}
      </Act>
    </Screen>
  );
}
