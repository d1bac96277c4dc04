import { vi } from "vitest";

/** What a pure function must not look at. */
export interface Circumstances {
  /** A time zone by its name in the IANA database. */
  readonly zone: string;
  /** Milliseconds since the epoch. */
  readonly time: number;
  /** What `Math.random` answers. */
  readonly chance: number;
}

export const HERE_AND_NOW: Circumstances = {
  zone: "Pacific/Honolulu",
  time: Date.UTC(2001, 5, 1, 12),
  chance: 0.1,
};

export const ELSEWHERE_AND_LATER: Circumstances = {
  zone: "Asia/Kolkata",
  time: Date.UTC(2040, 11, 31, 23),
  chance: 0.9,
};

/**
 * Runs something under these circumstances and puts the real ones back. The zone is a process's own:
 * it holds in a pool of forks, which is vitest's default, and not in one of threads.
 */
export async function under<T>(
  { zone, time, chance }: Circumstances,
  run: () => Promise<T>,
): Promise<T> {
  const { TZ } = process.env;
  const random = vi.spyOn(Math, "random").mockReturnValue(chance);
  vi.setSystemTime(time);
  process.env["TZ"] = zone;
  try {
    return await run();
  } finally {
    if (TZ === undefined) delete process.env["TZ"];
    else process.env["TZ"] = TZ;
    vi.useRealTimers();
    random.mockRestore();
  }
}
