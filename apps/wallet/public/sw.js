// The application's shell works offline (it then says so); the protocol always goes to the network.
// A push is empty: what is asked is read by the application itself, signed.
const cacheName = "e-cps-shell";
const shell = ["/app/", "/app/manifest.webmanifest", "/app/icon-192.png", "/assets/pages.css", "/assets/mark.svg"];

self.addEventListener("install", (event) => {
  event.waitUntil(
    caches
      .open(cacheName)
      .then((cache) => cache.addAll(shell))
      .then(() => self.skipWaiting()),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(self.clients.claim());
});

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  const ours =
    event.request.method === "GET" && url.origin === self.location.origin && (url.pathname.startsWith("/app/") || url.pathname.startsWith("/assets/"));
  if (!ours) return;
  // Network first, so that updates are taken (e-CPS 6); what was seen last when there is none.
  event.respondWith(
    fetch(event.request)
      .then(async (reply) => {
        if (reply.ok) await (await caches.open(cacheName)).put(event.request, reply.clone());
        return reply;
      })
      .catch(async () => (await caches.match(event.request, { ignoreSearch: true })) ?? (await caches.match("/app/")) ?? Response.error()),
  );
});

self.addEventListener("push", (event) => {
  const french = !self.navigator.language.startsWith("en");
  event.waitUntil(
    self.registration.showNotification("e-CPS", {
      body: french ? "Une demande de connexion vous attend." : "A sign-in request awaits you.",
      icon: "/app/icon-192.png",
      tag: "e-cps-request",
      requireInteraction: true,
    }),
  );
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(
    self.clients.matchAll({ type: "window" }).then((open) => {
      const ours = open.find((client) => new URL(client.url).pathname.startsWith("/app"));
      return ours ? ours.focus() : self.clients.openWindow("/app/");
    }),
  );
});
