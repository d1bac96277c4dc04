// Does a dispatcher that is killed again and again lose anything?  pnpm crash [kills]
import { runCrash } from "./crash-command.ts";
import { sqliteGround } from "./sqlite-ground.ts";
import { STAGES } from "./stages.ts";

await runCrash({
  kills: 500,
  stages: STAGES,
  ground: (folder) => Promise.resolve(sqliteGround(folder)),
});
