import { runFolder } from "../suite.ts";

runFolder(import.meta.dirname, 1, 2);
