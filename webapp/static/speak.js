// Plays a recording in place, and stops it when it is touched again; without scripts the link opens it. Fetches nothing before.
const player = new Audio();
let playing = null;
player.preload = "none";

const mark = (link) => {
  playing?.classList.remove("on");
  playing = link;
  playing?.classList.add("on");
};

player.addEventListener("ended", () => mark(null));
document.addEventListener("click", (event) => {
  const link = event.target.closest("a.speak");
  if (!link) return;
  event.preventDefault();
  player.pause();
  if (link === playing) return mark(null);
  mark(link);
  player.src = link.href;
  player.play().catch((error) => {
    if (error.name === "AbortError") return; // another one was touched meanwhile
    mark(null);
    location.assign(link.href); // which another program of the phone may play
  });
});
