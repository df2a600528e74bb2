// Says at a field, while somebody types in it, what the server would say of the text; sends nothing and stops nobody.
(() => {
  "use strict";
  const WATCHED = "#narrative, #remedy_text, #area_name, [data-watched]", PAUSE = 400, LONGEST = 6000;
  const address = document.currentScript.dataset.rules;
  const status = document.createElement("p"), found = new WeakMap(), timers = new WeakMap();
  const isOurs = (line) => Object.values(window.dangers.messages).includes(line.textContent);

  const lines = (field, kind) => [...field.closest(".field").querySelectorAll(`.${kind}`)];

  // Beside what else the server said there, which stays until the form is sent.
  const show = (field, kind, messages) => {
    const old = lines(field, kind).filter(isOurs);
    if (old.map((line) => line.textContent).join("\n") === messages.join("\n")) return;
    old.forEach((line) => line.remove());
    const next = (kind === "error" && lines(field, "doubt")[0]) || field;
    next.before(...messages.map((message) => Object.assign(document.createElement("p"), {className: kind, textContent: message})));
  };
  const describe = (field) => {
    const own = ["error", "doubt"].map((kind) => `${field.id}-${kind}`);
    const ids = (field.getAttribute("aria-describedby") || "").split(" ").filter((id) => id && !own.includes(id));
    ["error", "doubt"].forEach((kind, number) => lines(field, kind).forEach((line, place) => {
      if (place) return line.removeAttribute("id");
      line.id = own[number];
      return ids.push(line.id);
    }));
    const put = (name, value) => { if (value) field.setAttribute(name, value); else field.removeAttribute(name); };
    const refused = lines(field, "error").length > 0;
    put("aria-describedby", ids.join(" "));
    put("aria-invalid", refused && "true");
    if (!refused) field.closest(".field").classList.remove("bad");
  };
  const draw = (field) => {
    const [refused, doubtful] = found.get(field);
    show(field, "error", refused);
    show(field, "doubt", doubtful);
    describe(field);
  };
  const check = (field) => {
    clearTimeout(timers.get(field));
    if (!window.dangers || field.value.length > LONGEST) return;
    const before = (found.get(field) || [[], []]).flat();
    const said = window.dangers(field.value, field.id === "area_name" || field.dataset.watched === "area")
      .map((codes) => [...new Set(codes.map((code) => window.dangers.messages[code]))]);
    found.set(field, said);
    draw(field);
    if (said.flat().join() !== before.join()) status.textContent = said.flat().join(" ");
  };
  const watched = (act) => (event) => { if (event.target.matches(WATCHED)) act(event.target); };
  const later = (field) => {
    clearTimeout(timers.get(field));
    timers.set(field, setTimeout(check, PAUSE, field));
  };
  document.addEventListener("input", watched((field) => {
    if (found.has(field)) draw(field);  // whatever else cleared the field
    later(field);
  }));
  // A little later: a line that comes while a button is touched would move the button away.
  document.addEventListener("focusout", watched(later));
  // Whoever goes on wants to know now.
  document.addEventListener("watch", () => document.querySelectorAll(WATCHED).forEach((field) => { if (field.value) check(field); }));

  // The rules come after the page, and once more when they did not.
  let asked = false;
  const ask = () => {
    if (asked) return;
    asked = true;
    const script = document.createElement("script");
    script.src = address;
    script.onload = () => document.querySelectorAll(WATCHED).forEach((field) => { if (field.value) check(field); });
    script.onerror = () => { asked = false; script.remove(); };
    document.head.append(script);
  };
  document.addEventListener("focusin", watched(ask));
  addEventListener("load", () => {
    status.className = "hidden";
    status.setAttribute("role", "status");
    document.querySelector("main form").append(status);
    setTimeout(ask);
  });
})();
