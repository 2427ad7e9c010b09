// The application: which screen, by what the telephone keeps and what the server says.
import type { WaitingRequest } from "@cercle/e-cps/device";
import { type ReactNode, useCallback, useEffect, useState } from "react";
import { Activation } from "./activation.tsx";
import { type Address, readAddress, writeAddress } from "./address.ts";
import { History } from "./history.tsx";
import { Home } from "./home.tsx";
import { wasErased } from "./keep.ts";
import { useLive } from "./live.ts";
import { Act, Mark, Screen } from "./parts.tsx";
import { endings, type Home as HomeFacts, phone } from "./phone.ts";
import { Removal } from "./removal.tsx";
import { Done, type Outcome, Request } from "./request.tsx";
import { Settings, type SettingsView } from "./settings.tsx";
import { NewTerms } from "./terms.tsx";
import { type Language, useSpeech } from "./texts.ts";

type Standing = { at: "loading" } | { at: "none"; erased: boolean } | { at: "active" } | { at: "blocked"; reason: string } | { at: "ended"; reason: string };
/** How long an outcome stands before the next request takes the screen. */
const outcomeMillis = 2500;

type Tab = "home" | "history" | "settings";

export function App({ onLanguage }: { onLanguage: (language: Language) => void }) {
  const { say } = useSpeech();
  const [standing, setStanding] = useState<Standing>({ at: "loading" });
  const [address, setAddress] = useState<Address>(() => readAddress(location));
  const [removing, setRemoving] = useState(false);
  const [fresh, setFresh] = useState(false);
  const [home, setHome] = useState<HomeFacts>();

  const go = useCallback((next: Address) => {
    writeAddress(next);
    setAddress(next);
  }, []);
  const onEnded = useCallback((reason: string) => setStanding({ at: "ended", reason }), []);
  const onBlocked = useCallback((reason: string) => setStanding({ at: "blocked", reason }), []);
  const refresh = useCallback(async () => {
    const record = await phone.record();
    if (!record?.device) return setStanding({ at: "none", erased: await wasErased() });
    try {
      const facts = await phone.ask<HomeFacts>("/e-cps/device/home");
      setHome(facts);
      setStanding({ at: "active" });
    } catch (error) {
      const { code, message } = error as { code?: string; message: string };
      if (code && endings.has(code)) onEnded(message);
      else setStanding({ at: "active" });
    }
  }, [onEnded]);
  useEffect(() => {
    void refresh();
    const changed = (): void => setAddress(readAddress(location));
    // A page that was frozen in the background looks again when it is seen.
    const seen = (): void => {
      if (document.visibilityState === "visible") void refresh();
    };
    addEventListener("hashchange", changed);
    document.addEventListener("visibilitychange", seen);
    return () => {
      removeEventListener("hashchange", changed);
      document.removeEventListener("visibilitychange", seen);
    };
  }, [refresh]);

  let body: ReactNode;
  if (removing) {
    body = (
      <Removal
        onBack={() => {
          setRemoving(false);
          void refresh();
        }}
      />
    );
  } else if (standing.at === "loading") {
    body = (
      <main className="screen">
        <p className="soft">{say("app.loading")}</p>
      </main>
    );
  } else if (standing.at === "ended" || standing.at === "blocked") {
    body = (
      <Ended
        title={say(standing.at === "ended" ? "ended.title" : "ended.blocked")}
        reason={standing.reason}
        onAgain={async () => {
          await phone.forget();
          setStanding({ at: "none", erased: false });
        }}
        onLost={() => setRemoving(true)}
      />
    );
  } else if (standing.at === "none" || address.link) {
    body = (
      <Activation
        erased={standing.at === "none" && standing.erased}
        link={address.link}
        onLost={() => setRemoving(true)}
        onDone={() => {
          setFresh(true);
          go({});
          void refresh();
        }}
      />
    );
  } else {
    body = <Active home={home} fresh={fresh} address={address} go={go} onRefresh={refresh} onEnded={onEnded} onBlocked={onBlocked} />;
  }
  return (
    <>
      <Top nationalId={standing.at === "active" ? home?.identity.national_id : undefined} onLanguage={onLanguage} />
      {body}
    </>
  );
}

function Top({ nationalId, onLanguage }: { nationalId: string | undefined; onLanguage: (language: Language) => void }) {
  const { say, language } = useSpeech();
  const other: Language = language === "fr" ? "en" : "fr";
  return (
    <header className="bar">
      <span className="mark">
        <Mark />
        <span>e-CPS</span>
      </span>
      {nationalId ? <code className="soft">{nationalId}</code> : null}
      <button type="button" className="language" lang={other} onClick={() => onLanguage(other)}>
        {say("app.other-language")}
      </button>
    </header>
  );
}

