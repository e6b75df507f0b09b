import { act, call, curl, exchange, send } from './api.js';
import { jumpAMinute } from './clock.js';
import { fill, h, sign } from './dom.js';
import { bodyOf, jsonField, parsed } from './json.js';
import { choices, command, field, select } from './menus.js';
import { on, store } from './store.js';
import { sectionButton } from './contract.js';
import { took, verdicts } from './words.js';

const types = [
  ['invoke', 'Invoke', 'invokeRemote of a frontend'],
  ['fetch', 'Request', 'requestRemote of a frontend'],
  ['function', 'Function', 'invokeRemote of a Forge function'],
  ['event', 'Event', 'what happens in a product'],
  ['trigger', 'Schedule', 'a scheduled trigger'],
  ['webTrigger', 'Web trigger', 'a call from anywhere'],
  ['lifecycle', 'Lifecycle', 'installed and upgraded'],
];

const first = {
  invoke: { method: 'GET', path: '/' }, fetch: { method: 'GET', path: '/' }, function: { method: 'GET', path: '/' },
  event: { count: '1', duplicate: '', delay: '', retries: '', body: '' }, trigger: { duplicate: '', delay: '', retries: '' },
  webTrigger: { method: 'POST', path: '/', form: '', body: '' }, lifecycle: { what: 'install', delay: '', retries: '', body: '' },
};

const remembered = () => parsed(localStorage.getItem('console.composer')) ?? {};
const draftOf = type => ({ ...first[type], ...remembered()[type] });
const remember = (type, draft) => localStorage.setItem('console.composer', JSON.stringify({ ...remembered(), last: type, [type]: draft }));

const sampleEvents = {
  issue: { issue: { id: '10001', key: 'ROAD-1', fields: { summary: 'A remote that answers in time' } }, atlassianId: '712020:someone' },
  comment: { comment: { id: '{n}' }, content: { id: '65537' }, atlassianId: '712020:someone' },
};

/** Takes a request of the feed over as what is composed, and answers its type. */
export function prefill(request) {
  const type = request.kind in first ? request.kind : request.kind === 'preUninstall' ? 'lifecycle' : 'invoke';
  const body = request.request.body ?? '';
  const value = parsed(body);
  const pretty = value !== undefined && body !== '' ? JSON.stringify(value, null, 2) : body;
  const chosen = { site: request.site };
  if (type === 'event') {
    const { eventType, retryContext, ...payload } = value ?? {};
    Object.assign(chosen, { event: request.key, body: JSON.stringify(payload, null, 2) });
  } else if (type === 'trigger') {
    chosen.trigger = request.key;
  } else if (type === 'lifecycle') {
    chosen.what = request.kind === 'preUninstall' ? 'uninstall' : request.key?.includes('upgraded') ? 'upgrade' : 'install';
  } else if (type === 'webTrigger') {
    Object.assign(chosen, { trigger: request.key, method: value?.method ?? request.method, path: value?.userPath || '/', body: value?.body ?? pretty });
  } else {
    const ownHeaders = Object.entries(request.request.headers)
      .filter(([name]) => !/^(authorization|x-forge-|x-b3-|content-length|host|traceparent|connection)/i.test(name))
      .map(([name, values]) => [name, values.join(', ')]);
    Object.assign(chosen, {
      user: request.user ?? (type === 'function' ? '' : 'anonymous'), module: request.module ?? '', remote: request.remote, method: request.method, path: request.path,
      headers: ownHeaders.length ? JSON.stringify(Object.fromEntries(ownHeaders), null, 2) : '', body: pretty,
    });
  }
  remember(type, { ...draftOf(type), ...chosen });
  return type;
}

