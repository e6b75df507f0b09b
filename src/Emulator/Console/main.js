import { clockView, everyTick } from './clock.js';
import { composerView } from './composer.js';
import { contractView } from './contract.js';
import { fill, h, sign } from './dom.js';
import { faultsView } from './faults.js';
import { feedView } from './feed.js';
import { goes, listen, showKeys } from './keys.js';
import { follow } from './live.js';
import { sitesView } from './sites.js';
import { stateView } from './state.js';
import { on, platformNow, store } from './store.js';
import { number } from './words.js';

const views = { feed: feedView, composer: composerView, sites: sitesView, faults: faultsView, clock: clockView, state: stateView, contract: contractView };
const listed = ['feed', 'composer', 'sites', 'faults', 'clock', 'state'];
const view = document.getElementById('view');
const navigation = document.getElementById('views');
let current = null;
let name = null;
let leaving = new AbortController();

/** What an address names; what nobody could have meant is taken as it is written. */
function named(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function route() {
  const [wanted, ...rest] = location.hash.replace(/^#\/?/, '').split('/').map(named);
  const next = Object.hasOwn(views, wanted) ? wanted : 'feed';
  if (next === name && current?.go?.(rest)) return;
  leaving.abort();
  leaving = new AbortController();
  const isAnother = next !== name;
  name = next;
  view.dataset.view = name;
  for (const link of navigation.children) {
    if (link.dataset.view === name) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  document.title = `${name[0].toUpperCase()}${name.slice(1)} · ForgeOrleans`;
  current = null;
  const made = views[name](view, rest, leaving.signal);
  current = made instanceof Promise ? { keys: {} } : made;
  if (isAnother && name !== 'contract') view.scrollTop = 0;
}

function drawNavigation() {
  const key = wanted => Object.entries(goes).find(([, target]) => target === wanted)[0];
  fill(navigation, listed.map(wanted => h('a', { href: `#/${wanted}`, 'data-view': wanted, 'data-focus': wanted, title: `${wanted} (g ${key(wanted)})`, 'aria-current': wanted === name ? 'page' : null },
    sign(wanted), h('span.wide', wanted[0].toUpperCase() + wanted.slice(1)),
    wanted === 'faults' && store.faults.length > 0 && h('span.badge.alert', { 'aria-label': `${store.faults.length} on` }, String(store.faults.length)),
    h('kbd.wide', { 'aria-hidden': 'true' }, `g ${key(wanted)}`))));
}

const railClock = document.getElementById('rail-clock');
const railTime = h('span');
const railSeconds = h('span.wide');
const railPace = h('small');
const zone = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit', timeZone: 'UTC' });
const today = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });
railClock.append(h('span.rail-clock-label.wide', 'Platform time'), h('span.rail-clock-row', h('time', railTime, railSeconds), railPace));

function drawClock() {
  const now = platformNow();
  const text = zone.format(now);
  if (railTime.textContent !== text.slice(0, 5)) railTime.textContent = text.slice(0, 5);
  if (railSeconds.textContent !== text.slice(5)) railSeconds.textContent = text.slice(5);
  const { scale = 1, jumped = 0 } = store.clock ?? {};
  const pace = scale > 1 ? `${number(scale)}×` : jumped >= 3600 ? today.format(now) : 'UTC';
  if (railPace.textContent !== pace) railPace.textContent = pace;
}

const live = document.getElementById('live');
function drawLive(state) {
  live.dataset.state = state;
  const text = { live: 'Live', connecting: 'Connecting…', reconnecting: 'Reconnecting…' }[state];
  fill(live, h('span.live-dot'), h('span.wide', text));
  live.title = text;
}

const theme = document.getElementById('theme');
function drawTheme() {
  const now = consoleTheme.current();
  fill(theme, sign({ light: 'sun', dark: 'moon', system: 'system' }[now]));
  theme.setAttribute('aria-label', `Colours: ${now}`);
  theme.title = `Colours: ${now}`;
}
theme.addEventListener('click', () => {
  consoleTheme.next();
  drawTheme();
});
document.getElementById('keys').addEventListener('click', showKeys);

on('faults', drawNavigation);
on('clock', drawClock);
on('live', drawLive);
addEventListener('hashchange', route);
listen(() => current, wanted => { location.hash = `#/${wanted}`; });
drawNavigation();
drawLive(store.live);
drawTheme();
everyTick(drawClock);
route();
follow();
