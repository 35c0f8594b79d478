// Live progress: what the server tells replaces the parts of the page that have changed. Without it the page reloads itself.
// A page that stays (data-live-stays) is never reloaded: somebody may be filling in its form.
"use strict";

const live = document.querySelector("[data-live]");

function swap(text) {
  const told = new DOMParser().parseFromString(text, "text/html");
  for (const fresh of told.querySelectorAll("body > [id]")) {
    const shown = live.querySelector("#" + CSS.escape(fresh.id));
    // What has not changed stays, so that nobody's reading aloud begins anew.
    if (shown && shown.innerHTML !== fresh.innerHTML) {
      shown.replaceChildren(...fresh.childNodes);
    }
  }
}

if (live) {
  const reload = () => { if (!("liveStays" in live.dataset)) location.reload(); };
  const source = new EventSource(live.dataset.live);
  source.addEventListener("stand", (event) => swap(event.data));
  source.addEventListener("ende", () => {
    source.close();
    reload();
  });
  // A browser tries again where nothing answers, but not where something else does: no database, or nobody signed in any more.
  source.addEventListener("error", () => {
    if (source.readyState === EventSource.CLOSED) setTimeout(reload, 5000);
  });
  // What was pressed here is on its way, and its answer shall not be overtaken by a reload.
  addEventListener("submit", () => source.close());
  addEventListener("pagehide", () => source.close());
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
}
