import { runFolder } from "../suite.ts";

runFolder(import.meta.dirname, 0, 2);
