import { mkdtempSync, rmSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

const MEMORY = "/dev/shm";
/** What all folders together may need, in bytes; a container often has less memory of this kind. */
const ROOM = 512 * 1024 * 1024;

/** A folder of its own for the running test, gone when the test is over. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(quickest(), "syncbell-engine-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Files in memory where there are any: every commit waits for the disk, and a test does little else. */
function quickest(): string {
  try {
    const { bavail, bsize } = statfsSync(MEMORY);
    return bavail * bsize > ROOM ? MEMORY : tmpdir();
  } catch {
    return tmpdir();
  }
}
