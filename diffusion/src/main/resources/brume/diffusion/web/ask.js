// What the server is asked, and how it is told who asks.

const HEADER = "X-Brume-Token";

/** The token stands behind the # of the address that the command has printed; it is kept in this tab. */
function tokenOfAddress() {
  const found = /(?:^#|&)token=([0-9a-f-]+)/.exec(location.hash);
  if (found) {
    sessionStorage.setItem("token", found[1]);
    history.replaceState(null, "", location.pathname);
  }
  return sessionStorage.getItem("token") ?? "";
}

const token = tokenOfAddress();

export const mayDraw = token !== "";

const path = (parts) => "/api/" + parts.map(encodeURIComponent).join("/");

/** The address of a picture of a run; its name may have slashes. */
export const pictureOf = (run, name) => path(["runs", run, "pictures", ...name.split("/")]);

export const frameOf = (run, number) => path(["runs", run, "frames", number]);

export const drawnFrame = (number) => path(["drawing", "frames", number]);

export const drawnSamples = () => path(["drawing", "samples.png"]);

async function answerOf(request) {
  const answer = await request;
  const said = await answer.json();
  if (!answer.ok) {
    throw new Error(said.sentence ?? `the server says ${answer.status}`);
  }
  return said;
}

/** Asks for something; the browser asks again only for what has changed. */
export const ask = (...parts) => answerOf(fetch(path(parts), {cache: "no-cache"}));

export const beginDrawing = (wish) => answerOf(fetch(path(["drawing"]), {
  method: "POST",
  headers: {"Content-Type": "application/json", [HEADER]: token},
  body: JSON.stringify(wish),
}));

export const cancelDrawing = () => answerOf(fetch(path(["drawing"]), {
  method: "DELETE",
  headers: {[HEADER]: token},
}));
