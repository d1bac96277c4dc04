import { readFileSync } from "node:fs";

/** Ticks in a second, as Linux counts the time of processes. */
const TICKS = 100;

/** How much a process holds in memory now, in MiB. */
export function residentMiB(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024;
}

/** How long a process and its children, those too that are gone, have used a processor, in seconds. */
export function cpuSeconds(pid: number): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
  const below = children === "" ? 0 : sum(children.split(" ").map((id) => cpuOrNone(Number(id))));
  return ticksOf(pid) / TICKS + below;
}

function cpuOrNone(pid: number): number {
  try {
    return cpuSeconds(pid);
  } catch {
    // It has ended: its parent has its time.
    return 0;
  }
}

function ticksOf(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, "utf8");
  // What comes after the name, which may hold anything: its own time, and that of children that are gone.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return sum(fields.slice(11, 15).map(Number));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
