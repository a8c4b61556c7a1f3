// The pictures in a run's folder: samples on the way, their denoising, some of the data, samples that were judged.
import {ask, frameOf, pictureOf} from "/page/ask.js";
import {byId, element, show, whole} from "/page/dom.js";
import {Player} from "/page/player.js";

/** Pictures that a judgement leaves in the folder of a run. */
const JUDGED = {
  "eval.png": "Samples that were judged.",
  "eval/eval.png": "Samples that were judged.",
  "eval/eval-seen.png": "Samples of texts such as training shows.",
  "eval/eval-held-back.png": "Samples of texts that training never shows.",
};

export class Pictures {
  constructor() {
    this.samples = new Player("step of training", "samples");
    byId("samples").append(this.samples.node);
    this.denoising = new Player("state on the way from noise", "samples on the way");
    byId("denoising").append(this.denoising.node);
    this.data = element("img", {class: "picture", alt: "some of the data"});
    byId("data").append(this.data);
    this.judged = Object.entries(JUDGED).map(([picture, shows]) => {
      const image = element("img", {class: "picture", alt: shows});
      return {picture, image, place: element("figure", {}, image, element("figcaption", {class: "note"}, shows))};
    });
    byId("evaluation").append(element("div", {class: "two"}, ...this.judged.map((one) => one.place)));
  }

  async draw(name, run) {
    const other = name !== this.name;
    this.name = name;
    if (other) {
      this.samples.stop();
      this.denoising.stop();
      this.samples.set([]);
      this.denoising.set([]);
    }
    show(byId("samples"), run.samples.length > 0);
    this.samples.set(run.samples.map((step) => ({
      address: pictureOf(name, `samples/step-${String(step).padStart(6, "0")}.png`),
      text: `step ${whole(step)}`,
    })));
    const has = (picture) => run.pictures.includes(picture);
    still(byId("data"), this.data, has("data.png") && pictureOf(name, "data.png"));
    for (const {picture, image, place} of this.judged) {
      still(place, image, has(picture) && pictureOf(name, picture));
    }
    show(byId("denoising"), has("denoising.gif"));
    if (has("denoising.gif") && this.denoising.items.length === 0) {
      const {frames} = await ask("runs", name, "frames");
      if (this.name === name) {
        this.denoising.set(states(frames, (n) => frameOf(name, n)));
      }
    }
  }
}

/** A picture that is there or not, in a place that is hidden without it. */
function still(place, image, address) {
  show(place, Boolean(address));
  if (address && image.getAttribute("src") !== address) {
    image.src = address;
  }
}

/** Frames of an animation as a player shows them. */
export const states = (frames, address) => Array.from({length: frames}, (_, n) => ({
  address: address(n),
  text: `state ${n + 1} of ${frames}`,
}));
