"use strict";
(() => {
  const root = document.documentElement;
  const all = (selector) => Array.from(document.querySelectorAll(selector));

  const theme = document.getElementById("theme");
  const dark = () => {
    const set = root.dataset.theme;
    return set ? set === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  };
  const named = () => { theme.setAttribute("aria-pressed", String(dark())); };
  const turn = () => { root.dataset.theme = dark() ? "light" : "dark"; named(); };
  named();
  theme.addEventListener("click", turn);

  // What a button copies is the text of the block that it stands in.
  for (const button of all("[data-copy]")) {
    button.addEventListener("click", () => {
      const text = button.parentElement.querySelector("code").textContent;
      const said = (word) => { button.textContent = word; setTimeout(() => { button.textContent = "Copy"; }, 1500); };
      const select = () => {
        getSelection().selectAllChildren(button.parentElement.querySelector("code"));
        said("Selected");
      };
      if (navigator.clipboard) navigator.clipboard.writeText(text).then(() => said("Copied"), select); else select();
    });
  }

  // A field that leaves only what holds its words.
  const find = document.getElementById("find");
  if (find) {
    const told = document.getElementById("found");
    find.addEventListener("input", () => {
      const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
      let left = 0;
      for (const item of all("[data-find]")) {
        const text = item.textContent.toLowerCase();
        item.hidden = !words.every((word) => text.includes(word));
        left += item.hidden ? 0 : 1;
      }
      told.textContent = words.length === 0 ? "" : `${left} shown`;
    });
  }

  // From one place worth looking at to the next, by key.
  let at = -1;
  const go = (by) => {
    const stops = all("[data-stop]").filter((stop) => !stop.closest("[hidden]"));
    if (stops.length === 0) return;
    at = (at + by + stops.length) % stops.length;
    const stop = stops[at];
    for (let parent = stop.parentElement; parent; parent = parent.parentElement) {
      if (parent.tagName === "DETAILS") parent.open = true;
    }
    if (!stop.hasAttribute("tabindex")) stop.tabIndex = -1;
    stop.focus();
    stop.scrollIntoView({ block: "center" });
  };
  const open = (wide) => { for (const details of all("main details")) details.open = wide; };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target instanceof HTMLInputElement) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    switch (event.key) {
      case "n": go(1); break;
      case "p": go(at < 0 ? 0 : -1); break;
      case "e": open(true); break;
      case "c": open(false); break;
      case "t": turn(); break;
      case "/": if (find) { find.focus(); event.preventDefault(); } break;
    }
  });
})();
