// Settings: identity, this telephone, contact details, a new telephone, notices, rights, deactivation.
import { useEffect, useState } from "react";
import { encode } from "uqr";
import { CodeFields } from "./activation.tsx";
import { Act, Fault, Field, PinField, Screen } from "./parts.tsx";
import { canPush, type Home, phone, pushIsOn, setPush } from "./phone.ts";
import { useSpeech } from "./texts.ts";
import { useWork } from "./work.ts";

export type SettingsView = "all" | "contact" | "new" | "end";

export function Settings({
  home,
  view,
  onView,
  onChanged,
  onEnded,
}: {
  home: Home;
  view: SettingsView;
  onView: (view: SettingsView) => void;
  onChanged: () => void;
  onEnded: () => void;
}) {
  const back = (): void => onView("all");
  if (view === "contact") return <Contact onBack={back} onChanged={onChanged} />;
  if (view === "new") return <NewTelephone onBack={back} />;
  if (view === "end") return <Deactivate onBack={back} onEnded={onEnded} />;
  return <All home={home} onView={onView} />;
}

function All({ home, onView }: { home: Home; onView: (view: SettingsView) => void }) {
  const { say, date } = useSpeech();
  const { identity, device, contact } = home;
  const [kept, setKept] = useState<boolean>();
  useEffect(() => {
    navigator.storage?.persisted?.().then(setKept, () => undefined);
  }, []);
  return (
    <Screen title={say("settings.title")}>
      <section className="card">
        <h2>{say("settings.identity")}</h2>
        <p>
          {identity.civility ? `${identity.civility} ` : ""}
          {identity.given_name} {identity.family_name}
          {identity.profession ? <span className="soft"> · {identity.profession}</span> : null}
          <br />
          <code>{identity.national_id}</code>
        </p>
      </section>
      <section className="card stack">
        <h2>{say("settings.device")}</h2>
        <p>
          {device.name} <span className="soft">— {say("settings.since", { date: date(device.activated_at) })}</span>
        </p>
        {kept === undefined ? null : <p className="soft small">{say(kept ? "settings.storage-kept" : "settings.storage-loose")}</p>}
        <Notices home={home} />
        <Act look="plain" onPress={() => onView("new")}>
          {say("settings.new")}
        </Act>
      </section>
      <section className="card stack">
        <h2>{say("settings.contact")}</h2>
        {contact ? (
          <p>
            {contact.telephone} · {contact.email}
          </p>
        ) : null}
        <Act look="plain" onPress={() => onView("contact")}>
          {say("settings.contact-change")}
        </Act>
      </section>
      <details>
        <summary>{say("settings.rights")}</summary>
        <p>{say("settings.rights-text")}</p>
      </details>
      <Act look="bad" onPress={() => onView("end")}>
        {say("settings.end")}
      </Act>
    </Screen>
  );
}

function Notices({ home }: { home: Home }) {
  const { say } = useSpeech();
  const [state, setState] = useState<"on" | "off" | "denied">("off");
  const work = useWork();
  useEffect(() => {
    pushIsOn().then((on) => setState(on ? "on" : "off"));
  }, []);
  if (!canPush()) return <p className="soft small">{say("settings.push-off")}</p>;
  return (
    <>
      <Act look="plain" busy={work.busy} onPress={() => work.run(async () => setState(await setPush(state !== "on", home.push_key)))}>
        {say("settings.push")} {state === "on" ? "✓" : ""}
      </Act>
      <p className="soft small" aria-live="polite">
        {say(state === "on" ? "settings.push-on" : state === "denied" ? "settings.push-denied" : "settings.push-off")}
      </p>
      <Fault text={work.fault} />
    </>
  );
}

