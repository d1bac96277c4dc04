import { setTimeout as pause } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { resolve } from "import-meta-resolve";

/**
 * How long a plugin may take to load, in milliseconds. It comes from a disk: what takes longer waits for
 * something that may never come.
 */
const DEADLINE_MS = 10_000;

/** How long plugins are waited for. */
export interface PluginWait {
  /** In milliseconds, for each; they load side by side. Absent: ten seconds. */
  readonly deadlineMs?: number | undefined;
  /** Ends the wait at once. */
  readonly signal?: AbortSignal | undefined;
}

/** The module of a plugin and where it was found, or what is wrong, to be read after its name. */
export type ImportedPlugin =
  | { readonly ok: true; readonly module: object; readonly url: string }
  | { readonly ok: false; readonly fault: string };

/** What came of imports that gave no channel, by URL. */
const refused = new Map<string, unknown>();

/**
 * Imports a plugin by the name of its package, resolved from the folder `from`. Keeps the process alive for
 * as long as it waits. Never throws. What does not load is not stopped: nothing can do that.
 */
export async function importPlugin(
  name: string,
  from: string,
  { deadlineMs = DEADLINE_MS, signal }: PluginWait,
): Promise<ImportedPlugin> {
  let url: string;
  try {
    url = resolve(name, pathToFileURL(`${from}/`).href);
  } catch {
    return { ok: false, fault: `is not installed: npm install ${name}` };
  }
  const loaded = new AbortController();
  const signals = [loaded.signal, ...(signal ? [signal] : [])];
  const late = pause(deadlineMs, undefined, { signal: AbortSignal.any(signals) });
  try {
    const imported = import(url) as Promise<object>;
    const module = await Promise.race([imported, late.catch(() => undefined)]);
    if (module) return { ok: true, module, url };
    const fault = `did not load within ${deadlineMs / 1000} s`;
    return { ok: false, fault: lastingFault(url, "late", fault) };
  } catch (error) {
    const fault = `failed while it was loaded: ${error instanceof Error ? error.message : String(error)}`;
    return { ok: false, fault: lastingFault(url, error, fault) };
  } finally {
    loaded.abort();
  }
}

/**
 * A fault, and the way out where `came` came of this module before. Node then has not read it again, and
 * never will: what was evaluated once stays as it is until the process ends. Another URL would give its
 * first file anew, but not the files that this one imports.
 */
export function lastingFault(url: string, came: unknown, fault: string): string {
  const isKept = refused.has(url) && refused.get(url) === came;
  refused.set(url, came);
  return isKept ? `${fault}; when it is repaired, restart Syncbell: it is loaded once` : fault;
}
