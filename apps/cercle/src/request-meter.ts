// What the listeners answered, for /metrics: requests and seconds by listener and class of status. No path, no address, no person.

export type Answered = { readonly listener: string; readonly status: number; readonly seconds: number };
export type RequestMeter = { record(answered: Answered): void; lines(): readonly string[] };

/** Counters of one process, since its start. */
export function createRequestMeter(): RequestMeter {
  const counters = new Map<string, { count: number; seconds: number }>();
  return {
    record({ listener, status, seconds }) {
      const key = `listener="${listener}",status="${Math.floor(status / 100)}xx"`;
      const counter = counters.get(key) ?? { count: 0, seconds: 0 };
      counters.set(key, counter);
      counter.count += 1;
      counter.seconds += seconds;
    },
    lines() {
      const sample = (name: string, value: (counter: { count: number; seconds: number }) => number): readonly string[] =>
        [...counters].sort(([a], [b]) => (a < b ? -1 : 1)).map(([labels, counter]) => `${name}{${labels}} ${value(counter)}`);
      return [
        "# HELP cercle_http_requests_total Requests answered.",
        "# TYPE cercle_http_requests_total counter",
        ...sample("cercle_http_requests_total", ({ count }) => count),
        "# HELP cercle_http_request_seconds_total Time from request to answer.",
        "# TYPE cercle_http_request_seconds_total counter",
        ...sample("cercle_http_request_seconds_total", ({ seconds }) => Number(seconds.toFixed(6))),
      ];
    },
  };
}
