import type { ConfiguredDestination } from "./destination-entry.ts";
import { type DestinationEntry, destinationInput } from "./config-schema.ts";
import { type Mute, type Repeat, parseDuration } from "@syncbell/engine";

type Telling = Pick<ConfiguredDestination, "notify" | "repeat" | "digest" | "mute">;

const PARTS = ["notify", "repeat", "digest", "mute"] as const;

/**
 * What a destination hears of and when, out of its entry. A part with a mistake, which is reported
 * elsewhere, is left out.
 */
export function readTelling(entry: Readonly<Record<string, unknown>>): Telling {
  const { notify, repeat, digest, mute } = checkedParts(entry);
  const windowMs = digest && parseDuration(digest.window);
  const often = repeat && readRepeat(repeat);
  return {
    ...(notify ? { notify } : {}),
    ...(often ? { repeat: often } : {}),
    ...(windowMs === undefined ? {} : { digest: { windowMs } }),
    ...(mute ? { mute: readMute(mute) } : {}),
  };
}

/** Each part by itself, so that a mistake in one does not hide another. */
function checkedParts(entry: Readonly<Record<string, unknown>>): Partial<DestinationEntry> {
  const parts = PARTS.map((name) => {
    const checked = destinationInput.safeParse({ channel: "", [name]: entry[name] });
    return checked.success ? { [name]: checked.data[name] } : {};
  });
  return Object.assign({}, ...parts) as Partial<DestinationEntry>;
}

function readRepeat({ every, after }: NonNullable<DestinationEntry["repeat"]>): Repeat | undefined {
  if (every !== undefined) return { every };
  const afterMs = parseDuration(after ?? "");
  return afterMs === undefined ? undefined : { afterMs };
}

function readMute({ then = "hold", ...hours }: NonNullable<DestinationEntry["mute"]>): Mute {
  return { ...hours, drops: then === "drop" };
}
