import { openEmpty } from "../../testing/postgres-databases.ts";
import { storeSuite } from "../store-suite.ts";

storeSuite("Postgres", openEmpty);
