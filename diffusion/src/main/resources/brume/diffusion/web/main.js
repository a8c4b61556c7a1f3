// The page: asks how the runs are doing, and shows what has changed.
import {ask} from "/page/ask.js";
import {Charts} from "/page/charts.js";
import {byId, say, show, whole} from "/page/dom.js";
import {Drawing} from "/page/drawing.js";
import {Pictures} from "/page/pictures.js";
import {Recipe} from "/page/recipe.js";
import {Runs} from "/page/runs.js";

const BETWEEN = 1500; // milliseconds
const AT_ONCE = 4; // curves that are asked for

const charts = new Charts();
const pictures = new Pictures();
const recipe = new Recipe();
const drawing = new Drawing();
const runs = new Runs(() => refresh());

let list = [];
const curves = new Map(); // by name: {size, curve, run}
let timer = 0;

/** A run's log and report, asked for again once the log has grown. */
async function curveOf(entry) {
  const known = curves.get(entry.name);
  if (known && known.size === entry.size && known.samples === entry.samples && known.state === entry.state) {
    return;
  }
  const [curve, run] = await Promise.all([ask("runs", entry.name, "curve"), ask("runs", entry.name)]);
  curves.set(entry.name, {size: entry.size, samples: entry.samples, state: entry.state, curve, run});
}

function drawCharts() {
  charts.draw(list.filter((entry) => runs.shown.has(entry.name) && curves.has(entry.name))
    .map((entry) => ({name: entry.name, color: runs.color(entry.name), ...curves.get(entry.name)})));
}

async function drawRun() {
  const entry = list.find((each) => each.name === runs.chosen);
  show(byId("run"), Boolean(entry));
  if (!entry) {
    return;
  }
  byId("run-name").textContent = entry.name;
  const broken = entry.state === "unreadable";
  say(byId("run-problem"), broken ? entry.sentence : "");
  byId("run-line").textContent = "";
  for (const section of document.querySelectorAll("#run section")) {
    section.hidden = broken || section.hidden;
  }
  show(byId("recipe"), !broken);
  const run = curves.get(entry.name)?.run;
  if (broken || !run) {
    return;
  }
  byId("run-line").textContent = lineOf(entry, run);
  recipe.draw(run);
  drawing.draw(entry.name, run);
  await pictures.draw(entry.name, run);
}

function lineOf(entry, run) {
  const best = run.best == null ? "no checkpoint yet" : `best checkpoint of step ${whole(run.best)}`;
  return `${entry.state} after ${whole(entry.step)} of ${whole(entry.of)} steps of ${run.samplesPerStep}`
    + ` ${run.things}; ${run.data}; ${best}`;
}

async function refresh() {
  clearTimeout(timer);
  try {
    list = await ask("runs");
    runs.draw(list);
    const wanted = list.filter((entry) => entry.state !== "unreadable"
      && (runs.shown.has(entry.name) || entry.name === runs.chosen));
    for (let from = 0; from < wanted.length; from += AT_ONCE) {
      await Promise.all(wanted.slice(from, from + AT_ONCE).map(curveOf));
      drawCharts();
    }
    drawCharts();
    await drawRun();
    await recipe.compare(list.map((entry) => entry.name).filter((name) => runs.shown.has(name)));
    const training = list.filter((entry) => entry.state === "training").length;
    byId("state").textContent = `${list.length} ${list.length === 1 ? "run" : "runs"}, ${training} training`;
  } catch (gone) {
    byId("state").textContent = gone instanceof TypeError
      ? "brume watch does not answer; has it ended?"
      : gone.message;
  }
  clearTimeout(timer);
  timer = setTimeout(() => document.hidden ? null : refresh(), BETWEEN);
}

document.addEventListener("visibilitychange", () => document.hidden || refresh());
refresh();
