import type { Host, HttpClient, Json } from "@syncbell/core";

/** A line that a channel logged, as it was logged: nothing is masked here. */
export interface LogLine {
  readonly level: "debug" | "warn";
  readonly message: string;
  readonly fields: Readonly<Record<string, Json>>;
}

/** A host that keeps what a channel does with it. */
export interface TestHost extends Host {
  readonly lines: readonly LogLine[];
  /** What stands in `state` now. */
  readonly stored: ReadonlyMap<string, string>;
  /** Moves the clock, which otherwise stands still. */
  advance(ms: number): void;
}

export interface TestHostOptions {
  readonly http: HttpClient;
  /** What the clock says at first, in milliseconds since the epoch. */
  readonly now?: number;
  /** What `state` holds at first. */
  readonly state?: Readonly<Record<string, string>>;
  readonly destinationId?: string;
}

/** When a test happens unless told otherwise: on a whole second, so that HTTP dates are exact. */
export const TEST_TIME: number = Date.UTC(2026, 10, 24, 12, 30, 0);

/** Makes a host whose log, state and clock are a test's own. */
export function testHost(options: TestHostOptions): TestHost {
  const { http, state = {}, destinationId = "test-destination" } = options;
  const lines: LogLine[] = [];
  const stored = new Map(Object.entries(state));
  let now = options.now ?? TEST_TIME;
  const log =
    (level: LogLine["level"]): Host["log"]["warn"] =>
    (message, fields = {}) =>
      void lines.push({ level, message, fields });
  return {
    http,
    log: { debug: log("debug"), warn: log("warn") },
    state: {
      get: async (name) => stored.get(name),
      set: async (name, value) => void stored.set(name, value),
      delete: async (name) => void stored.delete(name),
    },
    destinationId,
    now: () => now,
    lines,
    stored,
    advance: (ms) => void (now += ms),
  };
}
