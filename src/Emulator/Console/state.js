import { act, call, get } from './api.js';
import { fill, h } from './dom.js';
import { jsonOf } from './json.js';
import { keepFresh } from './live.js';
import { asCurl } from './menus.js';
import { on, put, store } from './store.js';
import { bytes, dayOf, number, seconds } from './words.js';

const page = 50;
const most = 1000;

export function stateView(view, [wanted], signal) {
  let chosen = wanted;
  let entries = [];
  let cursor = null;
  let reading = 0;
  let failure = null;
  const opened = new Set();
  const tabs = h('nav.tabs', { 'aria-label': 'Sites' });
  const tiles = h('div.tiles');
  const limits = h('section.panel');
  const refusals = h('section.panel');
  const storage = h('section.panel');

  fill(view, h('div.page',
    h('header.page-head', h('div', h('h1', 'State'), h('p', 'What the app has used of its limits, and what it has in Forge storage, as they change.')),
      asCurl(() => [['Limits', call('GET', `/limits?site=${id()}`)], ['Smaller ones, to meet them sooner', call('POST', '/limits', { getPerSecond: 5, tenantQuota: 200 })], ['Forget what was used', call('DELETE', '/limits')],
        ['Storage', call('GET', `/sites/${id()}/storage`)]])),
    tabs, tiles, h('div.columns.wide-first', h('div.column', limits), h('div.column', refusals)), storage));

  const id = () => chosen ?? store.sites[0]?.id;
  const known = () => store.limits?.sites.find(site => site.site === id());

  function drawTabs() {
    fill(tabs, store.sites.map(site => h('a', { href: `#/state/${site.id}`, 'aria-current': site.id === id() ? 'true' : null, 'data-focus': site.id }, site.name)));
  }

  function drawLimits() {
    const site = known();
    const refused = Object.values(site?.counts.refused ?? {}).reduce((sum, count) => sum + count, 0);
    const counts = store.storage.get(id());
    fill(tiles,
      tile('Calls let through', number(site?.counts.calls)), tile('Points they cost', number(site?.counts.points)),
      tile('Calls refused', number(refused), refused ? 'alert' : ''), tile('Stored', counts ? bytes(counts.bytes) : '–', '', counts && `${number(counts.values + counts.entities + counts.secrets)} entries`));
    fill(limits,
      h('div.panel-head', h('h2', 'Limits'), h('button.small', { type: 'button', 'data-focus': 'forget', onclick: () => act(call('DELETE', '/limits'), 'What was used is forgotten.').then(answer => answer && put('limits', answer)) }, 'Forget what was used')),
      !site ? h('p.faint', 'On their way…') : [
        h('h3', 'Points of the hour'), site.quotas.map(quota => bar(quota.product ? `${quota.policy}, ${quota.product}` : quota.policy, quota, `until ${seconds(quota.until)}`)),
        h('h3', 'Requests a second'),
        site.endpoints.length ? h('div.bars', site.endpoints.map(one => bar([h('span.method', one.method), ' ', one.endpoint], one, one.product))) : h('p.faint', 'No call of a product yet.'),
        site.issues.length > 0 && [h('h3', 'Writes to an issue'), h('div.bars', site.issues.map(one => [bar(one.issue, one.short, `in ${one.short.seconds} s`), bar('', one.long, `in ${one.long.seconds} s`)]))],
        store.limits.impersonations > 0 && [h('h3', 'Tokens of absent users'), bar('offlineUserAuthToken', { used: store.limits.impersonations, limit: store.limits.sizes.impersonationsPerMinute }, 'in a minute')],
      ]);
    const reasons = Object.entries(site?.counts.refused ?? {});
    fill(refusals, h('h2', 'Refused'),
      reasons.length === 0 ? h('div.empty.small', h('p', 'No call was answered 429. ', h('a', { href: '#/faults' }, 'Make one'), ', or let the app loop.'))
        : h('table.reasons', h('tbody', reasons.sort(([, one], [, other]) => other - one).map(([reason, count]) => h('tr', h('th', { scope: 'row' }, reason), h('td.number', number(count)))))),
      sizes());
  }

  function sizes() {
    const now = store.limits?.sizes;
    if (!now) return null;
    const change = body => act(call('POST', '/limits', body), 'Limits changed.').then(answer => answer && put('limits', { ...store.limits, sizes: answer }));
    const size = (name, label) => h('label.size', h('span', label), h('input', { type: 'number', min: 1, value: now[name], 'data-focus': name, onchange: event => change({ [name]: Number(event.target.value) || null }) }));
    return [h('h3', 'Sizes'), h('div.sizes', size('getPerSecond', 'GET a second'), size('postPerSecond', 'POST a second'), size('putPerSecond', 'PUT a second'), size('issueWritesShort', 'Writes to an issue in 2 s'), size('tenantQuota', 'Points an hour, a site'), size('globalQuota', 'Points an hour, all sites'))];
  }

  const tile = (label, value, tone = '', small) => h('div.tile', { class: tone }, h('span', label), h('b', value), small && h('small', small));

  function bar(label, { used, limit }, note) {
    const share = Math.min(1, used / limit);
    const fillBar = h('i');
    fillBar.style.width = `${share * 100}%`;
    return h('div.bar', { class: share >= 1 ? 'full' : share >= .8 ? 'near' : '' },
      h('span.bar-label', label), h('span.bar-track', { role: 'meter', 'aria-label': 'used', 'aria-valuenow': used, 'aria-valuemin': 0, 'aria-valuemax': limit }, fillBar),
      h('span.bar-value', `${number(used)} / ${number(limit)}`), h('span.bar-note', note));
  }

  async function read(more) {
    const mine = ++reading;
    const of = id();
    if (!of) return;
    try {
      const answer = await get(`/sites/${of}/storage?limit=${more ? page : Math.min(most, Math.max(page, entries.length))}${more && cursor ? `&after=${encodeURIComponent(cursor)}` : ''}`, signal);
      if (mine !== reading || of !== id()) return;
      failure = null;
      entries = more ? [...entries, ...answer.entries] : answer.entries;
      cursor = answer.next;
      store.storage.set(of, answer.counts);
    } catch (problem) {
      if (problem.name === 'AbortError') return;
      failure = problem.message;
    }
    drawStorage();
    drawLimits();
  }

  function drawStorage() {
    const counts = store.storage.get(id());
    fill(storage,
      h('div.panel-head', h('h2', 'Storage'), counts && h('span.faint', `${number(counts.values)} values, ${number(counts.entities)} entities, ${number(counts.secrets)} secrets`)),
      failure ? h('p.faint', failure) : entries.length === 0 ? h('div.empty.small', h('p', 'The app has stored nothing on this site. What it writes with @forge/kvs or ForgeStorage appears here.'))
        : h('div.table-frame', h('table.storage',
          h('thead', h('tr', ['Kind', 'Key', 'Size', 'Changed', 'Expires'].map(text => h('th', { scope: 'col', class: text === 'Size' ? 'number' : '' }, text)))),
          h('tbody', entries.flatMap(entry => {
            const name = `${entry.kind} ${entry.entityName ?? ''} ${entry.key}`;
            const isOpen = opened.has(name);
            return [h('tr', h('td', h('span.pill', entry.entityName ?? entry.kind)),
              h('td', entry.kind === 'secret' ? h('span.mono', entry.key) : h('button.link.mono', { type: 'button', 'aria-expanded': String(isOpen), 'data-focus': name, onclick: () => {
                opened[isOpen ? 'delete' : 'add'](name);
                drawStorage();
              } }, entry.key)),
              h('td.number', bytes(entry.bytes)), h('td', dayOf(entry.updatedAt)), h('td', entry.expires ? dayOf(entry.expires) : '')),
            isOpen && h('tr.value', h('td', { colspan: 5 }, jsonOf(entry.value)))];
          })))),
      cursor && h('div.actions', h('button.small', { type: 'button', onclick: () => read(true) }, 'More')));
  }

  let soon = 0;
  on('limits', () => limits.contains(document.activeElement) && document.activeElement.matches('input') || refusals.contains(document.activeElement) && document.activeElement.matches('input') || drawLimits(), signal);
  on('storage', site => {
    if (site !== id()) return;
    drawLimits();
    clearTimeout(soon);
    soon = setTimeout(() => read(), 300);
  }, signal);
  on('sites', () => {
    drawTabs();
    if (!entries.length && !reading) read();
  }, signal);
  signal.addEventListener('abort', () => clearTimeout(soon));
  drawTabs();
  drawLimits();
  drawStorage();
  read();
  // What was used is forgotten as time passes, which is no event.
  keepFresh('/limits', 'limits', 2000, signal);
  return {
    keys: {},
    go: ([next]) => {
      chosen = next;
      entries = [];
      cursor = null;
      drawTabs();
      drawLimits();
      drawStorage();
      read();
      return true;
    },
  };
}
