import { constants, readFileSync, statSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";

/** Why nothing is read from a pipe, a device or a socket: that may take for ever, and stop the process. */
export const NOT_A_FILE = "not a regular file";

/** For what is none: where it became a pipe just now, it is not waited for. */
const READING = { encoding: "utf8", flag: constants.O_RDONLY | constants.O_NONBLOCK } as const;

/**
 * Reads a file, given its path. Throws with a `code` where it can't be read: {@link NOT_A_FILE}, or that of
 * the operating system.
 */
export function readRegularFile(path: string): string {
  refuseOthers(statSync(path));
  return readFileSync(path, READING);
}

/** {@link readRegularFile}, but holds up nothing else while a file system does not answer. */
export async function readRegularFileSlowly(path: string): Promise<string> {
  refuseOthers(await stat(path));
  return readFile(path, READING);
}

/** Whether a path leads to a pipe, like that of a process substitution. Throws where it leads nowhere. */
export function isPipe(path: string): boolean {
  return statSync(path).isFIFO();
}

/** {@link readRegularFile}, or all that comes through a pipe: waits for its end. */
export function readFileOrPipe(path: string): string {
  return isPipe(path) ? readFileSync(path, "utf8") : readRegularFile(path);
}

/** A folder is left to the reading, which fails. */
function refuseOthers(found: { isFile(): boolean; isDirectory(): boolean }): void {
  if (found.isFile() || found.isDirectory()) return;
  throw Object.assign(new Error(NOT_A_FILE), { code: NOT_A_FILE });
}
