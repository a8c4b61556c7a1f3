// Finer curves of the steps that are looked at, where a log has more lines than the chart of all has points.
import {ask} from "/page/ask.js";

export class Finer {
  /** @param arrived is called when there is more to see */
  constructor(arrived) {
    this.arrived = arrived;
    this.known = new Map(); // by run: {range, size, curve}
  }

  /** The curve of a run, finer in a range of steps as soon as those have come. */
  of(one, range) {
    if (!range || one.curve.linesOfBucket === 1) {
      return one.curve;
    }
    let known = this.known.get(one.name);
    if (known?.range !== range || known.size !== one.size) {
      known = {range, size: one.size, curve: known?.range === range ? known.curve : null};
      this.known.set(one.name, known);
      this.fetch(one.name, known);
    }
    return known.curve ? merged(one.curve, known.curve) : one.curve;
  }

  async fetch(name, wanted) {
    try {
      const curve = await ask("runs", name, "curve", wanted.range.min, wanted.range.max);
      if (this.known.get(name) === wanted) {
        wanted.curve = curve;
        this.arrived();
      }
    } catch {
      this.known.delete(name); // what all steps show stays, and the next look asks again
    }
  }
}

/** A curve with some of its steps in finer buckets; a bucket of one line has no range of its own. */
function merged(coarse, fine) {
  if (fine.steps.length === 0) {
    return coarse;
  }
  const before = coarse.steps.filter((step) => step < fine.steps[0]).length;
  const behind = coarse.steps.filter((step) => step <= fine.steps[fine.steps.length - 1]).length;
  const joined = (outer, inner) => [...outer.slice(0, before), ...inner, ...outer.slice(behind)];
  const both = {...coarse, steps: joined(coarse.steps, fine.steps)};
  const none = fine.steps.map(() => null);
  for (const [value, columns] of Object.entries(coarse).filter(([, each]) => each.mean)) {
    both[value] = Object.fromEntries(Object.entries(columns).map(([edge, column]) =>
      [edge, joined(column, fine[value]?.[edge] ?? fine[value]?.mean ?? none)]));
  }
  return both;
}
