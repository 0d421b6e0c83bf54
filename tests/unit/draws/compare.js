// Checks every draw of a JSON file with the second implementation; prints what disagrees and how many agreed.
"use strict";
const fs = require("node:fs");
const [engine, cases] = process.argv.slice(2);
const draws = require(engine);
let agreed = 0;
const start = process.hrtime.bigint();
for (const { name, certificate, list, result, ...texts } of JSON.parse(fs.readFileSync(cases, "utf8"))) {
  const others = Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, draws.utf8(text)]));
  const outcome = draws.verify(draws.utf8(certificate), draws.utf8(list), others), c = outcome.certificate;
  const repeat = () => {
    if ("case" in c.commitment) return draws.inspection.draw(draws.inspection.readCase(draws.utf8(list)), c.seed).plan;
    return draws.draw(c.commitment, draws.readList(draws.utf8(list)), c.seed, c.parts);
  };
  const own = outcome.ok ? draws.hex(draws.sha256(draws.writeForm(repeat()))) : "";
  if (outcome.ok && own === result) agreed++;
  else console.log(name, JSON.stringify(outcome.checks.filter((x) => !x.ok)), own, result);
}
console.log(JSON.stringify({ agreed, seconds: Number(process.hrtime.bigint() - start) / 1e9 }));
