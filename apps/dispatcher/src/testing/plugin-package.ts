import { cpSync, mkdirSync, realpathSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const CORE = fileURLToPath(import.meta.resolve("@syncbell/core"));
const ZOD = dirname(createRequire(import.meta.url).resolve("zod/package.json"));

/** The source of a channel that posts a text to a URL with a token, as a stranger would write it. */
export function channelSource(type: string, zod: string = join(ZOD, "index.js")): string {
  return `import { defineChannel, outcomeOf, secret } from ${JSON.stringify(CORE)};
import { z } from ${JSON.stringify(zod)};
export const channel = defineChannel({
  type: ${JSON.stringify(type)},
  title: "Pager",
  config: z.strictObject({ url: z.string(), token: secret(z.string()) }),
  limits: { concurrency: 1, dropsRepeats: false },
  render: ({ title }) => ({ title }),
  connect: ({ url, token }, host) => ({
    async send(message, { signal }) {
      host.log.warn("paging with " + token, { token });
      const body = JSON.stringify(message);
      const headers = { "content-type": "application/json", "x-token": token };
      return outcomeOf(await host.http.request({ url, body, headers, signal }));
    },
  }),
});
`;
}

/** Installs a package of one module into a folder's node_modules. */
export function installPlugin(
  folder: string,
  name: string,
  source: string,
  manifest: object = { exports: "./index.js" },
): void {
  const home = join(folder, "node_modules", name);
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, "index.js"), source);
  writeFileSync(join(home, "package.json"), JSON.stringify({ name, type: "module", ...manifest }));
}

/** Installs a copy of zod of the plugins' own, as npm does where versions differ. */
export function installZod(folder: string): string {
  const home = join(folder, "node_modules", "zod");
  cpSync(realpathSync(ZOD), home, {
    recursive: true,
    filter: (path) => !/\.(?:cts|ts)$/.test(path),
  });
  return "zod";
}
