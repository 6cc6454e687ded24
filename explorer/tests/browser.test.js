// Opens every built page in Chromium, from file:// and from a server, and drives it.
//
// EXPLORER_PAGES   folder that explorer/build.py wrote
// EXPLORER_TOOLS   folder with node_modules/puppeteer-core and axe-core
// CHROMIUM         the browser; default: chromium
// EXPLORER_PICTURES  folder for screenshots; default: none are taken

import assert from "node:assert/strict";
import { createReadStream, mkdirSync, readFileSync, readdirSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const tools = createRequire(join(resolve(process.env.EXPLORER_TOOLS), "package.json"));
const puppeteer = tools("puppeteer-core").default ?? tools("puppeteer-core");
const axe = readFileSync(tools.resolve("axe-core/axe.min.js"), "utf8");
const folder = resolve(process.env.EXPLORER_PAGES);
const pages = readdirSync(folder).filter((one) => one.endsWith(".html"));
const answers = (name) => JSON.parse(
  readFileSync(new URL(`../models/answers/${name}.json`, import.meta.url), "utf8"));
let browser, server, base;

before(async () => {
  browser = await puppeteer.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-dev-shm-usage"] });
  const kinds = { html: "text/html", js: "text/javascript", css: "text/css" };
  server = createServer((request, response) => {
    const name = new URL(request.url, "http://x").pathname.slice(1);
    if (!readdirSync(folder).includes(name)) { response.writeHead(404).end(); return; }
    response.writeHead(200, { "content-type": kinds[name.split(".").pop()] });
    createReadStream(join(folder, name)).pipe(response);
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  base = `http://127.0.0.1:${server.address().port}/`;
});

after(async () => {
  await browser?.close();
  server?.close();
});

const fileBase = `${pathToFileURL(folder).href}/`;

async function open(name, { from = fileBase, width = 1200, dark = false } = {}) {
  const page = await browser.newPage();
  const wrong = [];
  page.on("console", (one) => { if (one.type() === "error") wrong.push(one.text()); });
  page.on("pageerror", (error) => wrong.push(String(error)));
  page.on("request", (request) => {
    if (!request.url().startsWith(from) && !request.url().startsWith("data:")) wrong.push(`asks for ${request.url()}`);
  });
  await page.setViewport({ width, height: 900, isMobile: width < 600, hasTouch: width < 600 });
  if (dark) await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: "dark" }]);
  await page.goto(from + name, { waitUntil: "load" });
  return { page, wrong, close: () => page.close() };
}

// The link as it is when the page has written it
const linkOf = async (page) => {
  await page.waitForFunction(() => !window.explorer.state.waiting);
  return (await page.evaluate(() => location.href)).split("/").pop();
};

const numbers = (page) => page.evaluate(() => window.explorer.numbers());
const message = (page) => page.$eval("#message", (one) => one.textContent);
const said = (page) => page.$eval("#said", (one) => one.textContent);

// Put a value into a control as a user does, whatever kind it is
const put = (page, id, value) => page.evaluate((id, value) => {
  const control = document.getElementById(id);
  control.value = value;
  control.dispatchEvent(new Event("input", { bubbles: true }));
}, id, value);

function close(found, wanted, what) {
  const one = [found].flat(Infinity), other = [wanted].flat(Infinity);
  assert.equal(one.length, other.length, what);
  other.forEach((number, k) => assert.ok(
    Math.abs(one[k] - number) <= 1e-5 * Math.max(1, Math.abs(number)), `${what}: ${one[k]}, not ${number}`));
}

for (const name of pages)
  for (const from of ["file", "server"])
    test(`${name} opens from a ${from}, and asks nobody else`, async () => {
      const { page, wrong, close } = await open(name, { from: from === "file" ? fileBase : base });
      assert.deepEqual(wrong, []);
      if (name !== "index.html") {
        assert.equal(await message(page), "");
        assert.ok((await said(page)).length > 10);
      }
      await close();
    });

