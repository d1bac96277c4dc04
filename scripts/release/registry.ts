import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "./free-port.ts";
import { run } from "./run.ts";

/** A package registry on loopback: our own packages are published there, others come from the usual one. */
export interface Registry {
  readonly url: string;
  stop(): void;
}

const READY_MS = 60_000;

/** Starts verdaccio, installed into `folder` for this run alone. */
export async function startRegistry(folder: string): Promise<Registry> {
  mkdirSync(folder, { recursive: true });
  const usual = run("npm config get registry", folder).trim();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  writeFileSync(
    join(folder, "package.json"),
    // The override stands in for a tag of node-fetch that not every mirror carries.
    JSON.stringify({ private: true, overrides: { "node-fetch@cjs": "2.7.0" } }),
  );
  run("npm install --no-audit --no-fund verdaccio@6", folder);
  writeFileSync(
    join(folder, "config.yaml"),
    JSON.stringify({
      storage: join(folder, "storage"),
      uplinks: { usual: { url: usual, cache: false } },
      packages: {
        "@syncbell/*": { access: "$all", publish: "$all" },
        "@acme/*": { access: "$all", publish: "$all" },
        "**": { access: "$all", proxy: "usual" },
      },
      log: { type: "file", path: join(folder, "verdaccio.log"), level: "warn" },
      max_body_size: "50mb",
    }),
  );
  const server = spawn("npx", ["verdaccio", "-c", "config.yaml", "-l", `127.0.0.1:${port}`], {
    cwd: folder,
    stdio: "ignore",
    detached: true,
  });
  const until = Date.now() + READY_MS;
  while (!(await answers(url))) {
    if (Date.now() > until) throw new Error("the registry did not start");
    await new Promise((resolve) => void setTimeout(resolve, 200));
  }
  return { url, stop: () => void (server.pid && process.kill(-server.pid)) };
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/-/ping`)).ok;
  } catch {
    return false;
  }
}
