// /health (the process lives), /ready (it can serve), /metrics (Prometheus text format).
import type { Doors } from "@cercle/governance";
import type { Store } from "@cercle/store";
import { defineRoute, Reply, type Route } from "@cercle/web";

export function healthRoutes({ store, doors }: { store: Store; doors: Doors }): readonly Route[] {
  return [
    defineRoute({ method: "GET", path: "/health", about: "The process lives.", who: "anyone", handle: async () => ({ status: "ok" }) }),
    defineRoute({
      method: "GET",
      path: "/ready",
      about: "The store answers and no door is silent.",
      who: "anyone",
      async handle() {
        const silent = (await doors.list(store)).filter((door) => !door.answers).map((door) => door.name);
        return new Reply({ status: silent.length > 0 ? 503 : 200, body: { status: silent.length > 0 ? "degraded" : "ready", silent_doors: silent } });
      },
    }),
    defineRoute({
      method: "GET",
      path: "/metrics",
      about: "Measures, in the Prometheus text format.",
      who: "anyone",
      async handle() {
        const unsettled = (await doors.unsettled(store)).length;
        const lines = [
          "# TYPE cercle_resident_memory_bytes gauge",
          `cercle_resident_memory_bytes ${process.memoryUsage.rss()}`,
          "# TYPE cercle_uptime_seconds gauge",
          `cercle_uptime_seconds ${Math.round(process.uptime())}`,
          "# TYPE cercle_changes_unsettled gauge",
          `cercle_changes_unsettled ${unsettled}`,
        ];
        return new Reply({ type: "text/plain; version=0.0.4; charset=utf-8", body: `${lines.join("\n")}\n` });
      },
    }),
  ];
}