function Ended({ title, reason, onAgain, onLost }: { title: string; reason: string; onAgain: () => void; onLost: () => void }) {
  const { say } = useSpeech();
  return (
    <Screen title={title}>
      <p className="notice bad">{reason}</p>
      <p>{say("ended.card")}</p>
      <Act onPress={onAgain}>{say("ended.again")}</Act>
      <Act look="quiet" onPress={onLost}>
        {say("start.lost")}
      </Act>
    </Screen>
  );
}

function Active({
  home,
  fresh,
  address,
  go,
  onRefresh,
  onEnded,
  onBlocked,
}: {
  home: HomeFacts | undefined;
  fresh: boolean;
  address: Address;
  go: (address: Address) => void;
  onRefresh: () => Promise<void>;
  onEnded: (reason: string) => void;
  onBlocked: (reason: string) => void;
}) {
  const { say } = useSpeech();
  const [tab, setTab] = useState<Tab>("home");
  const [view, setView] = useState<SettingsView>("all");
  const [reading, setReading] = useState(false);
  const [trial, setTrial] = useState<string>();
  const [claimed, setClaimed] = useState<WaitingRequest>();
  const [answered, setAnswered] = useState<ReadonlySet<string>>(new Set());
  const { waiting, offline } = useLive(true, onEnded);
  // The oldest first, one at a time; one that was answered here does not come back with an older poll.
  const open = [...(claimed ? [claimed] : []), ...(waiting?.requests ?? [])].filter((request) => !answered.has(request.id));
  // The one that the sign-in page of this very telephone led to comes first.
  const shown = open.find((request) => request.id === address.request) ?? open[0];
  const [held, setHeld] = useState<WaitingRequest>();
  const [pausing, setPausing] = useState(false);
  useEffect(() => {
    // Keeps the request on the screen until it is answered, whatever else comes.
    setHeld((now) => (now && !answered.has(now.id) ? now : pausing ? undefined : shown));
  }, [shown, answered, pausing]);
  useEffect(() => {
    if (!pausing) return;
    const timer = setTimeout(() => setPausing(false), outcomeMillis);
    return () => clearTimeout(timer);
  }, [pausing]);

  const { back } = address;
  const onOutcome = useCallback(
    (outcome: Outcome) => {
      if (held) setAnswered((before) => new Set([...before, held.id]));
      setTrial(undefined);
      setPausing(true);
      go({ done: outcome, ...(back ? { back } : {}) });
      void onRefresh();
    },
    [held, go, onRefresh, back],
  );

  if (home?.device.state === "blocked") return <BlockedNow onBlocked={onBlocked} />;
  let body: ReactNode;
  if (held) {
    body = (
      <>
        {trial ? <p className="notice strip">{say("home.trial-number", { number: trial })}</p> : null}
        <Request key={held.id} request={held} onOutcome={onOutcome} onBlocked={onBlocked} />
      </>
    );
  } else if (address.done) {
    body = <Done outcome={address.done} back={back} onClose={() => go({})} />;
  } else if (!home) {
    body = (
      <main className="screen">
        <p className="soft">{say(offline ? "app.offline" : "app.loading")}</p>
      </main>
    );
  } else if (reading && home.terms) {
    body = (
      <NewTerms
        news={home.terms}
        onBack={() => setReading(false)}
        onAnswered={() => {
          setReading(false);
          void onRefresh();
        }}
      />
    );
  } else if (tab === "history") body = <History />;
  else if (tab === "settings") {
    body = <Settings home={home} view={view} onView={setView} onChanged={() => void onRefresh()} onEnded={() => void onRefresh()} />;
  } else {
    body = (
      <Home
        home={home}
        quiet={waiting?.quiet ?? 0}
        fresh={fresh}
        onFound={setClaimed}
        onTrial={setTrial}
        onTerms={() => setReading(true)}
        onContact={() => {
          setTab("settings");
          setView("contact");
        }}
      />
    );
  }
  return (
    <>
      {offline ? (
        <p className="notice strip" role="status">
          {say("app.offline")}
        </p>
      ) : null}
      {body}
      {held ? null : (
        <nav className="tabs" aria-label={say("nav.label")}>
          {(["home", "history", "settings"] as const).map((name) => (
            <button
              type="button"
              key={name}
              aria-current={tab === name && !address.done && !reading ? "page" : undefined}
              onClick={() => {
                setTab(name);
                setView("all");
                setReading(false);
                if (address.done) go({});
              }}
            >
              {say(`nav.${name}`)}
            </button>
          ))}
        </nav>
      )}
    </>
  );
}

function BlockedNow({ onBlocked }: { onBlocked: (reason: string) => void }) {
  useEffect(() => onBlocked(""), [onBlocked]);
  return null;
}
