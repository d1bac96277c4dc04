/** What a channel's package is called, and what follows from it. */
export interface ChannelNames {
  /** The package's name, as npm knows it. */
  readonly packageName: string;
  /** The word that a config names the channel by. */
  readonly type: string;
  /** The name for people. */
  readonly title: string;
  /** The folder that the package is written to. */
  readonly folder: string;
}

const PACKAGE_NAME = /^(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/;

/** The longest name that npm takes. */
const LONGEST_NAME = 214;

/**
 * Reads a package's name: `@acme/syncbell-channel-pager` makes a channel `pager`. Answers a sentence
 * where npm would not take the name or no type can be made of it.
 */
export function readPackageName(packageName: string): ChannelNames | string {
  if (!PACKAGE_NAME.test(packageName) || packageName.length > LONGEST_NAME) {
    return `"${packageName}" is not a package name; one like @acme/syncbell-channel-pager is`;
  }
  const folder = packageName.split("/").at(-1) ?? packageName;
  const type = folder
    .replace(/^syncbell-/, "")
    .replace(/^channel-/, "")
    .replace(/[._~]/g, "-");
  if (!/^[a-z][a-z0-9-]{0,39}$/.test(type)) {
    return `"${type}" can't be a channel's type: letters, digits and hyphens, a letter first`;
  }
  const title = type
    .split("-")
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(" ");
  return { packageName, type, title, folder };
}