function Contact({ onBack, onChanged }: { onBack: () => void; onChanged: () => void }) {
  const { say } = useSpeech();
  const [telephone, setTelephone] = useState("");
  const [email, setEmail] = useState("");
  const [pin, setPin] = useState("");
  const [verification, setVerification] = useState<string>();
  const [codes, setCodes] = useState({ telephone: "", email: "" });
  const [done, setDone] = useState(false);
  const work = useWork();
  const begin = (): void =>
    work.run(async () => {
      try {
        setVerification((await phone.ask<{ verification: string }>("/e-cps/device/details", { telephone, email, pin })).verification);
      } finally {
        setPin("");
      }
    });
  const confirm = (): void =>
    work.run(async () => {
      await phone.ask("/e-cps/device/details/confirmation", { verification, telephone_code: codes.telephone, email_code: codes.email });
      setDone(true);
      onChanged();
    });
  return (
    <Screen title={say("contact.title")}>
      {done ? (
        <p className="notice good" role="status">
          {say("contact.done")}
        </p>
      ) : (
        <form
          className="stack"
          onSubmit={(event) => {
            event.preventDefault();
            (verification ? confirm : begin)();
          }}
        >
          {verification ? (
            <CodeFields
              telephone={codes.telephone}
              email={codes.email}
              onTelephone={(value) => setCodes({ ...codes, telephone: value })}
              onEmail={(value) => setCodes({ ...codes, email: value })}
            />
          ) : (
            <>
              <Field label={say("contact.telephone")} value={telephone} onChange={setTelephone} type="tel" mode="tel" autoComplete="tel" />
              <Field label={say("contact.email")} hint={say("contact.hint")} value={email} onChange={setEmail} type="email" mode="email" autoComplete="email" />
              <PinField label={say("pin.code")} value={pin} onChange={setPin} />
            </>
          )}
          <Fault text={work.fault} />
          <Act submit busy={work.busy}>
            {say("app.continue")}
          </Act>
        </form>
      )}
      <Act look="quiet" onPress={onBack}>
        {say("app.back")}
      </Act>
    </Screen>
  );
}

function NewTelephone({ onBack }: { onBack: () => void }) {
  const { say } = useSpeech();
  const [pin, setPin] = useState("");
  const [link, setLink] = useState<string>();
  const work = useWork();
  const address = link && `${location.origin}/app/#/link/${link}`;
  return (
    <Screen title={address ? say("link.title") : say("settings.new")}>
      <p>{say("link.lead")}</p>
      {address ? (
        <>
          <Qr text={address} label={say("link.qr")} />
          <p className="small">
            <span className="soft">{say("link.address")}</span>
            <br />
            <code data-link>{address}</code>
          </p>
        </>
      ) : (
        <form
          className="stack"
          onSubmit={(event) => {
            event.preventDefault();
            work.run(async () => {
              try {
                setLink((await phone.ask<{ link: string }>("/e-cps/device/link", { pin })).link);
              } finally {
                setPin("");
              }
            });
          }}
        >
          <PinField label={say("pin.code")} value={pin} onChange={setPin} />
          <Fault text={work.fault} />
          <Act submit busy={work.busy}>
            {say("app.continue")}
          </Act>
        </form>
      )}
      <Act look="quiet" onPress={onBack}>
        {say("app.back")}
      </Act>
    </Screen>
  );
}

function Qr({ text, label }: { text: string; label: string }) {
  const { data, size } = encode(text, { ecc: "M", border: 2 });
  const path = data.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : []))).join("");
  return (
    <svg className="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label} shapeRendering="crispEdges">
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}

function Deactivate({ onBack, onEnded }: { onBack: () => void; onEnded: () => void }) {
  const { say } = useSpeech();
  const work = useWork();
  const end = (reason: "removed" | "reported"): void =>
    work.run(async () => {
      await phone.ask("/e-cps/device/deactivation", { reason });
      await phone.forget();
      onEnded();
    });
  return (
    <Screen title={say("settings.end")}>
      <p>{say("settings.end-lead")}</p>
      <Fault text={work.fault} />
      <Act look="bad" busy={work.busy} onPress={() => end("removed")}>
        {say("settings.end-sure")}
      </Act>
      <Act look="bad" busy={work.busy} onPress={() => end("reported")}>
        {say("settings.end-compromised")}
      </Act>
      <Act look="quiet" onPress={onBack}>
        {say("app.back")}
      </Act>
    </Screen>
  );
}
