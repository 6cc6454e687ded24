// What every page does: state in the link, messages, keys, terms that light up.

export const $ = (selector) => document.querySelector(selector);

// One line on what is wrong; "" when nothing is.
export function complain(text) { $("#message").textContent = text; }

// What the picture shows, for those who do not see it
export function say(text) { if ($("#said").textContent !== text) $("#said").textContent = text; }

export const short = (number, digits = 2) =>
  (Object.is(Math.round(number * 10 ** digits), -0) ? 0 : number).toFixed(digits)
    .replace("-", "\u2212");

// The colour of a signed number: one hue below 0, one above, by size up to `largest`
export function signed(value, largest = 1) {
  const share = Math.min(1, Math.abs(value) / largest) * 100;
  const hue = value < 0 ? "var(--minus)" : "var(--plus)";
  return `color-mix(in oklab, ${hue} ${share.toFixed(1)}%, var(--paper))`;
}

export const shade = (value, hue) =>
  `color-mix(in oklab, var(--${hue}) ${(100 * Math.max(0, Math.min(1, value))).toFixed(1)}%, var(--paper))`;

// The state of a page: its controls, by id. `rules` has for each id { fallback } and
// { low, high, whole } for a number, { choices } for a word, { longest } for a text,
// { pattern, form } for what only links hold.
export class State {
  constructor(rules) {
    this.rules = rules;
    this.values = Object.fromEntries(
      Object.entries(rules).map(([name, rule]) => [name, rule.fallback]));
    this.written = -Infinity;
  }

  // What is wrong with a value, in a line, or the value as it is to be kept
  check(name, text) {
    const rule = this.rules[name];
    if (rule.choices)
      return rule.choices.includes(text) ? { value: text }
        : { wrong: `${name} can be ${rule.choices.join(", ")}, not "${cut(text)}".` };
    if (rule.longest !== undefined) {
      const value = [...String(text)];
      if (!value.length) return { wrong: "The text is empty: type something." };
      return value.length <= rule.longest ? { value: value.join("") }
        : { value: value.slice(0, rule.longest).join(""), wrong:
          `Only the first ${rule.longest} of ${value.length.toLocaleString("en")} letters are read.` };
    }
    if (rule.pattern)
      return rule.pattern.test(text) ? { value: text }
        : { wrong: `${name} cannot be "${cut(text)}": ${rule.form}.` };
    const number = Number(text);
    const range = `${rule.low} to ${rule.high}`;
    if (String(text).trim() === "" || !Number.isFinite(number))
      return { wrong: `${name} has to be a number from ${range}, not "${cut(text)}".` };
    if (number < rule.low || number > rule.high || (rule.whole && !Number.isInteger(number)))
      return { wrong: `${name} has to be ${rule.whole ? "a whole" : "a"} number from ${range}, not ${cut(text)}.` };
    return { value: number };
  }

  // Take over what a link says; gives a line on the first thing that is wrong.
  read(hash = location.hash) {
    let wrong = "", given;
    for (const [name, rule] of Object.entries(this.rules)) this.values[name] = rule.fallback;
    try {
      given = hash.slice(1).split("&").filter(Boolean).map((pair) => {
        const [name, value = ""] = pair.split("=");
        return [name, decodeURIComponent(value.replaceAll("+", " "))];
      });
    } catch {
      return "The link is damaged: the page opens as it is at first.";
    }
    for (const [name, text] of given) {
      if (!Object.hasOwn(this.rules, name)) {
        wrong ||= `The link is damaged: there is nothing called "${cut(name)}" here.`;
        continue;
      }
      const found = this.check(name, text);
      if (found.value !== undefined) this.values[name] = found.value;
      if (found.wrong) wrong ||= `The link is damaged: ${found.wrong}`;
    }
    return wrong;
  }

