// Keeps what an official types and has not sent, and puts a template into the text at once; without it buttons do both.
(() => {
  "use strict";
  const PAUSE = 4000;
  const timers = new WeakMap();

  const keep = async (form) => {
    const status = form.querySelector(".status");
    const body = new URLSearchParams(new FormData(form));
    try {
      const answer = await fetch(form.dataset.keep, {method: "POST", body, headers: {Accept: "application/json"}});
      const told = await answer.json();
      status.textContent = answer.ok ? told.said : [told.error, form.dataset.failed].filter(Boolean).join(" ");
    } catch {
      status.textContent = form.dataset.failed;
    }
  };
  const later = (form) => {
    clearTimeout(timers.get(form));
    timers.set(form, setTimeout(() => keep(form), PAUSE));
  };

  document.querySelectorAll("form[data-keep]").forEach((form) => {
    const text = form.querySelector("textarea");
    if (!text) return;
    form.addEventListener("input", (event) => { if (event.target.matches("textarea")) later(form); });
    form.addEventListener("submit", () => clearTimeout(timers.get(form)));
    const choice = form.querySelector("[data-template]");
    if (!choice) return;
    choice.parentElement.querySelector("button").hidden = true;
    choice.addEventListener("change", () => {
      const words = choice.selectedOptions[0].dataset.words;
      if (!words) return;
      text.value = [text.value.trim(), words].filter(Boolean).join("\n\n");
      choice.value = "";
      text.focus();
      later(form);
    });
  });
})();
