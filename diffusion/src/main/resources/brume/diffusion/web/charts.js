// All charts, and how they are looked at.
import {byId} from "/page/dom.js";
import {Chart} from "/page/chart.js";
import {Finer} from "/page/finer.js";

const perSecond = (curve, run) => curve.seconds && {
  mean: curve.seconds.mean.map((seconds) => seconds > 0 ? run.samplesPerStep / seconds : null),
};

const KINDS = [
  {title: "loss", columns: (curve) => curve.loss, log: true, smooth: true, wide: true},
  {title: "gradient norm", columns: (curve) => curve.gradientNorm, log: true, smooth: true},
  {title: "learning rate", columns: (curve) => curve.learningRate},
  {title: "samples a second", columns: perSecond, smooth: true},
  {title: "memory of the process, MiB", columns: (curve) => curve.memory},
];

const MOST = 999_999_999; // steps

export class Charts {
  constructor() {
    this.charts = KINDS.map((kind) => new Chart(kind, byId("plots"), (range) => this.look(range)));
    this.shown = [];
    this.range = null; // {min, max} of the steps that are looked at; null for all
    this.finer = new Finer(() => this.draw(this.shown));
    for (const id of ["log-scale", "smoothing"]) {
      byId(id).addEventListener("input", () => this.draw(this.shown));
    }
    for (const id of ["first-step", "last-step"]) {
      byId(id).addEventListener("change", () => this.lookAtGiven());
    }
    byId("whole").addEventListener("click", () => this.look(null));
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.draw(this.shown));
  }

  /** Shows some steps, or all; in all charts. */
  look(range) {
    byId("first-step").value = range?.min ?? "";
    byId("last-step").value = range?.max ?? "";
    byId("last-step").setCustomValidity("");
    this.show(range);
  }

  show(range) {
    this.range = range;
    this.draw(this.shown);
  }

  /** The steps that somebody has written; where one is missing, from the first or to the last. */
  lookAtGiven() {
    const [first, last] = [byId("first-step"), byId("last-step")];
    const ends = this.shown.map((one) => one.curve.steps[one.curve.steps.length - 1] ?? 0);
    const range = {
      min: Math.max(0, Math.round(Number(first.value))),
      max: Math.min(MOST, Math.round(Number(last.value || Math.max(...ends, 2)))),
    };
    const given = first.value !== "" || last.value !== "";
    const possible = !given || range.min < range.max;
    last.setCustomValidity(possible ? "" : `expected a step behind ${range.min}`);
    if (possible) {
      this.show(given ? range : null);
    } else {
      last.reportValidity();
    }
  }

  draw(shown) {
    this.shown = shown;
    const smoothing = Number(byId("smoothing").value);
    byId("smoothing-value").textContent = smoothing.toFixed(2);
    const how = {log: byId("log-scale").checked, smoothing, range: this.range};
    const finer = shown.map((one) => ({...one, curve: this.finer.of(one, this.range)}));
    for (const chart of this.charts) {
      chart.draw(finer, how);
      const known = chart.lines.length > 0;
      chart.area.parentElement.hidden = shown.length > 0 && !known;
    }
  }
}
