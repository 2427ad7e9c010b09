// Sends a piece of evidence in parts, and says what became of it. Without script the form stays hidden: the API takes the same.
const form = document.querySelector("form[data-evidence]");
if (form) {
  form.hidden = false;
  const status = form.querySelector("[role=status]");
  const button = form.querySelector("button");
  const { evidence: path, referential, sending } = form.dataset;
  const send = async (method, url, body) => {
    const reply = await fetch(url, { method, headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
    const answer = await reply.json();
    if (!reply.ok) throw new Error(answer.title ?? String(reply.status));
    return answer;
  };
  const base64 = (bytes) => {
    let text = "";
    for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
    return btoa(text);
  };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const [file] = form.querySelector("input[type=file]").files;
    button.disabled = true;
    try {
      const bytes = new Uint8Array(await file.arrayBuffer());
      const digest = [...new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
      const facts = { referential, requirement: form.elements.requirement.value, name: file.name, size: bytes.length, digest };
      const { upload, parts, part_size: size } = await send("POST", path, facts);
      for (let part = 1; part <= parts; part++) {
        status.textContent = `${sending} ${part}/${parts}`;
        await send("PUT", `${path}/${upload}/parts/${part}`, { content: base64(bytes.subarray((part - 1) * size, part * size)) });
      }
      await send("POST", `${path}/${upload}/completion`, {});
      location.reload();
    } catch (error) {
      status.textContent = error.message;
      button.disabled = false;
    }
  });
}
