// One chart: a value of all runs shown, over steps.
import uPlot from "/library/uPlot.esm.js";
import {element, plain, whole} from "/page/dom.js";
import {smoothed} from "/page/smoothing.js";

const HEIGHT = 220;
const TALL = 300;
const SYNC = uPlot.sync("steps");

const color = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** The nearest place with a value, as runs have values at steps of their own. */
function nearest(column, index) {
  for (let away = 0; away < column.length; away++) {
    if (column[index - away] != null) {
      return index - away;
    }
    if (column[index + away] != null) {
      return index + away;
    }
  }
  return index;
}

/** Of the lines of a logarithmic scale those at powers of ten, unless there are fewer than two. */
function decades(_, values) {
  const tens = values.map((value) => Number.isInteger(Math.log10(value)) ? value : null);
  return tens.filter((value) => value != null).length < 2 ? values : tens;
}

export class Chart {
  /**
   * @param kind {title, unit, columns(curve, run), log: whether a logarithmic scale makes sense, wide}
   * @param into where it stands
   * @param look is called with {min, max} when somebody drags over some steps, with null after a double click
   */
  constructor(kind, into, look) {
    this.kind = kind;
    this.look = look;
    this.lines = [];
    this.looked = null; // the step under the cursor
    this.legend = element("ul", {"aria-live": "off"});
    this.area = element("div", {class: "area", tabindex: "0", role: "img"});
    this.area.addEventListener("keydown", (event) => this.move(event));
    into.append(element("div", {class: kind.wide ? "plot wide" : "plot"},
      element("h3", {}, kind.title), this.area, this.legend));
    new ResizeObserver(() => this.fit()).observe(this.area);
  }

  fit() {
    const width = this.area.clientWidth;
    if (this.plot && width > 0 && width !== this.plot.width) {
      this.plot.setSize({width, height: this.plot.height});
    }
  }

  /**
   * Shows curves.
   *
   * @param shown [{name, color, curve, run}]
   * @param how {log, smoothing, range}: which steps, null for all
   */
  draw(shown, how) {
    this.shown = shown.map((one) => ({...one, columns: this.kind.columns(one.curve, one.run)}))
      .filter((one) => one.columns);
    const log = how.log && this.kind.log;
    const positive = (values) => log ? values.map((value) => value > 0 ? value : null) : values;
    const tables = [];
    const series = [{label: "step"}];
    const bands = [];
    this.lines = [];
    for (const one of this.shown) {
      const table = [one.curve.steps];
      const stroke = color(`--run-${one.color}`);
      if (one.columns.least && this.shown.length <= 3) {
        for (const edge of ["most", "least"]) {
          table.push(positive(one.columns[edge]));
          series.push({label: edge, points: {show: false}, width: 0, spanGaps: true});
        }
        bands.push({series: [series.length - 2, series.length - 1], fill: stroke + "2b"});
      }
      if (how.smoothing > 0 && this.kind.log && this.shown.length <= 3) {
        table.push(positive(one.columns.mean)); // as it is, behind what is smoothed
        series.push({label: "plain", points: {show: false}, width: 1, stroke: stroke + "45", spanGaps: true});
      }
      table.push(positive(this.kind.smooth ? smoothed(one.columns.mean, how.smoothing) : one.columns.mean));
      series.push({
        label: "mean", stroke, width: 1.75, spanGaps: true,
        points: {show: one.curve.steps.length < 3},
      });
      one.at = series.length - 1;
      this.lines.push(one);
      tables.push(table);
    }
    const data = tables.length === 0 ? [[]] : tables.length === 1 ? tables[0] : uPlot.join(tables);
    const key = JSON.stringify([log, series.map((each) => [each.label, each.stroke]), color("--ink")]);
    if (this.plot && this.key === key) {
      this.plot.setData(data, !how.range);
    } else {
      this.key = key;
      this.plot?.destroy();
      this.plot = new uPlot(this.options(series, bands, log), data, this.area);
    }
    if (how.range) {
      this.plot.setScale("x", {...how.range});
    }
    this.last = how.range ? this.plot.valToIdx(how.range.max) : data[0].length - 1; // that is seen
    this.tell(this.looked == null ? null : this.plot.valToIdx(this.looked));
    this.describe();
  }

