// Pictures as trees that are made anew for each state, while the page changes only what
// differs from the tree that it showed before: a step is a few attributes.

const SVG = "http://www.w3.org/2000/svg", HTML = "http://www.w3.org/1999/xhtml";

// A tree is compared with the one before place by place: what comes and goes is better
// kept in its place, empty or without colour, so that all behind it stays what it was.

// An element to be, with attributes ("onclick" and the like: what listens) and children:
// texts and other branches. The same branch may be shown again, and then costs nothing.
class Branch {
  constructor(space, name, attributes, children) {
    Object.assign(this, { space, name, attributes, children });
  }

  append(...more) { for (const one of more) this.children.push(one); }
}

export const svg = (name, attributes = {}, ...children) =>
  new Branch(SVG, name, attributes, children);

export const html = (name, attributes = {}, ...children) =>
  new Branch(HTML, name, attributes, children);

const shown = new WeakMap(); // the children of a place, as they were put there

export function put(place, ...children) {
  mend(place, shown.get(place) ?? [], children);
  shown.set(place, children);
}

function mend(element, before, now) {
  while (element.childNodes.length > now.length) element.lastChild.remove();
  let child = element.firstChild;
  now.forEach((one, n) => {
    const was = before[n], next = child?.nextSibling ?? null;
    if (child === null) element.append(grown(one));
    else if (was instanceof Branch && one instanceof Branch && was.name === one.name) {
      if (was !== one) {
        dress(child, was.attributes, one.attributes);
        mend(child, was.children, one.children);
      }
    } else if (was instanceof Branch || one instanceof Branch || was === undefined)
      child.replaceWith(grown(one));
    else if (was !== one) child.data = one;
    child = next;
  });
}

function grown(one) {
  if (!(one instanceof Branch)) return document.createTextNode(one);
  const element = document.createElementNS(one.space, one.name);
  dress(element, {}, one.attributes);
  for (const child of one.children) element.append(grown(child));
  return element;
}

function dress(element, before, now) {
  for (const key in now) {
    const value = now[key];
    if (value === before[key]) continue;
    if (key.startsWith("on")) element[key] = value;
    else if (value === undefined || value === false) element.removeAttribute(key);
    else element.setAttribute(key, value);
  }
  for (const key in before)
    if (!(key in now)) {
      if (key.startsWith("on")) element[key] = null;
      else element.removeAttribute(key);
    }
}
