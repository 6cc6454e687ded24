// Equations as on the slides: "h_t = tanh(W_hh h_{t-1})" as MathML, terms marked.

const WORDS = { sigma: "σ", Gamma: "Γ", tanh: "tanh", softmax: "softmax", log: "log",
  sum: "∑", partial: "∂", "*": "⊙", "-": "−" };
const TOKEN = /([A-Za-z]+~?)(?:_(?:\{([^}]*)\}|([A-Za-z0-9]+)))?|(\d+)|(\S)/g;

export function equation(text) {
  let inner = "";
  for (const [, name, braces, plain, digits, sign] of text.matchAll(TOKEN)) {
    if (digits) inner += `<mn>${digits}</mn>`;
    else if (sign) inner += `<mo>${WORDS[sign] ?? sign}</mo>`;
    else inner += term(name, braces ?? plain);
  }
  return `<math display="block">${inner}</math>`;
}

function term(name, below) {
  const letter = name.replace("~", "");
  const base = name.endsWith("~")
    ? `<mover><mi>${letter}</mi><mo>~</mo></mover>` : `<mi>${WORDS[name] ?? name}</mi>`;
  if (below === undefined && WORDS[name]) return base;
  const sub = below?.replace("-", "−");
  const what = letter === "W" || letter === "b" || letter === "Gamma"
    ? `${letter}_${below ?? ""}` : letter + (name.endsWith("~") ? "_tilde" : "");
  const whole = below === undefined ? base : `<msub>${base}<mtext>${sub}</mtext></msub>`;
  return `<mrow data-term="${what.replace(/_$/, "")}">${whole}</mrow>`;
}

export function setEquations() {
  for (const one of document.querySelectorAll("[data-equation]"))
    one.innerHTML = one.dataset.equation.split(";").map(equation).join("");
}