  options(series, bands, log) {
    const axis = {
      stroke: color("--quiet"),
      grid: {stroke: color("--grid"), width: 1},
      ticks: {stroke: color("--grid"), width: 1, size: 4},
      font: "12px system-ui, sans-serif",
    };
    return {
      width: this.area.clientWidth || 300,
      height: this.kind.wide ? TALL : HEIGHT,
      series,
      bands,
      legend: {show: false},
      scales: {x: {time: false}, y: log ? {distr: 3} : {}},
      axes: [
        {...axis, size: 32, values: (_, ticks) => ticks.map((tick) => whole(tick))},
        {...axis, size: 62, grid: log ? {...axis.grid, filter: decades} : axis.grid, values: (_, ticks) => ticks.map((tick) => tick == null ? "" : this.tick(tick))},
      ],
      cursor: {
        // Others follow the pointer alone: what is looked at is told to all charts by whoever holds them.
        sync: {key: SYNC.key, setSeries: false, filters: {pub: (type) => type.startsWith("mousemove") || type === "mouseleave"}},
        points: {show: (u, i) => this.lines.some((one) => one.at === i) ? undefined : false},
        dataIdx: (u, i, index) => i === 0 ? index : nearest(u.data[i], index),
        drag: {x: true, y: false, setScale: false},
        bind: {dblclick: () => () => this.look(null)},
      },
      hooks: {
        setCursor: [(u) => {
          this.looked = u.cursor.idx == null ? null : u.data[0][u.cursor.idx];
          this.tell(u.cursor.idx);
        }],
        setSelect: [(u) => this.select(u)],
      },
    };
  }

  /** Looks at what was dragged over, at least two steps. */
  select(u) {
    const {left, width} = u.select;
    if (width > 0) {
      u.setSelect({left: 0, top: 0, width: 0, height: 0}, false);
      const min = Math.max(0, Math.floor(u.posToVal(left, "x")));
      this.look({min, max: Math.max(min + 1, Math.ceil(u.posToVal(left + width, "x")))});
    }
  }

  tick(value) {
    const size = Math.abs(value);
    if (size !== 0 && (size < 1e-3 || size >= 1e5)) {
      return Number(value.toPrecision(3)).toExponential();
    }
    return String(Number(value.toPrecision(4)));
  }

  /** The values at a place, or the last ones that are seen, below the chart. */
  tell(index) {
    const steps = this.plot?.data[0] ?? [];
    this.legend.replaceChildren(...this.lines.map((one) => {
      const column = this.plot.data[one.at];
      const at = nearest(column, index ?? this.last);
      const value = column[at];
      const text = value == null
        ? "–"
        : `${plain(value)}${this.kind.unit ?? ""} at ${whole(steps[at])}`;
      return element("li", {class: `c${one.color}`}, element("span", {class: "swatch"}),
        element("span", {class: "who"}, one.name), text);
    }));
  }

  describe() {
    const values = [...this.legend.children].map((item) => item.textContent).join("; ");
    this.area.setAttribute("aria-label", `${this.kind.title}: ${values}. Arrow keys move along the curve.`);
  }

  /** Arrows, Home and End move the cursor over the steps that are seen. */
  move(event) {
    const u = this.plot;
    if (!u || u.data[0].length === 0 || this.lines.length === 0) {
      return;
    }
    const first = u.valToIdx(u.scales.x.min);
    const last = u.valToIdx(u.scales.x.max);
    const from = this.looked == null ? last : u.valToIdx(this.looked);
    const far = Math.max(1, Math.round((last - first) / 100));
    const to = {ArrowLeft: from - far, ArrowRight: from + far, Home: first, End: last}[event.key];
    if (to === undefined) {
      return;
    }
    event.preventDefault();
    const index = Math.min(last, Math.max(first, to));
    const column = u.data[this.lines[0].at];
    u.setCursor({
      left: u.valToPos(u.data[0][index], "x"),
      top: u.valToPos(column[nearest(column, index)] ?? 0, "y"),
    });
    this.legend.setAttribute("aria-live", "polite");
  }
}
