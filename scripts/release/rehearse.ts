// A release from beginning to end, on this machine alone: the packages are versioned, built and published
// to a registry on loopback; a channel is scaffolded from there, tested and packed; a dispatcher is
// installed from there into an empty folder with npm, and an event is delivered through the new channel.
import { spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startRegistry } from "./registry.ts";
import { run } from "./run.ts";

const CHANNEL = "@acme/syncbell-channel-pager";
const TOKEN = "rehearsal-token";

const root = mkdtempSync(join(tmpdir(), "syncbell-rehearsal-"));
const say = (text: string): void => console.log(`— ${text}`);
const registry = await startRegistry(join(root, "registry"));
try {
  const npmrc = join(root, "npmrc");
  const { host } = new URL(registry.url);
  writeFileSync(
    npmrc,
    `registry=${registry.url}\n//${host}/:_authToken=rehearsal\nprovenance=false\n`,
  );
  const env = {
    npm_config_registry: registry.url,
    npm_config_userconfig: npmrc,
    NPM_CONFIG_PROVENANCE: "false",
  };
  publish(env);
  const tarball = scaffoldChannel(env);
  await deliverThrough(tarball, env);
  say("done: an event went through a channel that was scaffolded, packed and installed");
} finally {
  registry.stop();
  rmSync(root, { recursive: true, force: true });
}

function publish(env: Readonly<Record<string, string>>): void {
  const checkout = join(root, "checkout");
  run(`git clone --quiet . ${checkout}`, process.cwd());
  run("pnpm install --frozen-lockfile", checkout);
  run("pnpm changeset version", checkout);
  run("pnpm build", checkout);
  const published = run("pnpm changeset publish --no-git-tag", checkout, env);
  const names = [...published.matchAll(/@syncbell\/[\w-]+@\d[\w.-]*/g)].map(([name]) => name);
  say(`published: ${[...new Set(names)].join(", ")}`);
}

function scaffoldChannel(env: Readonly<Record<string, string>>): string {
  const folder = join(root, "stranger");
  mkdirSync(folder);
  run(`npm create --yes @syncbell/channel ${CHANNEL}`, folder, env);
  const channel = join(folder, "syncbell-channel-pager");
  run("npm install --no-audit --no-fund", channel, env);
  const tests = run("npm test", channel, { ...env, NO_COLOR: "1" });
  say(`scaffolded, tested: ${/Tests .*passed.*/.exec(tests)?.[0] ?? "no result was printed"}`);
  run("npm run build", channel, env);
  return join(channel, run("npm pack --silent", channel, env).trim());
}

async function deliverThrough(
  tarball: string,
  env: Readonly<Record<string, string>>,
): Promise<void> {
  const folder = join(root, "operator");
  mkdirSync(folder);
  run(`npm install --no-audit --no-fund @syncbell/dispatcher ${tarball}`, folder, env);
  const arrived = Promise.withResolvers<string>();
  const receiver = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      response.writeHead(200).end("ok");
      arrived.resolve(Buffer.concat(chunks).toString());
    });
  });
  await new Promise<void>((resolve) => void receiver.listen(0, "127.0.0.1", resolve));
  const { port } = receiver.address() as AddressInfo;
  const config = {
    network: { allow: ["127.0.0.0/8"] },
    plugins: [CHANNEL],
    destinations: [
      { id: "on-call", channel: "pager", config: { url: `http://127.0.0.1:${port}/` } },
    ],
  };
  writeFileSync(join(folder, "syncbell.yaml"), JSON.stringify(config));
  cpSync("packages/core/fixtures/pipeline.post_sync.succeeded.json", join(folder, "event.json"));
  say(run("npx syncbell check", folder).trim());
  const settings = { PORT: "0", SYNCBELL_ADMIN_TOKEN: TOKEN };
  const dispatcher = spawn("npx", ["syncbell", "serve"], {
    cwd: folder,
    env: { ...process.env, ...settings },
    stdio: ["ignore", "pipe", "inherit"],
    detached: true,
  });
  try {
    const url = await new Promise<string>((resolve) => {
      let text = "";
      dispatcher.stdout.on("data", (chunk: Buffer) => {
        text += chunk.toString();
        const found = /"url":"([^"]+)"/.exec(text)?.[1];
        if (found) resolve(found);
      });
    });
    say(run(`npx syncbell send event.json --to ${url}`, folder, settings).trim());
    say(`arrived: ${await arrived.promise}`);
  } finally {
    if (dispatcher.pid) process.kill(-dispatcher.pid);
    receiver.close();
  }
}
