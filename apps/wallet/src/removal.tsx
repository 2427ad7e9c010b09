// Deleting an e-CPS without its telephone: forgotten PIN, loss, theft (art. 3.2, 12.1).
import type { StartedVerification } from "@cercle/e-cps/device";
import { useState } from "react";
import { Label, Radio, RadioGroup } from "react-aria-components";
import { CodeFields } from "./activation.tsx";
import { Act, Fault, Field, OutboxLink, Screen } from "./parts.tsx";
import { phone, post } from "./phone.ts";
import { useSpeech } from "./texts.ts";
import { useWork } from "./work.ts";

type Reason = "forgotten-pin" | "lost";
const reasons: readonly Reason[] = ["forgotten-pin", "lost"];

export function Removal({ onBack }: { onBack: () => void }) {
  const { say } = useSpeech();
  const [reason, setReason] = useState<Reason>("forgotten-pin");
  const [id, setId] = useState("");
  const [started, setStarted] = useState<StartedVerification>();
  const [codes, setCodes] = useState({ telephone: "", email: "" });
  const [done, setDone] = useState(false);
  const work = useWork();
  const begin = (): void => work.run(async () => setStarted(await post<StartedVerification>("/e-cps/removals", { national_id: id })));
  const finish = (): void =>
    work.run(async () => {
      await post(`/e-cps/removals/${started?.verification}/finish`, { telephone_code: codes.telephone, email_code: codes.email, reason });
      await phone.forget();
      setDone(true);
    });
  if (done) {
    return (
      <Screen title={say("lost.done")}>
        <p>{say("lost.done-lead")}</p>
        {reason === "lost" ? <p>{say("lost.done-sessions")}</p> : null}
        <Act onPress={onBack}>{say("ended.again")}</Act>
      </Screen>
    );
  }
  return (
    <Screen title={say("lost.title")}>
      <p>{say("lost.lead")}</p>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          (started ? finish : begin)();
        }}
      >
        {started ? (
          <>
            <OutboxLink href={started.outbox} />
            <CodeFields
              telephone={codes.telephone}
              email={codes.email}
              onTelephone={(value) => setCodes({ ...codes, telephone: value })}
              onEmail={(value) => setCodes({ ...codes, email: value })}
            />
          </>
        ) : (
          <>
            <RadioGroup className="radios" value={reason} onChange={(value) => setReason(value as Reason)}>
              <Label>{say("lost.why")}</Label>
              {reasons.map((value) => (
                <Radio key={value} value={value} className="radio">
                  {({ isSelected }) => (
                    <>
                      <span className="dot" aria-hidden="true">
                        {isSelected ? "●" : ""}
                      </span>
                      {say(`lost.${value}`)}
                    </>
                  )}
                </Radio>
              ))}
            </RadioGroup>
            <Field label={say("start.id")} hint={say("start.id-hint")} value={id} onChange={setId} mode="numeric" />
          </>
        )}
        <Fault text={work.fault} />
        <Act submit look={started ? "bad" : "main"} busy={work.busy}>
          {say(started ? "lost.delete" : "lost.ask")}
        </Act>
        <Act look="quiet" onPress={onBack}>
          {say("app.back")}
        </Act>
      </form>
    </Screen>
  );
}
