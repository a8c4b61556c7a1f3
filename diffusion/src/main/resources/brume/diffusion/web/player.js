// A slider through pictures, which can also move by itself.
import {element} from "/page/dom.js";

const PAUSE = 160; // milliseconds

export class Player {
  /**
   * @param label what the slider moves through
   * @param name of the picture, for those who do not see it
   */
  constructor(label, name) {
    this.items = [];
    this.name = name;
    this.slider = element("input", {type: "range", min: 0, max: 0, step: 1, "aria-label": label});
    this.said = element("output");
    this.button = element("button", {type: "button"}, "play");
    this.picture = element("img", {class: "picture", alt: ""});
    this.node = element("div", {},
      element("div", {class: "player"}, this.slider, this.said, this.button), this.picture);
    this.slider.addEventListener("input", () => this.at(Number(this.slider.value)));
    this.button.addEventListener("click", () => this.timer ? this.stop() : this.play());
  }

  /** Shows pictures: [{address, text}]; the last one, unless somebody has moved away from it. */
  set(items) {
    const atEnd = this.items.length === 0 || this.index >= this.items.length - 1;
    const before = this.items[this.index]?.address;
    this.items = items;
    this.slider.max = Math.max(0, items.length - 1);
    this.button.disabled = items.length < 2;
    this.slider.disabled = items.length < 2;
    const same = items.findIndex((item) => item.address === before);
    this.at(atEnd || same < 0 ? items.length - 1 : same);
  }

  at(index) {
    this.index = index;
    const item = this.items[index];
    this.slider.value = index;
    this.said.textContent = item?.text ?? "";
    this.slider.setAttribute("aria-valuetext", item?.text ?? "");
    if (item && this.picture.getAttribute("src") !== item.address) {
      this.picture.src = item.address;
      this.picture.alt = `${this.name}, ${item.text}`;
    }
  }

  play() {
    this.button.textContent = "stop";
    if (this.index >= this.items.length - 1) {
      this.at(0);
    }
    this.timer = setInterval(() => {
      if (this.index >= this.items.length - 1) {
        this.stop();
      } else if (this.picture.complete) {
        this.at(this.index + 1);
      }
    }, PAUSE);
  }

  stop() {
    clearInterval(this.timer);
    this.timer = 0;
    this.button.textContent = "play";
  }
}
