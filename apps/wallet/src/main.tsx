// Starts the application: language, service worker, the tree.
import { StrictMode, useCallback, useMemo, useState } from "react";
import { I18nProvider } from "react-aria-components";
import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";
import "./app.css";
import { setProtocolLanguage } from "./phone.ts";
import { createSpeech, type Language, SpeechContext } from "./texts.ts";

const languageKey = "e-cps-language";

function firstLanguage(): Language {
  const kept = localStorage.getItem(languageKey);
  return kept === "en" || (kept !== "fr" && navigator.language.startsWith("en")) ? "en" : "fr";
}

function use(language: Language): void {
  document.documentElement.lang = language;
  setProtocolLanguage(language);
}

function Root() {
  const [language, setLanguage] = useState<Language>(() => {
    const first = firstLanguage();
    use(first);
    return first;
  });
  const speech = useMemo(() => createSpeech(language), [language]);
  const change = useCallback((next: Language) => {
    localStorage.setItem(languageKey, next);
    use(next);
    setLanguage(next);
  }, []);
  return (
    <I18nProvider locale={language}>
      <SpeechContext value={speech}>
        <App onLanguage={change} />
      </SpeechContext>
    </I18nProvider>
  );
}

if ("serviceWorker" in navigator) navigator.serviceWorker.register("/app/sw.js", { scope: "/app/" }).catch(() => undefined);
const root = document.getElementById("root");
if (root) {
  createRoot(root).render(
    <StrictMode>
      <Root />
    </StrictMode>,
  );
}
