// What every page does: state in the link, messages, keys, terms that light up.

export const $ = (selector) => document.querySelector(selector);

// An element of the picture, with attributes and children
export function svg(name, attributes = {}, ...children) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", name),
    attributes, children);
}

export function html(name, attributes = {}, ...children) {
  return fill(document.createElement(name), attributes, children);
}

function fill(element, attributes, children) {
  for (const [key, value] of Object.entries(attributes))
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (value !== undefined && value !== false) element.setAttribute(key, value);
  element.append(...children.map((child) => child ?? ""));
  return element;
}

// One line on what is wrong; "" when nothing is.
export function complain(text) { $("#message").textContent = text; }

// What the picture shows, for those who do not see it
export function say(text) { $("#said").textContent = text; }

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
// { low, high, whole } for a number, { choices } for a word, { longest } for a text.
export class State {
  constructor(rules) {
    this.rules = rules;
    this.values = Object.fromEntries(
      Object.entries(rules).map(([name, rule]) => [name, rule.fallback]));
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

  // Keep the state in the link, without a new entry in the history.
  write() {
    const parts = Object.entries(this.values)
      .filter(([name, value]) => value !== this.rules[name].fallback)
      .map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
    const hash = parts.length ? `#${parts.join("&")}` : location.pathname.split("/").pop();
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
  addEventListener("hashchange", () => show(state.read()));
  lightUp();
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

// The term under the pointer lights up wherever it stands: equation or picture.
export function lightUp() {
  const light = (term) => {
    for (const one of document.querySelectorAll(".lit")) one.classList.remove("lit");
    if (term)
      for (const one of document.querySelectorAll(`[data-term~="${term}"]`))
        one.classList.add("lit");
  };
  const termOf = (event) =>
    event.target.closest?.("[data-term]")?.dataset.term.split(" ")[0];
  document.addEventListener("pointerover", (event) => light(termOf(event)));
  document.addEventListener("focusin", (event) => light(termOf(event)));
}
