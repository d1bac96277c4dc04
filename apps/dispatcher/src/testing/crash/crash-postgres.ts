// Do three dispatchers lose anything that are killed again and again, as is the server of the Postgres
// database that they share?  pnpm crash:postgres [kills]
import { runCrash } from "./crash-command.ts";
import { postgresGround } from "./postgres-ground.ts";
import { SHARED_STAGES } from "./stages.ts";

const DISPATCHERS = 3;

await runCrash({
  kills: 500,
  stages: SHARED_STAGES,
  ground: (folder) => postgresGround(folder, DISPATCHERS),
});