export function composerView(view, [wanted], signal) {
  let type = types.some(([name]) => name === wanted) ? wanted : remembered().last ?? 'invoke';
  let draft = draftOf(type);
  let editors = {};
  let isSending = false;
  const form = h('form.composer-form', { onsubmit: event => {
    event.preventDefault();
    submit();
  } });
  const answer = h('section.answer', { 'aria-label': 'Answer', 'aria-live': 'polite' });
  const asCommand = h('div');
  const chooser = choices('What to send', types, type, value => {
    type = value;
    draft = draftOf(type);
    history.replaceState(null, '', `#/composer/${type}`);
    draw();
    waiting();
  });

  fill(view, h('div.page.composer',
    h('header.page-head', h('div', h('h1', 'Composer'), h('p', 'Send the remote anything that the platform could, as anybody, from anywhere.'))),
    chooser, h('div.composer-body', form, h('div.composer-side', answer, h('section.panel', h('h2', 'As curl'), asCommand)))));

  const keep = change => {
    Object.assign(draft, change);
    remember(type, draft);
    showCommand();
  };
  const input = (name, properties = {}) => h('input', { value: draft[name] ?? '', name, autocomplete: 'off', spellcheck: 'false', oninput: event => keep({ [name]: event.target.value }), ...properties });
  const check = (name, label) => h('label.check-line', h('input', { type: 'checkbox', name, checked: Boolean(draft[name]), onchange: event => keep({ [name]: event.target.checked }) }), h('span', label));
  const pick = (name, options, after) => select(options, draft[name], { name, onchange: event => {
    keep({ [name]: event.target.value });
    after?.();
  } });
  const editor = (name, label, properties = {}) => {
    editors[name] = jsonField({ label, text: draft[name] ?? '', onchange: () => editors[name] && keep({ [name]: editors[name].text() }), ...properties });
    return editors[name].element;
  };

  const sites = () => store.sites.map(site => [site.id, site.installed ? site.name : `${site.name} (not installed)`]);
  const site = () => store.sites.find(known => known.id === draft.site) ?? store.sites[0];
  const users = () => [['', 'first user'], ...(site()?.users ?? []).map(user => [user.accountId, user.active && user.hasAccess ? user.name : `${user.name} (${user.active ? 'no access' : 'deactivated'})`]), ['anonymous', 'nobody (anonymous)']];
  const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].map(name => [name, name]);
  const fits = [['', 'good'], ['forged', 'forged'], ['expired', 'expired'], ['audience', 'another app’s']];
  const fitOf = name => ({ forged: { forged: true }, expired: { expiresIn: -60 }, audience: { audience: 'ari:cloud:ecosystem::app/00000000-0000-4000-8000-000000000000' } })[name];

  const who = () => h('div.fields', field('Site', pick('site', sites(), draw)),
    field('User', pick('user', users())),
    type !== 'function' && field('Module', pick('module', [['', 'first'], ...(store.app?.modules ?? []).map(module => [module.key, module.key])])),
    (store.app?.remotes?.length > 1 || type === 'function') && field('Remote', pick('remote', [['', 'first'], ...(store.app?.remotes ?? []).map(remote => [remote.key, remote.key])])),
    field('Token', pick('fit', fits)));
  const line = () => h('div.request-line', h('label.unseen', { for: 'composer-method' }, 'Method'), pickWithId('method', methods, 'composer-method'),
    h('label.unseen', { for: 'composer-path' }, 'Path'), input('path', { id: 'composer-path', required: true, placeholder: '/path?query', class: 'mono' }));
  const pickWithId = (name, options, id) => {
    const control = pick(name, options);
    control.id = id;
    return control;
  };
  const wishes = () => h('div.fields',
    field('Delivered', pick('duplicate', [['', 'as chance decides'], ['true', 'twice'], ['false', 'once']])),
    field('Delay', input('delay', { type: 'number', min: 0, max: 86400, placeholder: '0' }), 'platform seconds'),
    field('Retries', input('retries', { type: 'number', min: 0, max: 4, placeholder: '4' })),
    field('Token', pick('fit', fits, draw)), draft.fit && field('For attempts', input('fitAttempts', { type: 'number', min: 1, max: 5, placeholder: 'all' })));

  const forms = {
    invoke: () => [who(), line(), editor('headers', 'Headers', { rows: 2, placeholder: '{"accept-language": "de"}' }), editor('body', 'Body', { allowsText: true, rows: 10, placeholder: '{"title": "Write the release notes"}' })],
    event: () => {
      const names = (store.app?.events ?? []).filter(name => !/:(installed|upgraded):app$/.test(name));
      draft.event ??= names[0];
      return [h('div.fields', field('Site', pick('site', sites(), draw)), broad(field('Event', pick('event', names.map(name => [name, name])))),
        field('How many', input('count', { type: 'number', min: 1, max: 1000 }), '{n} in texts counts them')),
      editor('body', 'Payload', { rows: 10 }),
      !draft.body && h('p.hint', 'For instance ', Object.entries(sampleEvents).map(([name, sample], index) => [index ? ' or ' : '', h('button.link', { type: 'button', onclick: () => editors.body.set(JSON.stringify(sample, null, 2)) }, `an ${name}`.replace('an c', 'a c'))]), '.'),
      wishes()];
    },
    trigger: () => [h('div.fields', field('Site', pick('site', sites(), draw)),
      broad(field('Trigger', pick('trigger', (store.app?.scheduledTriggers ?? []).map(trigger => [trigger.key, `${trigger.key}, every ${trigger.interval}`]))))), wishes()],
    webTrigger: () => [h('div.fields', field('Site', pick('site', sites(), draw)),
      field('Web trigger', pick('trigger', (store.app?.webTriggers ?? []).map(trigger => [trigger.key, trigger.key]))),
      field('Form', pick('form', [['', 'JSON envelope'], ['raw', 'as it is']]))), line(), editor('body', 'Body', { allowsText: true })],
    lifecycle: () => [h('div.fields', field('Site', pick('site', sites(), draw)),
      field('What', pick('what', [['install', 'installed'], ['reinstall', 'reinstalled'], ['upgrade', 'upgraded'], ['uninstall', 'uninstalled']], draw)),
      draft.what !== 'uninstall' && field('By', pick('user', users().filter(([value]) => value !== 'anonymous')))),
    draft.what === 'uninstall' ? h('p.hint', 'The pre-uninstall hooks are asked once; then the site’s calls are refused.') : [editor('body', 'Merge patch over the event'), wishes()]],
  };
  forms.fetch = forms.function = forms.invoke;

  /** What is composed, as a call. Throws what is wrong with it. */
  function composed() {
    const value = name => editors[name]?.value();
    const siteId = draft.site || store.sites[0]?.id;
    const amount = name => draft[name] === '' || draft[name] === undefined ? undefined : Number(draft[name]);
    const wished = () => ({
      duplicate: { true: true, false: false }[draft.duplicate], delay: amount('delay'), retries: amount('retries'),
      fit: fitOf(draft.fit) && { ...fitOf(draft.fit), attempts: amount('fitAttempts') },
    });
    switch (type) {
      case 'event': return call('POST', '/events', clean({ site: siteId, event: draft.event || undefined, payload: value('body'), count: amount('count') === 1 ? undefined : amount('count'), ...wished() }));
      case 'trigger': return call('POST', '/triggers', clean({ site: siteId, trigger: draft.trigger || store.app?.scheduledTriggers?.[0]?.key, ...wished() }));
      case 'lifecycle': return call('POST', `/sites/${siteId}/${draft.what}`, draft.what === 'uninstall' ? {} : clean({ user: draft.user || undefined, payload: value('body'), ...wished() }));
      case 'webTrigger': {
        const key = draft.trigger || store.app?.webTriggers?.[0]?.key;
        if (!key) throw new Error('The manifest has no web trigger with an endpoint.');
        const path = `/webtriggers/${encodeURIComponent(key)}${draft.path.startsWith('/') ? draft.path : `/${draft.path}`}`;
        return call(draft.method, `${path}${path.includes('?') ? '&' : '?'}site=${siteId}${draft.form ? `&form=${draft.form}` : ''}`, draft.method === 'GET' ? undefined : editors.body?.text() || undefined);
      }
      default: return call('POST', '/invocations', clean({
        kind: type, site: siteId, user: draft.user || undefined, module: type === 'function' ? undefined : draft.module || undefined, remote: draft.remote || undefined,
        method: draft.method, path: draft.path, headers: value('headers'), body: value('body'), fit: fitOf(draft.fit),
      }));
    }
  }

  function draw() {
    editors = {};
    fill(form, forms[type](), h('div.form-foot', h('button.primary', { type: 'submit' }, sign('composer'), 'Send'), h('kbd', 'Ctrl Enter'), h('span.problem', { role: 'alert' })));
    // A choice whose value is not among the options any more shows the first, and that is what is meant. Before the options are there,
    // what is remembered has to wait for them.
    if (store.app && store.sites.length) for (const control of form.querySelectorAll('select')) draft[control.name] = control.value;
    showCommand();
  }

  function showCommand() {
    try {
      const wanted = composed();
      fill(asCommand, command(() => curl(wanted)));
      problem('');
    } catch (wrong) {
      fill(asCommand, h('p.faint', wrong.message));
    }
  }

  function problem(text) {
    const place = form.querySelector('.problem');
    if (place) place.textContent = text;
  }

  async function submit() {
    if (isSending) return;
    let wanted;
    try {
      wanted = composed();
    } catch (wrong) {
      problem(wrong.message);
      return;
    }
    isSending = true;
    form.querySelector('button.primary').disabled = true;
    fill(answer, h('h2', 'Answer'), h('p.faint', 'Sent, waiting for the remote…'));
    const started = performance.now();
    try {
      if (type === 'webTrigger') showExchange(await exchange(wanted), performance.now() - started);
      else show(await send(wanted), performance.now() - started);
    } catch (refused) {
      fill(answer, h('h2', 'Answer'), h('p.refused', sign('broken'), h('span', refused.message)));
    } finally {
      isSending = false;
      const button = form.querySelector('button.primary');
      if (button) button.disabled = false;
    }
  }

  function show(result, milliseconds) {
    if (result?.request) {
      const { request, answer: got, rejection } = result;
      fill(answer, h('h2', 'Answer'),
        h('div.verdict', { 'data-verdict': request.verdict },
          h('p.verdict-word', sign(request.verdict), h('b', got ? `Resolved with ${got.status}` : rejection ? 'Rejected' : verdicts[request.verdict]), h('span', took(request.took ?? milliseconds)),
            h('a', { href: `#/feed/${request.id}` }, `#${request.id} in the feed`)),
          rejection && h('p', rejection),
          request.findings?.length > 0 && h('ul.findings', request.findings.map(finding => h(`li.${finding.severity}`, h('span', finding.message), sectionButton(finding.section))))),
        got && bodyAndHeaders(got));
      return;
    }
    const begun = result?.deliveries;
    if (begun) follow(begun.map(delivery => delivery.id));
    else fill(answer, h('h2', 'Answer'), h('p.verdict-word', sign('kept'), h('b', 'Answered'), h('span', took(milliseconds))), result !== null && bodyOf(result));
  }

  // Anybody may call a web trigger, and gets what the remote says, also when that is a refusal.
  function showExchange(got, milliseconds) {
    const tone = got.isRedirect || got.status < 400 ? 'kept' : 'warned';
    fill(answer, h('h2', 'Answer'), h('p.verdict-word', sign(tone), h('b', got.isRedirect ? 'Answered with a redirect, which is not followed here' : `Answered with ${got.status}`), h('span', took(milliseconds))),
      !got.isRedirect && bodyAndHeaders(got));
  }

  const bodyAndHeaders = got => [h('h3', 'Body'), got.body === null || got.body === undefined || got.body === '' ? h('p.faint', 'Empty.') : bodyOf(got.body),
    h('h3', 'Headers'), h('dl.headers', Object.entries(got.headers ?? {}).flatMap(([name, values]) => [h('dt', name), h('dd', [values].flat().join(', '))]))];

  // Deliveries go on after the answer: what becomes of them is shown as it happens.
  let followed = null;
  function follow(ids) {
    followed = new Set(ids);
    drawDeliveries();
    // An outcome may have come before anybody listened.
    setTimeout(() => followed && drawDeliveries(), 400);
  }

  function drawDeliveries() {
    const all = [...followed].map(id => store.deliveries.get(id)).filter(Boolean);
    const outcomes = ['delivered', 'waiting', 'failed'].map(name => [name, all.filter(delivery => delivery.outcome === name).length]);
    fill(answer, h('h2', 'Deliveries'),
      h('p', followed.size === 0 ? 'No trigger of the manifest asks for it, so nothing was sent.' : [`${followed.size} begun: `, outcomes.filter(([, count]) => count).map(([name, count], index) => [index ? ', ' : '', h('b', String(count)), ` ${name}`]), '.']),
      h('ol.attempts', all.slice(-12).map(delivery => {
        const request = [...store.requests.values()].findLast(known => known.delivery === delivery.id);
        const last = delivery.attempts.at(-1);
        return h('li', { 'data-verdict': delivery.outcome === 'failed' ? 'broken' : delivery.outcome === 'waiting' && last ? 'warned' : delivery.outcome === 'delivered' ? 'kept' : 'running' },
          sign(delivery.outcome === 'failed' ? 'broken' : delivery.outcome === 'delivered' ? 'kept' : last ? 'warned' : 'running'),
          h('span.attempt-number', `#${delivery.id}`), h('span', delivery.module), h('span', last?.status ?? ''), h('span', last ? took(last.took) : ''),
          h('span.attempt-says', delivery.outcome === 'waiting' && last ? `${last.verdict}, comes again` : delivery.outcome),
          request ? h('a', { href: `#/feed/${request.id}` }, 'Show') : h('span'));
      })),
      all.some(delivery => delivery.outcome === 'waiting' && delivery.attempts.length) && h('p', jumpAMinute('')));
  }

  function waiting() {
    followed = null;
    fill(answer, h('h2', 'Answer'), h('div.empty.small', h('p', 'What the remote answers appears here, and the request in the feed.')));
  }

  on('deliveries', delivery => followed?.has(delivery.id) && drawDeliveries(), signal);
  on('sites', () => form.contains(document.activeElement) || draw(), signal);
  on('app', draw, signal);
  draw();
  waiting();

  return { keys: {}, submit };
}

const broad = element => {
  element.classList.add('broad');
  return element;
};

const clean = value => Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined).map(([name, member]) =>
  [name, member && typeof member === 'object' && !Array.isArray(member) && ['fit'].includes(name) ? clean(member) : member]));
