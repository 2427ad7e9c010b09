// Results as you type: the form's own page, asked again; only its results are taken. Without script the form works alone.
const form = document.querySelector("form[data-search]");
const results = document.querySelector("#results");
let last = "";
let asking;
const ask = async () => {
  const query = new URLSearchParams(new FormData(form)).toString();
  if (query === last) return;
  last = query;
  asking?.abort();
  asking = new AbortController();
  try {
    const reply = await fetch(`${form.action.split("?")[0]}?${query}`, { signal: asking.signal, headers: { accept: "text/html" } });
    const page = new DOMParser().parseFromString(await reply.text(), "text/html");
    const fresh = page.querySelector("#results") ?? page.querySelector("main");
    results.replaceChildren(...fresh.childNodes);
    history.replaceState(null, "", `?${query}`);
  } catch (error) {
    if (error.name !== "AbortError") throw error;
  }
};
let timer;
form.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(ask, 150);
});
