// Keeps the part of a page that carries data-live up to date. The server sends
// that part anew each second (server-sent events); morph puts it in place of
// the old one and touches only what differs, so that a selection, the focus and
// a screen reader's place stay where they are.
//
// Where streams do not get through it asks for the page every data-poll
// milliseconds. A hidden tab does neither: browsers allow six connections to a
// server, and tabs are many. Without JavaScript the page is as it was made.

const followed = () => document.querySelector('[data-live]');
const streamAgainAfter = 12; // polls

let stream = null;
let timer = 0;

// morph makes node equal to next.
function morph(node, next) {
  if (node.nodeType !== next.nodeType || node.nodeName !== next.nodeName) {
    node.replaceWith(document.importNode(next, true));
    return;
  }
  if (node.nodeType !== Node.ELEMENT_NODE) {
    if (node.data !== next.data) node.data = next.data;
    return;
  }
  for (const { name } of [...node.attributes]) {
    if (!next.hasAttribute(name)) node.removeAttribute(name);
  }
  for (const { name, value } of next.attributes) {
    if (node.getAttribute(name) !== value) node.setAttribute(name, value);
  }
  const old = [...node.childNodes];
  const fresh = [...next.childNodes];
  fresh.forEach((child, i) => {
    if (i < old.length) morph(old[i], child);
    else node.append(document.importNode(child, true));
  });
  old.slice(fresh.length).forEach((child) => child.remove());
}

function parse(html) {
  return new DOMParser().parseFromString(html, 'text/html'); // runs no script
}

// show puts a new live part in place.
function show(html) {
  const next = parse(html).body.firstElementChild;
  morph(document.getElementById(next.id), next);
  document.title = `${next.dataset.title} – linecast`;
}

// reload fetches the page and puts its content in place; false when it did not
// come.
async function reload() {
  try {
    const answer = await fetch(location.href, { headers: { Accept: 'text/html' } });
    if (answer.redirected) location.reload(); // to the sign-in page
    if (!answer.ok) return false;
    const page = parse(await answer.text());
    morph(document.getElementById('main'), page.getElementById('main'));
    document.title = page.title;
    return true;
  } catch {
    return false;
  }
}

function mark(state) {
  document.documentElement.dataset.stream = state;
}

function stop() {
  stream?.close();
  stream = null;
  clearTimeout(timer);
}

function follow() {
  stop();
  const part = followed();
  if (!part || document.hidden) return;
  stream = new EventSource(part.dataset.live);
  stream.addEventListener('progress', (event) => {
    mark('live');
    show(JSON.parse(event.data).html);
  });
  stream.addEventListener('end', () => {
    stop();
    reload(); // with the ledger as it is at the end
  });
  stream.addEventListener('error', () => {
    mark('lost');
    // While it is connecting the browser tries again by itself.
    if (stream?.readyState === EventSource.CLOSED) poll(0);
  });
}

function poll(times) {
  stop();
  const part = followed();
  if (!part || document.hidden) return;
  timer = setTimeout(async () => {
    mark((await reload()) ? 'live' : 'lost');
    if (times < streamAgainAfter) poll(times + 1);
    else follow();
  }, Number(part.dataset.poll));
}

document.addEventListener('visibilitychange', follow);
follow();
