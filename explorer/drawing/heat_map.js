// Many numbers as colours on a canvas: one row a unit, one column a step.

let known;
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { known = undefined; });

// Colours as the style sheet has them, in light or dark, as [red, green, blue]
export function palette() {
  return known ??= read();
}

function read() {
  const probe = document.body.appendChild(document.createElement("i"));
  const found = Object.fromEntries(["paper", "plus", "minus", "state", "gate"].map((name) => {
    probe.style.color = `var(--${name})`;
    return [name, getComputedStyle(probe).color.match(/[\d.]+/g).slice(0, 3).map(Number)];
  }));
  probe.remove();
  return found;
}

// `value(row, column)` from -1 to 1, or from 0 to 1 with a `hue`
export function heatMap(canvas, rows, columns, value, colours, hue = null) {
  if (canvas.width !== columns) canvas.width = columns;
  if (canvas.height !== rows) canvas.height = rows;
  const context = canvas.getContext("2d");
  const image = context.createImageData(columns, rows);
  for (let row = 0, at = 0; row < rows; row++)
    for (let column = 0; column < columns; column++, at += 4) {
      const one = value(row, column);
      const share = Math.min(1, Math.abs(one));
      const colour = colours[hue ?? (one < 0 ? "minus" : "plus")];
      for (let k = 0; k < 3; k++)
        image.data[at + k] = colours.paper[k] + share * (colour[k] - colours.paper[k]);
      image.data[at + 3] = 255;
    }
  context.putImageData(image, 0, 0);
}
