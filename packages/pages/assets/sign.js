// Signing a document with a passkey: the challenge is the document's hash; who signs and with what power goes with it.
for (const form of document.querySelectorAll("form[data-sign]")) {
  const button = form.querySelector("button");
  const failed = form.querySelector("[data-failed]");
  button.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    failed.hidden = true;
    button.disabled = true;
    try {
      const asked = await fetch(form.dataset.sign);
      if (!asked.ok) throw new Error(String(asked.status));
      const credential = await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(await asked.json()) });
      const { party, capacity, shown_by } = Object.fromEntries(new FormData(form));
      const body = JSON.stringify({ party, power: { capacity, shown_by }, response: credential.toJSON() });
      const signed = await fetch(form.dataset.sign, { method: "POST", headers: { "content-type": "application/json" }, body });
      if (!signed.ok) throw new Error(String(signed.status));
      location.reload();
    } catch {
      failed.hidden = false;
      button.disabled = false;
    }
  });
}
