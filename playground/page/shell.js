// The page around the conversation: who plays, where they are, and what they have not read yet.

import { drawClock, drawStatus } from "./clock.js";

const STATUS_EVERY = 1000; // milliseconds
const GONE_AFTER = 3; // failed looks at the status
const MANY = 99; // more unread messages are not counted out

const $ = (id) => document.getElementById(id);
const outline = JSON.parse($("outline").textContent);
const { words } = outline;
const view = $("view");
const READ = `read:${location.pathname}`;
const read = new Map(JSON.parse(sessionStorage.getItem(READ) ?? "[]")); // "person/place" -> messages read there
let posted = {}; // channel -> messages posted there
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
  toggleMenu(false);
}

function filled(template, values) {
  return template.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

function element(tag, className, ...children) {
  const made = Object.assign(document.createElement(tag), { className });
  made.append(...children);
  return made;
}

function portrait(key, size) {
  return Object.assign(document.createElement("img"), { src: `portrait/${key}.png`, alt: "", width: size, height: size });
}

// ---- the lists of places and people

function placeButton(person, place, here) {
  const direct = place.key === "dm";
  const sign = direct ? portrait(person.key, 24) : element("span", "sign", place.key.startsWith("thread-") ? "🧵" : "#");
  const label = direct ? person.name : place.label;
  const button = element("button", "place", sign, element("span", "label", label));
  const chosen = here.place === place;
  const count = chosen ? 0 : unread(person, place);
  button.title = direct ? filled(words.direct_of, { bot: outline.bot, person: person.name }) : place.label;
  button.type = "button";
  button.dataset.place = place.key;
  button.dataset.owner = person.key;
  button.classList.toggle("unread", count > 0);
  if (count) button.append(element("span", "hidden-words", ` (${words.unread})`));
  if (count && direct) button.append(element("span", "count", String(count > MANY ? `${MANY}+` : count)));
  if (chosen) button.setAttribute("aria-current", "page");
  button.addEventListener("click", () => go(person.key, place.key));
  return element("li", "", button);
}

function personButton(person, here) {
  const text = element("span", "", element("span", "name", person.name), element("span", "caption", person.caption));
  const button = element("button", "person", portrait(person.key, 32), text);
  button.type = "button";
  button.dataset.person = person.key;
  button.title = filled(words.play_as, { person: person.name, caption: person.caption });
  button.setAttribute("aria-pressed", String(person === here.person));
  button.addEventListener("click", () => go(person.key, here.place.key));
  return element("li", "", button);
}

// Every person's direct messages are a place of their own: who goes there plays as that person.

function drawSide() {
  const here = whereabouts();
  const channels = here.person.places.filter((place) => place.key !== "dm");
  $("channels").replaceChildren(...channels.map((place) => placeButton(here.person, place, here)));
  const direct = outline.people.flatMap((person) => person.places.filter((place) => place.key === "dm")
    .map((place) => placeButton(person, place, here)));
  $("direct").replaceChildren(...direct);
  $("people").replaceChildren(...outline.people.map((person) => personButton(person, here)));
  $("menu-face").src = `portrait/${here.person.key}.png`;
  const waiting = outline.people.some((person) => person.places.some((place) => place !== here.place && unread(person, place)));
  document.title = `${waiting ? "• " : ""}${outline.server} · playground`;
}

function show() {
  const { person, place } = whereabouts();
  if (shown !== place) {
    shown = place;
    view.src = place.address;
    const where = place.key === "dm" ? outline.bot : `#${place.label}`;
    view.title = filled(words.conversation, { place: where, person: person.name });
  }
  markRead();
  drawSide();
  document.querySelector(".place[aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
}

// ---- what has been read

function unread(person, place) {
  return Math.max(0, (posted[place.channel] ?? 0) - (read.get(`${person.key}/${place.key}`) ?? 0));
}

function markRead(places = [whereabouts()]) {
  for (const { person, place } of places) read.set(`${person.key}/${place.key}`, posted[place.channel] ?? 0);
  sessionStorage.setItem(READ, JSON.stringify([...read]));
}

function everywhere() {
  return outline.people.flatMap((person) => person.places.map((place) => ({ person, place })));
}

// ---- what goes on

async function look() {
  try {
    const answer = await fetch(`status?channel=${whereabouts().place.channel}`, { cache: "no-store" });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    const status = await answer.json();
    failures = 0;
    drawStatus(status, words);
    if (status.places !== everywhere().length) await readOutline();
    const news = JSON.stringify(status.posted) !== JSON.stringify(posted);
    posted = status.posted;
    if (!read.size) markRead(everywhere()); // what stood before the page was opened is no news
    if (news) { markRead(); drawSide(); }
  } catch {
    failures += 1;
  }
  $("gone").hidden = failures < GONE_AFTER;
  setTimeout(look, STATUS_EVERY);
}

// Threads come while the page is open, and are places like any other.

async function readOutline() {
  const answer = await fetch("outline", { cache: "no-store" });
  if (!answer.ok) throw new Error(`outline ${answer.status}`);
  const { person, place } = whereabouts();
  outline.people = (await answer.json()).people;
  shown = outline.people.find((each) => each.key === person.key)?.places.find((each) => each.key === place.key) ?? null;
  drawSide();
}

// ---- the next turn now

let noticed = 0;
function notice(text) {
  $("notice").textContent = text;
  $("notice").hidden = !text;
  clearTimeout(noticed);
  if (text) noticed = setTimeout(() => notice(""), 8000);
}

$("advance").addEventListener("click", async () => {
  $("advance").disabled = true;
  const path = `advance?channel=${whereabouts().place.channel}`;
  const answer = await fetch(path, { method: "POST" }).catch(() => null);
  if (answer?.ok) return notice("");
  notice((await answer?.json().catch(() => null))?.error ?? words.refused);
});

// ---- a phone keeps people and settings in a menu

function toggleMenu(open) {
  $("menu").classList.toggle("open", open);
  $("menu-button").setAttribute("aria-expanded", String($("menu").classList.contains("open")));
}
$("menu-button").addEventListener("click", () => toggleMenu());
addEventListener("keydown", (event) => { if (event.key === "Escape") toggleMenu(false); });
view.addEventListener("focus", () => toggleMenu(false));
addEventListener("blur", () => toggleMenu(false)); // a touch of the conversation

addEventListener("hashchange", show);
show();
setInterval(drawClock, 250);
void look();
