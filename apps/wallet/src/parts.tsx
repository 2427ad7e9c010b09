// The application's few parts, on React Aria: screen with its title, buttons, fields, code fields, notices.
import { type ReactNode, useEffect, useRef } from "react";
import { Button, Checkbox, FieldError, Input, Label, Text, TextField } from "react-aria-components";
import { useSpeech } from "./texts.ts";

/** One screen: its title takes the focus, so that a screen reader says where one is. */
export function Screen({ title, children, foot }: { title: string; children: ReactNode; foot?: ReactNode }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} — e-CPS`;
    heading.current?.focus();
  }, [title]);
  return (
    <main className="screen">
      <h1 ref={heading} tabIndex={-1}>
        {title}
      </h1>
      {children}
      {foot ? <div className="foot">{foot}</div> : null}
    </main>
  );
}

type Look = "main" | "plain" | "bad" | "quiet";

export function Act({
  children,
  onPress,
  look = "main",
  busy = false,
  submit = false,
}: {
  children: ReactNode;
  onPress?: () => void;
  look?: Look;
  busy?: boolean;
  submit?: boolean;
}) {
  return (
    // Busy is shown and pressed in vain, never disabled: a disabled button loses the focus of who uses a keyboard.
    <Button
      className={`btn wide ${look === "plain" ? "" : look} ${busy ? "busy" : ""}`}
      type={submit && !busy ? "submit" : "button"}
      {...(onPress && !busy ? { onPress } : {})}
    >
      {children}
    </Button>
  );
}

export function Field({
  label,
  value,
  onChange,
  hint,
  error,
  type = "text",
  mode = "text",
  length,
  autoComplete = "off",
  code = false,
}: {
  label: string;
  value: string;
  onChange: (value: string) => void;
  hint?: string;
  error?: string | undefined;
  type?: "text" | "password" | "email" | "tel";
  mode?: "text" | "numeric" | "tel" | "email";
  length?: number;
  autoComplete?: string;
  code?: boolean;
}) {
  return (
    <TextField
      className={`field ${code ? "code" : ""}`}
      value={value}
      onChange={onChange}
      type={type}
      isRequired
      isInvalid={error !== undefined}
      validationBehavior="aria"
      autoComplete={autoComplete}
    >
      <Label>{label}</Label>
      {hint ? (
        <Text slot="description" className="soft small hint">
          {hint}
        </Text>
      ) : null}
      <Input inputMode={mode} {...(length ? { maxLength: length } : {})} />
      <FieldError className="fault">{error}</FieldError>
    </TextField>
  );
}

export function PinField({ label, value, onChange, hint }: { label: string; value: string; onChange: (value: string) => void; hint?: string }) {
  return (
    <Field
      label={label}
      value={value}
      onChange={(text) => onChange(text.replace(/\D/g, "").slice(0, 4))}
      type="password"
      mode="numeric"
      length={4}
      code
      {...(hint ? { hint } : {})}
    />
  );
}

export function Tick({ children, value, onChange }: { children: ReactNode; value: boolean; onChange: (value: boolean) => void }) {
  return (
    <Checkbox className="tick" isSelected={value} onChange={onChange}>
      {({ isSelected }) => (
        <>
          <span className="box" aria-hidden="true">
            {isSelected ? "✓" : ""}
          </span>
          <span>{children}</span>
        </>
      )}
    </Checkbox>
  );
}

/** What went wrong, as the server said it: why, and what to do next. */
export function Fault({ text }: { text: string | undefined }) {
  return (
    <div role="alert" aria-atomic="true">
      {text ? <p className="notice bad">{text}</p> : null}
    </div>
  );
}

export function Mark() {
  return (
    <svg viewBox="0 0 32 32" aria-hidden="true" width="26" height="26">
      <circle cx="16" cy="16" r="12.5" fill="none" stroke="currentColor" strokeWidth="3.4" strokeDasharray="66 13" transform="rotate(-58 16 16)" />
      <circle cx="16" cy="16" r="4.2" fill="currentColor" />
    </svg>
  );
}

export function OutboxLink({ href }: { href: string | undefined }) {
  const { say } = useSpeech();
  if (!href) return null;
  return (
    <p className="notice">
      <a href={href} target="_blank" rel="noreferrer">
        {say("proof.outbox")}
      </a>
    </p>
  );
}
