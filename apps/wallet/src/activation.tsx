// Activation: identifier → codes → terms and consent → PIN. Reloading comes back to the codes; out of time starts again.
import type { ProvenVerification, StartedVerification } from "@cercle/e-cps/device";
import { useEffect, useState } from "react";
import { Act, Fault, Field, OutboxLink, PinField, Screen, Tick } from "./parts.tsx";
import { phone } from "./phone.ts";
import { TermsText } from "./terms.tsx";
import { useSpeech } from "./texts.ts";
import { useWork } from "./work.ts";

type Way = "codes" | "sealed-code" | "link";
type Step =
  | { readonly at: "start" }
  | { readonly at: "card" }
  | { readonly at: "proof"; readonly way: Way; readonly started: StartedVerification }
  | { readonly at: "terms" | "pin"; readonly proven: ProvenVerification };

export function Activation({ erased, link, onDone, onLost }: { erased: boolean; link: string | undefined; onDone: () => void; onLost: () => void }) {
  const [step, setStep] = useState<Step>({ at: "start" });
  const [replace, setReplace] = useState(false);
  const restart = (): void => setStep({ at: "start" });
  if (step.at === "start" && link) return <Linked link={link} onProven={(proven) => setStep({ at: "terms", proven })} />;
  if (step.at === "start")
    return (
      <Start erased={erased} onStarted={(way, started) => setStep({ at: "proof", way, started })} onCard={() => setStep({ at: "card" })} onLost={onLost} />
    );
  if (step.at === "card") return <ByCard onProven={(proven) => setStep({ at: "terms", proven })} onBack={restart} />;
  if (step.at === "proof") return <Proof {...step} onProven={(proven) => setStep({ at: "terms", proven })} onRestart={restart} />;
  if (step.at === "terms") {
    return (
      <Consent
        proven={step.proven}
        onAccepted={() => {
          setReplace(step.proven.replaces !== undefined);
          setStep({ ...step, at: "pin" });
        }}
        onRestart={restart}
      />
    );
  }
  return <ChoosePin proven={step.proven} replace={replace} onDone={onDone} onRestart={restart} />;
}

function Start({
  erased,
  onStarted,
  onCard,
  onLost,
}: {
  erased: boolean;
  onStarted: (way: Way, started: StartedVerification) => void;
  onCard: () => void;
  onLost: () => void;
}) {
  const { say } = useSpeech();
  const [id, setId] = useState("");
  const work = useWork();
  const begin = (way: "codes" | "sealed-code"): void => work.run(async () => onStarted(way, await phone.startActivation({ nationalId: id, by: way })));
  return (
    <Screen title={say("start.title")}>
      {erased ? (
        <div className="notice">
          <strong>{say("start.evicted-notice")}</strong>
          <p>{say("start.evicted")}</p>
        </div>
      ) : null}
      <p>{say("start.lead")}</p>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          begin("codes");
        }}
      >
        <Field label={say("start.id")} hint={say("start.id-hint")} value={id} onChange={setId} mode="numeric" autoComplete="username" />
        <Fault text={work.fault} />
        <Act submit busy={work.busy}>
          {say("start.ask")}
        </Act>
        <Act look="plain" onPress={() => begin("sealed-code")}>
          {say("start.sealed")}
        </Act>
      </form>
      <Act look="plain" onPress={onCard}>
        {say("start.card")}
      </Act>
      <Act look="quiet" onPress={onLost}>
        {say("start.lost")}
      </Act>
      {erased ? null : (
        <details>
          <summary>{say("start.evicted-title")}</summary>
          <p className="soft">{say("start.evicted")}</p>
        </details>
      )}
    </Screen>
  );
}

function Linked({ link, onProven }: { link: string; onProven: (proven: ProvenVerification) => void }) {
  const { say } = useSpeech();
  const work = useWork();
  return (
    <Screen title={say("start.linked")}>
      <p>{say("start.linked-lead")}</p>
      <Fault text={work.fault} />
      <Act
        busy={work.busy}
        onPress={() =>
          work.run(async () => {
            await phone.startActivation({ by: "link", link });
            onProven(await phone.prove({ link }));
          })
        }
      >
        {say("app.continue")}
      </Act>
    </Screen>
  );
}

/** The code that the portal showed after the card was read (art. 3.1, second way). */
function ByCard({ onProven, onBack }: { onProven: (proven: ProvenVerification) => void; onBack: () => void }) {
  const { say } = useSpeech();
  const [code, setCode] = useState("");
  const [card, setCard] = useState<string>();
  const work = useWork();
  useEffect(() => {
    fetch("/e-cps/ways")
      .then((reply) => reply.json() as Promise<{ card?: string }>)
      .then((ways) => setCard(ways.card))
      .catch(() => setCard(undefined));
  }, []);
  return (
    <Screen title={say("start.card")}>
      <p>{say("start.card-lead")}</p>
      {card ? (
        <p>
          <code>{card}</code>
        </p>
      ) : null}
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          work.run(async () => {
            await phone.startActivation({ by: "link", link: code });
            onProven(await phone.prove({ link: code }));
          });
        }}
      >
        <Field label={say("start.card-code")} hint={say("start.card-hint")} value={code} onChange={setCode} code />
        <Fault text={work.fault} />
        <Act submit busy={work.busy}>
          {say("app.continue")}
        </Act>
        <Act look="quiet" onPress={onBack}>
          {say("app.cancel")}
        </Act>
      </form>
    </Screen>
  );
}

