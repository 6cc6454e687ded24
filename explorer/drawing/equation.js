// Equations as on the slides: "h_t = tanh(W_hh h_{t-1})" as HTML, terms marked. Not
// MathML: without a mathematical font on the reader's machine its indices sit wrong.

const WORDS = { sigma: "σ", Gamma: "Γ", tanh: "tanh", softmax: "softmax", sum: "∑",
  "*": " ⊙ ", "-": " − ", "+": " + ", "=": " = ", ",": ", " };
const TOKEN = /([A-Za-z]+~?)(?:_(?:\{([^}]*)\}|([A-Za-z0-9]+)))?|(\d+)|(\S)/g;

export function equation(text) {
  let inner = "";
  for (const [, name, braces, plain, digits, sign] of text.matchAll(TOKEN))
    inner += digits ?? (sign ? WORDS[sign] ?? sign : term(name, braces ?? plain));
  return `<span class="equation">${inner}</span>`;
}

function term(name, below) {
  if (below === undefined && WORDS[name]) return WORDS[name];
  const letter = name.replace("~", "");
  const base = WORDS[name] ?? name.replace("~", "\u0303");
  const what = ["W", "b", "Gamma"].includes(letter)
    ? `${letter}_${below}` : letter + (name.endsWith("~") ? "_tilde" : "");
  const sub = below === undefined ? "" : `<sub>${below.replace("-", "−")}</sub>`;
  return `<span data-term="${what}"><i>${base}</i>${sub}</span>`;
}

export function setEquations() {
  for (const one of document.querySelectorAll("[data-equation]"))
    one.innerHTML = one.dataset.equation.split(";").map(equation).join("");
}
