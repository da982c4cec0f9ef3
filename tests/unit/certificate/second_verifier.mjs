// Asks the JavaScript verifier about many codes in one process: a JSON document in, a JSON document out.
import { pathToFileURL } from "node:url";
import { readFileSync } from "node:fs";

const { verifyCode } = await import(pathToFileURL(process.argv[2]));
const { keys, texts, at } = JSON.parse(readFileSync(0, "utf8"));
const found = [];
for (const text of texts) found.push(await verifyCode(text, keys, { at }));
process.stdout.write(JSON.stringify(found));
