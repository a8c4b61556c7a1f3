// All charts, and how they are looked at.
import {byId} from "/page/dom.js";
import {Chart} from "/page/chart.js";

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

export class Charts {
  constructor() {
    this.charts = KINDS.map((kind) => new Chart(kind, byId("plots")));
    this.shown = [];
    for (const id of ["log-scale", "smoothing"]) {
      byId(id).addEventListener("input", () => this.draw(this.shown));
    }
    byId("whole").addEventListener("click", () => this.charts.forEach((chart) => chart.whole()));
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.draw(this.shown));
  }

  draw(shown) {
    this.shown = shown;
    const smoothing = Number(byId("smoothing").value);
    byId("smoothing-value").textContent = smoothing.toFixed(2);
    const how = {log: byId("log-scale").checked, smoothing};
    for (const chart of this.charts) {
      chart.draw(shown, how);
      const known = chart.lines.length > 0;
      chart.area.parentElement.hidden = shown.length > 0 && !known;
    }
  }
}
