// The list of runs: which are shown in the charts, and which one below them.
import {byId, element, plain, show, whole} from "/page/dom.js";

const COLORS = 8;
const SHOWN_AT_FIRST = 4;

export class Runs {
  /** @param changed is called when somebody chooses */
  constructor(changed) {
    this.changed = changed;
    this.rows = new Map();
    this.colors = new Map();
    this.shown = new Set();
    this.chosen = null;
  }

  color(name) {
    if (!this.colors.has(name)) {
      this.colors.set(name, this.colors.size % COLORS);
    }
    return this.colors.get(name);
  }

  draw(runs) {
    show(byId("no-runs"), runs.length === 0);
    const names = runs.map((run) => run.name);
    for (const [name, row] of this.rows) {
      if (!names.includes(name)) {
        row.node.remove();
        this.rows.delete(name);
        this.shown.delete(name);
      }
    }
    const first = this.rows.size === 0;
    const byDate = [...runs].sort((a, b) => (b.updated ?? 0) - (a.updated ?? 0));
    runs.forEach((run, i) => this.update(run, i));
    if (first) {
      byDate.filter((run) => run.state !== "unreadable").slice(0, SHOWN_AT_FIRST)
        .forEach((run) => this.shown.add(run.name));
    }
    if (!names.includes(this.chosen)) {
      this.chosen = byDate.find((run) => this.shown.has(run.name))?.name ?? names[0] ?? null;
    }
    this.mark();
  }

  update(run, i) {
    let row = this.rows.get(run.name);
    if (!row) {
      row = this.row(run.name);
      this.rows.set(run.name, row);
    }
    const list = byId("runs");
    if (list.children[i] !== row.node) {
      list.insertBefore(row.node, list.children[i] ?? null);
    }
    const unreadable = run.state === "unreadable";
    row.small.textContent = unreadable
      ? run.sentence
      : `${run.state}, ${whole(run.step)} of ${whole(run.of)}${run.loss == null ? "" : `, loss ${plain(run.loss)}`}`;
    row.progress.max = run.of || 1;
    row.progress.value = run.step ?? 0;
    row.progress.hidden = unreadable || run.state === "finished";
    row.box.disabled = unreadable;
  }

  row(name) {
    const box = element("input", {type: "checkbox", "aria-label": `show ${name} in the charts`});
    const button = element("button", {type: "button"}, name);
    const small = element("small");
    const progress = element("progress", {"aria-label": `steps of ${name}`});
    box.addEventListener("change", () => {
      this.shown[box.checked ? "add" : "delete"](name);
      this.changed();
    });
    button.addEventListener("click", () => {
      this.chosen = name;
      if (!box.disabled) {
        this.shown.add(name);
      }
      this.mark();
      this.changed();
    });
    const node = element("li", {class: `run color-${this.color(name)}`}, box, button, small, progress);
    return {node, box, button, small, progress};
  }

  mark() {
    for (const [name, row] of this.rows) {
      row.box.checked = this.shown.has(name);
      row.button.setAttribute("aria-pressed", String(name === this.chosen));
      row.node.classList.toggle("chosen", name === this.chosen);
    }
  }
}
