import { get } from './api.js';
import { announce, say } from './said.js';
import { clearRequests, put, putClock, putDelivery, putLimits, putRequest, putSite, store, tell } from './store.js';

/** Fetches what there is, and then follows what changes. The browser connects again by itself, and says what it had last. */
export async function follow() {
  await load();
  const source = new EventSource('/live');
  let position = 0;
  let isFirst = true;
  const heard = (name, listener) => source.addEventListener(name, event => {
    const before = position;
    position = Number(event.lastEventId) || position;
    listener(JSON.parse(event.data), position < before);
  });

  heard('hello', async ({ lastRequest }, isBehind) => {
    put('live', 'live');
    const newest = [...store.requests.keys()].at(-1) ?? 0;
    // Numbers that begin anew are of an emulator that was started since.
    const isAnother = isBehind || lastRequest < newest;
    if (isAnother) {
      clearRequests();
      store.deliveries.clear();
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
