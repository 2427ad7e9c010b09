// One request: who asks, for what, from where, when; one number of three; the PIN; and how it ended.
import type { DeviceRefusal, WaitingRequest } from "@cercle/e-cps/device";
import { useCallback, useEffect, useState } from "react";
import { Act, Fault, PinField, Screen } from "./parts.tsx";
import { phone } from "./phone.ts";
import { type TextKey, useSpeech } from "./texts.ts";
import { useWork } from "./work.ts";

export type Outcome = "approved" | "refused" | "reported" | "wrong-number" | "expired";

export function Request({
  request,
  onOutcome,
  onBlocked,
}: {
  request: WaitingRequest;
  onOutcome: (outcome: Outcome) => void;
  onBlocked: (reason: string) => void;
}) {
  const { say, language, time } = useSpeech();
  const [number, setNumber] = useState<string>();
  const [seconds, setSeconds] = useState(0);
  const work = useWork(
    useCallback(
      (refusal: DeviceRefusal) => {
        if (refusal.code === "e-cps.no-approval") onOutcome("expired");
        else if (refusal.code === "e-cps.blocked") onBlocked(refusal.message);
        else return false;
        return true;
      },
      [onOutcome, onBlocked],
    ),
  );
  useEffect(() => {
    const tick = (): void => {
      setSeconds(Math.max(0, Math.round((Date.now() - Date.parse(request.created_at)) / 1000)));
      if (Date.now() > Date.parse(request.expires_at)) onOutcome("expired");
    };
    tick();
    const timer = setInterval(tick, 1000);
    return () => clearInterval(timer);
  }, [request, onOutcome]);

  const refuse = (report: boolean): void =>
    work.run(async () => {
      await phone.decide(request.id, { decision: "refuse", report });
      onOutcome(report ? "reported" : "refused");
    });
  if (number !== undefined) {
    return <GivePin request={request} number={number} work={work} onOutcome={onOutcome} onOther={() => setNumber(undefined)} onRefuse={() => refuse(false)} />;
  }
  return (
    <Screen
      title={say("request.title")}
      foot={
        <>
          <Act look="plain" busy={work.busy} onPress={() => refuse(false)}>
            {say("request.refuse")}
          </Act>
          <Act look="bad" busy={work.busy} onPress={() => refuse(true)}>
            {say("request.report")}
          </Act>
        </>
      }
    >
      <section className="card">
        <dl>
          <dt>{say("request.service")}</dt>
          <dd>
            <strong>{request.service[language]}</strong> {request.environment === "bas" ? <span className="sandbox">{say("request.environment")}</span> : null}
          </dd>
          <dt>{say("request.purpose")}</dt>
          <dd>{request.purpose[language]}</dd>
          <dt>{say("request.place")}</dt>
          <dd>{request.place}</dd>
          <dt>{say("request.time")}</dt>
          <dd>
            {time(request.created_at)}
            <span aria-hidden="true">, {say("request.ago", { seconds })}</span>
          </dd>
        </dl>
      </section>
      <h2 className="which" id="which">
        {say("request.which")}
      </h2>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset of buttons is announced worse */}
      <div className="numbers" role="group" aria-labelledby="which">
        {request.choices.map((choice) => (
          <button type="button" key={choice} onClick={() => setNumber(choice)}>
            {choice}
          </button>
        ))}
      </div>
      <Fault text={work.fault} />
      <p className="small soft">{say("request.data")}</p>
    </Screen>
  );
}

function GivePin({
  request,
  number,
  work,
  onOutcome,
  onOther,
  onRefuse,
}: {
  request: WaitingRequest;
  number: string;
  work: ReturnType<typeof useWork>;
  onOutcome: (outcome: Outcome) => void;
  onOther: () => void;
  onRefuse: () => void;
}) {
  const { say, language } = useSpeech();
  const [pin, setPin] = useState("");
  return (
    <Screen
      title={say("request.pin-title")}
      foot={
        <Act look="plain" busy={work.busy} onPress={onRefuse}>
          {say("request.refuse")}
        </Act>
      }
    >
      <p>{say("request.pin-lead", { service: request.service[language], number })}</p>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          work.run(async () => {
            try {
              onOutcome((await phone.decide(request.id, { decision: "approve", number, pin })).state);
            } finally {
              setPin("");
            }
          });
        }}
      >
        <PinField label={say("pin.code")} value={pin} onChange={setPin} />
        <Fault text={work.fault} />
        <Act submit busy={work.busy}>
          {say("request.approve")}
        </Act>
        <Act look="quiet" onPress={onOther}>
          {say("request.other")}
        </Act>
      </form>
    </Screen>
  );
}

const shapes: Readonly<Record<Outcome, { sign: string; look: string }>> = {
  approved: { sign: "✓", look: "open" },
  refused: { sign: "✕", look: "still" },
  reported: { sign: "!", look: "soon" },
  "wrong-number": { sign: "≠", look: "shut" },
  expired: { sign: "⌛", look: "still" },
};

/** How a request ended. Survives a reload: it is in the address. `back` leads to the sign-in on this very telephone. */
export function Done({ outcome, back, onClose }: { outcome: Outcome; back: string | undefined; onClose: () => void }) {
  const { say } = useSpeech();
  const { sign, look } = shapes[outcome];
  return (
    <Screen title={say(`done.${outcome}` as TextKey)}>
      <p className={`outcome ${look}`} aria-hidden="true">
        {sign}
      </p>
      <p>{say(`done.${outcome}-lead` as TextKey)}</p>
      {back ? (
        <a className="btn main wide" href={back}>
          {say("done.return")}
        </a>
      ) : null}
      <Act look={back ? "quiet" : "main"} onPress={onClose}>
        {say("app.close")}
      </Act>
    </Screen>
  );
}