/** The two code fields, for activation, removal and new details. */
export function CodeFields({
  telephone,
  email,
  onTelephone,
  onEmail,
}: {
  telephone: string;
  email: string;
  onTelephone: (value: string) => void;
  onEmail: (value: string) => void;
}) {
  const { say } = useSpeech();
  return (
    <>
      <Field label={say("proof.telephone")} value={telephone} onChange={onTelephone} mode="numeric" length={7} autoComplete="one-time-code" code />
      <Field label={say("proof.email")} value={email} onChange={onEmail} mode="numeric" length={7} code />
    </>
  );
}

function Proof({
  way,
  started,
  onProven,
  onRestart,
}: {
  way: Way;
  started: StartedVerification;
  onProven: (proven: ProvenVerification) => void;
  onRestart: () => void;
}) {
  const { say } = useSpeech();
  const [telephone, setTelephone] = useState("");
  const [email, setEmail] = useState("");
  const [sealed, setSealed] = useState("");
  const work = useWork();
  const masked = (kind: "telephone" | "email"): string => started.channels.find((channel) => channel.kind === kind)?.masked ?? "";
  const codes = way === "codes";
  return (
    <Screen title={say(codes ? "proof.title" : "proof.sealed-title")}>
      {codes ? <p>{say("proof.lead", { telephone: masked("telephone"), email: masked("email") })}</p> : null}
      <p className="soft small">{say("proof.time")}</p>
      <OutboxLink href={started.outbox} />
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          work.run(async () => onProven(await phone.prove(codes ? { telephone_code: telephone, email_code: email } : { sealed_code: sealed })));
        }}
      >
        {codes ? (
          <CodeFields telephone={telephone} email={email} onTelephone={setTelephone} onEmail={setEmail} />
        ) : (
          <Field label={say("proof.sealed")} value={sealed} onChange={setSealed} code />
        )}
        <Fault text={work.fault} />
        <Act submit busy={work.busy}>
          {say("app.continue")}
        </Act>
        <Act look="quiet" onPress={onRestart}>
          {say("app.cancel")}
        </Act>
      </form>
    </Screen>
  );
}

function Consent({ proven, onAccepted, onRestart }: { proven: ProvenVerification; onAccepted: () => void; onRestart: () => void }) {
  const { say, date } = useSpeech();
  const [accepted, setAccepted] = useState(false);
  const [replace, setReplace] = useState(false);
  const { identity, terms, replaces } = proven;
  return (
    <Screen title={say("terms.title")}>
      <section className="card">
        <p className="soft small">{say("terms.identity")}</p>
        <p>
          <strong>
            {identity.given_name} {identity.family_name}
          </strong>
          {identity.profession ? <span className="soft"> · {identity.profession}</span> : null}
          <br />
          <code>{identity.national_id}</code>
        </p>
      </section>
      <TermsText terms={terms} />
      <Tick value={accepted} onChange={setAccepted}>
        {say("terms.accept")}
      </Tick>
      {replaces ? (
        <section className="notice">
          <h2>{say("terms.replace-title")}</h2>
          <Tick value={replace} onChange={setReplace}>
            {say("terms.replace", { name: replaces.name, date: date(replaces.activated_at) })}
          </Tick>
        </section>
      ) : null}
      {accepted && (replace || !replaces) ? <Act onPress={onAccepted}>{say("app.continue")}</Act> : null}
      <Act look="quiet" onPress={onRestart}>
        {say("app.cancel")}
      </Act>
    </Screen>
  );
}

function ChoosePin({ proven, replace, onDone, onRestart }: { proven: ProvenVerification; replace: boolean; onDone: () => void; onRestart: () => void }) {
  const { say } = useSpeech();
  const [pin, setPin] = useState("");
  const [again, setAgain] = useState("");
  const [differ, setDiffer] = useState(false);
  const work = useWork();
  return (
    <Screen title={say("pin.title")}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          setDiffer(pin !== again);
          if (pin !== again) return;
          work.run(async () => {
            await phone.finishActivation({ termsVersion: proven.terms.version, pin, replace });
            await navigator.storage?.persist?.();
            onDone();
          });
        }}
      >
        <PinField label={say("pin.code")} hint={say("pin.hint")} value={pin} onChange={setPin} />
        <PinField label={say("pin.again")} value={again} onChange={setAgain} />
        <Fault text={differ ? say("pin.differ") : work.fault} />
        <Act submit busy={work.busy}>
          {say("pin.activate")}
        </Act>
        <Act look="quiet" onPress={onRestart}>
          {say("app.cancel")}
        </Act>
      </form>
    </Screen>
  );
}
