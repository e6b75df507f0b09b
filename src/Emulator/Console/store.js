// What the console knows. Views listen to the parts that they show.

export const capacity = 1000;

export const store = {
  app: null,
  sites: [],
  requests: new Map(),
  deliveries: new Map(),
  faults: [],
  disturbances: null,
  limits: null,
  storage: new Map(),
  keys: null,
  clock: null,
  live: 'connecting',
};

const listeners = new Map();

/** Calls back when a part changes. Ends with the signal. */
export function on(part, listener, signal) {
  if (!listeners.has(part)) listeners.set(part, new Set());
  listeners.get(part).add(listener);
  signal?.addEventListener('abort', () => listeners.get(part).delete(listener));
}

export function tell(part, change) {
  for (const listener of listeners.get(part) ?? []) listener(change);
}

export function put(part, value) {
  store[part] = value;
  tell(part, value);
}

/** Puts something where its id belongs: what begins and ends at the same time comes in the order in which it ends. */
function place(map, thing) {
  const later = [];
  if (!map.has(thing.id)) {
    for (const id of [...map.keys()].reverse()) {
      if (id < thing.id) break;
      later.push([id, map.get(id)]);
      map.delete(id);
    }
  }
  map.set(thing.id, thing);
  for (const [id, value] of later.reverse()) map.set(id, value);
}

const isForgotten = (map, id) => map.size >= capacity && !map.has(id) && id < map.keys().next().value;

/** A request that began, or that is done. What is older than the last thousand is forgotten. */
export function putRequest(request) {
  const known = store.requests.get(request.id);
  if (known?.state === 'done' && request.state === 'running' || isForgotten(store.requests, request.id)) return;
  request.text = [request.id, request.kind, request.site, request.userName, request.module, request.key, request.method, request.path,
    request.status, request.verdict, request.says, ...(request.findings ?? []).map(finding => finding.message)].join(' ').toLowerCase();
  place(store.requests, request);
  if (!known && store.requests.size > capacity) {
    const [oldest] = store.requests.keys();
    store.requests.delete(oldest);
    tell('forgotten', oldest);
  }
  tell('request', { request, isNew: !known });
}

export function putSite(site) {
  const at = store.sites.findIndex(known => known.id === site.id);
  put('sites', at < 0 ? [...store.sites, site] : store.sites.with(at, site));
}

export function putDelivery(delivery) {
  if (isForgotten(store.deliveries, delivery.id)) return;
  place(store.deliveries, delivery);
  if (store.deliveries.size > capacity) store.deliveries.delete(store.deliveries.keys().next().value);
  tell('deliveries', delivery);
}

/** Only what has changed comes: the rest stays. */
export function putLimits(news) {
  const known = store.limits;
  if (!known) return put('limits', { sites: [], ...news });
  const sites = [...known.sites];
  for (const site of news.sites ?? []) {
    const at = sites.findIndex(other => other.site === site.site);
    if (at < 0) sites.push(site);
    else sites[at] = { ...sites[at], ...site };
  }
  put('limits', { ...known, ...news, sites });
}

export function clearRequests() {
  store.requests.clear();
  tell('cleared');
}

export function putClock(clock) {
  put('clock', { ...clock, read: performance.now() });
}

/** The platform's time, which runs on between two readings. */
export const platformNow = () => store.clock
  ? new Date(Date.parse(store.clock.platformNow) + (performance.now() - store.clock.read) * store.clock.scale)
  : new Date();