  // Keep the state in the link, without a new entry in the history. Browsers ignore more
  // than 20 of these a second: while much changes, the last is written a little later.
  write() {
    if (this.waiting) return;
    const wait = this.written + 60 - performance.now();
    if (wait > 0) {
      this.waiting = setTimeout(() => { this.waiting = 0; this.write(); }, wait);
      return;
    }
    this.written = performance.now();
    const parts = Object.entries(this.values)
      .filter(([name, value]) => value !== this.rules[name].fallback)
      .map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
    const hash = parts.length ? `#${parts.join("&")}` : location.pathname.split("/").pop();
    if (location.href.endsWith(hash)) return;
    try { history.replaceState(null, "", hash); } catch { /* some viewers forbid it */ }
  }
}

const cut = (text) => (String(text).length > 24 ? `${String(text).slice(0, 24)}…` : String(text));

// Connect controls whose id is a name of the state; `draw(state)` shows everything, and
// may return a line about what cannot be shown.
export function connect(state, draw) {
  const show = (wrong = "") => {
    for (const name of Object.keys(state.rules)) {
      const control = document.getElementById(name);
      if (!control || document.activeElement === control && control.type === "text") continue;
      if (control.type === "checkbox") control.checked = state.values[name] === "yes";
      else control.value = state.values[name];
    }
    for (const output of document.querySelectorAll("output[for]"))
      output.textContent = state.values[output.htmlFor.value];
    const more = draw(state.values);
    complain(wrong || more || "");
    lightUp();
    state.write();
  };
  for (const name of Object.keys(state.rules)) {
    const control = document.getElementById(name);
    control?.addEventListener("input", () => {
      const text = control.type === "checkbox" ? (control.checked ? "yes" : "no") : control.value;
      const { value, wrong } = state.check(name, text);
      if (value === undefined) { complain(wrong); return; }
      state.values[name] = value;
      show(wrong);
    });
    control?.addEventListener("blur", () => {
      if (control.type === "text") control.value = state.values[name];
    });
  }
  for (const picture of document.querySelectorAll(".picture")) { // it may scroll sideways
    picture.tabIndex = 0;
    picture.setAttribute("role", "group");
    picture.setAttribute("aria-label", "Picture");
  }
  addEventListener("hashchange", ({ newURL }) => show(state.read(new URL(newURL).hash)));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => show());
  for (const kind of ["pointerover", "focusin"])
    document.addEventListener(kind, ({ target }) =>
      lightUp(target.closest?.("[data-term]")?.dataset.term.split(" ")[0] ?? ""));
  show(state.read());
  return show;
}

// Left and right, Home and End: steps through a picture, unless a control has the keys.
export function keys(step) {
  addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.target.closest?.("input, select, textarea, [data-keys]")) return;
    const way = { ArrowRight: 1, ArrowLeft: -1, Home: -Infinity, End: Infinity }[event.key];
    if (way === undefined) return;
    event.preventDefault();
    step(way);
  });
}

// Scroll a picture sideways, if it has to be, so that the place `x` is seen.
export function reveal(selector, x) {
  const picture = $(selector);
  picture.scrollLeft = x - picture.clientWidth / 2;
}

// 2.4e-8 as 2.4 × 10⁻⁸
export function power(number) {
  const [front, exponent] = number.toExponential(1).split("e");
  if (Math.abs(exponent) < 3) return short(number, exponent < 0 ? 3 : 1);
  const raised = [...exponent.replace("+", "")].map((one) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(one)]).join("");
  return `${front} × 10${raised}`;
}

export const clamp = (value, low, high) => Math.max(low, Math.min(high, value));

let lit = "";

// The term under the pointer lights up wherever it stands: equation or picture. A weight
// lights what it makes. Without a term: what is lit stays so in a new picture.
function lightUp(term = lit) {
  if (!term && !lit) return;
  const all = term ? document.querySelectorAll(`[data-term~="${term}"]`) : [];
  const here = new Set(all);
  for (const one of document.querySelectorAll(".lit"))
    if (!here.has(one)) one.classList.remove("lit");
  for (const one of all) one.classList.add("lit");
  lit = term;
}
