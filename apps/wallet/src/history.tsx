// Who received which data and when (e-CPS 9), and what happened to this e-CPS.
import { useEffect, useState } from "react";
import { Act, Fault, Screen } from "./parts.tsx";
import { type HistoryEntry, phone } from "./phone.ts";
import { type TextKey, texts, useSpeech } from "./texts.ts";
import { useWork } from "./work.ts";

const page = 50;
const looks: Readonly<Record<string, string>> = {
  approved: "open",
  done: "open",
  accepted: "open",
  used: "open",
  reported: "soon",
  "wrong-number": "shut",
  blocked: "shut",
  wrong: "shut",
};

export function History() {
  const { say, language, moment } = useSpeech();
  const [entries, setEntries] = useState<readonly HistoryEntry[]>();
  const [more, setMore] = useState(false);
  const { run, busy, fault } = useWork();
  useEffect(() => {
    run(async () => {
      const first = await phone.ask<{ entries: HistoryEntry[] }>("/e-cps/device/history");
      setEntries(first.entries);
      setMore(first.entries.length === page);
    });
  }, [run]);
  const older = (): void =>
    run(async () => {
      const next = await phone.ask<{ entries: HistoryEntry[] }>("/e-cps/device/history", { before: entries?.at(-1)?.id });
      setEntries([...(entries ?? []), ...next.entries]);
      setMore(next.entries.length === page);
    });
  const word = (result: string): string => (`result.${result}` in texts ? say(`result.${result}` as TextKey) : result);
  return (
    <Screen title={say("history.title")}>
      <p className="soft">{say("history.lead")}</p>
      <Fault text={fault} />
      {entries?.length === 0 ? <p className="notice">{say("history.empty")}</p> : null}
      <ol className="events">
        {(entries ?? []).map((entry) => (
          <li key={entry.id} className="card">
            <p className="line">
              <strong>{entry.kind === "sign-in" ? entry.facts.name?.[language] : say(`history.${entry.kind}`)}</strong>
              <span className={`state ${looks[entry.result] ?? "still"}`}>{word(entry.result)}</span>
            </p>
            <p className="soft small">
              {moment(entry.at)}
              {entry.facts.place ? ` · ${entry.facts.place}` : ""}
              {entry.facts.version ? ` · ${entry.facts.version}` : ""}
            </p>
            {entry.kind === "sign-in" ? <p className="small">{say(entry.facts.data ? "history.data" : "history.nothing")}</p> : null}
          </li>
        ))}
      </ol>
      {more ? (
        <Act look="plain" busy={busy} onPress={older}>
          {say("history.more")}
        </Act>
      ) : null}
    </Screen>
  );
}