for (const name of pages)
  for (const dark of [false, true])
    test(`${name} is accessible${dark ? " in the dark" : ""}`, async () => {
      const { page, close } = await open(name, { dark });
      await page.evaluate(axe);
      const { violations } = await page.evaluate(() => axe.run());
      const serious = violations.filter(({ impact }) => ["serious", "critical"].includes(impact));
      assert.deepEqual(serious.map(({ id, nodes }) => `${id}: ${nodes[0].html.slice(0, 160)} ${nodes[0].failureSummary}`), []);
      await close();
    });

for (const name of pages)
  test(`${name} fits a phone`, async () => {
    const { page, close } = await open(name, { width: 390 });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= 390, `${wide} pixels wide`);
    await close();
  });

// How many steps there are from the first to the last, as each page opens
const STEPS = { "unfold.html": 9, "hello.html": 4, "gates.html": 41, "vanishing.html": 119,
  "teddy.html": 10, "translate.html": 10, "forecast.html": 12 };

for (const name of pages.filter((one) => one !== "index.html"))
  test(`${name}: keys step, and a link reopens the same state`, async () => {
    const { page, wrong, close } = await open(name);
    const steps = [];
    await page.keyboard.press("Home");
    while (steps.length === 0 || steps.at(-1).said !== await said(page)) {
      steps.push({ said: await said(page), link: await linkOf(page) });
      await page.keyboard.press("ArrowRight");
    }
    assert.equal(steps.length, STEPS[name]);
    assert.equal(new Set(steps.map(({ said }) => said)).size, steps.length);
    await page.keyboard.press("End");
    assert.equal(await said(page), steps.at(-1).said);
    await close();
    for (const step of [steps[0], steps[Math.floor(steps.length / 2)], steps.at(-1)]) {
      const again = await open(step.link);
      assert.equal(await said(again.page), step.said);
      assert.deepEqual([...wrong, ...again.wrong], []);
      await again.close();
    }
  });

for (const name of pages.filter((one) => one !== "index.html"))
  test(`${name}: a damaged link is said in a line, and the page works`, async () => {
    for (const hash of ["#t=%E0%A4%A&text=%", "#nothing=1", "#steps=many&t=x&length=-3&week=99&round=1e9"]) {
      const { page, wrong, close } = await open(name + hash);
      assert.match(await message(page), /^The link is damaged: [^\n]+$/);
      assert.ok((await said(page)).length > 10);
      assert.deepEqual(wrong, []);
      await close();
    }
    // words, too much, and too little for all that a link may hold
    const { page, wrong, close } = await open(name);
    for (const [id, rule] of Object.entries(await page.evaluate(() => window.explorer.state.rules)))
      for (const value of ["many", "1e9", "-1e9", "", "%20", "x".repeat(10000)]) {
        if (rule.longest >= 1 && (value || id === "on")) continue; // a text may be these
        if (id === "done" && value === "") continue;
        await page.evaluate((hash) => {
          document.querySelector("#message").textContent = "";
          location.hash = hash;
        }, `${id}=${value}`);
        await page.waitForFunction(() => document.querySelector("#message").textContent.startsWith("The link is damaged"), { timeout: 5000 });
        assert.match(await message(page), /^The link is damaged: [^\n]{1,150}$/);
        assert.ok((await said(page)).length > 10);
      }
    assert.deepEqual(wrong, []);
    await close();
  });

for (const name of pages.filter((one) => one !== "index.html"))
  test(`${name}: each term of an equation lights up in the picture`, async () => {
    const { page, close } = await open(name);
    const choices = await page.$$eval("#cell option", (all) => all.map(({ value }) => value));
    for (const cell of choices.length ? choices : [""]) {
      if (cell) await put(page, "cell", cell);
      const dark = await page.evaluate(() => {
        const terms = [...document.querySelectorAll(".equation [data-term]")];
        return terms.length ? terms.filter((term) => {
          term.dispatchEvent(new PointerEvent("pointerover", { bubbles: true }));
          return !term.matches(".lit") || !document.querySelector(".picture .lit, .maps .lit");
        }).map((term) => term.dataset.term) : ["no equation"];
      });
      assert.deepEqual(dark, [], cell);
    }
    await close();
  });

