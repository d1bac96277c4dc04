import type { ViteUserConfig } from "vitest/config";
import shared from "../vitest.config.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Which store a test opens that does not name one. */
    readonly store: "sqlite" | "postgres";
  }
}

const { include = [], ...others } = shared.test ?? {};

export interface OnPostgres {
  readonly include: readonly string[];
  readonly exclude?: readonly string[];
}

/**
 * The configuration of a package whose tests run on SQLite, and those of some files on Postgres as well:
 * `vitest --project sqlite` or `postgres` runs one half.
 */
export function bothStores({ include: again, exclude = [] }: OnPostgres): ViteUserConfig {
  return {
    test: {
      ...others,
      globalSetup: "../../scripts/postgres-server.ts",
      // These tests mostly wait: for the answers of a database, and of processes that they start.
      maxWorkers: 2,
      projects: [
        { extends: true, test: { name: "sqlite", include, provide: { store: "sqlite" } } },
        {
          extends: true,
          test: {
            name: "postgres",
            include: [...again],
            exclude: [...exclude],
            provide: { store: "postgres" },
          },
        },
      ],
    },
  };
}
