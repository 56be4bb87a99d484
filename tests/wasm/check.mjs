// Calls the module, as a page does: node check.mjs wasm.wasm
import assert from "node:assert";
import { readFileSync } from "node:fs";

const { instance } = await WebAssembly.instantiate(readFileSync(process.argv[2]));
const { pay, prices, listed } = instance.exports;
assert.equal(listed(), 204, "two signals and four receivers, found by linking");
assert.equal(pay(7, 5), 17, "both receivers, each once");
assert.equal(pay(7, 5), 34);
assert.equal(prices(7), 2117, "in the promised order");
console.log("2 signals, 4 receivers, sends and answers as promised");
