// Opens each page of a folder in Chromium, as a file, and tells what it saw as JSON: script errors, what was asked for, what keys did, what
// can't be read. Screenshots of both themes and of a narrow window are written beside the pages.
//
// node look.mjs FOLDER CHROMIUM

import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const [folder, executablePath] = process.argv.slice(2);
const browser = await chromium.launch({
  executablePath,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});

// The contrast of text and what is behind it, as WCAG 2 computes it, of each element that holds text itself.
const lowContrast = () => {
  const channels = (color) => color.match(/[\d.]+/g).map(Number);
  const light = ([r, g, b]) => {
    const part = (v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4);
    return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
  };
  const behind = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const color = channels(getComputedStyle(e).backgroundColor);
      if (color.length === 3 || color[3] > 0) return color;
    }
    return [255, 255, 255];
  };
  const low = [];
  for (const element of document.querySelectorAll("body *")) {
    const own = Array.from(element.childNodes).some((n) => n.nodeType === 3 && n.textContent.trim() !== "");
    if (!own || ["SCRIPT", "STYLE"].includes(element.tagName) || element.getClientRects().length === 0) continue;
    const [a, b] = [light(channels(getComputedStyle(element).color)), light(behind(element))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) low.push(`${element.tagName} ${element.className} ${ratio.toFixed(2)}: ${element.textContent.slice(0, 40)}`);
  }
  return low;
};

async function look(file) {
  const seen = { errors: [], requests: [], problems: [] };
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, colorScheme: "light" });
  const page = await context.newPage();
  const url = pathToFileURL(resolve(folder, file)).href;
  page.on("pageerror", (error) => seen.errors.push(String(error)));
  page.on("console", (message) => { if (["error", "warning"].includes(message.type())) seen.errors.push(message.text()); });
  page.on("request", (request) => { const to = request.url().split("#")[0]; if (to !== url && to !== "data:,") seen.requests.push(to); });
  await page.goto(url);
  const must = (truth, problem) => { if (!truth) seen.problems.push(problem); };

  must((await page.title()) !== "", "it has no title");
  must(await page.evaluate(() => window.hacked === undefined), "something that is only shown was run");
  must((await page.locator("h1").count()) === 1, "it has not exactly one heading of the first level");
  const dangling = await page.evaluate(() => Array.from(document.querySelectorAll('a[href^="#"]')).map((a) => decodeURIComponent(a.getAttribute("href").slice(1))).filter((id) => id !== "" && !document.getElementById(id)));
  must(dangling.length === 0, `links lead nowhere: ${dangling.slice(0, 5)}`);
  const twice = await page.evaluate(() => { const ids = Array.from(document.querySelectorAll("[id]")).map((e) => e.id); return ids.filter((id, n) => ids.indexOf(id) !== n); });
  must(twice.length === 0, `ids stand twice: ${twice.slice(0, 5)}`);

  // By keys alone: the first stop is the link past the bar; `t` changes the theme; `n` goes to what is worth looking at; `e` and `c` open and close.
  await page.keyboard.press("Tab");
  must(await page.evaluate(() => document.activeElement.classList.contains("skip")), "the first stop of Tab is not the link to the content");
  await page.keyboard.press("Enter");
  must(await page.evaluate(() => location.hash === "#main"), "the link to the content does not lead there");
  const back = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await back();
  await page.screenshot({ path: join(folder, `${file}.light.png`), fullPage: false });
  seen.lowContrastLight = await page.evaluate(lowContrast);
  await page.keyboard.press("t");
  must((await back()) !== light, "`t` does not change the theme");
  seen.lowContrastDark = await page.evaluate(lowContrast);
  await page.screenshot({ path: join(folder, `${file}.dark.png`), fullPage: false });
  await page.keyboard.press("t");
  must((await back()) === light, "`t` does not change the theme back");
  const details = await page.locator("main details").count();
  if (details > 0) {
    await page.keyboard.press("c");
    must((await page.locator("main details[open]").count()) === 0, "`c` does not close what is open");
    await page.keyboard.press("e");
    must((await page.locator("main details[open]").count()) === details, "`e` does not open all");
  }
  const stops = await page.locator("[data-stop]").count();
  if (stops > 0) {
    await page.keyboard.press("n");
    must(await page.evaluate(() => document.activeElement.hasAttribute("data-stop")), "`n` does not go to a place worth looking at");
  }
  if ((await page.locator("#find").count()) > 0) {
    await page.keyboard.press("/");
    must(await page.evaluate(() => document.activeElement.id === "find"), "`/` does not go to the field");
    const items = await page.locator("[data-find]").count();
    await page.keyboard.type("no such words anywhere");
    must((await page.locator("[data-find]:visible").count()) === 0, "the field leaves what does not hold its words");
    await page.locator("#find").fill("");
    must((await page.locator("[data-find]:not([hidden])").count()) === items, "an empty field leaves something out");
  }
  const copy = page.locator("[data-copy]:visible").first();
  if ((await copy.count()) > 0) {
    await copy.click();
    await page.waitForFunction((b) => b.textContent !== "Copy", await copy.elementHandle());
  }
  // A dark system gets a dark page from the start; a narrow window needs no scrolling to the side.
  await page.emulateMedia({ colorScheme: "dark" });
  await page.reload();
  must((await back()) !== light, "a dark system gets a light page");
  await page.setViewportSize({ width: 400, height: 800 });
  must(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "a narrow window scrolls to the side");
  await page.screenshot({ path: join(folder, `${file}.narrow.png`), fullPage: false });
  await context.close();
  return seen;
}

const all = {};
for (const file of readdirSync(folder).filter((name) => name.endsWith(".html")).sort()) all[file] = await look(file);
await browser.close();
console.log(JSON.stringify(all, null, 1));
