// How long a step of each page takes, its dearest change, and its first picture, in
// Chromium: `make measure-explorer`, on a computer that does nothing else.
//
// A step is a press of an arrow key, back and forth through all of the page's steps; a
// change is what makes the page compute anew, each time with another value. Both with
// style and layout; the column "all" has painting, too, for a step. Medians.

import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const tools = createRequire(join(resolve(process.env.EXPLORER_TOOLS), "package.json"));
const puppeteer = tools("puppeteer-core").default ?? tools("puppeteer-core");
const PRESSES = 120, CHANGES = 40;

// A control of each page, and values that it takes in turn
const LONG = "to be, or not to be, that is the question: ".repeat(9);
const CHANGE = {
  unfold: ["layers", [1, 3]],
  hello: ["W_hh-0-0", ["ArrowUp", "ArrowDown"]],
  gates: ["text", [LONG, `${LONG}a`]],
  vanishing: ["radius", [0.9, 1, 1.1, 1.2]],
  teddy: ["text", ["He said , Rose , Teddy and Robin Smith came home late .",
    "He said , Teddy bears are on sale !"]],
  translate: ["width", [1, 2, 3, 4, 5, 6]],
  forecast: ["handle-0", ["ArrowUp", "ArrowDown"]],
};

const browser = await puppeteer.launch({ args: ["--no-sandbox"],
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium" });
console.log("page       first picture   a step  slowest 5 %  all   a change  (ms)");
for (const name of process.env.ONLY?.split(" ") ?? Object.keys(CHANGE)) {
  const address = `${pathToFileURL(resolve(process.env.EXPLORER_PAGES)).href}/${name}.html`;
  const firsts = [];
  let page;
  for (let n = 0; n < 5; n++) {
    await page?.close();
    page = await browser.newPage();
    await page.setViewport({ width: 1200, height: 900 });
    await page.goto(address);
    firsts.push(await page.evaluate(() => new Promise((done) => new PerformanceObserver((list) => {
      for (const one of list.getEntriesByName("first-contentful-paint")) done(one.startTime);
    }).observe({ type: "paint", buffered: true }))));
  }
  const client = await page.createCDPSession();
  await client.send("Performance.enable");
  const busy = async () => (await client.send("Performance.getMetrics")).metrics
    .find((one) => one.name === "TaskDuration").value * 1000;
  const frame = () => page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done))));
  const press = (count) => page.evaluate(async (count) => {
    const times = [];
    let way = "ArrowLeft";
    for (let n = 0; n < count; n++) {
      const before = document.querySelector("#said").textContent;
      const start = performance.now();
      dispatchEvent(new KeyboardEvent("keydown", { key: way }));
      document.body.getBoundingClientRect(); // the layout, too
      times.push(performance.now() - start);
      if (document.querySelector("#said").textContent === before) { // at an end: turn
        way = way === "ArrowLeft" ? "ArrowRight" : "ArrowLeft";
      }
      await new Promise(requestAnimationFrame);
    }
    return times;
  }, count);
  await press(10);
  await frame();
  const from = await busy(), steps = await press(PRESSES);
  await frame();
  const all = (await busy() - from) / PRESSES;
  const changes = await page.evaluate(async ([id, values], count) => {
    const times = [];
    for (let n = 0; n < count; n++) {
      const control = document.getElementById(id), value = values[n % values.length];
      const start = performance.now();
      if (String(value).startsWith("Arrow"))
        control.dispatchEvent(new KeyboardEvent("keydown", { key: value, bubbles: true }));
      else {
        control.value = value;
        control.dispatchEvent(new Event("input", { bubbles: true }));
      }
      document.body.getBoundingClientRect();
      times.push(performance.now() - start);
      await new Promise(requestAnimationFrame);
    }
    return times;
  }, CHANGE[name], CHANGES);
  const at = (list, share) =>
    [...list].sort((a, b) => a - b)[Math.floor(share * list.length)].toFixed(1);
  console.log([name.padEnd(10), at(firsts, 0.5).padStart(13), at(steps, 0.5).padStart(8),
    at(steps, 0.95).padStart(12), all.toFixed(1).padStart(5), at(changes, 0.5).padStart(10)].join(" "));
  await page.close();
}
await browser.close();
