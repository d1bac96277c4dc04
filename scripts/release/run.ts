import { execSync } from "node:child_process";

/** Runs a command in a folder and answers what it printed; throws with that where it fails. */
export function run(
  command: string,
  folder: string,
  env: Readonly<Record<string, string>> = {},
): string {
  try {
    return execSync(command, {
      cwd: folder,
      encoding: "utf8",
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
      maxBuffer: 64 * 1024 * 1024,
    });
  } catch (error) {
    const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
    throw new Error(`${command} failed in ${folder}:\n${stdout}\n${stderr}`, { cause: error });
  }
}
