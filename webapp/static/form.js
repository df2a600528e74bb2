// Turns the one-page form into steps, one group of questions a screen; without it the page works as it is.
// Where the person is lies in history.state alone; nothing is stored, and no address holds an answer.
(() => {
  "use strict";
  const form = document.querySelector("main form");
  if (!form || !form.querySelector("section.card")) return;
  const main = document.getElementById("main"), say = STEPS, rtl = document.documentElement.dir === "rtl";
  const header = document.querySelector("header");
  const base = form.getAttribute("action").split("/submit")[0];
  const SECONDS = 30, CARDS = 4, FEW = 8;

  // ---- small tools ----
  const make = (tag, given, ...inside) => {
    const element = document.createElement(tag);
    Object.keys(given || {}).forEach((name) => {
      if (given[name] === true) element.setAttribute(name, "");
      else if (given[name] || given[name] === "") element.setAttribute(name, given[name]);
    });
    element.append(...inside.filter((part) => part));
    return element;
  };
  // Whoever left by quick exit is not called back by an answer that comes later.
  const left = () => document.documentElement.hidden;
  const all = (selector, root) => [...(root || form).querySelectorAll(selector)];
  const picture = (file, name) => {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    svg.setAttribute("aria-hidden", "true");
    use.setAttribute("href", `${file}#${name}`);
    svg.append(use);
    return svg;
  };
  const notice = (kind, ...inside) => make("div", {class: `notice ${kind}`, tabindex: "-1"},
    picture(say.icons, kind), make("div", null, ...inside));
  const button = (words, kind, act) => {
    const made = make("button", {type: "button", class: kind}, words);
    made.addEventListener("click", act);
    return made;
  };

  // ---- what was answered ----
  const named = (name) => all(`[name="${name}"]`);
  const given = (name) => named(name).filter((one) => !one.disabled && (/radio|checkbox/.test(one.type) ? one.checked : one.value.trim()));
  const value = (name) => { const [first] = given(name); return first ? first.value : ""; };
  const field = (name) => { const [first] = named(name); return first && first.closest(".field"); };
  const nameOf = (box) => box.querySelector("[name]").name;
  const select = (name) => document.getElementById(name);
  const optional = (box) => !!box.querySelector(".optional");

  // ---- the steps ----
  const steps = all("section.card").map((section) => {
    const names = all(".field", section).map(nameOf);
    return {key: names[0], section, names};
  });
  const step = (key) => steps.find((one) => one.key === key);
  const head = (title) => [make("progress", {"aria-hidden": "true"}), make("h2", null, title, " ", make("bdi"))];
  const card = (key, title, ...inside) => ({key, names: [], section: make("section", {class: "card"}, ...head(title), ...inside)});
  const sent = (name) => { const [first] = named(name); return first && !first.disabled; };
  const shown = (name) => sent(name) && !field(name).hidden;
  const live = (one) => !one.names.length || one.names.some(shown);
  const running = () => steps.filter(live);

  let topics = null, confirmed = false, checking = false, busy = false, now = steps[0];

  // ---- cards instead of short lists ----
  const pick = (list, name, labelledby) => {
    const group = make("div", {class: "pick one cards", role: "radiogroup", "aria-labelledby": labelledby});
    list.forEach((item, place) => {
      const radio = make("input", {type: "radio", form: "", name, value: item.code, id: place ? null : name});
      radio.checked = item.on;
      group.append(make("label", null, radio, item.icon && picture(say.topics, item.icon),
        make("span", null, item.line ? make("b", null, item.label) : item.label, item.line && make("small", null, item.line))));
    });
    return group;
  };
  const items = (list) => list.map((option) => ({code: option.value, label: option.text, on: option.selected}));
  // The list stays in the page as what is sent; cards choose in it.
  const mirror = (name, choose) => {
    const list = select(name), label = form.querySelector(`label[for=${name}]`);
    if (!list) return;
    const old = document.getElementById(`${name}-cards`);
    if (old) old.remove();
    label.id = `${name}-label`;
    const [cards, rest] = choose(list);
    const group = pick(cards, `${name}_card`, label.id);
    group.id = `${name}-cards`;
    if (list.hasAttribute("aria-describedby")) group.setAttribute("aria-describedby", list.getAttribute("aria-describedby"));
    list.hidden = !(rest && rest());
    list.before(group);
    group.addEventListener("change", (event) => {
      const other = event.target.value === "other";
      list.hidden = !other;
      if (other) { list.value = ""; list.focus(); } else list.value = event.target.value;
      list.dispatchEvent(new Event("change", {bubbles: true}));
    });
  };
  const plain = (list) => [items([...list.options].filter((option) => option.value))];
  const years = (list) => {
    const options = [...list.options].filter((option) => option.value);
    const near = options.slice(1, CARDS + 1), far = () => list.value && ![options[0], ...near].some((one) => one.value === list.value);
    return [[...items(near), {code: "other", label: say.otherYear, on: far()}, ...items([options[0]])], far];
  };

  // ---- tehsils of the chosen district ----
  const groups = {};
  ["gathering_tehsil", "tehsil"].forEach((name) => { if (select(name)) groups[name] = all("optgroup", select(name)); });
  const narrow = (name, district) => {
    const list = select(name), chosen = list && list.value, home = value(district);
    if (!list) return false;
    all("optgroup", list).forEach((group) => group.remove());
    const inside = groups[name].filter((group) => home && group.children[0].value.startsWith(`${home}.`));
    list.append(...inside);
    list.value = [...list.options].some((option) => option.value === chosen) ? chosen : "";
    if (name === "tehsil") {
      if (home && !inside.length) list.value = "whole_district";
      mirror(name, plain);
    }
    return inside.length > 0;
  };

  // ---- what is asked now ----
  const told = (code) => topics && topics.reduce((found, category) => found || category.topics.find((one) => one.code === code), null);
  const referral = (code) => {
    const known = told(code), option = code && [...select("subcategory").options].find((one) => one.value === code);
    return known ? known.sensitivity === "referral_only" : !!option && option.text.endsWith("*");
  };
  const personAsked = (code) => { const known = told(code); return known ? known.person_asked : say.asked.includes(code); };
  const matters = (name) => {
    const gathering = /^gathering_|_heard$|^(safety_ack|place_type|participants|consensus)$/.test(name);
    if (name === "person_asked") return personAsked(value("subcategory"));
    if (!gathering && referral(value("subcategory")) && !say.referral.includes(name)) return false;
    if (name === "raised_to" || name === "prior_result") return value("raised_before") === "yes";
    if (say.texts.includes(name)) return value("confidentiality") !== "numbers_only";
    return true;
  };
  const folds = [];
  const apply = () => {
    steps.forEach((one) => one.names.forEach((name) => {
      const asked = matters(name);
      named(name).forEach((control) => { control.disabled = !asked; });
      field(name).hidden = !asked || (name === "tehsil" && !hasTehsils) || (name === "gathering_tehsil" && !hasMeetingTehsils);
    }));
    folds.forEach((fold) => { fold.hidden = all(".field", fold).every((box) => box.hidden); });
    notices();
  };
  let hasTehsils = false, hasMeetingTehsils = false;
  const places = (name) => {
    if (name !== "gathering_district") hasTehsils = narrow("tehsil", "district");
    if (name !== "district") hasMeetingTehsils = narrow("gathering_tehsil", "gathering_district");
  };

  // ---- what is said beside an answer ----
  const calls = () => make("p", {class: "calls"}, ...["15", "1122"].map((number) => make("a", {class: "button quiet", href: `tel:${number}`}, make("bdi", null, number))));
  const lifeBox = make("input", {type: "checkbox", form: "", id: "life_checked"});
  const life = notice("urgent", make("p", null, say.life), calls());
  const lifeField = make("div", {class: "field"}, make("div", {class: "pick one"}, make("label", null, lifeBox, say.read)));
  const mines = notice("urgent", make("p", null, say.mines));
  const threatened = notice("note", make("p", null, say.threatened));
  const numbers = make("div", {class: "numbers"});
  const sensitive = notice("stop", make("p", null, say.sensitive), calls(), numbers);
  let numbersOf = null;
  const danger = () => shown("urgency") && value("urgency") === "life_danger";
  const notices = () => {
    const code = value("subcategory");
    life.hidden = lifeField.hidden = !danger();
    if (lifeField.hidden) lifeBox.checked = false;
    mines.hidden = code !== "landmines_uxo";
    sensitive.hidden = !referral(code);
    threatened.hidden = !(shown("prior_result") && value("prior_result") === "threatened");
    if (!sensitive.hidden && numbersOf !== value("district")) fetchNumbers(value("district"));
  };
  const within = (seconds) => {
    const stop = new AbortController();
    setTimeout(() => stop.abort(), seconds * 1000);
    return stop.signal;
  };
  const fetchNumbers = async (district) => {
    numbersOf = district;
    try {
      const answer = await fetch(`${base}/help-numbers?district=${encodeURIComponent(district)}`, {signal: within(SECONDS)});
      const page = answer.ok && new DOMParser().parseFromString(await answer.text(), "text/html");
      const found = page && (page.getElementById("numbers") || (!page.querySelector("main") && page.body));
      if (!found || numbersOf !== district) return;
      numbers.textContent = "";
      numbers.append(...found.childNodes);
      if (numbers.querySelector("[href='tel:1122']")) all(".calls", sensitive).forEach((twice) => twice.remove());
    } catch (away) {
      numbersOf = null;
    }
  };

  // ---- mistakes, at their fields ----
  const clear = (box) => {
    if (!box) return;
    all(".error, .doubt", box).forEach((line) => line.remove());
    box.classList.remove("bad");
    all("[aria-describedby]", box).concat(box).forEach((one) => {
      one.removeAttribute("aria-invalid");
      const ids = (one.getAttribute("aria-describedby") || "").split(" ").filter((word) => !/-(error|doubt)$/.test(word));
      if (ids.join(" ")) one.setAttribute("aria-describedby", ids.join(" ")); else one.removeAttribute("aria-describedby");
    });
  };
  const fail = (box, name, messages, kind) => {
    clear(box);
    const before = [...box.children].find((child) => child.matches(".pick, .problem, select, input, textarea")) || box.firstElementChild;
    const id = `${name}-${kind}`;
    messages.forEach((message, place) => before.before(make("p", {class: kind, id: place ? null : id}, message)));
    if (kind === "error") box.classList.add("bad");
    const told = box.matches("fieldset") ? [box] : all("select, textarea, input:not([type=radio]), [role=radiogroup]", box);
    told.forEach((one) => {
      if (kind === "error" && !one.matches("fieldset")) one.setAttribute("aria-invalid", "true");
      const ids = (one.getAttribute("aria-describedby") || "").split(" ").filter((word) => word && word !== id);
      one.setAttribute("aria-describedby", [...ids, id].join(" "));
    });
    const fold = box.closest("details");
    if (fold) fold.open = true;
  };
  const focusIn = (box) => {
    const target = all("input, select, textarea", box).find((one) => !one.hidden && !one.disabled && one.type !== "hidden");
    box.scrollIntoView();
    if (target) target.focus({preventScroll: true});
  };
  const missing = (one) => {
    const found = one.names.filter((name) => shown(name) && !optional(field(name)) && !given(name).length).map((name) => [field(name), name]);
    if (one.key === "category" && !chosenCategory()) found.push([cardField, "category"]);
    if (one.key === "urgency" && danger() && !lifeBox.checked) found.push([lifeField, "life_checked"]);
    return found;
  };
  const wrong = (box) => box.matches(".bad") || box.querySelector(".error");
  const open = (one) => missing(one).length || one.names.some((name) => shown(name) && wrong(field(name)));
  const halt = (one) => {
    document.dispatchEvent(new Event("watch"));
    const found = missing(one);
    found.forEach(([box, name]) => fail(box, name, [say.required], "error"));
    const box = found.length ? found[0][0] : all(".field", one.section).find((one) => !one.hidden && wrong(one));
    if (box) focusIn(box);
    return !!box;
  };

  // ---- category cards, then the exact problem ----
  const offered = all("optgroup", select("subcategory"));
  const cardField = make("div", {class: "field"});
  const cards = card("category", say.category, make("p", {class: "hint"}, say.choose), cardField);
  const what = step("subcategory"), problem = make("div", {class: "problem"});
  const chosenCategory = () => { const on = cards.section.querySelector("input:checked"); return on ? Number(on.value) + 1 : 0; };
  const drawCategories = () => {
    const at = chosenCategory() - 1, chosen = select("subcategory").selectedOptions[0];
    const list = offered.map((group, place) => {
      const about = topics && topics.find((one) => one.label === group.label);
      const on = at < 0 ? chosen && chosen.parentNode === group : at === place;
      return {code: String(place), label: group.label, line: about && about.line, icon: about && about.icon, on};
    });
    cardField.textContent = "";
    cardField.append(pick(list, "category", "category-title"));
  };
  const another = () => {
    const group = offered[chosenCategory() - 1], list = select("subcategory");
    if (!list.value || list.selectedOptions[0].parentNode === group) return;
    list.value = "";
    apply();
    show(now, true);
  };
  const drawTopics = () => {
    const group = offered[chosenCategory() - 1], list = select("subcategory");
    problem.textContent = "";
    list.hidden = true;
    if (!group) return;
    const inside = all("option", group).map((option) => {
      const about = told(option.value);
      return {code: option.value, label: about ? about.label : option.text.replace(/ \*$/, ""), line: about && about.line, on: option.selected};
    });
    const drawn = pick(inside, "topic", "topic-title");
    drawn.addEventListener("change", (event) => {
      list.value = event.target.value;
      list.dispatchEvent(new Event("change", {bubbles: true}));
    });
    problem.append(drawn);
  };
  const buildWhat = () => {
    steps.splice(steps.indexOf(what), 0, cards);
    what.section.before(cards.section);
    cards.section.querySelector("h2").firstChild.replaceWith(make("span", {id: "category-title"}, say.category));
    what.section.querySelector("h2").firstChild.replaceWith(make("span", {id: "topic-title"}, say.topic));
    all(".notice", what.section).forEach((old) => old.remove());
    const box = field("subcategory"), label = box.querySelector("label"), hint = box.querySelector(".hint");
    label.remove();
    if (hint) hint.remove();
    box.insertBefore(problem, select("subcategory"));
    field("person_asked").before(sensitive, mines);
  };

  // ---- all answers on one page ----
  const list = make("div", {class: "answers"}), end = card("check", say.check, list);
  const title = (box) => {
    const text = (box.querySelector("legend, label") || box).cloneNode(true);
    all(".optional, input", text).forEach((extra) => extra.remove());
    return text.textContent.trim();
  };
  const written = (name) => {
    const chosen = given(name), [first] = chosen;
    if (!first) return [];
    if (first.tagName === "SELECT") return [first.selectedOptions[0].text.replace(/ \*$/, "")];
    if (first.type === "date") {
      const [year, month, day] = first.value.split("-");
      return [`${Number(day)} ${say.months[month - 1]} ${year}`];
    }
    if (/radio|checkbox/.test(first.type)) {
      return first.closest("fieldset") ? [chosen.map((one) => one.parentNode.textContent.trim()).join(rtl ? "، " : ", ")] : [say.yes];
    }
    return [first.value.trim()];
  };
  const row = (one, question, words, name) => {
    const change = make("a", {href: `#${name}`}, say.change, make("span", {class: "hidden"}, ` ${question}`));
    change.addEventListener("click", (event) => { event.preventDefault(); go(one.key); if (field(name)) focusIn(field(name)); });
    return make("div", null, make("dt", null, question),
      ...(words.length ? words.map((text) => make("dd", null, make("bdi", null, text))) : [make("dd", {class: "soft"}, say.none)]),
      make("dd", {class: "change"}, change));
  };
  const drawAnswers = () => {
    list.textContent = "";
    const rows = make("dl");
    running().forEach((one) => {
      if (one === cards) {
        const group = offered[chosenCategory() - 1];
        rows.append(row(one, say.category, group ? [group.label] : [], "category"));
      }
      one.names.filter(sent).forEach((name) => rows.append(row(one, name === "subcategory" ? say.topic : title(field(name)), written(name), name)));
    });
    list.append(rows);
  };

  // ---- going from step to step ----
  const submit = form.querySelector("button[type=submit]:not([name])"), check = form.querySelector("button[name=step]");
  const next = button(say.next, "button next", () => onward());
  const back = button(say.back, "button quiet back", () => backward());
  const status = make("p", {class: "hidden", role: "status"});
  const bar = make("div", {class: "onward"}, next, back);
  const start = main.querySelector("form").previousElementSibling;
  const state = () => history.state || {};
  const show = (one, quiet) => {
    if (one === what && (now !== what || !problem.firstChild)) drawTopics();
    now = one;
    if (one === end) { checking = true; drawAnswers(); }
    const path = running(), at = path.indexOf(one);
    steps.forEach((each) => { each.section.hidden = each !== one; each.section.removeAttribute("aria-current"); });
    one.section.setAttribute("aria-current", "step");
    const bdi = one.section.querySelector("h2 bdi"), meter = one.section.querySelector("progress");
    bdi.textContent = `${at + 1} / ${path.length}`;
    bdi.setAttribute("aria-hidden", "true");
    const spoken = one.section.querySelector("h2 > .hidden") || bdi.parentNode.appendChild(make("span", {class: "hidden"}));
    spoken.textContent = say.step.replace("%(number)s", at + 1).replace("%(total)s", path.length);
    meter.max = path.length;
    meter.value = at + 1;
    back.hidden = !at;
    next.hidden = one === end;
    submit.hidden = one !== end || !!failure.parentNode;
    skip.hidden = one.key !== "narrative";
    if (start && start.matches(".notice:not(#problems)")) start.hidden = at > 0;
    const summary = document.getElementById("problems");
    if (summary && !all(".bad, .doubt").length) summary.remove();
    document.documentElement.style.scrollPaddingBlockStart = `${header.offsetHeight + 16}px`;
    if (!quiet) {
      const heading = one.section.querySelector("h2");
      heading.tabIndex = -1;
      one.section.scrollIntoView();
      heading.focus({preventScroll: true});
    }
  };
  const mark = (more) => history.replaceState({...state(), id: id.value, at: now.key, ...more}, "");
  const go = (key) => {
    if (key === now.key) return;
    mark();
    history.pushState({id: id.value, at: key, depth: (state().depth || 0) + 1}, "");
    show(step(key));
  };
  const onward = () => {
    if (halt(now)) return;
    const path = running(), rest = path.slice(path.indexOf(now) + 1);
    go(((checking && (rest.find(open) || path.find(open))) || (checking ? end : rest[0])).key);
  };
  const backward = () => {
    const path = running(), at = path.indexOf(now);
    if (state().depth) history.back();
    else if (at > 0) { show(path[at - 1]); mark(); }
  };
  addEventListener("popstate", () => {
    if (leaving) return;
    const wanted = step(state().at);
    if (!wanted) return mark({depth: (state().depth || 0) + 1});
    const place = steps.indexOf(wanted), before = running().filter((one) => steps.indexOf(one) <= place);
    show(before[before.length - 1]);
  });
  const skip = button(say.noStory, "button quiet small", () => {
    const only = form.querySelector("[name=confidentiality][value=numbers_only]");
    only.checked = true;
    only.dispatchEvent(new Event("change", {bubbles: true}));
    clear(field("narrative"));
    go(running().find((one) => steps.indexOf(one) > steps.indexOf(step("narrative"))).key);
  });

  // A touched card goes on by itself when it answers the last question that the step asks.
  let touched = false;
  addEventListener("pointerdown", (event) => { touched = !!(event.target.closest && event.target.closest(".pick")); }, true);
  addEventListener("keydown", () => { touched = false; }, true);
  form.addEventListener("click", (event) => {
    if (!touched || !event.target.matches("[type=radio]")) return;
    setTimeout(() => {
      const unfolded = all("details[open], .notice:not([hidden]), textarea", now.section).some((one) => one.offsetParent);
      if (now !== end && !unfolded && !open(now) && event.target.value !== "other") onward();
    });
  });
  form.addEventListener("change", (event) => {
    const name = event.target.name;
    if (name === "district" || name === "gathering_district") places(name);
    clear(event.target.closest(".field"));
    const was = [sensitive, mines, life, threatened].filter((one) => !one.hidden);
    apply();
    if (name === "category") return another();
    const fresh = [sensitive, life, mines, threatened].find((one) => !one.hidden && !was.includes(one));
    show(now, true);
    if (!fresh) return;
    fresh.scrollIntoView({block: "nearest"});
    if (touched) fresh.focus({preventScroll: true}); else status.textContent = fresh.textContent;
  });
  form.addEventListener("input", (event) => { if (event.target.matches("textarea, input:not([type])")) clear(event.target.closest(".field")); });
  main.addEventListener("click", (event) => {
    const link = event.target.closest("#problems a[href^='#']"), name = link && link.hash.slice(1);
    const one = name && (name === "checked" ? end : steps.find((each) => each.names.includes(name)));
    if (!one) return;
    event.preventDefault();
    go(one.key);
    focusIn(name === "checked" ? box() : field(name));
  });

  // ---- sending ----
  const id = make("input", {type: "hidden", name: "client_id"});
  const uuid = () => {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    return [...bytes].map((byte, place) => ([4, 6, 8, 10].includes(place) ? "-" : "") + (byte + 256).toString(16).slice(1)).join("");
  };
  const failure = notice("wait");
  failure.setAttribute("role", "alert");
  const box = () => {
    let made = document.getElementById("checked");
    if (!made) {
      made = make("input", {type: "checkbox", id: "checked", name: "checked", value: "yes"});
      make("div", {class: "field"}, make("div", {class: "pick one"}, make("label", null, made, say.checked)));
    }
    const own = made.closest(".field");
    if (own.parentNode !== end.section) end.section.append(own);
    return own;
  };
  const hasBox = () => { const made = document.getElementById("checked"); return made && end.section.contains(made) ? made : null; };
  const summary = (kind, heading, lines, text) => {
    const old = document.getElementById("problems");
    if (old) old.remove();
    const made = notice(kind, make("h2", null, heading), text && make("p", null, text),
      make("ul", null, ...lines.map(([name, message]) => make("li", null, field(name) && make("a", {href: `#${name}`}, name === "subcategory" ? say.topic : title(field(name))), message))));
    made.id = "problems";
    made.setAttribute("role", "alert");
    form.before(made);
    made.scrollIntoView();
    made.focus({preventScroll: true});
  };
  const lines = (found) => Object.keys(found).reduce((so, name) => so.concat(found[name].map((message) => [name, message])), []);
  const showErrors = (errors) => {
    Object.keys(errors).forEach((name) => { if (field(name)) fail(field(name), name, errors[name], "error"); });
    const first = steps.find((one) => one.names.some((name) => errors[name]));
    if (first) go(first.key);
    const order = steps.reduce((names, one) => names.concat(one.names), []);
    summary("urgent", say.refused, lines(errors).sort((a, b) => order.indexOf(a[0]) - order.indexOf(b[0])));
  };
  const showDoubts = (warnings) => {
    Object.keys(warnings).forEach((name) => { if (field(name)) fail(field(name), name, warnings[name], "doubt"); });
    go("check");
    box();
    summary("wait", say.doubtful, lines(warnings), say.tick);
  };
  const fallen = (message) => {
    failure.lastChild.textContent = "";
    failure.lastChild.append(make("p", null, message || say.failed), button(say.again, "button", () => send()));
    bar.prepend(failure);
    submit.hidden = true;
    status.textContent = "";
    failure.querySelector("button").focus();
  };
  const done = (answer) => {
    const reference = answer.reference, address = `${base}/receipt/${encodeURIComponent(reference)}`;
    const here = form.getAttribute("action"), deep = state().depth || 0;
    leaving = {reference, gathering: answer.gathering};
    thank(leaving);
    const on = () => { removeEventListener("popstate", on); clearTimeout(wait); if (left()) return; history.replaceState({sent: leaving}, "", here); location.assign(address); };
    let wait = 0;
    if (!deep) return on();
    wait = setTimeout(on, 700);
    addEventListener("popstate", on);
    history.go(-deep);
  };
  let leaving = null;
  const thank = ({reference, gathering}) => {
    form.remove();  // what was told is not shown again
    all(".notice", main).forEach((one) => one.remove());
    const made = notice("good", make("h2", null, say.sent),
      make("p", null, `${say.number} `, make("bdi", {class: "code", dir: "ltr"}, `${reference.slice(0, 5)}-${reference.slice(5)}`)),
      make("a", {class: "button", href: `${base}/receipt/${encodeURIComponent(reference)}`}, say.receipt),
      make("a", {class: "button quiet", href: `${base}/submit/${encodeURIComponent(gathering)}`}, say.another),
      make("a", {class: "button quiet", href: `${base}/submit`}, say.new));
    main.append(made);
    made.focus();
  };
  const send = async (agreed) => {
    if (busy) return;
    const gap = running().find((one) => one !== end && open(one));
    if (gap) { go(gap.key); halt(gap); return; }
    const ticked = hasBox();
    if (ticked && !ticked.checked) { fail(box(), "checked", [say.required], "error"); focusIn(box()); return; }
    busy = true;
    failure.remove();
    submit.hidden = false;
    submit.disabled = back.disabled = true;
    submit.textContent = status.textContent = say.sending;
    const body = new URLSearchParams(new FormData(form));
    if (agreed) body.set("checked", "yes");
    let answer = null, told = null;
    try {
      answer = await fetch(form.getAttribute("action"), {method: "POST", body, headers: {Accept: "application/json"}, signal: within(SECONDS)});
      told = await answer.json();
    } catch (away) {
      // No answer, or none of ours: a page of the telephone company is no receipt.
    }
    if (left()) return;
    busy = false;
    submit.disabled = back.disabled = false;
    submit.textContent = words;
    status.textContent = "";
    read(answer ? answer.status : 0, told || {});
  };
  const read = (code, told) => {
    if ((code === 200 || code === 201) && told.reference) return done(told);
    if (code === 401) { typed = false; return HTMLFormElement.prototype.submit.call(form); }
    if (code === 409 && told.errors) {  // sent before with other words: this one goes under a number of its own
      id.value = uuid();
      mark();
    }
    if ((code === 422 || code === 409) && told.errors) {
      if (Object.keys(told.errors).length) return showErrors(told.errors);
      // The danger to life was confirmed where it was told; all else is looked at once more.
      if (lifeBox.checked) delete told.warnings.urgency;
      if (!Object.keys(told.warnings).length) return send(true);
      return showDoubts(told.warnings);
    }
    return fallen(code && code < 500 && told.message);
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (now === end) send(); else onward();
  });

  // A reload or a link would take every word along: the browser asks first, in its own neutral words. Quick exit asks nothing.
  let typed = false;
  form.addEventListener("input", () => { typed = true; });
  addEventListener("beforeunload", (event) => {
    if (!typed || left() || !form.isConnected) return;
    event.preventDefault();
    event.returnValue = "";
  });

  // ---- begin ----
  const words = submit.textContent;
  const fold = (one) => {
    const boxes = one.names.map(field).filter(optional);
    if (!boxes.length) return;
    const filled = boxes.some((part) => given(nameOf(part)).length || part.matches(".bad"));
    const made = make("details", {class: "more", open: filled}, make("summary", null, say.more), ...boxes);
    one.section.append(made);
    folds.push(made);
  };
  const begin = () => {
    const held = document.activeElement && document.activeElement.closest("section.card");
    if (state().sent) return thank(state().sent);
    id.value = state().id || uuid();
    steps.forEach(fold);
    buildWhat();
    steps.push(end);
    const own = select("district"), choices = [...own.options].filter((option) => option.value);
    if (choices.length === 1) own.value = choices[0].value;
    else if (choices.length <= FEW) mirror("district", plain);
    mirror("households", plain);
    mirror("start_year", years);
    drawCategories();
    field("urgency").after(life, lifeField);
    (field("prior_result") || own).after(threatened);
    (field("narrative") || own).after(skip);
    say.texts.forEach((name) => named(name).forEach((one) => { one.dataset.dangers = name === "area_name" ? "area" : "text"; }));
    if (field("narrative")) form.querySelector("label[for=narrative]").classList.add("hidden");  // the heading asks the same
    const doubted = form.querySelector("#checked");
    check.remove();
    bar.prepend(submit);
    form.append(end.section, bar, status, id);
    if (doubted) end.section.append(doubted.closest(".field"));
    places();
    apply();
    const path = running(), gap = path.findIndex((one) => one !== end && open(one));
    const wished = path.findIndex((one) => (held ? one.section === held : one.key === state().at));
    const bad = form.querySelector(".bad") && path.find(open);
    checking = !!bad || !!doubted;
    show(bad || (doubted ? end : path[gap < 0 ? Math.max(wished, 0) : Math.max(0, held ? wished : Math.min(wished, gap))]), true);
    mark();
  };
  // What a browser puts back into a page it loads again, it puts back after this script was read.
  const [trip] = performance.getEntriesByType("navigation");
  if (trip && trip.type !== "navigate") addEventListener("pageshow", () => setTimeout(begin), {once: true});
  else begin();

  // ---- what comes after the first look: the sheet, then plain lines and pictures of the topics ----
  document.head.append(make("link", {rel: "stylesheet", href: say.sheet}));
  fetch(`${base}/topics`, {signal: within(SECONDS)}).then((answer) => answer.ok && answer.json()).then((found) => {
    if (!found || !found.categories) return;
    topics = found.categories;
    if (!bar.parentNode) return;
    if (!cardField.contains(document.activeElement)) drawCategories();
    if (now === what && !problem.contains(document.activeElement)) drawTopics();
    apply();
  }).catch(() => {});
})();
