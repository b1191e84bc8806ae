// The page around the conversation: who plays, where they are, and what the wood is doing.

const STATUS_EVERY = 1000; // milliseconds
const GONE_AFTER = 3; // failed looks at the status

const $ = (id) => document.getElementById(id);
const outline = JSON.parse($("outline").textContent);
const view = $("view");
const seen = new Map(); // "person/place" -> id of the latest message seen there
let latest = {};
let failures = 0;
let shown = null;

// ---- where we are: the fragment is "#person/place"

function whereabouts() {
  const [personKey, placeKey] = location.hash.slice(1).split("/");
  const person = outline.people.find((each) => each.key === personKey) ?? outline.people[0];
  const place = person.places.find((each) => each.key === placeKey) ?? person.places[0];
  return { person, place };
}

function go(personKey, placeKey) {
  location.hash = `${personKey}/${placeKey}`;
}

function element(tag, className, ...children) {
  const made = Object.assign(document.createElement(tag), { className });
  made.append(...children);
  return made;
}

function portrait(key, size) {
  return Object.assign(document.createElement("img"), { src: `portrait/${key}.png`, alt: "", width: size, height: size });
}

function placeButton(person, place, chosen) {
  const sign = place.key === "dm" ? portrait("bot", 24) : element("span", "sign", place.key.startsWith("thread-") ? "🧵" : "#");
  const button = element("button", "place", sign, element("span", "label", place.label));
  button.title = place.label;
  button.type = "button";
  button.dataset.place = place.key;
  button.classList.toggle("unread", !chosen && unread(person, place));
  if (chosen) button.setAttribute("aria-current", "page");
  button.addEventListener("click", () => go(person.key, place.key));
  return element("li", "", button);
}

function personButton(person, place, chosen) {
  const text = element("span", "", element("span", "name", person.name), element("span", "caption", person.caption));
  const button = element("button", "person", portrait(person.key, 32), text);
  button.type = "button";
  button.dataset.person = person.key;
  button.title = `Play as ${person.name}, ${person.caption}`;
  button.setAttribute("aria-pressed", String(chosen));
  button.addEventListener("click", () => go(person.key, place.key));
  return element("li", "", button);
}

function unread(person, place) {
  const newest = latest[place.channel];
  return newest !== undefined && newest !== seen.get(`${person.key}/${place.key}`);
}

function drawSide() {
  const { person, place } = whereabouts();
  const buttons = person.places.map((each) => placeButton(person, each, each === place));
  $("channels").replaceChildren(...buttons.filter((_, index) => person.places[index].key !== "dm"));
  $("direct").replaceChildren(...buttons.filter((_, index) => person.places[index].key === "dm"));
  $("people").replaceChildren(...outline.people.map((each) => personButton(each, place, each === person)));
}

function show() {
  const { person, place } = whereabouts();
  if (shown !== place) {
    shown = place;
    view.src = place.address;
    view.title = `${place.label}, as ${person.name}`;
  }
  markSeen();
  drawSide();
}

function markSeen() {
  const { person, place } = whereabouts();
  if (latest[place.channel] !== undefined) seen.set(`${person.key}/${place.key}`, latest[place.channel]);
}

// ---- what goes on

function drawStatus(status) {
  $("status-headline").textContent = status.headline;
  $("status-detail").textContent = status.detail;
  $("status-thinking").hidden = !status.thinking;
  $("thinking-bar").hidden = !status.thinking;
}

async function look() {
  try {
    const answer = await fetch("status", { cache: "no-store" });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    const status = await answer.json();
    failures = 0;
    drawStatus(status);
    if (status.places !== countPlaces()) await readOutline();
    const first = !Object.keys(latest).length;
    const news = JSON.stringify(status.latest) !== JSON.stringify(latest);
    latest = status.latest;
    if (first) for (const person of outline.people) for (const place of person.places) {
      if (latest[place.channel] !== undefined) seen.set(`${person.key}/${place.key}`, latest[place.channel]);
    }
    if (news) { markSeen(); drawSide(); }
  } catch {
    failures += 1;
  }
  $("gone").hidden = failures < GONE_AFTER;
  setTimeout(look, STATUS_EVERY);
}

// Threads come while the page is open, and are places like any other.

function countPlaces() {
  return outline.people.reduce((count, person) => count + person.places.length, 0);
}

async function readOutline() {
  const answer = await fetch("outline", { cache: "no-store" });
  if (!answer.ok) throw new Error(`outline ${answer.status}`);
  const { person, place } = whereabouts();
  outline.people = (await answer.json()).people;
  shown = outline.people.find((each) => each.key === person.key)?.places.find((each) => each.key === place.key) ?? null;
  drawSide();
}

addEventListener("hashchange", show);
show();
void look();
