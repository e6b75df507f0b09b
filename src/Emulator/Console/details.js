import { act, call, curlOfRequest, get } from './api.js';
import { jumpAMinute } from './clock.js';
import { prefill } from './composer.js';
import { sectionButton } from './contract.js';
import { fill, h, sign } from './dom.js';
import { bodyOf, jsonOf } from './json.js';
import { asCurl, menuButton } from './menus.js';
import { copy, say } from './said.js';
import { store } from './store.js';
import { fact } from './sites.js';
import { bytes, dayOf, kinds, seconds, siteName, timeOf, took, verdicts } from './words.js';

const tabs = [['response', 'Response'], ['request', 'Request'], ['token', 'Token'], ['attempts', 'Attempts']];
let tab = 'response';

/** The panel beside the feed: one request with all that is known of it. */
export function details(side, { select, close }) {
  let id = null;
  let whole = null;
  let fetching = null;
  let timer = 0;

  async function load() {
    fetching?.abort();
    fetching = new AbortController();
    const wanted = id;
    try {
      const answer = await get(`/requests/${wanted}`, fetching.signal);
      if (id !== wanted) return;
      whole = answer;
      if (answer.delivery && !store.deliveries.has(answer.delivery)) {
        const delivery = await get(`/deliveries/${answer.delivery}`, fetching.signal).catch(() => null);
        if (delivery) store.deliveries.set(delivery.id, delivery);
        if (id !== wanted) return;
      }
      draw();
    } catch (problem) {
      if (problem.name !== 'AbortError' && id === wanted) draw(problem.message);
    }
  }

  function draw(problem) {
    const summary = store.requests.get(id) ?? whole;
    if (!summary) return;
    const scrolled = side.querySelector('.side-body')?.scrollTop ?? 0;
    const isSame = side.dataset.id === String(id);
    side.dataset.id = id;
    const available = tabs.filter(([name]) => name !== 'attempts' || summary.delivery);
    const current = available.some(([name]) => name === tab) ? tab : 'response';
    fill(side,
      h('header.side-head',
        h('div.side-title', h('span.method', summary.method), h('h2', { title: summary.path }, summary.path)),
        h('button.quiet.icon-button', { type: 'button', 'aria-label': 'Close the details', title: 'Close (Esc)', onclick: close }, sign('close'))),
      h('div.side-actions', { role: 'toolbar', 'aria-label': 'What to do with it' },
        h('span.split', h('button', { type: 'button', 'data-focus': 'replay', title: 'The same call with a new token (r)', onclick: () => replay() }, sign('again'), 'Replay'),
          menuButton(sign('down'), () => [
            ['With a forged token', () => replay({ forged: true }), 'signed by a stranger'],
            ['With an expired token', () => replay({ expiresIn: -60 }), 'a minute ago'],
            ['With another app’s token', () => replay({ audience: 'ari:cloud:ecosystem::app/00000000-0000-4000-8000-000000000000' }), 'audience'],
          ], { title: 'Replay with a token to be refused' })),
        h('button', { type: 'button', title: 'With a token minted by /mint', disabled: !whole || whole.id !== id, onclick: () => copy(curlOfRequest(whole, store.app?.remotes ?? []), 'The command is') }, sign('copy'), 'Copy as curl'),
        h('button', { type: 'button', title: 'Change it and send it (e)', disabled: !whole || whole.id !== id, onclick: compose }, sign('composer'), 'Compose'),
        h('span.gap'),
        asCurl(() => [['This request with all that is known', call('GET', `/requests/${id}`)], ['Replay it', call('POST', `/requests/${id}/replay`, {})],
          ['Replay it with a forged token', call('POST', `/requests/${id}/replay`, { fit: { forged: true } })]], true)),
      h('div.side-body', { tabindex: '-1' },
        verdictOf(summary),
        facts(summary),
        h('div.tabs', { role: 'tablist', 'aria-label': 'Parts of the request' }, available.map(([name, label]) => h('button', {
          type: 'button', role: 'tab', id: `tab-${name}`, 'data-focus': `tab-${name}`, 'aria-selected': String(name === current), tabindex: name === current ? 0 : -1, 'aria-controls': 'tab-panel',
          onclick: () => choose(name), onkeydown: event => {
            const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
            if (!by) return;
            const at = available.findIndex(([other]) => other === current);
            choose(available[(at + by + available.length) % available.length][0], true);
            event.preventDefault();
          },
        }, label, name === 'attempts' && h('span.badge', String(store.deliveries.get(summary.delivery)?.attempts.length ?? summary.attempt))))),
        h('div.tab-panel', { role: 'tabpanel', id: 'tab-panel', 'aria-labelledby': `tab-${current}` },
          problem ? h('p.faint', problem) : !whole || whole.id !== id ? h('p.faint', 'Reading…') : parts[current](whole))));
    if (isSame) side.querySelector('.side-body').scrollTop = scrolled;
  }

  function choose(name, focuses) {
    tab = name;
    draw();
    if (focuses) side.querySelector(`#tab-${name}`).focus();
  }

  function verdictOf(summary) {
    const findings = summary.findings ?? [];
    return h('div.verdict', { 'data-verdict': summary.verdict },
      h('p.verdict-word', sign(summary.verdict), h('b', verdicts[summary.verdict]), summary.says && h('span', summary.says)),
      findings.length > 0 && h('ul.findings', findings.map(finding => h(`li.${finding.severity}`, h('span', finding.message), sectionButton(finding.section)))));
  }

  function facts(summary) {
    const { limit, title } = kinds[summary.kind] ?? {};
    const module = store.app?.modules?.find(known => known.key === summary.module);
    const original = summary.replayOf;
    return h('dl.facts',
      fact('Status', summary.state === 'running' ? 'running' : summary.status ?? 'no answer'),
      fact('Took', summary.state === 'running' ? '' : [took(summary.took), limit && h('span.faint', ` of ${limit / 1000} s`)]),
      fact('At', timeOf(summary.at)),
      fact('Kind', title ?? summary.kind),
      fact('Site', h('a', { href: `#/sites/${summary.site}` }, siteName(store.sites, summary.site))),
      fact('User', summary.userName ?? (summary.user || (['invoke', 'fetch'].includes(summary.kind) ? 'anonymous' : 'nobody in session'))),
      fact('Module', module?.title && module.title !== summary.module ? `${module.title} · ${summary.module}` : summary.module),
      fact('Remote', summary.remote),
      summary.key && fact('What', summary.key),
      original && fact('Replay of', h('a', { href: `#/feed/${original}`, onclick: event => {
        event.preventDefault();
        select(original);
      } }, `#${original}`)));
  }

  const parts = {
    response: ({ response, state, says }) => response ? [message(response)]
      : [h('p.faint', state === 'running' ? 'The remote has not answered yet.' : `There was no answer: ${says}.`)],
    request: ({ request }) => [message(request)],
    token: ({ fit }) => fit ? [h('h3', 'Claims'), times(fit.claims), jsonOf(fit.claims), h('h3', 'Header'), jsonOf(fit.header),
      h('p.faint', 'The token itself is never shown: POST /mint makes one.')] : [h('p.faint', 'It was sent without a token.')],
    attempts: ({ delivery, id: own }) => attemptsOf(store.deliveries.get(delivery), own),
  };

  function times({ iat, exp }) {
    return iat && exp ? h('p.faint', `Issued ${seconds(iat * 1000)}, expires ${seconds(exp * 1000)}: ${exp - iat} seconds.`) : null;
  }

  function message({ headers, body, bytes: size, truncated }) {
    return [
      h('h3', 'Body', h('span.faint', size ? ` ${bytes(size)}${truncated ? ', only the beginning is kept' : ''}` : '')),
      body === null || body === undefined || body === '' ? h('p.faint', 'Empty.') : bodyOf(body),
      h('h3', 'Headers'),
      h('dl.headers', Object.entries(headers).flatMap(([name, values]) => [h('dt', name), h('dd', values.join(', '))])),
    ];
  }

  function attemptsOf(delivery, own) {
    if (!delivery) return [h('p.faint', 'The emulator has forgotten this delivery.')];
    const mine = [...store.requests.values()].filter(request => request.delivery === delivery.id);
    return [
      h('p', `Delivery ${delivery.id}: `, h('b', delivery.outcome), delivery.cause && `, ${delivery.cause}`, delivery.duplicateOf && [', the same as ', `delivery ${delivery.duplicateOf}`, ' once more'], '.'),
      h('ol.attempts', delivery.attempts.map((attempt, index) => {
        const request = mine.find(known => known.attempt === index + 1);
        const isGood = attempt.verdict === 'delivered';
        return h('li', { class: request?.id === own ? 'own' : '', 'data-verdict': isGood ? 'kept' : 'broken' },
          sign(isGood ? 'kept' : 'broken'),
          h('span.attempt-number', `Attempt ${index + 1}`), h('time', { title: dayOf(attempt.at) }, timeOf(attempt.at)),
          h('span', attempt.status ?? 'no answer'), h('span', took(attempt.took)),
          h('span.attempt-says', attempt.verdict, attempt.cause && h('small', attempt.cause)),
          request && request.id !== own ? h('button.quiet.small', { type: 'button', onclick: () => select(request.id) }, 'Show') : h('span'));
      })),
      delivery.outcome === 'waiting' && h('p.faint', 'It is tried again 60 seconds of platform time later. ',
        jumpAMinute('.small')),
    ];
  }

  async function replay(fit) {
    const answer = await act(call('POST', `/requests/${id}/replay`, fit ? { fit } : {}));
    if (answer?.request) say(`Sent again as #${answer.request.id}.`);
  }

  function compose() {
    if (!whole || whole.id !== id) return;
    location.hash = `#/composer/${prefill(whole)}`;
  }

  return {
    show(wanted) {
      id = wanted;
      clearTimeout(timer);
      if (id === null) {
        fetching?.abort();
        whole = null;
        return;
      }
      if (whole?.id !== id) draw();
      // Whoever walks through the list with a key pressed wants only the last of them.
      timer = setTimeout(load, 60);
    },
    refresh(summary) {
      if (whole && whole.state === 'done' && summary.state === 'done') return;
      clearTimeout(timer);
      timer = setTimeout(load, 30);
    },
    delivery(delivery) {
      if (id !== null && store.requests.get(id)?.delivery === delivery.id && tab === 'attempts') draw();
    },
    replay,
    compose,
    focus: () => side.querySelector('[data-focus="replay"]')?.focus(),
  };
}
