import { act, call, curl } from './api.js';
import { fill, h, sign } from './dom.js';
import { jsonField } from './json.js';
import { keepFresh } from './live.js';
import { asCurl, command, field, select } from './menus.js';
import { on, put, store } from './store.js';
import { seconds, siteName, span } from './words.js';

const kinds = {
  rateLimit: 'Rate limit', error: 'Error', slow: 'Slow', reset: 'Connection reset', revokedToken: 'Revoked tokens', noPermission: 'No permission',
};

const fault = body => scope => call('POST', '/faults', { ...body, ...scope });
const bare = body => scope => call('POST', '/faults', { ...body, ...scope, count: undefined });

/** Each is one click: a name, what it does, and its call for the scope that is chosen. */
const presets = [
  ['Rate limits', [
    ['Burst', '429, the endpoint’s requests a second', fault({ kind: 'rateLimit', reason: 'burst' })],
    ['Writes to an issue', '429, this issue only', fault({ kind: 'rateLimit', reason: 'issue' })],
    ['The site’s hour', '429, points of this site', fault({ kind: 'rateLimit', reason: 'tenant' })],
    ['The app’s hour', '429, points of all sites', fault({ kind: 'rateLimit', reason: 'global' })],
  ]],
  ['Products', [
    ['Slow', 'answers come 3 s late', fault({ kind: 'slow', delay: 3 })],
    ['Down', '503, come again in 5 s', fault({ kind: 'error', status: 503, retryAfter: 5 })],
    ['Broken after the work', '500 though it was done', fault({ kind: 'error', status: 500, processed: true })],
    ['Dead', 'the connection is reset', fault({ kind: 'reset' })],
    ['Storage fails', '503 from Forge storage', ({ product, ...scope }) => call('POST', '/faults', { kind: 'error', product: 'storage', ...scope })],
    ['Gateway fails', '503 from GraphQL', ({ product, ...scope }) => call('POST', '/faults', { kind: 'error', product: 'graphql', ...scope })],
  ]],
  ['Trust', [
    ['Late permissions', '403 for 60 s, as after an install', bare({ kind: 'noPermission', seconds: 60 })],
    ['Tokens revoked', '401 for tokens made before now', bare({ kind: 'revokedToken' })],
    ['Key rotated, old one kept', 'a new kid, both published', () => call('POST', '/keys/rotate')],
    ['Key rotated, old one gone', 'tokens of the old key are void', () => call('POST', '/keys/rotate?retire=true')],
  ]],
];

const disturbancePresets = [
  ['In order, once', { duplicates: 0, triggerDuplicates: 0, reorder: 0 }],
  ['Everything twice', { duplicates: 1, triggerDuplicates: 1 }],
  ['Out of order', { reorder: 90 }],
  ['A rough day', { duplicates: .3, triggerDuplicates: .3, reorder: 180 }],
];

const scope = { site: '', product: '', count: '' };