for (const name of ["hello.html", "gates.html", "teddy.html", "translate.html"])
  test(`${name}: empty, strange and very long texts`, async () => {
    const { page, wrong, close } = await open(name);
    for (const text of ["", "   ", "ψ漢字🙂", "x".repeat(10000), "hello ".repeat(2000), "<b onclick=alert(1)>"]) {
      const start = Date.now();
      await put(page, "text", text);
      assert.ok(Date.now() - start < 3000, "a frozen tab");
      if (!(name === "gates.html" && text === "   ")) // it knows the space as a letter
        assert.ok((await message(page)).length > 0, text.slice(0, 20));
    }
    assert.deepEqual(wrong, []);
    await close();
  });

test("hello: gradients and training as in Python, and a weight that is dragged", async () => {
  const wanted = answers("hello");
  const { page, close: shut } = await open("hello.html");
  close((await numbers(page)).loss, wanted["0"].loss, "loss at first");
  for (const [name, one] of Object.entries(wanted["0"].gradients))
    close((await numbers(page)).gradients[name], one, name);
  await page.click("#ten");
  await page.click("#ten");
  close((await numbers(page)).loss, wanted.losses[20], "loss after 20 steps");
  const again = await open(await linkOf(page));
  close((await numbers(again.page)).loss, wanted.losses[20], "loss when reopened");
  await again.close();
  await put(page, "trained", "200");
  close((await numbers(page)).loss, wanted["200"].loss, "loss after 200 steps");
  await page.$eval("#W_hh-0-0", (one) => one.scrollIntoView({ block: "center" }));
  const box = await (await page.$("#W_hh-0-0")).boundingBox();
  await page.mouse.move(box.x + 10, box.y + 10);
  await page.mouse.down();
  await page.mouse.move(box.x + 10, box.y - 50, { steps: 4 });
  await page.mouse.up();
  const dragged = (await numbers(page)).loss;
  assert.ok(Math.abs(dragged - wanted["200"].loss) > 1e-3);
  const kept = await open(await linkOf(page));
  close((await numbers(kept.page)).loss, dragged, "reopened with a dragged weight");
  await kept.close();
  await page.click("#ten");
  await page.$eval("#b_y-2-0", (one) => one.focus());
  await page.keyboard.press("ArrowUp");
  await page.click("#one");
  const { loss } = await numbers(page), link = await linkOf(page);
  const after = await open(link);
  close((await numbers(after.page)).loss, loss, "dragged, trained, set and trained");
  assert.match(link, /done=W_hh\.0\.-?[\d.]+~10~b_y\.2\.-?[\d.]+~1$/);
  await after.close();
  await shut();
});

test("gates: states and scores as in Keras; a forget gate held shut forgets", async () => {
  for (const cell of ["lstm", "gru"]) {
    const letters = answers(`letters_${cell}`), sentiment = answers(`sentiment_${cell}`);
    const { page, close: shut } = await open(`gates.html#cell=${cell}&text=${encodeURIComponent(letters.text)}`);
    close((await numbers(page)).h, letters.h, "h");
    close((await numbers(page)).y, letters.y, "y");
    await put(page, `hold-${cell === "lstm" ? "f" : "z"}`, "shut");
    const held = (await numbers(page)).h;
    assert.ok(Math.abs(held.at(-1)[0] - letters.h.at(-1)[0]) > 1e-4);
    await shut();
    const again = await open(`gates.html#cell=${cell}&task=sentiment&text=${encodeURIComponent(sentiment.text)}`);
    close((await numbers(again.page)).p.at(-1), sentiment.p, "p");
    await again.close();
  }
});

