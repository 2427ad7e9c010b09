// The passkey button: asks the server for options, the browser for a passkey, and hands the answer back.
// Plain script with the browser's own JSON forms (WebAuthn Level 3 §5.1.8, §5.1.9).
const button = document.querySelector("[data-passkey]");
const failed = document.querySelector("[data-failed]");

async function post(path, body) {
  const reply = await fetch(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
  if (!reply.ok) throw new Error(String(reply.status));
  return reply.json();
}

async function run(kind, at) {
  const { ceremony, options } = await post(`${at}/start`, {});
  const credential =
    kind === "enrol"
      ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
      : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
  const { next } = await post(`${at}/finish`, { ceremony, response: credential.toJSON() });
  location.assign(next);
}

if (button) {
  button.hidden = false;
  button.addEventListener("click", () => {
    failed.hidden = true;
    button.disabled = true;
    run(button.dataset.passkey, button.dataset.at).catch(() => {
      failed.hidden = false;
      button.disabled = false;
    });
  });
}
