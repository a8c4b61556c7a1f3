// Elements of the page. Whatever comes from a run becomes text, never markup.

export const byId = (id) => document.getElementById(id);

/** An element with attributes and children; a child that is no element becomes text. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key === "class") {
      made.className = value;
    } else if (key.startsWith("on")) {
      made.addEventListener(key.slice(2), value);
    } else if (value !== false && value != null) {
      made.setAttribute(key, value === true ? "" : value);
    }
  }
  made.append(...children);
  return made;
}

export function show(node, visible) {
  node.hidden = !visible;
}

/** Says a sentence in a place that is hidden while there is nothing to say. */
export function say(node, sentence) {
  node.textContent = sentence ?? "";
  node.hidden = !sentence;
}

/** A table of rows of cells, each a text or an element. */
export function fillTable(table, heads, rows) {
  const head = element("tr", {}, ...heads.map((cell) =>
    element("th", {scope: "col", class: cell.kind ?? ""}, cell.text ?? cell)));
  const body = rows.map((row) => element("tr", {}, ...row.map((cell, i) =>
    i === 0
      ? element("th", {scope: "row"}, cell.text ?? cell)
      : element("td", {class: cell.kind ?? ""}, cell.text ?? cell))));
  table.replaceChildren(element("thead", {}, head), element("tbody", {}, ...body));
}

/** A number as a person reads it. */
export function plain(value) {
  if (value == null || !Number.isFinite(value)) {
    return "–";
  }
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e6)) {
    return value.toExponential(2);
  }
  return size >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

export const whole = (value) => value.toLocaleString("en-US");
