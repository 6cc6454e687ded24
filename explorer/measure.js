// How long a step of each page takes, and its first picture, measured in Chromium:
// EXPLORER_TOOLS=build/browser EXPLORER_PAGES=build/site/explorer node explorer/measure.js

import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const tools = createRequire(join(resolve(process.env.EXPLORER_TOOLS), "package.json"));
const puppeteer = tools("puppeteer-core").default ?? tools("puppeteer-core");
const browser = await puppeteer.launch({ args: ["--no-sandbox"],
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium" });
for (const name of ["unfold", "hello", "gates", "vanishing", "teddy", "translate", "forecast"]) {
  const page = await browser.newPage();
  await page.goto(`${pathToFileURL(resolve(process.env.EXPLORER_PAGES)).href}/${name}.html`);
  const [first, times] = await page.evaluate(async () => {
    const paint = performance.getEntriesByName("first-contentful-paint")[0]?.startTime;
    const times = [];
    for (let n = 0; n < 40; n++) {
      const start = performance.now();
      dispatchEvent(new KeyboardEvent("keydown", { key: n % 2 ? "ArrowRight" : "ArrowLeft" }));
      document.body.getBoundingClientRect(); // the layout, too
      times.push(performance.now() - start);
      await new Promise(requestAnimationFrame);
    }
    return [paint, times.sort((a, b) => a - b)];
  });
  console.log(`${name.padEnd(10)} first picture ${Math.round(first)} ms, a step ${times[20].toFixed(1)} ms (median), ${times[37].toFixed(1)} ms (37th of 40)`);
  await page.close();
}
await browser.close();