export function faultsView(view, _, signal) {
  const active = h('section.panel', { 'aria-label': 'On now', 'aria-live': 'off' });
  const disturbances = h('section.panel');
  const trust = h('section.panel');
  const siteField = h('select', { name: 'site', onchange: event => { scope.site = event.target.value; } });
  const scoped = () => ({ site: scope.site || undefined, product: scope.product || undefined, count: Number(scope.count) || undefined });
  const done = name => () => `On: ${name}.`;

  const begin = (wanted, name) => act(wanted, done(name)).then(refresh);
  const refresh = answer => answer && act(call('GET', '/faults')).then(got => got && put('faults', got.faults));

  fill(view, h('div.page',
    h('header.page-head', h('div', h('h1', 'Faults'), h('p', 'What goes wrong from now on with the calls that the remote makes of products, with its tokens, and with deliveries.')),
      asCurl(() => [['What is on', call('GET', '/faults')], ...presets.flatMap(([group, all]) => all.map(([name, , make]) => [`${group}: ${name}`, make(scoped())])), ['End all', call('DELETE', '/faults')]])),
    h('div.columns',
      h('div.column',
        h('section.panel',
          h('div.panel-head', h('h2', 'One click'), h('div.fields.tight',
            field('Site', siteField),
            field('Product', select([['', 'all'], ['jira', 'Jira'], ['confluence', 'Confluence'], ['storage', 'Storage'], ['graphql', 'GraphQL']], scope.product, { onchange: event => { scope.product = event.target.value; } })),
            field('For', select([['', 'until ended'], ['1', '1 call'], ['3', '3 calls'], ['10', '10 calls'], ['100', '100 calls']], scope.count, { onchange: event => { scope.count = event.target.value; } })))),
          presets.map(([group, all]) => h('div.presets', h('h3', group), h('div.preset-grid', all.map(([name, what, make]) =>
            h('button.preset', { type: 'button', onclick: () => begin(make(scoped()), name) }, h('b', name), h('span', what))))))),
        own()),
      h('div.column', active, disturbances, trust))));

  function drawActive() {
    fill(active,
      h('div.panel-head', h('h2', 'On now', store.faults.length > 0 && h('span.badge.alert', String(store.faults.length))),
        store.faults.length > 0 && h('button.small', { type: 'button', 'data-focus': 'end-all', onclick: () => act(call('DELETE', '/faults'), 'All faults have ended.').then(answer => answer && put('faults', answer.faults)) }, 'End all')),
      store.faults.length === 0
        ? h('div.empty.small', h('p', 'Nothing goes wrong. Click a fault, then use the app: its calls of products meet it.'))
        : h('ul.active', store.faults.map(one => h('li',
          h('div', h('b', kinds[one.kind] ?? one.kind), ' ', h('span', effect(one))),
          h('small', [one.site ? siteName(store.sites, one.site) : 'all sites', one.product ?? 'all products', one.method, one.path, one.principal].filter(Boolean).join(' · ')),
          h('small.hits', { 'data-hits': one.hits }, h('b', String(one.hits)), one.hits === 1 ? ' hit' : ' hits', one.left !== null && one.left !== undefined && `, ${one.left} left`, one.until && `, until ${seconds(one.until)}`),
          h('button.small', { type: 'button', 'data-focus': `end-${one.id}`, 'aria-label': `End ${kinds[one.kind]}`, onclick: () => act(call('DELETE', `/faults/${one.id}`)).then(answer => answer && put('faults', answer.faults)) }, 'End')))));
  }

  function effect(one) {
    const later = one.retryAfter !== null && one.retryAfter !== undefined ? `, come again in ${one.retryAfter} s` : '';
    return {
      rateLimit: `429 ${one.reason ?? 'burst'}${later}`,
      error: `${one.status ?? 503}${later}${one.processed ? ', after the work' : ''}`,
      slow: `${one.delay} s late`,
      reset: one.processed ? 'after the work' : '',
      revokedToken: '401 for older tokens',
      noPermission: String(one.status ?? 403),
    }[one.kind] ?? '';
  }

  function drawDisturbances() {
    const now = store.disturbances;
    if (!now || disturbances.contains(document.activeElement) && document.activeElement.matches('input')) return;
    const change = (body, name) => act(call('POST', '/disturbances', body), name).then(answer => answer && put('disturbances', answer));
    const share = (name, label) => {
      const output = h('output', `${Math.round(now[name] * 100)} %`);
      return h('label.slider', h('span', label), h('input', { type: 'range', min: 0, max: 100, step: 5, value: now[name] * 100, 'data-focus': name,
        oninput: event => { output.textContent = `${event.target.value} %`; }, onchange: event => change({ [name]: event.target.value / 100 }) }), output);
    };
    const late = h('output', span(now.reorder));
    fill(disturbances,
      h('div.panel-head', h('h2', 'Deliveries'), asCurl(() => [['How it is', call('GET', '/disturbances')], ['A rough day', call('POST', '/disturbances', disturbancePresets[3][1])]])),
      h('p.hint', 'Deliveries come at least once, in no order: how badly is up to you.'),
      h('div.actions.tight', disturbancePresets.map(([name, body]) => h('button.small', { type: 'button', 'data-focus': name, onclick: () => change(body, `Deliveries: ${name.toLowerCase()}.`) }, name))),
      share('duplicates', 'Events, twice'),
      share('triggerDuplicates', 'Scheduled runs, twice'),
      h('label.slider', h('span', 'Late by up to'), h('input', { type: 'range', min: 0, max: 300, step: 10, value: now.reorder, 'data-focus': 'reorder',
        oninput: event => { late.textContent = span(event.target.value); }, onchange: event => change({ reorder: Number(event.target.value) }) }), late));
  }

  function drawKeys() {
    const keys = store.keys;
    fill(trust, h('h2', 'Signing keys'), !keys ? h('p.faint', 'On their way…') : h('ul.keys', keys.published.map(kid => h('li', h('span.mono', kid.replace('forge-emulator/', '')), h('span.pill', { class: kid === keys.current ? 'on' : '' }, kid === keys.current ? 'signs' : 'published')))));
  }

  // The form for whatever the presets don't have.
  function own() {
    const form = h('form.own');
    let show = null;
    const headers = jsonField({ label: 'Headers of the answer, null takes one away', rows: 2, onchange: () => show?.() });
    const shown = h('div');
    const value = name => form.elements[name]?.value.trim() || undefined;
    const amount = name => value(name) === undefined ? undefined : Number(value(name));
    const wanted = () => call('POST', '/faults', {
      kind: value('kind'), site: value('site'), product: value('product'), method: value('method'), path: value('path'), principal: value('principal'), reason: value('reason'),
      status: amount('status'), retryAfter: amount('retryAfter'), delay: amount('delay'), count: amount('count'), seconds: amount('seconds'),
      processed: form.elements.processed.checked || undefined, headers: headers.value(),
    });
    const text = (name, label, placeholder, hint) => h('div', { 'data-for': members[name] }, field(label, h('input', { name, placeholder, autocomplete: 'off', spellcheck: 'false' }), hint));
    const digits = (name, label, placeholder, hint) => h('div', { 'data-for': members[name] }, field(label, h('input', { name, type: 'number', min: 0, step: 'any', placeholder }), hint));
    fill(form,
      h('div.fields',
        field('Kind', select(Object.entries(kinds), 'rateLimit', { name: 'kind' })),
        field('Site', h('select', { name: 'site', class: 'site-options' })),
        field('Product', select([['', 'all'], ['jira', 'Jira'], ['confluence', 'Confluence'], ['storage', 'Storage'], ['graphql', 'GraphQL']], '', { name: 'product' })),
        field('Method', select([['', 'all'], ...['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].map(name => [name, name])], '', { name: 'method' })),
        text('path', 'Path begins with', '/rest/api/3/issue'), text('principal', 'As whom', 'app, or an account id'),
        text('reason', 'Reason', 'burst, issue, tenant, global'), digits('status', 'Status', '503'), digits('retryAfter', 'Retry-After', '', 'seconds'), digits('delay', 'Late by', '1', 'seconds'),
        digits('count', 'For', 'all', 'calls'), digits('seconds', 'For', 'ever', 'seconds'),
        h('div', { 'data-for': 'error reset' }, h('label.check-line', h('input', { type: 'checkbox', name: 'processed' }), 'after the work is done'))),
      headers.element, shown, h('div.actions', h('button', { type: 'submit' }, sign('faults'), 'Switch on')));
    show = () => {
      const kind = form.elements.kind.value;
      for (const part of form.querySelectorAll('[data-for]')) {
        part.hidden = Boolean(part.dataset.for) && part.dataset.for !== 'undefined' && !part.dataset.for.split(' ').includes(kind);
        if (part.hidden) for (const control of part.querySelectorAll('input')) control.type === 'checkbox' ? control.checked = false : control.value = '';
      }
      try {
        fill(shown, command(() => curl(wanted())));
      } catch (problem) {
        fill(shown, h('p.faint', problem.message));
      }
    };
    form.addEventListener('input', show);
    form.addEventListener('submit', event => {
      event.preventDefault();
      try {
        begin(wanted(), kinds[value('kind')].toLowerCase());
      } catch { /* the field says it */ }
    });
    queueMicrotask(show);
    return h('details.panel', h('summary', h('h2', 'Of your own')), form);
  }

  function drawSites() {
    const options = () => [h('option', { value: '' }, 'all'), ...store.sites.map(site => h('option', { value: site.id }, site.name))];
    for (const control of [siteField, ...view.querySelectorAll('.site-options')]) {
      const chosen = control === siteField ? scope.site : control.value;
      fill(control, options());
      control.value = chosen;
    }
  }

  on('faults', drawActive, signal);
  on('disturbances', drawDisturbances, signal);
  on('keys', drawKeys, signal);
  on('sites', drawSites, signal);
  drawActive();
  drawDisturbances();
  drawKeys();
  drawSites();
  keepFresh('/disturbances', 'disturbances', 5000, signal);
  return { keys: {} };
}

const members = { reason: 'rateLimit', status: 'error noPermission', retryAfter: 'rateLimit error', delay: 'slow' };