test("gates: the maps have the colours of the page", async () => {
  for (const dark of [false, true]) {
    const { page, close: shut } = await open("gates.html", { dark });
    const different = await page.evaluate(() => {
      const { width, height } = document.querySelector("#map-f");
      const { data } = document.querySelector("#map-f").getContext("2d").getImageData(0, 0, width, height);
      return new Set(Array.from({ length: width * height }, (_, k) => data.slice(4 * k, 4 * k + 3).join())).size;
    });
    assert.ok(different > 50, `${different} colours`);
    await shut();
  }
});

test("Teddy: both readers as in Keras", async () => {
  const { forward, both } = answers("teddy");
  for (const text of Object.keys(forward)) {
    const { page, close: shut } = await open(`teddy.html#text=${encodeURIComponent(text)}`);
    close((await numbers(page)).forward, forward[text], "forward");
    close((await numbers(page)).both, both[text], "both");
    await shut();
  }
});

test("translate: beams as in Keras", async () => {
  for (const { width, penalty, words, total } of answers("translator").beams) {
    const { page, close: shut } = await open(`translate.html#width=${width}&penalty=${penalty}`);
    const found = await numbers(page);
    assert.deepEqual(found.words, words);
    close(found.total, total, "total");
    await shut();
  }
});

test("forecast: as in Keras; the curve is dragged; words in a number field", async () => {
  const wanted = answers("forecaster");
  const { page, close: shut } = await open("forecast.html");
  close((await numbers(page)).y, wanted.gru, "gru");
  close((await numbers(page)).ridge, wanted.ridge, "ridge");
  const box = await (await page.$("#handle-0")).boundingBox();
  await page.mouse.move(box.x + 5, box.y + 5);
  await page.mouse.down();
  await page.mouse.move(box.x + 5, box.y - 45, { steps: 4 });
  await page.mouse.up();
  const moved = (await numbers(page)).y;
  assert.ok(Math.abs(moved[1] - wanted.gru[1]) > 1e-4);
  const link = await linkOf(page);
  for (const word of ["", "warm"]) {
    await put(page, "change", word);
    assert.match(await message(page), /change has to be a number from -15 to 15/);
  }
  await put(page, "change", "");
  assert.match(await message(page), /change has to be a number from -15 to 15/);
  await put(page, "change", "99");
  assert.match(await message(page), /change has to be a number from -15 to 15, not 99/);
  await shut();
  const again = await open(link);
  close((await numbers(again.page)).y, moved, "reopened");
  await again.close();
});

test("vanishing: half the radius, a smaller gradient", async () => {
  const { page, close: shut } = await open("vanishing.html#radius=0.5");
  const small = (await numbers(page)).norms[0];
  await put(page, "radius", "1.2");
  assert.ok((await numbers(page)).norms[0] > 1e3 * small);
  await shut();
});

test("unfold: one arrow a step, and a handle that is dragged", async () => {
  const { page, close: shut } = await open("unfold.html");
  assert.equal((await numbers(page)).arrows, 4);
  const box = await (await page.$(".pull")).boundingBox();
  await page.mouse.move(box.x + 10, box.y + 10);
  await page.mouse.down();
  await page.mouse.move(box.x + 10 + 210, box.y + 10, { steps: 5 });
  await page.mouse.up();
  assert.equal((await numbers(page)).arrows, 6);
  await shut();
});

test("pictures at desktop and phone width", { skip: !process.env.EXPLORER_PICTURES }, async () => {
  mkdirSync(process.env.EXPLORER_PICTURES, { recursive: true });
  for (const name of pages)
    for (const [kind, options] of Object.entries({ desktop: {}, phone: { width: 390 }, dark: { dark: true } })) {
      const { page, close: shut } = await open(name, options);
      await page.screenshot({ path: join(process.env.EXPLORER_PICTURES, `${name.replace(".html", "")}-${kind}.png`), fullPage: true });
      await shut();
    }
});
