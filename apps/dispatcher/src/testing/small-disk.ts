import { spawnSync } from "node:child_process";
import { mkdtempSync, rmdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { onTestFinished } from "vitest";

/** A place for a store that is soon full. */
export interface SmallDisk {
  /** Where the store is to be. */
  readonly folder: string;
  /** The program that the dispatcher has to run under, with its arguments. */
  readonly under: readonly string[];
  /** Lets the store of a running dispatcher grow as it likes. */
  makeRoom(pid: number, database: string): void;
}

/** Blocks of 512 or 1024 bytes, as the shell counts them: less than SQLite lets its log grow to. */
const BLOCKS = 2048;

/** No file of the dispatcher may grow beyond a limit: this can be had on every machine. */
function limitedFiles(folder: string): SmallDisk {
  return {
    folder,
    under: ["sh", "-c", `ulimit -S -f ${BLOCKS} && exec "$0" "$@"`],
    makeRoom(pid, database) {
      if (succeeds("prlimit", "--pid", `${pid}`, "--fsize=unlimited:")) return;
      // Where the limit can't be raised from outside, an operator writes the log back into the file.
      const operator = new DatabaseSync(database);
      operator.exec("pragma wal_checkpoint(truncate)");
      operator.close();
    },
  };
}

/** A file system of its own, in memory. */
function mountedDisk(folder: string): SmallDisk {
  mount(folder, "size=2m");
  // Lazily: a process that was killed just now may still have a file open.
  onTestFinished(() => void succeeds("umount", "-l", folder));
  return { folder, under: [], makeRoom: () => void mount(folder, "remount,size=64m") };
}

function mount(folder: string, options: string): boolean {
  return succeeds("mount", "-t", "tmpfs", "-o", options, "tmpfs", folder);
}

function succeeds(program: string, ...words: readonly string[]): boolean {
  return spawnSync(program, words).status === 0;
}

/** Whether this machine lets us mount anything: a container does so only with a privilege for it. */
function canMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), "syncbell-mount-"));
  const mounted = mount(folder, "size=1m");
  if (mounted) succeeds("umount", folder);
  rmdirSync(folder);
  return mounted;
}

/** The small disks that can be had here. Each is made in a folder that is empty. */
export const SMALL_DISKS: readonly (readonly [
  what: string,
  make: (folder: string) => SmallDisk,
])[] = [
  ["a disk where no file may grow", limitedFiles],
  ...(canMount() ? [["a disk of 2 MiB", mountedDisk] as const] : []),
];
