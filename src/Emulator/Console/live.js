import { get } from './api.js';
import { announce, say } from './said.js';
import { clearRequests, on, put, putClock, putDelivery, putLimits, putRequest, putSite, store, tell } from './store.js';

const longestTimer = 2 ** 31 - 1;
let untilTimer = 0;

/** Faults that end with time end without a word: whoever shows them asks again when the next is over. */
function watchFaults(faults) {
  clearTimeout(untilTimer);
  const next = Math.min(...faults.filter(fault => fault.until).map(fault => Date.parse(fault.until)));
  if (next === Infinity) return;
  // The emulator's clock need not be the browser's.
  const wait = Math.min(longestTimer, Math.max(1000, next - Date.now() + 100));
  untilTimer = setTimeout(() => refresh('/faults', 'faults', answer => answer.faults).then(() => watchFaults(store.faults)), wait);
}

// When it was read is no part of what was read.
const textOf = part => JSON.stringify(part, (name, value) => name === 'now' ? undefined : value);

/** Reads a part again, and tells only if it is another. */
async function refresh(path, part, of = answer => answer, signal) {
  try {
    const news = of(await get(path, signal));
    if (!signal?.aborted && textOf(news) !== textOf(store[part])) put(part, news);
  } catch { /* /live finds out that the emulator is away */ }
}

/** Reads a part now and then again, while somebody looks: for what changes as time passes, or has no event. */
export function keepFresh(path, part, milliseconds, signal) {
  let timer = 0;
  const again = async () => {
    if (!document.hidden && store.live === 'live') await refresh(path, part, undefined, signal);
    if (!signal.aborted) timer = setTimeout(again, milliseconds);
  };
  signal.addEventListener('abort', () => clearTimeout(timer));
  again();
}

/** Fetches what there is, and then follows what changes. The browser connects again by itself, and says what it had last. */
export async function follow() {
  on('faults', watchFaults);
  await load();
  const source = new EventSource('/live');
  let known = null;
  let isFirst = true;
  const heard = (name, listener) => source.addEventListener(name, event => listener(JSON.parse(event.data)));

  heard('hello', async ({ lastRequest, run }) => {
    put('live', 'live');
    const newest = [...store.requests.keys()].at(-1) ?? 0;
    // Before the first hello, an emulator that was started since is known by numbers that begin anew.
    const isAnother = known === null ? lastRequest < newest : run !== known;
    known = run;
    if (isAnother) {
      store.deliveries.clear();
      store.storage.clear();
      clearRequests();
    }
    // Between what was fetched and this connection something may have come.
    if (!isFirst || lastRequest > newest) await load();
    if (!isFirst) say(isAnother ? 'The emulator was started anew.' : 'Live again.');
    isFirst = false;
  });
  heard('request', request => {
    putRequest(request);
    if (request.verdict === 'broken') announce(`Broken: ${request.method} ${request.path}. ${request.findings[0]?.message ?? request.says}`);
  });
  heard('delivery', putDelivery);
  heard('site', putSite);
  heard('faults', news => put('faults', news.faults ?? news));
  heard('limits', putLimits);
  heard('storage', ({ site, counts }) => {
    store.storage.set(site, counts);
    tell('storage', site);
  });
  heard('clock', putClock);
  heard('keys', keys => put('keys', keys));
  heard('cleared', clearRequests);
  source.onerror = () => put('live', 'reconnecting');
}

async function load() {
  const parts = await Promise.allSettled([
    get('/app'), get('/sites'), get('/requests?limit=1000'), get('/deliveries'), get('/faults'), get('/limits'), get('/clock'), get('/keys'),
    get('/disturbances'),
  ]);
  const [app, sites, requests, deliveries, faults, limits, clock, keys, disturbances] = parts.map(part => part.value);
  if (app) put('app', app);
  if (sites) put('sites', sites.sites);
  for (const delivery of deliveries?.deliveries ?? []) putDelivery(delivery);
  for (const request of requests?.requests ?? []) putRequest(request);
  if (faults) put('faults', faults.faults);
  if (limits) put('limits', limits);
  if (clock) putClock(clock);
  if (keys) put('keys', keys);
  if (disturbances) put('disturbances', disturbances);
  put('live', parts.some(part => part.status === 'fulfilled') ? 'live' : 'reconnecting');
}
