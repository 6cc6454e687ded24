// Equations as on the slides: "h_t = tanh(W_hh h_{t-1})" as HTML, terms marked. Not
// MathML: without a mathematical font on the reader's machine its indices sit wrong.

const WORDS = { sigma: "σ", Gamma: "Γ", tanh: "tanh", softmax: "softmax", sum: "∑",
  LSTM: "LSTM", GRU: "GRU",
  "*": " ⊙ ", "-": " − ", "+": " + ", "=": " = ", ",": ", " };
const TOKEN = /([A-Za-z]+[~<>]?)(?:_(?:\{([^}]*)\}|([A-Za-z0-9]+)))?|(\d+)|(\S)/g;

const ABOVE = { "~": ["_tilde", "\u0303"], ">": ["_forward", "\u20d7"], "<": ["_backward", "\u20d6"] };

// `same` names terms as others, which then light up together: { Gamma_u: "i" }
export function equation(text, same = {}) {
  let inner = "";
  for (const [, name, braces, plain, digits, sign] of text.matchAll(TOKEN))
    inner += digits ?? (sign ? WORDS[sign] ?? sign : term(name, braces ?? plain, same));
  return `<span class="equation">${inner}</span>`;
}

function term(name, below, same) {
  if (below === undefined && WORDS[name]) return WORDS[name];
  const [, letter, mark] = name.match(/(\w+)(\W?)/), [end, accent] = ABOVE[mark] ?? ["", ""];
  const base = (WORDS[letter] ?? letter) + accent;
  const what = ["W", "b", "Gamma"].includes(letter) ? `${letter}_${below}` : letter + end;
  const sub = below === undefined ? "" : `<sub>${below.replace("-", "−")}</sub>`;
  return `<span data-term="${same[what] ?? what}"><i>${base}</i>${sub}</span>`;
}

export function setEquations() {
  for (const one of document.querySelectorAll("[data-equation]"))
    one.innerHTML = one.dataset.equation.split(";").map((text) => equation(text)).join("");
}
