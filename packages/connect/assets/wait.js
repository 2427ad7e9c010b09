// The live wait: asks how the request stands, and loads the page again when it changed. Survives being frozen: the server knows all.
const card = document.querySelector("[data-wait]");
const left = card?.querySelector("[data-left]");
const end = Date.now() + Number(left?.dataset.left ?? 0) * 1000;

async function look() {
  try {
    const reply = await fetch(card.dataset.wait, { headers: { accept: "application/json" } });
    if (!reply.ok || (await reply.json()).state !== "pending") return location.reload();
  } catch {
    // Offline for a moment: ask again.
  }
  setTimeout(look, document.visibilityState === "visible" ? 800 : 3000);
}

function count() {
  const seconds = Math.max(0, Math.round((end - Date.now()) / 1000));
  left.textContent = `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, "0")}`;
}

if (card) {
  setTimeout(look, 800);
  if (left) setInterval(count, 1000);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") location.reload();
  });
}
