import { act, call } from './api.js';
import { fill, h, sign } from './dom.js';
import { jsonField } from './json.js';
import { asCurl, choices, field, select } from './menus.js';
import { copy } from './said.js';
import { on, putSite, store } from './store.js';

const licenses = [
  ['none', 'None', null],
  ['active', 'Active', { active: true, type: 'COMMERCIAL', isEvaluation: false }],
  ['trial', 'Trial', { active: true, type: 'COMMERCIAL', isEvaluation: true }],
  ['inactive', 'Expired', { active: false, type: 'COMMERCIAL', isEvaluation: false }],
];

// What the next install or uninstall does: kept while one looks at other things.
const wishes = { products: {}, productDelay: '0', productStatus: '403', preUninstall: true };

export function sitesView(view, [wanted], signal) {
  let chosen = wanted;
  const list = h('nav.master', { 'aria-label': 'Sites' });
  const body = h('div.detail');
  fill(view, h('div.page.two', h('div.master-frame', h('h1', 'Sites'), list), body));

  const site = () => store.sites.find(known => known.id === chosen) ?? store.sites[0];

  function draw() {
    const now = site();
    fill(list, store.sites.map(known => h('a.master-row', {
      href: `#/sites/${known.id}`, 'aria-current': known.id === now?.id ? 'true' : null, 'data-focus': known.id,
    }, h('span.dot', { class: known.installed ? 'on' : '' }), h('span.master-name', known.name), h('small', known.installed ? known.appVersion : 'not installed'))));
    if (!now) {
      fill(body, h('div.empty', h('p', 'The sites are on their way…')));
      return;
    }
    fill(body, head(now), life(now), license(now), users(now));
  }

  const set = (known, what, sent, done) => act(call('POST', `/sites/${known.id}/${what}`, sent), done).then(answer => answer && putSite(answer.site ?? answer));

  function head(now) {
    return h('header.page-head',
      h('div', h('h2', now.name, ' ', h('span.pill', { class: now.installed ? 'on' : 'off' }, now.installed ? 'installed' : 'not installed')), h('p', h('span.mono', now.url))),
      asCurl(() => [['All sites', call('GET', '/sites')], ['Install again, in Jira only, with permissions 30 seconds late', call('POST', `/sites/${now.id}/reinstall`, { products: ['jira'], productDelay: 30 })],
        ['Upgrade', call('POST', `/sites/${now.id}/upgrade`, {})], ['Uninstall', call('POST', `/sites/${now.id}/uninstall`, {})],
        ['A license', call('POST', `/sites/${now.id}/license`, licenses[1][2])], ['Deactivate a user', call('POST', `/sites/${now.id}/users/${now.users[0]?.accountId}`, { active: false })]]));
  }

  function life(now) {
    const products = wishes.products[now.id] ?? now.products;
    const installing = () => ({ products: wishes.products[now.id], productDelay: Number(wishes.productDelay) || undefined });
    return h('section.panel',
      h('h3', 'Installation'),
      h('dl.facts.wide-facts',
        fact('Installation', identifier(now.installationId)), fact('Cloud id', identifier(now.cloudId)),
        fact('Version', now.appVersion), fact('Products', now.products.join(', '))),
      h('div.actions',
        now.installed
          ? [h('button', { type: 'button', 'data-focus': 'upgrade', onclick: () => set(now, 'upgrade', {}, answer => `${now.name} has version ${answer.site.appVersion} now.`) }, 'Upgrade'),
            h('button', { type: 'button', 'data-focus': 'reinstall', onclick: () => set(now, 'reinstall', installing(), `Installed again on ${now.name}: a new installation on the same site.`) }, 'Reinstall'),
            h('button.danger', { type: 'button', 'data-focus': 'install', onclick: () => set(now, 'uninstall', { productStatus: Number(wishes.productStatus), preUninstall: wishes.preUninstall }, `Uninstalled from ${now.name}.`) }, 'Uninstall')]
          : h('button.primary', { type: 'button', 'data-focus': 'install', onclick: () => set(now, 'install', installing(), `Installed on ${now.name}.`) }, 'Install')),
      h('details.options', { open: wishes.open, ontoggle: event => { wishes.open = event.target.open; } }, h('summary', 'How it is installed and uninstalled'),
        h('div.fields',
          h('fieldset', h('legend', 'Install in'), ['jira', 'confluence'].map(product => h('label.check-line', h('input', { type: 'checkbox', checked: products.includes(product), onchange: event => {
            const others = (wishes.products[now.id] ?? now.products).filter(other => other !== product);
            wishes.products[now.id] = event.target.checked ? [...others, product] : others;
          } }), product === 'jira' ? 'Jira' : 'Confluence'))),
          field('Permissions come late by', h('input', { type: 'number', min: 0, max: 86400, value: wishes.productDelay, oninput: event => { wishes.productDelay = event.target.value; } }), 'seconds of 403'),
          field('After an uninstall products answer', select([['401', '401'], ['403', '403'], ['404', '404'], ['410', '410']], wishes.productStatus, { onchange: event => { wishes.productStatus = event.target.value; } })),
          h('label.check-line', h('input', { type: 'checkbox', checked: wishes.preUninstall, onchange: event => { wishes.preUninstall = event.target.checked; } }), 'Ask the pre-uninstall hooks'))));
  }

  function license(now) {
    const known = now.license ? licenses.find(([, , value]) => value && value.active === now.license.active && value.isEvaluation === Boolean(now.license.isEvaluation)) : licenses[0];
    const editor = jsonField({ label: 'License claim', text: JSON.stringify(now.license ?? licenses[1][2], null, 2), rows: 5 });
    return h('section.panel',
      h('h3', 'License'),
      h('p.hint', 'What tokens of the site say as ', h('code', 'app.license'), ': only paid apps have one.'),
      choices('License', licenses.map(([value, text]) => [value, text]), known?.[0] ?? '', value =>
        set(now, 'license', licenses.find(([name]) => name === value)[2], `License of ${now.name}: ${value}.`)),
      h('details.options', h('summary', 'Another one'), editor.element, h('div.actions', h('button', { type: 'button', onclick: () => {
        try {
          set(now, 'license', editor.value() ?? null, `License of ${now.name} changed.`);
        } catch { /* the field says it */ }
      } }, 'Set'))));
  }

  function users(now) {
    const modules = store.app?.modules ?? [];
    const change = (user, sent, done) => set(now, `users/${encodeURIComponent(user.accountId)}`, sent, done);
    return h('section.panel',
      h('h3', 'Users'),
      h('div.table-frame', h('table',
        h('thead', h('tr', ['Name', 'Account', 'Account in use', 'Access to the site', 'Open the app as'].map(text => h('th', { scope: 'col' }, text)))),
        h('tbody', now.users.map(user => h('tr', { class: user.active && user.hasAccess ? '' : 'off' },
          h('th', { scope: 'row' }, user.name),
          h('td', identifier(user.accountId)),
          h('td', toggle(`Account of ${user.name} in use`, user.active, `active-${user.accountId}`, active => change(user, { active }, active ? `${user.name} is active again.` : `${user.name} is deactivated, on all sites.`))),
          h('td', toggle(`Access of ${user.name}`, user.hasAccess, `access-${user.accountId}`, hasAccess => change(user, { hasAccess }, hasAccess ? `${user.name} may use ${now.name}.` : `${user.name} may not use ${now.name} any more.`))),
          h('td', now.installed ? openings(now, user, modules) : h('span.faint', 'not installed'))))))));
  }

  function openings(now, user, modules) {
    if (!modules.length) return h('span.faint', 'no frontend');
    return h('span.openings', modules.map(module => h('a', {
      href: `/apps/${now.id}/${module.key}?user=${encodeURIComponent(user.accountId)}`, target: '_blank', rel: 'noopener', title: `${module.title ?? module.key} (${module.type})`,
    }, module.type.replace(/^\w+:/, '').replace(/[A-Z]/g, letter => ` ${letter.toLowerCase()}`), sign('out'))));
  }

  on('sites', draw, signal);
  on('app', draw, signal);
  draw();
  return {
    keys: Object.fromEntries([['j', 1], ['k', -1]].map(([key, by]) => [key, () => {
      const at = store.sites.findIndex(known => known.id === site()?.id);
      location.hash = `#/sites/${store.sites[Math.min(store.sites.length - 1, Math.max(0, at + by))]?.id}`;
    }])),
    // The view stays: only another site is looked at.
    go: ([next]) => {
      chosen = next;
      draw();
      return true;
    },
  };
}

export const fact = (name, value) => h('div', h('dt', name), h('dd', value));

/** A long id, of which a click copies all. */
export const identifier = text => h('button.identifier', { type: 'button', title: `${text}: click to copy`, 'data-focus': text, onclick: () => copy(text, 'The id is') },
  h('span', text), sign('copy'));

export function toggle(label, isOn, focus, onchange) {
  return h('button.toggle', { type: 'button', role: 'switch', 'aria-checked': String(isOn), 'aria-label': label, 'data-focus': focus, onclick: () => onchange(!isOn) },
    h('span.toggle-knob'), h('span', isOn ? 'yes' : 'no'));
}
