// Samples that are drawn when somebody wants them, one wish at a time.
import {ask, beginDrawing, cancelDrawing, drawnFrame, drawnSamples, mayDraw} from "/page/ask.js";
import {byId, element, say, show} from "/page/dom.js";
import {states} from "/page/pictures.js";
import {Player} from "/page/player.js";

const BETWEEN = 400; // milliseconds

export class Drawing {
  constructor() {
    this.form = byId("wish");
    this.form.addEventListener("submit", (event) => this.begin(event));
    byId("cancel").addEventListener("click", () => this.cancel());
    this.samples = element("img", {class: "picture", alt: "samples that were drawn"});
    this.save = element("a", {download: "samples.png"}, "save samples.png");
    this.steps = new Player("state on the way from noise", "samples on the way");
    byId("drawn").append(element("div", {class: "two"},
      element("div", {}, this.samples, element("p", {}, this.save)), this.steps.node));
    if (!mayDraw) {
      byId("begin").disabled = true;
      say(byId("drawing-problem"),
        "To draw, open the address that brume watch has printed: it holds a token, this one holds none.");
    }
    this.look();
  }

  /** Offers what a run can be asked for. */
  draw(name, run) {
    show(byId("draw"), run.draws && run.checkpoints.length > 0);
    if (name === this.name) {
      return;
    }
    this.name = name;
    this.form.reset();
    show(byId("wish-class"), run.classes.length > 0);
    show(byId("wish-guidance"), run.classes.length > 0 || run.texts);
    show(byId("wish-prompt"), run.texts);
    this.form.elements.class.replaceChildren(element("option", {value: ""}, "all"),
      ...run.classes.map((label, i) => element("option", {value: String(i)}, label)));
  }

  async begin(event) {
    event.preventDefault();
    say(byId("drawing-problem"), "");
    byId("begin").disabled = true; // until the server has answered
    const of = this.form.elements;
    const number = (field) => field.value === "" ? null : Number(field.value);
    try {
      this.told(await beginDrawing({
        run: this.name,
        count: number(of.count),
        steps: number(of.steps),
        seed: number(of.seed),
        guidance: byId("wish-guidance").hidden ? null : number(of.guidance),
        class: of.class.value,
        prompt: of.prompt.value,
      }));
    } catch (refused) {
      await this.look();
      say(byId("drawing-problem"), refused.message);
    }
  }

  async cancel() {
    try {
      this.told(await cancelDrawing());
    } catch (refused) {
      say(byId("drawing-problem"), refused.message);
    }
  }

  /** Looks at what is being drawn, by this page or another one. */
  async look() {
    clearTimeout(this.timer);
    try {
      this.told(await ask("drawing"));
    } catch {
      byId("drawing-line").textContent = "";
    }
  }

  told(job) {
    const drawing = job.state === "drawing";
    byId("begin").disabled = drawing || !mayDraw;
    byId("cancel").disabled = !drawing || !mayDraw;
    const bar = byId("drawing-progress");
    show(bar, drawing);
    if (job.of > 0) {
      bar.max = job.of;
      bar.value = job.done;
    } else {
      bar.removeAttribute("value");
    }
    byId("drawing-line").textContent = this.line(job);
    if (job.state === "failed") {
      say(byId("drawing-problem"), job.sentence);
    }
    const done = job.state === "done";
    show(byId("drawn"), done);
    if (done && this.number !== job.number) {
      this.number = job.number;
      const address = `${drawnSamples()}?${job.number}`;
      this.samples.src = address;
      this.save.href = address;
      this.steps.stop();
      this.steps.set([]);
      this.steps.set(states(job.frames, (n) => `${drawnFrame(n)}?${job.number}`));
      show(this.steps.node, job.frames > 1);
    }
    if (drawing) {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.look(), BETWEEN);
    }
  }

  line(job) {
    const command = `${job.run} ${job.options.join(" ")}`.trim();
    return {
      idle: "",
      drawing: job.of > 0 ? `drawing from ${command}: step ${job.done} of ${job.of}` : `opening ${command}`,
      done: `drawn from ${command}`,
      failed: "",
      cancelled: `cancelled: ${command}`,
    }[job.state] ?? "";
  }
}
