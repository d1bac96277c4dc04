import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import packaged, { inflate } from "@sparticuz/chromium";
import { type Browser, type LaunchOptions, chromium } from "playwright-core";

/** A browser without a window, and all that it keeps on disk. */
export interface Chromium {
  readonly browser: Browser;
  /** Ends the browser and removes what was unpacked for it. */
  close(): Promise<void>;
}

/**
 * Starts the Chromium that came with the dependencies: nothing is downloaded, and of the machine it
 * needs neither fonts nor a home. The package has one for Linux on x64; elsewhere it is the machine's Chrome.
 */
export async function startChromium(): Promise<Chromium> {
  const folder = await mkdtemp(join(tmpdir(), "syncbell-chromium-"));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const isPackaged = process.platform === "linux" && process.arch === "x64";
    const options = isPackaged ? await unpackedInto(folder) : { channel: "chrome" };
    const browser = await chromium.launch(options);
    const close = async (): Promise<void> => {
      await browser.close();
      await remove();
    };
    return { browser, close };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** Unpacks the browser, and the libraries and the font that a bare machine lacks. */
async function unpackedInto(folder: string): Promise<LaunchOptions> {
  const archive = createRequire(import.meta.url)
    .resolve("@sparticuz/chromium")
    .replace(/build.index\.js$/, "bin/al2023.tar.br");
  const { TMPDIR } = process.env;
  // It unpacks to there, and takes what lies there for its own: the rest of a run that was killed too.
  process.env["TMPDIR"] = folder;
  let unpacked: readonly string[];
  try {
    unpacked = await Promise.all([packaged.executablePath(), inflate(archive)]);
  } finally {
    if (TMPDIR === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = TMPDIR;
  }
  const [executablePath = "", libraries = ""] = unpacked;
  const fonts = join(folder, "fonts.conf");
  await writeFile(fonts, fontsIn(folder));
  await mkdir(join(folder, "home"));
  const env = {
    HOME: join(folder, "home"),
    TMPDIR: folder,
    LD_LIBRARY_PATH: join(libraries, "lib"),
    FONTCONFIG_FILE: fonts,
  };
  return { executablePath, env };
}

/** The one font of the package, so that a line breaks at the same place on every machine. */
function fontsIn(folder: string): string {
  const places = `<dir>${folder}/fonts</dir><cachedir>${folder}/fonts-cache</cachedir>`;
  return `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>${places}</fontconfig>`;
}
