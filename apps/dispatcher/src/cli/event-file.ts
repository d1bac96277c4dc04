import { readFile } from "node:fs/promises";
import { buffer } from "node:stream/consumers";
import { type Event, parseEvent } from "@syncbell/core";
import { UsageError } from "./arguments.ts";

/** The bytes of a file with an event; `-` is standard input. Throws UsageError when it can't be read. */
export async function readEventFile(file: string): Promise<Uint8Array> {
  if (file === "-") return buffer(process.stdin);
  try {
    return await readFile(file);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown error";
    throw new UsageError(`${file} can't be read (${code})`);
  }
}

/** An event out of a file, with its bytes. */
export interface FileEvent {
  readonly file: string;
  readonly body: Uint8Array;
  readonly event: Event;
}

/** Reads events out of files, in order. Throws UsageError for the first that holds none. */
export async function readEventFiles(files: readonly string[]): Promise<readonly FileEvent[]> {
  const events: FileEvent[] = [];
  for (const file of files) {
    const body = await readEventFile(file);
    events.push({ file, body, event: eventIn(file, body) });
  }
  return events;
}

function eventIn(file: string, body: Uint8Array): Event {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(body).toString("utf8"));
  } catch {
    throw new UsageError(`${file} is not JSON`);
  }
  const parsed = parseEvent(value);
  if (parsed.ok) return parsed.event;
  const problems = parsed.errors.map(({ path, message }) => `\n  ${path || "(body)"} ${message}`);
  throw new UsageError(`${file} is no event:${problems.join("")}`);
}
