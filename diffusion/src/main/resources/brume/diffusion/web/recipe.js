// What a run was asked for, what came of it, and what differs between runs.
import {ask} from "/page/ask.js";
import {byId, fillTable, show} from "/page/dom.js";

export class Recipe {
  constructor() {
    byId("all-settings").addEventListener("change", () => this.drawSettings());
  }

  draw(run) {
    this.run = run;
    this.drawSettings();
    show(byId("evaluation"), run.figures.length > 0);
    fillTable(byId("figures"), ["figure", "value"],
      run.figures.map((figure) => [figure.name, {text: short(figure.value), kind: "value"}]));
  }

  drawSettings() {
    const all = byId("all-settings").checked;
    const rows = (this.run?.settings ?? []).filter((setting) => all || setting.differs);
    fillTable(byId("settings"),
      ["setting", "value", "default", {text: "meaning", kind: "about"}],
      rows.map((setting) => [
        setting.key,
        {text: setting.value || "none", kind: setting.differs ? "value differs" : "value"},
        {text: setting.usual || "none", kind: "value"},
        {text: setting.about, kind: "about"},
      ]));
  }

  /** What differs between the runs of some names. */
  async compare(names) {
    show(byId("differences"), names.length > 1);
    const key = JSON.stringify(names);
    if (names.length < 2 || key === this.compared) {
      return;
    }
    this.compared = key;
    const rows = await ask("differences", ...names);
    fillTable(byId("differing"), ["setting", ...names],
      rows.map((row) => [row.key, ...row.values.map((value) => ({text: value ?? "–", kind: "value"}))]));
  }
}

/** A number with the digits that mean something. */
function short(value) {
  const number = Number(value);
  return value !== "" && Number.isFinite(number) && !Number.isInteger(number)
    ? String(Number(number.toPrecision(5)))
    : value;
}
