import { act, call } from './api.js';
import { fill, h, sign } from './dom.js';
import { asCurl, choices, field } from './menus.js';
import { on, platformNow, putClock, store } from './store.js';
import { number, siteName, span, timeOf } from './words.js';

/** What waits for the next attempt has it at once. */
export const jumpAMinute = kind => h(`button${kind}`, {
  type: 'button', onclick: () => act(call('POST', '/clock', { jump: 60 }), 'A minute of platform time has passed.'),
}, sign('clock'), 'Jump a minute');

const jumps = [['+1 min', 60], ['+5 min', 300], ['+1 h', 3600], ['+1 day', 86_400]];
const scales = [1, 2, 10, 60, 600, 3600];
const time = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit', timeZone: 'UTC' });
const day = new Intl.DateTimeFormat('en-GB', { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' });

export const setClock = (body, done) => act(call('POST', '/clock', body), done).then(answer => answer && putClock(answer));

/** Calls back as the platform's time goes on: four times a second, or quicker where a second there is shorter. */
export function everyTick(draw, signal) {
  let timer;
  const tick = () => {
    if (!document.hidden) draw();
    timer = setTimeout(tick, (store.clock?.scale ?? 1) > 1 ? 100 : 250);
  };
  tick();
  signal?.addEventListener('abort', () => clearTimeout(timer));
}

export function clockView(view, _, signal) {
  const face = h('time.clock-face');
  const date = h('p.clock-date');
  const facts = h('p.hint');
  const scale = h('div');
  const waiting = h('section.panel');
  const own = h('input', { type: 'number', min: 1, max: 31_536_000, value: '90', name: 'jump' });
  const ownScale = h('input', { type: 'number', min: 1, max: 10_000, name: 'scale', placeholder: '60' });

  fill(view, h('div.page',
    h('header.page-head', h('div', h('h1', 'Clock'), h('p', 'The platform’s time: retries, delays and scheduled triggers follow it at once. Tokens and time limits keep to the real one.')),
      asCurl(() => [['What time it is', call('GET', '/clock')], ['A minute in a second', call('POST', '/clock', { scale: 60 })], ['Jump an hour', call('POST', '/clock', { jump: 3600 })]])),
    h('div.columns.narrow-first',
      h('section.panel.clock-panel', face, date, facts,
        h('h3', 'Jump'),
        h('div.actions', jumps.map(([text, by]) => h('button', { type: 'button', onclick: () => setClock({ jump: by }, `${span(by)} of platform time passed.`) }, text))),
        h('form.inline', { onsubmit: event => {
          event.preventDefault();
          if (Number(own.value) > 0) setClock({ jump: Number(own.value) }, `${span(Number(own.value))} of platform time passed.`);
        } }, field('By so many seconds', own), h('button', { type: 'submit' }, 'Jump')),
        h('h3', 'Pace'), scale,
        h('form.inline', { onsubmit: event => {
          event.preventDefault();
          if (Number(ownScale.value) >= 1) setClock({ scale: Number(ownScale.value) });
        } }, field('Platform seconds in a second', ownScale), h('button', { type: 'submit' }, 'Set'))),
      waiting)));

  function drawTime() {
    const now = platformNow();
    const text = time.format(now);
    if (face.textContent !== text) {
      face.textContent = text;
      face.dateTime = now.toISOString();
      date.textContent = `${day.format(now)}, UTC`;
    }
  }

  function drawClock() {
    const { scale: pace = 1, jumped = 0 } = store.clock ?? {};
    facts.textContent = jumped ? `${span(jumped)} ahead by jumps${pace > 1 ? `, ${number(pace)} times as fast` : ''}.` : pace > 1 ? `${number(pace)} times as fast as the real one.` : 'The real time.';
    fill(scale, choices('Pace', scales.map(value => [value, `${number(value)}×`]), pace, value => setClock({ scale: Number(value) }, `${number(value)} platform seconds in a second.`)));
    drawTime();
  }

  function drawWaiting() {
    const all = [...store.deliveries.values()].filter(delivery => delivery.outcome === 'waiting').reverse();
    fill(waiting,
      h('div.panel-head', h('h2', 'Waiting for time to pass', all.length > 0 && h('span.badge', String(all.length))),
        all.length > 0 && h('button.small', { type: 'button', 'data-focus': 'minute', onclick: () => setClock({ jump: 60 }, 'A minute of platform time passed.') }, sign('clock'), '+1 min')),
      all.length === 0
        ? h('div.empty.small', h('p', 'No delivery waits. One that fails is tried again 60 platform seconds later, four times: jump, and it comes at once.'))
        : h('ol.attempts', all.slice(0, 50).map(delivery => {
          const last = delivery.attempts.at(-1);
          const request = last && [...store.requests.values()].findLast(known => known.delivery === delivery.id);
          return h('li', { 'data-verdict': last ? 'warned' : 'running' }, sign(last ? 'warned' : 'running'), h('span.attempt-number', `#${delivery.id}`),
            h('span', siteName(store.sites, delivery.site)), h('span.mono.cut', delivery.key ?? delivery.module),
            h('span.attempt-says', last ? `attempt ${delivery.attempts.length} at ${timeOf(last.at)}: ${last.verdict}` : 'not sent yet'),
            request ? h('a', { href: `#/feed/${request.id}` }, 'Show') : h('span'));
        })));
  }

  on('clock', drawClock, signal);
  on('deliveries', drawWaiting, signal);
  on('cleared', drawWaiting, signal);
  drawClock();
  drawWaiting();
  everyTick(drawTime, signal);
  return { keys: {} };
}
