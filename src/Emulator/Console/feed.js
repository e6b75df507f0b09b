import { act, call } from './api.js';
import { details } from './details.js';
import { fill, h, sign } from './dom.js';
import { asCurl, choices, command } from './menus.js';
import { pulse } from './pulse.js';
import { on, store } from './store.js';
import { sectionButton } from './contract.js';
import { kinds, siteName, timeOf, took, verdicts } from './words.js';

const rowHeight = 30;
const beyond = 8;
// Fifty a second come in: the eye reads no more than eight states of a list in that time.
const drawsEvery = 120;

/** What is chosen outlives the view: whoever comes back finds the feed as it was. */
const kept = { verdict: '', kind: '', site: '', search: '', pausedAt: null, selected: null, top: 0 };

export function feedView(view, [id], signal) {
  const count = h('span.count', { 'aria-hidden': 'true' });
  const search = h('input.search', {
    type: 'search', placeholder: 'Search path, user, finding…', 'aria-label': 'Search the feed', value: kept.search, 'data-keys': 'search',
    oninput: () => filter({ search: search.value.trim().toLowerCase() }),
  });
  const verdict = choices('Verdict', [['', 'All'], ['kept', 'Kept'], ['warned', 'Warned'], ['broken', 'Broken']], kept.verdict, value => filter({ verdict: value }));
  for (const button of verdict.children) button.append(h('span.badge'));
  const kind = h('select', { 'aria-label': 'Kind', onchange: () => filter({ kind: kind.value }) },
    h('option', { value: '' }, 'All kinds'), Object.entries(kinds).map(([value, { title }]) => h('option', { value, selected: kept.kind === value }, title)));
  const site = h('select', { 'aria-label': 'Site', onchange: () => filter({ site: site.value }) });
  const pause = h('button', { type: 'button', 'aria-pressed': 'false', onclick: togglePause, 'data-keys': 'pause' });
  const clear = h('button.quiet', { type: 'button', title: 'Forget all requests', onclick: () => act(call('DELETE', '/requests')) }, sign('clear'), h('span.wide', 'Clear'));
  const columns = [['verdict', '', 'Verdict'], ['time', 'Time'], ['kind', 'Kind'], ['site', 'Site'], ['user', 'User'], ['method', 'Method'], ['path', 'Path'],
    ['try', 'Try'], ['status', 'Status'], ['took', 'Took'], ['says', 'What the platform makes of it']];
  const head = h('div.row.row-head', { role: 'row', 'aria-rowindex': '1' }, columns.map(([name, text, label]) =>
    h(`div.cell.c-${name}`, { role: 'columnheader', 'aria-label': label }, text)));
  const rows = h('div.rows', { role: 'rowgroup' });
  const grid = h('div.grid', { role: 'grid', tabindex: '0', 'aria-label': 'Requests to the remote', 'aria-colcount': columns.length, 'data-keys': 'list' },
    h('div', { role: 'rowgroup', class: 'head-group' }, head), rows);
  const news = h('button.news', { type: 'button', hidden: true, onclick: toTop });
  const empty = h('div.empty', { hidden: true });
  const side = h('section.side', { 'aria-label': 'Details of the request', hidden: true });
  const grip = h('div.grip', { role: 'separator', 'aria-orientation': 'vertical', 'aria-label': 'Width of the details', tabindex: '0', hidden: true });
  const histogram = pulse(signal);

  fill(view, h('div.feed',
    h('h1.unseen', 'Feed'),
    h('div.toolbar', { role: 'toolbar', 'aria-label': 'Filter' }, h('div.search-frame', sign('search'), search, h('kbd', '/')), verdict, kind, site,
      h('span.gap'), count, pause, clear,
      asCurl(() => [['The feed', call('GET', '/requests?limit=200')], ['What broke the contract', call('GET', '/requests?verdict=broken')],
        ['Everything as it happens', call('GET', '/live')], ['Forget the feed', call('DELETE', '/requests')]])),
    histogram,
    h('div.feed-body', h('div.list', grid, news, empty), grip, side)));

  let wanted = [];
  let drawn = 0;
  let due = 0;
  let length = -1;
  let height = 0;
  let unseen = 0;
  let pushed = 0;
  const shown = new Map();
  const spare = [];
  const panel = details(side, { select, close: () => select(null, true), signal });

  const matches = request => (!kept.verdict || request.verdict === kept.verdict) && (!kept.kind || request.kind === kept.kind)
    && (!kept.site || request.site === kept.site) && (!kept.search || kept.search.split(/\s+/).every(word => request.text.includes(word)))
    && (kept.pausedAt === null || request.id <= kept.pausedAt);

  function filter(change) {
    Object.assign(kept, change);
    grid.scrollTop = kept.top = 0;
    unseen = 0;
    refilter();
  }

  function refilter() {
    wanted = [];
    for (const request of store.requests.values()) if (matches(request)) wanted.push(request.id);
    draw();
  }

  function soon() {
    if (due) return;
    const wait = Math.max(0, drawsEvery - (performance.now() - drawn));
    due = setTimeout(() => requestAnimationFrame(() => {
      due = 0;
      if (!signal.aborted) draw();
    }), wait);
  }

  // Newest first: number 0 is the last of `wanted`.
  const idAt = index => wanted[wanted.length - 1 - index];

  function draw(counts = true) {
    drawn = performance.now();
    if (length !== wanted.length) {
      length = wanted.length;
      rows.style.height = `${length * rowHeight}px`;
      grid.setAttribute('aria-rowcount', length + 1);
    }
    // Whoever reads further down is not pushed away from what is read.
    if (pushed) {
      kept.top += pushed * rowHeight;
      pushed = 0;
      grid.scrollTop = kept.top;
    }
    // Neither is asked of the page, which would have to be laid out for the answer.
    const first = Math.max(0, Math.floor(kept.top / rowHeight) - beyond);
    const last = Math.min(length, Math.ceil((kept.top + height) / rowHeight) + beyond);
    const needed = new Set();
    for (let index = first; index < last; index++) needed.add(idAt(index));
    for (const [id, row] of shown) {
      if (needed.has(id)) continue;
      shown.delete(id);
      row.element.remove();
      spare.push(row);
    }
    const sibling = store.requests.get(kept.selected)?.delivery ?? null;
    let before = null;
    for (let index = first; index < last; index++) {
      const request = store.requests.get(idAt(index));
      let row = shown.get(request.id);
      if (!row) {
        row = spare.pop() ?? makeRow();
        row.request = null;
        shown.set(request.id, row);
      }
      write(row, request, index, sibling);
      // In the order in which they are seen, for who reads them by other means.
      const place = before ? before.nextSibling : rows.firstChild;
      if (place !== row.element) rows.insertBefore(row.element, place);
      before = row.element;
    }
    grid.setAttribute('aria-activedescendant', shown.has(kept.selected) ? `request-${kept.selected}` : '');
    news.hidden = unseen === 0;
    if (unseen) fill(news, `${unseen} newer`);
    empty.hidden = wanted.length > 0;
    if (!wanted.length) fill(empty, nothing());
    if (counts) tally();
  }

  function makeRow() {
    const cells = Object.fromEntries(columns.map(([name]) => [name, h(`div.cell.c-${name}`, { role: 'gridcell' })]));
    const element = h('div.row', { role: 'row', onclick: () => select(row.request.id) }, Object.values(cells));
    const row = { element, cells, request: null, index: -1 };
    return row;
  }

  function write(row, request, index, sibling) {
    if (row.index !== index) {
      row.index = index;
      row.element.style.transform = `translateY(${index * rowHeight}px)`;
      row.element.setAttribute('aria-rowindex', index + 2);
    }
    const isSelected = request.id === kept.selected;
    const isSibling = sibling !== null && request.delivery === sibling;
    if (row.isSelected !== isSelected || row.isSibling !== isSibling || row.request?.id !== request.id) {
      row.isSelected = isSelected;
      row.isSibling = isSibling;
      row.element.setAttribute('aria-selected', String(isSelected));
      row.element.classList.toggle('sibling', isSibling);
    }
    if (row.request === request) return;
    row.request = request;
    const { element, cells } = row;
    element.id = `request-${request.id}`;
    element.dataset.verdict = request.verdict;
    element.dataset.id = request.id;
    const { limit, name, title } = kinds[request.kind] ?? { name: request.kind };
    cells.verdict.replaceChildren(sign(request.verdict, verdicts[request.verdict]));
    const time = timeOf(request.at);
    cells.time.replaceChildren(time.slice(0, 8), h('small', time.slice(8)));
    cells.kind.replaceChildren(sign(kinds[request.kind] ? request.kind : 'fetch'), h('span', name));
    cells.kind.title = title ?? '';
    cells.site.textContent = siteName(store.sites, request.site);
    cells.user.textContent = request.userName ?? (request.user ? request.user : request.delivery ? '' : request.kind === 'function' ? '' : 'anonymous');
    cells.method.textContent = request.method;
    cells.path.replaceChildren(h('span.path', request.path), request.key ? h('span.key', request.key) : '');
    cells.path.title = request.key ? `${request.path}  ${request.key}` : request.path;
    cells.try.replaceChildren(...attempt(request));
    cells.status.textContent = request.state === 'running' ? '' : request.status ?? 'none';
    cells.status.dataset.class = request.status === null ? 'none' : String(request.status)[0];
    cells.took.replaceChildren(request.state === 'running' ? '' : took(request.took), ...request.state === 'done' ? share(request.took, limit) : []);
    const [finding] = request.findings ?? [];
    cells.says.replaceChildren(...finding ? [h('span.finding', finding.message), sectionButton(finding.section)] : [h('span', request.state === 'running' ? 'waiting for the answer…' : request.says ?? '')]);
    if (finding) cells.says.querySelector('button').tabIndex = -1;
    cells.says.title = finding ? finding.message : request.says ?? '';
  }

  function attempt(request) {
    if (request.replayOf) return [h('span.try.replayed', { title: `A replay of #${request.replayOf}` }, sign('again', 'replay'))];
    // A delivery that succeeds at once has no attempts to tell apart.
    if (!request.delivery || request.attempt === 1 && request.verdict !== 'broken') return [];
    return [h('span.try', { class: request.attempt > 1 ? 'again' : 'first', title: `Delivery ${request.delivery}, attempt ${request.attempt}` },
      request.attempt > 1 ? sign('again', 'retry,') : '', request.attempt > 1 ? String(request.attempt) : '1st')];
  }

  // How much of the time limit was used up: below a twentieth it is nothing to look at.
  function share(milliseconds, limit) {
    if (!limit || milliseconds < limit / 20) return [];
    const used = Math.min(1, milliseconds / limit);
    const bar = h('i.share', { class: used >= .999 ? 'full' : used >= .8 ? 'near' : '' }, h('i'));
    bar.firstChild.style.width = `${used * 100}%`;
    return [bar];
  }

  function tally() {
    const counts = { '': 0, kept: 0, warned: 0, broken: 0 };
    for (const request of store.requests.values()) {
      counts['']++;
      if (request.verdict in counts) counts[request.verdict]++;
    }
    for (const button of verdict.children) {
      const text = counts[button.dataset.value] || button.dataset.value === '' ? String(counts[button.dataset.value]) : '';
      if (button.lastChild.textContent !== text) button.lastChild.textContent = text;
    }
    const text = wanted.length === counts[''] ? '' : `${wanted.length} of ${counts['']}`;
    if (count.textContent !== text) count.textContent = text;
    const waiting = kept.pausedAt === null ? 0 : [...store.requests.keys()].filter(id => id > kept.pausedAt).length;
    const says = kept.pausedAt === null ? 'Pause' : waiting ? `Resume, ${waiting} new` : 'Resume';
    if (pause.dataset.says !== says) {
      pause.dataset.says = says;
      pause.setAttribute('aria-pressed', String(kept.pausedAt !== null));
      fill(pause, sign(kept.pausedAt === null ? 'pause' : 'play'), h('span.wide', says));
      pause.title = `${says} (p)`;
    }
  }

  function nothing() {
    if (store.requests.size && kept.pausedAt === null) {
      return [h('h2', 'No request matches'), h('p', `There are ${store.requests.size} in the feed.`),
        h('button', { type: 'button', onclick: showAll }, 'Show all')];
    }
    if (store.live === 'connecting') return [h('p.faint', 'Reading the feed…')];
    if (store.live !== 'live') return [h('h2', 'The emulator does not answer'), h('p', 'The console connects again as soon as it is there.')];
    const module = store.app?.modules?.[0];
    const chosen = store.sites.find(site => site.installed) ?? store.sites[0];
    return [
      h('h2', 'Nothing has been sent to the remote yet'),
      h('p', 'Every request that the platform makes of it appears here the moment it is sent, with what the platform makes of the answer. Begin with one of these:'),
      h('div.actions',
        module && chosen && h('a.button', { href: `/apps/${chosen.id}/${module.key}`, target: '_blank', rel: 'noopener' }, sign('out'), `Open ${module.title ?? module.key} on ${chosen.name}`),
        h('a.button', { href: '#/composer' }, sign('composer'), 'Compose an invocation'),
        h('a.button', { href: '#/composer/event' }, sign('event'), 'Send an event')),
      h('p', 'Or from a terminal:'),
      command(() => `curl '${location.origin}/bridge/invoke?site=${chosen?.id ?? 'acme'}' -H 'content-type: application/json' \\\n  -d '{"invokeType": "ui-remote-fetch", "method": "GET", "path": "/"}'`),
      store.app?.remotes?.length > 0 && h('p.faint', 'The remote is expected at ', store.app.remotes.map((remote, index) => [index ? ', ' : '', h('code', remote.url ?? 'no address')]), '.'),
    ];
  }

  function showAll() {
    verdict.choose('');
    search.value = kind.value = site.value = '';
    filter({ verdict: '', kind: '', site: '', search: '' });
    grid.focus({ preventScroll: true });
  }

  function togglePause() {
    kept.pausedAt = kept.pausedAt === null ? [...store.requests.keys()].at(-1) ?? 0 : null;
    unseen = 0;
    refilter();
  }

  function toTop() {
    grid.scrollTop = kept.top = 0;
    unseen = 0;
    draw();
    grid.focus({ preventScroll: true });
  }

  function select(id, focuses) {
    if (id !== null && !store.requests.has(id)) return;
    kept.selected = id;
    history.replaceState(null, '', id === null ? '#/feed' : `#/feed/${id}`);
    side.hidden = grip.hidden = id === null;
    if (id === null) panel.show(null);
    else {
      panel.show(id);
      reveal(id);
    }
    draw();
    if (focuses) grid.focus({ preventScroll: true });
  }

  function reveal(id) {
    const at = wanted.lastIndexOf(id);
    if (at < 0) return;
    const top = (wanted.length - 1 - at) * rowHeight;
    if (top < kept.top) grid.scrollTop = top;
    else if (top + 2 * rowHeight > kept.top + height) grid.scrollTop = top + 2 * rowHeight - height;
    kept.top = grid.scrollTop;
  }

  function step(by) {
    if (!wanted.length) return;
    const at = wanted.lastIndexOf(kept.selected);
    const index = Math.min(wanted.length - 1, Math.max(0, (at < 0 ? -1 : wanted.length - 1 - at) + by));
    select(idAt(index));
    grid.focus({ preventScroll: true });
  }

  // Nearly always the newest; one that ends before others that began earlier comes before them.
  function insert(id) {
    const at = wanted.findLastIndex(other => other < id) + 1;
    wanted.splice(at, 0, id);
    if (kept.top > 0 && (wanted.length - 1 - at - pushed) * rowHeight < kept.top) {
      pushed++;
      unseen++;
    }
  }

  on('request', ({ request, isNew }) => {
    histogram.note(request);
    if (!isNew) {
      const at = kept.verdict && !matches(request) ? wanted.lastIndexOf(request.id) : -1;
      if (at >= 0) wanted.splice(at, 1);
      else if (kept.verdict && matches(request) && !wanted.includes(request.id)) insert(request.id);
      if (request.id === kept.selected) panel.refresh(request);
    } else if (matches(request)) {
      insert(request.id);
    }
    soon();
  }, signal);
  on('forgotten', id => {
    const at = wanted.indexOf(id);
    if (at >= 0) wanted.splice(at, 1);
    histogram.forget(id);
    if (id === kept.selected) select(null);
  }, signal);
  on('cleared', () => {
    wanted = [];
    unseen = 0;
    kept.pausedAt = null;
    histogram.clear();
    select(null);
  }, signal);
  on('sites', sites => {
    writeSites(sites);
    soon();
  }, signal);
  on('live', soon, signal);
  on('app', soon, signal);
  on('deliveries', delivery => panel.delivery(delivery), signal);

  function writeSites(sites) {
    fill(site, h('option', { value: '' }, 'All sites'), sites.map(known => h('option', { value: known.id, selected: known.id === kept.site }, known.name)));
  }

  grid.addEventListener('scroll', () => {
    kept.top = grid.scrollTop;
    if (kept.top === 0) unseen = 0;
    draw(false);
  }, { passive: true });
  grid.addEventListener('keydown', event => {
    const page = Math.max(1, Math.floor(grid.clientHeight / rowHeight) - 2);
    const by = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity }[event.key];
    if (by !== undefined) {
      step(by === -Infinity ? -wanted.length : by === Infinity ? wanted.length : by);
      event.preventDefault();
    } else if (event.key === 'Enter') {
      if (kept.selected === null) step(0);
      else panel.focus();
      event.preventDefault();
    }
  });
  new ResizeObserver(([{ contentRect }]) => {
    height = contentRect.height;
    if (!signal.aborted) draw();
  }).observe(grid);
  resize(grip, side);
  writeSites(store.sites);
  for (const request of store.requests.values()) histogram.note(request);
  const { top } = kept;
  refilter();
  grid.scrollTop = kept.top = top;
  const opened = id ? Number(id) : kept.selected;
  if (opened !== null && store.requests.has(opened)) select(opened);
  else if (id) {
    // The feed may still be on its way.
    on('request', ({ request }) => request.id === Number(id) && kept.selected === null && select(request.id), signal);
  }

  return {
    keys: {
      j: () => step(1),
      k: () => step(-1),
      p: togglePause,
      Escape: () => kept.selected !== null && select(null, true),
      r: () => kept.selected !== null && panel.replay(),
      e: () => kept.selected !== null && panel.compose(),
    },
  };
}

/** The border between list and details can be dragged, or moved with the arrow keys. */
function resize(grip, side) {
  const least = 380;
  const set = width => {
    const most = Math.max(least, side.parentElement.clientWidth - 360);
    const now = Math.round(Math.min(most, Math.max(least, width)));
    side.style.width = `${now}px`;
    grip.setAttribute('aria-valuenow', now);
    localStorage.setItem('console.side', now);
  };
  const remembered = Number(localStorage.getItem('console.side'));
  if (remembered >= least) side.style.width = `${remembered}px`;
  grip.addEventListener('pointerdown', event => {
    grip.setPointerCapture(event.pointerId);
    const move = moved => set(side.parentElement.getBoundingClientRect().right - moved.clientX);
    grip.addEventListener('pointermove', move);
    grip.addEventListener('pointerup', () => grip.removeEventListener('pointermove', move), { once: true });
    event.preventDefault();
  });
  grip.addEventListener('keydown', event => {
    const by = { ArrowLeft: 24, ArrowRight: -24 }[event.key];
    if (by) set(side.clientWidth + by);
  });
}
